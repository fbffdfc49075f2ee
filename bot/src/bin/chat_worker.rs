//! The Lambda function `chat_worker`: what took longer than a platform waits, carried out and
//! delivered; and what is said in channels.

use std::sync::Arc;
use std::time::Duration;

use bot::chat::Chat;
use bot::config::Config;
use bot::lambda::LambdaFunctions;
use bot::outgoing::Outgoing;
use bot::worker::{self, Tokens, Work};
use runtime::aws::Aws;
use runtime::{lambda, log};

/// How long a function may take: nobody waits at a screen any more.
const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda::Error> {
    let config = lambda::start(Config::read)?;
    let aws = Aws::new(config.access);
    let chat = Chat::new(Arc::new(LambdaFunctions::new(&aws, config.functions, PATIENCE)));
    let outgoing = Outgoing::new(config.bases);
    let tokens = Tokens { discord: config.discord.token, slack: config.slack_token };
    lambda::answer_calls(async |work: Work| {
        match work {
            Work::Late(late) => {
                log::operation(&late.interaction.key.op());
                worker::carry(&chat, &outgoing, &tokens, &late).await?;
            }
            Work::Notice { notice } => {
                log::operation(&notice.op);
                worker::announce(&outgoing, &tokens, &notice).await?;
            }
        }
        Ok(())
    })
    .await
}
