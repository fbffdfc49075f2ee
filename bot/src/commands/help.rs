//! `/help`: everything, one command, or what somebody wants to do.

use crate::command::{Action, Command, ParamKind, ParamSpec};

/// Explains.
pub const COMMANDS: &[Command] = &[Command {
    words: &["help"],
    about: "Show what the desk can do, explain a command, or find the one you need",
    example: "/help top up",
    finds: &["commands", "manual", "how to", "what can"],
    params: &[ParamSpec::optional(
        "what",
        ParamKind::Rest,
        "A command, or what you want to do: top up, mms, remove …",
    )],
    action: Action::Help,
}];
