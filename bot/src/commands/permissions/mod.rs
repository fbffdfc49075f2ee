//! Permissions: MMS on and off.

pub(crate) mod mms;

use shared::kernel::id::OpId;
use shared::permissions::types::Facts;

use crate::command::Command;
use crate::commands::Proposed;
use crate::reply::Content;

/// The commands, in the order of `/help`.
pub const COMMANDS: &[&[Command]] = &[mms::COMMANDS];

/// The reply to a turned switch.
pub fn done(op: &OpId, facts: &Facts) -> Content {
    mms::content(op, facts)
}

/// What a planned turn would do.
pub fn proposed(facts: &Facts) -> Proposed {
    mms::proposed(facts)
}
