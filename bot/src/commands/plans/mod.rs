//! Plans: confirmed by their author, approved or denied by a colleague, listed while they wait.

mod approve;
mod confirm;
mod deny;
mod pending;

use shared::answer::Answer;

use crate::command::Command;
use crate::reply::Content;

/// The commands, in the order of `/help`.
pub const COMMANDS: &[&[Command]] =
    &[confirm::COMMANDS, approve::COMMANDS, deny::COMMANDS, pending::COMMANDS];

/// The reply to an answer about plans; `None` for an answer of another capability.
pub fn content(answer: &Answer) -> Option<Content> {
    match answer {
        Answer::Pending { plans } => Some(pending::content(plans)),
        Answer::PlanEnded { plan, reason } => Some(deny::content(plan, reason.as_deref())),
        Answer::Credit(_)
        | Answer::DryRun { .. }
        | Answer::Balance { .. }
        | Answer::Statement { .. }
        | Answer::Why { .. }
        | Answer::History { .. }
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
        | Answer::Covered { .. }
        | Answer::Whoami { .. }
        | Answer::Status { .. }
        | Answer::Jobs { .. } => None,
    }
}
