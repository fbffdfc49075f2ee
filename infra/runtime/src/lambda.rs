//! The entry points of Lambda functions: a start, and one loop for each way in which a function is
//! invoked. A loop ends with the function's environment.
//!
//! Invariant: each request has its own span ([`log::request`]) below the runtime's, which has the
//! request id.

use std::error::Error as StdError;

use lambda_runtime::{LambdaEvent, service_fn};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tracing::Instrument;

use crate::causes::Causes;
use crate::environment::{self, Environment};
use crate::log;

#[cfg(feature = "router")]
mod router;

pub use lambda_runtime::Error;
#[cfg(feature = "router")]
pub use router::{at_its_route, serve};

/// Starts a function: it logs from here on, and has read its environment.
///
/// # Errors
/// All settings that are missing or malformed; they are logged too.
pub fn start<T>(configuration: impl FnOnce(&mut Environment<'_>) -> T) -> Result<T, Error> {
    log::begin();
    let read = environment::read(configuration);
    Ok(read.inspect_err(|incomplete| tracing::error!("{incomplete}"))?)
}

/// Answers calls: of other functions, or of a schedule.
///
/// # Errors
/// The runtime ended.
pub async fn answer_calls<C: DeserializeOwned, R: Serialize>(
    answer: impl AsyncFn(C) -> Result<R, Error>,
) -> Result<(), Error> {
    let answer = &answer;
    // As plain values: the runtime would compile every call and every answer a second time, for its
    // own reader.
    let handle = |event: LambdaEvent<Value>| {
        let answered = async move {
            let call = serde_json::from_value(event.payload)?;
            Ok::<Value, Error>(serde_json::to_value(answer(call).await?)?)
        };
        answered.instrument(log::request())
    };
    lambda_runtime::run(service_fn(handle)).await
}

/// Works at the messages of a queue, one after the other. A message that failed goes back to its
/// queue; the rest of its batch does not.
///
/// # Errors
/// The runtime ended.
pub async fn work_at_messages<M: DeserializeOwned, E: StdError + 'static>(
    work: impl AsyncFn(M) -> Result<(), E>,
) -> Result<(), Error> {
    let work = &work;
    let handle = |event: LambdaEvent<Batch>| async move {
        Ok::<_, Error>(work_at_batch(work, event.payload).await)
    };
    lambda_runtime::run(service_fn(handle)).await
}

async fn work_at_batch<M: DeserializeOwned, E: StdError + 'static>(
    work: &impl AsyncFn(M) -> Result<(), E>,
    batch: Batch,
) -> BatchFailures {
    let mut failures = BatchFailures::default();
    for Message { message_id, body } in batch.records {
        let worked = async {
            let message = serde_json::from_str(&body).map_err(|error| error.to_string())?;
            work(message).await.map_err(|error| format!("{error}: {}", Causes(&error)))
        };
        let logged = async {
            let worked = worked.await;
            worked.inspect_err(|cause| tracing::error!(message_id, cause, "a message goes back"))
        };
        if logged.instrument(log::request()).await.is_err() {
            failures.batch_item_failures.push(MessageFailure { item_identifier: message_id });
        }
    }
    failures
}

/// An SQS event, as far as it is read.
#[derive(Debug, Deserialize)]
struct Batch {
    #[serde(rename = "Records")]
    records: Vec<Message>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    message_id: String,
    body: String,
}

/// The messages that go back to their queue.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct BatchFailures {
    batch_item_failures: Vec<MessageFailure>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct MessageFailure {
    item_identifier: String,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[tokio::test]
    async fn failed_and_unreadable_messages_alone_go_back() {
        let batch = json!({ "Records": [
            { "messageId": "done", "body": "1", "eventSource": "aws:sqs" },
            { "messageId": "failed", "body": "2" },
            { "messageId": "unreadable", "body": "{" },
            { "messageId": "done too", "body": "3" },
        ]});
        let work = async |number: u8| if number == 2 { Err(std::fmt::Error) } else { Ok(()) };

        let failures = work_at_batch(&work, serde_json::from_value(batch).unwrap()).await;

        let expected = json!({ "batchItemFailures": [
            { "itemIdentifier": "failed" }, { "itemIdentifier": "unreadable" },
        ]});
        assert_eq!(serde_json::to_value(failures).unwrap(), expected);
    }
}
