//! The Lambda function `permissions`: the MMS gate, roles and staff.

use shared::decide::own;
use shared::operation::Function;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::lambda::Error> {
    functions::aws::answer_calls(Function::Permissions, own::permissions).await
}
