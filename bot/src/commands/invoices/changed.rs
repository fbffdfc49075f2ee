//! A document that was made or changed without a change of credits.

use serde_json::{Value, json};
use shared::invoices::types::{DocumentChange, Facts};
use shared::kernel::id::OpId;

use crate::commands::Proposed;
use crate::reply::Content;
use crate::reply::words::{due, fixed, name};
use crate::view::{Mark, Text, View};

/// The reply to a change of a document.
pub fn content(op: &OpId, facts: &Facts) -> Content {
    let number = facts.invoice.number;
    let view = match &facts.change {
        DocumentChange::Made { .. } => {
            let line = fixed("Invoiced ").then(name(&facts.client));
            let sum = format!(": {number} {}, {}", facts.invoice.gross, due(facts.invoice.due));
            View::new(Mark::Done, line.fixed(sum))
        }
        DocumentChange::Voided { .. } => {
            let line = fixed(format!("Voided {number} of ")).then(name(&facts.client));
            View::new(Mark::Done, line)
        }
    };
    let view = view.lines(lines(facts)).footer(fixed(op.to_string())).public();
    let view = view.suggest(format!("/invoice view {number}"), "shows it");
    Content::new("invoice_changed", view, json(facts))
}

/// What a planned change would do.
pub fn proposed(facts: &Facts) -> Proposed {
    let number = facts.invoice.number;
    let action =
        match &facts.change {
            DocumentChange::Made { .. } => fixed("invoice ")
                .then(name(&facts.client))
                .fixed(format!(" for {}, {}", facts.invoice.gross, due(facts.invoice.due))),
            DocumentChange::Voided { .. } => {
                fixed(format!("void {number} of ")).then(name(&facts.client))
            }
        };
    Proposed { action, lines: lines(facts), json: json(facts) }
}

/// The figures of a change.
fn lines(facts: &Facts) -> Vec<Text> {
    match &facts.change {
        DocumentChange::Made { net, tax, lines } => vec![
            Text::new().input(lines.clone()),
            fixed(format!("net {net} · tax {tax} · gross {}", facts.invoice.gross)),
        ],
        DocumentChange::Voided { reason } => {
            let ends = match facts.invoice.credit_note {
                Some(note) => format!("credit note {note} over {}", facts.invoice.gross),
                None => format!("{} over {} is void", facts.invoice.number, facts.invoice.gross),
            };
            vec![fixed(format!("{ends} · reason: ")).input(reason.clone())]
        }
    }
}

fn json(facts: &Facts) -> Value {
    json!({
        "client": facts.client.id.to_string(),
        "name": facts.client.name,
        "invoice": facts.invoice.number,
        "credit_note": facts.invoice.credit_note,
        "gross_minor": facts.invoice.gross.minor,
        "due_minor": facts.due.minor,
        "currency": facts.due.currency.code(),
        "due": facts.invoice.due,
        "what": facts.change,
    })
}
