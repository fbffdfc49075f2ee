//! `/staff return`: a staff member who left works again.

use serde_json::json;
use shared::kernel::actor::Role;
use shared::kernel::id::{Identity, NamedStaff, OpId};
use shared::staff::types::{Ask, Operation};

use crate::command::{Action, Command, ParamKind, ParamSpec};
use crate::reply::Content;
use crate::reply::words::{fixed, person};
use crate::view::{Mark, View, Weight};

/// A staff member returns.
pub const COMMANDS: &[Command] = &[Command {
    words: &["staff", "return"],
    about: "Give a staff member who left access again, in the earlier role",
    example: "/staff return s_3",
    finds: &["rehire", "restore staff", "reinstate"],
    params: &[ParamSpec::required("who", ParamKind::Staff, "Id, whole name or identity")],
    action: Action::Ask {
        operation: Operation::StaffReturn.spec(),
        call: |args| Ok(Ask::StaffReturn { who: args.need("who")? }.into()),
    },
}];

/// The reply to `/staff return`.
pub fn content(op: &OpId, staff: &NamedStaff, role: Role, identities: &[Identity]) -> Content {
    let headline = person(staff).fixed(format!(
        " ({}) has access again, with the role {}",
        staff.id,
        role.word()
    ));
    let names: Vec<String> = identities.iter().map(ToString::to_string).collect();
    let leave = format!("/staff leave {}", staff.id);
    let view = View::new(Mark::Done, headline)
        .line(fixed("Logins: ").input(names.join(", ")))
        .line(fixed("Clients and requests that were handed over stay with the successor."))
        .suggest_as(("End access", Weight::Plain), leave, "ends the access again")
        .footer(fixed(op.to_string()))
        .public();
    let json = json!({
        "staff": staff.id.to_string(), "name": staff.name, "role": role, "identities": identities,
    });
    Content::new("staff_returned", view, json)
}
