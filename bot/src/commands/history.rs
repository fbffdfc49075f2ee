//! `/history`: who did what.

use crate::command::{Action, Command, ParamKind, ParamSpec};
use shared::operation::{Ask, Operation};

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
        operation: Operation::History,
        call: |args| {
            Ok(Ask::History {
                client: args.text("client"),
                staff: args.text("staff"),
                op: args.op("op"),
                since: args.date("since"),
            })
        },
    },
}];
