//! The Lambda function `chat_worker`: what took longer than a platform waits, carried out and
//! delivered; and what is said in channels.

use std::sync::Arc;
use std::time::Duration;

use bot::chat::Chat;
use bot::config::Config;
use bot::lambda::LambdaFunctions;
use bot::outgoing::Outgoing;
use bot::worker::{self, NotCarried, Tokens, Work};
use lambda_runtime::{Error, LambdaEvent, service_fn};

/// How long a function may take: nobody waits at a screen any more.
const PATIENCE: Duration = Duration::from_secs(20);

#[expect(clippy::disallowed_methods, reason = "the composition root reads the environment")]
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    lambda_runtime::tracing::init_default_subscriber();
    let config = Config::read(|name| std::env::var(name).ok())?;
    let chat = Chat::new(Arc::new(LambdaFunctions::new(&config.aws, config.functions, PATIENCE)));
    let outgoing = Outgoing::new(config.bases);
    let tokens = Tokens { discord: config.discord.token, slack: config.slack_token };
    let work = async |event: LambdaEvent<Work>| -> Result<(), NotCarried> {
        match event.payload {
            Work::Late(late) => worker::carry(&chat, &outgoing, &tokens, &late).await,
            Work::Notice { notice } => worker::announce(&outgoing, &tokens, &notice).await,
        }
    };
    lambda_runtime::run(service_fn(async |event| work(event).await.map_err(Error::from))).await
}
