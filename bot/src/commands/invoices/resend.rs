//! `/invoice resend`: a document mailed again.

use serde_json::{Value, json};
use shared::invoices::types::{Ask, Mailed, Operation};
use shared::kernel::id::OpId;

use crate::command::{Action, Command};
use crate::commands::Proposed;
use crate::commands::params::NUMBER;
use crate::reply::Content;
use crate::reply::words::{fixed, name};
use crate::view::{Mark, Text, View};

/// Mails a document.
pub const COMMANDS: &[Command] = &[Command {
    words: &["invoice", "resend"],
    about: "Mail an invoice or credit note to its client again, with its PDF",
    example: "/invoice resend INV-1042-0007",
    finds: &["send invoice", "mail invoice", "email invoice"],
    params: &[NUMBER],
    action: Action::Ask {
        operation: Operation::InvoiceResend.spec(),
        call: |args| Ok(Ask::InvoiceResend { number: args.need_invoice("number")? }.into()),
    },
}];

fn what(facts: &Mailed) -> Text {
    fixed(format!("{} to ", facts.number)).then(name(&facts.client))
}

/// What a planned mail would do.
pub fn proposed(facts: &Mailed) -> Proposed {
    Proposed { action: fixed("mail ").then(what(facts)), lines: Vec::new(), json: json(facts) }
}

/// The reply to a mailed document.
pub fn content(op: &OpId, facts: &Mailed) -> Content {
    let view = View::new(Mark::Done, fixed("Mailed ").then(what(facts)))
        .line(Text::new().input(facts.to.clone()))
        .footer(fixed(op.to_string()))
        .public();
    Content::new("invoice_resent", view, json(facts))
}

fn json(facts: &Mailed) -> Value {
    json!({ "number": facts.number, "client": facts.client.id.to_string(), "to": facts.to })
}
