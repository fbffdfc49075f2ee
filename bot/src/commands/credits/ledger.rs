//! Entries of an account as rows and as JSON: shared by `/statement` and `/why`.

use serde_json::{Value, json};
use shared::invoices::types::{InvoiceState, Settlement};
use shared::kernel::credit::grouped_signed;
use shared::kernel::id::{InvoiceNumber, NamedStaff};
use shared::kernel::movement::Reason;
use shared::ledger::entry::Entry;

use crate::reply::words::{actor, fixed};
use crate::view::{Column, Table, Text};

/// An entry's reason in a word or two.
#[must_use]
pub fn reason_word(reason: Reason) -> &'static str {
    match reason {
        Reason::Add => "add",
        Reason::Deduct => "deduct",
        Reason::Reversal => "taken back",
        Reason::Return => "returned",
        Reason::MoveIn => "moved in",
        Reason::MoveOut => "moved out",
        Reason::WriteOff => "written off",
        Reason::Refund => "refunded",
    }
}

/// Entries as a table, a row for each kind that an entry changes.
pub fn table<'a>(
    entries: impl Iterator<Item = &'a Entry>,
    staff: &[NamedStaff],
    documents: &[Settlement],
) -> Table {
    let mut rows = Vec::new();
    for entry in entries {
        for line in &entry.lines {
            let change = line.change();
            let sign = if change > 0 { "+" } else { "" };
            let note = entry.note.as_ref().map(|note| Text::new().input(note.clone()));
            rows.push(vec![
                Text::new().time(entry.at),
                fixed(line.kind.to_string()),
                fixed(format!("{sign}{}", grouped_signed(change))),
                fixed(format!("→ {}", grouped_signed(line.balance))),
                Text::dotted([
                    fixed(reason_word(entry.reason)),
                    actor(entry.actor, staff),
                    entry.invoice.map(|number| billed(number, documents)).unwrap_or_default(),
                    entry.other.map(|other| fixed(other.to_string())).unwrap_or_default(),
                    note.unwrap_or_default(),
                    fixed(entry.op.to_string()),
                ]),
            ]);
        }
    }
    Table {
        columns: vec![
            Column::words("when"),
            Column::words("kind"),
            Column { right: true, ..Column::words("change") },
            Column { right: true, ..Column::words("balance") },
            Column::detail(""),
        ],
        rows,
    }
}

/// The document of a number, if it was read.
#[must_use]
pub fn document(number: InvoiceNumber, documents: &[Settlement]) -> Option<&Settlement> {
    documents.iter().find(|document| document.number == number)
}

/// `INV-2-0003 partly paid, £10.00 of £30.00 by pi_1`: a document and its money.
fn billed(number: InvoiceNumber, documents: &[Settlement]) -> Text {
    let Some(document) = document(number, documents) else { return fixed(number.to_string()) };
    let Settlement { gross, paid, due, .. } = document;
    let text = fixed(match (document.corrects, document.state) {
        (Some(invoice), _) => format!("{number}, {gross} off {invoice}"),
        (None, _) if gross.minor == 0 => format!("{number}, nothing to pay"),
        (None, InvoiceState::Open) => format!("{number} open, {due} due"),
        (None, InvoiceState::Paid) => format!("{number} paid, {paid}"),
        (None, InvoiceState::PartlyPaid | InvoiceState::PartlyRefunded) => {
            format!("{number} {}, {paid} of {gross}", document.state.word())
        }
        (None, InvoiceState::Void | InvoiceState::Refunded) => {
            format!("{number} {}", document.state.word())
        }
    });
    match document.payments.is_empty() {
        true => text,
        false => text.fixed(" by ").input(document.payments.join(", ")),
    }
}

/// Entries for scripts.
pub fn json(entries: &[Entry], documents: &[Settlement]) -> Value {
    let row = |entry: &Entry| {
        let mut row = plain(entry);
        let billed = entry.invoice.and_then(|number| document(number, documents));
        if let Some(billed) = billed {
            crate::json::put(&mut row, "document", settlement(billed));
        }
        row
    };
    entries.iter().map(row).collect()
}

fn settlement(document: &Settlement) -> Value {
    json!({
        "state": document.state,
        "corrects": document.corrects,
        "gross_minor": document.gross.minor,
        "paid_minor": document.paid.minor,
        "due_minor": document.due.minor,
        "currency": document.gross.currency.code(),
        "payments": document.payments,
    })
}

fn plain(entry: &Entry) -> Value {
    json!({
        "entry": entry.number,
        "at": entry.at,
        "op": entry.op,
        "reason": entry.reason,
        "lines": entry.lines.iter().map(|line| json!({
            "kind": line.kind, "granted": line.granted, "used": line.used,
            "held": line.held, "balance": line.balance,
        })).collect::<Vec<_>>(),
        "by": entry.actor.to_string(),
        "note": entry.note,
        "invoice": entry.invoice,
        "reverses": entry.reverses,
        "other": entry.other.map(|other| other.to_string()),
    })
}
