//! Prices: shown and set.

mod set;
mod show;

use shared::kernel::id::OpId;
use shared::pricing::types::PriceLists;

use crate::command::Command;
use crate::commands::Proposed;
use crate::reply::Content;

/// The commands, in the order of `/help`.
pub const COMMANDS: &[&[Command]] = &[show::COMMANDS, set::COMMANDS];

/// The reply to a new price list.
pub fn done(op: &OpId, lists: &PriceLists) -> Content {
    set::content(op, lists)
}

/// What a planned price list would do.
pub fn proposed(lists: &PriceLists) -> Proposed {
    set::proposed(lists)
}

/// The reply to `/price show`.
pub fn answer(lists: &PriceLists) -> Content {
    show::content(lists)
}
