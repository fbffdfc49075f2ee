//! `/whoami`: the caller’s name, role and limits.

use crate::command::{Action, Command};
use shared::operation::{Ask, Operation};

/// Shows the caller.
pub const COMMANDS: &[Command] = &[Command {
    words: &["whoami"],
    about: "Show who you are here, your role, your limits and today’s budget",
    example: "/whoami",
    finds: &["my role", "my limit", "limits", "budget", "me"],
    params: &[],
    action: Action::Ask { operation: Operation::Whoami, call: |_| Ok(Ask::Whoami {}) },
}];
