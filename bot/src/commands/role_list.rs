//! `/role list`: staff and what they may do.

use crate::command::{Action, Command};
use shared::operation::{Ask, Operation};

/// Lists staff.
pub const COMMANDS: &[Command] = &[Command {
    words: &["role", "list"],
    about: "List staff, their roles and identities",
    example: "/role list",
    finds: &["staff", "who may", "permissions", "team", "colleagues"],
    params: &[],
    action: Action::Ask { operation: Operation::RoleList, call: |_| Ok(Ask::RoleList {}) },
}];
