//! The Lambda function `invoices`: invoices, prices and settings.

use shared::decide::own;
use shared::operation::Function;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::lambda::Error> {
    functions::aws::answer_calls(Function::Invoices, own::invoices).await
}
