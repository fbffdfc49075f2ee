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
    /// One sentence: the change, or the reason for the refusal. Never a secret, never a full phone
    /// number.
    pub text: String,
    /// The line that was typed, of a call that was not carried out. Addresses in it are masked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub typed: Option<String>,
    /// The most credits that it changes of one client and kind.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub credits: u64,
}

/// Whether a character separates an id from the words around it.
#[must_use]
pub fn is_not_of_an_id(c: char) -> bool {
    !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl Audit {
    /// The staff member whose part of the trail holds the line.
    #[must_use]
    pub fn staff(&self) -> Option<StaffId> {
        self.by.and_then(ActorId::staff)
    }

    /// The clients that it is about or that its sentence names by their ids.
    pub fn clients(&self) -> impl Iterator<Item = ClientId> {
        self.client
            .into_iter()
            .chain(self.text.split(is_not_of_an_id).filter_map(|w| w.parse().ok()))
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
            typed: None,
            credits: 0,
        };
        assert_eq!(line(Some(ActorId::Staff(StaffId(3)))).staff(), Some(StaffId(3)));
        assert_eq!(line(Some(ActorId::Schedule)).staff(), None);
        assert_eq!(line(None).staff(), None);
    }
}
