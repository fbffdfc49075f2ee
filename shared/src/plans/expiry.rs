//! The end of a plan whose time is over.

use crate::contract::change::{Change, Expect, Then, Write};
use crate::contract::image::Stop;
use crate::contract::refusal::Refusal;
use crate::contract::{Answer, Record};
use crate::decision::{Decision, Scene};
use crate::kernel::audit::{Audit, Ended};
use crate::kernel::id::{Channel, OpId};
use crate::kernel::job::{About, Effect, Job, What};
use crate::plans::request::{credits, request};
use crate::plans::settle::{announced_as, moved};
use crate::plans::types::PlanState;

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
        text: format!("{}: expired, nobody answered in time", request(plan)),
        typed: None,
        credits: credits(plan.movement.as_ref()),
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
