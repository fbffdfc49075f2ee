//! The one function that answers DynamoDB's operations, in DynamoDB's JSON, from an embedded
//! database. Each way to the store ends here: the process that holds the file, other processes, the
//! emulators, and the simulation of the tests.
//!
//! Only the operations that a desk or a test of one sends are known. Signatures are not looked at:
//! each way decides by itself who may send.

use dynoxide::Database;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// An answer of the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// As in HTTP.
    pub status: u16,
    /// DynamoDB's JSON.
    pub body: String,
}

/// Carries out an operation, such as `Query`.
#[must_use]
pub fn answer(database: &Database, operation: &str, body: &[u8]) -> Answer {
    match operation {
        "BatchGetItem" => carry_out(body, |request| database.batch_get_item(request)),
        "CreateTable" => carry_out(body, |request| database.create_table(request)),
        "DeleteItem" => carry_out(body, |request| database.delete_item(request)),
        "DescribeTable" => carry_out(body, |request| database.describe_table(request)),
        "GetItem" => carry_out(body, |request| database.get_item(request)),
        "PutItem" => carry_out(body, |request| database.put_item(request)),
        "Query" => carry_out(body, |request| database.query(request)),
        "Scan" => carry_out(body, |request| database.scan(request)),
        "TransactWriteItems" => carry_out(body, |request| database.transact_write_items(request)),
        "UpdateItem" => carry_out(body, |request| database.update_item(request)),
        "UpdateTimeToLive" => carry_out(body, |request| database.update_time_to_live(request)),
        _ => refusal("com.amazon.coral.service#UnknownOperationException", operation),
    }
}

fn carry_out<Q: DeserializeOwned, A: Serialize>(
    body: &[u8],
    carry_out: impl FnOnce(Q) -> dynoxide::Result<A>,
) -> Answer {
    let request = match serde_json::from_slice(body) {
        Ok(request) => request,
        Err(e) => {
            return refusal("com.amazon.coral.service#SerializationException", &e.to_string());
        }
    };
    match carry_out(request).map(|answer| serde_json::to_string(&answer)) {
        Ok(Ok(body)) => Answer { status: 200, body },
        Ok(Err(e)) => Answer { status: 500, ..refusal("InternalServerError", &e.to_string()) },
        Err(error) => Answer { status: error.status_code(), body: error.to_json() },
    }
}

/// A refusal of a request, as AWS words it.
#[must_use]
pub fn refusal(kind: &str, message: &str) -> Answer {
    let body = serde_json::json!({ "__type": kind, "message": message }).to_string();
    Answer { status: 400, body }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_operation_and_malformed_body_are_refused() {
        let database = Database::memory().unwrap();

        let unknown = answer(&database, "DropEverything", b"{}");
        let malformed = answer(&database, "GetItem", b"\xff");

        assert_eq!((unknown.status, malformed.status), (400, 400));
        assert!(unknown.body.contains("UnknownOperationException"), "{unknown:?}");
        assert!(malformed.body.contains("SerializationException"), "{malformed:?}");
    }
}
