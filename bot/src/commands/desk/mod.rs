//! The desk itself: its audit trail, its state, the caller, failed jobs, help.

pub mod help;
mod history;
pub(crate) mod jobs_failed;
mod status;
mod whoami;

use shared::answer::Answer;

use crate::command::Command;
use crate::reply::Content;

/// The commands, in the order of `/help`.
pub const COMMANDS: &[&[Command]] =
    &[jobs_failed::COMMANDS, status::COMMANDS, whoami::COMMANDS, help::COMMANDS];

/// The commands that `/help` shows behind those about credits.
pub const ON_CREDITS: &[&[Command]] = &[history::COMMANDS];

/// The reply to an answer about the desk; `None` for an answer of another capability.
pub fn content(answer: &Answer) -> Option<Content> {
    match answer {
        Answer::History { lines, staff, since, cut } => {
            Some(history::content(lines, staff, *since, *cut))
        }
        Answer::Whoami { .. } => whoami::content(answer),
        Answer::Status { .. } => status::content(answer),
        Answer::Jobs { jobs, replayed } => Some(jobs_failed::content(jobs, replayed.as_ref())),
        Answer::Credit(_)
        | Answer::DryRun { .. }
        | Answer::Balance { .. }
        | Answer::Statement { .. }
        | Answer::Why { .. }
        | Answer::Pending { .. }
        | Answer::PlanEnded { .. }
        | Answer::List { .. }
        | Answer::Found { .. }
        | Answer::Suggestions { .. }
        | Answer::Client { .. }
        | Answer::ClientChanged { .. }
        | Answer::Mms { .. }
        | Answer::Prices { .. }
        | Answer::Settings { .. }
        | Answer::Invoices { .. }
        | Answer::Invoice { .. }
        | Answer::Roles { .. }
        | Answer::RoleGranted { .. }
        | Answer::StaffLeft { .. }
        | Answer::Covered { .. } => None,
    }
}
