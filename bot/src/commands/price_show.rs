//! `/price show`: the prices that hold.

use crate::command::{Action, Command, ParamKind, ParamSpec};
use shared::operation::{Ask, Operation};

/// Shows prices.
pub const COMMANDS: &[Command] = &[Command {
    words: &["price", "show"],
    about: "Show the prices that hold for a client, or the defaults",
    example: "/price show acme",
    finds: &["prices", "rates", "price list", "how much"],
    params: &[ParamSpec::optional(
        "client",
        ParamKind::Client,
        "For whom; the defaults if not said",
    )],
    action: Action::Ask {
        operation: Operation::PriceShow,
        call: |args| Ok(Ask::PriceShow { client: args.text("client") }),
    },
}];
