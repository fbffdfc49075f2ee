//! `/balance`: both balances of a client.

use crate::command::{Action, Command, ParamKind, ParamSpec};
use shared::operation::{Ask, Operation};

/// Reads a balance.
pub const COMMANDS: &[Command] = &[Command {
    words: &["balance"],
    about: "Show a client’s SMS and MMS credits",
    example: "/balance acme",
    finds: &["credits", "credits left", "how many", "remaining", "left", "counter", "used"],
    params: &[ParamSpec::required(
        "client",
        ParamKind::Client,
        "Client: two or three letters of any name",
    )],
    action: Action::Ask {
        operation: Operation::Balance,
        call: |args| Ok(Ask::Balance { client: args.need("client")? }),
    },
}];
