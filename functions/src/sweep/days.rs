//! The close of a day: one DAY item for each account that moved, ten minutes after the local midnight.
//! The account sums its closed days up, so each close writes the account too.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use shared::books::types::Day;
use shared::books::witness;
use shared::contract::change::{Expect, Write};
use shared::contract::{Key, Record};
use shared::kernel::id::ClientId;
use shared::ledger::account::Account;
use shared::ledger::entry::Entry;
use shared::settings::types::Settings;

use super::Run;
use crate::failure::Failure;
use crate::store::ranges::last_entry_at;

/// How long after a local midnight its day is closed: what was decided before it is written by then.
const CLOSE_AFTER: SignedDuration = SignedDuration::from_mins(10);

/// How often an account that moves is read again to close its day.
const CLOSE_TRIES: u32 = 10;

/// How many days that were missed are closed, at most.
const DAYS_BACK: i32 = 31;

impl Run<'_> {
    /// Closes the days that are over, each for all clients, the oldest first.
    pub(super) async fn close_days(&mut self) -> Result<(), Failure> {
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
        let mut open: Vec<ClientId> = (first..=last).map(ClientId).collect();
        // An account that moved meanwhile is read again.
        for _ in 0..CLOSE_TRIES {
            open = self.close_each(date, zone, open).await?;
            if open.is_empty() {
                return Ok(());
            }
        }
        Err(Failure::unchanged("close a day", "others kept changing the same accounts"))
    }

    /// Closes a day of each client; returns those whose accounts moved meanwhile.
    async fn close_each(
        &mut self,
        date: Date,
        zone: &TimeZone,
        ids: Vec<ClientId>,
    ) -> Result<Vec<ClientId>, Failure> {
        let keys: Vec<Key> =
            ids.iter().flat_map(|id| [Key::Account(*id), Key::Day(*id, date)]).collect();
        let image = self.sweep.store.image(&keys).await?;
        let mut moved = Vec::new();
        for id in ids {
            let Some(account) = image.peek::<Account>(&Key::Account(id)) else { continue };
            if !image.is_absent(&Key::Day(id, date)) {
                continue;
            }
            let day = match self.day_of(account, date, zone).await {
                Ok(Some(day)) => day,
                Ok(None) => continue,
                // The proof names the item; the days of other clients are closed.
                Err(failure) if failure.is_unreadable() => {
                    let _ = failure.logged();
                    continue;
                }
                Err(failure) => return Err(failure),
            };
            let writes = witness::seal(vec![Write::Put(Record::Day(day), Expect::Absent)], &image)
                .map_err(|stop| Failure::unchanged("close a day", format!("{stop:?}")))?;
            if self.write(&writes).await? {
                self.report.days = self.report.days.saturating_add(1);
            } else {
                moved.push(id);
            }
        }
        Ok(moved)
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
    newer: &[Entry],
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
    use shared::kernel::id::CallKey;
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
            let granted = PerKind::only(Kind::Sms, Some(100));
            let posting =
                Posting::new(&op, at.parse().unwrap(), ActorId::Schedule, Reason::Add, granted);
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
