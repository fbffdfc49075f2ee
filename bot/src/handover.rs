//! Handover: an interaction that takes longer than its platform waits goes to the worker, which has
//! more time and delivers the reply.
//!
//! Invariant: the key stays the same. If the first attempt was carried out after all, the worker gets
//! its stored answer; nothing is done twice.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::kernel::id::OpId;
use tracing::Instrument;

use crate::chat::Chat;
use crate::interaction::{Interaction, Reaction};

/// The clock by which deadlines are measured.
pub type Now = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// An interaction for the worker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handover {
    /// The interaction.
    pub interaction: Interaction,
    /// The address of the reply.
    pub reply: ReplyTo,
}

/// The address of a late reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplyTo {
    /// To the response address of the command or button.
    Slack {
        /// The address; valid for 30 minutes and five messages.
        url: Pass,
        /// Whether the message with the button is replaced; a slash command has none.
        replace: bool,
    },
    /// The promised reply at Discord.
    Discord {
        /// The application's id.
        application: String,
        /// The interaction's token; valid for 15 minutes.
        token: Pass,
        /// Whether a public reply becomes a message of its own, because the promised one is private.
        aloud: bool,
    },
}

/// A secret that lets its holder write into a chat for some minutes. It is passed on, never printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pass(String);

impl Pass {
    /// Keeps a token or an address.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for the one place that uses it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Pass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pass(…)")
    }
}

/// No worker took it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the worker did not take it: {0}")]
pub struct NotHandedOver(pub String);

/// The port to the worker: a Lambda function, or a task of the same process.
pub trait Workers: Send + Sync {
    /// Hands an interaction over. `Ok` means that the worker has it and will deliver the reply.
    fn hand_over<'a>(
        &'a self,
        handover: &'a Handover,
    ) -> Pin<Box<dyn Future<Output = Result<(), NotHandedOver>> + Send + 'a>>;
}

/// The state of an interaction at its platform's deadline.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "one of these exists at a time")]
pub enum InTime {
    /// It is answered.
    Now(Reaction),
    /// The worker will answer.
    Later,
    /// The outcome is unknown, and no worker took it.
    Lost(OpId),
}

/// Answers an interaction within `budget`, or hands it over.
pub async fn in_time(
    chat: &Chat,
    workers: &dyn Workers,
    interaction: Interaction,
    reply: ReplyTo,
    budget: Duration,
) -> InTime {
    let op = interaction.key.op();
    runtime::log::operation(&op);
    // What there is no time for is not begun here.
    if !budget.is_zero() {
        let (chat, attempt) = (chat.clone(), interaction.clone());
        // In a task of its own, so that the end of the budget ends only the waiting: what has begun
        // is not cut off half way where the process lives on.
        let answer = tokio::spawn(async move { chat.hear(&attempt).await }.in_current_span());
        match tokio::time::timeout(budget, answer).await {
            Ok(Ok(reaction)) => return InTime::Now(reaction),
            Ok(Err(error)) => tracing::error!(%op, %error, "an interaction panicked"),
            Err(_) => tracing::info!(%op, "an interaction takes longer than its budget"),
        }
    }
    match workers.hand_over(&Handover { interaction, reply }).await {
        Ok(()) => InTime::Later,
        Err(error) => {
            tracing::error!(%op, %error, "an interaction was not handed over");
            InTime::Lost(op)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pass_is_passed_on_and_never_printed() {
        let reply = ReplyTo::Slack { url: Pass::new("https://hooks.slack.com/x"), replace: false };
        let json = serde_json::to_string(&reply).unwrap();
        assert!(json.contains("https://hooks.slack.com/x"));
        assert_eq!(serde_json::from_str::<ReplyTo>(&json).unwrap(), reply);
        assert!(!format!("{reply:?}").contains("hooks"), "{reply:?}");
    }
}
