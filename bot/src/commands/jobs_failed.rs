//! `/jobs failed`: side effects that failed for good.

use crate::command::{Action, Command, ParamKind, ParamSpec};
use shared::operation::{Ask, Operation};

/// Lists and replays failed jobs.
pub const COMMANDS: &[Command] = &[Command {
    words: &["jobs", "failed"],
    about: "List mails and other effects that failed for good, or try one again",
    example: "/jobs failed",
    finds: &["failed mail", "retry", "replay", "queue", "errors"],
    params: &[ParamSpec::named("replay", ParamKind::Op, "The one to try again").shown("op")],
    action: Action::Ask {
        operation: Operation::JobsFailed,
        call: |args| Ok(Ask::JobsFailed { replay: args.op("replay") }),
    },
}];
