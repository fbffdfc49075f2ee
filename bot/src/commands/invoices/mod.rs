//! Invoices and credit notes: listed and viewed. Voiding one takes its credits back, so that command
//! is among the credits.

mod list;
mod view;

use shared::answer::Answer;

use crate::command::Command;
use crate::reply::{Content, Context};

/// The commands, in the order of `/help`.
pub const COMMANDS: &[&[Command]] = &[list::COMMANDS, view::COMMANDS];

/// The reply to an answer about invoices; `None` for an answer of another capability.
pub fn content(answer: &Answer, context: &Context<'_>) -> Option<Content> {
    match answer {
        Answer::Invoices { .. } => list::content(answer, context),
        Answer::Invoice { invoice, client, today } => Some(view::content(invoice, client, *today)),
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
        | Answer::Roles { .. }
        | Answer::RoleGranted { .. }
        | Answer::StaffLeft { .. }
        | Answer::Covered { .. }
        | Answer::Whoami { .. }
        | Answer::Status { .. }
        | Answer::Jobs { .. } => None,
    }
}
