//! The worker: carries out what took longer than a platform waits, and delivers the reply where the
//! platform expects it; says in channels what nobody asked for just now. Called by the Lambda
//! function `chat_worker`, and by tasks of the local desk.
//!
//! What is absent on purpose: retries of the interaction. Its key makes a second run the same one,
//! but whoever hands it over decides whether there is one.

use serde::Deserialize;
use shared::notice::Notice;

use crate::chat::{Chat, ChatReply};
use crate::config::Secret;
use crate::discord;
use crate::handover::{Handover, ReplyTo};
use crate::interaction::Reaction;
use crate::outgoing::Outgoing;
use crate::reply;
use crate::slack;
use crate::view::{Mark, Text, View};

/// As whom the desk speaks where no interaction has given it a pass.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tokens {
    /// As Discord's bot.
    pub discord: Option<Secret>,
    /// As Slack's app.
    pub slack: Option<Secret>,
}

/// What the worker is given.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
#[expect(clippy::large_enum_variant, reason = "one of these exists at a time")]
pub enum Work {
    /// By the front ends: an interaction, and where its reply goes.
    Late(Handover),
    /// By the functions: something to be said in a channel.
    Notice {
        /// What.
        notice: Notice,
    },
}

/// It was not delivered.
#[derive(Debug, thiserror::Error)]
pub enum NotCarried {
    /// To Discord.
    #[error(transparent)]
    Discord(#[from] discord::NotDelivered),
    /// The platform of the channel is not connected.
    #[error("{0} is not connected: its bot’s token is not set")]
    NotConnected(String),
    /// To Slack.
    #[error(transparent)]
    Slack(#[from] slack::Undelivered),
}

/// Carries out what was handed over.
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
            let place = (url, *replace);
            slack::deliver(outgoing, tokens.slack.as_ref(), place, &work.interaction, &reply)
                .await?;
        }
    }
    Ok(())
}

/// Says something in a channel.
///
/// # Errors
/// It was not said, or may not have been.
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

/// A form opens only as the first answer to a press.
fn too_late(line: &str) -> View {
    let headline = Text::new().fixed("The form came too late. Press the button again, or type ");
    View::new(Mark::Refused, headline.code(line).fixed(" and what is missing."))
}
