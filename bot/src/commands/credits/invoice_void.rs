//! `/invoice void`: an invoice taken back, with what it gave.

use shared::credits::types::{Ask, Operation};

use super::change::{CreditChange, Phase, amount};
use super::deducted::{DEDUCTED, answer};
use crate::command::{Action, Command};
use crate::commands::params::{NUMBER, REASON, TELL};
use crate::reply::words::{fixed, name};
use crate::view::Text;

/// Voids an invoice.
pub const COMMANDS: &[Command] = &[Command {
    words: &["invoice", "void"],
    about: "Void an invoice and take back the credits that it gave",
    example: "/invoice void INV-1042-0007 billed twice",
    finds: &[
        "cancel invoice",
        "delete invoice",
        "remove invoice",
        "refund",
        "reverse",
        "cancel",
        "void",
    ],
    params: &[NUMBER, REASON, DEDUCTED, TELL],
    action: Action::Ask {
        operation: Operation::InvoiceVoid.spec(),
        call: |args| {
            let number = args.need_invoice("number")?;
            let (reason, tell) = (args.need("reason")?, args.text("tell"));
            let deducted = answer(args.text("deducted"));
            Ok(Ask::InvoiceVoid { number, reason, deducted, tell }.into())
        },
    },
}];

/// The sentence about a voided invoice.
pub fn voided(change: &CreditChange<'_>, phase: Phase) -> Text {
    let verb = phase.verb("Voided", "void");
    let taken = phase.verb("took", "take");
    let number = change.document.map(|invoice| invoice.number.to_string());
    let number = number.unwrap_or_default();
    fixed(format!("{verb} {number}: {taken} {} from ", amount(change))).then(name(change.client()))
}
