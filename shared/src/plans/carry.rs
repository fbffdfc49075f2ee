//! Carrying a plan out: its ask is decided again as its author, and committed under the plan's own key.
//! When a figure that it showed changed, it is shown again, in its place and under its deadline. When a
//! fact changed, or a right, floor or limit refuses it, it lapses.

use crate::contract::Record;
use crate::contract::change::{Change, Then, Write};
use crate::contract::image::Stop;
use crate::contract::plan::Plan;
use crate::contract::receipt::Outcome;
use crate::contract::refusal::Refusal;
use crate::decision::{Decision, Draft, Proposal, Scene};
use crate::kernel::audit::{Audit, Ended as AuditEnd};
use crate::kernel::id::StaffId;
use crate::kernel::job::{About, Effect, What};
use crate::plans::author::{self, is_callers, may, staff_actor, under};
use crate::plans::deadline::wait;
use crate::plans::ending::{end_job, ended, tell_author};
use crate::plans::limits;
use crate::plans::request::{credits, request};
use crate::plans::rooms::Rooms;
use crate::plans::settle::{Ended, Spending, commit, moved_by, payer, tried};
use crate::plans::standing;
use crate::plans::types::{Figure, Lapse, Operation, PlanState, Question};

/// How many calls move a plan before a changed figure ends it. A call that comes again is known by its
/// place among them, so none of them is forgotten.
const CALLS_MAX: usize = 6;

/// The scene in which the staff member who answers for a plan acts, under the plan's key.
fn authors_scene<'a>(scene: &Scene<'a>, plan: &'a Plan) -> Result<Scene<'a>, Stop> {
    let author = author::author(scene, plan)?;
    let spec = plan.ask.spec();
    let actor = staff_actor(author, scene.now)?;
    may(&actor, spec).map_err(|refusal| match scene.linked {
        Some(caller) if caller.staff == author.staff => refusal,
        Some(_) | None => refusal.of_author(&author.name),
    })?;
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
            Err(standing::not_open(scene, &plan.op, "it is no request that can wait")?.into())
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
    if let Some(lapse) = plan.bound.changed_fact(&proposal.bound) {
        return Err(Refusal::PlanLapsed { op: plan.op.clone(), lapse }.into());
    }
    let changed = changed_figure(plan, &proposal).map(|figure| Question::Changed { figure });
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
        Err(Stop::Refuse(refusal)) => return lapsed(scene, plan, refusal, None),
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
            return lapsed(scene, plan, refusal, stored);
        }
        Err(stop) => return Err(stop),
    };
    if let Some(lapse) = plan.bound.changed_fact(&proposal.bound) {
        let refusal = Refusal::PlanLapsed { op: plan.op.clone(), lapse };
        return lapsed(scene, plan, refusal, None);
    }
    if let Some(figure) = changed_figure(plan, &proposal) {
        if plan.calls.len() >= CALLS_MAX {
            let refusal = Refusal::PlanLapsed { op: plan.op.clone(), lapse: Lapse::TooOften };
            return lapsed(scene, plan, refusal, None);
        }
        let fresh = shown_again(&author, plan, proposal, figure)?;
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
            up.questions.retain(Question::stays_shown);
            up.questions.extend(open);
            wait(&mut up, PlanState::AwaitsApproval, scene);
            return Ok(Decision::Commit(moved_by(scene, plan, up)));
        }
        let spend = match proposal.worth {
            Some(_) => limits::rated(&author)?,
            None => limits::today_of(&author, linked.staff)?,
        };
        Spending { spend, counts: true }
    };
    let mut signed = under(plan, linked);
    signed.second = second;
    signed.calls.push(scene.op.clone());
    let approved_by = match second {
        Some(_) => Some(scene.by()?),
        None => None,
    };
    let ended = Ended { plan: signed, approved_by };
    let mut change = commit(&author, proposal, Some(spending), Some(ended));
    if second.is_some() {
        note_approval(scene, &mut change, &under(plan, linked))?;
        tell_author(scene, &mut change, plan, &About::Done(plan.op.clone()));
    }
    Ok(Decision::Commit(change))
}

/// Puts the approval into the approver's own audit trail, by the same job. An owner who approves alone
/// is the author too: the author's line says so, because a second line would have the same place.
fn note_approval(scene: &Scene<'_>, change: &mut Change, plan: &Plan) -> Result<(), Stop> {
    if is_callers(scene, plan)? {
        for audit in audits_of(change) {
            audit.text.push_str("; approved alone: nobody else can");
        }
        return Ok(());
    }
    let audit = Audit {
        operation: Operation::Approve.spec().name.to_owned(),
        op: plan.op.clone(),
        credits: credits(plan.movement.as_ref()),
        ..scene.audit(
            plan.client().map(|client| client.id),
            AuditEnd::Done,
            format!("approved for {}: {}", plan.by.name, request(plan)),
        )
    };
    for write in &mut change.writes {
        if let Write::Put(Record::Job(job), _) = write {
            job.effects.push(Effect::new(What::Audit(audit.clone()), scene.now));
        }
    }
    Ok(())
}

/// The lines of the audit trail that the job of a change puts.
fn audits_of(change: &mut Change) -> impl Iterator<Item = &mut Audit> {
    let jobs = change.writes.iter_mut().filter_map(|write| match write {
        Write::Put(Record::Job(job), _) => Some(job),
        Write::Put(..) | Write::Delete(..) | Write::Check(..) => None,
    });
    jobs.flat_map(|job| &mut job.effects).filter_map(|effect| match &mut effect.what {
        What::Audit(audit) => Some(audit),
        What::Mail { .. }
        | What::Remind { .. }
        | What::Statement { .. }
        | What::Refund { .. }
        | What::Announce { .. } => None,
    })
}

/// The figure that a plan showed and that changed.
fn changed_figure(plan: &Plan, proposal: &Proposal) -> Option<Figure> {
    let known = |question: &Question| plan.questions.iter().any(|q| is_same(q, question));
    let worth = proposal.worth.map_or(plan.worth.minor, |worth| worth.minor);
    let revalued = (worth != plan.worth.minor).then_some(Figure::Worth);
    plan.bound.changed_figure(&proposal.bound).or(revalued).or_else(|| {
        let asks_anew = proposal.questions.iter().any(|q| q.is_duplicate() && !known(q));
        asks_anew.then_some(Figure::OtherChange)
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

/// A plan whose figures changed, as it is now. It keeps its author, its deadline and its place: an
/// approval stays one.
fn shown_again(
    scene: &Scene<'_>,
    plan: &Plan,
    proposal: Proposal,
    figure: Figure,
) -> Result<Plan, Stop> {
    let payer = payer(scene, &proposal);
    let mut questions = vec![Question::Changed { figure }];
    questions.extend(proposal.questions);
    questions.extend(limits::question(scene, proposal.worth)?);
    let mut fresh = under(plan, scene.staff()?);
    fresh.payer = payer;
    fresh.questions = questions;
    fresh.movement = proposal.movement;
    fresh.facts = proposal.facts.planned();
    fresh.bound = proposal.bound;
    fresh.worth = proposal.worth.unwrap_or(plan.worth);
    fresh.prices = proposal.prices;
    fresh.mails = proposal.mails.iter().map(|mail| (mail.to, mail.event.sort())).collect();
    Ok(fresh)
}

/// A plan that may no longer be done. Its author is told, unless the author has this very answer.
fn lapsed(
    scene: &Scene<'_>,
    plan: &Plan,
    refusal: Refusal,
    stored: Option<Write>,
) -> Result<Decision, Stop> {
    let over = ended(plan, PlanState::Lapsed, Some(refusal.to_string()));
    let mut change = moved_by(scene, plan, over);
    if let Some(stored) = stored {
        change.writes.insert(0, stored);
    }
    if let (Then::Planned(over), false) = (&change.then, is_callers(scene, plan)?) {
        let job = end_job(scene, over, plan.channel.iter());
        change.writes.extend(job);
    }
    change.then = Then::Refuse(refusal);
    Ok(Decision::Commit(change))
}
