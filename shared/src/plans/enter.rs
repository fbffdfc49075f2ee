//! The only entrance of every call. The stored outcome and the waiting plan come before everything else,
//! so a repeated call is answered and never done twice; then authority; then the capability's decision,
//! which the plan machine settles.

use jiff::Timestamp;

use crate::books::witness;
use crate::contract::call::Call;
use crate::contract::change::{Change, Then};
use crate::contract::image::{Image, Need, Stop};
use crate::contract::plan::Plan;
use crate::contract::receipt::Outcome;
use crate::contract::refusal::Refusal;
use crate::contract::{Ask, Facts, Key};
use crate::decision::{Decision, Draft, Prefetch, Scene};
use crate::kernel::actor::{Actor, ActorId, Caller};
use crate::kernel::day::utc_date;
use crate::kernel::id::OpId;
use crate::plans::author::{may, staff_actor};
use crate::plans::confirm;
use crate::plans::deadline::state_at;
use crate::plans::naming::{self, NamedAsk};
use crate::plans::rooms::Rooms;
use crate::plans::settle::{done_before, settle, stored_refusal};
use crate::plans::types::{self as plans, PlanState};
use crate::staff::types::LinkedIdentity;

/// Names the records that the decision of a call will look at, as far as they can be named from what
/// was read.
#[must_use]
pub fn needs(call: &Call, image: &Image, rooms: &Rooms, now: Timestamp) -> Vec<Need> {
    let op = call.key.op();
    let caller = call.by.identity().and_then(|identity| image.peek_caller(identity));
    let mut prefetch = Prefetch { image, caller, now, plan: None, needs: Vec::new() };
    prefetch.items([Key::Operation(op.clone()), Key::Plan(op), Key::Settings]);
    prefetch.items(call.by.identity().cloned().map(Key::Identity));
    prefetch.items(caller.map(|staff| Key::Spend(staff, utc_date(now))));
    if let Caller::Client(client) = &call.by {
        prefetch.client(*client);
    }
    match &call.ask {
        Ask::Plans(ask) => confirm::needs(ask, rooms, &mut prefetch),
        ask => {
            let ask = naming::prefetch(ask, &mut prefetch);
            rooms.needs(&ask, &mut prefetch);
        }
    }
    prefetch.needs
}

/// The actor behind a caller, with the link of a staff member.
///
/// # Errors
/// The identity is not linked, or its staff member has left.
fn look_up<'a>(
    call: &Call,
    image: &'a Image,
    now: Timestamp,
) -> Result<(Actor, Option<&'a LinkedIdentity>), Stop> {
    let actor = match &call.by {
        Caller::Chat(identity) => {
            let not_linked = || Refusal::NotLinked { identity: identity.clone() };
            let linked = image.identity(identity)?.ok_or_else(not_linked)?;
            return Ok((staff_actor(linked, now)?, Some(linked)));
        }
        Caller::Client(client) => {
            image.client(*client)?.ok_or_else(|| Refusal::no_client(*client))?;
            Actor::Client(*client)
        }
        Caller::Provider(provider) => Actor::Provider(*provider),
        Caller::Carrier(carrier) => Actor::Carrier(*carrier),
        Caller::Schedule => Actor::Schedule,
    };
    Ok((actor, None))
}

/// Decides a call, and completes its change with the witnesses of the proof.
///
/// # Errors
/// The refusal, or what was never read.
pub fn enter(call: &Call, image: &Image, rooms: &Rooms, now: Timestamp) -> Result<Decision, Stop> {
    match decided(call, image, rooms, now)? {
        Decision::Commit(Change { writes, then }) => {
            Ok(Decision::Commit(Change { writes: witness::seal(writes, image)?, then }))
        }
        decision => Ok(decision),
    }
}

fn decided(call: &Call, image: &Image, rooms: &Rooms, now: Timestamp) -> Result<Decision, Stop> {
    let op = call.key.op();
    if !call.dry_run
        && let Some(known) = known_before(call, &op, image, now)?
    {
        return Ok(known);
    }
    let (actor, linked) = look_up(call, image, now)?;
    let spec = call.ask.spec();
    may(&actor, spec)?;
    let scene = Scene {
        op,
        fingerprint: call.ask.fingerprint(),
        spec,
        actor,
        linked,
        dry_run: call.dry_run,
        at: call.at.as_ref(),
        settings: image.settings()?,
        image,
        now,
        plan: None,
    };
    if let Ask::Plans(ask) = &call.ask {
        let decision = confirm::decide(&scene, ask, rooms)?;
        return Ok(taking_key(&scene, call, ask, decision));
    }
    let NamedAsk { ask, questions } = naming::named(&call.ask, image)?;
    if scene.linked.is_none() && spec.is_write() {
        naming::without_asking(&questions)?;
    }
    match rooms.decide(&scene, &ask) {
        None => Ok(Decision::Elsewhere(spec.function)),
        Some(Ok(Draft::Answer(answer))) => Ok(Decision::Answer(answer)),
        Some(Ok(Draft::Ranges)) => Ok(Decision::Ranges),
        Some(Ok(Draft::Write(_, answer))) if call.dry_run => Ok(Decision::Answer(answer)),
        Some(Ok(Draft::Write(writes, answer))) => {
            Ok(Decision::Commit(Change { writes, then: Then::Answer(answer) }))
        }
        Some(Ok(Draft::Propose(mut proposal))) => {
            proposal.questions.splice(0..0, questions);
            settle(&scene, proposal)
        }
        Some(Err(Stop::Refuse(refusal))) => stored_refusal(&scene, refusal),
        Some(Err(stop)) => Err(stop),
    }
}

/// The stored outcome or the plan under the call's own key.
fn known_before(
    call: &Call,
    op: &OpId,
    image: &Image,
    now: Timestamp,
) -> Result<Option<Decision>, Stop> {
    let reused = || Stop::from(Refusal::KeyReused { op: op.clone() });
    if let Some(receipt) = image.operation(op)? {
        if !is_of(call, receipt.by.id(), &receipt.fingerprint, image)? {
            return Err(reused());
        }
        // The outcome is the plan's, which knows the calls that moved it.
        if let Outcome::Done { facts: Facts::Plans(_), .. } = &receipt.outcome {
            return Ok(None);
        }
        return Ok(Some(Decision::Replay(receipt.clone())));
    }
    if let Some(plan) = image.plan(op)? {
        if !is_of(call, ActorId::Staff(plan.by.id), &plan.fingerprint, image)? {
            return Err(reused());
        }
        return stands(plan, image, now).map(Some);
    }
    Ok(None)
}

/// The change of a plan by a call, with the receipt that takes the call's key where its caller chose it:
/// the same request again gets its reply, and another request is refused.
fn taking_key(scene: &Scene<'_>, call: &Call, ask: &plans::Ask, decision: Decision) -> Decision {
    let (mut change, plan) = match (decision, ask.plan()) {
        (Decision::Commit(change), Some(plan)) => (change, plan),
        (decision, _) => return decision,
    };
    if call.key.is_chosen() {
        let outcome = match &change.then {
            Then::Refuse(refusal) => Outcome::Refused(refusal.clone()),
            Then::Done(_) | Then::Answer(_) | Then::Planned(_) => {
                let facts = Facts::Plans(plans::Facts { plan: plan.clone() });
                Outcome::Done { movement: None, facts }
            }
        };
        change.writes.push(scene.receipt_write(outcome));
    }
    Decision::Commit(change)
}

/// Whether what is stored under a call's key is this call's: of the same actor and the same content. A
/// key is no secret, and its answer is not everybody's.
fn is_of(call: &Call, by: ActorId, fingerprint: &str, image: &Image) -> Result<bool, Stop> {
    let caller = match &call.by {
        Caller::Chat(identity) => {
            image.identity(identity)?.map(|linked| ActorId::Staff(linked.staff))
        }
        Caller::Client(client) => Some(ActorId::Client(*client)),
        Caller::Provider(provider) => Some(ActorId::Provider(*provider)),
        Caller::Carrier(carrier) => Some(ActorId::Carrier(*carrier)),
        Caller::Schedule => Some(ActorId::Schedule),
    };
    Ok(caller == Some(by) && fingerprint == call.ask.fingerprint())
}

/// A plan as it stands: shown while it waits, or its outcome.
fn stands(plan: &Plan, image: &Image, now: Timestamp) -> Result<Decision, Stop> {
    match state_at(plan, now) {
        PlanState::AwaitsConfirm | PlanState::AwaitsApproval => Ok(Decision::Show(plan.clone())),
        state => {
            let over = || Refusal::PlanOver { op: plan.op.clone(), state };
            done_before(plan, image)?.ok_or_else(|| over().into())
        }
    }
}
