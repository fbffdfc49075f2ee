//! `/invoice paid`: money that came for an open invoice.

use shared::invoices::types::{Ask, Operation};

use crate::command::{Action, Command, ParamKind, ParamSpec};
use crate::commands::params::NUMBER;

/// Books the payment of an invoice.
pub const COMMANDS: &[Command] = &[Command {
    words: &["invoice", "paid"],
    about: "Book the payment of all that is due on an invoice",
    example: "/invoice paid INV-1042-0007 BACS 4471",
    finds: &["mark paid", "settle", "payment received", "record payment"],
    params: &[
        NUMBER,
        ParamSpec::required("reference", ParamKind::Reference, "The payment’s reference"),
    ],
    action: Action::Ask {
        operation: Operation::InvoicePaid.spec(),
        call: |args| {
            let number = args.need_invoice("number")?;
            Ok(Ask::InvoicePaid { number, reference: args.need("reference")? }.into())
        },
    },
}];
