//! The Lambda function `billing_webhook`: signed events of billing providers in, payments booked.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::lambda::Error> {
    functions::aws::take_webhooks().await
}
