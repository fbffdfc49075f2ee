//! The staff member who answers for a plan: its author, or the successor of an author who has left.

use crate::contract::Key;
use crate::contract::image::Stop;
use crate::contract::plan::Plan;
use crate::contract::refusal::Refusal;
use crate::decision::{Prefetch, Scene, named_staff};
use crate::kernel::actor::Actor;
use crate::kernel::day::utc_date;
use crate::kernel::id::{Identity, StaffId};
use crate::kernel::spec::Denied;
use crate::kernel::spec::Spec;
use crate::staff::people::handed;
use crate::staff::types::{LinkedIdentity, Staff};

/// Over how many people who left after each other a plan is followed; it waits for days at most.
const HANDED_MAX: usize = 3;

/// The staff member of an identity as an actor.
///
/// # Errors
/// The staff member has left.
pub(super) fn staff_actor(linked: &LinkedIdentity, now: jiff::Timestamp) -> Result<Actor, Refusal> {
    if !linked.active {
        return Err(Refusal::Left { name: linked.name.clone() });
    }
    let role = linked.role_at(now);
    Ok(Actor::Staff { id: linked.staff, name: linked.name.clone(), role })
}

/// Whether an actor may ask for an operation, as a refusal.
///
/// # Errors
/// The refusal that says who may.
pub(super) fn may(actor: &Actor, spec: &Spec) -> Result<(), Refusal> {
    actor.may(spec).map_err(|denied| match denied {
        Denied::Role { role, needs } => {
            Refusal::NotAllowed { operation: spec.name.to_owned(), role, needs, author: None }
        }
        Denied::Kind(actor) => Refusal::WrongActor { actor },
    })
}

/// Names the records of the successor of a plan's author: none while the author is here.
pub(super) fn needs(plan: &Plan, prefetch: &mut Prefetch<'_>) {
    prefetch.item(Key::Identity(plan.identity.clone()));
    // The first author of a plan that was handed over may be back under another identity.
    prefetch.item(Key::Identity(plan.asker_identity.clone()));
    prefetch.items((plan.asker != plan.by.id).then_some(Key::Staff(plan.asker)));
    let today = utc_date(prefetch.now);
    prefetch.item(Key::Spend(plan.by.id, today));
    let image = prefetch.image;
    let Some(linked) = image.peek::<LinkedIdentity>(&Key::Identity(plan.identity.clone())) else {
        return;
    };
    if is_author(linked, plan) {
        return;
    }
    let known = |id| image.peek::<Staff>(&Key::Staff(id));
    let chain = handed(plan.by.id, HANDED_MAX, known);
    prefetch.items(chain.iter().map(|id| Key::Staff(*id)));
    let successor = chain.last().and_then(|id| known(*id)).filter(|staff| staff.active);
    if let Some(successor) = successor {
        prefetch.items(successor.identities.iter().cloned().map(Key::Identity));
        prefetch.item(Key::Spend(successor.id, today));
    }
}

/// Whether an identity is still the author's, and active. It may belong to another person by now.
fn is_author(linked: &LinkedIdentity, plan: &Plan) -> bool {
    linked.active && linked.staff == plan.by.id
}

/// The staff member who answers for a plan.
///
/// # Errors
/// The author has left, and nobody took over.
pub(super) fn author<'a>(scene: &Scene<'a>, plan: &Plan) -> Result<&'a LinkedIdentity, Stop> {
    let image = scene.image;
    let linked = image.identity(&plan.identity)?;
    if let Some(linked) = linked.filter(|linked| is_author(linked, plan)) {
        return Ok(linked);
    }
    // An unread record must not look like the end of the chain.
    let mut chain = vec![plan.by.id];
    for _ in 0..HANDED_MAX {
        let Some(last) = chain.last() else { break };
        let staff = image.staff(*last)?.filter(|staff| !staff.active);
        match staff.and_then(|staff| staff.handed_to) {
            Some(successor) => chain.push(successor),
            None => break,
        }
    }
    let left = || Stop::from(Refusal::Left { name: plan.by.name.clone() });
    let last = match chain.last() {
        Some(last) => image.staff(*last)?,
        None => None,
    };
    let successor = last.filter(|staff| staff.active && staff.id != plan.by.id).ok_or_else(left)?;
    if let Some(caller) = scene.linked.filter(|caller| caller.staff == successor.id) {
        return Ok(caller);
    }
    for identity in &successor.identities {
        let linked = image.identity(identity)?;
        if let Some(linked) = linked.filter(|l| l.active && l.staff == successor.id) {
            return Ok(linked);
        }
    }
    Err(Refusal::Left { name: successor.name.clone() }.into())
}

/// A plan that is about to be written, under the name of the staff member who answers for it now.
pub(super) fn under(plan: &Plan, author: &LinkedIdentity) -> Plan {
    let mut plan = plan.clone();
    plan.by = named_staff(author);
    plan.identity = author.identity.clone();
    plan
}

/// Whether a plan is a person's own: that person answers for it now, or was its first author, as the
/// same staff member, under the same identity, or under another identity from before leaving and being
/// hired again.
pub(super) fn is_own(
    scene: &Scene<'_>,
    plan: &Plan,
    staff: StaffId,
    identities: &[Identity],
) -> Result<bool, Stop> {
    if plan.asker == staff
        || [&plan.identity, &plan.asker_identity].iter().any(|one| identities.contains(one))
    {
        return Ok(true);
    }
    match author(scene, plan) {
        Ok(author) if author.staff == staff => return Ok(true),
        Ok(_) | Err(Stop::Refuse(_)) => {}
        Err(stop) => return Err(stop),
    }
    if scene.image.identity(&plan.asker_identity)?.is_some_and(|linked| linked.staff == staff) {
        return Ok(true);
    }
    // Only the record of a person who handed the plan over, or has left, says more than the plan.
    let linked = scene.image.identity(&plan.identity)?;
    let is_here = linked.is_some_and(|linked| is_author(linked, plan));
    let first = (plan.asker != plan.by.id).then_some(plan.asker);
    for id in first.into_iter().chain((!is_here).then_some(plan.by.id)) {
        let known = scene.image.staff(id)?;
        if known.is_some_and(|known| known.identities.iter().any(|i| identities.contains(i))) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a plan is the caller's own.
pub(super) fn is_callers(scene: &Scene<'_>, plan: &Plan) -> Result<bool, Stop> {
    let caller = scene.staff()?;
    is_own(scene, plan, caller.staff, std::slice::from_ref(&caller.identity))
}
