//! What is done each minute, whether or not anybody asked: due jobs get their hints, plans expire,
//! payments find their invoices, arrears have their consequences, days are closed, the books are proved each
//! night, the summary is rebuilt and the events of billing providers are looked at each hour.
//!
//! Every part can be run twice, by two sweeps at once, or be cut off in the middle: what it writes
//! is conditional or the same again, and how far its rounds are is kept after each step, so that the
//! next run goes on. Clients are paged by number up to their counter; nothing is scanned.

mod arrears;
mod days;
mod reconcile;
mod rounds;

use std::time::Duration;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use shared::books::types as books_ask;
use shared::contract::Ask;
use shared::contract::change::Write;
use shared::contract::image::Counter;
use shared::contract::refusal::Refusal;
use shared::kernel::id::{CallKey, ClientId};
use shared::kernel::job::SHARDS;
use tokio::time::Instant;

use shared::contract::call::{Call, Outcome};
use shared::kernel::actor::{ActorKind, Caller};
use shared::payments::types as payments;
use shared::plans::rooms::{BOOKS, PAYMENTS, Rooms};
use shared::plans::types as plans;

use crate::billing::reconcile::Reconciler;
use crate::books::{self, Extent, Mismatch};
use crate::clients::summary;
use crate::desk::Desk;
use crate::failure::Failure;
use crate::jobs::queue::{Hint, Queue};
use crate::reads::Readers;
use crate::store::Store;
use crate::store::commit::{Budget, Committed};
use crate::store::layout::{self, sweep_place};
use rounds::{Rounds, Suspect};

/// How many due jobs of a shard get a hint in one run.
const HINTS_MAX: usize = 100;

/// How often plans are looked through for those whose time is over.
const EXPIRE_EVERY: SignedDuration = SignedDuration::from_mins(10);

/// How old the summary may become.
const SUMMARY_EVERY: SignedDuration = SignedDuration::from_hours(1);

/// After how long a mismatch is looked at again.
const SUSPECT_FOR: SignedDuration = SignedDuration::from_secs(60);

/// What the sweep works with.
#[derive(Debug, Clone)]
pub struct Sweep {
    pub store: Store,
    /// Hints go there.
    pub queue: Queue,
    /// Answers the schedule's own calls.
    desk: Desk,
    /// Asks the billing providers, where the desk has an account.
    pub reconciler: Option<Reconciler>,
    /// After how long a run stops and leaves the rest to the next.
    pub patience: Duration,
}

impl Sweep {
    /// A sweep that stops well before the next one begins.
    #[must_use]
    pub fn new(store: Store, queue: Queue) -> Self {
        let rooms = Rooms { books: Some(BOOKS), payments: Some(PAYMENTS), ..Rooms::NONE };
        let rooms = (rooms, Readers::NONE);
        let desk = Desk::new(store.clone(), queue.clone(), rooms, &[ActorKind::Schedule]);
        Self { store, queue, desk, reconciler: None, patience: Duration::from_secs(40) }
    }
}

/// What one run did.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Report {
    /// How many due jobs got a hint.
    pub hints: u64,
    /// How many plans expired.
    pub expired: u64,
    /// How many payments found the invoice for which they waited.
    pub settled: u64,
    /// How many events of billing providers were booked that no webhook had brought.
    #[serde(default)]
    pub reconciled: u64,
    /// How many DAY items were put.
    pub days: u64,
    /// How many accounts were proved.
    pub proved: u64,
    /// How many clients' cards were rebuilt.
    pub cards: u64,
    /// What did not fit when it was found.
    pub suspects: Vec<Mismatch>,
    /// What did not fit a minute later either.
    pub mismatches: Vec<Mismatch>,
    /// The accounts that were frozen for that.
    pub frozen: Vec<ClientId>,
}

/// Runs once. Each part runs even when another failed.
///
/// # Errors
/// The last failure; the others are logged.
pub async fn run(sweep: &Sweep) -> Result<Report, Failure> {
    let mut run = Run {
        sweep,
        now: sweep.store.clock().now(),
        until: Instant::now().checked_add(sweep.patience).unwrap_or_else(Instant::now),
        rounds: Rounds::default(),
        report: Report::default(),
        failed: None,
    };
    let hinted = run.hints().await;
    run.note(hinted);
    match run.read_rounds().await {
        Ok(rounds) => run.rounds = rounds,
        Err(failure) => return Err(failure),
    }
    let expired = run.expire().await;
    run.note(expired);
    let settled = run.settle().await;
    run.note(settled);
    let owed = run.arrears().await;
    run.note(owed);
    let looked = run.suspects().await;
    run.note(looked);
    let closed = run.close_days().await;
    run.note(closed);
    let proved = run.prove().await;
    run.note(proved);
    let summed = run.summary().await;
    run.note(summed);
    let reconciled = run.reconcile().await;
    run.note(reconciled);
    match run.failed {
        Some(failure) => Err(failure),
        None => Ok(run.report),
    }
}

struct Run<'a> {
    sweep: &'a Sweep,
    now: Timestamp,
    until: Instant,
    rounds: Rounds,
    report: Report,
    failed: Option<Failure>,
}

impl Run<'_> {
    fn note(&mut self, ended: Result<(), Failure>) {
        if let Err(failure) = ended
            && let Some(earlier) = self.failed.replace(failure)
        {
            let _ = earlier.logged();
        }
    }

    fn over(&self) -> bool {
        Instant::now() >= self.until
    }

    async fn read_rounds(&self) -> Result<Rounds, Failure> {
        let doing = "read the sweep's rounds";
        match self.sweep.store.plain_item(doing, &sweep_place()).await? {
            Some(item) => layout::data(item).map_err(|why| Failure::unchanged(doing, why)),
            None => Ok(Rounds::default()),
        }
    }

    async fn keep_rounds(&self) -> Result<(), Failure> {
        let doing = "keep the sweep's rounds";
        let place = sweep_place();
        let item = layout::plain(&place, &self.rounds).map_err(|e| Failure::unchanged(doing, e))?;
        self.sweep.store.put_plain(doing, &place, item, false).await.map(|_| ())
    }

    async fn last_client(&self) -> Result<u64, Failure> {
        self.sweep.store.last_number(Counter::Clients.name()).await
    }

    async fn hints(&mut self) -> Result<(), Failure> {
        for shard in 0..SHARDS {
            for job in self.sweep.store.jobs_due(shard, self.now, HINTS_MAX).await? {
                self.sweep.queue.hint(&Hint::from(&job), self.now).await;
                self.report.hints = self.report.hints.saturating_add(1);
            }
        }
        Ok(())
    }

    async fn expire(&mut self) -> Result<(), Failure> {
        if self.recently(self.rounds.expired_at, EXPIRE_EVERY) {
            return Ok(());
        }
        for plan in self.sweep.store.plans().await?.readable() {
            if self.now < plan.expires {
                continue;
            }
            let key = CallKey::new("expire", format!("{}#{}", plan.op, plan.version));
            // Refused: a person confirmed or denied it just now.
            if self.call(key, plans::Ask::Expire { op: plan.op }).await? {
                self.report.expired = self.report.expired.saturating_add(1);
            }
        }
        self.rounds.expired_at = Some(self.now);
        self.keep_rounds().await
    }

    /// Settles the invoices that payments name and that were not there when the money came.
    async fn settle(&mut self) -> Result<(), Failure> {
        for payment in self.sweep.store.waiting_payments().await?.readable() {
            if payment.invoice.is_some() || payment.placed || payment.names.len() != 1 {
                continue;
            }
            let key = CallKey::new("settle", format!("{}#{}", payment.reference, payment.version));
            let ask = payments::Ask::PaymentSettle { payment: payment.reference };
            if self.call(key, ask).await? {
                self.report.settled = self.report.settled.saturating_add(1);
            }
        }
        Ok(())
    }

    /// Sends a call of the schedule to the desk; false when nothing was left to do. Any other refusal is
    /// a failure, so that the next round tries again.
    async fn call(&self, key: CallKey, ask: impl Into<Ask>) -> Result<bool, Failure> {
        let ask = ask.into();
        let function = ask.spec().function;
        let call = Call { key, by: Caller::Schedule, ask, dry_run: false, at: None, typed: None };
        match self.sweep.desk.answer(function, call).await.outcome {
            Outcome::Answer(_) | Outcome::Done(_) => Ok(true),
            Outcome::Refused(Refusal::NoChange { .. } | Refusal::PlanOver { .. }) => Ok(false),
            Outcome::Refused(refusal) => {
                Err(Failure::unchanged("do what is due", refusal.to_string()))
            }
            Outcome::Failed(failed) if failed.nothing_changed => {
                Err(Failure::unchanged("do what is due", failed.reference))
            }
            Outcome::Failed(failed) => Err(Failure::unknown("do what is due", failed.reference)),
            Outcome::Tried(_) | Outcome::Planned(_) | Outcome::Elsewhere(_) => {
                Err(Failure::unchanged("do what is due", "it was answered in another way"))
            }
        }
    }

    fn recently(&self, at: Option<Timestamp>, every: SignedDuration) -> bool {
        at.is_some_and(|at| at <= self.now && self.now.duration_since(at) < every)
    }

    async fn write(&self, writes: &[Write]) -> Result<bool, Failure> {
        let budget = Budget { busy: Duration::from_secs(2), unknown: Duration::from_secs(4) };
        let written = self.sweep.store.commit_within(writes, budget).await?;
        Ok(written == Committed::Done)
    }

    /// Proves the books once after each closed day.
    async fn prove(&mut self) -> Result<(), Failure> {
        let Some(closed) = self.rounds.closed else { return Ok(()) };
        if self.rounds.proved.is_some_and(|proved| proved >= closed) {
            return Ok(());
        }
        let last = self.last_client().await?;
        let night = Extent::Night(night_of(closed));
        if self.rounds.proving == 0 {
            for mismatch in books::prove_rights(&self.sweep.store).await? {
                tracing::error!(what = mismatch.what, "the rights do not prove");
                self.report.mismatches.push(mismatch);
            }
        }
        while self.rounds.proving < last {
            if self.over() {
                return Ok(());
            }
            let (first, end) = (
                self.rounds.proving.saturating_add(1),
                self.rounds.proving.saturating_add(books::SOME).min(last),
            );
            let proof = books::prove_some(&self.sweep.store, first, end, night).await?;
            for mismatch in proof.mismatches {
                self.suspect(mismatch);
            }
            for client in proof.clean_again {
                tracing::warn!(%client, "the books prove again: staff may go on");
                self.set_frozen(client, false, "the books prove again").await?;
            }
            self.report.proved =
                self.report.proved.saturating_add(end.saturating_sub(self.rounds.proving));
            self.rounds.proving = end;
            self.keep_rounds().await?;
        }
        self.rounds.proved = Some(closed);
        self.rounds.proving = 0;
        self.keep_rounds().await
    }

    fn suspect(&mut self, mismatch: Mismatch) {
        let (Some(client), entries) = (mismatch.client, mismatch.entries) else { return };
        self.rounds.suspects.retain(|suspect| suspect.client != client);
        self.rounds.suspects.push(Suspect { client, entries, at: self.now });
        self.report.suspects.push(mismatch);
    }

    /// Looks again at what did not fit a minute ago: at the same count it is a mismatch, which
    /// stops staff money operations for that client. What cannot be looked at now stays suspect, and
    /// keeps nobody else from being looked at.
    async fn suspects(&mut self) -> Result<(), Failure> {
        let ripe = |s: &&Suspect| self.now.duration_since(s.at) >= SUSPECT_FOR;
        let again: Vec<Suspect> = self.rounds.suspects.iter().filter(ripe).cloned().collect();
        if again.is_empty() {
            return Ok(());
        }
        for suspect in again {
            match self.look_again(&suspect).await {
                Ok(()) => self.rounds.suspects.retain(|other| *other != suspect),
                Err(failure) => self.note(Err(failure)),
            }
        }
        self.keep_rounds().await
    }

    /// Proves a suspect from its first entry.
    async fn look_again(&mut self, suspect: &Suspect) -> Result<(), Failure> {
        let proved = books::prove(&self.sweep.store, suspect.client, None, None).await?;
        let entries = proved.account_entries;
        let mismatch = |what| Mismatch { client: Some(suspect.client), entries, what };
        let wrong: Vec<Mismatch> = proved.wrong.into_iter().map(mismatch).collect();
        let Some(first) = wrong.first() else { return Ok(()) };
        if entries != suspect.entries {
            self.suspect(first.clone());
            return Ok(());
        }
        for mismatch in &wrong {
            let (client, what) = (suspect.client, &mismatch.what);
            tracing::error!(%client, entries, what, "the books do not prove");
        }
        if self.set_frozen(suspect.client, true, &first.what).await? {
            self.report.frozen.push(suspect.client);
        }
        self.report.mismatches.extend(wrong);
        Ok(())
    }

    /// Stops staff changes of a client's credits, or lets them go on, with a line in the audit trail;
    /// false when it stands so already.
    async fn set_frozen(
        &self,
        client: ClientId,
        frozen: bool,
        reason: &str,
    ) -> Result<bool, Failure> {
        let word = if frozen { "freeze" } else { "unfreeze" };
        let key = CallKey::new(word, format!("{client}#{}", self.now));
        self.call(key, books_ask::Ask::Freeze { client, frozen, reason: reason.to_owned() }).await
    }

    async fn summary(&mut self) -> Result<(), Failure> {
        let last = self.last_client().await?;
        if self.rounds.summing == 0 && self.recently(self.rounds.summary_at, SUMMARY_EVERY) {
            // Many clients were made since: their pages are written at once.
            let new = last.saturating_sub(self.rounds.summed);
            if new <= summary::PAGE_CLIENTS {
                return Ok(());
            }
            self.rounds.summing = self
                .rounds
                .summed
                .saturating_sub(self.rounds.summed.checked_rem(summary::PAGE_CLIENTS).unwrap_or(0));
        } else if self.rounds.summing == 0 {
            self.rounds.summary_at = Some(self.now);
        }
        while self.rounds.summing < last {
            if self.over() {
                return Ok(());
            }
            let first = self.rounds.summing.saturating_add(1);
            let end = summary::rebuild(&self.sweep.store, first, last).await?;
            let done = end.saturating_sub(self.rounds.summing);
            self.report.cards = self.report.cards.saturating_add(done);
            self.rounds.summing = end;
            self.keep_rounds().await?;
        }
        self.rounds.summed = last;
        self.rounds.summing = 0;
        self.keep_rounds().await
    }
}

/// The number of a night: each proves another part of the accounts from their first entries.
fn night_of(closed: Date) -> u64 {
    let days = closed.since(Date::constant(1970, 1, 1)).map(|span| span.get_days());
    days.map_or(0, |days| u64::from(days.unsigned_abs()))
}
