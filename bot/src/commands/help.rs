//! `/help`: everything, one command, or what somebody wants to do.

use crate::command::{Action, Command, ParamKind, ParamSpec};

/// Explains.
pub const COMMANDS: &[Command] = &[Command {
    words: &["help"],
    about: "List all commands, explain one, or find the one for what you want to do",
    example: "/help top up",
    finds: &["commands", "manual", "how to", "what can"],
    params: &[ParamSpec::optional(
        "what",
        ParamKind::Rest,
        "A command, or what you want to do: top up, mms, remove …",
    )],
    action: Action::Help,
}];
