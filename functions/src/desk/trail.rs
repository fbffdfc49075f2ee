//! The lines of the audit trail about calls that did nothing: plans, refusals and dry runs. The line of a
//! change that was done is its job's.

use jiff::Timestamp;
use shared::contract::call::Call;
use shared::contract::change::{Change, Expect, Then, Write};
use shared::contract::image::Image;
use shared::contract::refusal::Refusal;
use shared::contract::{Ask, Key, Record};
use shared::credits::types as credits;
use shared::kernel::actor::{ActorId, Caller};
use shared::kernel::audit::{Audit, Ended};
use shared::kernel::id::ClientId;
use shared::plans::types::PlanState;
use shared::plans::{naming, request};
use shared::staff::types::LinkedIdentity;

use crate::desk::discreet::discreet;

/// A plan or a refusal that is written takes its audit line along, so that neither is there without the
/// other. The line of a change that was done is its job's.
pub(super) fn with_audit(mut change: Change, call: &Call, image: &Image, now: Timestamp) -> Change {
    let line = match &change.then {
        Then::Answer(_) | Then::Done(_) => return change,
        Then::Planned(plan) => {
            let client = plan.client().map(|client| client.id);
            let text = format!("{}: {}", request::request(plan), waits_for(plan.state));
            let credits = request::credits(plan.movement.as_ref());
            Audit { credits, ..line(call, image, now, client, Ended::Planned, text) }
        }
        Then::Refuse(refusal) => refused(call, image, now, refusal),
    };
    change.writes.push(Write::Put(Record::Audit(line), Expect::Anything));
    change
}

/// The end of the sentence about a plan that was put up.
fn waits_for(state: PlanState) -> &'static str {
    match state {
        PlanState::AwaitsApproval => "needs an approval",
        PlanState::AwaitsConfirm
        | PlanState::Done
        | PlanState::Cancelled
        | PlanState::Denied
        | PlanState::Expired
        | PlanState::Lapsed => "needs a confirmation",
    }
}

/// The line of the audit trail about a refusal.
pub(super) fn refused(call: &Call, image: &Image, now: Timestamp, refusal: &Refusal) -> Audit {
    let client = naming::first_client(&call.ask, image);
    let credits = match &call.ask {
        Ask::Credits(
            credits::Ask::AddCredit { count, .. } | credits::Ask::DeductCredit { count, .. },
        ) => count.get(),
        _ => 0,
    };
    Audit { credits, ..line(call, image, now, client, Ended::Refused, discreet(refusal)) }
}

/// A line of the audit trail about a call.
pub(super) fn line(
    call: &Call,
    image: &Image,
    now: Timestamp,
    client: Option<ClientId>,
    ended: Ended,
    text: String,
) -> Audit {
    Audit {
        by: actor_of(call, image),
        identity: call.by.identity().cloned(),
        at: now,
        op: call.key.op(),
        operation: call.ask.spec().name.to_owned(),
        client,
        ended,
        text,
        typed: call.typed.clone(),
        credits: 0,
    }
}

/// The actor of a call, as far as it is known: an identity may not be linked.
fn actor_of(call: &Call, image: &Image) -> Option<ActorId> {
    match &call.by {
        Caller::Chat(identity) => image
            .peek::<LinkedIdentity>(&Key::Identity(identity.clone()))
            .map(|linked| ActorId::Staff(linked.staff)),
        Caller::Client(client) => Some(ActorId::Client(*client)),
        Caller::Provider(provider) => Some(ActorId::Provider(*provider)),
        Caller::Carrier(carrier) => Some(ActorId::Carrier(*carrier)),
        Caller::Schedule => Some(ActorId::Schedule),
    }
}
