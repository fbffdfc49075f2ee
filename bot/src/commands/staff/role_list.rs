//! `/role list`: staff and what they may do.

use serde_json::json;
use shared::staff::types::{Ask, Operation, Staff};

use crate::command::{Action, Command};
use crate::reply::Content;
use crate::reply::words::fixed;
use crate::view::{Column, Mark, Table, Text, View};

/// Lists staff.
pub const COMMANDS: &[Command] = &[Command {
    words: &["role", "list"],
    about: "List staff with their roles and logins",
    example: "/role list",
    finds: &["staff", "who may", "permissions", "team", "colleagues"],
    params: &[],
    action: Action::Ask {
        operation: Operation::RoleList.spec(),
        call: |_| Ok(Ask::RoleList {}.into()),
    },
}];

/// The reply to `/role list`.
pub fn content(staff: &[Staff]) -> Content {
    let row = |one: &Staff| {
        let identities: Vec<String> = one.identities.iter().map(ToString::to_string).collect();
        vec![
            fixed(one.id.to_string()),
            Text::new().input(one.name.clone()),
            fixed(if one.active { one.role.word() } else { "has left" }),
            Text::new().input(identities.join(", ")),
        ]
    };
    let active = staff.iter().filter(|one| one.active).count();
    let noun = if active == 1 { "staff member" } else { "staff members" };
    let view = View::new(Mark::Answer, fixed(format!("{active} {noun}"))).table(Table {
        columns: vec![
            Column::words("id"),
            Column::words("name"),
            Column::words("role"),
            Column::detail(""),
        ],
        rows: staff.iter().map(row).collect(),
    });
    let json = json!({
        "staff": staff.iter().map(|staff| json!({
            "id": staff.id.to_string(),
            "name": staff.name,
            "role": staff.role,
            "active": staff.active,
            "identities": staff.identities,
        })).collect::<Vec<_>>(),
    });
    Content::new("roles", view, json)
}
