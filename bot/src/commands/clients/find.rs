//! `/client find`: clients by any word of what is known about them.

use serde_json::json;
use shared::clients::types::{Ask, Class, ClientCard, Operation};

use super::table::table;
use crate::command::{Action, Command, ParamKind, ParamSpec};
use crate::json;
use crate::reply::Content;
use crate::reply::words::{counted, fixed, label};
use crate::view::{Mark, Suggestion, View, Weight};

/// Finds clients.
pub const COMMANDS: &[Command] = &[Command {
    words: &["client", "find"],
    about: "Find clients by name, login, id, town, email or mobile",
    example: "/client find ac",
    finds: &["search", "look up", "lookup", "who is", "find"],
    params: &[
        ParamSpec::required("text", ParamKind::Text, "At least two letters of any word"),
        ParamSpec::named(
            "class",
            ParamKind::Choice(&[
                ("user", "Sends messages"),
                ("reseller", "Funds the clients below it"),
                ("admin", "Runs a part of the platform"),
            ]),
            "Only this class",
        ),
    ],
    action: Action::Ask {
        operation: Operation::ClientFind.spec(),
        call: |args| {
            let class = [Class::User, Class::Reseller, Class::Admin]
                .into_iter()
                .find(|class| args.text("class").as_deref() == Some(class.word()));
            Ok(Ask::ClientFind { text: args.need("text")?, class }.into())
        },
    },
}];

/// The reply to `/client find`.
pub fn content(text: &str, clients: &[ClientCard], total: u64, rows: usize) -> Content {
    let json = json!({
        "text": text, "total": total,
        "clients": clients.iter().map(json::client).collect::<Vec<_>>(),
    });
    Content::new("found", matches(text, (clients, rows), total), json)
}

fn matches(text: &str, (clients, rows): (&[ClientCard], usize), total: u64) -> View {
    let typed = fixed(" “").input(text).fixed("”");
    if clients.is_empty() {
        return View::new(Mark::Answer, fixed("No client matches").then(typed).fixed("."))
            .line(fixed("Type two letters or more of a name, login, town, email, mobile, id or invoice number."))
            .suggest("/list clients", "lists them all");
    }
    let headline = fixed(counted(total, "client matches", "clients match")).then(typed);
    let view = View::new(Mark::Answer, headline).table(table(clients.iter().take(rows)));
    let shown = u64::try_from(clients.len().min(rows)).unwrap_or(u64::MAX);
    let rest = total.saturating_sub(shown);
    if rest > 0 {
        return view.line(fixed(format!(
            "The first {shown}; type one more letter to see {}.",
            counted(rest, "other one", "others")
        )));
    }
    match clients {
        [one] => view.suggest(format!("/client view {}", one.client.id), "shows the client"),
        several => view.choose("View which one?", several.iter().map(choice).collect()),
    }
}

fn choice(card: &ClientCard) -> Suggestion {
    let effect = format!("shows {}", card.client.login);
    Suggestion::new(format!("/client view {}", card.client.id), effect)
        .labelled(label(&card.client).plain(), Weight::Plain)
}
