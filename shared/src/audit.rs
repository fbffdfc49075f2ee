//! The audit trail: every staff and schedule operation, refusals and dry runs included, by staff
//! member and month. Refusals and dry runs are put before the reply, commits by their job.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::id::{ClientId, Identity, OpId, StaffId};
use crate::operation::Operation;

/// One line of the audit trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audit {
    /// Whose line; `None` for somebody who is not linked, and for the schedule.
    pub staff: Option<StaffId>,
    /// From where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<Identity>,
    /// When.
    pub at: Timestamp,
    /// The call.
    pub op: OpId,
    /// What was asked.
    pub operation: Operation,
    /// About whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<ClientId>,
    /// How it ended.
    pub ended: Ended,
    /// One sentence: what was done, or why not. Never a secret, never a full phone number.
    pub text: String,
}

/// How an operation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// It was written.
    Done,
    /// It waits for a confirmation or an approval.
    Planned,
    /// It was refused.
    Refused,
    /// It was only tried.
    DryRun,
}
