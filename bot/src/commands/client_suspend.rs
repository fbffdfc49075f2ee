//! `/client suspend`: a client’s sends are refused, money still settles.

use crate::command::{Action, Command, ParamKind, ParamSpec};
use shared::operation::{Ask, Operation};

/// Suspends a client.
pub const COMMANDS: &[Command] = &[Command {
    words: &["client", "suspend"],
    about: "Suspend a client: its sends are refused, money still settles",
    example: "/client suspend acme because three invoices are overdue",
    finds: &["block", "disable client", "stop", "lock"],
    params: &[
        ParamSpec::required(
            "client",
            ParamKind::Client,
            "Client: two or three letters of any name",
        ),
        ParamSpec::required("reason", ParamKind::Rest, "Why"),
    ],
    action: Action::Ask {
        operation: Operation::ClientSuspend,
        call: |args| {
            Ok(Ask::ClientSuspend { client: args.need("client")?, reason: args.need("reason")? })
        },
    },
}];
