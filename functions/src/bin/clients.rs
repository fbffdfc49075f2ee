//! The Lambda function `clients`: making, finding, changing and listing clients.

use functions::entrance::CLIENTS;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::lambda::Error> {
    functions::aws::answer_calls(CLIENTS).await
}
