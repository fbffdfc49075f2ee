//! Credits: adds and deducts, the ways back, balances and the entries behind them.
//!
//! A new command is a file here and its line in [`COMMANDS`]; its `mod` line makes the file a part
//! of the crate. A new answer is an arm of [`content`], which the compiler asks for.

pub(crate) mod addcredit;
pub(crate) mod balance;
pub(crate) mod change;
mod correct;
pub(crate) mod deducted;
mod deductcredit;
mod invoice_void;
pub(crate) mod ledger;
mod statement;
mod undo;
mod why;

use shared::credits::types::Answer;
use shared::kernel::id::OpId;

use self::change::CreditChange;

use crate::command::Command;
use crate::reply::{Content, Context};

/// The commands, in the order of `/help`.
pub const COMMANDS: &[&[Command]] = &[
    addcredit::COMMANDS,
    deductcredit::COMMANDS,
    undo::COMMANDS,
    correct::COMMANDS,
    balance::COMMANDS,
    statement::COMMANDS,
    why::COMMANDS,
];

/// The commands that `/help` shows behind those about invoices.
pub const ON_INVOICES: &[&[Command]] = &[invoice_void::COMMANDS];

/// The reply to a change of credits.
pub fn done(op: &OpId, change: &CreditChange<'_>) -> Content {
    change::content(op, change)
}

/// The reply to a read about credits.
pub fn answer(answer: &Answer, context: &Context<'_>) -> Option<Content> {
    match answer {
        Answer::Balance { .. } => balance::content(answer),
        Answer::Statement { .. } => statement::content(answer, context),
        Answer::Why { .. } => why::content(answer),
    }
}
