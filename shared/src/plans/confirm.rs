//! Confirmations, approvals and denials.

use jiff::{SignedDuration, Timestamp};

use crate::contract::call::{Tried, TriedResult};
use crate::contract::change::Then;
use crate::contract::image::Stop;
use crate::contract::plan::{Plan, PlanCard};
use crate::contract::refusal::Refusal;
use crate::contract::{Answer, Key};
use crate::decision::{Decision, Prefetch, Scene, named_staff};
use crate::kernel::actor::Role;
use crate::kernel::audit::Ended;
use crate::kernel::id::{ClientId, NamedStaff, OpId};
use crate::kernel::job::About;
use crate::kernel::money::Money;
use crate::kernel::text::clean;
use crate::ledger::entry::NOTE_MAX;
use crate::plans::author::{self, is_callers, is_own, may, under};
use crate::plans::carry::{carry_out, try_plan};
use crate::plans::deadline::{state_at, wait};
use crate::plans::ending::{ended, tell_author};
use crate::plans::expiry;
use crate::plans::limits;
use crate::plans::request::request;
use crate::plans::rooms::Rooms;
use crate::plans::settle::{done_before, moved_by};
use crate::plans::standing;
use crate::plans::types::{Ask, Operation, PlanState, Question};
use crate::plans::waiting::covers;
use crate::staff::types::Staff;

/// How long after it was put up an owner may approve an own plan that nobody else can approve.
const ALONE_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// Names the records that an ask about a plan will look at.
pub(super) fn needs(ask: &Ask, rooms: &Rooms, prefetch: &mut Prefetch<'_>) {
    match ask {
        Ask::Pending { after, .. } => prefetch.items(after.clone().map(Key::Plan)),
        Ask::Expire { op } => prefetch.item(Key::Plan(op.clone())),
        Ask::Confirm { op, about, .. } => needs_plan(op, *about, rooms, prefetch),
        Ask::Approve { op, about, alone, .. } => {
            if *alone {
                prefetch.all_staff();
            }
            needs_plan(op, *about, rooms, prefetch);
        }
        Ask::Deny { op, .. } => needs_plan(op, None, rooms, prefetch),
    }
}

fn needs_plan(op: &OpId, about: Option<ClientId>, rooms: &Rooms, prefetch: &mut Prefetch<'_>) {
    if let Some(client) = about {
        prefetch.client(client);
    }
    prefetch.items([Key::Plan(op.clone()), Key::Operation(op.clone())]);
    let image = prefetch.image;
    let Some(plan) = image.peek::<Plan>(&Key::Plan(op.clone())) else { return };
    author::needs(plan, prefetch);
    let needs = std::mem::take(&mut prefetch.needs);
    let (caller, now) = (prefetch.caller, prefetch.now);
    let mut planned = Prefetch { image, caller, now, plan: Some(plan), needs };
    rooms.needs(&plan.ask, &mut planned);
    prefetch.needs = planned.needs;
}

/// Decides an ask about plans.
pub(super) fn decide(scene: &Scene<'_>, ask: &Ask, rooms: &Rooms) -> Result<Decision, Stop> {
    match ask {
        Ask::Pending { .. } => Ok(Decision::Ranges),
        Ask::Confirm { op, seen, .. } => confirm(scene, op, *seen, rooms),
        Ask::Approve { op, seen, alone, .. } => approve(scene, op, *seen, *alone, rooms),
        Ask::Deny { op, reason } => deny(scene, op, reason.as_deref()),
        Ask::Expire { op } => expiry::expire(scene, op),
    }
}

/// A plan that the caller may act on, or the decision that replaces the act.
#[expect(clippy::large_enum_variant, reason = "one of these exists at a time")]
enum Found<'a> {
    Waiting(&'a Plan),
    Instead(Decision),
}

/// A plan that an ask names.
fn named<'a>(scene: &Scene<'a>, op: &OpId) -> Result<&'a Plan, Stop> {
    match scene.image.plan(op)? {
        Some(plan) => Ok(plan),
        None => Err(standing::not_open(scene, op, "no question about it is open")?.into()),
    }
}

/// A plan, if it still waits and this very call has not moved it already. A plan that the call moved is
/// shown as it stands, because nobody has confirmed that yet.
fn waiting<'a>(scene: &Scene<'a>, op: &OpId) -> Result<Found<'a>, Stop> {
    let plan = named(scene, op)?;
    match state_at(plan, scene.now) {
        PlanState::AwaitsConfirm | PlanState::AwaitsApproval => {
            let answered = !scene.dry_run && plan.calls.contains(&scene.op);
            Ok(if answered {
                Found::Instead(Decision::Show(plan.clone()))
            } else {
                Found::Waiting(plan)
            })
        }
        state => Err(Refusal::PlanOver { op: op.clone(), state }.into()),
    }
}

/// A plan to confirm or approve: as [`waiting`], but who did it gets its outcome again.
fn waiting_or_done<'a>(scene: &Scene<'a>, op: &OpId) -> Result<Found<'a>, Stop> {
    let plan = named(scene, op)?;
    let caller = scene.staff()?.staff;
    let theirs =
        [Some(plan.by.id), plan.second].contains(&Some(caller)) || plan.calls.contains(&scene.op);
    if theirs
        && !scene.dry_run
        && let Some(replay) = done_before(plan, scene.image)?
    {
        return Ok(Found::Instead(replay));
    }
    waiting(scene, op)
}

/// The author confirms.
fn confirm(
    scene: &Scene<'_>,
    op: &OpId,
    seen: Option<u64>,
    rooms: &Rooms,
) -> Result<Decision, Stop> {
    let plan = match waiting_or_done(scene, op)? {
        Found::Waiting(plan) => plan,
        Found::Instead(decision) => return Ok(decision),
    };
    let answering = author_if_any(scene, plan)?;
    let author = answering.map_or_else(|| plan.by.clone(), named_staff);
    if author.id != scene.staff()?.staff {
        return Err(Refusal::NotYourPlan { author }.into());
    }
    if is_older(seen, plan) {
        return Ok(Decision::Show(plan.clone()));
    }
    if plan.state == PlanState::AwaitsApproval {
        return Err(Refusal::NeedsApproval { op: op.clone() }.into());
    }
    if scene.dry_run {
        return try_plan(scene, plan, rooms);
    }
    // The limits that it was measured by are the first author's: a successor is measured anew. A
    // question for a second person, whoever the author is, still holds.
    let is_first = plan.by.id == author.id;
    let holds =
        |question: &Question| question.needs_approval() && (is_first || !question.is_measured());
    if plan.questions.iter().any(holds) {
        // The unusual part is confirmed; now a second person has to approve.
        let mut up = answering.map_or_else(|| plan.clone(), |author| under(plan, author));
        up.questions.retain(|question| holds(question) || question.stays_shown());
        wait(&mut up, PlanState::AwaitsApproval, scene);
        return Ok(Decision::Commit(moved_by(scene, plan, up)));
    }
    carry_out(scene, plan, None, rooms)
}

/// The staff member who answers for a plan; `None` when the author has left without a successor.
fn author_if_any<'a>(
    scene: &Scene<'a>,
    plan: &Plan,
) -> Result<Option<&'a crate::staff::types::LinkedIdentity>, Stop> {
    match author::author(scene, plan) {
        Ok(author) => Ok(Some(author)),
        Err(Stop::Refuse(_)) => Ok(None),
        Err(stop) => Err(stop),
    }
}

/// Whether the person saw another version of the plan.
fn is_older(seen: Option<u64>, plan: &Plan) -> bool {
    seen.is_some_and(|version| version != plan.version)
}

/// A second person approves; or an owner alone, when nobody else can.
fn approve(
    scene: &Scene<'_>,
    op: &OpId,
    seen: Option<u64>,
    alone: bool,
    rooms: &Rooms,
) -> Result<Decision, Stop> {
    let plan = match waiting_or_done(scene, op)? {
        Found::Waiting(plan) => plan,
        Found::Instead(decision) => return Ok(decision),
    };
    if is_callers(scene, plan)? {
        match alone_from(scene, plan) {
            Some(from) if alone => may_alone(scene, plan, from)?,
            alone_from => {
                return Err(Refusal::OwnPlan { op: plan.op.clone(), alone_from }.into());
            }
        }
    }
    if is_older(seen, plan) {
        return Ok(Decision::Show(plan.clone()));
    }
    if plan.state == PlanState::AwaitsConfirm {
        return Err(Refusal::NotYetApprovable { op: op.clone() }.into());
    }
    let mode = plan.worth.mode;
    let limit = scene.role().and_then(|role| scene.settings.limits(role).get(mode));
    if let (Some(limit), Some(amount)) = (limit, limits::money(scene, plan.worth.minor))
        && amount.minor > limit
    {
        let limit = Money { minor: limit, ..amount };
        return Err(Refusal::ApproverLimit { mode, limit, amount }.into());
    }
    if scene.dry_run {
        return try_plan(scene, plan, rooms);
    }
    carry_out(scene, plan, Some(scene.staff()?.staff), rooms)
}

/// From then on an owner may approve an own plan, if nobody else can; other roles never may.
fn alone_from(scene: &Scene<'_>, plan: &Plan) -> Option<Timestamp> {
    let is_owner = scene.has_role(Role::Owner) && plan.state == PlanState::AwaitsApproval;
    plan.up.filter(|_| is_owner)?.checked_add(ALONE_AFTER).ok()
}

/// Whether an owner may approve an own plan: it was put up a day ago, and nobody else can approve it.
/// The staff are read in the same attempt; a person who is hired in that moment comes a day too late.
fn may_alone(scene: &Scene<'_>, plan: &Plan, from: Timestamp) -> Result<(), Stop> {
    if scene.now < from {
        return Err(Refusal::NotYetAlone { op: plan.op.clone(), from }.into());
    }
    let mut others: Vec<NamedStaff> = Vec::new();
    for staff in scene.image.all_staff()? {
        let staff: &Staff = staff;
        if staff.active
            && covers(&scene.settings, plan, staff.role_at(scene.now))
            && !is_own(scene, plan, staff.id, &staff.identities)?
        {
            others.push(NamedStaff { id: staff.id, name: staff.name.clone() });
        }
    }
    if others.is_empty() { Ok(()) } else { Err(Refusal::OthersCan { others }.into()) }
}

/// Its author takes a plan back, or a second person who could approve it turns it down.
fn deny(scene: &Scene<'_>, op: &OpId, reason: Option<&str>) -> Result<Decision, Stop> {
    let reason = reason.map(|text| clean("reason", text, NOTE_MAX)).transpose()?;
    if let Some(plan) = scene.image.plan(op)?.filter(|plan| is_ended_by(scene, plan)) {
        return Ok(Decision::Answer(Answer::PlanEnded { plan: plan.card() }));
    }
    let plan = match waiting(scene, op)? {
        Found::Waiting(plan) => plan,
        Found::Instead(decision) => return Ok(decision),
    };
    let caller = scene.staff()?.staff;
    let author = author_if_any(scene, plan)?;
    let own = author.is_some_and(|author| author.staff == caller);
    if !own {
        may(&scene.actor, Operation::Approve.spec())?;
    }
    let signed = author.map_or_else(|| plan.clone(), |author| under(plan, author));
    let state = if own { PlanState::Cancelled } else { PlanState::Denied };
    let mut over = ended(&signed, state, reason.clone());
    over.second = (!own).then_some(caller);
    let version = plan.version.saturating_add(1);
    let card = PlanCard { version, ..over.card() };
    let answer = Answer::PlanEnded { plan: card };
    if scene.dry_run {
        return Ok(Decision::Try(Tried {
            result: TriedResult::Answer(answer),
            questions: Vec::new(),
            text: format!("would end: {}", request(plan)),
        }));
    }
    let word = if own { "cancelled" } else { "denied" };
    let reason = reason.map(|reason| format!(" ({reason})")).unwrap_or_default();
    let text = format!("{word}{reason}: {}", request(plan));
    let mut change = moved_by(scene, plan, over);
    let about = About::Plan { op: plan.op.clone(), version };
    let client = plan.client().map(|client| client.id);
    let line = scene.audit(client, Ended::Done, text);
    change.writes.push(scene.job(line, Vec::new(), &about));
    if !own {
        tell_author(scene, &mut change, plan, &about);
    }
    change.then = Then::Answer(answer);
    Ok(Decision::Commit(change))
}

/// Whether this very call has ended a plan.
fn is_ended_by(scene: &Scene<'_>, plan: &Plan) -> bool {
    let ended = matches!(plan.state, PlanState::Cancelled | PlanState::Denied);
    ended && !scene.dry_run && plan.calls.last() == Some(&scene.op)
}
