//! Invoices and credit notes: listed and viewed. Voiding one takes its credits back, so that command
//! is among the credits.

mod list;
mod paylink;
mod resend;
mod view;

use shared::invoices::types::{Answer, Facts};
use shared::kernel::id::OpId;

use crate::command::Command;
use crate::commands::Proposed;
use crate::reply::{Content, Context};

/// The commands, in the order of `/help`.
pub const COMMANDS: &[&[Command]] =
    &[list::COMMANDS, view::COMMANDS, paylink::COMMANDS, resend::COMMANDS];

/// The reply to a mailed document.
pub fn done(op: &OpId, facts: &Facts) -> Content {
    resend::content(op, facts)
}

/// What a planned mail would do.
pub fn proposed(facts: &Facts) -> Proposed {
    resend::proposed(facts)
}

/// The reply to a read about documents.
pub fn answer(answer: &Answer, context: &Context<'_>) -> Option<Content> {
    match answer {
        Answer::List { .. } => list::content(answer, context),
        Answer::View { invoice, client, today, link, is_at_bank } => {
            Some(view::content((invoice, client), *today, link.as_deref(), *is_at_bank))
        }
        Answer::Paylink { .. } => paylink::content(answer),
    }
}
