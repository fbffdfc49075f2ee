//! The Lambda function `sweep`: what is done each minute, whether or not anybody asked.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::lambda::Error> {
    functions::aws::sweep_on_schedule().await
}
