//! Permissions: MMS on and off.

pub(crate) mod mms;

use shared::answer::Answer;
use shared::id::OpId;

use crate::command::Command;
use crate::reply::Content;

/// The commands, in the order of `/help`.
pub const COMMANDS: &[&[Command]] = &[mms::COMMANDS];

/// The reply to an answer about permissions; `None` for an answer of another capability.
pub fn content(op: &OpId, answer: &Answer) -> Option<Content> {
    match answer {
        Answer::Mms { client, turned, still_off } => {
            Some(mms::content(op, client, *turned, *still_off))
        }
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
