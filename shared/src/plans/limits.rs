//! The limits of staff: the single limit of a role, the daily budget, and the changes in a minute.

use jiff::Timestamp;

use crate::contract::image::Stop;
use crate::contract::plan::Worth;
use crate::contract::refusal::Refusal;
use crate::decision::Scene;
use crate::desk::types::LimitsOf;
use crate::kernel::actor::Role;
use crate::kernel::id::StaffId;
use crate::kernel::mode::Mode;
use crate::kernel::money::Money;
use crate::plans::types::Question;
use crate::staff::types::Spend;

/// The daily budget is this many times the single limit.
const BUDGET_TIMES: u64 = 10;

/// The changes of credits that a staff member with limits may make in one minute.
const PER_MINUTE: u32 = 10;

/// Minor units as money of the desk's currency.
pub(super) fn money(scene: &Scene<'_>, minor: u64) -> Option<Money> {
    scene.settings.currency.map(|currency| Money { minor, currency })
}

/// The budget record of a staff member's present day, which begins at midnight in the desk's zone.
pub(super) fn today_of(scene: &Scene<'_>, staff: StaffId) -> Result<Spend, Stop> {
    scene.image.spend(staff, scene.today())
}

/// The author's budget record with this change counted in its minute.
///
/// # Errors
/// The rate limit is reached.
pub(super) fn rated(scene: &Scene<'_>) -> Result<Spend, Stop> {
    let mut spend = today_of(scene, scene.staff()?.staff)?;
    let minute = scene.now.as_second().div_euclid(60);
    if spend.minute != minute {
        spend.minute = minute;
        spend.in_minute = 0;
    }
    if !scene.has_role(Role::Owner) && spend.in_minute >= PER_MINUTE {
        let next = minute.saturating_add(1).saturating_mul(60);
        let retry_at = Timestamp::from_second(next).unwrap_or(scene.now);
        return Err(Refusal::Rate { allowed: PER_MINUTE, retry_at }.into());
    }
    spend.in_minute = spend.in_minute.saturating_add(1);
    Ok(spend)
}

/// The question that the author's limit or budget raises: approval is needed then.
pub(super) fn question(scene: &Scene<'_>, worth: Option<Worth>) -> Result<Option<Question>, Stop> {
    let (Some(worth), Some(role)) = (worth, scene.role()) else { return Ok(None) };
    let mode = worth.mode;
    let Some(limit) = scene.settings.limits(role).get(mode) else { return Ok(None) };
    let Some(amount) = money(scene, worth.minor) else { return Ok(None) };
    if amount.minor > limit {
        let limit = Money { minor: limit, ..amount };
        return Ok(Some(Question::OverLimit { mode, limit, amount }));
    }
    // A change that is taken back is not counted against the day, nor given back to it.
    if !worth.counts {
        return Ok(None);
    }
    let used = today_of(scene, scene.staff()?.staff)?.get(mode);
    let left = limit.saturating_mul(BUDGET_TIMES).saturating_sub(used);
    let left_money = Money { minor: left, ..amount };
    Ok((amount.minor > left).then_some(Question::OverBudget { mode, left: left_money, amount }))
}

/// The limit and the rest of today's budget, by mode; `None` is no limit.
///
/// # Errors
/// The caller is no staff member, or the budget record was never read.
pub fn budget(scene: &Scene<'_>) -> Result<Vec<LimitsOf>, Stop> {
    let linked = scene.staff()?;
    let spend = today_of(scene, linked.staff)?;
    let limits = scene.settings.limits(linked.role_at(scene.now));
    let of = |mode: Mode| {
        let limit = limits.get(mode);
        let left = limit.map(|l| l.saturating_mul(BUDGET_TIMES).saturating_sub(spend.get(mode)));
        let money = |minor: Option<u64>| minor.and_then(|minor| money(scene, minor));
        (mode, money(limit), money(left))
    };
    Ok(Mode::ALL.into_iter().map(of).collect())
}
