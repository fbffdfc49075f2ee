//! `/payment refund`: a part of a provider's payment, sent back by the provider.

use serde_json::json;
use shared::kernel::id::OpId;
use shared::payments::provider::types::RefundFacts;
use shared::payments::types::{Ask, Operation};

use super::title;
use crate::command::{Action, Command, ParamKind, ParamSpec};
use crate::commands::Proposed;
use crate::reply::Content;
use crate::reply::words::{fixed, name};
use crate::view::{Mark, Text, View};

/// Refunds.
pub const COMMANDS: &[Command] = &[Command {
    words: &["payment", "refund"],
    about: "Send a part of a payment by Stripe or Paystack back to its payer",
    example: "/payment refund pi_3Nf2 20.00",
    finds: &["money back", "send back", "pay back", "return money"],
    params: &[
        ParamSpec::required(
            "payment",
            ParamKind::Word,
            "The payment, as the provider names it, or its invoice",
        ),
        ParamSpec::required("amount", ParamKind::Word, "How much: 20.00"),
    ],
    action: Action::Ask {
        operation: Operation::PaymentRefund.spec(),
        call: |args| {
            let (payment, amount) = (args.need("payment")?, args.need("amount")?);
            Ok(Ask::PaymentRefund { payment, amount }.into())
        },
    },
}];

/// The reply to a refund that was asked for.
pub fn asked(op: &OpId, facts: &RefundFacts) -> Content {
    let provider = title(facts.provider);
    let headline = fixed(format!("Asked {provider} to refund ")).then(subject(facts));
    let mut view = View::new(Mark::Done, headline).line(figures(facts)).line(fixed(format!(
        "The refund, and the credits that it takes, are booked when {provider} reports it. If {provider} \
         refuses, /jobs failed says why."
    )));
    if let Some(number) = facts.invoice {
        view = view.suggest(format!("/invoice view {number}"), "shows the invoice");
    }
    Content::new("refund", view.footer(fixed(op.to_string())).public(), json!(facts))
}

/// What a plan would refund.
pub fn proposed(facts: &RefundFacts) -> Proposed {
    let mut lines = vec![figures(facts)];
    lines.push(fixed("The credits that the money paid for are taken back in proportion, if the invoice was paid in full."));
    Proposed { action: fixed("refund ").then(subject(facts)), lines, json: json!(facts) }
}

fn subject(facts: &RefundFacts) -> Text {
    let text = fixed(format!("{} of payment ", facts.amount)).input(facts.payment.clone());
    let text = match facts.invoice {
        Some(number) => text.fixed(format!(" for {number}")),
        None => text,
    };
    match &facts.client {
        Some(client) => text.fixed(" of ").then(name(client)),
        None => text,
    }
}

fn figures(facts: &RefundFacts) -> Text {
    fixed(format!("refundable {} → {}", facts.before, facts.after))
}
