//! The desk itself: its audit trail, its state, the caller, failed jobs, help.

pub mod help;
mod history;
pub(crate) mod jobs_failed;
mod status;
pub mod topics;
mod whoami;

use shared::desk::types::{Answer, Facts};

use crate::command::Command;
use crate::reply::Content;

/// The commands, in the order of `/help`.
pub const COMMANDS: &[&[Command]] =
    &[jobs_failed::COMMANDS, status::COMMANDS, whoami::COMMANDS, help::COMMANDS];

/// The commands that `/help` shows behind those about credits.
pub const ON_CREDITS: &[&[Command]] = &[history::COMMANDS];

/// The reply to a replayed job.
pub fn done(facts: &Facts) -> Content {
    jobs_failed::replayed(&facts.replayed)
}

/// The reply to a read about the desk.
pub fn answer(answer: &Answer) -> Option<Content> {
    match answer {
        Answer::History { lines, staff, since, cut } => {
            Some(history::content(lines, staff, *since, *cut))
        }
        Answer::Whoami { .. } => whoami::content(answer),
        Answer::Status { .. } => status::content(answer),
        Answer::Jobs { jobs } => Some(jobs_failed::content(jobs)),
    }
}
