//! The answers of `/setup`: each is a command of its own, under a key of its own, with the rights and
//! refusals of that command. The reply has the result of each, and the settings that are still missing.

use shared::contract::call::Call;
use shared::desk::types as desk;
use shared::kernel::id::CallKey;

use super::{Chat, ChatReply, ReplyStatus, Spoken, not_read};
use crate::commands::desk::setup;
use crate::grammar::{self, Parsed, Reading};
use crate::reply::words::{counted, length};
use crate::view::{Text, View};

/// The code of the refusal of a value that is set already.
const NO_CHANGE: &str = "no_change";

/// The code of a reply about prices: its lines have each price before and after.
const PRICES: &str = "prices";

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
            let mut reply = self.ask_function(call, Some(&part), spoken.profile).await;
            if reply.code == NO_CHANGE {
                let command = Text::new().code(format!("/{}", part.command.name())).fixed(": ");
                reply.view.headline = command.then(reply.view.headline);
            }
            replies.push(reply);
        }
        let ask = desk::Ask::Status {}.into();
        let key = spoken.key.clone();
        let profile = spoken.profile;
        let status = Spoken { key, ..spoken }.call(ask);
        let reply = self.ask_function(status, Some(parsed), profile).await;
        joined(reply, replies)
    }
}

/// The reply with the result of each part before its own lines. The next steps of a part that is done are
/// left out, because each of the others has some too.
fn joined(mut reply: ChatReply, parts: Vec<ChatReply>) -> ChatReply {
    let count = |status| {
        let with_status = parts.iter().filter(|part| part.status == status);
        u64::try_from(with_status.count()).unwrap_or(u64::MAX)
    };
    let planned = count(ReplyStatus::Planned);
    let refused = length(&parts).saturating_sub(planned).saturating_sub(count(ReplyStatus::Ok));
    let mut lines = Vec::new();
    let mut suggestions = Vec::new();
    for part in parts {
        let result = Text::new().fixed(part.view.mark.symbol()).then(part.view.headline);
        lines.push(result);
        if part.code == PRICES || part.status == ReplyStatus::Planned {
            lines.extend(part.view.lines);
        }
        if part.status != ReplyStatus::Ok {
            suggestions.extend(part.view.suggestions);
            reply.status = part.status;
            reply.code = part.code;
        }
        reply.question = part.op.zip(part.asks_author).or(reply.question);
    }
    let waits = counted(planned, "change waits for an answer", "changes wait for an answer");
    let refusals = counted(refused, "answer was refused", "answers were refused");
    let open = match (planned, refused) {
        (0, 0) => None,
        (0, _) => Some(refusals),
        (_, 0) => Some(waits),
        (_, _) => Some(format!("{waits}, {refusals}")),
    };
    if let Some(open) = open {
        reply.view.headline = Text::new().fixed(open);
    }
    if planned > 1 {
        reply.question = None;
        lines.push(Text::new().code("/confirm").fixed(" lists the open questions by number."));
    }
    lines.append(&mut reply.view.lines);
    suggestions.append(&mut reply.view.suggestions);
    reply.view = View { lines, suggestions, ..reply.view };
    reply
}
