//! How long a plan waits, and whether its time is over.

use jiff::civil::{Date, Weekday};
use jiff::{SignedDuration, Timestamp};

use crate::contract::plan::Plan;
use crate::decision::Scene;
use crate::plans::types::PlanState;
use crate::settings::types::Settings;

/// For how long its author can confirm a plan.
const CONFIRM_FOR: SignedDuration = SignedDuration::from_mins(10);

/// For how long a plan can be approved at the least.
const APPROVE_FOR_AT_LEAST: SignedDuration = SignedDuration::from_hours(30);

/// Lets a plan wait from now on.
pub(super) fn wait(plan: &mut Plan, state: PlanState, scene: &Scene<'_>) {
    plan.state = state;
    plan.expires = deadline(state, &scene.settings, scene.now);
    plan.up = (state == PlanState::AwaitsApproval).then_some(scene.now);
}

/// The deadline of a plan that begins to wait now.
pub(super) fn deadline(state: PlanState, settings: &Settings, now: Timestamp) -> Timestamp {
    match state {
        // A plan of the evening has a day left all the same, and an owner alone some of the next.
        PlanState::AwaitsApproval => {
            let at_least = now.checked_add(APPROVE_FOR_AT_LEAST).unwrap_or(now);
            end_of_next_working_day(settings, now).max(at_least)
        }
        PlanState::AwaitsConfirm
        | PlanState::Done
        | PlanState::Cancelled
        | PlanState::Denied
        | PlanState::Expired
        | PlanState::Lapsed => now.checked_add(CONFIRM_FOR).unwrap_or(now),
    }
}

/// Midnight at the end of the next working day (Monday to Friday) after today, in the desk's zone.
fn end_of_next_working_day(settings: &Settings, now: Timestamp) -> Timestamp {
    let zone = settings.time_zone();
    let mut day = now.to_zoned(zone.clone()).date().tomorrow().unwrap_or(Date::MAX);
    while matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
        day = day.tomorrow().unwrap_or(Date::MAX);
        if day == Date::MAX {
            break;
        }
    }
    let midnight = day.tomorrow().ok().and_then(|after| after.to_zoned(zone).ok());
    midnight.map_or(now, |zoned| zoned.timestamp())
}

/// The present state of a plan: a plan past its deadline has expired, also before that is written.
pub(super) fn state_at(plan: &Plan, now: Timestamp) -> PlanState {
    if plan.state.waits() && now >= plan.expires { PlanState::Expired } else { plan.state }
}
