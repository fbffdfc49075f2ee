//! `/confirm`: one’s own plan, done.

use shared::plans::types::{Ask, Operation};

use crate::command::{Action, Command, ParamKind, ParamSpec};
use crate::commands::params::{ABOUT, SEEN};

/// Confirms one’s own plan.
pub const COMMANDS: &[Command] = &[Command {
    words: &["confirm"],
    about: "Confirm a request of your own; the last one if none is named",
    example: "/confirm op_0123456789abcdef",
    finds: &["yes", "ok", "go ahead", "again"],
    params: &[
        ParamSpec::optional("op", ParamKind::Plan, "Which plan; your last one if not said"),
        ABOUT,
        SEEN,
    ],
    action: Action::Ask {
        operation: Operation::Confirm.spec(),
        call: |args| {
            let about = args.client_id("about")?;
            Ok(Ask::Confirm { op: args.op("op"), about, seen: args.number("seen") }.into())
        },
    },
}];
