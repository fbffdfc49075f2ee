//! Staff: roles given and covered, staff who leave.

mod cover;
mod leave;
mod name;
mod role_grant;
mod role_list;
mod staff_return;

use serde_json::json;
use shared::kernel::actor::Role;
use shared::kernel::id::OpId;
use shared::staff::types::{Answer, Cover, Facts};

use crate::command::Command;
use crate::commands::Proposed;
use crate::reply::Content;
use crate::reply::words::{a_role, counted, fixed, length, person};
use crate::view::Text;

/// The commands, in the order of `/help`.
pub const COMMANDS: &[&[Command]] = &[
    role_list::COMMANDS,
    role_grant::COMMANDS,
    leave::COMMANDS,
    staff_return::COMMANDS,
    name::COMMANDS,
    cover::COMMANDS,
];

/// The reply to a change of staff.
pub fn done(op: &OpId, facts: &Facts) -> Content {
    match facts {
        Facts::RoleGranted { staff, role, before, linked } => {
            role_grant::content(op, staff, (*role, *before), linked.as_ref())
        }
        Facts::StaffLeft { staff, identities, to, requests } => {
            leave::content(op, staff, (*identities, *requests), to.as_ref())
        }
        Facts::Renamed { staff, before } => name::content(op, staff, before),
        Facts::Covered { staff, cover, before } => cover::content(op, staff, *cover, *before),
        Facts::StaffReturned { staff, role, identities } => {
            staff_return::content(op, staff, *role, identities)
        }
    }
}

/// What a planned change of staff would do: the person, before and after.
pub fn proposed(facts: &Facts) -> Proposed {
    let covers = |cover: &Option<Cover>| cover.map_or_else(|| fixed("no other role"), cover::until);
    let input = |line: String| Text::new().input(line);
    let (staff, action, line) = match facts {
        Facts::RoleGranted { staff, role, before, linked } => {
            let action = fixed("make ").then(person(staff)).fixed(format!(" {}", a_role(*role)));
            let before = before.map_or("none", Role::word);
            let new = linked.as_ref().map(|login| format!(" · new login {login}"));
            let role = format!("role {before} → {}{}", role.word(), new.unwrap_or_default());
            (staff, action, input(role))
        }
        Facts::StaffLeft { staff, identities, to, requests } => {
            let action = fixed("end the access of ").then(person(staff));
            let logins = counted(*identities, "login is disabled", "logins are disabled");
            let to = to.as_ref().map_or("nobody", |to| to.name.as_str());
            let requests = leave::requests(*requests);
            let to = format!("{to} takes over the clients and {requests}");
            (staff, action, input(format!("{logins} · {to}")))
        }
        Facts::Renamed { staff, before } => {
            let action = fixed("change the name of ").input(before.clone());
            (staff, action, input(format!("{before} → {}", staff.name)))
        }
        Facts::Covered { staff, cover, before } => {
            let action = fixed("change the cover of ").then(person(staff));
            (staff, action, fixed("covers ").then(covers(before)).fixed(" → ").then(covers(cover)))
        }
        Facts::StaffReturned { staff, role, identities } => {
            let action = fixed("let ").then(person(staff)).fixed(" work again");
            let logins = counted(length(identities), "login", "logins");
            (staff, action, input(format!("role {} · {logins}", role.word())))
        }
    };
    let json = json!({ "staff": staff.id.to_string(), "name": staff.name });
    Proposed { action, lines: vec![line], json }
}

/// The reply to a read about staff.
pub fn answer(answer: &Answer) -> Content {
    match answer {
        Answer::Roles { staff } => role_list::content(staff),
    }
}
