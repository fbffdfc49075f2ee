//! What is done each minute, whether or not anybody asked: due jobs get their hints, plans expire,
//! days are closed, the books are proved each night, the summary is rebuilt each hour.
//!
//! Every part can be run twice, by two sweeps at once, or be cut off in the middle: what it writes
//! is conditional or the same again, and how far its rounds are is kept after each step, so that the
//! next run goes on. Clients are paged by number up to their counter; nothing is scanned.

mod rounds;

use std::time::Duration;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use shared::books::types::{self as books_ask, Day};
use shared::contract::change::{Expect, Write};
use shared::contract::image::Counter;
use shared::contract::refusal::Refusal;
use shared::contract::{Ask, Key, Record};
use shared::kernel::id::{CallKey, ClientId};
use shared::kernel::job::SHARDS;
use shared::ledger::account::Account;
use tokio::time::Instant;

use shared::contract::call::{Call, Outcome};
use shared::kernel::actor::{ActorKind, Caller};
use shared::plans::rooms::{BOOKS, Rooms};
use shared::plans::types as plans;
use shared::settings::types::Settings;

use crate::books::{self, Mismatch};
use crate::clients::summary;
use crate::desk::Desk;
use crate::failure::Failure;
use crate::jobs::queue::{Hint, Queue};
use crate::reads::Readers;
use crate::store::Store;
use crate::store::commit::{Budget, Committed};
use crate::store::layout::{self, sweep_place};
use crate::store::ranges::last_entry_at;
use rounds::{Rounds, Suspect};

/// How many due jobs of a shard get a hint in one run.
const HINTS_MAX: usize = 100;

/// How long after a local midnight its day is closed: what was decided before it is written by then.
const CLOSE_AFTER: SignedDuration = SignedDuration::from_mins(10);

/// How often plans are looked through for those whose time is over.
const EXPIRE_EVERY: SignedDuration = SignedDuration::from_mins(10);

/// How old the summary may become.
const SUMMARY_EVERY: SignedDuration = SignedDuration::from_hours(1);

/// After how long a mismatch is looked at again.
const SUSPECT_FOR: SignedDuration = SignedDuration::from_secs(60);

/// How many days that were missed are closed, at most.
const DAYS_BACK: i32 = 31;

/// What the sweep works with.
#[derive(Debug, Clone)]
pub struct Sweep {
    pub store: Store,
    /// Hints go there.
    pub queue: Queue,
    /// Answers the schedule's own calls.
    desk: Desk,
    /// After how long a run stops and leaves the rest to the next.
    pub patience: Duration,
}

impl Sweep {
    /// A sweep that stops well before the next one begins.
    #[must_use]
    pub fn new(store: Store, queue: Queue) -> Self {
        let rooms = Rooms { books: Some(BOOKS), ..Rooms::NONE };
        let rooms = (rooms, Readers::NONE);
        let desk = Desk::new(store.clone(), queue.clone(), rooms, &[ActorKind::Schedule]);
        Self { store, queue, desk, patience: Duration::from_secs(40) }
    }
}

/// What one run did.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Report {
    /// How many due jobs got a hint.
    pub hints: u64,
    /// How many plans expired.
    pub expired: u64,
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
    let looked = run.suspects().await;
    run.note(looked);
    let closed = run.close_days().await;
    run.note(closed);
    let proved = run.prove().await;
    run.note(proved);
    let summed = run.summary().await;
    run.note(summed);
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
        for plan in self.sweep.store.plans().await? {
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

    /// Sends a call of the schedule to the desk; false when nothing was left to do. Any other refusal is
    /// a failure, so that the next round tries again.
    async fn call(&self, key: CallKey, ask: impl Into<Ask>) -> Result<bool, Failure> {
        let ask = ask.into();
        let function = ask.spec().function;
        let call = Call { key, by: Caller::Schedule, ask, dry_run: false, at: None };
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

    /// Closes the days that are over, each for all clients, the oldest first.
    async fn close_days(&mut self) -> Result<(), Failure> {
        let image = self.sweep.store.image(&[Key::Settings]).await?;
        let settings = image.peek::<Settings>(&Key::Settings).cloned().unwrap_or_default();
        let zone = settings.time_zone();
        let Some(over) = last_day_over(self.now, &zone) else { return Ok(()) };
        let oldest = over.saturating_sub(jiff::Span::new().days(DAYS_BACK));
        loop {
            let next = match self.rounds.closed {
                Some(closed) => closed.tomorrow().unwrap_or(over).max(oldest),
                None => over,
            };
            if next > over || self.over() {
                return Ok(());
            }
            let last = self.last_client().await?;
            while self.rounds.closing < last {
                if self.over() {
                    return Ok(());
                }
                let end = self.rounds.closing.saturating_add(50).min(last);
                self.close_some(next, &zone, self.rounds.closing.saturating_add(1), end).await?;
                self.rounds.closing = end;
                self.keep_rounds().await?;
            }
            self.rounds.closed = Some(next);
            self.rounds.closing = 0;
            self.keep_rounds().await?;
        }
    }

    async fn close_some(
        &mut self,
        date: Date,
        zone: &TimeZone,
        first: u64,
        last: u64,
    ) -> Result<(), Failure> {
        let ids: Vec<ClientId> = (first..=last).map(ClientId).collect();
        let keys: Vec<Key> =
            ids.iter().flat_map(|id| [Key::Account(*id), Key::Day(*id, date)]).collect();
        let image = self.sweep.store.image(&keys).await?;
        for id in ids {
            let Some(account) = image.peek::<Account>(&Key::Account(id)) else { continue };
            if image.peek::<Day>(&Key::Day(id, date)).is_some() {
                continue;
            }
            let Some(day) = self.day_of(account, date, zone).await? else { continue };
            // Stale: another sweep has put it, and what is past is the same for both.
            if self.write(&[Write::Put(Record::Day(day), Expect::Absent)]).await? {
                self.report.days = self.report.days.saturating_add(1);
            }
        }
        Ok(())
    }

    /// The close of a day of an account, if it moved on that day.
    async fn day_of(
        &self,
        account: &Account,
        date: Date,
        zone: &TimeZone,
    ) -> Result<Option<Day>, Failure> {
        let Some((start, end)) = bounds(date, zone) else { return Ok(None) };
        let last_at = last_entry_at(account);
        if account.entries == 0 || last_at < start {
            return Ok(None);
        }
        let newer = if last_at < end {
            Vec::new()
        } else {
            self.sweep.store.entries_back(account, start, usize::MAX).await?.entries
        };
        Ok(close(account, &newer, date, start, end))
    }

    /// Proves the books once after each closed day.
    async fn prove(&mut self) -> Result<(), Failure> {
        let Some(closed) = self.rounds.closed else { return Ok(()) };
        if self.rounds.proved.is_some_and(|proved| proved >= closed) {
            return Ok(());
        }
        let last = self.last_client().await?;
        while self.rounds.proving < last {
            if self.over() {
                return Ok(());
            }
            let (first, end) = (
                self.rounds.proving.saturating_add(1),
                self.rounds.proving.saturating_add(books::SOME).min(last),
            );
            let proof = books::prove_some(&self.sweep.store, first, end, false).await?;
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
        let (client, entries) = (mismatch.client, mismatch.entries);
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
        let proved = books::prove(&self.sweep.store, suspect.client, None).await?;
        let entries = proved.account_entries;
        let mismatch = |what| Mismatch { client: suspect.client, entries, what };
        let wrong: Vec<Mismatch> = proved.wrong.into_iter().map(mismatch).collect();
        let Some(first) = wrong.first() else { return Ok(()) };
        if entries != suspect.entries {
            self.suspect(first.clone());
            return Ok(());
        }
        for mismatch in &wrong {
            let (client, what) = (mismatch.client, &mismatch.what);
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
        let under_way = self.rounds.summing > 0;
        if !under_way && self.recently(self.rounds.summary_at, SUMMARY_EVERY) {
            return Ok(());
        }
        if !under_way {
            self.rounds.summary_at = Some(self.now);
        }
        let last = self.last_client().await?;
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
        self.rounds.summing = 0;
        self.keep_rounds().await
    }
}

/// The last day that may be closed.
fn last_day_over(now: Timestamp, zone: &TimeZone) -> Option<Date> {
    let settled = now.checked_sub(CLOSE_AFTER).ok()?;
    settled.to_zoned(zone.clone()).date().yesterday().ok()
}

/// When a day of a zone begins and ends; it has 23 to 25 hours.
fn bounds(date: Date, zone: &TimeZone) -> Option<(Timestamp, Timestamp)> {
    let start = date.to_zoned(zone.clone()).ok()?.timestamp();
    let end = date.tomorrow().ok()?.to_zoned(zone.clone()).ok()?.timestamp();
    Some((start, end))
}

/// The close of a day, from the account as it is now and its entries since the day began, newest
/// first.
fn close(
    account: &Account,
    newer: &[shared::ledger::entry::Entry],
    date: Date,
    start: Timestamp,
    end: Timestamp,
) -> Option<Day> {
    let mut day = Day {
        client: account.client,
        date,
        entries: account.entries,
        hash: account.last_hash.clone(),
        totals: account.totals,
    };
    if last_entry_at(account) < end {
        return Some(day);
    }
    for entry in newer {
        if entry.at < end {
            return (entry.at >= start).then_some(day);
        }
        for line in &entry.lines {
            let totals = day.totals.get_mut(line.kind);
            totals.granted = totals.granted.saturating_sub(line.granted);
            totals.used = totals.used.saturating_sub(line.used);
            totals.held = totals.held.saturating_sub(line.held);
        }
        day.entries = entry.number.saturating_sub(1);
        day.hash.clone_from(&entry.previous);
    }
    // Every entry since the day began is of a later day.
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::kernel::actor::ActorId;
    use shared::kernel::credit::{Kind, PerKind};
    use shared::kernel::movement::Reason;
    use shared::ledger::account::{Status, Switch};
    use shared::ledger::entry::Entry;
    use shared::ledger::posting::{Posting, post};

    fn berlin() -> TimeZone {
        TimeZone::get("Europe/Berlin").unwrap()
    }

    fn moved(at: &[&str]) -> (Account, Vec<Entry>) {
        let mut account = Account::new(ClientId(2), Status::Active, Switch::Inherit);
        let mut newest_first = Vec::new();
        for (position, at) in at.iter().enumerate() {
            let op = CallKey::new("test", position.to_string()).op();
            let posting = Posting {
                op: &op,
                now: at.parse().unwrap(),
                actor: ActorId::Schedule,
                reason: Reason::Add,
                granted: PerKind::only(Kind::Sms, Some(100)),
                note: None,
                invoice: None,
                reverses: None,
                takes_back: None,
                other: None,
            };
            let posted = post(&account, posting).unwrap();
            account = posted.account;
            newest_first.insert(0, posted.entry);
        }
        (account, newest_first)
    }

    #[test]
    fn a_day_is_closed_ten_minutes_after_its_local_midnight() {
        let on = |at: &str| last_day_over(at.parse().unwrap(), &berlin()).unwrap().to_string();
        assert_eq!(on("2026-03-01T23:09:59Z"), "2026-02-28");
        assert_eq!(on("2026-03-01T23:10:00Z"), "2026-03-01");
    }

    #[test]
    fn a_close_counts_what_was_there_at_midnight_and_nothing_later() {
        let date: Date = "2026-03-01".parse().unwrap();
        let (start, end) = bounds(date, &berlin()).unwrap();
        let (account, newer) =
            moved(&["2026-03-01T08:00:00Z", "2026-03-01T22:59:59Z", "2026-03-01T23:00:00Z"]);
        let day = close(&account, &newer, date, start, end).unwrap();
        assert_eq!((day.entries, day.totals.sms.granted), (2, 200));
        assert_eq!(day.hash, newer[1].hash);
        let (account, newer) = moved(&["2026-02-27T08:00:00Z", "2026-03-01T23:00:00Z"]);
        assert_eq!(close(&account, &newer, date, start, end), None, "it did not move that day");
    }

    #[test]
    fn a_day_has_as_many_hours_as_its_zone_says() {
        let hours = |date: &str| {
            let (start, end) = bounds(date.parse().unwrap(), &berlin()).unwrap();
            end.duration_since(start).as_hours()
        };
        assert_eq!((hours("2026-03-29"), hours("2026-10-25"), hours("2026-03-01")), (23, 25, 24));
    }
}
