//! The Lambda function `access`: the pages behind signed links.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::lambda::Error> {
    functions::aws::open_links().await
}
