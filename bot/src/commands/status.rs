//! `/status`: what is set up and what is missing.

use crate::command::{Action, Command};
use shared::operation::{Ask, Operation};

/// Shows what is missing.
pub const COMMANDS: &[Command] = &[Command {
    words: &["status"],
    about: "Show what is set up and what is missing",
    example: "/status",
    finds: &["setup", "health", "missing", "configuration"],
    params: &[],
    action: Action::Ask { operation: Operation::Status, call: |_| Ok(Ask::Status {}) },
}];
