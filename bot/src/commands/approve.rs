//! `/approve`: somebody else’s plan, done.

use crate::command::{Action, Command, ParamKind, ParamSpec, Usage};
use shared::operation::{Ask, Operation};

/// Approves somebody else’s plan.
pub const COMMANDS: &[Command] = &[Command {
    words: &["approve"],
    about: "Approve what somebody else asked for",
    example: "/approve op_0123456789abcdef",
    finds: &["allow", "four eyes", "second person", "sign off"],
    params: &[ParamSpec::required("op", ParamKind::Op, "Which plan")],
    action: Action::Ask {
        operation: Operation::Approve,
        call: |args| {
            let op = args.op("op").ok_or_else(|| Usage::missing("op"))?;
            Ok(Ask::Approve { op, about: None, seen: None })
        },
    },
}];
