//! `/deductcredit sms|mms`: credits taken away, with a credit note where an invoice is named.

use shared::contract;
use shared::credits::types::{Ask, Operation};
use shared::kernel::credit::Kind;

use super::change::{CreditChange, Phase, amount};
use crate::command::{Action, Args, Command, ParamKind, ParamSpec, Usage};
use crate::commands::params::{AMOUNT, CLIENT, TELL};
use crate::reply::words::{fixed, name};
use crate::view::Text;

const PARAMS: &[ParamSpec] = &[
    CLIENT,
    AMOUNT,
    ParamSpec::required("reason", ParamKind::Rest, "Why they are taken away"),
    ParamSpec::named("invoice", ParamKind::Invoice, "The invoice to make a credit note for")
        .shown("number"),
    ParamSpec::named(
        "to",
        ParamKind::Choice(&[("house", "Taken by the house instead of returned to the reseller")]),
        "From a reseller’s client: the house takes them, instead of the reseller",
    ),
    TELL,
];

const FINDS: &[&str] = &[
    "remove",
    "take",
    "take away",
    "subtract",
    "reduce",
    "withdraw",
    "minus",
    "debit",
    "deduct",
    "refund",
    "clawback",
];

/// Takes SMS or MMS credits away.
pub const COMMANDS: &[Command] = &[
    Command {
        words: &["deductcredit", "sms"],
        about: "Take SMS credits from a client; always asks first",
        example: "/deductcredit sms acme 50 added twice",
        finds: FINDS,
        params: PARAMS,
        action: Action::Ask {
            operation: Operation::DeductCredit.spec(),
            call: |args| ask(args, Kind::Sms),
        },
    },
    Command {
        words: &["deductcredit", "mms"],
        about: "Take MMS credits from a client; always asks first",
        example: "/deductcredit mms acme 50 added twice invoice:INV-1042-0007",
        finds: FINDS,
        params: PARAMS,
        action: Action::Ask {
            operation: Operation::DeductCredit.spec(),
            call: |args| ask(args, Kind::Mms),
        },
    },
];

fn ask(args: &Args, kind: Kind) -> Result<contract::Ask, Usage> {
    Ok(Ask::DeductCredit {
        kind,
        client: args.client("client")?,
        count: args.count("amount")?,
        reason: args.need_behind("client", "reason")?,
        invoice: args.invoice("invoice"),
        to_house: args.text("to").is_some(),
        tell: args.text("tell"),
    }
    .into())
}

/// The sentence about a deduct.
pub fn deducted(change: &CreditChange<'_>, phase: Phase) -> Text {
    let verb = phase.verb("Deducted", "deduct");
    let line = fixed(format!("{verb} {} from ", amount(change))).then(name(change.client()));
    match &change.other {
        Some(reseller) => {
            let returned = phase.verb(", returned to ", " and return them to ");
            line.fixed(returned).then(name(reseller.client))
        }
        None => line,
    }
}
