//! A change of credits as a reply: one sentence, the figures before and after, the document, and the
//! ways back. Each command's file has the words of its own sort of change.
//!
//! Invariant: the number of an entry or a document is named only once it is committed.

use serde_json::{Value, json};
use shared::answer::{Changed, CreditChange, InvoiceBrief};
use shared::credit::grouped_signed;
use shared::id::OpId;

use super::{addcredit, correct, deductcredit, invoice_void, undo};
use crate::json::{currency_of, minor};
use crate::reply::Content;
use crate::reply::words::{credits, due, fixed, name, person};
use crate::view::{Mark, Text, View, Weight};

/// Whether a change is committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// It is committed.
    Committed,
    /// It is planned or tried.
    Proposed,
}

impl Phase {
    /// The verb for it.
    pub fn verb(self, past: &'static str, infinitive: &'static str) -> &'static str {
        match self {
            Phase::Committed => past,
            Phase::Proposed => infinitive,
        }
    }

    fn is_committed(self) -> bool {
        self == Phase::Committed
    }
}

/// The reply to a committed change.
pub fn content(op: &OpId, change: &CreditChange) -> Content {
    Content::new("credit", view(op, change), json(change, Phase::Committed))
}

fn view(op: &OpId, change: &CreditChange) -> View {
    let is_undoable = match change.what {
        // A deduct that made a credit note stands; the credits are added again instead.
        Changed::Deducted => change.invoice.is_none(),
        Changed::Added(_) | Changed::Moved => true,
        // A change that took something back is not taken back again.
        Changed::Undone(_) | Changed::Voided | Changed::Corrected { .. } => false,
    };
    let footer = if is_undoable {
        fixed(format!("{op} · undo within 24 h: ")).code(format!("/undo {op}"))
    } else {
        fixed(op.to_string())
    };
    let mut view = View::new(Mark::Done, action(change, Phase::Committed))
        .line(figures(change, Phase::Committed))
        .line(other_side(change, Phase::Committed))
        .footer(footer)
        .public();
    if is_undoable {
        view = view.offer("Undo", Weight::Danger, format!("/undo {op}"));
    }
    if let Changed::Added(_) = change.what {
        view = view.offer("Correct…", Weight::Plain, format!("/correct {op} <what>"));
    }
    if let Some(invoice) = &change.invoice {
        view =
            view.offer("Show invoice", Weight::Plain, format!("/invoice view {}", invoice.number));
    }
    view.offer("View client", Weight::Plain, format!("/client view {}", change.client.id))
}

/// The sentence about a change.
pub fn action(change: &CreditChange, phase: Phase) -> Text {
    match &change.what {
        Changed::Added(mode) => addcredit::added(change, *mode, phase),
        Changed::Moved => addcredit::moved(change, phase),
        Changed::Deducted => deductcredit::deducted(change, phase),
        Changed::Undone(op) => undo::undone(change, op, phase),
        Changed::Corrected { .. } => correct::corrected(change, phase),
        Changed::Voided => invoice_void::voided(change, phase),
    }
}

/// The amount of a change, without its sign: `500 MMS credits`.
pub fn amount(change: &CreditChange) -> String {
    credits(change.amount.unsigned_abs(), change.kind)
}

/// `MMS 120 → 620 · invoice INV-1042-0007 £25.00 due 7 Dec 2026 · by Dana · reason: top-up`.
pub fn figures(change: &CreditChange, phase: Phase) -> Text {
    let moved = fixed(format!(
        "{} {} → {}",
        change.kind,
        grouped_signed(change.before),
        grouped_signed(change.after)
    ));
    let document = change.invoice.as_ref().map(|invoice| document(change, invoice, phase));
    let approved =
        change.approved_by.as_ref().map(|staff| fixed("approved by ").then(person(staff)));
    let reason = change.reason.as_ref().map(|reason| fixed("reason: ").input(reason.clone()));
    Text::dotted([
        moved,
        document.unwrap_or_default(),
        fixed("by ").then(person(&change.by)),
        approved.unwrap_or_default(),
        reason.unwrap_or_default(),
    ])
}

fn document(change: &CreditChange, invoice: &InvoiceBrief, phase: Phase) -> Text {
    let number = invoice.number;
    match &change.what {
        Changed::Added(mode) => fixed(addcredit::document(invoice, *mode, phase)),
        Changed::Moved => Text::new(),
        Changed::Deducted | Changed::Undone(_) | Changed::Voided | Changed::Corrected { .. } => {
            fixed(match (&invoice.credit_note, phase) {
                (Some(note), Phase::Committed) => format!("credit note {note} for {number}"),
                (Some(_), Phase::Proposed) => format!("a credit note for {number}"),
                (None, Phase::Committed) => format!("invoice {number} is void"),
                (None, Phase::Proposed) => format!("invoice {number} becomes void"),
            })
        }
    }
}

/// The other account, before and after, with the invoice that it got.
pub fn other_side(change: &CreditChange, phase: Phase) -> Text {
    let Some(other) = &change.other else { return Text::new() };
    let moved = name(&other.client).fixed(format!(
        ": {} {} → {}",
        change.kind,
        grouped_signed(other.before),
        grouped_signed(other.after)
    ));
    let invoice = change.replaced_by.as_ref().map(|invoice| {
        let number = match phase {
            Phase::Committed => format!("{} ", invoice.number),
            Phase::Proposed => String::new(),
        };
        fixed(format!("invoice {number}{} {}", invoice.gross, due(invoice.due)))
    });
    Text::dotted([moved, invoice.unwrap_or_default()])
}

/// A change for scripts.
pub fn json(change: &CreditChange, phase: Phase) -> Value {
    let committed = phase.is_committed();
    let invoice = change.invoice.as_ref().filter(|_| committed);
    let gross = change.invoice.as_ref().map(|invoice| invoice.gross);
    json!({
        "client": change.client.id.to_string(),
        "name": change.client.name,
        "kind": change.kind,
        "amount": change.amount,
        "balance_before": change.before,
        "balance_after": change.after,
        "what": change.what,
        "invoice": invoice.map(|invoice| invoice.number),
        "credit_note": invoice.and_then(|invoice| invoice.credit_note),
        "gross_minor": minor(gross),
        "currency": currency_of(gross),
        "entry": committed.then_some(change.entry),
        "replaced_by": change.replaced_by.as_ref().filter(|_| committed).map(|i| i.number),
        "reason": change.reason,
        "other": change.other.as_ref().map(|other| json!({
            "client": other.client.id.to_string(),
            "balance_before": other.before,
            "balance_after": other.after,
            "entry": committed.then_some(other.entry),
        })),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_of_a_change_has_the_fields_that_scripts_read() {
        let change: CreditChange = serde_json::from_value(json!({
            "client": { "id": 1042, "name": "ACME", "login": "acme" },
            "kind": "mms", "amount": 500, "before": 120, "after": 620,
            "what": { "added": "open" }, "entry": 7,
            "invoice": { "number": "INV-1042-0007", "gross": { "minor": 2500, "currency": "GBP" },
                         "due": "2026-12-07", "settled": false },
            "by": { "id": 3, "name": "Dana" }, "at": "2026-11-23T10:00:00Z",
        }))
        .unwrap();
        let object = json(&change, Phase::Committed);
        for (field, value) in [
            ("client", json!("c_1042")),
            ("kind", json!("mms")),
            ("amount", json!(500)),
            ("balance_before", json!(120)),
            ("balance_after", json!(620)),
            ("invoice", json!("INV-1042-0007")),
            ("entry", json!(7)),
        ] {
            assert_eq!(object[field], value, "{field}");
        }
        // A plan has no numbers yet.
        let object = json(&change, Phase::Proposed);
        assert_eq!((&object["invoice"], &object["entry"]), (&Value::Null, &Value::Null));
    }
}
