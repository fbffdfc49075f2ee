//! Rounds over the events that a provider lists.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::kernel::actor::Provider;
use crate::payments::types::Facts;

/// How many days back providers list events.
pub const BACK_DAYS: u64 = 30;

/// How many booked events a round states.
pub const SHOWN_MAX: usize = 20;

/// A round over the events of one provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Round {
    pub provider: Provider,
    pub since: Timestamp,
    /// How many events were looked at.
    pub listed: u64,
    /// How many of them the desk did not have.
    pub new: u64,
    /// The effect of the first new ones, at most [`SHOWN_MAX`].
    pub booked: Vec<Facts>,
    /// How many could not be read or booked; the log names them.
    pub unread: u64,
    pub end: RoundEnd,
}

impl Round {
    #[must_use]
    pub fn new(provider: Provider, since: Timestamp) -> Self {
        let end = RoundEnd::Complete;
        Self { provider, since, listed: 0, new: 0, booked: Vec::new(), unread: 0, end }
    }
}

/// The end of a round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoundEnd {
    Complete,
    /// Its time was over; the next round goes on.
    Later,
    /// The provider or the store did not answer; the next round tries again.
    Failed {
        reason: String,
    },
}
