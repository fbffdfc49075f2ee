//! The immutable lines of the ledger. Entries of one account are numbered without gaps and each
//! carries the hash of the one before, so that a missing, changed or invented line shows.
//! Correction is a new entry that names the old one; nothing here can edit.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::kernel::actor::ActorId;
use crate::kernel::day::month_name;
use crate::kernel::id::{ClientId, InvoiceNumber, OpId, digest};
use crate::kernel::movement::{Line, Reason};

/// An immutable line of the ledger: one per operation and account.
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
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
