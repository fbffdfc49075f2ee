//! `/staff leave`: somebody leaves, at once and everywhere.

use crate::command::{Action, Command, ParamKind, ParamSpec};
use shared::operation::{Ask, Operation};

/// Somebody leaves.
pub const COMMANDS: &[Command] = &[Command {
    words: &["staff", "leave"],
    about: "Somebody leaves: no more access on any identity, from this second",
    example: "/staff leave dana to:sam",
    finds: &["revoke", "remove staff", "offboard", "fire", "unlink"],
    params: &[
        ParamSpec::required("who", ParamKind::Staff, "Id, name, identity or mention"),
        ParamSpec::named("to", ParamKind::Staff, "Who takes over clients and waiting plans")
            .shown("who"),
    ],
    action: Action::Ask {
        operation: Operation::StaffLeave,
        call: |args| Ok(Ask::StaffLeave { who: args.need("who")?, hand_to: args.text("to") }),
    },
}];
