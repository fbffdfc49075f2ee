//! `/statement`: the entries of an account, newest first.

use crate::command::{Action, Args, Command, ParamKind, ParamSpec};
use shared::credit::Kind;
use shared::operation::{Ask, Operation};

/// Reads entries.
pub const COMMANDS: &[Command] = &[Command {
    words: &["statement"],
    about: "Show every change of a client’s credits, or get it as a CSV file",
    example: "/statement acme mms since:2026-11-01 csv",
    finds: &["ledger", "entries", "transactions", "log", "export", "csv", "download"],
    params: &[
        ParamSpec::required(
            "client",
            ParamKind::Client,
            "Client: two or three letters of any name",
        ),
        ParamSpec::optional(
            "kind",
            ParamKind::Choice(&[("sms", "SMS credits"), ("mms", "MMS credits")]),
            "Only these credits",
        ),
        ParamSpec::named("since", ParamKind::Date, "From this day on; by default the last 30 days"),
        ParamSpec::named("until", ParamKind::Date, "Up to and with this day"),
        ParamSpec::named("csv", ParamKind::Flag, "As a file"),
        ParamSpec::by_button("before", ParamKind::Number, "Only those before this entry"),
    ],
    action: Action::Ask {
        operation: Operation::Statement,
        call: |args| {
            Ok(Ask::Statement {
                client: args.need("client")?,
                kind: kind(args),
                since: args.date("since"),
                until: args.date("until"),
                before: args.number("before"),
            })
        },
    },
}];

/// The kind that was chosen, if one was.
fn kind(args: &Args) -> Option<Kind> {
    Kind::ALL.into_iter().find(|kind| args.text("kind").as_deref() == Some(kind.word()))
}
