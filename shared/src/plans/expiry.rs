//! Deadlines of plans, and the end of a plan whose time is over.

use jiff::civil::{Date, Weekday};
use jiff::{SignedDuration, Timestamp};

use crate::contract::change::{Change, Expect, Then, Write};
use crate::contract::image::Stop;
use crate::contract::plan::Plan;
use crate::contract::refusal::Refusal;
use crate::contract::{Answer, Record};
use crate::decision::{Decision, Scene};
use crate::kernel::audit::{Audit, Ended};
use crate::kernel::id::{Channel, OpId};
use crate::kernel::job::{About, Effect, Job, What};
use crate::plans::settle::{announced_as, moved};
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

/// Ends a plan that nobody confirmed or approved in time. Its line of the audit trail is written along;
/// where an approval was asked for, the end is announced as well.
pub(super) fn expire(scene: &Scene<'_>, op: &OpId) -> Result<Decision, Stop> {
    let unknown = || Refusal::UnknownOperation { op: op.clone() };
    let plan = scene.image.plan(op)?.ok_or_else(unknown)?;
    if !plan.state.waits() || scene.now < plan.expires {
        return Err(Refusal::PlanOver { op: op.clone(), state: plan.state }.into());
    }
    let mut over = plan.clone();
    over.state = PlanState::Expired;
    let (over, write) = moved(plan, over);
    let line = Audit {
        by: Some(scene.actor_id()),
        identity: None,
        at: scene.now,
        op: plan.op.clone(),
        operation: plan.ask.spec().name.to_owned(),
        client: plan.client().map(|client| client.id),
        ended: Ended::Refused,
        text: format!("{} of {} has expired", plan.op, plan.by.name),
    };
    let mut writes = vec![write, Write::Put(Record::Audit(line), Expect::Anything)];
    if plan.state == PlanState::AwaitsApproval {
        let about = About::Plan { op: over.op.clone(), version: over.version };
        let announce = |channel: &Channel| {
            let what = What::Announce { channel: channel.clone(), about: about.clone() };
            Effect::new(what, scene.now)
        };
        let effects: Vec<Effect> = scene.settings.asked_in().map(announce).collect();
        if !effects.is_empty() {
            let job = Job::new(announced_as(&over), effects);
            writes.push(Write::Put(Record::Job(job), Expect::Absent));
        }
    }
    let then = Then::Answer(Answer::PlanEnded { plan: over.card(), reason: None });
    Ok(Decision::Commit(Change { writes, then }))
}
