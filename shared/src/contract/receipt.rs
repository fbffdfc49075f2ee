//! The content of OPERATION: the proof of a commit. A replay is a function of the receipt alone and
//! equals the first reply. It never expires.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::contract::Facts;
use crate::contract::refusal::Refusal;
use crate::credits::types as credits;
use crate::kernel::actor::Actor;
use crate::kernel::id::{NamedStaff, OpId};
use crate::kernel::movement::Movement;

/// The stored outcome of an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    pub op: OpId,
    /// The fingerprint of the call as received.
    pub fingerprint: String,
    /// The actor; a replay is for this actor only.
    pub by: Actor,
    /// The staff member who approved it, where that was needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<NamedStaff>,
    pub at: Timestamp,
    pub outcome: Outcome,
}

/// How an operation ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "one of these exists at a time")]
pub enum Outcome {
    /// It was done.
    Done {
        /// The change of credits, if there was one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        movement: Option<Movement>,
        facts: Facts,
    },
    /// The one refusal that is stored: not enough credits.
    Refused(Refusal),
}

impl Receipt {
    /// The change of credits and its facts, if the operation changed credits.
    #[must_use]
    pub fn credits(&self) -> Option<(&Movement, &credits::Facts)> {
        match &self.outcome {
            Outcome::Done { movement: Some(movement), facts: Facts::Credits(facts) } => {
                Some((movement, facts))
            }
            Outcome::Done { .. } | Outcome::Refused(_) => None,
        }
    }
}
