//! The composition root: the store, the functions' code, the chat over it, the workers of jobs
//! and late replies, and the HTTP front ends, in one process. Nothing is decided here.

use std::sync::Arc;
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::Client;
use axum::Router;
use bot::chat::Chat;
use bot::config::Discord as DiscordConfig;
use bot::discord::{self, DiscordState};
use bot::functions::{Answering, Functions};
use bot::handover::Handover;
use bot::outgoing::Outgoing;
use bot::slack::{self, SlackState};
use bot::worker::Tokens;
use functions::access::link::Links;
use functions::access::{self, Access};
use functions::billing::api::Api;
use functions::billing::checkout::Checkout;
use functions::billing::reconcile::Reconciler;
use functions::billing::{self, Replying, Secrets, Webhooks};
use functions::desk::Desk;
use functions::effects::Ports;
use functions::effects::announcement::announcer::Announcer;
use functions::effects::mail::mailer::Mailer;
use functions::entrance::{self, Entrance};
use functions::failure::Failure;
use functions::jobs::queue::{Hint, Queue};
use functions::jobs::{self, Worker};
use functions::reads::Readers;
use functions::setup;
use functions::store::{Store, Tables, client_for};
use functions::sweep::{self, Sweep};
use runtime::causes::Causes;
use runtime::clock::Clock;
use runtime::secret::Secret;
use shared::contract::call::{Call, Reply};
use shared::kernel::actor::ActorKind;
use shared::kernel::spec::Function;
use shared::plans::Rooms;
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::config::Config;
use crate::embedded::{ENDPOINT, Embedded, NoStore, Place};
use crate::files;
use crate::link_key;
use crate::lock::WriteLock;
use crate::store_errors::{StoreErrors, noting};
use crate::worker::{ChatWorker, Handing};

/// How often the sweep runs.
const SWEEP_EACH: Duration = Duration::from_secs(60);

/// How many jobs are worked at beside each other: a job waits for the store most of its time.
const JOBS_AT_ONCE: usize = 8;

/// How long a start waits for a store that does not answer: longer than a take-over takes.
const START_MAX: Duration = Duration::from_secs(10);

/// How soon a start is tried again.
const START_AGAIN: Duration = Duration::from_millis(50);

/// Why there is no desk.
#[derive(Debug, thiserror::Error)]
pub enum NoDesk {
    /// There is no store.
    #[error(transparent)]
    NoStore(#[from] NoStore),
    /// The store, or the way to the chat platforms, is not what a desk needs at its start.
    #[error("{said}: {why}")]
    Start {
        /// What was being done.
        said: String,
        /// What was wrong.
        why: String,
    },
}

/// The whole desk in one process.
pub struct Local {
    // Dropped in this order: nobody may ask a store that is gone.
    chat: Chat,
    client: Client,
    worker: Worker,
    sweep: Sweep,
    hints: Mutex<mpsc::UnboundedReceiver<Hint>>,
    late: Mutex<mpsc::UnboundedReceiver<Handover>>,
    handing: Handing,
    chat_worker: ChatWorker,
    billing: InProcess,
    billing_secrets: Secrets,
    links: Links,
    checkout: Checkout,
    slack: Vec<Secret>,
    discord: DiscordConfig,
    errors: StoreErrors,
    embedded: Option<Embedded>,
}

/// The functions, called in the process, one change at a time.
#[derive(Clone)]
struct InProcess {
    desk: Desk,
    lock: WriteLock,
}

impl Functions for InProcess {
    fn call<'a>(&'a self, function: Function, call: &'a Call) -> Answering<'a> {
        Box::pin(async move { Ok(self.answer(function, call.clone()).await) })
    }
}

impl InProcess {
    async fn answer(&self, function: Function, call: Call) -> Reply {
        let changes = call.ask.spec().is_write() && !call.dry_run;
        let guard = if changes { self.lock.acquire().await } else { None };
        let reply = self.desk.answer(function, call).await;
        drop(guard);
        reply
    }

    /// Sends calls of billing providers.
    fn calls(&self) -> Arc<dyn Fn(Call) -> Replying + Send + Sync> {
        let billing = self.clone();
        Arc::new(move |call: Call| -> Replying {
            let billing = billing.clone();
            Box::pin(async move { billing.answer(entrance::BILLING.function, call).await })
        })
    }
}

impl Local {
    /// Opens the desk of a place; its first start makes the tables, the root admin and the owners.
    ///
    /// # Errors
    /// [`NoDesk`], in words for the person who typed the command.
    pub async fn open(place: &Place, config: &Config) -> Result<Self, NoDesk> {
        Self::begin(Embedded::open(place)?, place, config).await
    }

    /// Opens the desk of a place where there is one; where there is none, nothing is made.
    ///
    /// # Errors
    /// [`NoDesk`], in words for the person who typed the command.
    pub async fn open_existing(place: &Place, config: &Config) -> Result<Self, NoDesk> {
        Self::begin(Embedded::open_existing(place)?, place, config).await
    }

    /// Opens the desk of a place where there is one, to read: the directory stays as it is.
    ///
    /// # Errors
    /// [`NoDesk`], in words for the person who typed the command.
    pub fn open_to_read(place: &Place, config: &Config) -> Result<Self, NoDesk> {
        Ok(Self::within(Embedded::open_to_read(place)?, place, config))
    }

    fn within(embedded: Embedded, place: &Place, config: &Config) -> Self {
        let errors = StoreErrors::default();
        let http = noting(embedded.connection().client(), errors.clone());
        let client = client_for(ENDPOINT, http);
        let mut local = Self::made(client, WriteLock::of(place), config, Clock::system());
        local.errors = errors;
        local.embedded = Some(embedded);
        local
    }

    async fn begin(embedded: Embedded, place: &Place, config: &Config) -> Result<Self, NoDesk> {
        let local = Self::within(embedded, place, &keyed(place, config)?);
        let began = Instant::now();
        while let Err(failure) = local.try_begin(config).await {
            // One process may be taking the store over from another.
            if !local.errors.is_silent() || began.elapsed() > START_MAX {
                return Err(local.no_start(&failure));
            }
            tracing::warn!(cause = %Causes(&failure), "the start is tried again");
            sleep(START_AGAIN).await;
        }
        Ok(local)
    }

    /// Makes tables, root admin and owners: each stays if it is there, so this can be repeated.
    async fn try_begin(&self, config: &Config) -> Result<(), Failure> {
        setup::create_tables(&self.client, &tables(config)).await?;
        setup::first_start(&self.worker.ports.store, &config.owners).await.map(|_| ())
    }

    /// Makes the two tables, unless they are there.
    ///
    /// # Errors
    /// The store did not make them.
    pub async fn make_tables(&self, config: &Config) -> Result<(), NoDesk> {
        let made = setup::create_tables(&self.client, &tables(config)).await;
        made.map_err(|e| self.no_start(&e))
    }

    /// The desk over a store that is already there.
    #[must_use]
    pub fn over(client: Client, config: &Config, clock: Clock) -> Self {
        Self::made(client, WriteLock::none(), config, clock)
    }

    fn made(client: Client, lock: WriteLock, config: &Config, clock: Clock) -> Self {
        let store = Store::new(client.clone(), tables(config), clock);
        let (sender, hints) = mpsc::unbounded_channel();
        let queue = Queue::Local(sender);
        let Entrance { rooms, readers, admits, .. } = entrance::BILLING;
        let mut of_billing = Desk::new(store.clone(), queue.clone(), (rooms, readers), admits);
        of_billing.budget = billing::BUDGET;
        let billing = InProcess { desk: of_billing, lock: lock.clone() };
        let api = Api::new(config.accounts.clone(), store.clock().clone());
        let checkout = Checkout { api: api.clone(), store: store.clone() };
        let call = billing.calls();
        let reconciler = Some(Reconciler { api: api.clone(), store: store.clone(), call });
        let mut sweep = Sweep::new(store.clone(), queue.clone());
        sweep.reconciler.clone_from(&reconciler);
        let all = (Rooms::ALL, Readers::ALL);
        let mut desk = Desk::new(store.clone(), queue.clone(), all, &[ActorKind::Staff]);
        desk.reconciler = reconciler;
        desk.links = config.links.clone();
        let chat = Chat::new(Arc::new(InProcess { desk, lock })).with_files(files::read);
        let chat_worker = ChatWorker {
            chat: chat.clone(),
            outgoing: Outgoing::new(config.bases.clone()),
            tokens: Tokens {
                discord: config.discord.token.clone(),
                slack: config.slack_token.clone(),
            },
        };
        let speaker = chat_worker.clone();
        let announcer = Announcer::Local(Arc::new(move |notice| {
            let speaker = speaker.clone();
            Box::pin(async move { speaker.announce(notice).await })
        }));
        let mailer = Mailer::Outbox(store.clone());
        let ports = Ports { mailer, announcer, api: Some(api), links: config.links.clone(), store };
        let worker = Worker { ports, queue };
        let (handing, late) = mpsc::unbounded_channel();
        Self {
            chat_worker,
            chat,
            client,
            worker,
            sweep,
            hints: Mutex::new(hints),
            late: Mutex::new(late),
            handing: Handing(handing),
            billing,
            billing_secrets: config.billing.clone(),
            links: config.links.clone(),
            checkout,
            slack: config.slack_secrets.clone(),
            discord: config.discord.clone(),
            errors: StoreErrors::default(),
            embedded: None,
        }
    }

    /// Makes the root admin and the owners, unless they are there.
    ///
    /// # Errors
    /// The store did not take it.
    pub async fn first_start(&self, config: &Config) -> Result<(), NoDesk> {
        let started = setup::first_start(&self.worker.ports.store, &config.owners).await;
        started.map(|_| ()).map_err(|e| self.no_start(&e))
    }

    fn no_start(&self, failure: &Failure) -> NoDesk {
        let said = format!("the desk could not start: {failure}");
        let why = self.errors.take().unwrap_or_else(|| Causes(failure).to_string());
        NoDesk::Start { said, why: why.trim_end_matches('.').to_owned() }
    }

    /// The HTTP front ends.
    pub fn router(&self) -> Router {
        slack::router(self.slack())
            .merge(discord::router(self.discord()))
            .merge(billing::router(self.webhooks()))
            .merge(access::router(Access {
                links: self.links.clone(),
                store: self.store().clone(),
                checkout: self.checkout.clone(),
            }))
            .fallback(billing::unknown)
    }

    /// What the webhooks of billing providers need.
    fn webhooks(&self) -> Webhooks {
        let clock = self.clock().clone();
        Webhooks {
            secrets: self.billing_secrets.clone(),
            now: Arc::new(move || clock.now()),
            call: self.billing.calls(),
        }
    }

    /// What Slack's front end needs.
    #[must_use]
    pub fn slack(&self) -> SlackState {
        let clock = self.clock().clone();
        SlackState {
            chat: self.chat.clone(),
            secrets: self.slack.clone(),
            now: Arc::new(move || clock.now()),
            workers: Arc::new(self.handing.clone()),
            outgoing: self.chat_worker.outgoing.clone(),
            bot_token: self.chat_worker.tokens.slack.clone(),
            budget: slack::BUDGET,
        }
    }

    /// What Discord's front end needs.
    fn discord(&self) -> DiscordState {
        let clock = self.clock().clone();
        DiscordState {
            chat: self.chat.clone(),
            workers: Arc::new(self.handing.clone()),
            keys: discord::keys(&self.discord.keys).0,
            application: self.discord.application.clone(),
            guilds: self.discord.guilds.clone(),
            now: Arc::new(move || clock.now()),
        }
    }

    /// The front ends that are off, each with why, in words.
    #[must_use]
    pub fn front_ends_off(&self) -> Vec<String> {
        let mut off = Vec::new();
        if self.slack.is_empty() {
            off.push("Slack is off: SLACK_SIGNING_SECRET is not set".to_owned());
        }
        let (keys, wrong) = discord::keys(&self.discord.keys);
        if !wrong.is_empty() {
            off.push("DISCORD_PUBLIC_KEY holds something that is no public key".to_owned());
        }
        if keys.is_empty() && wrong.is_empty() {
            off.push("Discord is off: DISCORD_PUBLIC_KEY is not set".to_owned());
        }
        off.extend(self.billing_secrets.off());
        off.extend(self.links.off());
        off
    }

    /// The chat.
    #[must_use]
    pub fn chat(&self) -> &Chat {
        &self.chat
    }

    /// The desk's clock.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        self.worker.ports.store.clock()
    }

    /// The two tables.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.worker.ports.store
    }

    /// The store's last error since this was last called, in words.
    #[must_use]
    pub fn store_error(&self) -> Option<String> {
        self.errors.take()
    }

    /// The cause of a failure in words, without a full stop: the store's own error if it has one.
    #[must_use]
    pub fn cause(&self, failure: &Failure) -> String {
        let cause = self.store_error().unwrap_or_else(|| Causes(failure).to_string());
        cause.trim_end_matches('.').to_owned()
    }

    /// Whether another process has the store open, and this one works through it.
    #[must_use]
    pub fn is_second(&self) -> bool {
        self.embedded.as_ref().is_some_and(Embedded::is_shared)
    }

    /// Carries out the jobs that are due by now, and returns when none is left.
    pub async fn work(&self) {
        let mut hints = self.hints.lock().await;
        let mut running = JoinSet::new();
        loop {
            while running.len() < JOBS_AT_ONCE
                && let Ok(hint) = hints.try_recv()
            {
                running.spawn(work_at(self.worker.clone(), hint));
            }
            if running.join_next().await.is_none() {
                return;
            }
        }
    }

    /// One sweep, and the jobs that it finds due.
    pub async fn sweep(&self) {
        self.run_sweep().await;
        self.work().await;
    }

    async fn run_sweep(&self) {
        if let Err(failure) = sweep::run(&self.sweep).await {
            tracing::warn!(cause = %Causes(&failure), "the sweep will go on in a minute");
        }
    }

    /// Carries out what was handed over because it took too long, and comes back when none is left.
    pub async fn answer_late(&self) {
        let mut late = self.late.lock().await;
        while let Ok(handover) = late.try_recv() {
            self.chat_worker.carry_out(&handover).await;
        }
    }

    /// Works at jobs as they become due, answers what took too long, and sweeps each minute. When `stop`
    /// ends, it takes no more jobs, which the next start finds, and comes back when everything that was
    /// handed over is answered.
    pub async fn keep_working(&self, stop: impl Future<Output = ()>) {
        let mut hints = self.hints.lock().await;
        let mut late = self.late.lock().await;
        let mut minute = tokio::time::interval(SWEEP_EACH);
        let (mut running, mut carried) = (JoinSet::new(), JoinSet::new());
        let mut stop = std::pin::pin!(stop);
        loop {
            tokio::select! {
                () = &mut stop => break,
                Some(_) = carried.join_next() => {}
                // In a task of its own: the one who waits for a reply does not wait for jobs.
                Some(handover) = late.recv() => {
                    let worker = self.chat_worker.clone();
                    carried.spawn(async move { worker.carry_out(&handover).await });
                }
                hint = hints.recv(), if running.len() < JOBS_AT_ONCE => match hint {
                    Some(hint) => drop(running.spawn(work_at(self.worker.clone(), hint))),
                    None => return,
                },
                Some(_) = running.join_next() => {}
                _ = minute.tick() => self.run_sweep().await,
            }
        }
        while let Ok(handover) = late.try_recv() {
            self.chat_worker.carry_out(&handover).await;
        }
        while carried.join_next().await.is_some() {}
    }
}

/// The settings with the key and the address of links that are not set.
fn keyed(place: &Place, config: &Config) -> Result<Config, NoDesk> {
    let mut config = config.at_home();
    if !config.links.has_key() {
        let key = link_key::of(place).map_err(|error| NoDesk::Start {
            said: "the key of links cannot be read".to_owned(),
            why: error.to_string(),
        })?;
        config.links = config.links.with_key(key);
    }
    Ok(config)
}

async fn work_at(worker: Worker, hint: Hint) {
    let worked = jobs::work(&worker, hint.shard, hint.due, &hint.op).await;
    if let Err(failure) = worked {
        tracing::warn!(op = %hint.op, cause = %Causes(&failure), "the sweep will find the job");
    }
}

/// The names of the tables.
#[must_use]
pub fn tables(config: &Config) -> Tables {
    Tables { ledger: config.ledger_table.clone(), desk: config.desk_table.clone() }
}
