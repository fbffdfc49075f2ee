//! The Lambda function `permissions`: the MMS gate, roles and staff.

use functions::entrance::PERMISSIONS;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::lambda::Error> {
    functions::aws::answer_calls(PERMISSIONS).await
}
