//! `/undo`: an add or a deduct taken back, with its invoice.

use crate::command::{Action, Command, ParamKind, ParamSpec};
use shared::operation::{Ask, Operation};

/// Takes an operation back.
pub const COMMANDS: &[Command] = &[Command {
    words: &["undo"],
    about: "Take back an add or deduct of the last 24 hours, with its invoice",
    example: "/undo op_0123456789abcdef",
    finds: &["revert", "take back", "reverse", "cancel", "mistake", "wrong", "correct"],
    params: &[ParamSpec::optional(
        "op",
        ParamKind::Op,
        "Which operation; your last one if not said",
    )],
    action: Action::Ask {
        operation: Operation::Undo,
        call: |args| Ok(Ask::Undo { op: args.op("op") }),
    },
}];
