//! `/why`: a balance explained line by line.

use serde_json::json;
use shared::clients::types::BalanceOf;
use shared::credits::types::{Answer, Ask, Operation};
use shared::kernel::credit::{Kind, grouped, grouped_signed};

use super::ledger;
use crate::command::{Action, Command};
use crate::commands::params::{CLIENT, KIND, kind};
use crate::json;
use crate::reply::Content;
use crate::reply::words::{fixed, name};
use crate::view::{Mark, Text, View};

/// Explains a balance.
pub const COMMANDS: &[Command] = &[Command {
    words: &["why"],
    about: "Explain a client’s balance line by line, and check it",
    example: "/why acme mms",
    finds: &["explain", "reason", "how come", "does not add up", "wrong balance", "audit balance"],
    params: &[CLIENT, KIND],
    action: Action::Ask {
        operation: Operation::Why.spec(),
        call: |args| Ok(Ask::Why { client: args.need("client")?, kind: kind(args) }.into()),
    },
}];

/// The reply to `/why`.
pub fn content(answer: &Answer) -> Option<Content> {
    let Answer::Why { client, balances, entries, opening, foots, kinds, staff, documents } = answer
    else {
        return None;
    };
    let headline = fixed("Why ").then(name(client)).fixed(" has this balance");
    let mut view = View::new(Mark::Answer, headline);
    for kind in kinds {
        view = view.line(explained(*kind, *balances.get(*kind), *opening.get(*kind)));
    }
    view = view.line(fixed(if *foots {
        "The lines add up to the balance."
    } else {
        "The lines do not add up to the balance: tell an owner."
    }));
    if !entries.is_empty() {
        view = view.table(ledger::table(entries.iter(), staff, documents));
    }
    let json = json!({
        "client": client.id.to_string(),
        "kinds": kinds,
        "sms": json::figures(balances.sms), "mms": json::figures(balances.mms),
        "opening": opening,
        "entries": ledger::json(entries, documents),
        "foots": foots,
        "staff": json::names(staff),
    });
    Some(Content::new("why", view, json))
}

/// `MMS: 620 to spend · used 1,380 · 20 held for sends under way`.
fn explained(kind: Kind, of: BalanceOf, opening: i64) -> Text {
    let part = |number: i64, words: &str| {
        if number == 0 { Text::new() } else { fixed(words.replace("{}", &grouped_signed(number))) }
    };
    let owed = if of.owed == 0 { Text::new() } else { fixed(format!("owes {}", grouped(of.owed))) };
    Text::dotted([
        fixed(format!("{kind}: {} to spend", grouped(of.spendable))),
        part(of.used, "used {}"),
        part(of.held, "{} held for sends under way"),
        owed,
        part(opening, "before the first line {}"),
    ])
}
