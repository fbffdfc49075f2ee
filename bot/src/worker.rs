//! The worker: carries out interactions that take longer than their platform waits, delivers their
//! replies, and posts announcements. Lambda's `chat_worker` and tasks of the local desk call it.
//!
//! Absent on purpose: retries of an interaction. A second run under its key is the same call; the caller
//! of the worker decides whether there is one.

use runtime::secret::Secret;
use serde::Deserialize;
use shared::contract::notice::Notice;

use crate::chat::{Chat, ChatReply};
use crate::discord;
use crate::handover::{Handover, ReplyTo};
use crate::interaction::Reaction;
use crate::outgoing::Outgoing;
use crate::reply;
use crate::slack;
use crate::view::{Mark, Text, View};

/// The desk's own tokens, for messages that answer no interaction.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tokens {
    /// Of Discord's bot.
    pub discord: Option<Secret>,
    /// Of Slack's app.
    pub slack: Option<Secret>,
}

/// A task of the worker.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
#[expect(clippy::large_enum_variant, reason = "one of these exists at a time")]
pub enum Work {
    /// From the front ends: an interaction, and the address of its reply.
    Late(Handover),
    /// From the functions: an announcement.
    Notice {
        /// The announcement.
        notice: Notice,
    },
}

/// A reply or an announcement that was not delivered.
#[derive(Debug, thiserror::Error)]
pub enum NotCarried {
    /// Discord did not take it.
    #[error(transparent)]
    Discord(#[from] discord::NotDelivered),
    /// The platform of the channel is not connected.
    #[error("{0} is not connected: its bot’s token is not set")]
    NotConnected(String),
    /// Slack did not take it.
    #[error(transparent)]
    Slack(#[from] slack::Undelivered),
}

/// Carries out an interaction and delivers its reply.
///
/// # Errors
/// It was carried out, and the reply was not delivered.
pub async fn carry(
    chat: &Chat,
    outgoing: &Outgoing,
    tokens: &Tokens,
    work: &Handover,
) -> Result<(), NotCarried> {
    let op = work.interaction.key.op();
    // What the front end did not wait for may be done by now; its reply has not been seen by anybody.
    let reply = match chat.clone().unseen().hear(&work.interaction).await {
        Reaction::Reply(reply) => reply,
        Reaction::Form(form) => ChatReply::of(too_late(&form.line)),
    };
    tracing::info!(%op, code = reply.code, "carried out late");
    match &work.reply {
        ReplyTo::Discord { application, token, aloud } => {
            discord::deliver(outgoing, application, token, *aloud, &reply).await?;
        }
        ReplyTo::Slack { url, replace } => {
            let place = (url, *replace || reply.aside);
            slack::deliver(outgoing, tokens.slack.as_ref(), place, &work.interaction, &reply)
                .await?;
        }
    }
    Ok(())
}

/// Posts an announcement.
///
/// # Errors
/// It was not posted, or may not have been.
pub async fn announce(
    outgoing: &Outgoing,
    tokens: &Tokens,
    notice: &Notice,
) -> Result<(), NotCarried> {
    let reply = ChatReply::of(reply::notice(notice));
    let (platform, _, channel) = notice.channel.parts();
    match (platform, &tokens.discord, &tokens.slack) {
        ("discord", Some(token), _) => {
            Ok(discord::say(outgoing, token, channel, &notice.name(), &reply).await?)
        }
        ("slack", _, Some(token)) => {
            Ok(slack::say(outgoing, token, &notice.channel, &reply.view).await?)
        }
        (other, _, _) => Err(NotCarried::NotConnected(other.to_owned())),
    }
}

/// The reply to a button whose form can no longer be opened: platforms take a form only as the first
/// answer.
fn too_late(line: &str) -> View {
    let headline = Text::new().fixed("The form came too late. Press the button again, or type ");
    View::new(Mark::Refused, headline.code(line).fixed(" and what is missing."))
}
