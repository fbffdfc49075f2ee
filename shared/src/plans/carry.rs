//! Carrying a plan out: its ask is decided again as its author, and committed under the plan's own key.
//! When a fact that it showed changed, it is shown again; when it may no longer be done, it lapses.

use crate::contract::Record;
use crate::contract::change::{Change, Then, Write};
use crate::contract::image::Stop;
use crate::contract::plan::Plan;
use crate::contract::receipt::Outcome;
use crate::contract::refusal::Refusal;
use crate::decision::{Decision, Draft, Proposal, Scene};
use crate::kernel::audit::{Audit, Ended as AuditEnd};
use crate::kernel::id::StaffId;
use crate::kernel::job::{Effect, What};
use crate::plans::author::{self, is_callers, may, staff_actor, under};
use crate::plans::deadline::wait;
use crate::plans::limits;
use crate::plans::request::{credits, request};
use crate::plans::rooms::Rooms;
use crate::plans::settle::{Ended, Spending, commit, first_state, moved_by, tried};
use crate::plans::types::{Lapse, Operation, PlanState, Question};

/// The scene in which the staff member who answers for a plan acts, under the plan's key.
fn authors_scene<'a>(scene: &Scene<'a>, plan: &'a Plan) -> Result<Scene<'a>, Stop> {
    let author = author::author(scene, plan)?;
    let spec = plan.ask.spec();
    let actor = staff_actor(author, scene.now)?;
    may(&actor, spec)?;
    Ok(Scene {
        op: plan.op.clone(),
        fingerprint: plan.fingerprint.clone(),
        spec,
        actor,
        linked: Some(author),
        dry_run: scene.dry_run,
        at: scene.at,
        settings: scene.settings.clone(),
        image: scene.image,
        now: scene.now,
        plan: Some(plan),
    })
}

/// The planned ask, decided again; `None` when another binary decides it.
fn redraft(scene: &Scene<'_>, plan: &Plan, rooms: &Rooms) -> Result<Option<Proposal>, Stop> {
    match rooms.decide(scene, &plan.ask) {
        None => Ok(None),
        Some(Ok(Draft::Propose(proposal))) => Ok(Some(proposal)),
        Some(Ok(Draft::Answer(_) | Draft::Ranges | Draft::Write(..))) => {
            Err(Refusal::UnknownOperation { op: plan.op.clone() }.into())
        }
        Some(Err(stop)) => Err(stop),
    }
}

/// What a confirmation or approval would do.
pub(super) fn try_plan<'a>(
    scene: &Scene<'a>,
    plan: &'a Plan,
    rooms: &Rooms,
) -> Result<Decision, Stop> {
    let author = authors_scene(scene, plan)?;
    let Some(mut proposal) = redraft(&author, plan, rooms)? else {
        return Ok(Decision::Elsewhere(plan.ask.spec().function));
    };
    let changed = difference(plan, &proposal).map(|lapse| Question::Changed { lapse });
    proposal.questions = changed.into_iter().collect();
    Ok(Decision::Try(tried(&author, proposal)))
}

/// Commits a plan under its own key, shows it again, or lets it lapse.
pub(super) fn carry_out<'a>(
    scene: &Scene<'a>,
    plan: &'a Plan,
    second: Option<StaffId>,
    rooms: &Rooms,
) -> Result<Decision, Stop> {
    let author = match authors_scene(scene, plan) {
        Ok(author) => author,
        Err(Stop::Refuse(refusal)) => return Ok(lapsed(scene, plan, refusal, None)),
        Err(stop) => return Err(stop),
    };
    let proposal = match redraft(&author, plan, rooms) {
        Ok(Some(proposal)) => proposal,
        Ok(None) => return Ok(Decision::Elsewhere(plan.ask.spec().function)),
        Err(Stop::Refuse(refusal)) => {
            let stored = match &refusal {
                Refusal::NotEnough { .. } => {
                    Some(author.receipt_write(Outcome::Refused(refusal.clone())))
                }
                _ => None,
            };
            return Ok(lapsed(scene, plan, refusal, stored));
        }
        Err(stop) => return Err(stop),
    };
    if let Some(lapse) = difference(plan, &proposal) {
        let fresh = shown_again(&author, plan, proposal, lapse)?;
        return Ok(Decision::Commit(moved_by(scene, plan, fresh)));
    }
    let linked = author.staff()?;
    let spending = if second.is_some() {
        Spending { spend: limits::today_of(&author, linked.staff)?, counts: false }
    } else {
        // No second person has approved, so a question for one waits. The budget is a guard of the
        // commit: the amount that was spent since the plan was made counts.
        let mut open: Vec<Question> =
            proposal.questions.iter().filter(|q| q.needs_approval()).cloned().collect();
        open.extend(limits::question(&author, proposal.worth)?);
        if !open.is_empty() {
            let mut up = under(plan, linked);
            up.questions.retain(Question::is_duplicate);
            up.questions.extend(open);
            wait(&mut up, PlanState::AwaitsApproval, scene);
            return Ok(Decision::Commit(moved_by(scene, plan, up)));
        }
        Spending { spend: limits::rated(&author)?, counts: true }
    };
    let spending = proposal.worth.map(|_| spending);
    let mut signed = under(plan, linked);
    signed.second = second;
    let approved_by = match second {
        Some(_) => Some(scene.by()?),
        None => None,
    };
    let ended = Ended { plan: signed, approved_by };
    let mut change = commit(&author, proposal, spending, Some(ended));
    if second.is_some() {
        note_approval(scene, &mut change, &under(plan, linked))?;
    }
    Ok(Decision::Commit(change))
}

/// Puts the approval into the approver's own audit trail, by the same job.
fn note_approval(scene: &Scene<'_>, change: &mut Change, plan: &Plan) -> Result<(), Stop> {
    let audit = Audit {
        operation: Operation::Approve.spec().name.to_owned(),
        op: plan.op.clone(),
        credits: credits(plan.movement.as_ref()),
        ..scene.audit(
            plan.client().map(|client| client.id),
            AuditEnd::Done,
            match is_callers(scene, plan)? {
                true => format!("approved alone, nobody else can: {}", request(plan)),
                false => format!("approved for {}: {}", plan.by.name, request(plan)),
            },
        )
    };
    for write in &mut change.writes {
        if let Write::Put(Record::Job(job), _) = write {
            job.effects.push(Effect::new(What::Audit(audit.clone()), scene.now));
        }
    }
    Ok(())
}

/// The fact that a plan showed and that changed.
fn difference(plan: &Plan, proposal: &Proposal) -> Option<Lapse> {
    let known = |question: &Question| plan.questions.iter().any(|q| is_same(q, question));
    let worth = proposal.worth.map_or(plan.worth.minor, |worth| worth.minor);
    let revalued = (worth != plan.worth.minor).then_some(Lapse::Worth);
    plan.bound.difference(&proposal.bound).or(revalued).or_else(|| {
        let asks_anew = proposal.questions.iter().any(|q| q.is_duplicate() && !known(q));
        asks_anew.then_some(Lapse::OtherChange)
    })
}

/// Whether two questions are about the same earlier change or invoice.
fn is_same(one: &Question, other: &Question) -> bool {
    match (one, other) {
        (Question::Again { earlier: a, .. }, Question::Again { earlier: b, .. }) => a.op == b.op,
        (Question::SameGross { invoice: a, .. }, Question::SameGross { invoice: b, .. }) => a == b,
        _ => false,
    }
}

/// A plan whose facts changed, as it is now: it waits again.
fn shown_again(
    scene: &Scene<'_>,
    plan: &Plan,
    proposal: Proposal,
    lapse: Lapse,
) -> Result<Plan, Stop> {
    let mut questions = vec![Question::Changed { lapse }];
    questions.extend(proposal.questions);
    questions.extend(limits::question(scene, proposal.worth)?);
    let mut fresh = under(plan, scene.staff()?);
    wait(&mut fresh, first_state(&questions), scene);
    fresh.questions = questions;
    fresh.movement = proposal.movement;
    fresh.facts = proposal.facts;
    fresh.bound = proposal.bound;
    fresh.worth = proposal.worth.unwrap_or(plan.worth);
    fresh.prices = proposal.prices;
    fresh.second = None;
    Ok(fresh)
}

/// A plan that may no longer be done.
fn lapsed(scene: &Scene<'_>, plan: &Plan, refusal: Refusal, stored: Option<Write>) -> Decision {
    let mut over = plan.clone();
    over.state = PlanState::Lapsed;
    let mut change = moved_by(scene, plan, over);
    if let Some(stored) = stored {
        change.writes.insert(0, stored);
    }
    change.then = Then::Refuse(refusal);
    Decision::Commit(change)
}
