//! `/staff set name`: the name by which colleagues know a staff member.

use serde_json::json;
use shared::kernel::id::{NamedStaff, OpId};
use shared::staff::types::{Ask, Operation};

use crate::command::{Action, Command, ParamKind, ParamSpec};
use crate::grammar::quoted;
use crate::reply::Content;
use crate::reply::words::{fixed, person};
use crate::view::{Mark, View, Weight};

/// Renames a staff member.
pub const COMMANDS: &[Command] = &[Command {
    words: &["staff", "set", "name"],
    about: "Change a staff member’s name",
    example: "/staff set name dana \"Dana Smith\"",
    finds: &["rename staff", "staff name", "my name"],
    params: &[
        ParamSpec::required("who", ParamKind::Staff, "Id, name, identity or mention"),
        ParamSpec::required("name", ParamKind::Text, "The new name"),
    ],
    action: Action::Ask {
        operation: Operation::StaffName.spec(),
        call: |args| Ok(Ask::StaffName { who: args.need("who")?, name: args.need("name")? }.into()),
    },
}];

/// The reply to `/staff set name`.
pub fn content(op: &OpId, staff: &NamedStaff, before: &str) -> Content {
    let headline = fixed("Name changed: ").input(before).fixed(" → ").then(person(staff));
    let back = format!("/staff set name {} {}", staff.id, quoted(before));
    let view = View::new(Mark::Done, headline)
        .suggest_as(("Old name", Weight::Plain), back, "changes it back")
        .footer(fixed(format!("{} · {op}", staff.id)));
    let json = json!({ "staff": staff.id.to_string(), "name": staff.name, "before": before });
    Content::new("staff_named", view.public(), json)
}
