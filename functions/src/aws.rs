//! What only the deployed functions need: the SDK's clients, made by hand from the environment, and
//! the loops that the binaries are. The composition root of this shell.
//!
//! All services share one HTTP client. The connection to the tables is opened while the function
//! starts, so that the first call does not wait for it.

use std::time::Duration;

use aws_sdk_dynamodb::config::{Credentials, Region, SharedHttpClient};
use aws_smithy_http_client::tls::{self, rustls_provider::CryptoMode};
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::decide::Own;
use shared::operation::{Call, Function};
use shared::record::Key;

use crate::clock::Clock;
use crate::config::{Config, Logging, Needs};
use crate::desk::Desk;
use crate::effects::Ports;
use crate::effects::announcement::announcer::Announcer;
use crate::effects::mail::mailer::Mailer;
use crate::failure::Causes;
use crate::jobs::queue::{Hint, Queue};
use crate::jobs::{self, Worker};
use crate::log;
use crate::setup;
use crate::store::{self, Store};
use crate::sweep::{self, Sweep};

/// How long SQS may take: a hint is best effort, and somebody waits for the answer.
const QUEUE_TIMEOUT: Duration = Duration::from_millis(700);

/// How long the chat worker may take to make an announcement.
const ANNOUNCE_TIMEOUT: Duration = Duration::from_secs(15);

/// How long SES may take: a mail that was not handed over is tried again later.
const MAIL_TIMEOUT: Duration = Duration::from_secs(10);

/// Answers calls as one function, with what it decides of its own, until the environment ends.
///
/// # Errors
/// The environment is not complete, or the runtime ended.
pub async fn answer_calls(function: Function, own: Own) -> Result<(), Error> {
    let aws = Aws::from_env(Needs::Calls)?;
    aws.connect().await;
    let desk = Desk::new(aws.store.clone(), aws.queue(), own);
    // As plain values, like all records: the runtime would compile every ask and every answer a
    // second time, for its own reader.
    let answer = |event: LambdaEvent<Value>| async {
        let call: Call = serde_json::from_value(event.payload)?;
        Ok::<Value, Error>(serde_json::to_value(desk.answer(function, call).await)?)
    };
    lambda_runtime::run(service_fn(answer)).await
}

/// Works at the jobs that a queue's messages hint at, until the environment ends.
///
/// # Errors
/// As [`answer_calls`].
pub async fn work_at_jobs() -> Result<(), Error> {
    let aws = Aws::from_env(Needs::Mail)?;
    aws.connect().await;
    // What is due again is left to the sweep, so that this function may send no message to itself.
    let ports =
        Ports { store: aws.store.clone(), mailer: aws.mailer()?, announcer: aws.announcer() };
    let worker = Worker { ports, queue: Queue::Nowhere };
    let work = |event: LambdaEvent<Messages>| async {
        let mut left = BatchLeft::default();
        for message in event.payload.records {
            if let Err(why) = work_at(&worker, &message.body).await {
                tracing::error!(message = message.message_id, why, "a hint goes back to its queue");
                left.batch_item_failures.push(MessageLeft { item_identifier: message.message_id });
            }
        }
        Ok::<BatchLeft, Error>(left)
    };
    lambda_runtime::run(service_fn(work)).await
}

async fn work_at(worker: &Worker, body: &str) -> Result<(), String> {
    let hint: Hint = serde_json::from_str(body).map_err(|e| format!("it is no hint: {e}"))?;
    let left = jobs::work(worker, hint.shard, hint.due, &hint.op).await;
    let left = left.map_err(|failure| format!("{failure}: {}", Causes(&failure)))?;
    tracing::info!(op = %hint.op, ?left, "worked at a job");
    Ok(())
}

/// Runs the sweep whenever the schedule says so, until the environment ends. Where
/// owners are named, it begins the desk.
///
/// # Errors
/// As [`answer_calls`]; or the desk has not begun, and could not.
pub async fn sweep_on_schedule() -> Result<(), Error> {
    let aws = Aws::from_env(Needs::Calls)?;
    if aws.config.owners.is_empty() {
        aws.connect().await;
    } else {
        // An environment lives for hours: one that went on without owners would leave the desk
        // without them for as long. The next one tries again.
        let begun = setup::first_start(&aws.store, &aws.config.owners).await;
        begun.map_err(|failure| Error::from(failure.logged().reference))?;
    }
    let sweep = Sweep::new(aws.store.clone(), aws.queue());
    let run = |_: LambdaEvent<Value>| async {
        match sweep::run(&sweep).await {
            Ok(report) => {
                tracing::info!(report = serde_json::to_string(&report)?, "swept");
                Ok(report)
            }
            Err(failure) => Err(Error::from(failure.logged().reference)),
        }
    };
    lambda_runtime::run(service_fn(run)).await
}

/// An SQS event, as far as it is read.
#[derive(Debug, Deserialize)]
struct Messages {
    #[serde(rename = "Records")]
    records: Vec<Message>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    message_id: String,
    body: String,
}

/// Which messages go back to their queue.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct BatchLeft {
    batch_item_failures: Vec<MessageLeft>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct MessageLeft {
    item_identifier: String,
}

struct Aws {
    config: Config,
    settings: SdkConfig,
    store: Store,
}

impl Aws {
    fn from_env(needs: Needs) -> Result<Self, Error> {
        log::begin(&Logging::from_env());
        let config = Config::from_env(needs).inspect_err(|missing| tracing::error!("{missing}"))?;
        let region = Region::new(config.region.clone());
        let settings = store::settings(http(&config), region, credentials(&config));
        let client = store::client(&settings, config.endpoints.dynamodb.clone());
        let store = Store::new(client, config.tables.clone(), Clock::system());
        Ok(Self { config, settings, store })
    }

    /// Opens the connection that the first call uses. Calls say themselves what fails.
    async fn connect(&self) {
        if let Err(failure) = self.store.read(&[Key::Settings]).await {
            let _ = failure.logged();
        }
    }

    fn queue(&self) -> Queue {
        let mut settings = aws_sdk_sqs::config::Builder::from(&self.settings)
            .timeout_config(within(QUEUE_TIMEOUT));
        settings.set_endpoint_url(self.config.endpoints.sqs.clone());
        let client = aws_sdk_sqs::Client::from_conf(settings.build());
        Queue::Sqs { client, url: self.config.queue_url.clone() }
    }

    fn announcer(&self) -> Announcer {
        let Some(function) = self.config.chat_worker.clone() else { return Announcer::Nowhere };
        let mut settings = aws_sdk_lambda::config::Builder::from(&self.settings)
            .timeout_config(within(ANNOUNCE_TIMEOUT));
        settings.set_endpoint_url(self.config.endpoints.lambda.clone());
        Announcer::Lambda { client: aws_sdk_lambda::Client::from_conf(settings.build()), function }
    }

    /// Whoever sends mail says from which address.
    fn mailer(&self) -> Result<Mailer, Error> {
        let from = self.config.mail_from.clone().ok_or("MAIL_FROM is not set")?;
        let mut settings =
            aws_sdk_ses::config::Builder::from(&self.settings).timeout_config(within(MAIL_TIMEOUT));
        settings.set_endpoint_url(self.config.endpoints.ses.clone());
        Ok(Mailer::Ses { client: aws_sdk_ses::Client::from_conf(settings.build()), from })
    }
}

/// The one HTTP client. Without a service behind TLS it needs none, nor the machine's certificates.
fn http(config: &Config) -> SharedHttpClient {
    let of = &config.endpoints;
    let mut endpoints = vec![&of.dynamodb, &of.ses, &of.sqs];
    endpoints.extend(config.chat_worker.is_some().then_some(&of.lambda));
    let plain = |url: &&Option<String>| url.as_deref().is_some_and(|u| u.starts_with("http://"));
    if endpoints.iter().all(plain) {
        aws_smithy_http_client::Builder::new().build_http()
    } else {
        let provider = tls::Provider::Rustls(CryptoMode::Ring);
        aws_smithy_http_client::Builder::new().tls_provider(provider).build_https()
    }
}

fn credentials(config: &Config) -> Credentials {
    let own = &config.credentials;
    Credentials::new(&own.key_id, &own.secret, own.session.clone(), None, "environment")
}

fn within(timeout: Duration) -> TimeoutConfig {
    TimeoutConfig::builder().operation_attempt_timeout(timeout).build()
}
