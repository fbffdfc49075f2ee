//! The Lambda function `permissions`: the MMS gate, roles and staff.

use shared::kernel::spec::Function;
use shared::plans::{Rooms, rooms};

/// The rooms that this function decides.
const ROOMS: Rooms = Rooms {
    permissions: Some(rooms::PERMISSIONS),
    staff: Some(rooms::STAFF),
    desk: Some(rooms::DESK),
    ..Rooms::NONE
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::lambda::Error> {
    functions::aws::answer_calls(Function::Permissions, ROOMS).await
}
