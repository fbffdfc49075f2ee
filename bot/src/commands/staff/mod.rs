//! Staff: roles given and covered, staff who leave.

mod cover;
mod leave;
mod role_grant;
mod role_list;

use shared::answer::Answer;
use shared::id::OpId;

use crate::command::Command;
use crate::reply::Content;

/// The commands, in the order of `/help`.
pub const COMMANDS: &[&[Command]] =
    &[role_list::COMMANDS, role_grant::COMMANDS, leave::COMMANDS, cover::COMMANDS];

/// The reply to an answer about staff; `None` for an answer of another capability.
pub fn content(op: &OpId, answer: &Answer) -> Option<Content> {
    match answer {
        Answer::Roles { staff } => Some(role_list::content(staff)),
        Answer::RoleGranted { staff, role, before, linked } => {
            Some(role_grant::content(op, staff, (*role, *before), linked.as_ref()))
        }
        Answer::StaffLeft { staff, identities, to } => {
            Some(leave::content(op, staff, *identities, to.as_ref()))
        }
        Answer::Covered { staff, cover } => Some(cover::content(op, staff, *cover)),
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
        | Answer::Prices { .. }
        | Answer::Settings { .. }
        | Answer::Invoices { .. }
        | Answer::Invoice { .. }
        | Answer::Whoami { .. }
        | Answer::Status { .. }
        | Answer::Jobs { .. } => None,
    }
}
