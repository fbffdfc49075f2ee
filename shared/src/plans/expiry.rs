//! The end of a plan whose time is over.

use crate::contract::change::{Change, Expect, Then, Write};
use crate::contract::image::Stop;
use crate::contract::refusal::Refusal;
use crate::contract::{Answer, Record};
use crate::decision::{Decision, Scene};
use crate::kernel::audit::{Audit, Ended};
use crate::kernel::id::OpId;
use crate::plans::ending::{authors_channel, end_job, ended};
use crate::plans::request::{credits, request};
use crate::plans::settle::moved;
use crate::plans::types::PlanState;

/// Ends a plan that nobody confirmed or approved in time. Its line of the audit trail is written along;
/// where an approval was asked for, the end is announced as well.
pub(super) fn expire(scene: &Scene<'_>, op: &OpId) -> Result<Decision, Stop> {
    let unknown = || Refusal::UnknownOperation { op: op.clone() };
    let plan = scene.image.plan(op)?.ok_or_else(unknown)?;
    if !plan.state.waits() || scene.now < plan.expires {
        return Err(Refusal::PlanOver { op: op.clone(), state: plan.state }.into());
    }
    let over = ended(plan, PlanState::Expired, None);
    let (over, write) = moved(plan, over);
    let line = Audit {
        op: plan.op.clone(),
        operation: plan.ask.spec().name.to_owned(),
        credits: credits(plan.movement.as_ref()),
        ..scene.audit(
            plan.client().map(|client| client.id),
            Ended::Refused,
            format!("{}: expired, nobody answered in time", request(plan)),
        )
    };
    let mut writes = vec![write, Write::Put(Record::Audit(line), Expect::Anything)];
    if plan.state == PlanState::AwaitsApproval {
        let channels = scene.settings.asked_in().chain(authors_channel(scene, plan));
        writes.extend(end_job(scene, &over, channels));
    }
    let then = Then::Answer(Answer::PlanEnded { plan: over.card() });
    Ok(Decision::Commit(Change { writes, then }))
}
