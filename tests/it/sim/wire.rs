//! The wire between the functions and the store, owned by a seed.
//!
//! The SDK is given this HTTP client instead of a socket; it calls the embedded store in process.
//! How long a request travels, whether it arrives, arrives twice, arrives late, and whether its
//! answer comes back is drawn from the seed, in virtual time. So a seed replays exactly.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use creditdesk::embedded::answer::{Answer, answer, refusal};
use creditdesk::embedded::connection::{parts, response};
use dynoxide::Database;
use jiff::SignedDuration;
use runtime::clock::Clock;
use sha2::{Digest, Sha256};
use tokio::sync::Notify;

/// What may happen to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// It never arrives, and nothing comes back.
    LostBefore,
    /// It is carried out, and nothing comes back.
    LostAfter,
    /// The connection breaks before it arrives.
    BrokenBefore,
    /// The connection breaks after it was carried out.
    BrokenAfter,
    /// A server's error; nothing was done.
    ErrorBefore,
    /// A server's error; it was done all the same.
    ErrorAfter,
    /// Throttled.
    Throttled,
    /// A transaction is cancelled because of another one.
    Conflict,
    /// A transaction with this token is under way; it ends a moment later.
    InProgress,
    /// It arrives twice.
    Doubled,
    /// A copy of it arrives again, minutes or days later, when its token is forgotten.
    Late,
    /// It is held up on the way until everybody has given up, and arrives then.
    Held,
    /// It takes almost as long as an attempt may.
    Slow,
    /// The clock of the functions jumps, up to five minutes either way.
    ClockJump,
    /// A read leaves some keys unprocessed.
    Unprocessed,
    /// The function dies when it is about to send this.
    CrashBefore,
    /// The function dies when this was carried out, before it hears of it.
    CrashAfter,
}

/// How likely each fault is, in thousandths of all requests.
#[derive(Debug, Clone, Default)]
pub struct Weather(pub BTreeMap<Fault, u64>);

impl Weather {
    /// Nothing happens but time.
    pub fn calm() -> Self {
        Self::default()
    }

    /// Each fault is absent or up to four in a hundred, by the seed: some runs see much of one kind.
    pub fn drawn(rng: &mut fastrand::Rng) -> Self {
        let all = [
            Fault::LostBefore,
            Fault::LostAfter,
            Fault::BrokenBefore,
            Fault::BrokenAfter,
            Fault::ErrorBefore,
            Fault::ErrorAfter,
            Fault::Throttled,
            Fault::Conflict,
            Fault::InProgress,
            Fault::Doubled,
            Fault::Late,
            Fault::Held,
            Fault::Slow,
            Fault::ClockJump,
            Fault::Unprocessed,
            Fault::CrashBefore,
            Fault::CrashAfter,
        ];
        let mut drawn = BTreeMap::new();
        for fault in all {
            if rng.u8(0..4) > 0 {
                drawn.insert(fault, rng.u64(1..=40));
            }
        }
        Self(drawn)
    }
}

/// The store and everything that happens on the way to it.
#[derive(Clone)]
pub struct Wire(Arc<Inner>);

struct Inner {
    db: Database,
    clock: Clock,
    rng: Mutex<fastrand::Rng>,
    weather: Mutex<Weather>,
    /// How long a request takes, in microseconds, where nothing happens to it.
    takes: Mutex<Range<u64>>,
    counts: Mutex<BTreeMap<Fault, u64>>,
    trace: Mutex<Sha256>,
    requests: AtomicU64,
    late: Mutex<Vec<(String, String)>>,
}

impl Wire {
    /// A wire to an empty store in memory.
    pub fn new(seed: u64, clock: Clock) -> Self {
        Self(Arc::new(Inner {
            db: Database::memory().expect("a database in memory"),
            clock,
            rng: Mutex::new(fastrand::Rng::with_seed(seed)),
            weather: Mutex::new(Weather::calm()),
            takes: Mutex::new(200..20_000),
            counts: Mutex::default(),
            trace: Mutex::default(),
            requests: AtomicU64::new(0),
            late: Mutex::default(),
        }))
    }

    /// The store itself, for looking at what is stored.
    pub fn db(&self) -> &Database {
        &self.0.db
    }

    /// What happens from now on.
    pub fn set_weather(&self, weather: Weather) {
        *self.0.weather.lock().unwrap() = weather;
    }

    /// How long requests take from now on, in microseconds.
    pub fn set_takes(&self, takes: Range<u64>) {
        *self.0.takes.lock().unwrap() = takes;
    }

    /// How often each fault happened.
    pub fn counts(&self) -> BTreeMap<Fault, u64> {
        self.0.counts.lock().unwrap().clone()
    }

    /// How many requests were sent.
    pub fn requests(&self) -> u64 {
        self.0.requests.load(Ordering::Relaxed)
    }

    /// The hash of everything that was sent and answered, in order.
    pub fn trace(&self) -> String {
        let hash = self.0.trace.lock().unwrap().clone().finalize();
        hash.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// A line of one function instance, which may crash on it.
    pub fn line(&self) -> Line {
        Line(Arc::new(LineInner {
            wire: self.clone(),
            sent: AtomicU64::new(0),
            crash_at: Mutex::new(None),
            crashed: Notify::new(),
        }))
    }

    /// Lets the copies that were held back arrive, under tokens of their own: the store has
    /// forgotten the first ones by now.
    pub fn deliver_late(&self) {
        let late = std::mem::take(&mut *self.0.late.lock().unwrap());
        for (operation, body) in late {
            let mut value: serde_json::Value = serde_json::from_str(&body).unwrap();
            value["ClientRequestToken"] = format!("late-{}", self.requests()).into();
            self.carry_out(&operation, &value.to_string());
        }
    }

    fn note(&self, fault: Fault) {
        *self.0.counts.lock().unwrap().entry(fault).or_default() += 1;
    }

    fn draw(&self, operation: &str) -> (Option<Fault>, Duration) {
        let mut rng = self.0.rng.lock().unwrap();
        let delay = Duration::from_micros(rng.u64(self.0.takes.lock().unwrap().clone()));
        let roll = rng.u64(0..1_000);
        let weather = self.0.weather.lock().unwrap();
        let mut sum = 0;
        for (fault, share) in &weather.0 {
            sum += share;
            let fits = match fault {
                Fault::Conflict | Fault::InProgress | Fault::Late | Fault::Held => {
                    operation == "TransactWriteItems"
                }
                Fault::Doubled => operation != "UpdateItem",
                Fault::Unprocessed => operation == "BatchGetItem",
                _ => true,
            };
            if roll < sum {
                return (fits.then_some(*fault), delay);
            }
        }
        (None, delay)
    }

    /// Does to the store what a request says.
    fn carry_out(&self, operation: &str, body: &str) -> Answer {
        answer(&self.0.db, operation, body.as_bytes())
    }

    #[expect(clippy::too_many_lines, reason = "one arm for each fault")]
    async fn carry(
        &self,
        line: &Line,
        request: HttpRequest,
    ) -> Result<HttpResponse, ConnectorError> {
        let (operation, body) = parts(&request);
        let body = String::from_utf8(body).unwrap();
        self.0.requests.fetch_add(1, Ordering::Relaxed);
        let (mut fault, delay) = self.draw(&operation);
        if let Some(crash) = line.crash() {
            fault = Some(crash);
        }
        if let Some(fault) = fault {
            self.note(fault);
        }
        tokio::time::sleep(delay).await;
        let broken = || ConnectorError::io("the connection broke".into());
        let answered = match fault {
            None | Some(Fault::Unprocessed) => self.carry_out(&operation, &body),
            Some(Fault::Slow) => {
                tokio::time::sleep(Duration::from_millis(1_900)).await;
                self.carry_out(&operation, &body)
            }
            Some(Fault::LostBefore) => std::future::pending().await,
            Some(Fault::LostAfter) => {
                self.carry_out(&operation, &body);
                std::future::pending().await
            }
            Some(Fault::BrokenBefore) => return Err(broken()),
            Some(Fault::BrokenAfter) => {
                self.carry_out(&operation, &body);
                return Err(broken());
            }
            Some(Fault::ErrorBefore) => Answer { status: 500, ..error("InternalServerError") },
            Some(Fault::ErrorAfter) => {
                self.carry_out(&operation, &body);
                Answer { status: 500, ..error("InternalServerError") }
            }
            Some(Fault::Throttled) => error("ProvisionedThroughputExceededException"),
            Some(Fault::Conflict) => conflict(&body),
            Some(Fault::InProgress) => {
                let (wire, operation, body) = (self.clone(), operation.clone(), body.clone());
                tokio::spawn(async move {
                    tokio::time::sleep(Duration::from_millis(300)).await;
                    wire.carry_out(&operation, &body);
                });
                error("TransactionInProgressException")
            }
            Some(Fault::Doubled) => {
                self.carry_out(&operation, &body);
                self.carry_out(&operation, &body)
            }
            Some(Fault::Late) => {
                self.0.late.lock().unwrap().push((operation.clone(), body.clone()));
                self.carry_out(&operation, &body)
            }
            Some(Fault::Held) => {
                self.0.late.lock().unwrap().push((operation.clone(), body.clone()));
                std::future::pending().await
            }
            Some(Fault::ClockJump) => {
                let jump = self.0.rng.lock().unwrap().i64(-300..=300);
                self.0.clock.advance(SignedDuration::from_secs(jump));
                self.carry_out(&operation, &body)
            }
            Some(Fault::CrashBefore) => {
                line.0.crashed.notify_one();
                std::future::pending().await
            }
            Some(Fault::CrashAfter) => {
                self.carry_out(&operation, &body);
                line.0.crashed.notify_one();
                std::future::pending().await
            }
        };
        let answered = match fault {
            Some(Fault::Unprocessed) => unprocessed(&body, answered),
            _ => answered,
        };
        {
            let mut trace = self.0.trace.lock().unwrap();
            let status = answered.status;
            trace.update(format!("{operation} {fault:?} {status} {}", body.len()));
        }
        response(answered)
    }
}

fn error(code: &str) -> Answer {
    refusal(&format!("com.amazonaws.dynamodb.v20120810#{code}"), "by the seed")
}

/// The last action of the transaction is in conflict.
fn conflict(body: &str) -> Answer {
    let value: serde_json::Value = serde_json::from_str(body).unwrap();
    let count = value["TransactItems"].as_array().map_or(1, Vec::len);
    let mut reasons = vec![r#"{"Code":"None"}"#; count.saturating_sub(1)];
    reasons.push(r#"{"Code":"TransactionConflict","Message":"by the seed"}"#);
    let body = format!(
        r#"{{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","Message":"Transaction cancelled","CancellationReasons":[{}]}}"#,
        reasons.join(",")
    );
    Answer { status: 400, body }
}

/// The answer to a batch without one table, whose keys are handed back.
fn unprocessed(request: &str, answered: Answer) -> Answer {
    let request: serde_json::Value = serde_json::from_str(request).unwrap();
    let mut answer: serde_json::Value = serde_json::from_str(&answered.body).unwrap();
    let tables = request["RequestItems"].as_object().cloned().unwrap_or_default();
    let Some(name) = tables.keys().max().cloned() else { return answered };
    if let Some(responses) = answer["Responses"].as_object_mut() {
        responses.remove(&name);
    }
    answer["UnprocessedKeys"] = serde_json::json!({ name.clone(): tables[&name] });
    Answer { body: answer.to_string(), ..answered }
}

/// The wire as one function instance sees it.
#[derive(Clone)]
pub struct Line(Arc<LineInner>);

struct LineInner {
    wire: Wire,
    sent: AtomicU64,
    crash_at: Mutex<Option<(u64, Fault)>>,
    crashed: Notify,
}

impl Line {
    /// Lets the instance die at its n-th request from the first.
    pub fn crash_at(&self, request: u64, fault: Fault) {
        *self.0.crash_at.lock().unwrap() = Some((request, fault));
    }

    /// How many requests the instance has sent.
    pub fn sent(&self) -> u64 {
        self.0.sent.load(Ordering::Relaxed)
    }

    /// Waits until the instance has died.
    pub async fn crashed(&self) {
        self.0.crashed.notified().await;
    }

    /// The HTTP client for the SDK.
    pub fn client(&self) -> SharedHttpClient {
        SharedHttpClient::new(self.clone())
    }

    fn crash(&self) -> Option<Fault> {
        let position = self.0.sent.fetch_add(1, Ordering::Relaxed);
        let planned = *self.0.crash_at.lock().unwrap();
        planned.filter(|(at, _)| *at == position).map(|(_, fault)| fault)
    }
}

impl std::fmt::Debug for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Line")
    }
}

impl HttpConnector for Line {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let line = self.clone();
        HttpConnectorFuture::new(async move { line.0.wire.carry(&line, request).await })
    }
}

impl HttpClient for Line {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}
