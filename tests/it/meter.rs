//! Counts the units that DynamoDB would bill: an HTTP client between the SDK and the store that asks
//! for `ConsumedCapacity` in every request and adds up the answers.

use std::sync::{Arc, Mutex};

use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use creditdesk::intercept::intercepted;
use serde_json::Value;

/// The requests to the store since the last reading, with their units.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reading {
    /// The names, in order: `Query`, `BatchGetItem`, `TransactWriteItems` …
    pub requests: Vec<String>,
    /// Requests beside each other are one trip. A `PutItem` is none.
    pub trips: usize,
    /// The requests that have no answer yet.
    open: usize,
    /// Read units: strong ones count 1 per 4 KB.
    pub read_units: f64,
    /// Write units of transactions: 2 per KB and item.
    pub write_units: f64,
    /// Write units of single puts: audit lines of refusals, mails in the outbox.
    pub put_units: f64,
}

impl Reading {
    fn begin(&mut self, name: &str) {
        self.requests.push(name.to_owned());
        if name != "PutItem" {
            self.trips += usize::from(self.open == 0);
            self.open += 1;
        }
    }

    fn end(&mut self, name: &str) {
        self.open = self.open.saturating_sub(usize::from(name != "PutItem"));
    }
}

/// The readings of a metered client. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Meter(Arc<Mutex<Reading>>);

impl Meter {
    /// A client that sends through `inner` and is metered.
    pub fn client(&self, inner: SharedHttpClient) -> SharedHttpClient {
        let reading = self.0.clone();
        intercepted(inner, move |request, inner| metered(request, inner, reading.clone()))
    }

    /// Takes the reading and starts a new one.
    pub fn take(&self) -> Reading {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

fn metered(
    mut request: HttpRequest,
    inner: &SharedHttpConnector,
    reading: Arc<Mutex<Reading>>,
) -> HttpConnectorFuture {
    let target = request.headers().get("x-amz-target").unwrap_or_default().to_owned();
    let name = target.rsplit('.').next().unwrap_or_default().to_owned();
    let body = request.body().bytes().expect("the SDK's bodies are in memory");
    let mut query: Value = serde_json::from_slice(body).unwrap();
    query["ReturnConsumedCapacity"] = "INDEXES".into();
    let body = serde_json::to_vec(&query).unwrap();
    request.headers_mut().insert("content-length", body.len().to_string());
    *request.body_mut() = SdkBody::from(body);
    reading.lock().unwrap().begin(&name);
    let answer = inner.call(request);
    HttpConnectorFuture::new(async move {
        // The store in the process answers at once: requests beside each other begin before that.
        tokio::task::yield_now().await;
        let answer = answer.await;
        reading.lock().unwrap().end(&name);
        let mut response = answer?;
        let bytes = collected(response.take_body()).await;
        if let Ok(answer) = serde_json::from_slice::<Value>(&bytes) {
            add(&mut reading.lock().unwrap(), &name, &answer["ConsumedCapacity"]);
        }
        *response.body_mut() = SdkBody::from(bytes);
        Ok(response)
    })
}

async fn collected(body: SdkBody) -> Vec<u8> {
    ByteStream::new(body).collect().await.unwrap().to_vec()
}

fn add(reading: &mut Reading, name: &str, consumed: &Value) {
    let tables = match consumed {
        Value::Array(tables) => tables.clone(),
        Value::Object(_) => vec![consumed.clone()],
        _ => return,
    };
    for table in tables {
        let units = table["CapacityUnits"].as_f64().unwrap_or_default();
        let read = table["ReadCapacityUnits"].as_f64();
        let write = table["WriteCapacityUnits"].as_f64();
        let reads = matches!(name, "GetItem" | "BatchGetItem" | "Query" | "TransactGetItems");
        match (read, write) {
            (None, None) if reads => reading.read_units += units,
            (None, None) if name == "TransactWriteItems" => reading.write_units += units,
            (None, None) => reading.put_units += units,
            (read, write) => {
                reading.read_units += read.unwrap_or_default();
                reading.write_units += write.unwrap_or_default();
            }
        }
    }
}
