//! The settings of the whole desk, which only owners change.

mod bank;
mod set;
mod show;

pub use show::present;

use shared::kernel::id::OpId;
use shared::settings::types::{Bank, Facts, Settings};

use crate::command::Command;
use crate::commands::Proposed;
use crate::reply::Content;

/// The commands, in the order of `/help`.
pub const COMMANDS: &[&[Command]] = &[show::COMMANDS, set::COMMANDS, bank::COMMANDS];

/// The reply to a changed setting.
pub fn done(op: &OpId, facts: &Facts) -> Content {
    set::content(op, facts)
}

/// What a planned change would do.
pub fn proposed(facts: &Facts) -> Proposed {
    set::proposed(facts)
}

/// The reply to `/settings bank show`.
pub fn bank(bank: &Bank) -> Content {
    bank::content(bank)
}

/// The reply to `/settings show`.
pub fn answer(settings: &Settings) -> Content {
    show::content(settings)
}
