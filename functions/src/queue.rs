//! Hints that a job is due. A hint may be lost, doubled or late: the job itself is an item of the
//! desk table, its claim is a conditional write, and the sweep finds what no hint came for. So
//! sending one is best effort and never fails the call that caused it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::id::OpId;
use shared::job::Job;
use tokio::sync::mpsc;

/// Which job is due: its key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hint {
    /// The shard of the due-index.
    pub shard: u8,
    /// When it is due; part of its key.
    pub due: Timestamp,
    /// The operation that caused it.
    pub op: OpId,
}

impl From<&Job> for Hint {
    fn from(job: &Job) -> Self {
        Self { shard: job.shard(), due: job.due, op: job.op.clone() }
    }
}

/// Where hints go.
#[derive(Debug, Clone)]
pub enum Queue {
    /// To a queue that starts the `mail` function.
    #[cfg(feature = "aws")]
    Sqs {
        /// The client.
        client: aws_sdk_sqs::Client,
        /// Which queue.
        url: String,
    },
    /// To a worker of the same process.
    Local(mpsc::UnboundedSender<Hint>),
    /// Nowhere: the sweep alone finds the jobs.
    Nowhere,
}

/// The longest that a queue can hold a message back.
#[cfg(feature = "aws")]
const DELAY_MAX_S: i64 = 900;

impl Queue {
    /// Says that a job is due, or will be soon.
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
                    let cause = crate::failure::Causes(&error);
                    tracing::warn!(op = %hint.op, %cause, "no hint; the sweep will find the job");
                }
            }
            Queue::Local(sender) => {
                // Not yet due, or nobody listens: the sweep will find it.
                if hint.due <= now {
                    let _ = sender.send(hint.clone());
                }
            }
            Queue::Nowhere => {}
        }
    }
}
