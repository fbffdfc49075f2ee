//! `/cover`: somebody is away, and a colleague has a higher role until they are back.

use jiff::SignedDuration;
use serde_json::json;
use shared::kernel::actor::Role;
use shared::kernel::id::{NamedStaff, OpId};
use shared::staff::types::{Ask, Cover, Operation};

use crate::command::{Action, Command, ParamKind, ParamSpec};
use crate::reply::Content;
use crate::reply::words::{fixed, person};
use crate::view::{Mark, Text, View};

const ROLES: &[(&str, &str)] = &[
    ("support", "Adds credits and looks after clients"),
    ("billing", "Also deducts, invoices and approves"),
    ("manager", "Also prices and staff"),
    ("none", "Ends it"),
];

/// Lets somebody cover a role.
pub const COMMANDS: &[Command] = &[Command {
    words: &["cover"],
    about: "Give a person a higher role until a date; it ends by itself",
    example: "/cover dana billing until:2026-12-04",
    finds: &["holiday", "vacation", "deputy", "stand in", "delegate", "away"],
    params: &[
        ParamSpec::required("who", ParamKind::Staff, "Who covers"),
        ParamSpec::required("role", ParamKind::Choice(ROLES), "Which role; none ends it"),
        ParamSpec::named("until", ParamKind::Date, "The last day; today if it is left out"),
    ],
    action: Action::Ask {
        operation: Operation::Cover.spec(),
        call: |args| {
            let role = args.need("role")?;
            let role = Role::ALL.into_iter().find(|known| known.word() == role);
            Ok(Ask::Cover { who: args.need("who")?, role, until: args.date("until") }.into())
        },
    },
}];

/// The role and the end of a cover. It ends with a day, so the end is in that day and not in the next one.
pub fn until(cover: Cover) -> Text {
    let last = cover.until.saturating_sub(SignedDuration::from_mins(1));
    fixed(format!("{} until ", cover.role.word())).time(last.unwrap_or(cover.until))
}

/// The reply to `/cover`.
pub fn content(
    op: &OpId,
    staff: &NamedStaff,
    cover: Option<Cover>,
    before: Option<Cover>,
) -> Content {
    let view = match cover {
        Some(cover) => {
            let headline = person(staff).fixed(" has the role ").then(until(cover));
            let end = format!("/cover {} none", staff.id);
            View::new(Mark::Done, headline)
                .line(fixed("It ends by itself; to end it earlier: ").code(end))
        }
        None => {
            let view = View::new(Mark::Done, person(staff).fixed(" no longer covers another role"));
            match before {
                Some(before) => view.suggest(
                    format!("/cover {} {}", staff.id, before.role.word()),
                    "covers it again, for today",
                ),
                None => view,
            }
        }
    };
    let json = json!({
        "staff": staff.id.to_string(), "name": staff.name,
        "role": cover.map(|cover| cover.role), "until": cover.map(|cover| cover.until),
    });
    Content::new("covered", view.footer(fixed(op.to_string())).public(), json)
}
