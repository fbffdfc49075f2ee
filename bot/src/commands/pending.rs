//! `/pending`: the plans that wait.

use crate::command::{Action, Command};
use shared::operation::{Ask, Operation};

/// Lists waiting plans.
pub const COMMANDS: &[Command] = &[Command {
    words: &["pending"],
    about: "List the plans that wait for a confirmation or an approval",
    example: "/pending",
    finds: &["waiting", "approvals", "open plans", "to do"],
    params: &[],
    action: Action::Ask { operation: Operation::Pending, call: |_| Ok(Ask::Pending {}) },
}];
