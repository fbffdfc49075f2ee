//! Clients: made, found, viewed, changed, listed.

mod activate;
mod changed;
mod find;
mod list;
mod new;
mod set;
mod suggest;
mod suspend;
pub(crate) mod table;
mod view;

use shared::answer::Answer;
use shared::id::OpId;

use crate::command::Command;
use crate::reply::{Content, Context};

/// The commands, in the order of `/help`.
pub const COMMANDS: &[&[Command]] = &[
    list::COMMANDS,
    find::COMMANDS,
    view::COMMANDS,
    new::COMMANDS,
    activate::COMMANDS,
    suspend::COMMANDS,
    set::COMMANDS,
];

/// The reply to an answer about clients; `None` for an answer of another capability.
pub fn content(op: &OpId, answer: &Answer, context: &Context<'_>) -> Option<Content> {
    match answer {
        Answer::List { .. } => list::content(answer, context),
        Answer::Found { text, clients, total } => Some(find::content(text, clients, *total)),
        Answer::Suggestions { clients } => Some(suggest::content(clients)),
        Answer::Client { .. } => view::content(answer),
        Answer::ClientChanged { client, what, twins } => {
            Some(changed::content(op, client, what, twins))
        }
        Answer::Credit(_)
        | Answer::DryRun { .. }
        | Answer::Balance { .. }
        | Answer::Statement { .. }
        | Answer::Why { .. }
        | Answer::History { .. }
        | Answer::Pending { .. }
        | Answer::PlanEnded { .. }
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
