//! `/cover`: somebody is away, and a colleague has a higher role until they are back.

use crate::command::{Action, Command, ParamKind, ParamSpec};
use shared::operation::{Ask, Operation};
use shared::staff::Role;

const ROLES: &[(&str, &str)] = &[
    ("support", "Adds credits and looks after clients"),
    ("billing", "Also deducts, invoices and approves"),
    ("manager", "Also prices and staff"),
    ("none", "Ends it"),
];

/// Lets somebody cover a role.
pub const COMMANDS: &[Command] = &[Command {
    words: &["cover"],
    about: "Let somebody cover a higher role for a time; it ends by itself",
    example: "/cover dana billing until:2026-12-04",
    finds: &["holiday", "vacation", "deputy", "stand in", "delegate", "away"],
    params: &[
        ParamSpec::required("who", ParamKind::Staff, "Who covers"),
        ParamSpec::required("role", ParamKind::Choice(ROLES), "Which role; none ends it"),
        ParamSpec::named("until", ParamKind::Date, "The last day; today if it is left out"),
    ],
    action: Action::Ask {
        operation: Operation::Cover,
        call: |args| {
            let role = args.need("role")?;
            let role = Role::ALL.into_iter().find(|known| known.word() == role);
            Ok(Ask::Cover { who: args.need("who")?, role, until: args.date("until") })
        },
    },
}];
