//! The Lambda function `invoices`: invoices, prices and settings.

use shared::operation::Function;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    functions::aws::answer_calls(Function::Invoices).await
}
