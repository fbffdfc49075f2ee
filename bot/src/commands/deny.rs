//! `/deny`: a plan turned down, or one’s own taken back.

use crate::command::{Action, Command, ParamKind, ParamSpec, Usage};
use shared::operation::{Ask, Operation};

/// Turns a plan down.
pub const COMMANDS: &[Command] = &[Command {
    words: &["deny"],
    about: "Turn down somebody else’s plan, or take back your own",
    example: "/deny op_0123456789abcdef call the client first",
    finds: &["no", "reject", "decline", "cancel plan"],
    params: &[
        ParamSpec::required("op", ParamKind::Plan, "Which plan"),
        ParamSpec::optional("reason", ParamKind::Rest, "Why"),
    ],
    action: Action::Ask {
        operation: Operation::Deny,
        call: |args| {
            let op = args.op("op").ok_or_else(|| Usage::missing("op"))?;
            Ok(Ask::Deny { op, reason: args.text("reason") })
        },
    },
}];
