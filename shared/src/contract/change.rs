//! What a decision may write: a [`Change`] is written entirely or not at all, and each write carries
//! the guard that must still hold. The functions turn it into one transaction; nothing else writes.

use crate::contract::plan::Plan;
use crate::contract::receipt::Receipt;
use crate::contract::refusal::Refusal;
use crate::contract::{Answer, Key, Record};

/// What must hold of the stored record at the moment of the write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// It is not there.
    Absent,
    /// It is there, at this version.
    Version(u64),
    /// Nothing: the record is the same whoever writes it.
    Anything,
}

impl Expect {
    /// The guard for the next version of something that was read at `version`, 0 meaning absent.
    #[must_use]
    pub fn after(version: u64) -> Self {
        if version == 0 { Expect::Absent } else { Expect::Version(version) }
    }
}

/// One write of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "a change has a handful of writes")]
pub enum Write {
    /// Put the record.
    Put(Record, Expect),
    /// Delete what is stored there.
    Delete(Key, Expect),
    /// Write nothing, but let the whole change depend on it.
    Check(Key, Expect),
}

/// All writes of one decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// OPERATION first, where there is one.
    pub writes: Vec<Write>,
    /// The reply once it is committed.
    pub then: Then,
}

/// The reply once a change is committed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "one of these exists at a time")]
pub enum Then {
    /// The operation was done: the receipt is what was written.
    Done(Receipt),
    /// An operation without a receipt was done.
    Answer(Answer),
    /// It waits: the plan is what was written.
    Planned(Plan),
    /// It was refused, and the refusal is what was written.
    Refuse(Refusal),
}
