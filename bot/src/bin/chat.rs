//! The Lambda function `chat`: Slack's commands in, calls to the other functions out.

use std::sync::Arc;

use bot::chat::Chat;
use bot::config::Config;
use bot::lambda::LambdaFunctions;
use bot::slack::{BUDGET, SlackState, router};

#[expect(clippy::disallowed_methods, reason = "the composition root reads environment and time")]
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    lambda_http::tracing::init_default_subscriber();
    let config = Config::read(|name| std::env::var(name).ok())?;
    if config.slack.is_empty() {
        lambda_http::tracing::warn!("Slack is off: SLACK_SIGNING_SECRET is not set");
    }
    let functions = LambdaFunctions::new(&config.aws, config.functions, BUDGET);
    let state = SlackState {
        chat: Chat::new(Arc::new(functions)),
        secrets: config.slack,
        now: Arc::new(jiff::Timestamp::now),
    };
    lambda_http::run(router(state)).await
}
