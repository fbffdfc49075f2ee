//! Payments: the replies to those that a billing provider books, which are announcements; the inbox where
//! staff record, match and free payments; refunds and rounds over the events of the providers.

pub(crate) mod import;
mod list;
mod matching;
mod reconcile;
mod record;
mod refund;
mod view;

use serde_json::{Value, json};
use shared::invoices::types::{InvoiceState, PAYMENTS_MAX};
use shared::kernel::actor::Provider;
use shared::kernel::credit::grouped_signed;
use shared::kernel::id::OpId;
use shared::kernel::movement::{KindChange, Movement};
use shared::payments::types::{Action, Answer, Facts, Stage, Waits};

use crate::command::Command;
use crate::reply::words::{fixed, name};
use crate::reply::{Content, Context};
use crate::view::{Mark, Text, View, Weight};

/// The commands, in the order of `/help`.
pub const COMMANDS: &[&[Command]] = &[
    record::COMMANDS,
    import::COMMANDS,
    matching::COMMANDS,
    list::COMMANDS,
    view::COMMANDS,
    refund::COMMANDS,
    reconcile::COMMANDS,
];

pub use reconcile::content as reconciled;
pub use refund::{asked as refund_asked, proposed as refund_proposed};

/// The reply to a read about payments.
pub fn answer(answer: &Answer, context: &Context<'_>) -> Option<Content> {
    match answer {
        // Only providers ask for these, and read no reply.
        Answer::NothingNew { .. } | Answer::Noted => None,
        Answer::Known { card, has_reference } => Some(record::known(card, *has_reference, context)),
        Answer::Unmatched { cards, total } => Some(list::content(cards, *total, context)),
        Answer::View { card } => Some(view::content(card)),
        Answer::File(read) => Some(import::content(read)),
    }
}

/// The reply to a change of a payment.
pub fn done(op: &OpId, facts: &Facts, movement: Option<&Movement>) -> Content {
    match facts.action {
        Action::Booked => {}
        Action::Imported => return import::part(op, facts),
        Action::Recorded | Action::Confirmed => return record::content(op, facts),
        Action::Matched | Action::Unmatched | Action::Ignored => {
            return matching::content(op, facts, movement);
        }
    }
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
    if let (Some(Waits::Claimed), Some(number)) = (facts.waits, facts.invoice) {
        let payment = view::quoted(&facts.payment);
        let (same, another) = (
            format!("/payment match {payment} {number}"),
            format!("/payment match {payment} c_{}", number.client.0),
        );
        view = view
            .suggest_as(("Same money", Weight::Plain), same, "says that it is the claimed money")
            .suggest_as(("Another payment", Weight::Plain), another, "keeps it as money credit");
    }
    if let Some(number) = facts.invoice.filter(|_| facts.state.is_some()) {
        view = view.suggest(format!("/invoice view {number}"), "shows the invoice");
    }
    let view = view.footer(fixed(op.to_string()));
    Content::new("payment", view.public(), json(facts, movement))
}

/// The action of a plan that changes a payment.
pub fn proposed(facts: &Facts) -> Text {
    let verb = match facts.action {
        Action::Booked => "book",
        Action::Recorded | Action::Imported => "record",
        Action::Confirmed => "confirm",
        Action::Matched => "match",
        Action::Unmatched => "free",
        Action::Ignored => "ignore",
    };
    let over = format!(" over {}", facts.net);
    fixed(format!("{verb} the payment ")).input(facts.payment.clone()).fixed(over)
}

/// A provider as people write it.
fn title(provider: Provider) -> &'static str {
    match provider {
        Provider::Stripe => "Stripe",
        Provider::Paystack => "Paystack",
        Provider::Billing => "Billing",
    }
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
fn reason(waits: Waits) -> String {
    let sentence = match waits {
        Waits::NoInvoice => "It names no invoice.",
        Waits::UnknownInvoice => {
            "There is no such invoice yet. The desk tries again each minute, and applies it to no other."
        }
        Waits::SeveralInvoices => "Its events name several invoices, so it is applied to none.",
        Waits::OtherCurrency => "It is in another currency than the invoice.",
        Waits::InvoiceOver => {
            "The invoice is void or taken back, and stays so. The money is the client’s credit."
        }
        Waits::TooMany => {
            return format!("The invoice has {PAYMENTS_MAX} payments already.");
        }
        Waits::Claimed => {
            "Staff marked the invoice paid with the same amount, and nothing has confirmed that. It may be the same money."
        }
        Waits::Ignored => "It pays no invoice, as staff said.",
        Waits::Surplus => "It is more than is due. The rest is the client’s money credit.",
        Waits::Credit => "It is the client’s money credit, and pays an invoice when it is matched.",
    };
    sentence.to_owned()
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
            action: Action::Booked,
            client: None,
            shares: Vec::new(),
            line: None,
            imported: 0,
            proposals: Vec::new(),
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
