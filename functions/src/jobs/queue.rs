//! Hints that a job is due. A hint may be lost, duplicated or late: the job is an item of the desk
//! table, each step at it is a conditional write, and the sweep finds the jobs that got no hint. So
//! sending a hint is best effort and never fails the call that caused it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::kernel::id::OpId;
use shared::kernel::job::Job;
use tokio::sync::mpsc;

/// The key of a due job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hint {
    /// The shard of the due-index.
    pub shard: u8,
    pub due: Timestamp,
    pub op: OpId,
}

impl From<&Job> for Hint {
    fn from(job: &Job) -> Self {
        Self { shard: job.shard(), due: job.due, op: job.op.clone() }
    }
}

/// Sends hints.
#[derive(Debug, Clone)]
pub enum Queue {
    /// To a queue that starts the `mail` function.
    #[cfg(feature = "aws")]
    Sqs { client: aws_sdk_sqs::Client, url: String },
    /// To a worker of the same process.
    Local(mpsc::UnboundedSender<Hint>),
    /// Drops hints: only the sweep finds the jobs.
    Nowhere,
}

/// The longest delay of a message, set by SQS.
#[cfg(feature = "aws")]
const DELAY_MAX_S: i64 = 900;

impl Queue {
    /// Sends a hint that a job is due, or will be soon.
    pub async fn hint(&self, hint: &Hint, now: Timestamp) {
        match self {
            #[cfg(feature = "aws")]
            Queue::Sqs { client, url } => {
                let wait_s = hint.due.duration_since(now).as_secs().max(0);
                if wait_s > DELAY_MAX_S {
                    return;
                }
                let body = serde_json::to_string(hint).unwrap_or_default();
                let sent = client
                    .send_message()
                    .queue_url(url)
                    .message_body(body)
                    .delay_seconds(i32::try_from(wait_s).unwrap_or(0))
                    .send()
                    .await;
                if let Err(error) = sent {
                    let cause = runtime::causes::Causes(&error);
                    tracing::warn!(op = %hint.op, %cause, "no hint; the sweep will find the job");
                }
            }
            Queue::Local(sender) => {
                // A job that is not due yet is left to the sweep, as is one without a listener.
                if hint.due <= now {
                    let _ = sender.send(hint.clone());
                }
            }
            Queue::Nowhere => {}
        }
    }
}
