//! The tasks of `/help`, and the commands that each role uses most.
//!
//! Invariant: every command stands in one task; the commands of a role stand in the order of the tasks.

use shared::kernel::actor::Role;

use crate::command::Command;

/// A task: its word behind `/help`, its title, and its commands or groups of commands.
pub struct Task {
    pub word: &'static str,
    pub title: &'static str,
    names: &'static [&'static str],
}

const fn task(word: &'static str, title: &'static str, names: &'static [&'static str]) -> Task {
    Task { word, title, names }
}

/// The tasks in their order. Every command stands in one of them.
pub const TASKS: &[Task] = &[
    task(
        "look",
        "Find and look",
        &["client find", "client view", "list", "balance", "statement", "why"],
    ),
    task("credits", "Add and take credits", &["addcredit", "deductcredit"]),
    task("mistakes", "Mend a mistake", &["undo", "correct", "invoice void"]),
    task("approvals", "Confirm and approve", &["pending", "confirm", "approve", "deny"]),
    task(
        "invoices",
        "Invoices and prices",
        &[
            "invoice create",
            "invoice list",
            "invoice view",
            "invoice paid",
            "invoice resend",
            "invoice paylink",
            "invoice close",
            "invoice credit",
            "invoice statement",
            "client openadds",
            "price",
        ],
    ),
    task("payments", "Payments", &["payment"]),
    task(
        "clients",
        "Make and change clients",
        &[
            "client new",
            "client activate",
            "client suspend",
            "client set",
            "client contact",
            "brand",
        ],
    ),
    task("mms", "Turn MMS on and off", &["mms"]),
    task("staff", "Staff", &["role", "staff", "cover", "whoami"]),
    task("desk", "The desk", &["history", "status", "setup", "settings", "jobs", "help"]),
];

impl Task {
    /// Whether a command stands in it.
    #[must_use]
    pub fn has(&self, command: &Command) -> bool {
        let name = command.name();
        let is_in = |of: &&str| {
            name.strip_prefix(*of).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        };
        self.names.iter().any(is_in)
    }
}

/// The ten commands that a role uses most, in the order of the tasks.
#[must_use]
pub fn most_used(role: Role) -> [&'static str; 10] {
    match role {
        Role::Auditor => [
            "client find",
            "client view",
            "list clients",
            "balance",
            "statement",
            "why",
            "pending",
            "invoice list",
            "invoice view",
            "history",
        ],
        Role::Support => [
            "client find",
            "client view",
            "balance",
            "addcredit sms",
            "addcredit mms",
            "undo",
            "correct",
            "client new",
            "client activate",
            "mms on",
        ],
        Role::Billing => [
            "client find",
            "statement",
            "addcredit sms",
            "addcredit mms",
            "deductcredit sms",
            "correct",
            "invoice void",
            "pending",
            "invoice list",
            "invoice view",
        ],
        Role::Manager => [
            "client view",
            "list clients",
            "addcredit sms",
            "addcredit mms",
            "pending",
            "approve",
            "deny",
            "price set sms",
            "staff leave",
            "history",
        ],
        Role::Owner => [
            "client view",
            "list clients",
            "addcredit sms",
            "addcredit mms",
            "pending",
            "approve",
            "price set sms",
            "role grant",
            "history",
            "status",
        ],
    }
}
