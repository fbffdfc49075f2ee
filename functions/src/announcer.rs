//! Where announcements go: to the chat shell, which finds the words and speaks in the channel. It is
//! asked and waited for, so that an announcement that nobody took is tried again like a mail.
//!
//! What is absent on purpose: any word of a platform. A notice is facts; the chat shell and this one
//! never see each other.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use shared::notice::Notice;

/// An announcement on its way; why it was not made, if it was not.
pub type Announcing = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;

/// Whoever speaks in channels.
#[derive(Clone)]
pub enum Announcer {
    /// The deployed chat worker.
    #[cfg(feature = "aws")]
    Lambda {
        /// The client.
        client: aws_sdk_lambda::Client,
        /// The worker's name.
        function: String,
    },
    /// The chat of the same process.
    Local(Arc<dyn Fn(Notice) -> Announcing + Send + Sync>),
    /// Nobody: no platform is connected, and what would have been said is dropped.
    Nowhere,
}

impl fmt::Debug for Announcer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            #[cfg(feature = "aws")]
            Announcer::Lambda { .. } => "Lambda",
            Announcer::Local(_) => "Local",
            Announcer::Nowhere => "Nowhere",
        })
    }
}

impl Announcer {
    /// Makes an announcement.
    ///
    /// # Errors
    /// Why it was not made, or may not have been.
    pub async fn announce(&self, notice: Notice) -> Result<(), String> {
        match self {
            #[cfg(feature = "aws")]
            Announcer::Lambda { client, function } => {
                let work = serde_json::json!({ "notice": notice });
                let body = serde_json::to_vec(&work).map_err(|e| e.to_string())?;
                let sent = client
                    .invoke()
                    .function_name(function)
                    .payload(aws_sdk_lambda::primitives::Blob::new(body))
                    .send()
                    .await
                    .map_err(|error| crate::failure::Causes(&error).to_string())?;
                match sent.function_error {
                    None => Ok(()),
                    Some(error) => Err(format!("the chat worker failed: {error}")),
                }
            }
            Announcer::Local(say) => say(notice).await,
            // Nobody could ever take it, so it is not tried again either.
            Announcer::Nowhere => {
                let (op, channel) = (&notice.op, &notice.channel);
                tracing::info!(%op, %channel, "no chat platform is connected: nothing is said");
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use shared::answer::Answer;
    use shared::id::CallKey;
    use shared::notice::Told;

    use super::*;

    #[tokio::test]
    async fn what_nobody_could_say_is_dropped_and_has_not_failed() {
        let notice = Notice {
            channel: "slack:T1:C1".parse().unwrap(),
            op: CallKey::new("local", "1").op(),
            told: Told::Done(Answer::Suggestions { clients: Vec::new() }),
        };
        assert_eq!(Announcer::Nowhere.announce(notice).await, Ok(()));
    }
}
