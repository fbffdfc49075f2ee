//! How many adds a second the desk does on the file store, typed into the chat by 1 and by 8 callers,
//! beside the rate at which the embedded store alone carries out the requests of these adds: in
//! process, without HTTP, and without JSON beyond the request bodies. The desk is measured without
//! the jobs that follow its adds, and with them.
//!
//! `cargo bench --workspace --bench commands`

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    reason = "a bench may stop at what is wrong"
)]

use std::hint::black_box;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use aws_smithy_runtime_api::client::http::{HttpConnector, SharedHttpClient};
use bot::chat::ReplyStatus;
use creditdesk::config::Config;
use creditdesk::desk::Local;
use creditdesk::embedded::{ENDPOINT, Embedded, Place, connection};
use creditdesk::intercept::intercepted;
use dynoxide::Database;
use functions::store::client_for;
use jiff::{SignedDuration, Timestamp};
use runtime::clock::Clock;
use serde::de::DeserializeOwned;
use shared::kernel::id::{CallKey, Identity};
use shared::kernel::job::SHARDS;

/// The numbers of callers.
const CALLERS: [usize; 2] = [1, 8];

/// How many adds each run does.
const ADDS: usize = 1_600;

/// The least share of the store's own rate that the desk reaches, without and with its jobs.
const LEAST: [f64; 2] = [0.5, 0.3];

/// The requests of a run, in the order in which they were sent.
type Requests = Arc<Mutex<Vec<(String, Vec<u8>)>>>;

/// A client that notes every request on its way to the store.
fn recording(inner: SharedHttpClient, requests: Requests) -> SharedHttpClient {
    intercepted(inner, move |request, inner| {
        requests.lock().unwrap().push(connection::parts(&request));
        inner.call(request)
    })
}

/// A desk on the file of a directory, at a time that the bench sets.
struct Bench {
    local: Local,
    clock: Clock,
    requests: Requests,
    // Behind the desk that asks it.
    store: Embedded,
}

fn owner(caller: usize) -> Identity {
    format!("local:owner{caller}").parse().unwrap()
}

impl Bench {
    /// Opens the desk of a directory, and notes its requests only if it is to be repeated.
    fn open(directory: &Path, is_recorded: bool) -> Self {
        let store = Embedded::open(&Place::Directory(directory.to_owned())).unwrap();
        let clock = Clock::virtual_from("2026-03-02T09:00:00Z".parse::<Timestamp>().unwrap());
        let requests = Requests::default();
        let inner = store.connection().client();
        let http = if is_recorded { recording(inner, requests.clone()) } else { inner };
        let local = Local::over(client_for(ENDPOINT, http), &config(), clock.clone());
        Self { local, clock, requests, store }
    }

    async fn say(&self, by: &Identity, key: String, line: &str) {
        let said = self.local.chat().line(by, CallKey::new("bench", key), line).await;
        assert_eq!(said.status, ReplyStatus::Ok, "{line}: {}", said.view.plain());
    }

    /// A desk with prices and a client for each caller, each with an add behind it.
    async fn set_up(&self) {
        self.local.make_tables(&config()).await.unwrap();
        self.local.first_start(&config()).await.unwrap();
        let mut lines = vec![
            "/settings currency GBP".to_owned(),
            "/price set mms default 1:50.00".to_owned(),
            "/mms allow c_1".to_owned(),
        ];
        for caller in 0..CALLERS[1] {
            let name = format!("client{caller}");
            lines.push(format!("/client new {name} {name}@example.com login:{name}"));
            lines.push(format!("/client activate {name}"));
            lines.push(format!("/mms on {name}"));
        }
        for (at, line) in lines.iter().enumerate() {
            self.say(&owner(0), format!("set up {at}"), line).await;
            self.clock.advance(SignedDuration::from_mins(1));
        }
        for caller in 0..CALLERS[1] {
            let line = format!("/addcredit mms client{caller} 90000");
            let chat = self.local.chat();
            let asked = chat.line(&owner(0), CallKey::new("bench", line.clone()), &line).await;
            let (op, version) = (asked.op.clone().unwrap(), asked.asks_author().unwrap());
            let key = CallKey::new("bench", format!("yes {caller}"));
            let said = chat.confirm(&owner(0), key, op, version).await;
            assert_eq!(said.status, ReplyStatus::Ok, "{}", said.view.plain());
            self.clock.advance(SignedDuration::from_hours(1));
        }
        self.local.work().await;
    }

    /// The jobs that are due and not done.
    async fn backlog(&self) -> usize {
        let mut jobs = 0;
        for shard in 0..SHARDS {
            let due = self.local.store().jobs_due(shard, self.clock.now(), usize::MAX).await;
            jobs += due.unwrap().len();
        }
        jobs
    }

    /// Every caller adds to its own client, one add behind the other, and each of another amount.
    async fn add(&self, callers: usize) -> Duration {
        let began = Instant::now();
        let one = async |caller: usize| {
            for at in 0..ADDS / callers {
                let line = format!("/addcredit mms client{caller} {}", 500 + at);
                self.say(&owner(caller), format!("{caller} {at}"), &line).await;
                // So that no limit of a minute is reached.
                self.clock.advance(SignedDuration::from_secs(30));
            }
        };
        let all = (0..callers).map(one);
        futures_of(all).await;
        began.elapsed()
    }
}

/// Runs futures beside each other until all are over.
async fn futures_of(all: impl Iterator<Item = impl Future<Output = ()>>) {
    let mut open: Vec<_> = all.map(Box::pin).collect();
    std::future::poll_fn(|context| {
        open.retain_mut(|one| one.as_mut().poll(context).is_pending());
        if open.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
}

fn config() -> Config {
    let owners = (0..CALLERS[1]).map(owner).collect();
    Config { owners, ..Config::read(false).unwrap() }
}

/// Carries out one request without its answer's JSON.
fn carry_out(database: &Database, operation: &str, body: &[u8]) {
    fn read<T: DeserializeOwned>(body: &[u8]) -> T {
        serde_json::from_slice(body).unwrap()
    }
    match operation {
        "BatchGetItem" => drop(black_box(database.batch_get_item(read(body)).unwrap())),
        "GetItem" => drop(black_box(database.get_item(read(body)).unwrap())),
        "Query" => drop(black_box(database.query(read(body)).unwrap())),
        "TransactWriteItems" => {
            // A transaction that lost to another caller loses again.
            drop(black_box(database.transact_write_items(read(body))));
        }
        other => panic!("an add sends no {other}"),
    }
}

fn copy(from: &Path) -> tempfile::TempDir {
    let to = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            std::fs::copy(&path, to.path().join(path.file_name().unwrap())).unwrap();
        }
    }
    to
}

fn rate(took: Duration) -> f64 {
    ADDS as f64 / took.as_secs_f64()
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let base = tempfile::tempdir().unwrap();
    runtime.block_on(async { Bench::open(base.path(), false).set_up().await });
    let mut shares: Vec<f64> = Vec::new();
    for callers in CALLERS {
        let (plain, with_jobs, recorded, alone) =
            (copy(base.path()), copy(base.path()), copy(base.path()), copy(base.path()));
        let (without, backlog, jobs_took) = runtime.block_on(async {
            let bench = Bench::open(plain.path(), false);
            let without = bench.add(callers).await;
            let backlog = bench.backlog().await;
            drop(bench);
            let bench = Bench::open(with_jobs.path(), false);
            let began = Instant::now();
            bench.add(callers).await;
            bench.local.work().await;
            (without, backlog, began.elapsed())
        });
        let requests = runtime.block_on(async {
            let bench = Bench::open(recorded.path(), true);
            bench.add(callers).await;
            let requests = std::mem::take(&mut *bench.requests.lock().unwrap());
            drop(bench.store);
            requests
        });
        let database = Database::new(alone.path().join("desk.db").to_str().unwrap()).unwrap();
        let began = Instant::now();
        for (operation, body) in &requests {
            carry_out(&database, operation, body);
        }
        let store = rate(began.elapsed());
        let (desk, with_jobs) = (rate(without), rate(jobs_took));
        let requests_each = requests.len() as f64 / ADDS as f64;
        println!(
            "{callers} callers, {ADDS} adds of {requests_each:.2} requests: store alone {store:.0} adds/s; \
             desk {desk:.0} without jobs ({:.2}, backlog {backlog} jobs), {with_jobs:.0} with jobs ({:.2})",
            desk / store,
            with_jobs / store,
        );
        shares.push(desk / store / LEAST[0]);
        shares.push(with_jobs / store / LEAST[1]);
    }
    assert!(shares.iter().all(|share| *share >= 1.0), "below the least share: {shares:.2?}");
}
