//! The answers of `/setup`: each is a command of its own, under a key of its own, with the rights and
//! refusals of that command. The reply has the result of each, and the settings that are still missing.

use shared::contract::call::Call;
use shared::desk::types as desk;
use shared::kernel::id::CallKey;

use super::{Chat, ChatReply, ReplyStatus, Spoken, not_read};
use crate::commands::desk::setup;
use crate::grammar::{self, Parsed, Reading};
use crate::view::Text;

impl Chat {
    /// Runs a command for each answer of `/setup`, and shows the settings that are still missing.
    pub(super) async fn set_up(&self, spoken: Spoken<'_>, parsed: &Parsed) -> ChatReply {
        let mut replies: Vec<ChatReply> = Vec::new();
        for line in setup::lines(&parsed.args, spoken.from) {
            let part = match line.and_then(|line| grammar::read(&line, spoken.from)) {
                Ok(Reading::One(part)) => part,
                Ok(_) => continue,
                Err(usage) => {
                    replies.push(not_read(&usage));
                    continue;
                }
            };
            let Ok(Some(ask)) = part.ask() else { continue };
            let key = CallKey::new("setup", format!("{} {}", spoken.key.op(), part.command.name()));
            let part_spoken = Spoken { key, ..spoken };
            let call = Call { typed: Some(part.masked_line()), ..part_spoken.call(ask) };
            replies.push(self.ask_function(call, Some(&part), spoken.profile).await);
        }
        let ask = desk::Ask::Status {}.into();
        let key = spoken.key.clone();
        let profile = spoken.profile;
        let status = Spoken { key, ..spoken }.call(ask);
        let reply = self.ask_function(status, Some(parsed), profile).await;
        replies.into_iter().rev().fold(reply, with_part)
    }
}

/// A reply with the result of a part before its own lines.
fn with_part(mut reply: ChatReply, part: ChatReply) -> ChatReply {
    let result = Text::new().fixed(part.view.mark.symbol()).then(part.view.headline);
    reply.view.lines.insert(0, result);
    reply.view.suggestions.splice(0..0, part.view.suggestions);
    if part.status != ReplyStatus::Ok {
        reply.status = part.status;
        reply.code = part.code;
    }
    reply
}
