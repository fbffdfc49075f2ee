//! The audit trail: every operation of staff, providers and the schedule, refusals and dry runs
//! included, by staff member and month. Refusals and dry runs are put before the reply, commits by
//! their job.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::kernel::actor::ActorId;
use crate::kernel::id::{ClientId, Identity, OpId, StaffId};

/// One line of the audit trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audit {
    /// `None` for an identity that is not linked to a staff member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<ActorId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<Identity>,
    pub at: Timestamp,
    pub op: OpId,
    /// The operation's name, as in its [`crate::kernel::spec::Spec`].
    pub operation: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<ClientId>,
    pub ended: Ended,
    /// One sentence: what was done, or the reason for the refusal. Never a secret, never a full phone
    /// number.
    pub text: String,
}

impl Audit {
    /// The staff member whose part of the trail holds the line.
    #[must_use]
    pub fn staff(&self) -> Option<StaffId> {
        self.by.and_then(ActorId::staff)
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::id::CallKey;

    #[test]
    fn line_of_a_staff_member_is_in_its_trail_and_other_lines_in_the_common_one() {
        let line = |by| Audit {
            by,
            identity: None,
            at: Timestamp::UNIX_EPOCH,
            op: CallKey::new("test", "1").op(),
            operation: "add_credit".to_owned(),
            client: None,
            ended: Ended::Done,
            text: String::new(),
        };
        assert_eq!(line(Some(ActorId::Staff(StaffId(3)))).staff(), Some(StaffId(3)));
        assert_eq!(line(Some(ActorId::Schedule)).staff(), None);
        assert_eq!(line(None).staff(), None);
    }
}
