//! Clients: made, found, viewed, changed, listed.

mod activate;
mod arrears;
mod brand;
mod changed;
mod contact;
mod find;
mod list;
mod new;
mod set;
mod suggest;
mod suspend;
pub(crate) mod table;
mod view;

use shared::clients::types::{Answer, Facts};
use shared::kernel::id::OpId;

use crate::command::Command;
use crate::commands::Proposed;
use crate::reply::{Content, Context, ROWS_MAX};

/// The commands, in the order of `/help`.
pub const COMMANDS: &[&[Command]] = &[
    list::COMMANDS,
    find::COMMANDS,
    view::COMMANDS,
    new::COMMANDS,
    activate::COMMANDS,
    suspend::COMMANDS,
    set::COMMANDS,
    brand::COMMANDS,
    contact::COMMANDS,
    arrears::COMMANDS,
];

/// The reply to a change of a client.
pub fn done(op: &OpId, facts: &Facts) -> Content {
    changed::content(op, facts)
}

/// What a planned change of a client would do.
pub fn proposed(facts: &Facts) -> Proposed {
    changed::proposed(facts)
}

/// The reply to a read about clients.
pub fn answer(answer: &Answer, context: &Context<'_>) -> Option<Content> {
    match answer {
        Answer::List { .. } => list::content(answer, context),
        Answer::Found { text, clients, total } => {
            Some(find::content(text, clients, *total, context.rows(ROWS_MAX)))
        }
        Answer::Suggestions { clients } => Some(suggest::content(clients)),
        Answer::View { .. } => view::content(answer, context),
        Answer::Brand { client, brand } => Some(brand::content(client, brand.as_ref())),
    }
}
