//! `/client activate`: a pending or suspended client is let in.

use crate::command::{Action, Command, ParamKind, ParamSpec};
use shared::operation::{Ask, Operation};

/// Activates a client.
pub const COMMANDS: &[Command] = &[Command {
    words: &["client", "activate"],
    about: "Activate a pending or suspended client",
    example: "/client activate acme",
    finds: &["enable client", "accept", "unsuspend", "reactivate"],
    params: &[ParamSpec::required(
        "client",
        ParamKind::Client,
        "Client: two or three letters of any name",
    )],
    action: Action::Ask {
        operation: Operation::ClientActivate,
        call: |args| Ok(Ask::ClientActivate { client: args.need("client")? }),
    },
}];
