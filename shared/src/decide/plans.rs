//! Whether a drafted change of credits is done at once or waits, and what becomes of what waits.
//! One state machine; each transition is one conditional write of the plan's version:
//!
//! | from | by | to |
//! |---|---|---|
//! | – | the call, when something is unusual | awaits confirm |
//! | – | the call, when it is only above the author's limit or budget | awaits approval |
//! | awaits confirm | its author, within 10 minutes | done, or awaits approval |
//! | awaits approval | someone else whose own limit covers it, until the end of the next working day | done |
//! | awaits approval | an owner who asked for it, 24 hours after it was put up, when nobody else can | done |
//! | either | its author | cancelled |
//! | either | someone else who could approve | denied |
//! | either | time | expired |
//! | either | a fact that it showed changed | shown again as it is now, or lapsed when it no longer may |
//!
//! A plan is not rewritten when its author leaves: whoever acts on it follows the staff to the one
//! who took over ([`author`]), whose rights and limits are the ones that count from then on.

use jiff::civil::{Date, Weekday};
use jiff::{SignedDuration, Timestamp};

use super::draft::{Draft, draft, worth};
use super::{Scene, ask_needs, hit_by_id, is_of, may, staff, today_utc, zone};
use crate::answer::{Answer, Changed, CreditChange, NamedStaff, PlanCard};
use crate::audit::{Audit, Ended};
use crate::id::{CallKey, Channel, ClientId, Identity, OpId, StaffId};
use crate::invoice::normal_reference;
use crate::job::{Effect, Job, What};
use crate::money::Money;
use crate::notice::About;
use crate::operation::{Ask, Call, CorrectTo, Operation};
use crate::plan::{Lapse, Plan, PlanState, Why};
use crate::record::{
    Change, Decision, Expect, Image, Key, Record, Stored, StoredOutcome, Then, Write,
};
use crate::refusal::Refusal;
use crate::search::{Hit, How, Resolution};
use crate::settings::Settings;
use crate::staff::{LinkedIdentity, Mode, Role, Spend, Staff};

/// For how long its author can confirm a plan.
const CONFIRM_FOR: SignedDuration = SignedDuration::from_mins(10);

/// The daily budget is this many times the single limit.
const BUDGET_TIMES: u64 = 10;

/// For how long a plan can be approved at the least.
const APPROVE_FOR_AT_LEAST: SignedDuration = SignedDuration::from_hours(30);

/// How long after it was put up an owner may approve an own plan that nobody else can.
const ALONE_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// When somebody is reminded that a plan waits for an approval.
const REMIND_AFTER: [SignedDuration; 2] =
    [SignedDuration::from_mins(30), SignedDuration::from_hours(4)];

/// Over how many people who left one after the other a plan is followed; it waits for days at most.
const HANDED_MAX: usize = 3;

/// How many changes of credits a staff member with limits may make in one minute.
const PER_MINUTE: u32 = 10;

/// Does a drafted change at once, or makes it wait.
pub(super) fn settle(scene: &Scene<'_>, ask: &Ask, draft: Draft) -> Result<Decision, Refusal> {
    let mut why = draft.why.clone();
    why.extend(limits(scene, &draft));
    if scene.dry_run {
        return Ok(Decision::Answer(Answer::DryRun {
            change: Some(draft.change),
            why,
            text: None,
            done: None,
        }));
    }
    let spend = rated(scene)?;
    if why.is_empty() {
        return Ok(Decision::Commit(commit(scene, draft, Spending::Author(spend), None)));
    }
    let state = first_state(&why);
    let plan = Plan {
        op: scene.op.clone(),
        version: 1,
        state,
        ask: by_id(ask, draft.change.client.id),
        fingerprint: scene.fingerprint.clone(),
        why,
        change: draft.change,
        bound: draft.bound,
        by: scene.by(),
        identity: scene.caller.identity.clone(),
        asker: scene.caller.staff,
        asker_identity: scene.caller.identity.clone(),
        at: scene.now,
        expires: expiry(state, &scene.settings, scene.now),
        up: (state == PlanState::AwaitsApproval).then_some(scene.now),
        second: None,
        calls: Vec::new(),
        done_as: (draft.op != scene.op).then_some(draft.op),
    };
    let mut noted = spend;
    noted.last_plan = Some(plan.op.clone());
    let version = noted.version;
    noted.version = version.saturating_add(1);
    let mut writes = vec![
        Write::Put(Record::Plan(plan.clone()), Expect::Absent),
        Write::Put(Record::Spend(noted), Expect::after(version)),
    ];
    writes.extend(asking(scene, &plan));
    Ok(Decision::Commit(Change { writes, then: Then::Planned(plan) }))
}

/// The refusal "not enough credits", stored under the call's key: a retry cannot turn it around.
pub(super) fn stored_refusal(scene: &Scene<'_>, refusal: Refusal) -> Result<Decision, Refusal> {
    match refusal {
        Refusal::NotEnough { .. } if !scene.dry_run => Ok(Decision::Commit(Change {
            writes: vec![scene.operation_write(StoredOutcome::Refused(refusal.clone()))],
            then: Then::Refuse(refusal),
        })),
        other => Err(other),
    }
}

/// The author's budget after the rate limit had its say, counted for this change.
fn rated(scene: &Scene<'_>) -> Result<Spend, Refusal> {
    let mut spend = scene.image.spend(scene.caller.staff, today_utc(scene.now));
    let minute = scene.now.as_second().div_euclid(60);
    if spend.minute != minute {
        spend.minute = minute;
        spend.in_minute = 0;
    }
    if scene.role() != Role::Owner && spend.in_minute >= PER_MINUTE {
        let next = minute.saturating_add(1).saturating_mul(60);
        return Err(Refusal::Rate {
            allowed: PER_MINUTE,
            retry_at: Timestamp::from_second(next).unwrap_or(scene.now),
        });
    }
    spend.in_minute = spend.in_minute.saturating_add(1);
    Ok(spend)
}

/// What of the author's limits stands in the way: approval is needed then.
fn limits(scene: &Scene<'_>, draft: &Draft) -> Option<Why> {
    let mode = draft.bound.mode;
    let limit = scene.settings.limits(scene.role()).get(mode)?;
    let amount = worth(scene, draft.bound.worth_minor)?;
    if amount.minor > limit {
        let limit = Money { minor: limit, ..amount };
        return Some(Why::OverLimit { mode, limit, amount });
    }
    // What is taken back is not counted against the day, nor given back to it.
    if !draft.counts {
        return None;
    }
    let used = scene.image.spend(scene.caller.staff, today_utc(scene.now)).get(mode);
    let left = limit.saturating_mul(BUDGET_TIMES).saturating_sub(used);
    (amount.minor > left).then_some(Why::OverBudget {
        mode,
        left: Money { minor: left, ..amount },
        amount,
    })
}

/// Who spends: the author, or nobody when a second person has approved.
enum Spending {
    Author(Spend),
    Approved(Spend),
}

/// The commit of a drafted change: OPERATION first, then what it writes, the plan, the budget, the job.
fn commit(scene: &Scene<'_>, draft: Draft, spending: Spending, plan: Option<Plan>) -> Change {
    let Draft { op, change, writes: drafted, mails, bound, counts, .. } = draft;
    let (mut spend, count) = match spending {
        Spending::Author(spend) => (spend, counts),
        Spending::Approved(spend) => (spend, false),
    };
    if count {
        let used = spend.get_mut(bound.mode);
        *used = used.saturating_add(bound.worth_minor);
    }
    spend.last_op = Some(op.clone());
    let spend_version = spend.version;
    spend.version = spend_version.saturating_add(1);
    let stored = Stored {
        op: op.clone(),
        fingerprint: scene.fingerprint.clone(),
        by: scene.caller.staff,
        at: scene.now,
        outcome: StoredOutcome::Done(Answer::Credit(change.clone())),
    };
    let mut writes = vec![Write::Put(Record::Operation(stored), Expect::Absent)];
    writes.extend(drafted);
    writes.push(Write::Put(Record::Spend(spend), Expect::after(spend_version)));
    if let Some(before) = plan {
        let mut done = before.clone();
        done.version = done.version.saturating_add(1);
        done.state = PlanState::Done;
        writes.push(Write::Put(Record::Plan(done), Expect::Version(before.version)));
    }
    let client = change.client.id;
    let text = sentence(&change);
    writes.push(scene.job_about(Some(client), mails, text, &About::Done(op)));
    Change { writes, then: Then::Answer(Answer::Credit(change)) }
}

/// The audit trail's sentence about a change.
fn sentence(change: &CreditChange) -> String {
    use crate::credit::{grouped, grouped_signed};
    let invoice = change.invoice.as_ref().map(|i| format!(", {}", i.number)).unwrap_or_default();
    let reason = change.reason.as_ref().map(|r| format!(": {r}")).unwrap_or_default();
    let corrected = match &change.what {
        Changed::Corrected { op, off_invoice, written_off, owed, moved } => {
            let to = change.other.as_ref().map(|other| other.client.id.to_string());
            let parts = [
                (*off_invoice, "off the invoice".to_owned()),
                (*written_off, "written off".to_owned()),
                (*owed, "owed".to_owned()),
                (*moved, format!("moved to {}", to.unwrap_or_default())),
            ];
            let said = |(count, what): &(u64, String)| format!(", {} {what}", grouped(*count));
            let parts: String = parts.iter().filter(|(count, _)| *count > 0).map(said).collect();
            format!(", corrects {op}{parts}")
        }
        Changed::Added(_)
        | Changed::Moved
        | Changed::Deducted
        | Changed::Undone(_)
        | Changed::Voided => String::new(),
    };
    let sign = if change.amount > 0 { "+" } else { "" };
    format!(
        "{sign}{} {} for {} ({} → {}){invoice}{corrected}{reason}",
        grouped_signed(change.amount),
        change.kind,
        change.client.id,
        grouped_signed(change.before),
        grouped_signed(change.after),
    )
}

/// The ask with its client by id, so that a later rename cannot point it elsewhere.
fn by_id(ask: &Ask, id: ClientId) -> Ask {
    let mut ask = ask.clone();
    match &mut ask {
        Ask::AddCredit { client, .. } | Ask::DeductCredit { client, .. } => {
            *client = id.to_string();
        }
        _ => {}
    }
    ask
}

/// Unusual and over the limit: the author confirms first, then it is put up.
fn first_state(why: &[Why]) -> PlanState {
    if why.iter().all(Why::needs_approval) {
        PlanState::AwaitsApproval
    } else {
        PlanState::AwaitsConfirm
    }
}

/// Lets a plan wait from now on.
fn wait(plan: &mut Plan, state: PlanState, scene: &Scene<'_>) {
    plan.state = state;
    plan.expires = expiry(state, &scene.settings, scene.now);
    plan.up = (state == PlanState::AwaitsApproval).then_some(scene.now);
}

fn expiry(state: PlanState, settings: &Settings, now: Timestamp) -> Timestamp {
    match state {
        // Who asks in the evening has a day left all the same, and an owner alone some of the next.
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
    let zone = zone(settings);
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

/// The records that a confirmation, an approval or a denial has to see.
pub(super) fn needs_target(
    op: Option<&OpId>,
    about: Option<ClientId>,
    caller: Option<StaffId>,
    image: &Image,
    now: Timestamp,
    keys: &mut Vec<Key>,
) {
    keys.extend(about.into_iter().flat_map(|c| [Key::Client(c), Key::Account(c)]));
    if op.is_none() {
        keys.extend(caller.and_then(|staff| super::reverse::yesterday(staff, now)));
    }
    let last = || last_plan(image, caller?, now);
    let Some(target) = op.cloned().or_else(last) else { return };
    keys.extend([Key::Plan(target.clone()), Key::Operation(target.clone())]);
    let Some(plan) = image.plan(&target) else { return };
    keys.push(Key::Identity(plan.identity.clone()));
    // Handed over: who asked first is not among those who answer for it now, and may be back as
    // somebody else.
    keys.push(Key::Identity(plan.asker_identity.clone()));
    keys.extend((plan.asker != plan.by.id).then_some(Key::Staff(plan.asker)));
    keys.push(Key::Spend(plan.by.id, today_utc(now)));
    needs_successor(plan, image, now, keys);
    keys.extend(plan.done_as.clone().map(Key::Operation));
    match &plan.ask {
        Ask::Undo { .. } | Ask::InvoiceVoid { .. } => {
            super::reverse::needs_plan(plan, keys);
        }
        Ask::Correct { op, to, spent, .. } => {
            super::reverse::needs_plan(plan, keys);
            keys.push(Key::Operation(op.clone()));
            let (client, kind) = (plan.change.client.id, plan.change.kind);
            super::correct::needs_measure(client, kind, *spent, image, keys);
            if let Some(client) = receiver(to) {
                super::correct::needs_receiver(client, kind, image, keys);
            }
        }
        ask => {
            let hit = Hit {
                client: plan.change.client.id,
                chain: plan.bound.chain.clone(),
                how: How::Exactly,
                typed: plan.change.client.id.to_string(),
            };
            ask_needs(ask, &[Resolution::One(hit)], image, keys);
            let reference = plan.change.invoice.as_ref().and_then(|i| i.reference.as_deref());
            keys.extend(reference.map(|r| Key::Payment(normal_reference(r))));
        }
    }
}

/// The records of whoever took over a plan: none while its author is here.
fn needs_successor(plan: &Plan, image: &Image, now: Timestamp, keys: &mut Vec<Key>) {
    let Some(linked) = image.identity(&plan.identity) else { return };
    if is_still(linked, plan) {
        return;
    }
    let handed = staff::handed(plan.by.id, HANDED_MAX, |id| image.staff(id));
    keys.extend(handed.iter().map(|id| Key::Staff(*id)));
    if let Some(successor) = handed.last().and_then(|id| image.staff(*id)).filter(|s| s.active) {
        keys.extend(successor.identities.iter().cloned().map(Key::Identity));
        keys.push(Key::Spend(successor.id, today_utc(now)));
    }
}

/// Whether an identity is the author of a plan, and here. It may be somebody else's by now.
fn is_still(linked: &LinkedIdentity, plan: &Plan) -> bool {
    linked.active && linked.staff == plan.by.id
}

/// Who answers for a plan: its author, or whoever took over from an author who has left.
///
/// # Errors
/// The author has left, and nobody took over.
fn author<'a>(scene: &Scene<'a>, plan: &Plan) -> Result<&'a LinkedIdentity, Refusal> {
    let image = scene.image;
    if let Some(linked) = image.identity(&plan.identity).filter(|linked| is_still(linked, plan)) {
        return Ok(linked);
    }
    let successor = staff::handed(plan.by.id, HANDED_MAX, |id| image.staff(id))
        .last()
        .and_then(|id| image.staff(*id))
        .filter(|staff| staff.active && staff.id != plan.by.id)
        .ok_or_else(|| Refusal::Left { name: plan.by.name.clone() })?;
    if scene.caller.staff == successor.id {
        return Ok(scene.caller);
    }
    let theirs = |linked: &&LinkedIdentity| linked.active && linked.staff == successor.id;
    successor
        .identities
        .iter()
        .find_map(|identity| image.identity(identity).filter(theirs))
        .ok_or_else(|| Refusal::Left { name: successor.name.clone() })
}

fn named(linked: &LinkedIdentity) -> NamedStaff {
    NamedStaff { id: linked.staff, name: linked.name.clone() }
}

/// A plan that is about to be written anyway, under the name of whoever answers for it now.
fn under(plan: &Plan, author: &LinkedIdentity) -> Plan {
    let mut plan = plan.clone();
    plan.by = named(author);
    plan.identity = author.identity.clone();
    plan
}

fn last_plan(image: &Image, staff: StaffId, now: Timestamp) -> Option<OpId> {
    let today = today_utc(now);
    let before = today.yesterday().ok();
    image
        .spend(staff, today)
        .last_plan
        .or_else(|| before.and_then(|day| image.spend(staff, day).last_plan))
}

/// The call that made a plan comes again: the plan is shown again, or what became of it.
pub(super) fn again(
    call: &Call,
    plan: &Plan,
    image: &Image,
    now: Timestamp,
) -> Result<Decision, Refusal> {
    if !is_of(call, plan.by.id, &plan.fingerprint, image) {
        return Err(Refusal::KeyReused { op: plan.op.clone() });
    }
    stands(plan, image, now)
}

/// The plan that a call without a name took, if it did.
pub(super) fn taken_by(call: &OpId, image: &Image) -> Option<OpId> {
    match &image.operation(call)?.outcome {
        StoredOutcome::Took(plan) => Some(plan.clone()),
        StoredOutcome::Done(_) | StoredOutcome::Refused(_) => None,
    }
}

/// What became of a plan that a call took: plans are forgotten after a month, what they did is not.
pub(super) fn became(op: &OpId, image: &Image, now: Timestamp) -> Result<Decision, Refusal> {
    match (image.plan(op), image.operation(op)) {
        (Some(plan), _) => stands(plan, image, now),
        (None, Some(stored)) => Ok(Decision::Replay(stored.clone())),
        (None, None) => Err(Refusal::UnknownOperation { op: op.clone() }),
    }
}

/// A plan as it stands: shown while it waits, or what became of it.
fn stands(plan: &Plan, image: &Image, now: Timestamp) -> Result<Decision, Refusal> {
    match standing(plan, now) {
        PlanState::AwaitsConfirm | PlanState::AwaitsApproval => Ok(Decision::Show(plan.clone())),
        state => {
            done_before(plan, image).ok_or_else(|| Refusal::PlanOver { op: plan.op.clone(), state })
        }
    }
}

/// Where a plan stands now: what waits too long has expired, whether or not that is written yet.
fn standing(plan: &Plan, now: Timestamp) -> PlanState {
    if plan.state.waits() && now >= plan.expires { PlanState::Expired } else { plan.state }
}

/// The stored outcome of a plan that was committed, or that lapsed for want of credits.
fn done_before(plan: &Plan, image: &Image) -> Option<Decision> {
    // An entry's reversal has one key, whoever asks: what another plan did under it is not this one's.
    if !matches!(plan.state, PlanState::Done | PlanState::Lapsed) {
        return None;
    }
    let op = plan.done_as.as_ref().unwrap_or(&plan.op);
    image.operation(op).cloned().map(Decision::Replay)
}

/// A plan that the caller may say something about, if it still waits, and if this very call has not
/// moved it already: then it is shown as it stands, because nobody has said yes to that yet.
fn waiting<'a>(scene: &Scene<'a>, op: &OpId) -> Result<Result<&'a Plan, Decision>, Refusal> {
    let plan = scene.image.plan(op).ok_or_else(|| Refusal::UnknownOperation { op: op.clone() })?;
    match standing(plan, scene.now) {
        PlanState::AwaitsConfirm | PlanState::AwaitsApproval => {
            let answered = !scene.dry_run && plan.calls.contains(&scene.op);
            Ok(if answered { Err(Decision::Show(plan.clone())) } else { Ok(plan) })
        }
        state => {
            let theirs = [Some(plan.by.id), plan.second].contains(&Some(scene.caller.staff))
                || plan.calls.contains(&scene.op);
            match done_before(plan, scene.image).filter(|_| theirs) {
                Some(replay) => Ok(Err(replay)),
                None => Err(Refusal::PlanOver { op: op.clone(), state }),
            }
        }
    }
}

/// The author confirms. Without a name it is the caller's last plan, which is another one tomorrow:
/// so the call keeps, in the same change, which one it took.
pub(super) fn confirm(
    scene: &Scene<'_>,
    op: Option<&OpId>,
    seen: Option<u64>,
) -> Result<Decision, Refusal> {
    if let Some(op) = op {
        return confirm_named(scene, op, seen);
    }
    let op = last_plan(scene.image, scene.caller.staff, scene.now).ok_or(Refusal::NoPlan)?;
    match confirm_named(scene, &op, seen)? {
        Decision::Commit(mut change) => {
            change.writes.push(scene.operation_write(StoredOutcome::Took(op)));
            Ok(Decision::Commit(change))
        }
        // What another call has done is not said as if this one had: it keeps nothing, so it may yet
        // take a plan.
        Decision::Replay(_) => {
            let state = scene.image.plan(&op).map_or(PlanState::Done, |plan| plan.state);
            Err(Refusal::PlanOver { op, state })
        }
        other => Ok(other),
    }
}

fn confirm_named(scene: &Scene<'_>, op: &OpId, seen: Option<u64>) -> Result<Decision, Refusal> {
    let plan = match waiting(scene, op)? {
        Ok(plan) => plan,
        Err(replay) => return Ok(replay),
    };
    let answering = author(scene, plan).ok();
    let author = answering.map_or_else(|| plan.by.clone(), named);
    if author.id != scene.caller.staff {
        return Err(Refusal::NotYourPlan { author });
    }
    if is_older(seen, plan) {
        return Ok(Decision::Show(plan.clone()));
    }
    if plan.state == PlanState::AwaitsApproval {
        return Err(Refusal::NeedsApproval { op: op.clone() });
    }
    if scene.dry_run {
        return try_plan(scene, plan);
    }
    // The limits that it was measured by are those of the one who asked: whoever took over is measured
    // anew. What needs a second person whoever asks still does.
    let asked = plan.by.id == author.id;
    let stands = |why: &Why| why.needs_approval() && (asked || !why.is_measured());
    if plan.why.iter().any(stands) {
        // What was unusual is confirmed; now somebody else has to say yes.
        let mut up = answering.map_or_else(|| plan.clone(), |author| under(plan, author));
        // What was answered stays: the guard must not ask it again when somebody approves.
        up.why.retain(|why| stands(why) || why.is_duplicate());
        wait(&mut up, PlanState::AwaitsApproval, scene);
        return Ok(Decision::Commit(moved_by(scene, plan, up)));
    }
    carry_out(scene, plan, None)
}

/// Whether what somebody says yes to is not what the plan shows by now.
fn is_older(seen: Option<u64>, plan: &Plan) -> bool {
    seen.is_some_and(|version| version != plan.version)
}

/// Whether a plan is somebody's own: who answers for it now, or who asked for it first, as the same
/// staff member, on the same identity, or on another one that this person had before leaving and being
/// hired again.
fn is_own(scene: &Scene<'_>, plan: &Plan, staff: StaffId, identities: &[Identity]) -> bool {
    let had = |known: &Staff| known.identities.iter().any(|one| identities.contains(one));
    let is_now = |one: &Identity| scene.image.identity(one).is_some_and(|l| l.staff == staff);
    author(scene, plan).is_ok_and(|author| author.staff == staff)
        || is_now(&plan.asker_identity)
        || plan.asker == staff
        || [&plan.identity, &plan.asker_identity].iter().any(|one| identities.contains(one))
        || [plan.asker, plan.by.id].iter().any(|id| scene.image.staff(*id).is_some_and(had))
}

/// Whether a plan is the caller's own.
fn is_callers(scene: &Scene<'_>, plan: &Plan) -> bool {
    is_own(scene, plan, scene.caller.staff, std::slice::from_ref(&scene.caller.identity))
}

/// Somebody else approves; or an owner alone, who names everybody to show that nobody else can.
pub(super) fn approve(
    scene: &Scene<'_>,
    op: &OpId,
    seen: Option<u64>,
    alone: Option<&[Staff]>,
) -> Result<Decision, Refusal> {
    let plan = match waiting(scene, op)? {
        Ok(plan) => plan,
        Err(replay) => return Ok(replay),
    };
    if is_callers(scene, plan) {
        let from = alone_from(scene, plan);
        match (from, alone) {
            (Some(from), Some(everybody)) => may_alone(scene, plan, from, everybody)?,
            (alone_from, _) => {
                return Err(Refusal::OwnPlan { op: plan.op.clone(), alone_from });
            }
        }
    }
    if is_older(seen, plan) {
        return Ok(Decision::Show(plan.clone()));
    }
    if plan.state == PlanState::AwaitsConfirm {
        return Err(Refusal::NotYetApprovable { op: op.clone() });
    }
    let mode = plan.bound.mode;
    if let (Some(limit), Some(amount)) =
        (scene.settings.limits(scene.role()).get(mode), worth(scene, plan.bound.worth_minor))
        && amount.minor > limit
    {
        let limit = Money { minor: limit, ..amount };
        return Err(Refusal::ApproverLimit { mode, limit, amount });
    }
    if scene.dry_run {
        return try_plan(scene, plan);
    }
    carry_out(scene, plan, Some(scene.caller.staff))
}

/// From when on an owner may approve an own plan, if nobody else can; others may never.
fn alone_from(scene: &Scene<'_>, plan: &Plan) -> Option<Timestamp> {
    let is_owner = scene.role() == Role::Owner && plan.state == PlanState::AwaitsApproval;
    plan.up.filter(|_| is_owner)?.checked_add(ALONE_AFTER).ok()
}

/// Whether an owner may approve an own plan: it has been seen for a day, and nobody else can. The
/// staff are read in the same attempt; whoever is hired in that moment comes a day too late.
fn may_alone(
    scene: &Scene<'_>,
    plan: &Plan,
    from: Timestamp,
    everybody: &[Staff],
) -> Result<(), Refusal> {
    if scene.now < from {
        return Err(Refusal::NotYetAlone { op: plan.op.clone(), from });
    }
    // A list that does not have the caller was never read.
    if !everybody.iter().any(|staff| staff.id == scene.caller.staff) {
        return Err(Refusal::OwnPlan { op: plan.op.clone(), alone_from: Some(from) });
    }
    let covers = |role: Role| {
        let limit = scene.settings.limits(role).get(plan.bound.mode);
        role >= Operation::Approve.role()
            && limit.is_none_or(|limit| plan.bound.worth_minor <= limit)
    };
    let others: Vec<NamedStaff> = everybody
        .iter()
        .filter(|staff| staff.active && !is_own(scene, plan, staff.id, &staff.identities))
        .filter(|staff| covers(staff.role_at(scene.now)))
        .map(|staff| NamedStaff { id: staff.id, name: staff.name.clone() })
        .collect();
    if others.is_empty() { Ok(()) } else { Err(Refusal::OthersCan { others }) }
}

/// Its author takes a plan back, or somebody else who could approve it turns it down.
pub(super) fn deny(
    scene: &Scene<'_>,
    op: &OpId,
    reason: Option<&str>,
) -> Result<Decision, Refusal> {
    let reason =
        reason.map(|text| super::clean("reason", text, crate::entry::NOTE_MAX)).transpose()?;
    if let Some(plan) = scene.image.plan(op).filter(|plan| ended_by(scene, plan)) {
        return Ok(Decision::Answer(Answer::PlanEnded { plan: plan.card(), reason }));
    }
    let plan = match waiting(scene, op)? {
        Ok(plan) => plan,
        Err(replay) => return Ok(replay),
    };
    let author = author(scene, plan).ok();
    let own = author.is_some_and(|author| author.staff == scene.caller.staff);
    if !own {
        may(scene.caller, Operation::Approve, scene.now)?;
    }
    let mut ended = author.map_or_else(|| plan.clone(), |author| under(plan, author));
    ended.state = if own { PlanState::Cancelled } else { PlanState::Denied };
    ended.second = (!own).then_some(scene.caller.staff);
    let version = plan.version.saturating_add(1);
    let card = PlanCard { version, ..ended.card() };
    let answer = Answer::PlanEnded { plan: card, reason: reason.clone() };
    if scene.dry_run {
        return Ok(Decision::Answer(Answer::DryRun {
            change: None,
            why: Vec::new(),
            text: Some(format!("{} would end.", plan.op)),
            done: Some(Box::new(answer)),
        }));
    }
    let word = if own { "cancelled" } else { "denied" };
    let why = reason.map(|r| format!(": {r}")).unwrap_or_default();
    let mut change = moved_by(scene, plan, ended);
    let text = format!("{word} {}{why}", plan.op);
    let about = About::Plan { op: plan.op.clone(), version };
    change.writes.push(scene.job_about(Some(plan.change.client.id), Vec::new(), text, &about));
    change.then = Then::Answer(answer);
    Ok(Decision::Commit(change))
}

/// The job that asks for an approval: at once in the channels for it, and again while it waits.
fn asking(scene: &Scene<'_>, plan: &Plan) -> Option<Write> {
    if plan.state != PlanState::AwaitsApproval {
        return None;
    }
    let (op, version) = (&plan.op, plan.version);
    let mut effects = Vec::new();
    for channel in scene.settings.asked_in() {
        let announce = |about| What::Announce { channel: channel.clone(), about };
        // Where it was typed the reply itself is seen.
        if Some(channel) != scene.at {
            effects.push(Effect::new(announce(About::Plan { op: op.clone(), version }), scene.now));
        }
        for after in REMIND_AFTER {
            let due = scene.now.checked_add(after).unwrap_or(scene.now);
            if due < plan.expires {
                effects
                    .push(Effect::new(announce(About::Reminder { op: op.clone(), version }), due));
            }
        }
    }
    let job = (!effects.is_empty()).then(|| Job::new(told_as(plan), effects))?;
    Some(Write::Put(Record::Job(job), Expect::Absent))
}

/// The name of what is told about a plan at its version: its operation is the name of another job.
pub(super) fn told_as(plan: &Plan) -> OpId {
    CallKey::new("plan", format!("{}#{}", plan.op, plan.version)).op()
}

/// Whether this very call has ended a plan.
fn ended_by(scene: &Scene<'_>, plan: &Plan) -> bool {
    let ended = matches!(plan.state, PlanState::Cancelled | PlanState::Denied);
    ended && !scene.dry_run && plan.calls.last() == Some(&scene.op)
}

/// One transition of a plan by a call, which the plan keeps.
fn moved_by(scene: &Scene<'_>, before: &Plan, mut after: Plan) -> Change {
    after.calls.push(scene.op.clone());
    let mut change = moved(before, after);
    if let Then::Planned(plan) = &change.then {
        change.writes.extend(asking(scene, plan));
    }
    change
}

/// One transition of a plan, under its version.
fn moved(before: &Plan, mut after: Plan) -> Change {
    after.version = before.version.saturating_add(1);
    Change {
        writes: vec![Write::Put(Record::Plan(after.clone()), Expect::Version(before.version))],
        then: Then::Planned(after),
    }
}

/// The scene in which whoever answers for a plan acts, under the plan's key.
fn authors<'a>(scene: &Scene<'a>, plan: &Plan) -> Result<Scene<'a>, Refusal> {
    let author = author(scene, plan)?;
    let operation = plan.ask.operation();
    may(author, operation, scene.now)?;
    Ok(Scene {
        op: plan.op.clone(),
        fingerprint: plan.fingerprint.clone(),
        operation,
        caller: author,
        dry_run: scene.dry_run,
        at: scene.at,
        settings: scene.settings.clone(),
        image: scene.image,
        now: scene.now,
    })
}

/// The right client of a planned correction: plans name clients by their ids.
fn receiver(to: &CorrectTo) -> Option<ClientId> {
    match to {
        CorrectTo::Move { client } => client.parse().ok(),
        CorrectTo::Count(_) | CorrectTo::All => None,
    }
}

fn redraft(scene: &Scene<'_>, plan: &Plan) -> Result<Draft, Refusal> {
    let client = match &plan.ask {
        Ask::Correct { to, .. } => receiver(to),
        Ask::AddCredit { .. } | Ask::DeductCredit { .. } => Some(plan.change.client.id),
        _ => None,
    };
    let hit = client.map(|client| hit_by_id(client, scene.image));
    draft(scene, &plan.ask, hit.as_ref(), Some(plan))
}

/// What a confirmation or approval would do.
fn try_plan(scene: &Scene<'_>, plan: &Plan) -> Result<Decision, Refusal> {
    let draft = redraft(&authors(scene, plan)?, plan)?;
    let why = lapse(plan, &draft).map(|lapse| Why::Changed { lapse }).into_iter().collect();
    Ok(Decision::Answer(Answer::DryRun { change: Some(draft.change), why, text: None, done: None }))
}

/// Commits a plan under its own key; when a fact that it showed changed, it is shown again; when it
/// no longer may be done at all, it lapses.
fn carry_out(scene: &Scene<'_>, plan: &Plan, second: Option<StaffId>) -> Result<Decision, Refusal> {
    let author = match authors(scene, plan) {
        Ok(author) => author,
        Err(refusal) => return Ok(lapsed(scene, plan, refusal, None)),
    };
    let mut drafted = match redraft(&author, plan) {
        Ok(drafted) => drafted,
        Err(refusal) => {
            let stored = match &refusal {
                Refusal::NotEnough { .. } => {
                    Some(author.operation_write(StoredOutcome::Refused(refusal.clone())))
                }
                _ => None,
            };
            return Ok(lapsed(scene, plan, refusal, stored));
        }
    };
    if let Some(lapse) = lapse(plan, &drafted) {
        let fresh = shown_again(&author, plan, drafted, lapse);
        return Ok(Decision::Commit(moved_by(scene, plan, fresh)));
    }
    let spend = if second.is_some() {
        Spending::Approved(author.image.spend(author.caller.staff, today_utc(scene.now)))
    } else {
        // Nobody else has said yes: what needs it waits. The budget is a guard of the commit: what was
        // spent since the plan was made counts.
        let mut over: Vec<Why> =
            drafted.why.iter().filter(|why| why.needs_approval()).cloned().collect();
        over.extend(limits(&author, &drafted));
        if !over.is_empty() {
            let mut up = under(plan, author.caller);
            up.why.retain(Why::is_duplicate);
            up.why.extend(over);
            wait(&mut up, PlanState::AwaitsApproval, scene);
            return Ok(Decision::Commit(moved_by(scene, plan, up)));
        }
        Spending::Author(rated(&author)?)
    };
    let mut signed = under(plan, author.caller);
    signed.second = second;
    drafted.change.approved_by = second.map(|_| scene.by());
    let mut change = commit(&author, drafted, spend, Some(signed));
    if let Some(second) = second {
        note_second(scene, &mut change, &under(plan, author.caller), second);
    }
    Ok(Decision::Commit(change))
}

/// Puts the approval into the approver's own audit trail, by the same job.
fn note_second(scene: &Scene<'_>, change: &mut Change, plan: &Plan, second: StaffId) {
    let audit = Audit {
        staff: Some(second),
        identity: Some(scene.caller.identity.clone()),
        at: scene.now,
        op: plan.op.clone(),
        operation: Operation::Approve,
        client: Some(plan.change.client.id),
        ended: Ended::Done,
        text: match is_callers(scene, plan) {
            true => format!("approved {} alone: nobody else can", plan.op),
            false => format!("approved {} of {}", plan.op, plan.by.name),
        },
    };
    for write in &mut change.writes {
        if let Write::Put(Record::Job(job), _) = write {
            job.effects.push(crate::job::Effect::new(What::Audit(audit.clone()), scene.now));
        }
    }
}

/// Which of the facts that a plan showed changed.
fn lapse(plan: &Plan, draft: &Draft) -> Option<Lapse> {
    let known = |why: &Why| plan.why.iter().any(|answered| same_question(answered, why));
    if draft.bound.status != plan.bound.status {
        Some(Lapse::Status)
    } else if draft.bound.chain != plan.bound.chain {
        Some(Lapse::Parent)
    } else if draft.bound.staff_changes != plan.bound.staff_changes {
        Some(Lapse::OtherChange)
    } else if let Some(lapse) = receivers(plan, draft) {
        Some(lapse)
    } else if short(&draft.change) != short(&plan.change) {
        Some(Lapse::Spent)
    } else if draft.change.amount != plan.change.amount || draft.change.what != plan.change.what {
        Some(Lapse::Target)
    } else if draft.bound.worth_minor != plan.bound.worth_minor {
        Some(Lapse::Worth)
    } else if draft.why.iter().any(|why| why.is_duplicate() && !known(why)) {
        Some(Lapse::OtherChange)
    } else {
        None
    }
}

/// Which of the facts about the client that gets the credits of a move changed.
fn receivers(plan: &Plan, draft: &Draft) -> Option<Lapse> {
    match (&plan.bound.receiver, &draft.bound.receiver) {
        (Some(shown), Some(now)) if now.status != shown.status => Some(Lapse::Status),
        (Some(shown), Some(now)) if now.chain != shown.chain => Some(Lapse::Parent),
        (Some(shown), Some(now)) if now.staff_changes != shown.staff_changes => {
            Some(Lapse::OtherChange)
        }
        (Some(_), Some(_)) | (None, None) => None,
        (Some(_), None) | (None, Some(_)) => Some(Lapse::Target),
    }
}

/// How many credits of a correction are not there any more: forgiven, and owed.
fn short(change: &CreditChange) -> Option<(u64, u64)> {
    match &change.what {
        Changed::Corrected { written_off, owed, .. } => Some((*written_off, *owed)),
        Changed::Added(_)
        | Changed::Moved
        | Changed::Deducted
        | Changed::Undone(_)
        | Changed::Voided => None,
    }
}

/// Whether two reasons ask about the same earlier change or invoice.
fn same_question(one: &Why, other: &Why) -> bool {
    match (one, other) {
        (Why::Again { earlier: a, .. }, Why::Again { earlier: b, .. }) => a.op == b.op,
        (Why::SameGross { invoice: a, .. }, Why::SameGross { invoice: b, .. }) => a == b,
        _ => false,
    }
}

/// A plan whose facts changed, as it is now: it waits again.
fn shown_again(scene: &Scene<'_>, plan: &Plan, draft: Draft, lapse: Lapse) -> Plan {
    let mut why = vec![Why::Changed { lapse }];
    why.extend(draft.why.iter().cloned());
    why.extend(limits(scene, &draft));
    let mut fresh = under(plan, scene.caller);
    wait(&mut fresh, first_state(&why), scene);
    fresh.why = why;
    fresh.change = draft.change;
    fresh.bound = draft.bound;
    fresh.second = None;
    fresh
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

/// The end of a plan that nobody said anything about in time; `None` while it still may be. Its line of
/// the audit trail is written along; where somebody was asked to approve it, it is told as well.
#[must_use]
pub fn expire(plan: &Plan, settings: &Settings, now: Timestamp) -> Option<Change> {
    if !plan.state.waits() || now < plan.expires {
        return None;
    }
    let mut over = plan.clone();
    over.state = PlanState::Expired;
    let mut change = moved(plan, over);
    let Then::Planned(over) = &change.then else { return Some(change) };
    let line = Audit {
        staff: None,
        identity: None,
        at: now,
        op: plan.op.clone(),
        operation: plan.ask.operation(),
        client: Some(plan.change.client.id),
        ended: Ended::Refused,
        text: format!("{} of {} has expired", plan.op, plan.by.name),
    };
    change.writes.push(Write::Put(Record::Audit(line), Expect::Anything));
    if plan.state == PlanState::AwaitsApproval {
        let about = About::Plan { op: over.op.clone(), version: over.version };
        let told = |channel: &Channel| {
            Effect::new(What::Announce { channel: channel.clone(), about: about.clone() }, now)
        };
        let effects: Vec<Effect> = settings.asked_in().map(told).collect();
        if !effects.is_empty() {
            let job = Job::new(told_as(over), effects);
            change.writes.push(Write::Put(Record::Job(job), Expect::Absent));
        }
    }
    Some(change)
}

/// The modes whose budget is counted, with what is left of them: `None` is no limit.
pub(super) fn budget(scene: &Scene<'_>) -> Vec<(Mode, Option<Money>, Option<Money>)> {
    let spend = scene.image.spend(scene.caller.staff, today_utc(scene.now));
    let limits = scene.settings.limits(scene.role());
    let of = |mode: Mode| {
        let limit = limits.get(mode);
        let left = limit.map(|l| l.saturating_mul(BUDGET_TIMES).saturating_sub(spend.get(mode)));
        let money = |minor: Option<u64>| minor.and_then(|minor| worth(scene, minor));
        (mode, money(limit), money(left))
    };
    Mode::ALL.into_iter().map(of).collect()
}
