//! `/payment view`: one payment.

use serde_json::{Value, json};
use shared::kernel::money::Money;
use shared::payments::types::{Ask, Operation, Payment, PaymentCard};

use super::reason;
use super::record::line_words;
use crate::command::{Action, Command, ParamKind, ParamSpec};
use crate::reply::Content;
use crate::reply::words::{fixed, name};
use crate::view::{Mark, Text, View};

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
pub(super) fn content(card: &PaymentCard) -> Content {
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
    if payment.claimed {
        view = view.line(fixed("Staff marked it paid; no provider or statement confirmed it yet."));
    }
    if let Some(waits) = card.waits {
        view = view.line(fixed(reason(waits)));
    }
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
        "op": payment.op,
    })
}
