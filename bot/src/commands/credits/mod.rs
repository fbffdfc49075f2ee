//! Credits: adds and deducts, the ways back, balances and the entries behind them.
//!
//! A new command is a file here and its line in [`COMMANDS`]; its `mod` line makes the file a part
//! of the crate. A new answer is an arm of [`content`], which the compiler asks for.

pub(crate) mod addcredit;
pub(crate) mod balance;
pub(crate) mod change;
mod correct;
mod deductcredit;
mod invoice_void;
pub(crate) mod ledger;
mod statement;
mod undo;
mod why;

use shared::answer::Answer;
use shared::id::OpId;

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

/// The reply to an answer about credits; `None` for an answer of another capability.
pub fn content(op: &OpId, answer: &Answer, context: &Context<'_>) -> Option<Content> {
    match answer {
        Answer::Credit(change) => Some(change::content(op, change)),
        Answer::Balance { .. } => balance::content(answer),
        Answer::Statement { .. } => statement::content(answer, context),
        Answer::Why { .. } => why::content(answer),
        Answer::DryRun { .. }
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
        | Answer::Roles { .. }
        | Answer::RoleGranted { .. }
        | Answer::StaffLeft { .. }
        | Answer::Covered { .. }
        | Answer::Whoami { .. }
        | Answer::Status { .. }
        | Answer::Jobs { .. } => None,
    }
}
