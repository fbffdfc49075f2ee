//! The audit trail, newest first.

use jiff::{Timestamp, ToSpan};
use shared::contract;
use shared::desk::types::Answer;
use shared::kernel::audit::Audit;
use shared::kernel::id::{ClientId, NamedStaff, OpId, StaffId};
use shared::kernel::typed::TypedDay;
use shared::staff::types::Staff;

use shared::staff::people;

use crate::failure::Failure;
use crate::reads::{Read, Scene};
use crate::store::Store;
use crate::store::ranges::{first_of_month, month_text};

/// The most lines of one answer.
const LINES_MAX: usize = 100;
/// The most months that one read walks through.
const MONTHS_MAX: u32 = 24;
/// The most lines of one staff member and month that are read past for a client or an operation.
const WALK_MAX: usize = 20_000;

/// The filters of the audit trail, as typed.
pub(crate) struct Filters<'a> {
    pub(crate) client: Option<&'a str>,
    pub(crate) staff: Option<&'a str>,
    pub(crate) op: Option<&'a OpId>,
    pub(crate) since: Option<TypedDay>,
}

/// The filters after look-up.
struct Query<'a> {
    client: Option<ClientId>,
    op: Option<&'a OpId>,
    from: Timestamp,
    now: Timestamp,
}

/// Reads the newest audit lines of a client, a staff member, an operation, or of all.
pub(crate) async fn history(store: &Store, scene: &Scene<'_>, filters: &Filters<'_>) -> Read {
    let Filters { client, staff, op, since } = *filters;
    let days = if op.is_some() { 31 } else { 7 };
    let client = match client {
        Some(typed) => Some(scene.hit(typed)?.client),
        None => None,
    };
    let today = scene.today();
    let since = since.map_or_else(|| today.saturating_sub(days.days()), |day| day.at(today));
    let staff_read = match staff {
        Some(typed) => vec![people::any(typed, scene.image.all_staff()?.iter())?.clone()],
        None => store.staff().await?,
    };
    let mut authors: Vec<Option<StaffId>> = staff_read.iter().map(|staff| Some(staff.id)).collect();
    if staff.is_none() {
        authors.push(None);
    }
    let query = Query { client, op, from: scene.start_of(since), now: scene.now };
    let (mut lines, mut cut) = query.walk(store, &authors).await?;
    lines.sort_by(|a, b| (b.at, &b.op).cmp(&(a.at, &a.op)));
    cut |= lines.len() > LINES_MAX;
    lines.truncate(LINES_MAX);
    let is_named = |staff: &&Staff| lines.iter().any(|line| line.staff() == Some(staff.id));
    let named = |staff: &Staff| NamedStaff { id: staff.id, name: staff.name.clone() };
    let staff = staff_read.iter().filter(is_named).map(named).collect();
    Ok(contract::Answer::Desk(Answer::History { lines, staff, since, cut }))
}

impl Query<'_> {
    /// Reads month by month, back from now; the flag says that lines were left out.
    async fn walk(
        &self,
        store: &Store,
        authors: &[Option<StaffId>],
    ) -> Result<(Vec<Audit>, bool), Failure> {
        let mut lines: Vec<Audit> = Vec::new();
        let mut cut = false;
        let mut month = first_of_month(self.now);
        for months in 0.. {
            if month < first_of_month(self.from) {
                break;
            }
            // The newest lines are shown, so an older month is read only while lines are missing.
            if lines.len() > LINES_MAX || months >= MONTHS_MAX {
                cut = true;
                break;
            }
            let name = month_text(month);
            let filters = self.client.is_some() || self.op.is_some();
            let most = if filters { WALK_MAX } else { LINES_MAX };
            for author in authors {
                let read = most.saturating_add(1);
                let some = store.audit(*author, &name, self.from, self.now, read).await?;
                cut |= some.len() > most;
                lines.extend(some.into_iter().filter(|line| self.matches(line)));
            }
            month = month.saturating_sub(1.month());
        }
        Ok((lines, cut))
    }

    fn matches(&self, line: &Audit) -> bool {
        (self.client.is_none() || line.client == self.client)
            && self.op.is_none_or(|op| line.op == *op)
    }
}
