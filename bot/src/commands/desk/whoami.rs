//! `/whoami`: the caller’s name, role and limits.

use serde_json::json;
use shared::desk::types::{Answer, Ask, Operation};
use shared::kernel::money::Money;

use crate::command::{Action, Command};
use crate::json;
use crate::reply::Content;
use crate::reply::words::{a_role, fixed, person};
use crate::view::{Column, Mark, Table, View};

/// Shows the caller.
pub const COMMANDS: &[Command] = &[Command {
    words: &["whoami"],
    about: "Show your login, role, limits and today’s budget",
    example: "/whoami",
    finds: &["who", "who am", "my role", "my limit", "limits", "budget", "me"],
    params: &[],
    action: Action::Ask {
        operation: Operation::Whoami.spec(),
        call: |_| Ok(Ask::Whoami {}.into()),
    },
}];

/// The reply to `/whoami`.
pub fn content(answer: &Answer) -> Option<Content> {
    let Answer::Whoami { staff, role, identity, limits } = answer else { return None };
    let headline =
        fixed("You are ").then(person(staff)).fixed(format!(" ({}), {}", staff.id, a_role(*role)));
    let money =
        |money: &Option<Money>| money.map_or_else(|| "no limit".to_owned(), |m| m.to_string());
    let rows = limits.iter().map(|(mode, limit, left)| {
        vec![fixed(mode.words()), fixed(money(limit)), fixed(money(left))]
    });
    let view = View::new(Mark::Answer, headline)
        .line(fixed("Here as ").input(identity.to_string()))
        .table(Table {
            columns: vec![
                Column::words(""),
                Column::number("without approval"),
                Column::number("left today"),
            ],
            rows: rows.collect(),
        });
    let json = json!({
        "staff": staff.id.to_string(), "name": staff.name,
        "role": role, "identity": identity,
        "limits": limits.iter().map(|(mode, limit, left)| json!({
            "mode": mode,
            "limit_minor": json::minor(*limit), "left_minor": json::minor(*left),
            "currency": json::currency_of(*limit),
        })).collect::<Vec<_>>(),
    });
    Some(Content::new("whoami", view, json))
}
