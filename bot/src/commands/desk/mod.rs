//! The desk itself: its audit trail, its state, the caller, failed jobs, help.

pub mod help;
pub(crate) mod history;
pub(crate) mod jobs_failed;
pub mod setup;
mod status;
mod tasks;
pub mod topics;
mod whoami;

use shared::desk::types::{Answer, Facts};

use crate::command::Command;
use crate::reply::{Content, Context};

/// The commands, in the order of `/help`.
pub const COMMANDS: &[&[Command]] =
    &[jobs_failed::COMMANDS, setup::COMMANDS, status::COMMANDS, whoami::COMMANDS, help::COMMANDS];

/// The commands that `/help` shows behind those about credits.
pub const ON_CREDITS: &[&[Command]] = &[history::COMMANDS];

/// The reply to a replayed job.
pub fn done(facts: &Facts) -> Content {
    jobs_failed::replayed(&facts.replayed)
}

/// The reply to a read about the desk.
pub fn answer(answer: &Answer, context: &Context<'_>) -> Option<Content> {
    match answer {
        Answer::History { .. } => history::content(answer, context),
        Answer::Whoami { .. } => whoami::content(answer),
        Answer::Status { .. } if setup::is_asked(context) => setup::content(answer),
        Answer::Status { .. } => status::content(answer),
        Answer::Jobs { jobs } => Some(jobs_failed::content(jobs)),
    }
}
