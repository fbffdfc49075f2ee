//! The Lambda function `invoices`: invoices, payments, prices and settings.

use functions::entrance::INVOICES;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::lambda::Error> {
    functions::aws::answer_calls_and_reconcile(INVOICES).await
}
