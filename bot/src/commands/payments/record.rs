//! `/payment record`: a line of a bank’s statement becomes a payment.

use serde_json::json;
use shared::kernel::id::OpId;
use shared::payments::types::{
    Action as Done, Ask, BankLine, Facts, NewLine, Operation, PaymentCard,
};

use super::{reason, view};
use crate::command::{Action, Command, ParamKind, ParamSpec, Usage};
use crate::reply::words::{fixed, name};
use crate::reply::{Content, Context};
use crate::view::{Mark, Text, View, Weight, day};

/// Records a payment.
pub const COMMANDS: &[Command] = &[Command {
    words: &["payment", "record"],
    about: "Record a payment from a bank statement; it pays nothing until it is matched",
    example: "/payment record 75.00 2026-11-20 \"AMBER BAKERY TRF-8812\"",
    finds: &["bank transfer", "money arrived", "statement line", "deposit", "received payment"],
    params: &[
        ParamSpec::required("amount", ParamKind::Word, "The amount, such as 75.00"),
        ParamSpec::required("date", ParamKind::Date, "The day on which the bank booked it"),
        ParamSpec::required("text", ParamKind::Text, "The text of the statement line"),
        ParamSpec::named("ref", ParamKind::Reference, "The reference that names this payment")
            .shown("reference"),
        ParamSpec::named("client", ParamKind::Client, "The client for which the money is kept"),
        ParamSpec::named("again", ParamKind::Flag, "Another payment, equal to one on record"),
    ],
    action: Action::Ask {
        operation: Operation::PaymentRecord.spec(),
        call: |args| {
            let line = NewLine {
                amount: args.need("amount")?,
                on: args.day("date").ok_or_else(|| Usage::missing("date"))?,
                text: args.need("text")?,
                reference: args.text("ref"),
                client: args.text("client"),
                again: args.flag("again"),
            };
            Ok(Ask::PaymentRecord(line).into())
        },
    },
}];

/// The day and the text of a statement line.
pub(super) fn line_words(line: &BankLine) -> Text {
    fixed(format!("{} · ", day(line.on))).input(line.text.clone())
}

/// The reply to `/payment record`.
pub fn content(op: &OpId, facts: &Facts) -> Content {
    let payment = fixed("Payment ").input(facts.payment.clone());
    let headline = match facts.action {
        Done::Confirmed => {
            payment.fixed(format!(" over {} is confirmed: staff had marked it paid", facts.net))
        }
        _ => payment.fixed(format!(" over {} is recorded", facts.net)),
    };
    let mut view = View::new(Mark::Done, headline);
    if let Some(line) = &facts.line {
        view = view.line(line_words(line));
    }
    if let Some(client) = &facts.client {
        view = view.line(fixed("for ").then(name(client)));
    }
    if let Some(waits) = facts.waits {
        view = view.line(fixed(format!("{} not applied. {}", facts.unapplied, reason(waits))));
    }
    view = view::proposals(view, &facts.payment, &facts.proposals);
    if facts.unapplied.minor > 0 {
        view = view.suggest_as(
            ("Match", Weight::Plain),
            format!("/payment match {} <invoices or client>", view::quoted(&facts.payment)),
            "says what it pays",
        );
    }
    Content::new("payment", view.footer(fixed(op.to_string())), json!(facts))
}

/// The reply to a line that the desk has already.
pub(super) fn known(card: &PaymentCard, has_reference: bool, context: &Context<'_>) -> Content {
    let payment = &card.payment;
    let reference = fixed("Payment ").input(payment.reference.clone());
    let net = view::money(payment, payment.sums.received_minor);
    let headline = reference.fixed(format!(" over {net} is on record; nothing new was booked"));
    let mut view = View::new(Mark::Answer, headline);
    if let Some(line) = &card.line {
        view = view.line(line_words(line).fixed(" · recorded ").time(payment.at));
    }
    view = if has_reference {
        view.line(fixed("Another payment has another reference."))
    } else {
        let line = context.parsed.map(|parsed| format!("{} --again", parsed.line()));
        match line {
            Some(line) => view
                .line(fixed("If the bank booked a second equal payment, book it again."))
                .suggest_as(("Book again", Weight::Plain), line, "records a second payment"),
            None => view,
        }
    };
    let line = format!("/payment view {}", view::quoted(&payment.reference));
    let view = view.suggest_as(("First payment", Weight::Plain), line, "shows the first payment");
    Content::new("payment_known", view, view::json(card))
}
