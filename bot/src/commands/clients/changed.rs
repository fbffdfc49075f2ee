//! A client that was made or changed. Each command's file has the words of its own change.

use serde_json::{Value, json};
use shared::clients::types::{ClientChange, Facts};
use shared::kernel::credit::{Kind, grouped};
use shared::kernel::id::{Named, OpId};

use super::{activate, arrears, new, set, suspend};
use crate::commands::Proposed;
use crate::reply::Content;
use crate::reply::words::{fixed, label, name};
use crate::view::{Text, Weight};

/// The reply to a change of a client.
pub fn content(op: &OpId, facts: &Facts) -> Content {
    let Facts { client, change, twins, like } = facts;
    let mut view = match change {
        ClientChange::Made => new::made(client),
        ClientChange::Activated => activate::activated(client),
        ClientChange::Suspended { reason } => suspend::suspended(client, reason),
        ClientChange::Set { field, before, after } => set::changed(client, field, before, after),
        ClientChange::OpenAdds { stopped, overdue, unpaid, manager } => {
            arrears::turned(client, *stopped, overdue.as_ref(), (*unpaid, manager.as_ref()))
        }
        ClientChange::Statement { since, until } => arrears::mailed(client, *since, *until),
        ClientChange::Overdraft { kind, before, after } => {
            let (field, [before_words, after_words]) = overdraft(*kind, [*before, *after]);
            let line = format!("/client set overdraft {} {} {before}", client.id, kind.word());
            let view = set::changed(client, &field, &before_words, &after_words);
            view.suggest_as(("Change back", Weight::Plain), line, "changes it back")
        }
    };
    if !twins.is_empty() {
        let names = Text::dotted(twins.iter().map(name));
        view = view.line(fixed("Same mobile or email: ").then(names));
    }
    if let Some(like) = like {
        view = view.line(fixed("Another client has the same name: ").then(label(like)));
    }
    let json = json(client, change, twins);
    Content::new("client_changed", view.footer(fixed(op.to_string())).public(), json)
}

fn json(client: &Named, change: &ClientChange, twins: &[Named]) -> Value {
    json!({
        "client": client.id.to_string(),
        "name": client.name,
        "login": client.login,
        "what": change,
        "twins": twins.iter().map(|twin| twin.id.to_string()).collect::<Vec<_>>(),
    })
}

/// An overdraft as a particular: its name, and the credits in words.
fn overdraft(kind: Kind, credits: [u64; 2]) -> (String, [String; 2]) {
    let words = |credits| if credits == 0 { "none".to_owned() } else { grouped(credits) };
    (format!("{kind} overdraft"), credits.map(words))
}

/// What a planned change would do.
pub fn proposed(facts: &Facts) -> Proposed {
    let client = name(&facts.client);
    let (action, line) = match &facts.change {
        ClientChange::Made => (fixed("create ").then(client), Text::new()),
        ClientChange::Activated => (fixed("activate ").then(client), Text::new()),
        ClientChange::Suspended { reason } => {
            (fixed("suspend ").then(client), fixed("reason: ").input(reason.clone()))
        }
        ClientChange::Set { field, before, after } => (
            fixed(format!("change the {field} of ")).then(client),
            set::before_and_after(field, before, after),
        ),
        ClientChange::OpenAdds { stopped, .. } => (arrears::turning(client, *stopped), Text::new()),
        ClientChange::Statement { .. } => {
            (fixed("mail the statement of account of ").then(client), Text::new())
        }
        ClientChange::Overdraft { kind, before, after } => {
            let (field, [before, after]) = overdraft(*kind, [*before, *after]);
            let action = fixed(format!("change the {field} of ")).then(client);
            (action, set::before_and_after(&field, &before, &after))
        }
    };
    let json = json(&facts.client, &facts.change, &facts.twins);
    Proposed { action, lines: vec![line], json }
}
