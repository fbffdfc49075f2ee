//! `/client activate`: a pending or suspended client is let in.

use shared::clients::types::{Ask, Operation};
use shared::kernel::id::Named;

use crate::command::{Action, Command};
use crate::commands::params::CLIENT;
use crate::reply::words::{fixed, name};
use crate::view::{Mark, View};

/// Activates a client.
pub const COMMANDS: &[Command] = &[Command {
    words: &["client", "activate"],
    about: "Activate a pending or suspended client",
    example: "/client activate acme",
    finds: &["enable client", "accept", "unsuspend", "reactivate"],
    params: &[CLIENT],
    action: Action::Ask {
        operation: Operation::ClientActivate.spec(),
        call: |args| Ok(Ask::ClientActivate { client: args.need("client")? }.into()),
    },
}];

/// A client that was activated.
pub fn activated(client: &Named) -> View {
    View::new(Mark::Done, fixed("Activated ").then(name(client)))
}
