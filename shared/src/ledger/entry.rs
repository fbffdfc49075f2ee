//! The immutable lines of the ledger. Entries of one account are numbered without gaps and each
//! carries the hash of the one before, so that a missing, changed or invented line shows.
//! Correction is a new entry that names the old one; nothing here can edit.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::kernel::actor::ActorId;
use crate::kernel::credit::PerKind;
use crate::kernel::day::month_name;
use crate::kernel::id::{ClientId, InvoiceNumber, OpId, digest};
use crate::kernel::movement::{Line, Reason};

/// The place of an entry. Stored as one number, `<number><yyyymm>`: ACCOUNT has room for no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "u64", into = "u64")]
pub struct EntryPlace {
    pub number: u64,
    /// The month of its partition, as six digits.
    month: u64,
}

/// The room of the month in a stored place.
const MONTHS: u64 = 1_000_000;

impl EntryPlace {
    /// The month of its partition, `yyyymm`.
    #[must_use]
    pub fn month(self) -> String {
        format!("{:06}", self.month)
    }
}

impl From<u64> for EntryPlace {
    fn from(stored: u64) -> Self {
        Self { number: stored / MONTHS, month: stored % MONTHS }
    }
}

impl From<EntryPlace> for u64 {
    fn from(place: EntryPlace) -> Self {
        place.number.saturating_mul(MONTHS).saturating_add(place.month)
    }
}

/// An immutable line of the ledger. An operation makes one entry on an account, or several where it gives
/// deductions back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub client: ClientId,
    /// 1, 2, 3 … on this account.
    pub number: u64,
    /// max(now, the time of the previous entry).
    pub at: Timestamp,
    /// The operation that made it.
    pub op: OpId,
    pub reason: Reason,
    /// At most one per kind.
    pub lines: Vec<Line>,
    pub actor: ActorId,
    /// What the actor said, at most [`NOTE_MAX`] characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The invoice or credit note that belongs to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice: Option<InvoiceNumber>,
    /// The entry of this account that it reverses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reverses: Option<u64>,
    /// The other account of a move.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<ClientId>,
    /// Of a bare entry, the bare entry before it ([`Entry::is_bare`]).
    #[serde(rename = "bb", default, skip_serializing_if = "Option::is_none")]
    pub bare_before: Option<EntryPlace>,
    /// The hash of OPERATION.
    #[serde(rename = "rc")]
    pub receipt: String,
    /// The hash of the account's state after its last entry of this operation ([`Account::state`]).
    ///
    /// [`Account::state`]: crate::ledger::account::Account::state
    #[serde(rename = "st", default, skip_serializing_if = "String::is_empty")]
    pub state: String,
    /// The hash of the entry before; empty for the first.
    pub previous: String,
    /// The hash of everything above.
    pub hash: String,
}

/// The longest note, in characters.
pub const NOTE_MAX: usize = 200;

impl Entry {
    /// The entry with its hash.
    #[must_use]
    pub fn sealed(mut self) -> Self {
        self.hash = self.expected_hash();
        self
    }

    /// The hash that belongs to what the entry says: of its JSON without the hash itself.
    #[must_use]
    pub fn expected_hash(&self) -> String {
        let bare = Entry { hash: String::new(), ..self.clone() };
        // An entry has only string keys and plain numbers: its JSON always exists.
        digest(&[&serde_json::to_string(&bare).unwrap_or_default()])
    }

    /// The month whose partition holds it, `yyyymm` in UTC.
    #[must_use]
    pub fn month(&self) -> String {
        month_name(self.at)
    }

    #[must_use]
    pub fn place(&self) -> EntryPlace {
        // The name of a month has digits alone.
        EntryPlace { number: self.number, month: self.month().parse().unwrap_or_default() }
    }

    /// Whether it is a deduct without an invoice, or gives credits of a deduct or move back. These entries
    /// are chained, each to the one before: so the credits of a deduct or move that are not given back yet
    /// can be told from a few entries, however many changes lie between.
    #[must_use]
    pub fn is_bare(&self) -> bool {
        match self.reason {
            Reason::Deduct | Reason::Return => self.invoice.is_none(),
            Reason::Add
            | Reason::Reversal
            | Reason::MoveIn
            | Reason::MoveOut
            | Reason::WriteOff
            | Reason::Refund => false,
        }
    }

    /// The credits of each kind that it moved, in either direction.
    #[must_use]
    pub fn moved(&self) -> PerKind<u64> {
        let mut moved = PerKind::default();
        for line in &self.lines {
            *moved.get_mut(line.kind) = line.granted.unsigned_abs();
        }
        moved
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::credit::Kind;

    fn entry() -> Entry {
        Entry {
            client: ClientId(2),
            number: 1,
            at: "2026-03-31T23:30:00Z".parse().unwrap(),
            op: "op_0123456789abcdef".parse().unwrap(),
            reason: Reason::Add,
            lines: Vec::new(),
            actor: ActorId::Schedule,
            note: None,
            invoice: None,
            reverses: None,
            other: None,
            bare_before: None,
            receipt: String::new(),
            state: String::new(),
            previous: String::new(),
            hash: String::new(),
        }
    }

    #[test]
    fn sealed_entry_has_the_hash_of_all_its_other_fields() {
        let sealed = entry().sealed();
        assert_eq!(sealed, Entry { hash: sealed.expected_hash(), ..entry() });
        assert_eq!(sealed.expected_hash(), entry().expected_hash(), "the hash is not hashed");
        let changed = [
            Entry { number: 2, ..entry() },
            Entry { reason: Reason::Deduct, ..entry() },
            Entry { note: Some("x".to_owned()), ..entry() },
            Entry { bare_before: Some(entry().place()), ..entry() },
            Entry { receipt: sealed.hash.clone(), ..entry() },
            Entry { state: sealed.hash.clone(), ..entry() },
            Entry { previous: sealed.hash.clone(), ..entry() },
        ];
        for other in changed {
            assert_ne!(other.expected_hash(), sealed.hash, "{other:?}");
        }
    }

    #[test]
    fn entry_is_kept_in_the_month_of_its_time() {
        assert_eq!(entry().month(), "202603");
    }

    #[test]
    fn place_of_an_entry_is_stored_as_one_number() {
        let place = Entry { number: 412, ..entry() }.place();
        assert_eq!(serde_json::to_value(place).unwrap(), 412_202_603);
        assert_eq!(EntryPlace::from(412_202_603), place);
        assert_eq!((place.number, place.month().as_str()), (412, "202603"));
    }

    #[test]
    fn deducts_without_an_invoice_and_returns_are_bare() {
        let is_bare = |reason, invoice| Entry { reason, invoice, ..entry() }.is_bare();
        let invoice = "INV-2-0001".parse().ok();
        for (reason, expected) in [
            (Reason::Deduct, true),
            (Reason::Return, true),
            (Reason::Add, false),
            (Reason::Reversal, false),
            (Reason::MoveIn, false),
            (Reason::MoveOut, false),
            (Reason::WriteOff, false),
            (Reason::Refund, false),
        ] {
            assert_eq!((is_bare(reason, None), is_bare(reason, invoice)), (expected, false));
        }
    }

    #[test]
    fn entry_moved_credits_in_either_direction() {
        let line = |kind, granted| Line { kind, granted, used: 0, held: 0, balance: 0 };
        let lines = vec![line(Kind::Sms, -5), line(Kind::Mms, 7)];
        assert_eq!(Entry { lines, ..entry() }.moved(), PerKind { sms: 5, mms: 7 });
    }
}
