//! `/invoice void`: an invoice taken back, with what it gave.

use shared::credits::types::{Ask, Operation};

use super::change::{CreditChange, Phase, amount};
use crate::command::{Action, Command};
use crate::commands::params::{NUMBER, REASON};
use crate::reply::words::{fixed, name};
use crate::view::Text;

/// Voids an invoice.
pub const COMMANDS: &[Command] = &[Command {
    words: &["invoice", "void"],
    about: "Void an invoice and take back the credits that it gave",
    example: "/invoice void INV-1042-0007 billed twice",
    finds: &["cancel invoice", "delete invoice", "remove invoice"],
    params: &[NUMBER, REASON],
    action: Action::Ask {
        operation: Operation::InvoiceVoid.spec(),
        call: |args| {
            let number = args.need_invoice("number")?;
            Ok(Ask::InvoiceVoid { number, reason: args.need("reason")? }.into())
        },
    },
}];

/// The sentence about a voided invoice.
pub fn voided(change: &CreditChange<'_>, phase: Phase) -> Text {
    let verb = phase.verb("Voided", "void");
    let number = change.document.map(|invoice| invoice.number.to_string());
    let number = number.unwrap_or_default();
    fixed(format!("{verb} {number}: {} from ", amount(change))).then(name(change.client()))
}
