//! `/statement`: the entries of an account, newest first.

use serde_json::json;
use shared::contract;
use shared::credits::types::{Answer, Ask, Operation};
use shared::kernel::credit::{Kind, grouped_signed};
use shared::ledger::entry::Entry;

use super::ledger;
use crate::command::{Action, Command, ParamKind, ParamSpec};
use crate::commands::params::{CLIENT, KIND, kind};
use crate::json;
use crate::reply::words::{fixed, name};
use crate::reply::{Content, Context, OLDER};
use crate::view::{Mark, View, day};

/// How many entries a statement shows where no screen is known; the file has them all.
const ENTRIES_MAX: usize = 20;

/// Reads entries.
pub const COMMANDS: &[Command] = &[Command {
    words: &["statement"],
    about: "Show every change of a client’s credits, also as CSV",
    example: "/statement acme mms since:2026-11-01 csv",
    finds: &["ledger", "entries", "transactions", "log", "export", "csv", "download"],
    params: &[
        CLIENT,
        KIND,
        ParamSpec::named("since", ParamKind::Date, "From this day on; by default the last 30 days"),
        ParamSpec::named("until", ParamKind::Date, "Up to and with this day"),
        ParamSpec::named("csv", ParamKind::Flag, "As a file"),
        ParamSpec::by_button("before", ParamKind::Number, "Only those before this entry"),
    ],
    action: Action::Ask {
        operation: Operation::Statement.spec(),
        call: |args| {
            Ok(Ask::Statement {
                client: args.need("client")?,
                kind: kind(args),
                since: args.day("since"),
                until: args.day("until"),
                before: args.number("before"),
            }
            .into())
        },
    },
}];

/// The reply to `/statement`: entries, newest first.
pub fn content(answer: &Answer, context: &Context<'_>) -> Option<Content> {
    let Answer::Statement {
        client,
        entries,
        opening,
        closing,
        since,
        until,
        cut,
        staff,
        documents,
    } = answer
    else {
        return None;
    };
    let rows = context.rows(ENTRIES_MAX);
    let days = format!(" · {} to {}", day(*since), day(*until));
    let headline = fixed("Statement of ").then(name(client)).fixed(days);
    let mut view = View::new(Mark::Answer, headline);
    let only = match context.ask {
        contract::Ask::Credits(Ask::Statement { kind, .. }) => *kind,
        _ => None,
    };
    for kind in Kind::ALL.into_iter().filter(|kind| only.is_none_or(|only| only == *kind)) {
        view = view.line(fixed(format!(
            "{kind} {} → {}",
            grouped_signed(*opening.get(kind)),
            grouped_signed(*closing.get(kind))
        )));
    }
    if entries.is_empty() {
        view = view.line(fixed("No changes in these days."));
    } else {
        view = view.table(ledger::table(entries.iter().take(rows), staff, documents));
    }
    if !entries.is_empty() && (*cut || entries.len() > rows) {
        let kind = only.map(|kind| format!(" {}", kind.word())).unwrap_or_default();
        let line = format!("/statement {}{kind} since:{since} until:{until}", client.id);
        view = cut_short(view, (entries, rows), &line);
    }
    let json = json!({
        "client": client.id.to_string(),
        "since": since, "until": until,
        "opening": opening, "closing": closing,
        "entries": ledger::json(entries, documents),
        "cut": cut,
        "staff": json::names(staff),
    });
    Some(Content::new("statement", view, json))
}

/// A statement with older entries than it shows; `line` is the command for its days.
fn cut_short(view: View, (entries, rows): (&[Entry], usize), line: &str) -> View {
    let shown = entries.len().min(rows);
    let shown = if shown == 1 { "one is".to_owned() } else { format!("{shown} are") };
    let view = view.line(fixed(format!("The newest {shown} shown; there are older ones.")));
    let view = match entries.iter().take(rows).next_back() {
        Some(end) => view.next_page(OLDER, line, format!("before:{}", end.number)),
        None => view,
    };
    view.suggest(format!("{line} csv"), "gives them as a file")
}
