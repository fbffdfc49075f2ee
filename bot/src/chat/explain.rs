//! The help, which runs no command. The overview depends on the caller's role, and on whether the desk is new.

use shared::contract::Answer;
use shared::desk::types as desk;
use shared::kernel::actor::Role;
use shared::kernel::id::Identity;

use super::{Chat, ChatReply, ReplyStatus, ended};
use crate::commands::desk::help;

impl Chat {
    /// The help. The overview begins with the commands that the caller's role uses most.
    pub(super) async fn explained(&self, from: &Identity, topic: Option<&str>) -> ChatReply {
        let view = match topic.map(str::trim).filter(|topic| !topic.is_empty()) {
            Some(topic) => help::view(topic),
            None => match self.looked_up(from, desk::Ask::Whoami {}).await {
                Some(Answer::Desk(desk::Answer::Whoami { role, .. })) => {
                    help::overview(Some(role), role == Role::Owner && self.is_new(from).await)
                }
                Some(_) | None => help::overview(None, false),
            },
        };
        ended(ReplyStatus::Ok, "help", view)
    }

    /// Whether the desk has no currency yet, so that nothing can be sold.
    pub async fn is_new(&self, from: &Identity) -> bool {
        match self.looked_up(from, desk::Ask::Status {}).await {
            Some(Answer::Desk(desk::Answer::Status { missing, .. })) => {
                missing.contains(&desk::Missing::Currency)
            }
            Some(_) | None => false,
        }
    }
}
