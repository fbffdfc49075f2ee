//! Invoices and credit notes: made, listed and viewed. Voiding one takes its credits back, so that command
//! is among the credits.

pub mod changed;
mod close;
mod create;
mod list;
mod paid;
mod owing;
mod view;

use shared::invoices::types::Answer;

use crate::command::Command;
use crate::reply::{Content, Context};

/// The commands, in the order of `/help`.
pub const COMMANDS: &[&[Command]] =
    &[create::COMMANDS, list::COMMANDS, view::COMMANDS, paid::COMMANDS, close::COMMANDS];

/// The reply to a read about documents.
pub fn answer(answer: &Answer, context: &Context<'_>) -> Option<Content> {
    match answer {
        Answer::List { .. } => list::content(answer, context),
        Answer::Unpaid(unpaid) => Some(owing::content(unpaid, context)),
        Answer::View { invoice, client, today } => Some(view::content(invoice, client, *today)),
    }
}
