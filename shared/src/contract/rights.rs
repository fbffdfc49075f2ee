//! The chain of rights: every change of staff, identities, prices, settings, brands, the MMS gate, the owners and
//! the tree of parents, in order, with the hash of each record after it. The latest hash of a record is
//! that of the stored record, or the stored record was changed, lost, or replaced by an older one.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::contract::{Key, Record};
use crate::kernel::hash::short_hash;
use crate::kernel::id::OpId;

/// The end of the chain.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Rights {
    pub version: u64,
    /// The number of the last change.
    pub changes: u64,
    /// The hash of the last change; empty before the first.
    pub hash: String,
}

/// One change of rights. Never edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RightsChange {
    /// 1, 2, 3 …
    pub number: u64,
    /// The time of the operation; the beginning of the desk has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub op: Option<OpId>,
    /// The hash of OPERATION.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<String>,
    /// The records that it wrote, with their hashes.
    pub records: Vec<(Key, String)>,
    /// The hash of the change before.
    pub previous: String,
    /// The hash of everything above.
    pub hash: String,
}

impl RightsChange {
    /// The change with its hash.
    #[must_use]
    pub fn sealed(mut self) -> Self {
        self.hash = self.expected_hash();
        self
    }

    /// The hash that belongs to its content.
    #[must_use]
    pub fn expected_hash(&self) -> String {
        short_hash(&Self { hash: String::new(), ..self.clone() })
    }
}

/// The hash of a record that gives rights or sets prices; `None` for every other record.
#[must_use]
pub fn rights_hash(record: &Record) -> Option<String> {
    match record {
        Record::Staff(r) => Some(short_hash(r)),
        Record::Identity(r) => Some(short_hash(r)),
        Record::Prices(r) => Some(short_hash(r)),
        Record::Settings(r) => Some(short_hash(r)),
        Record::Brand(r) => Some(short_hash(r)),
        Record::Bank(r) => Some(short_hash(r)),
        Record::MmsGate(r) => Some(short_hash(r)),
        Record::Owners(r) => Some(short_hash(r)),
        Record::Hierarchy(r) => Some(short_hash(r)),
        Record::Account(_)
        | Record::Entry(_)
        | Record::Operation(_)
        | Record::Invoice(_)
        | Record::Payment(_)
        | Record::Event(_)
        | Record::Spend(_)
        | Record::Day(_)
        | Record::Client(_)
        | Record::Term(_)
        | Record::WholeName(_)
        | Record::Rights(_)
        | Record::RightsChange(_)
        | Record::Plan(_)
        | Record::Job(_)
        | Record::FailedJob(_)
        | Record::Audit(_)
        | Record::Proof(_)
        | Record::RefundAsked(_) => None,
    }
}
