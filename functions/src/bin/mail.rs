//! The Lambda function `mail`: does what jobs say, when the queue hints at them.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::lambda::Error> {
    functions::aws::work_at_jobs().await
}
