//! A whole desk for one test: the real store in memory, the real functions, chat and HTTP, a clock
//! that the test sets. When the test ends its books are proved and its jobs have to be done; there
//! is no other way to get a world, so no test can forget it.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use aws_smithy_runtime_api::client::http::SharedHttpClient;
use bot::chat::ChatReply;
use bot::conversation::Conversation;
use creditdesk::config::Config;
use creditdesk::desk::Local;
use creditdesk::embedded::{ENDPOINT, Embedded};
use creditdesk::say;
use dynoxide::Database;
use functions::access::link::Links;
use functions::books;
use functions::effects::mail::mailer::{self, Sent};
use functions::store::client_for;
use jiff::{SignedDuration, Timestamp};
use runtime::clock::Clock;
use runtime::secret::Secret;
use serde_json::Value;
use shared::kernel::id::{CallKey, ClientId, Identity};

use crate::discord::Discord;
use crate::http::{self, Response};
use crate::outage::Way;
use crate::provider::Providers;
use crate::slack::{self, fake::Slack};

/// A Monday morning in London, in winter time.
pub const MONDAY: &str = "2026-11-23T10:00:00Z";

/// How the desk of most tests begins, thirty days before its test: prices, staff of every role, and
/// a few clients. ACME has had credits of both kinds, so that an ordinary add asks nothing.
pub const BEGINNING: &[(&str, &str)] = &[
    ("owner", "/settings currency GBP"),
    ("owner", "/settings zone Europe/London"),
    ("owner", "/settings seller Brightline Messaging Ltd"),
    ("owner", "/settings tax 20%"),
    ("owner", "/price set sms default 1:40.00 10000:35.00"),
    ("owner", "/price set mms default 1:50.00 10000:45.00"),
    ("owner", "/role grant local:dana support Dana"),
    ("owner", "/role grant local:bill billing Bill"),
    ("owner", "/role grant local:mona manager Mona"),
    ("owner", "/role grant local:ann auditor Ann"),
    ("owner", "/role grant slack:T1:U7 support Sam"),
    ("owner", "/mms allow c_1"),
    ("owner", "/client new ACME Ltd ops@acme.example login:acme town:Leeds"),
    ("owner", "/client new Acme Mobile desk@acme-mobile.example login:acme-mobile town:Bristol"),
    ("owner", "/client new Northern Bulk bulk@northern.example login:northern class:reseller"),
    ("owner", "/client new Quayside Taxi cabs@quayside.example login:quayside parent:northern"),
    ("owner", "/client new Birch Bakery hello@birch.example login:birch town:York"),
    ("owner", "/client activate acme"),
    ("owner", "/client activate acme-mobile"),
    ("owner", "/client activate northern"),
    ("owner", "/client activate quayside"),
    ("owner", "/mms on acme"),
    ("owner", "/addcredit sms acme 2000 paid:BACS-1"),
    ("owner", "/addcredit mms acme 400 paid:BACS-2"),
    ("owner", "/addcredit sms northern 9000 paid:BACS-3"),
];

/// The number of a test's first line; those of the beginning are below.
const FIRST_KEY: u64 = 1_000;

/// A desk of its own.
pub struct World {
    /// The desk.
    pub local: Local,
    /// The way to the store, which a test may break.
    pub way: Way,
    keys: AtomicU64,
    ops: Mutex<Vec<String>>,
    /// What each person was asked last: a line is typed in that person's own terminal.
    talks: tokio::sync::Mutex<BTreeMap<String, Conversation>>,
    http: tokio::sync::OnceCell<SocketAddr>,
    /// The tables, behind the desk's back.
    pub database: Database,
    _embedded: Embedded,
}

impl World {
    /// Runs a test on a desk with clients, and proves the desk afterwards.
    pub fn run(test: impl AsyncFnOnce(&World)) {
        Self::run_on(BEGINNING, test);
    }

    /// Runs a test on a desk that has just been made, and proves the desk afterwards.
    pub fn run_new(test: impl AsyncFnOnce(&World)) {
        Self::run_on(&[], test);
    }

    /// Runs a test on a desk with clients that a Discord is connected to, and proves the desk
    /// afterwards.
    pub fn run_on_discord(test: impl AsyncFnOnce(&World, &Discord)) {
        let begun = Self::begun(BEGINNING);
        runtime().block_on(async {
            let discord = Discord::start().await;
            let world = Self::over(begun, FIRST_KEY, &discord.known(config())).await;
            discord.staff(&world).await;
            test(&world, &discord).await;
            world.prove().await;
        });
    }

    /// Runs a test on a desk with clients that a Slack is connected to, and proves both
    /// afterwards.
    pub fn run_on_slack(test: impl AsyncFnOnce(&World, &Slack)) {
        let begun = Self::begun(BEGINNING);
        runtime().block_on(async {
            let slack = Slack::start().await;
            let world = Self::over(begun, FIRST_KEY, &slack.known(config())).await;
            test(&world, &slack).await;
            slack.prove();
            world.prove().await;
        });
    }

    /// Runs a test on a desk with a beginning of its own that both a Discord and a Slack are
    /// connected to, and proves all of them afterwards.
    pub fn run_on_all(
        beginning: &[(&str, &str)],
        test: impl AsyncFnOnce(&World, &Discord, &Slack),
    ) {
        let begun = Self::begun(beginning);
        runtime().block_on(async {
            let (discord, slack) = (Discord::start().await, Slack::start().await);
            let known = slack.known(discord.known(config()));
            let world = Self::over(begun, FIRST_KEY, &known).await;
            test(&world, &discord, &slack).await;
            slack.prove();
            world.prove().await;
        });
    }

    /// Runs a test on a desk with clients that has accounts at Stripe and Paystack, and proves the desk
    /// afterwards.
    pub fn run_with_providers(test: impl AsyncFnOnce(&World, &Providers)) {
        Self::run_with_providers_on(BEGINNING, test);
    }

    /// As [`World::run_with_providers`], with a beginning of its own.
    pub fn run_with_providers_on(
        beginning: &[(&str, &str)],
        test: impl AsyncFnOnce(&World, &Providers),
    ) {
        let begun = Self::begun(beginning);
        runtime().block_on(async {
            let providers = Providers::start().await;
            let world = Self::over(begun, FIRST_KEY, &providers.known(config())).await;
            test(&world, &providers).await;
            world.prove().await;
        });
    }

    fn run_on(beginning: &[(&str, &str)], test: impl AsyncFnOnce(&World)) {
        let begun = Self::begun(beginning);
        runtime().block_on(async {
            let world = Self::over(begun, FIRST_KEY, &config()).await;
            test(&world).await;
            world.prove().await;
        });
    }

    /// A new store in memory, at a beginning. Each beginning is gone through once and copied.
    fn begun(beginning: &[(&str, &str)]) -> Database {
        static BEGUN: Mutex<BTreeMap<String, Vec<u8>>> = Mutex::new(BTreeMap::new());
        let folder = tempfile::tempdir().unwrap();
        let copy = folder.path().join("begun.db");
        let path = copy.to_str().unwrap();
        let mut begun = BEGUN.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes = begun.entry(format!("{beginning:?}")).or_insert_with(|| {
            let original = Database::memory().unwrap();
            let served = original.clone();
            runtime()
                .block_on(async { Self::over(served, 0, &config()).await.begin(beginning).await });
            original.vacuum_into(path).unwrap();
            std::fs::read(path).unwrap()
        });
        std::fs::write(path, bytes).unwrap();
        let database = Database::memory().unwrap();
        database.restore_from(path).unwrap();
        database
    }

    async fn over(database: Database, first_key: u64, config: &Config) -> Self {
        let embedded = Embedded::over(database.clone()).unwrap();
        let way = Way::over(embedded.connection().client());
        let client = client_for(ENDPOINT, SharedHttpClient::new(way.clone()));
        let clock = Clock::virtual_from(MONDAY.parse().unwrap());
        let local = Local::over(client, config, clock);
        local.make_tables(config).await.unwrap();
        local.first_start(config).await.unwrap();
        Self {
            local,
            way,
            keys: AtomicU64::new(first_key),
            ops: Mutex::default(),
            talks: tokio::sync::Mutex::default(),
            http: tokio::sync::OnceCell::new(),
            database,
            _embedded: embedded,
        }
    }

    async fn begin(self, lines: &[(&str, &str)]) {
        if lines.is_empty() {
            return;
        }
        self.passes(SignedDuration::from_hours(-30 * 24));
        for (who, line) in lines {
            let said = self.said_yes(&format!("local:{who}"), line).await;
            assert_eq!(said.status.word(), "ok", "{line}: {}", said.view.plain());
        }
        self.local.work().await;
        self.local.clock().advance(self.until_morning());
        self.local.sweep().await;
    }

    fn until_morning(&self) -> SignedDuration {
        MONDAY.parse::<Timestamp>().unwrap().duration_since(self.local.clock().now())
    }

    /// Lets time pass.
    pub fn passes(&self, by: SignedDuration) {
        self.local.clock().advance(by);
    }

    /// What the desk replies to its owner, as plain text.
    pub async fn says(&self, line: &str) -> String {
        self.says_as("local:owner", line).await
    }

    /// What the desk replies to somebody, as plain text.
    pub async fn says_as(&self, who: &str, line: &str) -> String {
        self.numbered(&self.said_as(who, line).await.view.plain())
    }

    /// A text with its operation ids as `op_1`, `op_2` …, in the order in which this test saw them:
    /// they are hashes, and would hide what a reply says.
    pub fn numbered(&self, text: &str) -> String {
        numbered(&mut self.ops.lock().unwrap(), text)
    }

    /// A reply to the owner as scripts get it.
    pub async fn json(&self, line: &str) -> Value {
        self.json_as("local:owner", line).await
    }

    /// A reply to somebody as scripts get it.
    pub async fn json_as(&self, who: &str, line: &str) -> Value {
        say::object(&self.said_as(who, line).await)
    }

    /// A reply to somebody, under a key of its own.
    pub async fn said_as(&self, who: &str, line: &str) -> ChatReply {
        let key = self.keys.fetch_add(1, Ordering::Relaxed);
        self.said_under(&format!("line-{key}"), who, line).await
    }

    /// A reply to somebody, under a given key.
    pub async fn said_under(&self, key: &str, who: &str, line: &str) -> ChatReply {
        let talks = self.talks.lock().await;
        let mut talk = talks.get(who).cloned().unwrap_or_default();
        drop(talks);
        let key = CallKey::new("local", key);
        let said = say::answered(self.local.chat(), &identity(who), &mut talk, key, line).await;
        self.talks.lock().await.insert(who.to_owned(), talk);
        self.local.work().await;
        said
    }

    /// A reply to somebody who confirms what asks for it.
    pub async fn said_yes(&self, who: &str, line: &str) -> ChatReply {
        let said = self.said_as(who, line).await;
        let said = say::confirmed(&self.local, &identity(who), said).await;
        self.local.work().await;
        said
    }

    /// Says a line, confirms what asks for it, and expects it to be done.
    pub async fn does(&self, line: &str) -> Value {
        self.does_as("local:owner", line).await
    }

    /// As [`World::does`], by somebody.
    pub async fn does_as(&self, who: &str, line: &str) -> Value {
        let said = self.said_yes(who, line).await;
        assert_eq!(said.status.word(), "ok", "{line}: {}", said.view.plain());
        say::object(&said)
    }

    /// A client's spendable credits: SMS, MMS.
    pub async fn balance(&self, client: &str) -> (u64, u64) {
        let said = self.json(&format!("/balance {client}")).await;
        let of = |kind: &str| said["data"][kind]["spendable"].as_u64().unwrap();
        (of("sms"), of("mms"))
    }

    /// What was sent so far, after what is due was done.
    pub async fn outbox(&self) -> Vec<Sent> {
        self.local.sweep().await;
        mailer::outbox(self.local.store()).await.unwrap()
    }

    /// The address of the desk's HTTP server.
    pub async fn address(&self) -> SocketAddr {
        let serve = async || {
            let bound = creditdesk::serve::bind(0).await.unwrap();
            let address = bound.address();
            tokio::spawn(bound.serve(self.local.router(), std::future::pending()));
            address
        };
        *self.http.get_or_init(serve).await
    }

    /// Posts a slash command to the real router, signed like Slack signs it, by `U7` of `T1`.
    pub async fn slack(&self, trigger: &str, command: &str, text: &str) -> Response {
        let body = slack::command("T1", "U7", trigger, command, text);
        let now = self.local.clock().now().as_second();
        let headers = slack::headers(slack::SECRET, now, body.as_bytes());
        self.post("/slack/commands", &headers, body.as_bytes()).await
    }

    /// Posts anything.
    pub async fn post(&self, path: &str, headers: &[(String, String)], body: &[u8]) -> Response {
        http::send(self.address().await, "POST", path, headers, body).await
    }

    /// Gets a page of the desk by its link.
    pub async fn open(&self, link: &str) -> Response {
        let path = link.strip_prefix("https://desk.example").unwrap_or(link);
        http::send(self.address().await, "GET", path, &[], b"").await
    }

    /// Presses the button of a page behind a link.
    pub async fn press(&self, link: &str) -> Response {
        let path = link.strip_prefix("https://desk.example").unwrap_or(link);
        self.post(path, &[], b"").await
    }

    /// Whatever the proof of all books names, as `<client>: <sentence>`.
    pub async fn mismatches(&self) -> Vec<String> {
        let report = books::verify(self.local.store(), |_, _| {}).await.unwrap();
        let named =
            |client: Option<ClientId>| client.map_or_else(|| "desk".to_owned(), |c| c.to_string());
        report
            .mismatches
            .iter()
            .map(|wrong| format!("{}: {}", named(wrong.client), wrong.what))
            .collect()
    }

    /// The books prove, and every job that was due is done.
    async fn prove(&self) {
        self.passes(SignedDuration::from_mins(15));
        self.local.sweep().await;
        let failed = self.local.store().jobs_failed().await.unwrap().records;
        assert!(failed.is_empty(), "jobs failed: {failed:?}");
        assert_eq!(self.mismatches().await, Vec::<String>::new(), "the books are wrong");
        let now = self.local.clock().now();
        for shard in 0..shared::kernel::job::SHARDS {
            let due = self.local.store().jobs_due(shard, now, 10).await.unwrap();
            assert!(due.is_empty(), "jobs are due and not done: {due:?}");
        }
    }
}

/// A text with its operation ids by their place among those that were seen before it.
pub fn numbered(seen: &mut Vec<String>, text: &str) -> String {
    let mut parts = text.split("op_");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let id: String = part.chars().take_while(char::is_ascii_alphanumeric).collect();
        if id.len() != 16 {
            out.push_str(&format!("op_{part}"));
            continue;
        }
        let known = seen.iter().position(|other| *other == id).unwrap_or_else(|| {
            seen.push(id.clone());
            seen.len() - 1
        });
        out.push_str(&format!("op_{}{}", known + 1, &part[id.len()..]));
    }
    out
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// What the environment says in tests.
pub fn config() -> Config {
    Config {
        owners: vec![identity("local:owner")],
        ledger_table: "ledger".to_owned(),
        desk_table: "desk".to_owned(),
        billing: crate::billing::secrets(),
        accounts: functions::billing::api::Accounts::default(),
        links: links(),
        slack_secrets: vec![Secret::new(slack::SECRET)],
        discord: bot::config::Discord::default(),
        bases: bot::outgoing::Bases::default(),
        slack_token: None,
        no_color: true,
        is_dumb: false,
        log: "error".to_owned(),
    }
}

/// Links with a key of the tests.
pub fn links() -> Links {
    let key = Secret::new("a key of tests, and of nothing else");
    Links::new(vec![key], Some("https://desk.example".to_owned()))
}

/// An identity.
pub fn identity(text: &str) -> Identity {
    text.parse().unwrap()
}
