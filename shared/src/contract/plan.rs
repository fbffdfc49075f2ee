//! The record of an operation that awaits a confirmation or an approval. It commits under its own
//! key, so the call, its repeats and every click are one operation. It binds the facts that it showed,
//! **not** the balance: before and after are computed again at the commit.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::contract::{Ask, Facts};
use crate::kernel::credit::PerKind;
use crate::kernel::id::{Identity, Named, NamedStaff, OpId, StaffId};
use crate::kernel::mode::Mode;
use crate::kernel::movement::Movement;
use crate::plans::types::{Bound, PlanState, Question};

/// What a change of credits is worth to its author's limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Worth {
    /// In minor units.
    pub minor: u64,
    pub mode: Mode,
    /// It counts against the author's daily budget.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub counts: bool,
}

/// An operation that awaits a confirmation or an approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The operation that it is, and will be.
    pub op: OpId,
    pub version: u64,
    pub state: PlanState,
    /// With clients by their ids.
    pub ask: Ask,
    /// The fingerprint of the call as received.
    #[serde(rename = "fp")]
    pub fingerprint: String,
    #[serde(rename = "q")]
    pub questions: Vec<Question>,
    /// What it showed.
    #[serde(rename = "mv", default, skip_serializing_if = "Option::is_none")]
    pub movement: Option<Movement>,
    pub facts: Facts,
    #[serde(rename = "b")]
    pub bound: Bound,
    #[serde(rename = "w")]
    pub worth: Worth,
    /// The price that it showed, which holds: minor units per 1,000 credits.
    #[serde(rename = "pr", default, skip_serializing_if = "is_empty")]
    pub prices: PerKind<Option<u64>>,
    pub by: NamedStaff,
    #[serde(rename = "id")]
    pub identity: Identity,
    /// The first author, before it was handed over: that person never approves it.
    pub asker: StaffId,
    /// The first author's identity: its present owner does not approve the plan either.
    #[serde(rename = "asker_id")]
    pub asker_identity: Identity,
    pub at: Timestamp,
    /// Until then it can be confirmed or approved.
    #[serde(rename = "exp")]
    pub expires: Timestamp,
    /// Since then it waits for an approval; in milliseconds, because the item stays below 1 KB.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "jiff::fmt::serde::timestamp::millisecond::optional"
    )]
    pub up: Option<Timestamp>,
    /// The staff member who approved or denied it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second: Option<StaffId>,
    /// The calls that moved it while it waited. A call that comes again has been answered: it does not
    /// confirm what it was shown in answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<OpId>,
    /// The operation under which it is committed, when a reversal has its own key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done_as: Option<OpId>,
}

fn is_empty(prices: &PerKind<Option<u64>>) -> bool {
    *prices == PerKind::default()
}

impl Plan {
    /// The client that it is about.
    #[must_use]
    pub fn client(&self) -> Option<&Named> {
        self.movement.as_ref().and_then(Movement::client)
    }

    /// As it is shown.
    #[must_use]
    pub fn card(&self) -> PlanCard {
        PlanCard {
            op: self.op.clone(),
            version: self.version,
            movement: self.movement.clone(),
            facts: self.facts.clone(),
            questions: self.questions.clone(),
            state: self.state,
            by: self.by.clone(),
            at: self.at,
            expires: self.expires,
        }
    }
}

/// A plan as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanCard {
    pub op: OpId,
    /// A button carries the version that was seen.
    pub version: u64,
    /// With before and after as they were when it was shown.
    pub movement: Option<Movement>,
    pub facts: Facts,
    pub questions: Vec<Question>,
    pub state: PlanState,
    pub by: NamedStaff,
    pub at: Timestamp,
    /// Until then it can be confirmed or approved.
    pub expires: Timestamp,
}

impl PlanCard {
    /// The client that it is about.
    #[must_use]
    pub fn client(&self) -> Option<&Named> {
        self.movement.as_ref().and_then(Movement::client)
    }
}
