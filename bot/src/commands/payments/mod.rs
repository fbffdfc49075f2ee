//! Payments that a billing provider books: no staff member types them, so their replies are announcements.

use serde_json::{Value, json};
use shared::invoices::types::InvoiceState;
use shared::kernel::credit::grouped_signed;
use shared::kernel::id::OpId;
use shared::kernel::movement::{KindChange, Movement};
use shared::payments::types::{Facts, Stage, Waits};

use crate::reply::Content;
use crate::reply::words::{fixed, name};
use crate::view::{Mark, Text, View, Weight};

/// The reply to a booked payment.
pub fn done(op: &OpId, facts: &Facts, movement: Option<&Movement>) -> Content {
    let mut view = View::new(Mark::Done, headline(facts)).line(sums(facts));
    for side in movement.iter().flat_map(|movement| movement.sides()) {
        for change in &side.changes {
            view = view.line(name(side.client).fixed(format!(": {}", credits(*change))));
        }
        if side.changes.iter().any(|change| change.after < 0) {
            let line = format!("/client openadds stop {}", side.client.id);
            view = view.suggest_as(
                ("Stop open adds", Weight::Danger),
                line,
                "stops its further adds on open invoices",
            );
        }
    }
    if let Some(waits) = facts.waits {
        view = view.line(fixed(reason(waits)));
    }
    if let Some(number) = facts.invoice.filter(|_| facts.state.is_some()) {
        view = view.suggest(format!("/invoice view {number}"), "shows the invoice");
    }
    let view = view.footer(fixed(op.to_string()));
    Content::new("payment", view.public(), json(facts, movement))
}

/// The action of a plan that books a payment.
pub fn proposed(facts: &Facts) -> Text {
    fixed("book the payment ").input(facts.payment.clone())
}

fn headline(facts: &Facts) -> Text {
    let payment = fixed("Payment ").input(facts.payment.clone());
    let number = facts.invoice.map(|number| number.to_string()).unwrap_or_default();
    if facts.disputed {
        return payment.fixed(format!(" is disputed · {number}"));
    }
    match (facts.state, facts.stage) {
        (_, Stage::Waiting) => payment.fixed(format!(" for {number} waits for the bank")),
        (_, Stage::Failed) => payment.fixed(format!(" for {number} failed at the bank")),
        (Some(state), Stage::Unknown) => payment.fixed(format!(" · {number} is {}", state.word())),
        (None, Stage::Unknown) => payment.fixed(format!(" over {} waits", facts.net)),
    }
}

/// The part that is paid, due and free.
fn sums(facts: &Facts) -> Text {
    let is_open = matches!(facts.state, Some(InvoiceState::Open | InvoiceState::PartlyPaid));
    let due = facts.due.filter(|_| is_open);
    let free = (facts.unapplied.minor > 0).then_some(facts.unapplied);
    Text::dotted([
        facts.paid.map(|paid| fixed(format!("{paid} paid"))).unwrap_or_default(),
        due.map(|due| fixed(format!("{due} due"))).unwrap_or_default(),
        free.map(|free| fixed(format!("{free} not applied"))).unwrap_or_default(),
    ])
}

/// The credits that a refund or dispute took, or that came back.
fn credits(change: KindChange) -> String {
    let (before, after) = (grouped_signed(change.before), grouped_signed(change.after));
    let owing = if change.after < 0 { ", which is owed" } else { "" };
    format!("{} {before} → {after}{owing}", change.kind)
}

/// Why money waits, and what comes next.
fn reason(waits: Waits) -> &'static str {
    match waits {
        Waits::NoInvoice => "It names no invoice.",
        Waits::UnknownInvoice => {
            "There is no such invoice yet. The desk tries again each minute, and applies it to no other."
        }
        Waits::SeveralInvoices => "Its events name several invoices, so it is applied to none.",
        Waits::OtherCurrency => "It is in another currency than the invoice.",
        Waits::InvoiceOver => {
            "The invoice is void or taken back, and stays so. The money is the client’s credit."
        }
        Waits::TooMany => "The invoice has ten payments already.",
        Waits::Claimed => {
            "Staff marked the invoice paid with the same amount, and nothing has confirmed that. It may be the same money."
        }
        Waits::Surplus => "It is more than is due. The rest is the client’s money credit.",
    }
}

fn json(facts: &Facts, movement: Option<&Movement>) -> Value {
    let mut json = json!(facts);
    let changes = movement.iter().flat_map(|movement| movement.sides());
    let changes = changes.flat_map(|side| {
        let client = side.client.id.to_string();
        side.changes.into_iter().map(move |change| {
            json!({
                "client": client, "kind": change.kind, "amount": change.amount,
                "balance_before": change.before, "balance_after": change.after,
            })
        })
    });
    let changes: Vec<Value> = changes.collect();
    if let (Some(fields), false) = (json.as_object_mut(), changes.is_empty()) {
        fields.insert("credits".to_owned(), Value::Array(changes));
    }
    json
}

#[cfg(test)]
mod tests {
    use shared::kernel::credit::Kind;
    use shared::kernel::id::{CallKey, ClientId, Named};
    use shared::kernel::money::Money;
    use shared::kernel::movement::{Line, Never, Post, Reason, Undo};

    use super::*;

    fn money(minor: u64) -> Money {
        Money { minor, currency: "GBP".parse().unwrap() }
    }

    fn facts() -> Facts {
        Facts {
            payment: "pi_1".to_owned(),
            net: money(3_000),
            invoice: "INV-2-0003".parse().ok(),
            state: Some(InvoiceState::Paid),
            paid: Some(money(3_000)),
            due: Some(money(0)),
            unapplied: money(0),
            waits: None,
            stage: Stage::Unknown,
            disputed: false,
        }
    }

    fn plain(facts: &Facts, movement: Option<&Movement>) -> String {
        let op = CallKey::new("test", "1").op();
        let text = done(&op, facts, movement).view.plain();
        text.replace(&op.to_string(), "op")
    }

    #[test]
    fn booked_payment_states_its_invoice_and_its_sums() {
        let settled = plain(&facts(), None);
        assert!(settled.contains("Payment pi_1 · INV-2-0003 is paid"), "{settled}");
        assert!(settled.contains("£30.00 paid"), "{settled}");
        let partly = Facts {
            state: Some(InvoiceState::PartlyPaid),
            paid: Some(money(1_000)),
            due: Some(money(2_000)),
            ..facts()
        };
        assert!(plain(&partly, None).contains("£10.00 paid · £20.00 due"));
        let surplus = Facts { unapplied: money(1_500), waits: Some(Waits::Surplus), ..facts() };
        let surplus = plain(&surplus, None);
        assert!(surplus.contains("£15.00 not applied") && surplus.contains("money credit"));
    }

    #[test]
    fn payment_without_money_says_what_it_waits_for() {
        let open = Facts {
            net: money(0),
            state: Some(InvoiceState::Open),
            paid: Some(money(0)),
            ..facts()
        };
        let waiting = plain(&Facts { stage: Stage::Waiting, ..open.clone() }, None);
        assert!(waiting.contains("Payment pi_1 for INV-2-0003 waits for the bank"), "{waiting}");
        let failed = plain(&Facts { stage: Stage::Failed, ..open }, None);
        assert!(failed.contains("failed at the bank"), "{failed}");
        let unknown = Facts {
            state: None,
            paid: None,
            due: None,
            unapplied: money(3_000),
            waits: Some(Waits::UnknownInvoice),
            ..facts()
        };
        let unknown = plain(&unknown, None);
        assert!(unknown.contains("Payment pi_1 over £30.00 waits"), "{unknown}");
        assert!(unknown.contains("no such invoice yet"), "{unknown}");
    }

    #[test]
    fn credits_that_a_dispute_took_stand_before_and_after() {
        let client =
            Named { id: ClientId(2), name: "ACME Ltd".to_owned(), login: "acme".to_owned() };
        let line = Line { kind: Kind::Mms, granted: -500, used: 0, held: 0, balance: -350 };
        let post = Post { client, entry: 9, reason: Reason::Refund, lines: vec![line] };
        let undo = Undo::Never(Never::Provider);
        let movement = Movement { posts: vec![post], document: None, undo };
        let disputed = Facts { disputed: true, ..facts() };

        let text = plain(&disputed, Some(&movement));

        assert!(text.contains("Payment pi_1 is disputed · INV-2-0003"), "{text}");
        assert!(text.contains("ACME Ltd (c_2): MMS 150 → −350, which is owed"), "{text}");
    }
}
