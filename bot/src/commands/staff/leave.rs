//! `/staff leave`: somebody leaves, at once and everywhere.

use serde_json::json;
use shared::kernel::id::{NamedStaff, OpId};
use shared::staff::types::{Ask, Operation};

use crate::command::{Action, Command, ParamKind, ParamSpec};
use crate::reply::Content;
use crate::reply::words::{counted, fixed, person};
use crate::view::{Mark, View, Weight};

/// Somebody leaves.
pub const COMMANDS: &[Command] = &[Command {
    words: &["staff", "leave"],
    about: "End a staff member’s access at once, on all logins",
    example: "/staff leave dana to:sam",
    finds: &["revoke", "role revoke", "role remove", "remove staff", "offboard", "fire", "unlink"],
    params: &[
        ParamSpec::required("who", ParamKind::Staff, "Id, name, identity or mention"),
        ParamSpec::named("to", ParamKind::Staff, "Who takes over clients and waiting plans")
            .shown("who"),
    ],
    action: Action::Ask {
        operation: Operation::StaffLeave.spec(),
        call: |args| Ok(Ask::StaffLeave { who: args.need("who")?, hand_to: args.text("to") }.into()),
    },
}];

/// The waiting requests of the person, counted.
pub fn requests(waiting: u64) -> String {
    counted(waiting, "waiting request", "waiting requests")
}

/// The reply to `/staff leave`. `to` takes over clients and waiting plans.
pub fn content(
    op: &OpId,
    staff: &NamedStaff,
    (identities, waiting): (u64, u64),
    to: Option<&NamedStaff>,
) -> Content {
    let headline = person(staff).fixed(format!(" ({}) has left and has no access", staff.id));
    let closed = counted(identities, "login was", "logins were");
    let view = View::new(Mark::Done, headline)
        .line(fixed(format!("{closed} disabled.")))
        .line(match to {
            Some(to) => {
                person(to).fixed(format!(" takes over the clients and {}.", requests(waiting)))
            }
            None => fixed(format!(
                "The clients of this person have no account manager now, and {} no author.",
                counted(waiting, "waiting request has", "waiting requests have")
            )),
        })
        .suggest_as(
            ("Give access back", Weight::Plain),
            format!("/staff return {}", staff.id),
            "gives the access back",
        )
        .footer(fixed(op.to_string()))
        .public();
    let json = json!({
        "staff": staff.id.to_string(), "name": staff.name, "identities": identities,
        "to": to.map(|to| to.id.to_string()), "requests": waiting,
    });
    Content::new("staff_left", view, json)
}
