//! `/payment match` and `/payment unmatch`: what a payment pays.

use shared::kernel::id::{InvoiceNumber, OpId};
use shared::kernel::movement::Movement;
use shared::payments::types::{Action as Done, Ask, Facts, Operation, Share};

use super::{credits, reason, view};
use crate::command::{Action, Args, Command, ParamKind, ParamSpec, Usage};
use crate::grammar::typed_invoice;
use crate::reply::Content;
use crate::reply::words::{fixed, name};
use crate::view::{Mark, Text, View};

const PAYMENT: ParamSpec = ParamSpec::required(
    "payment",
    ParamKind::Word,
    "The payment’s reference, as the list shows it",
);

/// Matches payments and frees them.
pub const COMMANDS: &[Command] = &[
    Command {
        words: &["payment", "match"],
        about: "Match a payment to one or several invoices, or keep it for a client",
        example: "/payment match TRF-8812 INV-1042-0007",
        finds: &["apply payment", "allocate", "reconcile", "settle invoice", "pay invoice"],
        params: &[
            PAYMENT,
            ParamSpec::required(
                "to",
                ParamKind::Client,
                "Invoices in the order in which they are paid, or a client",
            )
            .shown("invoices|client"),
        ],
        action: Action::Ask { operation: Operation::PaymentMatch.spec(), call: ask },
    },
    Command {
        words: &["payment", "unmatch"],
        about: "Free a payment from an invoice, or from all and from its client",
        example: "/payment unmatch TRF-8812",
        finds: &["unapply payment", "free payment", "wrong invoice paid", "move payment"],
        params: &[
            PAYMENT,
            ParamSpec::optional("invoice", ParamKind::Invoice, "Only from this invoice"),
        ],
        action: Action::Ask {
            operation: Operation::PaymentUnmatch.spec(),
            call: |args| {
                let (payment, invoice) = (args.need("payment")?, args.invoice("invoice"));
                Ok(Ask::PaymentUnmatch { payment, invoice }.into())
            },
        },
    },
    Command {
        words: &["payment", "ignore"],
        about: "Say that a payment pays no invoice: a payout, a fee, a transfer",
        example: "/payment ignore TRF-8812",
        finds: &["payout", "not a payment", "own transfer", "bank fee"],
        params: &[PAYMENT],
        action: Action::Ask {
            operation: Operation::PaymentIgnore.spec(),
            call: |args| Ok(Ask::PaymentIgnore { payment: args.need("payment")? }.into()),
        },
    },
];

fn ask(args: &Args) -> Result<shared::contract::Ask, Usage> {
    let (payment, to) = (args.need("payment")?, args.need("to")?);
    let words: Vec<&str> = to.split([' ', ',', ';']).filter(|word| !word.is_empty()).collect();
    let invoices: Vec<InvoiceNumber> =
        words.iter().filter_map(|word| typed_invoice(word)).collect();
    let (invoices, client) = if invoices.len() == words.len() {
        (invoices, None)
    } else if invoices.is_empty() {
        (invoices, Some(to))
    } else {
        let sentence = "A payment is matched to invoices or to a client, not to both.";
        return Err(Usage::new("bad_value", sentence.to_owned()));
    };
    Ok(Ask::PaymentMatch { payment, invoices, client }.into())
}

/// The reply to both.
pub fn content(op: &OpId, facts: &Facts, movement: Option<&Movement>) -> Content {
    let payment = fixed("Payment ").input(facts.payment.clone());
    let is_match = facts.action == Done::Matched;
    let headline = match (is_match, facts.shares.is_empty(), &facts.client) {
        _ if facts.action == Done::Ignored => {
            payment.fixed(format!(" over {} pays no invoice", facts.net))
        }
        (true, true, Some(client)) => payment.fixed(" is kept for ").then(name(client)),
        (true, _, _) => payment.fixed(format!(" over {} is matched", facts.net)),
        (false, _, _) => payment.fixed(format!(" over {} is free", facts.net)),
    };
    let mut view = View::new(Mark::Done, headline).lines(facts.shares.iter().map(share));
    for side in movement.iter().flat_map(|movement| movement.sides()) {
        for change in &side.changes {
            view = view.line(name(side.client).fixed(format!(": {}", credits(*change))));
        }
    }
    if let Some(waits) = facts.waits.filter(|_| facts.action != Done::Ignored) {
        view = view.line(fixed(format!("{} not applied. {}", facts.unapplied, reason(waits))));
    }
    let quoted = view::quoted(&facts.payment);
    view = match facts.action {
        Done::Matched => view.suggest(format!("/payment unmatch {quoted}"), "frees the payment"),
        Done::Ignored => view.suggest(format!("/payment unmatch {quoted}"), "lists it again"),
        _ => view
            .suggest(format!("/payment match {quoted} <invoices or client>"), "says what it pays"),
    };
    let code = match facts.action {
        Done::Matched => "payment_matched",
        Done::Ignored => "payment_ignored",
        _ => "payment_unmatched",
    };
    Content::new(code, view.footer(fixed(op.to_string())).public(), super::json(facts, movement))
}

/// An invoice before and after.
fn share(share: &Share) -> Text {
    let Share { invoice, part, due_before, due, state } = share;
    let state = state.word();
    fixed(format!("{invoice}: {part} of this payment · due {due_before} → {due} · {state}"))
}
