//! `/confirm`: one’s own plan, done.

use crate::command::{Action, Command, ParamKind, ParamSpec};
use shared::operation::{Ask, Operation};

/// Confirms one’s own plan.
pub const COMMANDS: &[Command] = &[Command {
    words: &["confirm"],
    about: "Confirm what you were asked about; your last plan if none is named",
    example: "/confirm op_0123456789abcdef",
    finds: &["yes", "ok", "go ahead", "again"],
    params: &[ParamSpec::optional("op", ParamKind::Op, "Which plan; your last one if not said")],
    action: Action::Ask {
        operation: Operation::Confirm,
        call: |args| Ok(Ask::Confirm { op: args.op("op"), about: None, seen: None }),
    },
}];
