//! The Lambda function `credits`: credits and the plans about them.

use shared::kernel::spec::Function;
use shared::plans::{Rooms, rooms};

/// The rooms that this function decides.
const ROOMS: Rooms =
    Rooms { credits: Some(rooms::CREDITS), desk: Some(rooms::DESK), ..Rooms::NONE };

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::lambda::Error> {
    functions::aws::answer_calls(Function::Credits, ROOMS).await
}
