//! `/client suspend`: a client’s sends are refused, money still settles.

use shared::clients::types::{Ask, Operation};
use shared::kernel::id::Named;

use crate::command::{Action, Command};
use crate::commands::params::{CLIENT, REASON};
use crate::reply::words::{fixed, name};
use crate::view::{Mark, View};

/// Suspends a client.
pub const COMMANDS: &[Command] = &[Command {
    words: &["client", "suspend"],
    about: "Suspend a client: it cannot send; credits and invoices still work",
    example: "/client suspend acme because three invoices are overdue",
    finds: &["client delete", "client remove", "block", "disable client", "stop", "lock"],
    params: &[CLIENT, REASON],
    action: Action::Ask {
        operation: Operation::ClientSuspend.spec(),
        call: |args| {
            let reason = args.need_behind("client", "reason")?;
            Ok(Ask::ClientSuspend { client: args.client("client")?, reason }.into())
        },
    },
}];

/// A client that was suspended.
pub fn suspended(client: &Named, reason: &str) -> View {
    View::new(Mark::Done, fixed("Suspended ").then(name(client)))
        .line(
            fixed("It cannot send messages; credits and invoices still work. Reason: ")
                .input(reason),
        )
        .suggest(format!("/client activate {}", client.id), "activates it")
}
