//! The Lambda function `invoices`: invoices, prices and settings.

use shared::kernel::spec::Function;
use shared::plans::{Rooms, rooms};

/// The rooms that this function decides.
const ROOMS: Rooms = Rooms {
    invoices: Some(rooms::INVOICES),
    pricing: Some(rooms::PRICING),
    settings: Some(rooms::SETTINGS),
    desk: Some(rooms::DESK),
    ..Rooms::NONE
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runtime::lambda::Error> {
    functions::aws::answer_calls(Function::Invoices, ROOMS).await
}
