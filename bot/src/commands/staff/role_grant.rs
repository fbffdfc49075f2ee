//! `/role grant`: somebody gets a role.

use serde_json::json;
use shared::kernel::actor::Role;
use shared::kernel::id::{Identity, NamedStaff, OpId};
use shared::staff::types::{Ask, Operation};

use crate::command::{Action, Command, ParamKind, ParamSpec, Usage};
use crate::reply::Content;
use crate::reply::words::{fixed, person};
use crate::view::{Mark, View, Weight};

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
    about: "Give a person a role; a new login becomes a staff member",
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
        operation: Operation::RoleGrant.spec(),
        call: |args| {
            let word = args.need("role")?;
            let role = Role::ALL.into_iter().find(|role| role.word() == word);
            Ok(Ask::RoleGrant {
                who: args.need("who")?,
                role: role.ok_or_else(|| Usage::missing("role"))?,
                name: args.text("name"),
                same_as: args.text("same_as"),
            }
            .into())
        },
    },
}];

/// The reply to `/role grant`: the new role and the one before, and the identity that was linked.
pub fn content(
    op: &OpId,
    staff: &NamedStaff,
    (role, before): (Role, Option<Role>),
    linked: Option<&Identity>,
) -> Content {
    let headline = person(staff).fixed(format!(" ({}) has the role {} now", staff.id, role.word()));
    let mut view = View::new(Mark::Done, headline);
    if let Some(before) = before.filter(|before| *before != role) {
        let line = format!("/role grant {} {}", staff.id, before.word());
        view = view.line(fixed(format!("Before: {}", before.word()))).suggest_as(
            ("Old role", Weight::Plain),
            line,
            "gives the earlier role",
        );
    }
    if let Some(identity) = linked {
        view = view.line(fixed("Login: ").input(identity.to_string()));
        // One login of several cannot be unlinked alone.
        let effect = match before {
            None => "ends the access again",
            Some(_) => "ends the access of all logins",
        };
        view =
            view.suggest_as(("Leave", Weight::Plain), format!("/staff leave {}", staff.id), effect);
    }
    let json = json!({
        "staff": staff.id.to_string(), "name": staff.name,
        "role": role, "before": before, "linked": linked,
    });
    Content::new("role_granted", view.footer(fixed(op.to_string())).public(), json)
}
