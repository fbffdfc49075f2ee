//! The one place where an account's totals move: it makes the entry and the account after it.
//!
//! A posting knows no role, price or plan; those belong to the decisions. Its result is written only
//! under the account version that it was made from.

use jiff::Timestamp;

use crate::kernel::actor::ActorId;
use crate::kernel::credit::{Kind, PerKind};
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
    /// The other account of a move.
    pub other: Option<ClientId>,
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
    let Posting { op, now, actor, reason, granted, note, invoice, reverses, other } = posting;
    let mut after = next(account);
    let mut lines = Vec::new();
    for kind in Kind::ALL {
        let Some(change) = *granted.get(kind) else { continue };
        let totals = account.totals.get(kind).granted_by(change).ok_or(kind)?;
        *after.totals.get_mut(kind) = totals;
        lines.push(Line { kind, granted: change, used: 0, held: 0, balance: totals.balance() });
        remember(&mut after, op, actor, kind, change, now);
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
    let entry = Entry {
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
        receipt: String::new(),
        state: String::new(),
        previous: account.last_hash.clone(),
        hash: String::new(),
    }
    .sealed();
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
