//! The Lambda function `clients`: making, finding, changing and listing clients.

use shared::kernel::spec::Function;
use shared::plans::{Rooms, rooms};

/// The rooms that this function decides.
const ROOMS: Rooms = Rooms { clients: Some(rooms::CLIENTS), ..Rooms::NONE };

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::lambda::Error> {
    functions::aws::answer_calls(Function::Clients, ROOMS).await
}
