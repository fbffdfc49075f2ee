//! Calls and replies: a caller sends a [`Call`] under an idempotency key to a function, and a
//! [`Reply`] comes back.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::contract::plan::PlanCard;
use crate::contract::receipt::Receipt;
use crate::contract::refusal::Refusal;
use crate::contract::{Answer, Ask};
use crate::kernel::actor::Caller;
use crate::kernel::id::{CallKey, Channel, Named, OpId};
use crate::kernel::spec::Function;
use crate::plans::types::Question;

/// A request to a function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// The idempotency key.
    pub key: CallKey,
    /// The caller, as the entry point proved it. The function looks the actor up; no role is taken
    /// from the caller.
    pub by: Caller,
    pub ask: Ask,
    /// Runs the same decision and commits nothing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dry_run: bool,
    /// The channel where it was typed. The reply itself announces the operation there, so it is not
    /// announced twice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Channel>,
    /// The line that was typed, for the audit trail. Addresses in it are masked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub typed: Option<String>,
}

/// The reply of a function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// The operation that the call was.
    pub op: OpId,
    /// Set when this is the stored first reply: the time of that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replay_of: Option<Timestamp>,
    pub outcome: Outcome,
    /// It is announced in another channel of the same workspace, so this reply is for one person.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub told_elsewhere: bool,
    /// The caller has no name yet, so the platform's profile may give one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unnamed: bool,
    /// Another call has done the plan, or ended it: this reply is for one person.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub aside: bool,
    /// The client that a read found by less than a whole name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<FoundClient>,
}

/// A client that was found by less than a whole name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundClient {
    pub typed: String,
    pub client: Named,
}

impl Reply {
    /// A first reply.
    #[must_use]
    pub fn of(op: OpId, outcome: Outcome) -> Self {
        Self {
            op,
            replay_of: None,
            outcome,
            told_elsewhere: false,
            unnamed: false,
            aside: false,
            found: None,
        }
    }
}

/// How a call ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was done; the receipt says what.
    Done(Receipt),
    /// It was read.
    Answer(Answer),
    /// It was only tried.
    Tried(Tried),
    /// It waits.
    Planned(PlanCard),
    /// A business no.
    Refused(Refusal),
    /// The infrastructure failed.
    Failed(Failed),
    /// The call belongs to another function.
    Elsewhere(Function),
}

/// A dry run: what would be done, and the questions that would come first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tried {
    pub result: TriedResult,
    pub questions: Vec<Question>,
    /// The sentence of the audit trail.
    pub text: String,
}

/// The reply that the operation would have got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TriedResult {
    /// The receipt that would be written.
    Done(Receipt),
    /// The answer that would be given.
    Answer(Answer),
}

/// A failure as it may be shown: everything else about it is in the log, under the reference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failed {
    pub reference: String,
    /// True when it is known that nothing was changed.
    pub nothing_changed: bool,
}
