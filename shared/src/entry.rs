//! The immutable lines of the ledger. Entries of one account are numbered without gaps and each
//! carries the hash of the one before, so that a missing, changed or invented line shows.
//! Correction is a new entry that names the old one; nothing here can edit.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::credit::Kind;
use crate::id::{ClientId, InvoiceNumber, OpId, StaffId, digest};

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// A staff member.
    Staff(StaffId),
    /// A payment provider's event.
    Billing(String),
    /// The schedule.
    Schedule,
}

impl Actor {
    /// `s_3`, `billing`, `schedule`: how lists and accounts name an actor.
    #[must_use]
    pub fn short(&self) -> String {
        match self {
            Actor::Staff(id) => id.to_string(),
            Actor::Billing(_) => "billing".to_owned(),
            Actor::Schedule => "schedule".to_owned(),
        }
    }
}

/// Why an entry was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Credits sold or given.
    Add,
    /// Credits taken away.
    Deduct,
    /// The credits of an add taken back, with its invoice.
    Reversal,
    /// Credits given back that a deduct or move had taken.
    Return,
    /// Credits moved from the parent.
    MoveIn,
    /// Credits moved to a client.
    MoveOut,
    /// Credits that were spent and are forgiven by a correction.
    WriteOff,
}

/// One change of one kind of credits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Which credits.
    pub kind: Kind,
    /// The change of `granted`.
    pub granted: i64,
    /// The change of `used`.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub used: i64,
    /// The change of `held`.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub held: i64,
    /// granted − used afterwards.
    pub balance: i64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
fn is_zero(number: &i64) -> bool {
    *number == 0
}

/// An immutable line of the ledger: one per operation and account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Whose account.
    pub client: ClientId,
    /// 1, 2, 3 … on this account.
    pub number: u64,
    /// max(now, the time of the previous entry).
    pub at: Timestamp,
    /// The operation that made it.
    pub op: OpId,
    /// Why.
    pub reason: Reason,
    /// At most one per kind.
    pub lines: Vec<Line>,
    /// Who.
    pub actor: Actor,
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

/// `yyyymm` in UTC.
#[must_use]
pub fn month_name(at: Timestamp) -> String {
    let date = at.to_zoned(jiff::tz::TimeZone::UTC).date();
    format!("{:04}{:02}", date.year(), date.month())
}
