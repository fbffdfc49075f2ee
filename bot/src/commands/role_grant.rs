//! `/role grant`: somebody gets a role.

use crate::command::{Action, Command, ParamKind, ParamSpec, Usage};
use shared::operation::{Ask, Operation};
use shared::staff::Role;

const ROLES: &[(&str, &str)] = &[
    ("auditor", "Reads"),
    ("support", "Also adds credits and looks after clients"),
    ("billing", "Also deducts, invoices, approves, undoes anyone’s operations"),
    ("manager", "Also prices and staff"),
    ("owner", "Everything, without a limit"),
];

/// Gives a role.
pub const COMMANDS: &[Command] = &[Command {
    words: &["role", "grant"],
    about: "Give somebody a role; a new identity becomes a staff member",
    example: "/role grant slack:T0123ABC:U0456DEF support Dana",
    finds: &["add staff", "invite", "promote", "demote", "link", "new colleague"],
    params: &[
        ParamSpec::required("who", ParamKind::Staff, "A mention, an identity, or a staff id"),
        ParamSpec::required("role", ParamKind::Choice(ROLES), "Which role"),
        ParamSpec::optional("name", ParamKind::Text, "The name of a new staff member"),
        ParamSpec::named(
            "same_as",
            ParamKind::Staff,
            "The staff member whose further identity this is",
        )
        .shown("who"),
    ],
    action: Action::Ask {
        operation: Operation::RoleGrant,
        call: |args| {
            let word = args.need("role")?;
            let role = Role::ALL.into_iter().find(|role| role.word() == word);
            Ok(Ask::RoleGrant {
                who: args.need("who")?,
                role: role.ok_or_else(|| Usage::missing("role"))?,
                name: args.text("name"),
                same_as: args.text("same_as"),
            })
        },
    },
}];
