//! `/history`: who did what.

use jiff::civil::Date;
use serde_json::json;
use shared::desk::types::{Ask, Operation};
use shared::kernel::actor::ActorId;
use shared::kernel::audit::{Audit, Ended};
use shared::kernel::id::NamedStaff;
use shared::kernel::typed::TypedDay;

use crate::command::{Action, Command, ParamKind, ParamSpec};
use crate::reply::words::{actor, fixed};
use crate::reply::{Content, ROWS_MAX};
use crate::view::{Column, Mark, Table, Text, View, day};

/// Reads the audit trail.
pub const COMMANDS: &[Command] = &[Command {
    words: &["history"],
    about: "Show who did what, refused and tried commands included",
    example: "/history acme staff:dana since:2026-11-01",
    finds: &["audit", "audit trail", "who did", "activity", "log"],
    params: &[
        ParamSpec::optional("client", ParamKind::Client, "Only about this client"),
        ParamSpec::named("staff", ParamKind::Staff, "Only by this staff member: id or name")
            .shown("who"),
        ParamSpec::named("op", ParamKind::Op, "Only this operation; of the last 31 days"),
        ParamSpec::named("since", ParamKind::Date, "From this day on; by default the last 7 days"),
    ],
    action: Action::Ask {
        operation: Operation::History.spec(),
        call: |args| {
            let (client, day) = client_and_day(args.text("client"));
            Ok(Ask::History {
                client,
                staff: args.text("staff"),
                op: args.op("op"),
                since: args.day("since").or(day),
            }
            .into())
        },
    },
}];

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
pub fn content(lines: &[Audit], staff: &[NamedStaff], since: Date, cut: bool) -> Content {
    let json = json!({
        "since": since,
        "lines": lines.iter().map(|line| json!({
            "at": line.at,
            "op": line.op,
            "staff": line.staff().map(|staff| staff.to_string()),
            "name": line.staff().and_then(|id| staff.iter().find(|s| s.id == id)).map(|s| &s.name),
            "operation": line.operation,
            "client": line.client.map(|client| client.to_string()),
            "ended": line.ended,
            "text": line.text,
        })).collect::<Vec<_>>(),
        "cut": cut,
    });
    Content::new("history", view(lines, staff, since, cut), json)
}

fn view(lines: &[Audit], staff: &[NamedStaff], since: Date, cut: bool) -> View {
    let view = View::new(Mark::Answer, fixed(format!("What was done since {}", day(since))));
    if lines.is_empty() {
        return view.line(fixed("Nothing."));
    }
    let row = |line: &Audit| {
        let ended = match line.ended {
            Ended::Done => "done",
            Ended::Planned => "waits",
            Ended::Refused => "refused",
            Ended::DryRun => "dry run",
        };
        let by = match line.staff() {
            Some(id) => actor(ActorId::Staff(id), staff),
            None => fixed("—"),
        };
        vec![
            Text::new().time(line.at),
            by,
            fixed(ended),
            Text::new().input(line.text.clone()),
            fixed(line.op.to_string()),
        ]
    };
    let view = view.table(Table {
        columns: vec![
            Column::words("when"),
            Column::words("who"),
            Column::words("ended"),
            Column::detail(""),
            Column::detail(""),
        ],
        rows: lines.iter().take(ROWS_MAX).map(row).collect(),
    });
    if cut || lines.len() > ROWS_MAX {
        return view.line(fixed("The newest are shown; narrow it by client, staff: or since:."));
    }
    view
}
