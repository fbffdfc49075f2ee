//! The caller's answers to an own plan that another reply showed: yes, at the version that was shown, or no.

use shared::kernel::id::{CallKey, Identity, OpId};
use shared::plans::types::Ask;

use super::{Chat, ChatReply, Spoken};

impl Chat {
    /// Confirms the caller's own plan at the version that was shown.
    pub async fn confirm(
        &self,
        from: &Identity,
        key: CallKey,
        op: OpId,
        version: u64,
    ) -> ChatReply {
        let ask = Ask::Confirm { op, about: None, seen: Some(version) };
        let spoken = Spoken { from, profile: None, at: None, key, is_near: false };
        self.ask_function(spoken.call(ask.into()), None, None).await
    }

    /// Takes back the caller's own plan.
    pub async fn deny(&self, from: &Identity, key: CallKey, op: OpId) -> ChatReply {
        let ask = Ask::Deny { op, reason: None };
        let spoken = Spoken { from, profile: None, at: None, key, is_near: false };
        self.ask_function(spoken.call(ask.into()), None, None).await
    }
}
