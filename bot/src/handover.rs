//! An interaction that takes longer than its platform waits: handed to the worker, which carries it
//! out with more time and delivers the reply where the platform expects it.
//!
//! Invariant: it is the same interaction under the same key. If the first try was carried out after
//! all, the worker gets its stored answer; nothing is done twice.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use shared::id::OpId;

use crate::chat::Chat;
use crate::interaction::{Interaction, Reaction};

/// What the worker gets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handover {
    /// What the person did.
    pub interaction: Interaction,
    /// Where the reply goes.
    pub reply: ReplyTo,
}

/// Where a late reply goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplyTo {
    /// To the response address of the command or button.
    Slack {
        /// The address: it holds for 30 minutes and five messages.
        url: Pass,
        /// The message with the button is replaced; a slash command has none.
        replace: bool,
    },
    /// Where Discord shows that the desk is thinking.
    Discord {
        /// The application's id.
        application: String,
        /// The interaction's token: it holds for 15 minutes.
        token: Pass,
        /// What everybody should see becomes a message of its own, because the promised reply is
        /// private.
        aloud: bool,
    },
}

/// What lets its holder write for some minutes in somebody's chat: passed on, never printed.
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

/// Nobody took it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the worker did not take it: {0}")]
pub struct NotHandedOver(pub String);

/// Whoever takes interactions that take longer: the deployed worker, or a task of the same process.
pub trait Workers: Send + Sync {
    /// Hands one over; it was taken when this comes back without an error, and the reply follows.
    fn hand_over<'a>(
        &'a self,
        handover: &'a Handover,
    ) -> Pin<Box<dyn Future<Output = Result<(), NotHandedOver>> + Send + 'a>>;
}

/// How an interaction stands when its platform has to be answered.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "one of these exists at a time")]
pub enum InTime {
    /// This is the answer.
    Now(Reaction),
    /// The worker answers later.
    Later,
    /// Nobody can answer: what is known is that nothing is known.
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
    // What there is no time for is not begun here.
    if !budget.is_zero() {
        let (chat, attempt) = (chat.clone(), interaction.clone());
        // In a task of its own, so that the end of the budget ends only the waiting: what has begun
        // is not cut off half way where the process lives on.
        let answer = tokio::spawn(async move { chat.hear(&attempt).await });
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
