//! Whether a proposal is done at once or waits, and the writes of either.

use crate::clients::types::Client;
use crate::contract::call::{Tried, TriedResult};
use crate::contract::change::{Change, Expect, Then, Write};
use crate::contract::image::{Image, Stop};
use crate::contract::plan::{Plan, Worth};
use crate::contract::receipt::{Budgeted, Outcome, Receipt};
use crate::contract::refusal::Refusal;
use crate::contract::{Key, Record};
use crate::decision::{Decision, Proposal, Scene, named_staff};
use crate::kernel::audit::{Audit, Ended as AuditEnd};
use crate::kernel::id::{CallKey, ClientId, NamedStaff, OpId};
use crate::kernel::job::{About, Effect, Job, What};
use crate::kernel::mode::Mode;
use crate::plans::deadline::deadline;
use crate::plans::limits;
use crate::plans::request::credits;
use crate::plans::types::{PlanState, Question};
use crate::staff::types::Spend;

/// When a reminder is sent that a plan waits for an approval.
const REMIND_AFTER: [jiff::SignedDuration; 2] =
    [jiff::SignedDuration::from_mins(30), jiff::SignedDuration::from_hours(4)];

/// Does a proposal at once, or puts it up as a plan. Questions, limits and budgets concern staff only.
pub(super) fn settle(scene: &Scene<'_>, mut proposal: Proposal) -> Result<Decision, Stop> {
    if scene.linked.is_none() {
        proposal.questions.clear();
    }
    proposal.questions.extend(limits::question(scene, proposal.worth)?);
    if scene.dry_run {
        return Ok(Decision::Try(tried(scene, proposal)));
    }
    // Each change of a staff member is that person's last one, which a bare `/undo` means.
    let spend = match (scene.linked, proposal.worth) {
        (Some(_), Some(_)) => Some(limits::rated(scene)?),
        (Some(linked), None) => Some(limits::today_of(scene, linked.staff)?),
        (None, _) => None,
    };
    if proposal.questions.is_empty() {
        let spending = spend.map(|spend| Spending { spend, counts: true });
        return Ok(Decision::Commit(commit(scene, proposal, spending, None)));
    }
    let spend = spend.filter(|_| proposal.worth.is_some());
    put_up(scene, proposal, spend)
}

/// What a proposal would do, for a dry run.
pub(super) fn tried(scene: &Scene<'_>, proposal: Proposal) -> Tried {
    let outcome = Outcome::Done { movement: proposal.movement, facts: proposal.facts };
    let receipt = scene.receipt(scene.op.clone(), outcome);
    Tried { result: TriedResult::Done(receipt), questions: proposal.questions, text: proposal.text }
}

/// Writes a proposal as a plan.
fn put_up(scene: &Scene<'_>, proposal: Proposal, spend: Option<Spend>) -> Result<Decision, Stop> {
    let linked = scene.staff()?;
    let state = first_state(&proposal.questions);
    let unmeasured = Worth { minor: 0, mode: Mode::Open, counts: false };
    let payer = payer(scene, &proposal);
    let plan = Plan {
        op: scene.op.clone(),
        version: 1,
        state,
        ask: proposal.ask,
        fingerprint: scene.fingerprint.clone(),
        questions: proposal.questions,
        movement: proposal.movement,
        facts: proposal.facts.planned(),
        bound: proposal.bound,
        worth: proposal.worth.unwrap_or(unmeasured),
        prices: proposal.prices,
        by: named_staff(linked),
        identity: linked.identity.clone(),
        asker: linked.staff,
        asker_identity: linked.identity.clone(),
        at: scene.now,
        channel: scene.at.cloned(),
        expires: deadline(state, &scene.settings, scene.now),
        up: (state == PlanState::AwaitsApproval).then_some(scene.now),
        second: None,
        calls: Vec::new(),
        reason: None,
        mails: proposal.mails.iter().map(|mail| (mail.to, mail.event.sort())).collect(),
        payer,
    };
    let mut writes = vec![Write::Put(Record::Plan(plan.clone()), Expect::Absent)];
    // The plan counts as one of the changes in a minute.
    writes.extend(spend.map(next_spend));
    writes.extend(approval_job(scene, &plan));
    Ok(Decision::Commit(Change { writes, then: Then::Planned(plan) }))
}

/// The name of the client that gets a mail of a proposal and is no side of it.
pub(super) fn payer(scene: &Scene<'_>, proposal: &Proposal) -> Option<String> {
    let sides = proposal.movement.as_ref()?.sides();
    let is_side = |id: ClientId| sides.iter().any(|side| side.client.id == id);
    let mail = proposal.mails.iter().find(|mail| !is_side(mail.to))?;
    scene.image.peek::<Client>(&Key::Client(mail.to)).map(|client| client.name.clone())
}

/// A budget record at its next version.
fn next_spend(mut spend: Spend) -> Write {
    let version = spend.version;
    spend.version = version.saturating_add(1);
    Write::Put(Record::Spend(spend), Expect::after(version))
}

/// A plan whose questions are all for a second person is put up at once; otherwise its author confirms
/// first.
pub(super) fn first_state(questions: &[Question]) -> PlanState {
    if questions.iter().all(Question::needs_approval) {
        PlanState::AwaitsApproval
    } else {
        PlanState::AwaitsConfirm
    }
}

/// The refusal "not enough credits" is stored under the call's key: a retry cannot turn it around. All
/// other refusals may be mended and tried again.
pub(super) fn stored_refusal(scene: &Scene<'_>, refusal: Refusal) -> Result<Decision, Stop> {
    match refusal {
        Refusal::NotEnough { .. } if !scene.dry_run && scene.spec.is_write() => {
            let write = scene.receipt_write(Outcome::Refused(refusal.clone()));
            let then = Then::Refuse(refusal);
            Ok(Decision::Commit(Change { writes: vec![write], then }))
        }
        other => Err(other.into()),
    }
}

/// The budget record of the author of a commit.
pub(super) struct Spending {
    pub spend: Spend,
    /// False when a second person has approved: approved operations are not counted.
    pub counts: bool,
}

/// The plan that a commit ends, and the person who approved it.
pub(super) struct Ended {
    pub plan: Plan,
    pub approved_by: Option<NamedStaff>,
}

/// The commit of a proposal: OPERATION first, then its writes, the budget, the plan, the job.
pub(super) fn commit(
    scene: &Scene<'_>,
    proposal: Proposal,
    spending: Option<Spending>,
    ended: Option<Ended>,
) -> Change {
    let Proposal { client, movement, facts, writes: drafted, mails, effects, worth, text, .. } =
        proposal;
    let op = scene.op.clone();
    let (plan, approved_by) = match ended {
        Some(Ended { plan, approved_by }) => (Some(plan), approved_by),
        None => (None, None),
    };
    let line =
        Audit { credits: credits(movement.as_ref()), ..scene.audit(client, AuditEnd::Done, text) };
    let outcome = Outcome::Done { movement, facts };
    // A change without a worth counts nothing; its receipt still names the day whose SPEND names it.
    let spent = spending.as_ref().map(|Spending { spend, counts }| {
        let counted = worth.as_ref().filter(|worth| worth.counts && *counts);
        let mode = worth.as_ref().map_or(Mode::Open, |worth| worth.mode);
        Budgeted::new(mode, counted.map_or(0, |worth| worth.minor), spend.date, scene.now)
    });
    let receipt = Receipt {
        approved_by,
        spent,
        before: spending.as_ref().and_then(|spending| spending.spend.last_op.clone()),
        ..scene.receipt(op.clone(), outcome)
    };
    let mut writes = vec![Write::Put(Record::Operation(receipt.clone()), Expect::Absent)];
    writes.extend(drafted);
    if let Some(Spending { mut spend, .. }) = spending {
        if let Some(Budgeted { mode, minor, .. }) = spent {
            let used = spend.get_mut(mode);
            *used = used.saturating_add(minor);
        }
        spend.last_op = Some(op.clone());
        writes.push(next_spend(spend));
    }
    if let Some(before) = plan {
        let mut done = before.clone();
        done.version = done.version.saturating_add(1);
        done.state = PlanState::Done;
        writes.push(Write::Put(Record::Plan(done), Expect::Version(before.version)));
    }
    let following = mails.into_iter().map(Effect::from).chain(effects).collect();
    writes.push(scene.job(line, following, &About::Done(op)));
    Change { writes, then: Then::Done(receipt) }
}

/// The job that asks for an approval: at once in the channels for it, and again while the plan waits.
/// A plan that is shown again has asked already; only its reminders are made anew, at their old times.
pub(super) fn approval_job(scene: &Scene<'_>, plan: &Plan) -> Option<Write> {
    let begun = plan.up.filter(|_| plan.state == PlanState::AwaitsApproval)?;
    let (op, version) = (&plan.op, plan.version);
    let mut effects = Vec::new();
    for channel in scene.settings.asked_in() {
        let announce = |about| What::Announce { channel: channel.clone(), about };
        // In the channel where it was typed the reply itself asks.
        if begun == scene.now && Some(channel) != scene.at {
            effects.push(Effect::new(announce(About::Plan { op: op.clone(), version }), scene.now));
        }
        for after in REMIND_AFTER {
            let due = begun.checked_add(after).unwrap_or(begun);
            if due > scene.now && due < plan.expires {
                let about = About::Reminder { op: op.clone(), version };
                effects.push(Effect::new(announce(about), due));
            }
        }
    }
    let job = (!effects.is_empty()).then(|| Job::new(announced_as(plan), effects))?;
    Some(Write::Put(Record::Job(job), Expect::Absent))
}

/// The name of the job that announces a plan at its version: its operation names another job.
pub(crate) fn announced_as(plan: &Plan) -> OpId {
    CallKey::new("plan", format!("{}#{}", plan.op, plan.version)).op()
}

/// One transition of a plan, under its version.
pub(super) fn moved(before: &Plan, mut after: Plan) -> (Plan, Write) {
    after.version = before.version.saturating_add(1);
    let write = Write::Put(Record::Plan(after.clone()), Expect::Version(before.version));
    (after, write)
}

/// One transition of a plan by a call, which the plan keeps.
pub(super) fn moved_by(scene: &Scene<'_>, before: &Plan, mut after: Plan) -> Change {
    after.calls.push(scene.op.clone());
    let (after, write) = moved(before, after);
    let mut writes = vec![write];
    writes.extend(approval_job(scene, &after));
    Change { writes, then: Then::Planned(after) }
}

/// The stored outcome of a plan that was committed, or that lapsed for want of credits.
pub(super) fn done_before(plan: &Plan, image: &Image) -> Result<Option<Decision>, Stop> {
    match plan.state {
        PlanState::Done | PlanState::Lapsed => {
            Ok(image.operation(&plan.op)?.cloned().map(Decision::Replay))
        }
        PlanState::AwaitsConfirm
        | PlanState::AwaitsApproval
        | PlanState::Cancelled
        | PlanState::Denied
        | PlanState::Expired => Ok(None),
    }
}
