//! `/client view`: everything about one client.

use crate::command::{Action, Command, ParamKind, ParamSpec};
use shared::operation::{Ask, Operation};

/// Views a client.
pub const COMMANDS: &[Command] = &[Command {
    words: &["client", "view"],
    about: "View a client: status, credits, permissions, who looks after it",
    example: "/client view acme",
    finds: &["show client", "open client", "details", "profile"],
    params: &[ParamSpec::required(
        "client",
        ParamKind::Client,
        "Client: two or three letters of any name",
    )],
    action: Action::Ask {
        operation: Operation::ClientView,
        call: |args| Ok(Ask::ClientView { client: args.need("client")? }),
    },
}];
