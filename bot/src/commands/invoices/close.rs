//! `/invoice close` and `/invoice credit`: credit notes by money.

use shared::invoices::types::{Ask, Operation, Rest};

use crate::command::{Action, Choices, Command, ParamKind, ParamSpec, Usage};
use crate::commands::params::{NUMBER, REASON};

const RESTS: Choices = &[
    ("bank_fee", "A bank took it from the payment"),
    ("withholding_tax", "The client pays it to its tax office"),
    ("rounding", "The payment was rounded"),
];

/// Closes the rest of an invoice, and credits a part of it.
pub const COMMANDS: &[Command] = &[
    Command {
        words: &["invoice", "close"],
        about: "Close the small rest of an invoice with a credit note",
        example: "/invoice close INV-1042-0007 bank-fee",
        finds: &["write off", "bank charge", "short payment", "underpaid"],
        params: &[
            NUMBER,
            ParamSpec::required("rest", ParamKind::Choice(RESTS), "Why the rest will not come"),
        ],
        action: Action::Ask {
            operation: Operation::InvoiceClose.spec(),
            call: |args| {
                let number = args.need_invoice("number")?;
                let rest = match args.need("rest")?.as_str() {
                    "bank_fee" => Rest::BankFee,
                    "withholding_tax" => Rest::WithholdingTax,
                    "rounding" => Rest::Rounding,
                    _ => return Err(Usage::missing("rest")),
                };
                Ok(Ask::InvoiceClose { number, rest }.into())
            },
        },
    },
    Command {
        words: &["invoice", "credit"],
        about: "Credit a part of an invoice that gave no credits",
        example: "/invoice credit INV-1042-0007 12.00 one card was broken",
        finds: &["credit note", "discount", "reduce invoice"],
        params: &[
            NUMBER,
            ParamSpec::required("sum", ParamKind::Word, "How much, tax included: 12.00"),
            REASON,
        ],
        action: Action::Ask {
            operation: Operation::InvoiceCredit.spec(),
            call: |args| {
                let number = args.need_invoice("number")?;
                let (amount, reason) = (args.need("sum")?, args.need("reason")?);
                Ok(Ask::InvoiceCredit { number, amount, reason }.into())
            },
        },
    },
];
