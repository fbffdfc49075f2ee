//! The one place where an account's totals move: it makes the entry and the account after it.
//!
//! A posting knows no role, price or plan; those belong to the decisions. Its result is written only
//! under the account version that it was made from.

use jiff::Timestamp;

use crate::kernel::actor::ActorId;
use crate::kernel::credit::{Kind, PerKind, signed};
use crate::kernel::day::month_of;
use crate::kernel::id::{ClientId, InvoiceNumber, Named, OpId};
use crate::kernel::movement::{Line, Post, Reason};
use crate::ledger::account::{Account, MonthMax, RECENT_MAX, RecentChange};
use crate::ledger::entry::Entry;

/// A change of the granted credits of one account.
#[derive(Debug, Clone)]
pub struct Posting<'a> {
    pub op: &'a OpId,
    /// The time of the decision.
    pub now: Timestamp,
    pub actor: ActorId,
    pub reason: Reason,
    /// The change of `granted` by kind; a kind with `None` gets no line.
    pub granted: PerKind<Option<i64>>,
    pub note: Option<String>,
    /// The invoice that gives or takes the credits.
    pub invoice: Option<InvoiceNumber>,
    /// The entry that it reverses.
    pub reverses: Option<u64>,
    /// The operation that it takes back as a whole: the duplicate guard forgets that one.
    pub takes_back: Option<&'a OpId>,
    /// The other account of a move.
    pub other: Option<ClientId>,
}

impl<'a> Posting<'a> {
    /// A change without a note, an invoice, an entry that it reverses and another account.
    #[must_use]
    pub fn new(
        op: &'a OpId,
        now: Timestamp,
        actor: ActorId,
        reason: Reason,
        granted: PerKind<Option<i64>>,
    ) -> Self {
        Self {
            op,
            now,
            actor,
            reason,
            granted,
            note: None,
            invoice: None,
            reverses: None,
            takes_back: None,
            other: None,
        }
    }
}

/// A posting's result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// The account at its next version.
    pub account: Account,
    pub entry: Entry,
}

impl Posted {
    /// The entry as a movement and a receipt name it.
    #[must_use]
    pub fn post(&self, client: Named) -> Post {
        Post {
            client,
            entry: self.entry.number,
            reason: self.entry.reason,
            lines: self.entry.lines.clone(),
        }
    }
}

/// Posts a change.
///
/// # Errors
/// The kind whose total would pass the largest exact number.
pub fn post(account: &Account, posting: Posting<'_>) -> Result<Posted, Kind> {
    let Posting { op, now, actor, reason, granted, note, invoice, reverses, takes_back, other } =
        posting;
    let mut after = next(account);
    after.recent.retain(|row| Some(&row.op) != takes_back);
    let mut lines = Vec::new();
    for kind in Kind::ALL {
        let Some(change) = *granted.get(kind) else { continue };
        let totals = account.totals.get(kind).granted_by(change).ok_or(kind)?;
        *after.totals.get_mut(kind) = totals;
        lines.push(Line { kind, granted: change, used: 0, held: 0, balance: totals.balance() });
        // Credits that are given back are no add: the pair leaves nothing to repeat or to correct.
        let is_given_back = matches!(reason, Reason::Return | Reason::WriteOff);
        if !is_given_back || change <= 0 {
            remember(&mut after, op, actor, kind, change, now);
        }
        if let (ActorId::Staff(_), changes) = (actor, after.staff_changes.get_mut(kind)) {
            *changes = changes.saturating_add(1);
        }
        if reason == Reason::Add || reason == Reason::MoveIn {
            note_largest(&mut after, kind, change.unsigned_abs(), now);
        }
    }
    after.entries = after.entries.saturating_add(1);
    // An entry is never older than the one before it, whatever the clock says.
    let previous_at = Timestamp::from_millisecond(account.last_at_ms).unwrap_or(now);
    let at = now.max(previous_at);
    let mut entry = Entry {
        client: account.client,
        number: after.entries,
        at,
        op: op.clone(),
        reason,
        lines,
        actor,
        note,
        invoice,
        reverses,
        other,
        bare_before: None,
        receipt: String::new(),
        state: String::new(),
        previous: account.last_hash.clone(),
        hash: String::new(),
    };
    if entry.is_bare() {
        entry.bare_before = after.last_bare.replace(entry.place());
    }
    let entry = entry.sealed();
    after.last_hash.clone_from(&entry.hash);
    after.last_at_ms = at.as_millisecond();
    Ok(Posted { account: after, entry })
}

/// The account at its next version, to be changed.
#[must_use]
pub fn next(account: &Account) -> Account {
    let mut after = account.clone();
    after.version = after.version.saturating_add(1);
    after
}

/// Keeps the last [`RECENT_MAX`] changes for the duplicate guard.
fn remember(
    after: &mut Account,
    op: &OpId,
    actor: ActorId,
    kind: Kind,
    amount: i64,
    now: Timestamp,
) {
    let who = actor.to_string();
    after.recent.push(RecentChange { op: op.clone(), who, kind, amount, at_s: now.as_second() });
    let surplus = after.recent.len().saturating_sub(RECENT_MAX);
    after.recent.drain(..surplus);
}

/// Remembers what a correction left of a change, beside the change as it was made: the duplicate guard
/// asks about both.
pub fn remember_rest(after: &mut Account, op: &OpId, rest: &PerKind<u64>) {
    for kind in Kind::ALL {
        let is_of_op = |row: &RecentChange| row.op == *op && row.kind == kind;
        let Some(at) = after.recent.iter().rposition(is_of_op) else { continue };
        let Some(row) = after.recent.get(at).cloned() else { continue };
        let amount = signed(*rest.get(kind)).saturating_mul(row.amount.signum());
        if amount != 0 && amount != row.amount {
            after.recent.insert(at.saturating_add(1), RecentChange { amount, ..row });
        }
    }
    let surplus = after.recent.len().saturating_sub(RECENT_MAX);
    after.recent.drain(..surplus);
}

/// Keeps the largest add of this month and of the three months before.
fn note_largest(after: &mut Account, kind: Kind, credits: u64, now: Timestamp) {
    let month = month_of(now);
    let months = after.largest.get_mut(kind);
    months.retain(|m| m.month >= month.saturating_sub(3));
    match months.iter_mut().find(|m| m.month == month) {
        Some(max) => max.credits = max.credits.max(credits),
        None => months.push(MonthMax { month, credits }),
    }
}

/// An add of which credits were taken back.
pub struct LoweredAdd<'a> {
    pub op: &'a OpId,
    pub at: Timestamp,
    /// The credits that it gave at first.
    pub added: PerKind<u64>,
    /// The credits that it still gives.
    pub rest: PerKind<u64>,
}

/// Lets an add count as what it still gives, where it may be the largest of its month. The other adds of
/// the month are those that the account remembers ([`RECENT_MAX`] changes): the largest add is never above
/// the true one, so the guard asks too often at worst.
pub fn lower_largest(after: &mut Account, add: &LoweredAdd<'_>) {
    let month = month_of(add.at);
    let is_of_month =
        |row: &RecentChange| Timestamp::from_second(row.at_s).is_ok_and(|at| month_of(at) == month);
    for kind in Kind::ALL {
        let peers = after.standing().filter(|row| row.kind == kind && row.op != *add.op);
        let peers =
            peers.filter(|row| is_of_month(row)).map(|row| row.amount.max(0).unsigned_abs());
        let largest = peers.max().unwrap_or(0).max(*add.rest.get(kind));
        let months = after.largest.get_mut(kind);
        let noted = months.iter_mut().find(|max| max.month == month);
        if let Some(max) = noted.filter(|max| max.credits <= *add.added.get(kind)) {
            max.credits = max.credits.min(largest);
        }
        months.retain(|max| max.credits > 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::credit::{TOTAL_MAX, Totals};
    use crate::kernel::id::{CallKey, StaffId};
    use crate::ledger::account::{Status, Switch};

    const NOW_S: i64 = 1_780_000_000;

    fn account() -> Account {
        Account::new(ClientId(2), Status::Active, Switch::Inherit)
    }

    fn posting(op: &OpId, reason: Reason, sms: i64) -> Posting<'_> {
        Posting {
            op,
            now: Timestamp::from_second(NOW_S).unwrap(),
            actor: ActorId::Staff(StaffId(3)),
            reason,
            granted: PerKind::only(Kind::Sms, Some(sms)),
            note: None,
            invoice: None,
            reverses: None,
            takes_back: None,
            other: None,
        }
    }

    fn op(number: u64) -> OpId {
        CallKey::new("test", number.to_string()).op()
    }

    #[test]
    fn posting_moves_the_total_of_its_kind_and_chains_its_entry() {
        let first = post(&account(), posting(&op(1), Reason::Add, 50)).unwrap();
        let second = post(&first.account, posting(&op(2), Reason::Deduct, -20)).unwrap();

        let Posted { account: after, entry } = &second;
        assert_eq!((after.version, after.entries, entry.number), (3, 2, 2));
        assert_eq!((after.totals.sms.granted, after.totals.mms), (30, Totals::default()));
        let line = Line { kind: Kind::Sms, granted: -20, used: 0, held: 0, balance: 30 };
        assert_eq!(entry.lines, [line]);
        assert_eq!((&entry.previous, &after.last_hash), (&first.entry.hash, &entry.hash));
        assert_eq!(entry.hash, entry.expected_hash());
        assert_eq!(after.last_at_ms, NOW_S * 1_000);
        assert_eq!((after.staff_changes.sms, after.staff_changes.mms), (2, 0));
        let acme = Named { id: ClientId(2), name: "ACME".to_owned(), login: "acme".to_owned() };
        let named =
            Post { client: acme.clone(), entry: 2, reason: Reason::Deduct, lines: vec![line] };
        assert_eq!(second.post(acme), named);
    }

    #[test]
    fn entry_is_never_older_than_the_one_before() {
        let later = Account { last_at_ms: NOW_S * 1_000 + 7, ..account() };
        let posted = post(&later, posting(&op(1), Reason::Add, 1)).unwrap();
        assert_eq!(posted.entry.at.as_millisecond(), NOW_S * 1_000 + 7);
        assert_eq!(posted.account.last_at_ms, NOW_S * 1_000 + 7);
    }

    #[test]
    fn total_past_the_largest_exact_number_is_refused_with_its_kind() {
        let mut full = account();
        full.totals.sms.granted = TOTAL_MAX;
        assert_eq!(post(&full, posting(&op(1), Reason::Add, 1)), Err(Kind::Sms));
    }

    #[test]
    fn only_changes_by_staff_are_counted_as_such() {
        let op = op(1);
        let by_schedule = Posting { actor: ActorId::Schedule, ..posting(&op, Reason::Add, 5) };
        let posted = post(&account(), by_schedule).unwrap().account;
        assert_eq!(posted.staff_changes, PerKind::default());
        assert_eq!(posted.recent[0].who, "schedule");
    }

    #[test]
    fn account_remembers_its_last_eight_changes() {
        let mut after = account();
        for number in 1..=9 {
            after = post(&after, posting(&op(number), Reason::Add, 5)).unwrap().account;
        }
        let ops: Vec<OpId> = after.recent.iter().map(|row| row.op.clone()).collect();
        assert_eq!(ops, (2..=9).map(op).collect::<Vec<_>>());
        let last = RecentChange {
            op: op(9),
            who: "s_3".to_owned(),
            kind: Kind::Sms,
            amount: 5,
            at_s: NOW_S,
        };
        assert_eq!(after.recent.last(), Some(&last));
    }

    #[test]
    fn each_bare_entry_names_the_one_before_past_all_others() {
        let mut after = account();
        let mut places = Vec::new();
        for (number, reason) in (1..).zip([Reason::Deduct, Reason::Add, Reason::Return]) {
            let op = op(number);
            let posted = post(&after, posting(&op, reason, 0)).unwrap();
            places.push((posted.entry.bare_before, posted.account.last_bare));
            after = posted.account;
        }
        let place = |number: u64| Some((number * 1_000_000 + 202_605).into());
        assert_eq!(places, [(None, place(1)), (None, place(1)), (place(1), place(3))]);
    }

    #[test]
    fn credits_that_are_given_back_are_no_add_to_remember() {
        for reason in [Reason::Return, Reason::WriteOff] {
            let given = post(&account(), posting(&op(1), reason, 5)).unwrap().account;
            assert_eq!(given.recent, [], "{reason:?}");
            let taken = post(&account(), posting(&op(1), reason, -5)).unwrap().account;
            assert_eq!(taken.recent.len(), 1, "{reason:?}");
        }
    }

    #[test]
    fn largest_add_of_a_month_counts_adds_and_moves_in_alone() {
        for (reason, largest) in [
            (Reason::Add, Some(50)),
            (Reason::MoveIn, Some(50)),
            (Reason::Deduct, None),
            (Reason::Return, None),
            (Reason::WriteOff, None),
        ] {
            let after = post(&account(), posting(&op(1), reason, 50)).unwrap().account;
            let credits = after.largest.sms.first().map(|max| max.credits);
            assert_eq!(credits, largest, "{reason:?}");
        }
    }

    /// An account with adds of these credits, one after another.
    fn added(adds: &[i64]) -> Account {
        let mut after = account();
        for (number, credits) in (1..).zip(adds) {
            after = post(&after, posting(&op(number), Reason::Add, *credits)).unwrap().account;
        }
        after
    }

    fn lower(after: &mut Account, number: u64, added: u64, rest: u64) {
        let (added, rest) = (PerKind::only(Kind::Sms, added), PerKind::only(Kind::Sms, rest));
        let at = Timestamp::from_second(NOW_S).unwrap();
        remember_rest(after, &op(number), &rest);
        lower_largest(after, &LoweredAdd { op: &op(number), at, added, rest });
    }

    fn largest(account: &Account) -> Option<u64> {
        account.largest_add(Kind::Sms, Timestamp::from_second(NOW_S).unwrap())
    }

    #[test]
    fn lowered_add_counts_as_its_rest_or_as_the_next_largest_add() {
        for (adds, rest, expected) in [
            (vec![20_000], 2_000, Some(2_000)),
            (vec![5_000, 20_000], 2_000, Some(5_000)),
            (vec![20_000, 5_000, -9_000], 7_000, Some(7_000)),
            (vec![20_000], 0, None),
        ] {
            let mut after = added(&adds);
            let at = adds.iter().position(|credits| *credits == 20_000).unwrap();
            lower(&mut after, at as u64 + 1, 20_000, rest);
            assert_eq!(largest(&after), expected, "{adds:?}");
        }
    }

    #[test]
    fn two_lowered_adds_count_as_their_rests() {
        let mut after = added(&[20_000, 25_000]);
        lower(&mut after, 1, 20_000, 2_000);
        assert_eq!(largest(&after), Some(25_000));
        lower(&mut after, 2, 25_000, 1_000);
        assert_eq!(largest(&after), Some(2_000));
        lower(&mut after, 2, 25_000, 500);
        assert_eq!(largest(&after), Some(2_000));
    }

    #[test]
    fn lowered_add_below_a_larger_forgotten_one_leaves_it() {
        let mut after = added(&[20_000, 10, 10, 10, 10, 10, 10, 10, 500, 10]);
        lower(&mut after, 9, 500, 100);
        assert_eq!(largest(&after), Some(20_000));
    }

    #[test]
    fn each_of_the_last_four_months_keeps_its_largest_add() {
        let now = Timestamp::from_second(NOW_S).unwrap();
        let month = month_of(now);
        let mut before = account();
        for (ago, credits) in [(4, 900), (3, 30), (0, 40)] {
            before.largest.sms.push(MonthMax { month: month - ago, credits });
        }
        for (added, largest) in [(39, 40), (41, 41)] {
            let after = post(&before, posting(&op(1), Reason::Add, added)).unwrap().account;
            let kept =
                [MonthMax { month: month - 3, credits: 30 }, MonthMax { month, credits: largest }];
            assert_eq!(after.largest.sms, kept);
        }
    }
}
