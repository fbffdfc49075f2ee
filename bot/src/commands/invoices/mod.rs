//! Invoices and credit notes: made, listed and viewed. Voiding one takes its credits back, so that command
//! is among the credits.

pub mod changed;
mod close;
mod create;
mod list;
mod paid;
mod paylink;
mod resend;
mod owing;
mod view;

use shared::invoices::types::{Answer, Mailed};
use shared::kernel::id::OpId;

use crate::command::Command;
use crate::commands::Proposed;
use crate::reply::{Content, Context};

/// The commands, in the order of `/help`.
pub const COMMANDS: &[&[Command]] = &[
    create::COMMANDS,
    list::COMMANDS,
    view::COMMANDS,
    paylink::COMMANDS,
    resend::COMMANDS,
    paid::COMMANDS,
    close::COMMANDS,
];

/// The reply to a mailed document.
pub fn mailed(op: &OpId, facts: &Mailed) -> Content {
    resend::content(op, facts)
}

/// What a planned mail would do.
pub fn mail_proposed(facts: &Mailed) -> Proposed {
    resend::proposed(facts)
}

/// The reply to a read about documents.
pub fn answer(answer: &Answer, context: &Context<'_>) -> Option<Content> {
    match answer {
        Answer::List { .. } => list::content(answer, context),
        Answer::View { invoice, client, today, link, is_at_bank } => {
            Some(view::content((invoice, client), *today, link.as_deref(), *is_at_bank))
        }
        Answer::Unpaid(unpaid) => Some(owing::content(unpaid, context)),
        Answer::Paylink { .. } => paylink::content(answer),
    }
}
