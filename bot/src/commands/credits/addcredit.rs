//! `/addcredit sms|mms`: credits sold, paid already, or given.

use shared::contract;
use shared::credits::types::{Ask, Operation};
use shared::kernel::credit::Kind;
use shared::kernel::mode::Mode;
use shared::kernel::movement::DocumentRef;

use super::change::{CreditChange, Phase, amount};
use crate::command::{Action, Args, Command, ParamKind, ParamSpec, Usage};
use crate::commands::params::{AMOUNT, CLIENT, TELL};
use crate::reply::words::{due, fixed, name};
use crate::view::Text;

const PARAMS: &[ParamSpec] = &[
    CLIENT,
    AMOUNT,
    ParamSpec::optional("reason", ParamKind::Rest, "Why; required for a grant"),
    ParamSpec::named("paid", ParamKind::Word, "Paid already: the payment’s reference")
        .shown("reference"),
    ParamSpec::named("grant", ParamKind::Flag, "Give them for nothing, with a reason"),
    ParamSpec::named(
        "from",
        ParamKind::Choice(&[("house", "Billed to the reseller instead of moved from it")]),
        "For a reseller’s client: sell from the house instead of moving",
    ),
    TELL,
];

/// Adds SMS or MMS credits.
pub const COMMANDS: &[Command] = &[
    Command {
        words: &["addcredit", "sms"],
        about: "Add SMS credits to a client; an invoice is made with them",
        example: "/addcredit sms acme 1,000 monthly top-up",
        finds: FINDS,
        params: PARAMS,
        action: Action::Ask {
            operation: Operation::AddCredit.spec(),
            call: |args| ask(args, Kind::Sms),
        },
    },
    Command {
        words: &["addcredit", "mms"],
        about: "Add MMS credits to a client; an invoice is made with them",
        example: "/addcredit mms acme 500",
        finds: FINDS,
        params: PARAMS,
        action: Action::Ask {
            operation: Operation::AddCredit.spec(),
            call: |args| ask(args, Kind::Mms),
        },
    },
];

const FINDS: &[&str] = &[
    "top up",
    "topup",
    "recharge",
    "refill",
    "load",
    "sell",
    "give",
    "gift",
    "grant",
    "credit",
    "add",
    "add credits",
    "buy",
    "fund",
];

fn ask(args: &Args, kind: Kind) -> Result<contract::Ask, Usage> {
    let reference = args.text("paid");
    let reason = args.text("reason");
    let mode = match (&reference, args.flag("grant")) {
        (Some(_), true) => {
            return Err(Usage::clash("Either paid or a grant: a gift has no payment."));
        }
        (Some(_), false) => Mode::Paid,
        (None, true) => Mode::Grant,
        (None, false) => Mode::Open,
    };
    if mode == Mode::Grant && reason.is_none() {
        return Err(Usage::new("missing", "A grant needs a reason: reason:\"…\"."));
    }
    Ok(Ask::AddCredit {
        kind,
        client: args.need("client")?,
        count: args.count("amount")?,
        mode,
        reference,
        reason,
        from_house: args.text("from").is_some(),
        tell: args.text("tell"),
    }
    .into())
}

/// The sentence about an add.
pub fn added(change: &CreditChange<'_>, mode: Mode, phase: Phase) -> Text {
    let verb = phase.verb("Added", "add");
    let line = fixed(format!("{verb} {} to ", amount(change))).then(name(change.client()));
    match mode {
        Mode::Open => line,
        Mode::Paid => line.fixed(", paid"),
        Mode::Grant => line.fixed(", as a grant"),
    }
}

/// The sentence about credits that came from the reseller.
pub fn moved(change: &CreditChange<'_>, phase: Phase) -> Text {
    let verb = phase.verb("Moved", "move");
    let line = fixed(format!("{verb} {} to ", amount(change))).then(name(change.client()));
    match &change.other {
        Some(other) => line.fixed(" from ").then(name(other.client)),
        None => line,
    }
}

/// The invoice of an add.
pub fn document(invoice: &DocumentRef, mode: Mode, phase: Phase) -> String {
    let (number, gross) = (invoice.number, invoice.gross);
    match (phase, mode) {
        (Phase::Committed, Mode::Grant) => format!("invoice {number} {gross}, nothing due"),
        (Phase::Committed, Mode::Open | Mode::Paid) if invoice.settled => {
            format!("invoice {number} {gross}, paid")
        }
        (Phase::Committed, Mode::Open | Mode::Paid) => {
            format!("invoice {number} {gross} {}", due(invoice.due))
        }
        (Phase::Proposed, Mode::Grant) => "a zero-rated invoice".to_owned(),
        (Phase::Proposed, Mode::Open | Mode::Paid) if invoice.settled => {
            format!("an invoice of {gross}, paid")
        }
        (Phase::Proposed, Mode::Open | Mode::Paid) => {
            format!("an invoice of {gross} {}", due(invoice.due))
        }
    }
}
