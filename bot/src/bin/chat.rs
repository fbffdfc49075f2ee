//! The Lambda function `chat`: Slack's and Discord's requests in, calls to the other functions out.

use std::sync::Arc;
use std::time::Duration;

use bot::chat::Chat;
use bot::config::Config;
use bot::discord::{self, DiscordState};
use bot::lambda::{LambdaFunctions, LambdaWorkers, at_its_route};
use bot::outgoing::Outgoing;
use bot::slack::{self, BUDGET, SlackState};
use lambda_http::tower::ServiceExt;
use lambda_http::tracing;

/// How long the worker may take to be given something.
const HANDING: Duration = Duration::from_millis(700);

#[expect(clippy::disallowed_methods, reason = "the composition root reads environment and time")]
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    tracing::init_default_subscriber();
    let config = Config::read(|name| std::env::var(name).ok())?;
    if config.slack.is_empty() {
        tracing::warn!("Slack is off: SLACK_SIGNING_SECRET is not set");
    }
    let (keys, wrong) = discord::keys(&config.discord.keys);
    if !wrong.is_empty() {
        tracing::error!("DISCORD_PUBLIC_KEY holds something that is no public key");
    }
    if keys.is_empty() {
        tracing::warn!("Discord is off: DISCORD_PUBLIC_KEY is not set");
    }
    let worker = config.worker.ok_or("missing in the environment: CHAT_WORKER_FUNCTION")?;
    let workers = Arc::new(LambdaWorkers::new(&config.aws, worker, HANDING));
    let chat = Chat::new(Arc::new(LambdaFunctions::new(&config.aws, config.functions, BUDGET)));
    let slack = SlackState {
        chat: chat.clone(),
        secrets: config.slack,
        now: Arc::new(jiff::Timestamp::now),
        workers: workers.clone(),
        outgoing: Outgoing::new(config.bases),
        bot_token: config.slack_token,
        budget: BUDGET,
    };
    let discord = DiscordState {
        chat,
        workers,
        keys,
        application: config.discord.application,
        guilds: config.discord.guilds,
        now: Arc::new(jiff::Timestamp::now),
    };
    let desk = slack::router(slack).merge(discord::router(discord));
    lambda_http::run(desk.map_request(at_its_route)).await
}
