//! The content of OPERATION: the proof of a commit. A replay is a function of the receipt alone and
//! equals the first reply. It never expires.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use crate::contract::Facts;
use crate::contract::refusal::Refusal;
use crate::credits::types as credits;
use crate::kernel::actor::Actor;
use crate::kernel::day::utc_date;
use crate::kernel::id::{NamedStaff, OpId};
use crate::kernel::mode::Mode;
use crate::kernel::movement::Movement;

/// The part of a daily budget that a change took. Stored as a list, without names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(Mode, u64, i32)", into = "(Mode, u64, i32)")]
pub struct Budgeted {
    pub mode: Mode,
    /// Minor units; 0 for a change that is measured and not counted.
    pub minor: u64,
    /// The day of the budget, in days after the UTC day of the change: the desk's zone decides.
    days: i32,
}

impl Budgeted {
    #[must_use]
    pub fn new(mode: Mode, minor: u64, date: Date, at: Timestamp) -> Self {
        let days = date.since(utc_date(at)).map_or(0, |span| span.get_days());
        Self { mode, minor, days }
    }

    /// The day of the budget of a change at a time.
    #[must_use]
    pub fn date(self, at: Timestamp) -> Date {
        utc_date(at).saturating_add(self.days.days())
    }
}

impl From<(Mode, u64, i32)> for Budgeted {
    fn from((mode, minor, days): (Mode, u64, i32)) -> Self {
        Self { mode, minor, days }
    }
}

impl From<Budgeted> for (Mode, u64, i32) {
    fn from(budgeted: Budgeted) -> Self {
        (budgeted.mode, budgeted.minor, budgeted.days)
    }
}

/// The stored outcome of an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    pub op: OpId,
    /// The fingerprint of the call as received.
    #[serde(rename = "fp")]
    pub fingerprint: String,
    /// The actor; a replay is for this actor only.
    pub by: Actor,
    /// The staff member who approved it, where that was needed.
    #[serde(rename = "ab", default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<NamedStaff>,
    pub at: Timestamp,
    /// What it took of its author's daily budget.
    #[serde(rename = "sp", default, skip_serializing_if = "Option::is_none")]
    pub spent: Option<Budgeted>,
    /// The operation before it of the same author on the same day: the proof walks back over them.
    #[serde(rename = "bf", default, skip_serializing_if = "Option::is_none")]
    pub before: Option<OpId>,
    #[serde(rename = "o")]
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
        #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
        movement: Option<Movement>,
        #[serde(rename = "f")]
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
