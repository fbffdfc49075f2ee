//! The Lambda function `chat`: Slack's and Discord's requests in, calls to the other functions out.

use std::sync::Arc;
use std::time::Duration;

use bot::chat::Chat;
use bot::config::{Config, worker};
use bot::discord::{self, DiscordState};
use bot::lambda::{LambdaFunctions, LambdaWorkers};
use bot::outgoing::Outgoing;
use bot::slack::{self, BUDGET, SlackState};
use runtime::aws::Aws;
use runtime::clock::Clock;
use runtime::lambda;

/// How long the worker may take to be given something.
const HANDING: Duration = Duration::from_millis(700);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda::Error> {
    let (config, worker) =
        lambda::start(|environment| (Config::read(environment), worker(environment)))?;
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
    let aws = Aws::new(config.access);
    let workers = Arc::new(LambdaWorkers::new(&aws, worker, HANDING));
    let chat = Chat::new(Arc::new(LambdaFunctions::new(&aws, config.functions, BUDGET)));
    let clock = Clock::system();
    let now = Arc::new(move || clock.now());
    let slack = SlackState {
        chat: chat.clone(),
        secrets: config.slack,
        now: now.clone(),
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
        now,
    };
    lambda::serve(slack::router(slack).merge(discord::router(discord))).await
}
