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
    ParamSpec::named("paid", ParamKind::Reference, "Paid already: the payment’s reference")
        .shown("reference"),
    ParamSpec::named("grant", ParamKind::Flag, "Give them free of charge, with a reason"),
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
        about: "Add SMS credits to a client, with an invoice",
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
        about: "Add MMS credits to a client, with an invoice",
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
    if mode == Mode::Grant && reason.is_none() && !args.is_undivided("client") {
        return Err(Usage::new("missing", "A grant needs a reason: reason:\"…\"."));
    }
    Ok(Ask::AddCredit {
        kind,
        client: args.client("client")?,
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
pub fn document(invoice: &DocumentRef, mode: Mode, phase: Phase) -> Text {
    let (number, gross) = (invoice.number, invoice.gross);
    let (begin, nothing) = match phase {
        Phase::Committed => (format!("invoice {number} {gross}"), ", nothing due"),
        Phase::Proposed => (format!("an invoice of {gross}"), ""),
    };
    match (mode, &invoice.reference) {
        (Mode::Grant, _) if phase == Phase::Proposed => fixed("a zero-rated invoice"),
        (Mode::Grant, _) => fixed(begin).fixed(nothing),
        (Mode::Open | Mode::Paid, _) if !invoice.settled => {
            fixed(format!("{begin} {}", due(invoice.due)))
        }
        (Mode::Open | Mode::Paid, Some(reference)) => {
            fixed(begin).fixed(", paid with reference ").input(reference.clone())
        }
        (Mode::Open | Mode::Paid, None) => fixed(begin).fixed(", paid"),
    }
}
