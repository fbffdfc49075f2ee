//! `/pending`: the plans that wait, first those that the reader may approve.

use serde_json::{Value, json};
use shared::contract::plan::Waiting;
use shared::plans::types::{Answerable, Ask, Operation};

use crate::command::{Action, Command, ParamKind, ParamSpec};
use crate::json::put;
use crate::reply::words::{counted, fixed, length, person};
use crate::reply::{Content, Context, plan};
use crate::view::{Column, Mark, Suggestion, Table, TableLine, Text, View, Weight};

/// How many plans a page shows. Each has two buttons, and Discord shows 25 on a message.
const PAGE: usize = 10;

/// How many people a plan is said to wait for by name.
const NAMES_MAX: usize = 3;

/// Lists waiting plans.
pub const COMMANDS: &[Command] = &[Command {
    words: &["pending"],
    about: "List the requests that wait for an answer",
    example: "/pending",
    finds: &["waiting", "approvals", "open plans", "to do"],
    params: &[ParamSpec::named("after", ParamKind::Op, "Only those behind this one").shown("op")],
    action: Action::Ask {
        operation: Operation::Pending.spec(),
        call: |args| Ok(Ask::Pending { only: None, after: args.op("after") }.into()),
    },
}];

/// The reply to `/pending`, and to a `/confirm` that names no plan.
pub fn content(
    only: Option<Answerable>,
    total: u64,
    skipped: u64,
    rows: &[Waiting],
    context: &Context<'_>,
) -> Content {
    let shown = rows.get(..context.rows(PAGE)).unwrap_or(rows);
    let json = json!({
        "total": total,
        "skipped": skipped,
        "plans": rows.iter().map(row_json).collect::<Vec<_>>(),
    });
    Content::new("pending", view(only, total, skipped, shown), json)
}

fn row_json(row: &Waiting) -> Value {
    let mut object = plan::json(&row.plan);
    put(&mut object, "may", json!(row.may));
    let waits_for: Vec<String> = row.waits_for.iter().map(|staff| staff.id.to_string()).collect();
    put(&mut object, "waits_for", json!(waits_for));
    put(&mut object, "equals", json!(row.equals));
    object
}

fn view(only: Option<Answerable>, total: u64, skipped: u64, rows: &[Waiting]) -> View {
    if rows.is_empty() {
        return match only {
            Some(_) => View::new(Mark::Answer, fixed("Nothing waits for your confirmation."))
                .suggest("/pending", "shows the requests of everybody"),
            None => View::new(Mark::Answer, fixed("Nothing waits.")),
        };
    }
    let headline = match only {
        Some(_) if total == 1 => fixed("1 request waits for your confirmation"),
        Some(_) => {
            let count = counted(total, "request waits", "requests wait");
            fixed(format!("{count} for your confirmation. Which one?"))
        }
        None => fixed(counted(total, "request waits", "requests wait")),
    };
    let shown: Vec<(u64, &Waiting)> = (skipped.saturating_add(1)..).zip(rows).collect();
    let table = Table {
        columns: vec![
            Column { place: TableLine::First, ..Column::number("") },
            Column::words("op"),
            Column::words("request"),
            Column::detail("waits for"),
            Column::detail("by"),
            Column::detail("until"),
            Column::detail(""),
        ],
        rows: shown.iter().map(|(number, row)| cells(*number, row)).collect(),
    };
    let buttons = shown.iter().map(|(number, row)| buttons(*number, row)).collect();
    let mut view = View::new(Mark::Answer, headline).table(table).row_buttons(buttons);
    let answers = [
        (Answerable::ToApprove, "approve"),
        (Answerable::ToConfirm, "confirm"),
        (Answerable::ToDeny, "deny"),
    ];
    let can = |does: &Answerable| shown.iter().any(|(_, row)| row.may.contains(does));
    let words = answers.into_iter().filter(|(does, _)| can(does)).map(|(_, word)| word);
    let (answer, op) = match shown.as_slice() {
        [(_, row)] if total == 1 => ("To answer it, type ", row.plan.op.to_string()),
        _ => ("To answer one, type ", "<op>".to_owned()),
    };
    let typed = Text::dotted(words.map(|word| Text::new().code(format!("/{word} {op}"))));
    if !typed.is_empty() {
        view = view.footer(fixed(answer).then(typed));
    }
    let end = skipped.saturating_add(length(&shown));
    match shown.last().filter(|_| end < total) {
        Some((_, last)) => {
            let line = if only.is_some() { "/confirm" } else { "/pending" };
            let cursor = format!("after:{}", last.plan.op);
            view.next_page(("Next", "the ones after these"), line, cursor)
        }
        None => view,
    }
}

fn cells(number: u64, row: &Waiting) -> Vec<Text> {
    let plan = &row.plan;
    let equal = match length(&row.equals) {
        0 => Text::new(),
        equals => fixed(format!("⚠ {} the same", counted(equals, "other asks", "others ask"))),
    };
    vec![
        fixed(number.to_string()),
        fixed(plan.op.to_string()),
        plan::request(plan),
        waits_for(row),
        person(&plan.by),
        Text::new().time(plan.expires),
        equal,
    ]
}

/// The people that a plan waits for: the reader first.
fn waits_for(row: &Waiting) -> Text {
    let is_yours = row.may.iter().any(|does| match does {
        Answerable::ToApprove | Answerable::ToConfirm => true,
        Answerable::ToDeny => false,
    });
    let names: Vec<Text> = row.waits_for.iter().map(person).collect();
    let more = names.len().saturating_sub(NAMES_MAX);
    let mut people: Vec<Text> = is_yours
        .then(|| fixed("you"))
        .into_iter()
        .chain(names.into_iter().take(NAMES_MAX))
        .collect();
    if more > 0 {
        people.push(fixed(format!("{more} more")));
    }
    let mut text = Text::new();
    for one in people {
        text = if text.is_empty() { one } else { text.fixed(", ").then(one) };
    }
    // An owner's own request that nobody else can approve.
    if text.is_empty() { fixed("nobody yet") } else { text }
}

fn buttons(number: u64, row: &Waiting) -> Vec<Suggestion> {
    let can = |does| row.may.contains(&does);
    let plan = &row.plan;
    let mut buttons = Vec::new();
    if can(Answerable::ToApprove) {
        buttons.push(plan::yes(plan, &format!("Approve {number}"), "approve", ""));
    }
    if can(Answerable::ToConfirm) {
        buttons.push(plan::yes(plan, &format!("Confirm {number}"), "confirm", ""));
    }
    // A request that the reader could not approve is not turned down by a slip of the finger.
    if can(Answerable::ToDeny) && !buttons.is_empty() {
        let deny = if can(Answerable::ToApprove) {
            let line = format!("/deny {} <reason>", plan.op);
            Suggestion::new(line, "").labelled(format!("Deny {number}…"), Weight::Danger)
        } else {
            let line = format!("/deny {}", plan.op);
            Suggestion::new(line, "").labelled(format!("Cancel {number}"), Weight::Plain)
        };
        buttons.push(deny);
    }
    buttons
}
