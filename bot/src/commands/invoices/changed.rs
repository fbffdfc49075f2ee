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
        DocumentChange::Paid { .. } => {
            View::new(Mark::Done, fixed(format!("{number} is paid: ")).then(name(&facts.client)))
        }
        DocumentChange::Closed { amount, .. } | DocumentChange::Credited { amount, .. } => {
            let note = facts.invoice.credit_note.map(|note| note.to_string()).unwrap_or_default();
            let line = format!("Credited {amount} of {number} with {note}: ");
            View::new(Mark::Done, fixed(line).then(name(&facts.client)))
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
            DocumentChange::Paid { amount, .. } => {
                fixed(format!("book {amount} for {number} of ")).then(name(&facts.client))
            }
            DocumentChange::Closed { amount, .. } | DocumentChange::Credited { amount, .. } => {
                fixed(format!("credit {amount} of {number} of ")).then(name(&facts.client))
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
        DocumentChange::Paid { amount, reference } => vec![
            fixed(format!("{amount} with reference ")).input(reference.clone()),
            fixed(format!("due {amount} → {}", facts.due)),
        ],
        DocumentChange::Closed { rest, amount } => vec![
            fixed(format!("reason: {}", rest.words())),
            fixed(format!("due {amount} → {}", facts.due)),
        ],
        DocumentChange::Credited { reason, .. } => vec![
            fixed("reason: ").input(reason.clone()),
            fixed(format!("{} due afterwards", facts.due)),
        ],
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
