//! The desk: it answers calls. It reads what the decision needs, asks the decision, writes what
//! the decision says, and begins again when something moved meanwhile.
//!
//! The order is the rule (LEDGER §3): the stored outcome and the waiting plan are in the first read
//! and come before any refusal; whatever the decision checks was read in the same attempt. Nothing
//! is remembered between calls but whose an identity was, and that is only a guess which record to
//! read along.

pub(crate) mod failed_jobs;
pub(crate) mod history;
pub(crate) mod status;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use shared::answer::Answer;
use shared::audit::{Audit, Ended};
use shared::decide::{self, Found, Own};
use shared::id::{Identity, OpId, StaffId};
use shared::job::Job;
use shared::operation::{Ask, Call, Function, Operation, Outcome, Reply};
use shared::plan::Plan;
use shared::record::{
    Change, Decision, Expect, Image, Key, Record, Stored, StoredOutcome, Then, Write,
};
use shared::refusal::Refusal;
use shared::search::{self, Resolution};
use tokio::time::Instant;

use crate::clock::{backoff, jitter};
use crate::failure::Failure;
use crate::jobs::queue::{Hint, Queue};
use crate::reads::Stopped;
use crate::store::Store;
use crate::store::commit::{Budget, Committed, DECISION_MAX, operation_of};

/// How many rounds of reading one decision may ask for.
const ROUNDS_MAX: usize = 8;

/// How many identities are remembered before all are forgotten.
const REMEMBERED_MAX: usize = 1_000;

/// Answers calls.
#[derive(Debug, Clone)]
pub struct Desk {
    /// The two tables.
    pub store: Store,
    /// Where hints about jobs go.
    pub queue: Queue,
    /// For how long a call is tried.
    pub budget: Budget,
    own: Own,
    remembered: Arc<Mutex<BTreeMap<Identity, StaffId>>>,
}

/// What an answered call came to.
pub(crate) struct Ending {
    op: OpId,
    replay_of: Option<Timestamp>,
    outcome: Outcome,
    told_elsewhere: bool,
}

impl Ending {
    fn of(op: OpId, outcome: Outcome) -> Self {
        Self { op, replay_of: None, outcome, told_elsewhere: false }
    }
}

impl Desk {
    /// A desk over a store, with the decisions of the function, or of all, that it answers for.
    #[must_use]
    pub fn new(store: Store, queue: Queue, own: Own) -> Self {
        Self { store, queue, budget: Budget::default(), own, remembered: Arc::default() }
    }

    /// Answers a call, as the function that it was sent to.
    pub async fn answer(&self, function: Function, call: Call) -> Reply {
        let op = call.key.op();
        let own = call.ask.operation().function();
        if own != function {
            return Reply::of(op, Outcome::Elsewhere(own));
        }
        match self.end(&call).await {
            Ok(ending) => Reply {
                replay_of: ending.replay_of,
                told_elsewhere: ending.told_elsewhere,
                ..Reply::of(ending.op, ending.outcome)
            },
            Err(failure) => Reply::of(op, Outcome::Failed(failure.logged())),
        }
    }

    async fn end(&self, call: &Call) -> Result<Ending, Failure> {
        let mut found = self.find(call).await?;
        let began = Instant::now();
        let mut taken = false;
        for attempt in 0_u32.. {
            let now = self.store.clock().now();
            let seen = self.see(call, &found, now).await;
            // Once something of it is known to be there, a failed read does not make it nothing.
            let unknown = |failure| Failure::unknown("read what was done", failure);
            let mut image = if taken { seen.map_err(unknown)? } else { seen? };
            if self.take_number(call, &mut found, &image).await? {
                // The number names records that the decision has to see.
                image = self.see_more(call, &found, image, now).await?;
            }
            // The same for a first answer and for its repeats.
            let told = is_told(call, &image);
            let decision = if reads_ranges(&call.ask, &image, call) {
                match self.read_ranges(call, &found, &image, now).await {
                    Ok(decision) => Ok(decision),
                    Err(Stopped::Refused(refusal)) => Err(refusal),
                    Err(Stopped::Failed(failure)) => return Err(failure),
                }
            } else {
                decide::decide(call, &found, &image, now, self.own)
            };
            let change = match decision {
                Ok(Decision::Commit(change)) => with_audit(change, call, &found, &image, now),
                Ok(other) => {
                    let ending = self.without_writing(call, &image, now, other).await?;
                    return Ok(Ending { told_elsewhere: told, ..ending });
                }
                Err(refusal) => return self.refuse(call, &found, &image, now, refusal).await,
            };
            let old = self.store.clock().now().duration_since(now) > DECISION_MAX;
            let written = if old {
                Committed::Stale
            } else {
                self.store.commit_within(&change.writes, self.budget).await?
            };
            match written {
                Committed::Done => {
                    let ending = self.committed(call, now, change).await;
                    return Ok(Ending { told_elsewhere: told, ..ending });
                }
                // Another delivery of this call, another click, another reversal: the next read says
                // what became of it, however late it is. "Nothing was changed" would be a lie.
                Committed::KeyTaken(_) if !taken => {
                    taken = true;
                    continue;
                }
                Committed::KeyTaken(_) | Committed::Stale => {}
            }
            if began.elapsed() >= self.budget.busy {
                break;
            }
            if attempt > 0 {
                self.store.clock().sleep(jitter(backoff(attempt))).await;
            }
            // What names came to may have moved as well; a number is taken once.
            let number = found.next_number;
            found = self.find(call).await?;
            found.next_number = number;
        }
        Err(Failure::unchanged("write the change", "others kept changing the same records"))
    }

    /// What has to be found out before the first read.
    async fn find(&self, call: &Call) -> Result<Found, Failure> {
        let mut found =
            Found { staff: self.remembered().get(&call.by).copied(), ..Found::default() };
        for typed in decide::typed_clients(call) {
            let resolution = self.resolve(typed).await?;
            found.clients.push(resolution);
        }
        if decide::names_staff(call) {
            found.everybody = self.store.staff().await?;
        }
        Ok(found)
    }

    async fn resolve(&self, typed: &str) -> Result<Resolution, Failure> {
        let nobody = |nearest| Resolution::None { typed: typed.trim().to_owned(), nearest };
        let Some(query) = search::query(typed) else { return Ok(nobody(Vec::new())) };
        let terms = self.store.terms(&query).await?;
        let resolution = search::resolve(typed, &terms);
        if !matches!(resolution, Resolution::None { .. }) {
            return Ok(resolution);
        }
        let terms = match search::wider(typed) {
            Some(wider) if wider != query => self.store.terms(&wider).await?,
            Some(_) | None => terms,
        };
        Ok(nobody(search::nearest(typed, &terms)))
    }

    /// Reads what the decision needs, until nothing is missing.
    async fn see(&self, call: &Call, found: &Found, now: Timestamp) -> Result<Image, Failure> {
        let image = self.see_more(call, found, Image::default(), now).await?;
        if let Some(linked) = image.identity(&call.by) {
            let mut remembered = self.remembered();
            if remembered.len() >= REMEMBERED_MAX {
                remembered.clear();
            }
            remembered.insert(call.by.clone(), linked.staff);
        }
        Ok(image)
    }

    async fn see_more(
        &self,
        call: &Call,
        found: &Found,
        mut image: Image,
        now: Timestamp,
    ) -> Result<Image, Failure> {
        let mut asked: BTreeSet<Key> = BTreeSet::new();
        for _ in 0..ROUNDS_MAX {
            let needs = decide::needs(call, found, &image, now);
            let missing = |key: &Key| !asked.contains(key) && image.get(key).is_none();
            let wanted: Vec<Key> = needs.into_iter().filter(missing).collect();
            if wanted.is_empty() {
                return Ok(image);
            }
            for record in self.store.read(&wanted).await? {
                image.insert(record);
            }
            asked.extend(wanted);
        }
        Err(Failure::unchanged("read what the decision needs", "it never had enough"))
    }

    /// Takes the number that a new client or staff member needs: once, and only for a call that may
    /// be done. True when one was taken.
    async fn take_number(
        &self,
        call: &Call,
        found: &mut Found,
        image: &Image,
    ) -> Result<bool, Failure> {
        let Some(counter) = decide::wants_number(call, found) else { return Ok(false) };
        let now = self.store.clock().now();
        let done = image.operation(&call.key.op()).is_some();
        if found.next_number.is_some() || done || decide::authorise(call, image, now).is_err() {
            return Ok(false);
        }
        found.next_number = Some(if call.dry_run {
            self.store.last_number(counter).await?.saturating_add(1)
        } else {
            self.store.next_number(counter).await?
        });
        Ok(true)
    }

    async fn without_writing(
        &self,
        call: &Call,
        image: &Image,
        now: Timestamp,
        decision: Decision,
    ) -> Result<Ending, Failure> {
        let op = call.key.op();
        match decision {
            Decision::Answer(answer) => {
                if let Answer::DryRun { change, text, .. } = &answer {
                    let client = change.as_ref().map(|change| change.client.id);
                    let text = text.clone().unwrap_or_else(|| "only tried".to_owned());
                    let line = line(call, image, now, client, Ended::DryRun, text);
                    self.tell(&line).await?;
                }
                Ok(Ending::of(op, Outcome::Answer(answer)))
            }
            Decision::Show(plan) => Ok(waiting(&plan)),
            Decision::Replay(stored) => Ok(replay(stored)),
            Decision::Commit(_) => {
                Err(Failure::unchanged("answer", "a change was to be answered unwritten"))
            }
        }
    }

    /// Answers a refusal, after its line is in the audit trail.
    async fn refuse(
        &self,
        call: &Call,
        found: &Found,
        image: &Image,
        now: Timestamp,
        refusal: Refusal,
    ) -> Result<Ending, Failure> {
        if call.ask.operation().is_write() {
            self.tell(&refused(call, found, image, now, &refusal)).await?;
        }
        let op = call.key.op();
        Ok(Ending::of(op, Outcome::Refused(refusal)))
    }

    /// Puts a line of the audit trail before its answer is given. Without it there is no answer; but
    /// nothing else was to be changed.
    async fn tell(&self, line: &Audit) -> Result<(), Failure> {
        let put = self.store.put_audit(line).await;
        put.map_err(|failure| Failure::unchanged("write the audit trail", failure))
    }

    /// Answers what was written, and says that its job is due.
    async fn committed(&self, call: &Call, now: Timestamp, change: Change) -> Ending {
        let op = operation_of(&change.writes).map_or_else(|| call.key.op(), |s| s.op.clone());
        for hint in jobs_of(&change.writes).map(Hint::from) {
            self.queue.hint(&hint, now).await;
        }
        let outcome = match change.then {
            Then::Answer(answer) => Outcome::Answer(answer),
            Then::Planned(plan) => return waiting(&plan),
            Then::Refuse(refusal) => Outcome::Refused(refusal),
        };
        Ending::of(op, outcome)
    }

    fn remembered(&self) -> std::sync::MutexGuard<'_, BTreeMap<Identity, StaffId>> {
        self.remembered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether what the call writes is told in another channel of the workspace where it was typed.
fn is_told(call: &Call, image: &Image) -> bool {
    let settings = image.settings();
    let elsewhere = call.at.as_ref().is_some_and(|at| settings.is_told_elsewhere(at));
    elsewhere && call.ask.operation().is_write() && !call.dry_run
}

/// Whether the call is one of those that read ranges of records, which are answered here. A stored
/// outcome comes first, even so.
fn reads_ranges(ask: &Ask, image: &Image, call: &Call) -> bool {
    let reads = match ask.operation() {
        Operation::Statement
        | Operation::Why
        | Operation::History
        | Operation::Pending
        | Operation::List
        | Operation::ClientFind
        | Operation::Suggest
        | Operation::InvoiceList
        | Operation::RoleList
        | Operation::Status
        | Operation::JobsFailed => true,
        Operation::AddCredit
        | Operation::DeductCredit
        | Operation::Undo
        | Operation::Correct
        | Operation::Balance
        | Operation::Confirm
        | Operation::Approve
        | Operation::Deny
        | Operation::ClientNew
        | Operation::ClientView
        | Operation::ClientActivate
        | Operation::ClientSuspend
        | Operation::ClientSet
        | Operation::MmsAllow
        | Operation::MmsSwitch
        | Operation::PriceSet
        | Operation::PriceShow
        | Operation::SettingsSet
        | Operation::SettingsShow
        | Operation::InvoiceView
        | Operation::InvoiceVoid
        | Operation::RoleGrant
        | Operation::StaffLeave
        | Operation::Cover
        | Operation::Whoami => false,
    };
    reads && (call.dry_run || image.operation(&call.key.op()).is_none())
}

fn replay(stored: Stored) -> Ending {
    let outcome = match stored.outcome {
        StoredOutcome::Done(answer) => Outcome::Answer(answer),
        StoredOutcome::Refused(refusal) => Outcome::Refused(refusal),
        // The decision follows it to the plan, so that nobody is answered with it.
        StoredOutcome::Took(op) => Outcome::Refused(Refusal::UnknownOperation { op }),
    };
    Ending { replay_of: Some(stored.at), ..Ending::of(stored.op, outcome) }
}

fn waiting(plan: &Plan) -> Ending {
    Ending::of(plan.op.clone(), Outcome::Planned(plan.card()))
}

fn jobs_of(writes: &[Write]) -> impl Iterator<Item = &Job> {
    writes.iter().filter_map(|write| match write {
        Write::Put(Record::Job(job), _) => Some(job),
        Write::Put(..) | Write::Delete(..) | Write::Check(..) => None,
    })
}

/// A plan or a refusal that is written takes its audit line along, so that neither is there without
/// the other. The line of what was done is its job's.
fn with_audit(
    mut change: Change,
    call: &Call,
    found: &Found,
    image: &Image,
    now: Timestamp,
) -> Change {
    let line = match &change.then {
        Then::Answer(_) => return change,
        Then::Planned(plan) => {
            let client = Some(plan.change.client.id);
            line(call, image, now, client, Ended::Planned, format!("{} waits", plan.op))
        }
        Then::Refuse(refusal) => refused(call, found, image, now, refusal),
    };
    change.writes.push(Write::Put(Record::Audit(line), Expect::Anything));
    change
}

/// The line of the audit trail about a refusal.
fn refused(call: &Call, found: &Found, image: &Image, now: Timestamp, refusal: &Refusal) -> Audit {
    let client = found.clients.first().and_then(|resolution| match resolution {
        Resolution::One(hit) => Some(hit.client),
        Resolution::Many { .. } | Resolution::None { .. } => None,
    });
    line(call, image, now, client, Ended::Refused, discreet(refusal))
}

/// A line of the audit trail about a call.
fn line(
    call: &Call,
    image: &Image,
    now: Timestamp,
    client: Option<shared::id::ClientId>,
    ended: Ended,
    text: String,
) -> Audit {
    Audit {
        staff: image.identity(&call.by).map(|linked| linked.staff),
        identity: Some(call.by.clone()),
        at: now,
        op: call.key.op(),
        operation: call.ask.operation(),
        client,
        ended,
        text,
    }
}

/// A refusal's sentence without a telephone number that somebody typed.
fn discreet(refusal: &Refusal) -> String {
    let hidden = match refusal.clone() {
        Refusal::UnknownClient { typed, nearest } => {
            Refusal::UnknownClient { typed: without_number(&typed), nearest }
        }
        Refusal::Ambiguous { typed, matches, total } => {
            Refusal::Ambiguous { typed: without_number(&typed), matches, total }
        }
        other => other,
    };
    hidden.to_string()
}

fn without_number(typed: &str) -> String {
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    let phone = typed.chars().all(|c| c.is_ascii_digit() || " +()-./".contains(c));
    if phone && digits.len() > 6 {
        format!("…{}", search::last_four(&digits))
    } else {
        typed.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typed_telephone_number_is_not_kept() {
        let refusal =
            Refusal::UnknownClient { typed: "+44 7700 900123".to_owned(), nearest: Vec::new() };
        assert_eq!(discreet(&refusal), "No client matches “…0123”.");
        let refusal = Refusal::UnknownClient { typed: "acme".to_owned(), nearest: Vec::new() };
        assert_eq!(discreet(&refusal), "No client matches “acme”.");
    }
}
