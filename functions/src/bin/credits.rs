//! The Lambda function `credits`: credits and the plans about them.

use functions::entrance::CREDITS;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::lambda::Error> {
    functions::aws::answer_calls(CREDITS).await
}
