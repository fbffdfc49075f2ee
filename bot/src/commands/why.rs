//! `/why`: a balance explained line by line.

use crate::command::{Action, Args, Command, ParamKind, ParamSpec};
use shared::credit::Kind;
use shared::operation::{Ask, Operation};

/// Explains a balance.
pub const COMMANDS: &[Command] = &[Command {
    words: &["why"],
    about: "Explain a client’s balance, line by line, and check that it adds up",
    example: "/why acme mms",
    finds: &["explain", "reason", "how come", "does not add up", "wrong balance", "audit balance"],
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
    ],
    action: Action::Ask {
        operation: Operation::Why,
        call: |args| Ok(Ask::Why { client: args.need("client")?, kind: kind(args) }),
    },
}];

/// The kind that was chosen, if one was.
fn kind(args: &Args) -> Option<Kind> {
    Kind::ALL.into_iter().find(|kind| args.text("kind").as_deref() == Some(kind.word()))
}
