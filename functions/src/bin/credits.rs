//! The Lambda function `credits`: credits and the plans about them.

use shared::decide::own;
use shared::operation::Function;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::lambda::Error> {
    functions::aws::answer_calls(Function::Credits, own::credits).await
}
