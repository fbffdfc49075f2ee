//! The Lambda function `clients`: making, finding, changing and listing clients.

use shared::decide::own;
use shared::operation::Function;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::lambda::Error> {
    functions::aws::answer_calls(Function::Clients, own::clients).await
}
