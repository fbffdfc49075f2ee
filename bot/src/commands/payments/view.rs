//! `/payment view`: one payment.

use serde_json::{Value, json};
use shared::kernel::id::Named;
use shared::kernel::money::Money;
use shared::payments::matching::types::{Clue, ShownProposal};
use shared::payments::types::{Ask, Operation, Payment, PaymentCard};

use super::reason;
use super::record::line_words;
use crate::command::{Action, Command, ParamKind, ParamSpec};
use crate::reply::Content;
use crate::reply::words::{fixed, name};
use crate::view::{Mark, Text, View, Weight};

/// Views a payment.
pub const COMMANDS: &[Command] = &[Command {
    words: &["payment", "view"],
    about: "View a payment and the invoices that it pays",
    example: "/payment view TRF-8812",
    finds: &["show payment", "payment details"],
    params: &[ParamSpec::required("payment", ParamKind::Word, "The payment’s reference")],
    action: Action::Ask {
        operation: Operation::PaymentView.spec(),
        call: |args| Ok(Ask::PaymentView { payment: args.need("payment")? }.into()),
    },
}];

/// A reference as a line needs it.
pub(super) fn quoted(reference: &str) -> String {
    let is_word = reference.chars().all(|c| c.is_alphanumeric() || "_-".contains(c));
    if is_word { reference.to_owned() } else { format!("\"{reference}\"") }
}

/// An amount of a payment.
pub(super) fn money(payment: &Payment, minor: u64) -> Money {
    Money { minor, currency: payment.currency }
}

/// The reply to `/payment view`.
pub fn content(card: &PaymentCard) -> Content {
    let payment = &card.payment;
    let of = |minor| money(payment, minor);
    let net = of(payment.sums.net());
    let headline = fixed("Payment ").input(payment.reference.clone()).fixed(format!(" · {net}"));
    let mut view = View::new(Mark::Answer, headline);
    if let Some(line) = &card.line {
        view = view.line(line_words(line));
    }
    if let Some(client) = &card.client {
        view = view.line(fixed("for ").then(name(client)));
    }
    view =
        view.lines(payment.applications().into_iter().map(|application| {
            fixed(format!("{}: {}", application.invoice, of(application.minor)))
        }));
    let part = |word: &str, minor| match minor {
        0 => Text::new(),
        minor => fixed(format!("{} {word}", of(minor))),
    };
    view = view.line(Text::dotted([
        part("received", payment.sums.received_minor),
        part("refunded", payment.sums.refunded()),
        part("withheld by a dispute", payment.sums.withheld()),
        part("not applied", payment.unapplied()),
    ]));
    if let Some(same) = &payment.same_as {
        view = view.line(fixed("It is the same money as ").input(same.clone()));
    }
    if payment.claimed {
        view = view.line(fixed("Staff marked it paid; no provider or statement confirmed it yet."));
    }
    if let Some(waits) = card.waits {
        view = view.line(fixed(reason(waits)));
    }
    if let Some(claim) = &payment.claim {
        view = view.line(fixed("It is the money of the claimed payment ").input(claim.clone()));
    }
    view = proposals(view, &payment.reference, &card.proposals);
    let reference = quoted(&payment.reference);
    if payment.unapplied() > 0 {
        view = view.suggest(
            format!("/payment match {reference} <invoices or client>"),
            "says what it pays",
        );
    }
    if payment.applied() > 0 && !payment.claimed {
        view = view.suggest(format!("/payment unmatch {reference}"), "frees the payment");
    }
    Content::new("payment", view.footer(fixed(payment.op.to_string())), json(card))
}

/// What a payment may pay, each with its reasons and the line that says so.
pub(super) fn proposals(mut view: View, reference: &str, proposals: &[ShownProposal]) -> View {
    for proposal in proposals {
        let numbers: Vec<String> = proposal.invoices.iter().map(ToString::to_string).collect();
        let clues: Vec<&str> = proposal.clues.iter().copied().map(clue).collect();
        let sure = if proposal.is_sure { " · sure" } else { "" };
        let effect = match &proposal.claim {
            Some(claim) => {
                fixed("It may be the claimed payment ").input(claim.clone()).fixed(" for ")
            }
            None => fixed("It may pay "),
        };
        view = view.line(
            effect
                .fixed(format!("{} of ", numbers.join(", ")))
                .then(named(&proposal.client))
                .fixed(format!(": {}{sure}", clues.join(", "))),
        );
    }
    for proposal in proposals {
        let numbers: Vec<String> = proposal.invoices.iter().map(ToString::to_string).collect();
        let line = format!("/payment match {} {}", quoted(reference), numbers.join(" "));
        let label = format!("Match {}", numbers.join(", "));
        view = view.suggest_as((label.as_str(), Weight::Plain), line, "says that it pays this");
    }
    view
}

/// The first proposal in a few words; empty without one.
pub(super) fn first(proposals: &[ShownProposal]) -> Text {
    let Some(first) = proposals.first() else { return Text::new() };
    let numbers: Vec<String> = first.invoices.iter().map(ToString::to_string).collect();
    let sure = if first.is_sure { " · sure" } else { "" };
    fixed(format!("{} of ", numbers.join(", "))).then(named(&first.client)).fixed(sure)
}

/// A client by name and id.
fn named(client: &Named) -> Text {
    Text::new().input(client.name.clone()).fixed(format!(" ({})", client.id))
}

/// A reason in words.
fn clue(clue: Clue) -> &'static str {
    match clue {
        Clue::Reference => "its reference",
        Clue::Number => "its number",
        Clue::MistypedNumber => "its number with a slip",
        Clue::BareNumber => "its number without INV",
        Clue::ShortNumber => "the end of its number",
        Clue::Amount => "exactly the amount",
        Clue::Gross => "exactly the gross",
        Clue::Sum => "exactly the sum",
        Clue::Parts => "the amount with other lines",
        Clue::Less => "less than is due",
        Clue::More => "more than is due",
        Clue::OtherCurrency => "another currency",
        Clue::Name => "the client’s name",
        Clue::LikeName => "a name like the client’s",
        Clue::PastAccount => "an account that paid for the client before",
        Clue::PastParty => "a payer who paid for the client before",
        Clue::OtherName => "but another client’s name",
        Clue::Claim => "the claim’s reference",
        Clue::Taken => "but other lines pay it",
    }
}

/// A payment for scripts.
pub(super) fn json(card: &PaymentCard) -> Value {
    let payment = &card.payment;
    let applied = payment.applications().into_iter();
    let applied = applied.map(|part| json!({ "invoice": part.invoice, "minor": part.minor }));
    json!({
        "payment": payment.reference,
        "currency": payment.currency.code(),
        "received_minor": payment.sums.received_minor,
        "net_minor": payment.sums.net(),
        "unapplied_minor": payment.unapplied(),
        "client": card.client.as_ref().map(|client| client.id.to_string()),
        "claimed": payment.claimed,
        "applied": applied.collect::<Vec<_>>(),
        "date": card.line.as_ref().map(|line| line.on),
        "text": card.line.as_ref().map(|line| line.text.clone()),
        "waits": card.waits,
        "proposals": card.proposals,
        "op": payment.op,
    })
}
