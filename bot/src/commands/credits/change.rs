//! A change of credits as a reply: one sentence, the figures before and after, the document, and the
//! ways back. Each command's file has the words of its own sort of change.
//!
//! Invariant: the number of an entry or a document is named only once it is committed.

use serde_json::{Value, json};
use shared::contract::plan::PlanCard;
use shared::contract::receipt::Receipt;
use shared::credits::types::{Changed, Facts};
use shared::kernel::credit::{PerKind, grouped_signed, in_words, were};
use shared::kernel::id::{Named, NamedStaff, OpId};
use shared::kernel::movement::{DocumentRef, KindChange, Movement, Side};

use super::{addcredit, correct, deductcredit, invoice_void, undo};
use crate::json::{currency_of, minor, put};
use crate::reply::Content;
use crate::reply::words::{credits, due, fixed, name, person};
use crate::view::{Mark, Text, View, Weight};

/// A change of credits, from a receipt or a plan: the account that it is about, and the other one.
pub struct CreditChange<'a> {
    pub main: Side<'a>,
    pub other: Option<Side<'a>>,
    pub document: Option<&'a DocumentRef>,
    pub facts: &'a Facts,
    /// The name of the actor.
    pub by_name: Text,
    pub approved_by: Option<&'a NamedStaff>,
}

impl<'a> CreditChange<'a> {
    /// The change of a receipt; `None` without a movement.
    #[must_use]
    pub fn of(
        movement: Option<&'a Movement>,
        facts: &'a Facts,
        receipt: &'a Receipt,
    ) -> Option<Self> {
        let by = receipt.by.staff();
        let by_name = by.as_ref().map_or_else(|| fixed(receipt.by.id().to_string()), person);
        Self::new(movement?, facts, by_name, receipt.approved_by.as_ref())
    }

    /// The change that a plan shows.
    #[must_use]
    pub fn planned(plan: &'a PlanCard, facts: &'a Facts) -> Option<Self> {
        Self::new(plan.movement.as_ref()?, facts, person(&plan.by), None)
    }

    fn new(
        movement: &'a Movement,
        facts: &'a Facts,
        by_name: Text,
        approved_by: Option<&'a NamedStaff>,
    ) -> Option<Self> {
        let (main, other) = (movement.main()?, movement.other());
        let document = movement.document.as_ref();
        Some(Self { main, other, document, facts, by_name, approved_by })
    }

    /// The client that it is about.
    #[must_use]
    pub fn client(&self) -> &Named {
        self.main.client
    }

    /// Whether it takes credits away.
    #[must_use]
    pub fn takes(&self) -> bool {
        self.main.changes.iter().any(|change| change.amount < 0)
    }
}

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
pub fn content(op: &OpId, change: &CreditChange<'_>) -> Content {
    Content::new("credit", view(op, change), json(change, Phase::Committed))
}

fn view(op: &OpId, change: &CreditChange<'_>) -> View {
    let is_undoable = match change.facts.change {
        // A deduct that made a credit note stands; the credits are added again instead.
        Changed::Deducted => change.document.is_none(),
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
        .lines(lines(change, Phase::Committed))
        .footer(footer)
        .public();
    if is_undoable {
        view = view.offer("Undo", Weight::Danger, format!("/undo {op}"));
    }
    if let Changed::Added(_) = change.facts.change {
        view = view.offer("Correct…", Weight::Plain, format!("/correct {op} <what>"));
    }
    if let Some(invoice) = change.document {
        view =
            view.offer("Show invoice", Weight::Plain, format!("/invoice view {}", invoice.number));
    }
    view.offer("View client", Weight::Plain, format!("/client view {}", change.client().id))
}

/// The sentence about a change.
pub fn action(change: &CreditChange<'_>, phase: Phase) -> Text {
    match &change.facts.change {
        Changed::Added(mode) => addcredit::added(change, *mode, phase),
        Changed::Moved => addcredit::moved(change, phase),
        Changed::Deducted => deductcredit::deducted(change, phase),
        Changed::Undone(op) => undo::undone(change, op, phase),
        Changed::Corrected { .. } => correct::corrected(change, phase),
        Changed::Voided => invoice_void::voided(change, phase),
    }
}

/// The figures of a change, and of the other account.
pub fn lines(change: &CreditChange<'_>, phase: Phase) -> Vec<Text> {
    let freed = correct::freed(change, phase);
    vec![figures(change, phase), other_side(change, phase), counted(change), freed]
}

/// The credits that were deducted before and count as a part of the change.
fn counted(change: &CreditChange<'_>) -> Text {
    let deducted = &change.facts.deducted;
    match (in_words(deducted), were(deducted)) {
        (amount, _) if amount.is_empty() => Text::new(),
        (amount, "was") => {
            fixed(format!("{amount} was deducted before and counts as a part of it."))
        }
        (amount, were) => {
            fixed(format!("{amount} {were} deducted before and count as a part of it."))
        }
    }
}

/// The amount of a change, without its sign: `500 MMS credits`, `7 SMS credits and 500 MMS credits`.
pub fn amount(change: &CreditChange<'_>) -> String {
    let of = |change: &KindChange| credits(change.amount.unsigned_abs(), change.kind);
    change.main.changes.iter().map(of).collect::<Vec<_>>().join(" and ")
}

/// `MMS 120 → 620`, for each kind.
fn moved(side: &Side<'_>) -> String {
    let of = |change: &KindChange| {
        let (before, after) = (grouped_signed(change.before), grouped_signed(change.after));
        format!("{} {before} → {after}", change.kind)
    };
    side.changes.iter().map(of).collect::<Vec<_>>().join(", ")
}

/// `MMS 120 → 620 · invoice INV-1042-0007 £25.00 due 7 Dec 2026 · by Dana · reason: top-up`.
fn figures(change: &CreditChange<'_>, phase: Phase) -> Text {
    let document = change.document.map(|invoice| document(change, invoice, phase));
    let approved = change.approved_by.map(|staff| fixed("approved by ").then(person(staff)));
    let reason = change.facts.reason.as_ref().map(|reason| fixed("reason: ").input(reason.clone()));
    Text::dotted([
        fixed(moved(&change.main)),
        document.unwrap_or_default(),
        fixed("by ").then(change.by_name.clone()),
        approved.unwrap_or_default(),
        reason.unwrap_or_default(),
    ])
}

fn document(change: &CreditChange<'_>, invoice: &DocumentRef, phase: Phase) -> Text {
    let number = invoice.number;
    match &change.facts.change {
        Changed::Added(mode) => addcredit::document(invoice, *mode, phase),
        Changed::Moved => Text::new(),
        Changed::Deducted | Changed::Undone(_) | Changed::Voided | Changed::Corrected { .. } => {
            fixed(match (&invoice.credit_note, phase) {
                (Some(note), Phase::Committed) => format!("credit note {note} for {number}"),
                (Some(_), Phase::Proposed) => {
                    format!("a credit note of {} for {number}", invoice.gross)
                }
                (None, Phase::Committed) if invoice.void => format!("invoice {number} is void"),
                (None, Phase::Proposed) if invoice.void => format!("invoice {number} becomes void"),
                (None, _) => format!("no money for {number}"),
            })
        }
    }
}

/// The other account, before and after, with the invoice that it got.
fn other_side(change: &CreditChange<'_>, phase: Phase) -> Text {
    let Some(other) = &change.other else { return Text::new() };
    let moved = name(other.client).fixed(format!(": {}", moved(other)));
    let invoice = change.facts.replaced_by.as_ref().map(|invoice| {
        let number = match phase {
            Phase::Committed => format!("{} ", invoice.number),
            Phase::Proposed => String::new(),
        };
        fixed(match invoice.gross.minor {
            0 => format!("document {number}without an amount"),
            _ => format!("invoice {number}{} {}", invoice.gross, due(invoice.due)),
        })
    });
    Text::dotted([moved, invoice.unwrap_or_default()])
}

/// A change for scripts. A change of one kind has its figures at the top; a change of both kinds has
/// an object for each in `changes`.
pub fn json(change: &CreditChange<'_>, phase: Phase) -> Value {
    let committed = phase.is_committed();
    let invoice = change.document.filter(|_| committed);
    let gross = change.document.map(|invoice| invoice.gross);
    let facts = change.facts;
    let mut object = json!({
        "client": change.client().id.to_string(),
        "name": change.client().name,
        "what": sort(&facts.change, &change.main),
        "invoice": invoice.map(|invoice| invoice.number),
        "credit_note": invoice.and_then(|invoice| invoice.credit_note),
        "gross_minor": minor(gross),
        "currency": currency_of(gross),
        "entry": committed.then_some(change.main.entry),
        "replaced_by": facts.replaced_by.as_ref().filter(|_| committed).map(|i| i.number),
        "reason": facts.reason,
        "other": change.other.as_ref().map(|other| {
            let mut object = json!({
                "client": other.client.id.to_string(),
                "entry": committed.then_some(other.entry),
            });
            put_changes(&mut object, other, false);
            object
        }),
    });
    put_changes(&mut object, &change.main, true);
    object
}

/// Adds the figures of one account to its object.
fn put_changes(object: &mut Value, side: &Side<'_>, with_amount: bool) {
    let [change] = side.changes[..] else {
        let all = side.changes.iter().map(|change| {
            json!({
                "kind": change.kind, "amount": change.amount,
                "balance_before": change.before, "balance_after": change.after,
            })
        });
        return put(object, "changes", all.collect());
    };
    if with_amount {
        put(object, "kind", json!(change.kind));
        put(object, "amount", json!(change.amount));
    }
    put(object, "balance_before", json!(change.before));
    put(object, "balance_after", json!(change.after));
}

/// The sort of a change: counts are plain numbers where one kind changed.
fn sort(change: &Changed, side: &Side<'_>) -> Value {
    let count = |per: &PerKind<u64>| match side.changes[..] {
        [KindChange { kind, .. }] => json!(per.get(kind)),
        _ => json!(per),
    };
    match change {
        Changed::Added(mode) => json!({ "added": mode }),
        Changed::Moved => json!("moved"),
        Changed::Deducted => json!("deducted"),
        Changed::Undone(op) => json!({ "undone": op }),
        Changed::Voided => json!("voided"),
        Changed::Corrected { op, off_invoice, written_off, owed, moved } => json!({ "corrected": {
            "op": op,
            "off_invoice": count(off_invoice),
            "written_off": count(written_off),
            "owed": count(owed),
            "moved": count(moved),
        } }),
    }
}

#[cfg(test)]
mod tests {
    use shared::kernel::credit::Kind;
    use shared::kernel::id::ClientId;
    use shared::kernel::mode::Mode;
    use shared::kernel::movement::{Line, Post, Reason, Undo};

    use super::*;

    #[test]
    fn json_of_a_change_has_the_fields_that_scripts_read() {
        let line = Line { kind: Kind::Mms, granted: 500, used: 0, held: 0, balance: 620 };
        let client = Named { id: ClientId(1042), name: "ACME".into(), login: "acme".into() };
        let post = Post { client, entry: 7, reason: Reason::Add, lines: vec![line] };
        let document = json!({
            "number": "INV-1042-0007", "gross": { "minor": 2500, "currency": "GBP" },
            "due": "2026-12-07", "settled": false,
        });
        let movement = Movement {
            posts: vec![post],
            document: serde_json::from_value(document).unwrap(),
            undo: Undo::WithDocument,
        };
        let facts = Facts::of(Changed::Added(Mode::Open));
        let change = CreditChange::new(&movement, &facts, Text::new(), None).unwrap();
        let object = json(&change, Phase::Committed);
        for (field, value) in [
            ("client", json!("c_1042")),
            ("kind", json!("mms")),
            ("amount", json!(500)),
            ("balance_before", json!(120)),
            ("balance_after", json!(620)),
            ("invoice", json!("INV-1042-0007")),
            ("entry", json!(7)),
            ("what", json!({ "added": "open" })),
        ] {
            assert_eq!(object[field], value, "{field}");
        }
        // A plan has no numbers yet.
        let object = json(&change, Phase::Proposed);
        assert_eq!((&object["invoice"], &object["entry"]), (&Value::Null, &Value::Null));
    }
}
