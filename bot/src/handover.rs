//! Handover: an interaction that takes longer than its platform waits, or whose function did not
//! answer (a connection broke), goes to the worker, which has more time and delivers the reply.
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
    let mut unanswered = None;
    // What there is no time for is not begun here.
    if !budget.is_zero() {
        let (chat, attempt) = (chat.clone(), interaction.clone());
        // In a task of its own, so that the end of the budget ends only the waiting: what has begun
        // is not cut off half way where the process lives on.
        let answer = tokio::spawn(async move { chat.hear(&attempt).await }.in_current_span());
        match tokio::time::timeout(budget, answer).await {
            Ok(Ok(Reaction::Reply(reply))) if reply.is_unanswered => {
                tracing::info!(%op, "a function did not answer");
                unanswered = Some(Reaction::Reply(reply));
            }
            Ok(Ok(reaction)) => return InTime::Now(reaction),
            Ok(Err(error)) => tracing::error!(%op, %error, "an interaction panicked"),
            Err(_) => tracing::info!(%op, "an interaction takes longer than its budget"),
        }
    }
    match workers.hand_over(&Handover { interaction, reply }).await {
        Ok(()) => InTime::Later,
        Err(error) => {
            tracing::error!(%op, %error, "an interaction was not handed over");
            unanswered.map_or(InTime::Lost(op), InTime::Now)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use shared::kernel::id::CallKey;

    use super::*;
    use crate::chat::tests::{Scripted, added};
    use crate::functions::Unreachable;
    use crate::interaction::Says;
    use shared::contract::call::Outcome;

    /// A worker that keeps its tasks, or none at all.
    struct Worker {
        takes: bool,
        tasks: Mutex<Vec<Handover>>,
    }

    impl Workers for Worker {
        fn hand_over<'a>(
            &'a self,
            handover: &'a Handover,
        ) -> Pin<Box<dyn Future<Output = Result<(), NotHandedOver>> + Send + 'a>> {
            self.tasks.lock().unwrap().push(handover.clone());
            let taken = if self.takes { Ok(()) } else { Err(NotHandedOver("busy".to_owned())) };
            Box::pin(async move { taken })
        }
    }

    /// The state of an add whose function answers so, and the tasks of the worker.
    async fn state_of(
        answer: Result<Outcome, Unreachable>,
        takes: bool,
    ) -> (InTime, Vec<Handover>) {
        let worker = Worker { takes, tasks: Mutex::default() };
        let interaction = Interaction {
            from: "slack:T1:U1".parse().unwrap(),
            at: None,
            key: CallKey::new("slack:T1", "1"),
            says: Says::Line("/addcredit mms acme 500".to_owned()),
        };
        let reply = ReplyTo::Slack { url: Pass::new("https://hooks.slack.com/x"), replace: false };
        let chat = Chat::new(Scripted::new([answer]));
        let state = in_time(&chat, &worker, interaction, reply, Duration::from_secs(1)).await;
        (state, worker.tasks.into_inner().unwrap())
    }

    #[tokio::test]
    async fn broken_connection_hands_the_call_to_the_worker_under_the_same_key() {
        let broken = || Err(Unreachable::Unanswered("the connection broke".to_owned()));

        let (state, tasks) = state_of(broken(), true).await;
        assert!(matches!(state, InTime::Later), "{state:?}");
        assert_eq!(tasks[0].interaction.key, CallKey::new("slack:T1", "1"));

        let (state, _) = state_of(broken(), false).await;
        let InTime::Now(Reaction::Reply(reply)) = state else { panic!("{state:?}") };
        assert_eq!(reply.code, "unknown_outcome");
    }

    #[tokio::test]
    async fn answer_and_call_that_was_not_sent_are_not_handed_over() {
        let not_sent = Err(Unreachable::NotAsked("refused".to_owned()));
        for answer in [Ok(Outcome::Done(added())), not_sent] {
            let (state, tasks) = state_of(answer, true).await;
            assert!(matches!(state, InTime::Now(_)) && tasks.is_empty(), "{state:?}");
        }
    }

    #[test]
    fn a_pass_is_passed_on_and_never_printed() {
        let reply = ReplyTo::Slack { url: Pass::new("https://hooks.slack.com/x"), replace: false };
        let json = serde_json::to_string(&reply).unwrap();
        assert!(json.contains("https://hooks.slack.com/x"));
        assert_eq!(serde_json::from_str::<ReplyTo>(&json).unwrap(), reply);
        assert!(!format!("{reply:?}").contains("hooks"), "{reply:?}");
    }
}
