//! `/invoice view`: one document.

use crate::command::{Action, Command, ParamKind, ParamSpec, Usage};
use shared::operation::{Ask, Operation};

/// Views an invoice.
pub const COMMANDS: &[Command] = &[Command {
    words: &["invoice", "view"],
    about: "View an invoice or credit note",
    example: "/invoice view INV-1042-0007",
    finds: &["show invoice", "bill"],
    params: &[ParamSpec::required("number", ParamKind::Invoice, "The invoice’s number")],
    action: Action::Ask {
        operation: Operation::InvoiceView,
        call: |args| {
            let number = args.invoice("number").ok_or_else(|| Usage::missing("number"))?;
            Ok(Ask::InvoiceView { number })
        },
    },
}];
