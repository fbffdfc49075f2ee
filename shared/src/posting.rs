//! The one place where an account's totals move: it makes the entry and the account after it.
//!
//! A posting knows no role, price or plan; those are the decisions' ([`crate::decide`]). What it
//! makes is written only under the version that it was made from.

use jiff::Timestamp;

use crate::account::{Account, MonthMax, RECENT_MAX, RecentChange, month_of};
use crate::answer::Named;
use crate::credit::Kind;
use crate::entry::{Actor, Entry, Line, Reason};
use crate::id::{ClientId, InvoiceNumber, OpId};
use crate::refusal::Refusal;

/// A change of what was granted, by staff or webhook.
#[derive(Debug, Clone)]
pub struct Posting<'a> {
    /// The operation that it belongs to.
    pub op: &'a OpId,
    /// The time of the decision.
    pub now: Timestamp,
    /// Who.
    pub actor: Actor,
    /// Why.
    pub reason: Reason,
    /// Which credits.
    pub kind: Kind,
    /// The change of `granted`.
    pub granted: i64,
    /// What the actor said.
    pub note: Option<String>,
    /// The invoice that gives or takes them.
    pub invoice: Option<InvoiceNumber>,
    /// The entry that it reverses.
    pub reverses: Option<u64>,
    /// The other account of a move.
    pub other: Option<ClientId>,
}

/// Posts a change: the account at its next version, and the entry that it names.
///
/// # Errors
/// The total would pass the largest exact number.
pub fn post(
    account: &Account,
    client: &Named,
    posting: Posting<'_>,
) -> Result<(Account, Entry), Refusal> {
    let Posting { op, now, actor, reason, kind, granted, note, invoice, reverses, other } = posting;
    let totals = account
        .totals
        .get(kind)
        .granted_by(granted)
        .ok_or_else(|| Refusal::TooMany { client: client.clone(), kind })?;
    let mut after = next(account);
    *after.totals.get_mut(kind) = totals;
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
        lines: vec![Line { kind, granted, used: 0, held: 0, balance: totals.balance() }],
        actor: actor.clone(),
        note,
        invoice,
        reverses,
        other,
        previous: account.last_hash.clone(),
        hash: String::new(),
    }
    .sealed();
    after.last_hash.clone_from(&entry.hash);
    after.last_at_ms = at.as_millisecond();
    remember(&mut after, op, actor.short(), kind, granted, now);
    if let (Actor::Staff(_), changes) = (&actor, after.staff_changes.get_mut(kind)) {
        *changes = changes.saturating_add(1);
    }
    if reason == Reason::Add || reason == Reason::MoveIn {
        largest(&mut after, kind, granted.unsigned_abs(), now);
    }
    Ok((after, entry))
}

/// The account at its next version, to be changed.
#[must_use]
pub fn next(account: &Account) -> Account {
    let mut after = account.clone();
    after.version = after.version.saturating_add(1);
    after
}

fn remember(after: &mut Account, op: &OpId, who: String, kind: Kind, amount: i64, now: Timestamp) {
    after.recent.push(RecentChange { op: op.clone(), who, kind, amount, at_s: now.as_second() });
    let surplus = after.recent.len().saturating_sub(RECENT_MAX);
    after.recent.drain(..surplus);
}

fn largest(after: &mut Account, kind: Kind, credits: u64, now: Timestamp) {
    let month = month_of(now);
    let months = after.largest.get_mut(kind);
    months.retain(|m| m.month >= month.saturating_sub(3));
    match months.iter_mut().find(|m| m.month == month) {
        Some(max) => max.credits = max.credits.max(credits),
        None => months.push(MonthMax { month, credits }),
    }
}
