//! Hands a notice to the chat shell, which writes the text and posts it in the channel. The call waits
//! for the result, so a failed announcement is retried.
//!
//! Absent on purpose: any text, and any name of a platform. A notice holds facts only.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use shared::contract::notice::Notice;

/// A running announcement. The error is a sentence for the log.
pub type Announcing = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;

/// Makes announcements.
#[derive(Clone)]
pub enum Announcer {
    /// The deployed chat worker.
    #[cfg(feature = "aws")]
    Lambda {
        client: aws_sdk_lambda::Client,
        /// The chat worker's name.
        function: String,
    },
    /// The chat of the same process.
    Local(Arc<dyn Fn(Notice) -> Announcing + Send + Sync>),
    /// No platform is connected: announcements are dropped.
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
    /// The announcement was not made, or its result is unknown; the sentence is for the log.
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
                    .map_err(|error| runtime::causes::Causes(&error).to_string())?;
                match sent.function_error {
                    None => Ok(()),
                    Some(error) => Err(format!("the chat worker failed: {error}")),
                }
            }
            Announcer::Local(announce) => announce(notice).await,
            // Not an error: a retry would change nothing.
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
    use shared::contract::Facts;
    use shared::contract::notice::Told;
    use shared::contract::receipt::{Outcome, Receipt};
    use shared::desk::types as desk;
    use shared::kernel::actor::Actor;
    use shared::kernel::id::CallKey;

    use super::*;

    fn receipt() -> Receipt {
        let op = CallKey::new("local", "1").op();
        Receipt {
            op: op.clone(),
            fingerprint: String::new(),
            by: Actor::Schedule,
            approved_by: None,
            at: jiff::Timestamp::UNIX_EPOCH,
            spent: None,
            before: None,
            outcome: Outcome::Done {
                movement: None,
                facts: Facts::Desk(desk::Facts { replayed: op }),
            },
        }
    }

    #[tokio::test]
    async fn announcement_without_a_platform_is_dropped_without_an_error() {
        let notice = Notice {
            channel: "slack:T1:C1".parse().unwrap(),
            op: CallKey::new("local", "1").op(),
            told: Told::Done(receipt()),
        };
        assert_eq!(Announcer::Nowhere.announce(notice).await, Ok(()));
    }
}
