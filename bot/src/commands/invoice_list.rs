//! `/invoice list`: a client’s invoices, newest first.

use crate::command::{Action, Command, ParamKind, ParamSpec};
use shared::invoice::InvoiceState;
use shared::operation::{Ask, Operation};

const STATES: &[(&str, &str)] = &[
    ("open", "Something is due"),
    ("partly_paid", "Something was paid, something is due"),
    ("paid", "Nothing is due any more"),
    ("void", "Taken back before it was paid"),
    ("refunded", "Taken back after it was paid"),
];

/// Lists invoices.
pub const COMMANDS: &[Command] = &[Command {
    words: &["invoice", "list"],
    about: "List a client’s invoices and what is due",
    example: "/invoice list acme open",
    finds: &["unpaid", "bills", "owing", "due"],
    params: &[
        ParamSpec::required(
            "client",
            ParamKind::Client,
            "Client: two or three letters of any name",
        ),
        ParamSpec::optional("state", ParamKind::Choice(STATES), "Only in this state"),
        ParamSpec::by_button("before", ParamKind::Invoice, "Only those before this one"),
    ],
    action: Action::Ask {
        operation: Operation::InvoiceList,
        call: |args| {
            let state = args.text("state").and_then(|word| match word.as_str() {
                "open" => Some(InvoiceState::Open),
                "partly_paid" => Some(InvoiceState::PartlyPaid),
                "paid" => Some(InvoiceState::Paid),
                "void" => Some(InvoiceState::Void),
                "refunded" => Some(InvoiceState::Refunded),
                _ => None,
            });
            let before = args.invoice("before");
            Ok(Ask::InvoiceList { client: args.need("client")?, state, before })
        },
    },
}];
