//! `/history`: the audit trail, with the request of each line in words.

use serde_json::json;
use shared::desk::types::{Answer, Ask, Operation};
use shared::kernel::actor::{ActorId, Role};
use shared::kernel::audit::{Audit, Ended, is_not_of_an_id};
use shared::kernel::id::{ClientId, Named, NamedStaff};
use shared::kernel::typed::TypedDay;

use crate::command::{Action, Command, ParamKind, ParamSpec, Usage};
use crate::reply::words::{actor, fixed, name};
use crate::reply::{Content, Context, ROWS_MAX};
use crate::view::{Column, Mark, Table, Text, View, day};

const ROLES: ParamKind = ParamKind::Choice(&[
    ("auditor", "Auditors"),
    ("support", "Support"),
    ("billing", "Billing"),
    ("manager", "Managers"),
    ("owner", "Owners"),
]);

/// Reads the audit trail.
pub const COMMANDS: &[Command] = &[Command {
    words: &["history"],
    about: "Show who did what, with refusals and dry runs",
    example: "/history acme staff:dana since:2026-11-01",
    finds: &["audit", "audit trail", "who did", "activity", "log"],
    params: &[
        ParamSpec::optional("client", ParamKind::Client, "Only this client"),
        ParamSpec::named("staff", ParamKind::Staff, "Only this staff member: id or name")
            .shown("who"),
        ParamSpec::named("op", ParamKind::Op, "Only this operation; of the last 31 days"),
        ParamSpec::named("since", ParamKind::Date, "From this day on; by default the last 7 days"),
        ParamSpec::named("role", ROLES, "Only staff who have this role now"),
        ParamSpec::named("above", ParamKind::Number, "Only changes of more credits than this")
            .shown("credits"),
        ParamSpec::named("refused", ParamKind::Flag, "Only refused commands"),
        ParamSpec::named("csv", ParamKind::Flag, "As a file"),
    ],
    action: Action::Ask {
        operation: Operation::History.spec(),
        call: |args| {
            let role = args.text("role");
            if let Some(word) = args.text("staff").filter(|word| role_of(word).is_some()) {
                let sentence = format!("“{word}” is a role and no name. Nothing was done.");
                let line = format!("/history role:{word}");
                return Err(Usage::new("bad_value", sentence).suggest(line, "shows that role"));
            }
            let (client, day) = client_and_day(args.text("client"));
            Ok(Ask::History {
                client,
                staff: args.text("staff"),
                op: args.op("op"),
                since: args.day("since").or(day),
                refused: args.flag("refused"),
                role: role.and_then(|word| role_of(&word)),
                above: args.number("above"),
            }
            .into())
        },
    },
}];

fn role_of(word: &str) -> Option<Role> {
    Role::ALL.into_iter().find(|role| role.word() == word)
}

/// The word for the end of an operation.
#[must_use]
pub fn outcome(ended: Ended) -> &'static str {
    match ended {
        Ended::Done => "done",
        Ended::Planned => "waiting",
        Ended::Refused => "refused",
        Ended::DryRun => "dry run",
    }
}

/// `today` and `yesterday`, alone or behind a client, are a day.
fn client_and_day(typed: Option<String>) -> (Option<String>, Option<TypedDay>) {
    let Some(typed) = typed else { return (None, None) };
    let (before, last) = typed.rsplit_once(' ').unwrap_or(("", &typed));
    match last.parse() {
        Ok(day @ (TypedDay::Today | TypedDay::Yesterday)) => {
            ((!before.is_empty()).then(|| before.to_owned()), Some(day))
        }
        Ok(TypedDay::On(_)) | Err(_) => (Some(typed), None),
    }
}

/// The reply to `/history`: the audit trail, newest first.
pub fn content(answer: &Answer, context: &Context<'_>) -> Option<Content> {
    let rows = context.rows(ROWS_MAX);
    let Answer::History { lines, staff, clients, since, cut } = answer else { return None };
    let client_of = |id: ClientId| clients.iter().find(|client| client.id == id);
    let json = json!({
        "since": since,
        "lines": lines.iter().map(|line| json!({
            "at": line.at,
            "op": line.op,
            "staff": line.staff().map(|staff| staff.to_string()),
            "name": line.staff().and_then(|id| staff.iter().find(|s| s.id == id)).map(|s| &s.name),
            "operation": line.operation,
            "client": line.client.map(|client| client.to_string()),
            "client_name": line.client.and_then(client_of).map(|client| &client.name),
            "ended": line.ended,
            "typed": line.typed,
            "text": line.text,
            "credits": line.credits,
        })).collect::<Vec<_>>(),
        "cut": cut,
    });
    let headline = fixed(format!("Changes and refusals since {}", day(*since)));
    let view = View::new(Mark::Answer, headline);
    let view = match lines.as_slice() {
        [] => view.line(fixed("Nothing matches.")),
        lines => view.table(table(lines.get(..rows).unwrap_or(lines), staff, clients)),
    };
    let view = if *cut || lines.len() > rows {
        view.line(fixed(
            "Only the newest are shown. Narrow it by client, staff:, role:, above:, refused or since:.",
        ))
    } else {
        view
    };
    Some(Content::new("history", view, json))
}

fn table(lines: &[Audit], staff: &[NamedStaff], clients: &[Named]) -> Table {
    let row = |line: &Audit| {
        let by = match line.staff() {
            Some(id) => actor(ActorId::Staff(id), staff),
            None => by_no_staff(line),
        };
        vec![
            Text::new().time(line.at),
            by,
            fixed(outcome(line.ended)),
            request(line, clients),
            fixed(line.op.to_string()),
        ]
    };
    Table {
        columns: vec![
            Column::words("when"),
            Column::words("who"),
            Column::words("outcome"),
            Column::detail(""),
            Column::detail(""),
        ],
        rows: lines.iter().map(row).collect(),
    }
}

/// An actor that is no staff member: the desk itself, a provider, or a person without a role.
fn by_no_staff(line: &Audit) -> Text {
    match (line.by, &line.identity) {
        (Some(ActorId::Schedule), _) => fixed("the desk"),
        (Some(by), _) => fixed(by.to_string()),
        (None, Some(identity)) => fixed("no role: ").input(identity.as_str()),
        (None, None) => fixed("—"),
    }
}

/// The typed line, where it was not carried out, and the sentence, with clients by their names.
fn request(line: &Audit, clients: &[Named]) -> Text {
    let sentence = named(&line.text, clients);
    match (&line.typed, line.ended) {
        (Some(typed), Ended::Refused) => {
            let about = line.client.and_then(|id| clients.iter().find(|client| client.id == id));
            let about = about.filter(|client| !sentence.plain().contains(&client.name));
            let about = about.map(|client| fixed(" for ").then(name(client))).unwrap_or_default();
            Text::new().input(typed.clone()).then(about).fixed(" — ").then(sentence)
        }
        (Some(_) | None, _) => sentence,
    }
}

/// A sentence with the names of clients in place of their ids: `ACME Ltd (c_2)`. An id that stands
/// behind its name stays as it is.
fn named(text: &str, clients: &[Named]) -> Text {
    let mut out = Text::new();
    for piece in text.split_inclusive(is_not_of_an_id) {
        let word = piece.trim_end_matches(is_not_of_an_id);
        let id = word.parse::<ClientId>().ok();
        let client = id.and_then(|id| clients.iter().find(|client| client.id == id));
        out = match client {
            Some(client) if !text.contains(&format!("({word})")) => {
                let rest = piece.strip_prefix(word).unwrap_or_default();
                out.then(name(client)).input(rest)
            }
            Some(_) | None => out.input(piece),
        };
    }
    out
}

/// The sentence of a line as plain text, for a file.
#[must_use]
pub fn sentence(line: &Audit, clients: &[Named]) -> String {
    named(&line.text, clients).plain()
}
