//! The deployed functions: which clients each one makes, and the loop that it runs. The composition
//! root of this shell.
//!
//! Invariant: the connection to the tables is opened while the function starts, so that the first
//! call does not wait for it.

use std::sync::Arc;
use std::time::Duration;

use runtime::aws::{Aws, AwsAccess, Service};
use runtime::clock::Clock;
use runtime::lambda::{self, Error};
use runtime::log;
use serde_json::Value;
use shared::contract::Key;
use shared::contract::call::Call;
use shared::kernel::spec::Function;

use crate::access::link::Links;
use crate::access::{self, Access};
use crate::billing::api::{Accounts, Api};
use crate::billing::checkout::Checkout;
use crate::billing::reconcile::Reconciler;
use crate::billing::{self, Replying, Secrets, Webhooks};
use crate::config::{AccessConfig, Config, EffectsConfig, owners};
use crate::desk::Desk;
use crate::effects::Ports;
use crate::effects::announcement::announcer::Announcer;
use crate::effects::mail::mailer::Mailer;
use crate::entrance::{self, Entrance};
use crate::failure::Failure;
use crate::jobs::queue::{Hint, Queue};
use crate::jobs::{self, Worker};
use crate::setup;
use crate::store::{ATTEMPT_TIMEOUT, Store, Tables};
use crate::sweep::{self, Sweep};

/// How long SQS may take: a hint is best effort, and a person waits for the answer.
const QUEUE_TIMEOUT: Duration = Duration::from_millis(700);

/// How long the chat worker may take to make an announcement.
const ANNOUNCE_TIMEOUT: Duration = Duration::from_secs(15);

/// How long SES may take: a mail that was not handed over is tried again later.
const MAIL_TIMEOUT: Duration = Duration::from_secs(10);

/// Answers calls at the entrance of one function.
///
/// # Errors
/// The environment is not complete, or the runtime ended.
pub async fn answer_calls(entrance: Entrance) -> Result<(), Error> {
    let (config, links) = lambda::start(|environment| {
        (Config::read(environment, &[Service::Sqs]), Links::read(environment))
    })?;
    let (aws, store) = open(&config.access, &config.tables);
    connect(&store).await;
    let Entrance { function, rooms, readers, admits } = entrance;
    let mut desk = Desk::new(store, queue(&aws, config.queue), (rooms, readers), admits);
    desk.links = links;
    answer_at(desk, function).await
}

/// Answers calls at the entrance of a function that also asks the billing providers.
///
/// # Errors
/// As [`answer_calls`].
pub async fn answer_calls_and_reconcile(entrance: Entrance) -> Result<(), Error> {
    let (config, links, accounts) = lambda::start(|environment| {
        let config = Config::read(environment, &[Service::Sqs]);
        (config, Links::read(environment), Accounts::read(environment))
    })?;
    let (aws, store) = open(&config.access, &config.tables);
    connect(&store).await;
    let queue = queue(&aws, config.queue);
    let reconciler = reconciler(accounts, &store, &queue);
    let Entrance { function, rooms, readers, admits } = entrance;
    let mut desk = Desk::new(store, queue, (rooms, readers), admits);
    desk.links = links;
    desk.reconciler = Some(reconciler);
    answer_at(desk, function).await
}

async fn answer_at(desk: Desk, function: Function) -> Result<(), Error> {
    lambda::answer_calls(async |call: Call| {
        log::operation(&call.key.op());
        Ok(desk.answer(function, call).await)
    })
    .await
}

/// Asks the billing providers, and books what they list as what they send.
fn reconciler(accounts: Accounts, store: &Store, queue: &Queue) -> Reconciler {
    let api = Api::new(accounts, store.clock().clone());
    let call = billing_calls(store.clone(), queue.clone());
    Reconciler { api, store: store.clone(), call }
}

/// Sends calls of billing providers to a desk that admits them alone.
fn billing_calls(store: Store, queue: Queue) -> Arc<dyn Fn(Call) -> Replying + Send + Sync> {
    let Entrance { function, rooms, readers, admits } = entrance::BILLING;
    let mut desk = Desk::new(store, queue, (rooms, readers), admits);
    desk.budget = billing::BUDGET;
    Arc::new(move |call: Call| -> Replying {
        let desk = desk.clone();
        Box::pin(async move { desk.answer(function, call).await })
    })
}

/// Takes the events of billing providers.
///
/// # Errors
/// As [`answer_calls`].
pub async fn take_webhooks() -> Result<(), Error> {
    let (config, secrets) = lambda::start(|environment| {
        (Config::read(environment, &[Service::Sqs]), Secrets::read(environment))
    })?;
    if let Some(off) = secrets.off() {
        tracing::warn!("{off}");
    }
    let (aws, store) = open(&config.access, &config.tables);
    connect(&store).await;
    let clock = store.clock().clone();
    let call = billing_calls(store, queue(&aws, config.queue));
    let now = Arc::new(move || clock.now());
    lambda::serve(billing::router(Webhooks { secrets, now, call })).await
}

/// Answers what signed links open.
///
/// # Errors
/// As [`answer_calls`].
pub async fn open_links() -> Result<(), Error> {
    let AccessConfig { tables, access: aws, links, accounts } = lambda::start(AccessConfig::read)?;
    if let Some(off) = links.off() {
        tracing::warn!("{off}");
    }
    let (_, store) = open(&aws, &tables);
    connect(&store).await;
    let api = Api::new(accounts, store.clock().clone());
    let checkout = Checkout { api, store: store.clone() };
    lambda::serve(access::router(Access { links, store, checkout })).await
}

/// Works at the jobs that a queue's messages hint at.
///
/// # Errors
/// As [`answer_calls`].
pub async fn work_at_jobs() -> Result<(), Error> {
    let config = lambda::start(EffectsConfig::read)?;
    let (aws, store) = open(&config.common.access, &config.common.tables);
    connect(&store).await;
    let mailer = Mailer::Ses {
        client: aws_sdk_ses::Client::new(&aws.settings(Service::Ses, MAIL_TIMEOUT)),
        from: config.mail_from,
    };
    let announcer = match config.chat_worker {
        Some(function) => {
            let settings = aws.settings(Service::Lambda, ANNOUNCE_TIMEOUT);
            Announcer::Lambda { client: aws_sdk_lambda::Client::new(&settings), function }
        }
        None => Announcer::Nowhere,
    };
    let api = Some(Api::new(config.accounts, store.clock().clone()));
    // The sweep hints at what is due again, so that this function may send no message to itself.
    let worker = Worker {
        ports: Ports { store, mailer, announcer, api, links: config.links },
        queue: Queue::Nowhere,
    };
    lambda::work_at_messages(async |hint: Hint| {
        log::operation(&hint.op);
        let left = jobs::work(&worker, hint.shard, hint.due, &hint.op).await?;
        tracing::info!(?left, "worked at a job");
        Ok::<(), Failure>(())
    })
    .await
}

/// Runs the sweep whenever it is scheduled. Where owners are named, it begins the desk.
///
/// # Errors
/// As [`answer_calls`]; or the desk has not begun, and could not.
pub async fn sweep_on_schedule() -> Result<(), Error> {
    let (config, owners, accounts) = lambda::start(|environment| {
        let config = Config::read(environment, &[Service::Sqs]);
        (config, owners(environment), Accounts::read(environment))
    })?;
    let (aws, store) = open(&config.access, &config.tables);
    if owners.is_empty() {
        connect(&store).await;
    } else {
        // An environment lives for hours: one that went on without owners would leave the desk
        // without them for as long. The next one tries again.
        let begun = setup::first_start(&store, &owners).await;
        begun.map_err(|failure| Error::from(failure.logged().reference))?;
    }
    let queue = queue(&aws, config.queue);
    let mut sweep = Sweep::new(store.clone(), queue.clone());
    sweep.reconciler = Some(reconciler(accounts, &store, &queue));
    lambda::answer_calls(async |_: Value| match sweep::run(&sweep).await {
        Ok(report) => {
            tracing::info!(report = serde_json::to_string(&report)?, "swept");
            Ok(report)
        }
        Err(failure) => Err(Error::from(failure.logged().reference)),
    })
    .await
}

fn open(access: &AwsAccess, tables: &Tables) -> (Aws, Store) {
    let aws = Aws::new(access.clone());
    let settings = aws.settings(Service::DynamoDb, ATTEMPT_TIMEOUT);
    let client = aws_sdk_dynamodb::Client::new(&settings);
    let store = Store::new(client, tables.clone(), Clock::system());
    (aws, store)
}

/// Opens the connection that the first call uses. A call reports its own failures.
async fn connect(store: &Store) {
    if let Err(failure) = store.image(&[Key::Settings]).await {
        let _ = failure.logged();
    }
}

fn queue(aws: &Aws, url: String) -> Queue {
    let client = aws_sdk_sqs::Client::new(&aws.settings(Service::Sqs, QUEUE_TIMEOUT));
    Queue::Sqs { client, url }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::{TcpListener, TcpStream};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use runtime::environment::read_from;

    use super::*;

    /// The shortest time after which AWS closes an unused connection.
    const AWS_CLOSES_AFTER: Duration = Duration::from_secs(20);

    /// Answers each request of a connection with an empty object.
    fn answer(mut stream: TcpStream) {
        let mut request = [0; 8192];
        while stream.read(&mut request).is_ok_and(|length| length > 0) {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").unwrap();
        }
    }

    #[tokio::test]
    async fn unused_connection_is_left_before_aws_closes_it() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let connections = Arc::new(AtomicUsize::new(0));
        let count = connections.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                count.fetch_add(1, Ordering::SeqCst);
                std::thread::spawn(|| answer(stream.unwrap()));
            }
        });
        let variable = |name: &str| match name {
            "AWS_ENDPOINT_URL" => Some(url.clone()),
            "AWS_REGION" | "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => Some("x".to_owned()),
            _ => None,
        };
        let access =
            read_from(&variable, |environment| AwsAccess::read(environment, &[Service::DynamoDb]));
        let aws = Aws::new(access.unwrap());
        let settings = aws.settings(Service::DynamoDb, ATTEMPT_TIMEOUT);
        let client = aws_sdk_dynamodb::Client::new(&settings);

        for (pause, expected) in
            [(Duration::ZERO, 1), (Duration::ZERO, 1), (AWS_CLOSES_AFTER * 6 / 10, 2)]
        {
            tokio::time::sleep(pause).await;
            client.list_tables().send().await.unwrap();
            assert_eq!(connections.load(Ordering::SeqCst), expected, "after {pause:?}");
        }
    }
}
