//! Prices: shown and set.

mod set;
mod show;

use shared::answer::Answer;
use shared::id::OpId;

use crate::command::Command;
use crate::reply::Content;

/// The commands, in the order of `/help`.
pub const COMMANDS: &[&[Command]] = &[show::COMMANDS, set::COMMANDS];

/// The reply to an answer about prices; `None` for an answer of another capability.
pub fn content(op: &OpId, answer: &Answer) -> Option<Content> {
    match answer {
        Answer::Prices { set: false, .. } => show::content(answer),
        Answer::Prices { set: true, .. } => set::content(op, answer),
        Answer::Credit(_)
        | Answer::DryRun { .. }
        | Answer::Balance { .. }
        | Answer::Statement { .. }
        | Answer::Why { .. }
        | Answer::History { .. }
        | Answer::Pending { .. }
        | Answer::PlanEnded { .. }
        | Answer::List { .. }
        | Answer::Found { .. }
        | Answer::Suggestions { .. }
        | Answer::Client { .. }
        | Answer::ClientChanged { .. }
        | Answer::Mms { .. }
        | Answer::Settings { .. }
        | Answer::Invoices { .. }
        | Answer::Invoice { .. }
        | Answer::Roles { .. }
        | Answer::RoleGranted { .. }
        | Answer::StaffLeft { .. }
        | Answer::Covered { .. }
        | Answer::Whoami { .. }
        | Answer::Status { .. }
        | Answer::Jobs { .. } => None,
    }
}
