//! `/invoice void`: an invoice taken back, with what it gave.

use crate::command::{Action, Command, ParamKind, ParamSpec, Usage};
use shared::operation::{Ask, Operation};

/// Voids an invoice.
pub const COMMANDS: &[Command] = &[Command {
    words: &["invoice", "void"],
    about: "Void an invoice and take back the credits that it gave",
    example: "/invoice void INV-1042-0007 billed twice",
    finds: &["cancel invoice", "delete invoice", "remove invoice"],
    params: &[
        ParamSpec::required("number", ParamKind::Invoice, "The invoice’s number"),
        ParamSpec::required("reason", ParamKind::Rest, "Why"),
    ],
    action: Action::Ask {
        operation: Operation::InvoiceVoid,
        call: |args| {
            let number = args.invoice("number").ok_or_else(|| Usage::missing("number"))?;
            Ok(Ask::InvoiceVoid { number, reason: args.need("reason")? })
        },
    },
}];
