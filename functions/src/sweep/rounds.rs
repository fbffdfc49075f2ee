//! The progress of the sweep's rounds: one item of the desk table.
//!
//! Absent on purpose: a version. The item is written whole and the last writer wins, because at worst
//! a round is walked again.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use shared::kernel::id::ClientId;

/// How far each round has come.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Rounds {
    /// When plans were last looked through.
    pub(super) expired_at: Option<Timestamp>,
    /// The last day that is closed for everybody.
    pub(super) closed: Option<Date>,
    /// Up to which client the day after it is closed.
    pub(super) closing: u64,
    /// The last day after which the books were proved.
    pub(super) proved: Option<Date>,
    /// Up to which client they are proved after the day that is closed.
    pub(super) proving: u64,
    /// When the summary's round began.
    pub(super) summary_at: Option<Timestamp>,
    /// Up to which client that round is.
    pub(super) summing: u64,
    /// Up to which client the summary covers the clients.
    #[serde(default)]
    pub(super) summed: u64,
    /// When the events of the billing providers were last looked at.
    #[serde(default)]
    pub(super) reconciled_at: Option<Timestamp>,
    /// The day of the last round of arrears.
    #[serde(default)]
    pub(super) arrears: Option<Date>,
    /// Up to which client the round of today is.
    #[serde(default)]
    pub(super) owing: u64,
    /// What did not fit when it was found.
    pub(super) suspects: Vec<Suspect>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Suspect {
    pub(super) client: ClientId,
    pub(super) entries: u64,
    pub(super) at: Timestamp,
}
