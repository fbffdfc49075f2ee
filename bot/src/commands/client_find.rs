//! `/client find`: clients by any word of what is known about them.

use crate::command::{Action, Command, ParamKind, ParamSpec};
use shared::client::Class;
use shared::operation::{Ask, Operation};

/// Finds clients.
pub const COMMANDS: &[Command] = &[Command {
    words: &["client", "find"],
    about: "Find clients by name, login, id, email, invoice number or mobile",
    example: "/client find ac",
    finds: &["search", "look up", "lookup", "who is", "find"],
    params: &[
        ParamSpec::required("text", ParamKind::Text, "At least two letters of any word"),
        ParamSpec::named(
            "class",
            ParamKind::Choice(&[
                ("user", "Sends messages"),
                ("reseller", "Funds the clients below it"),
                ("admin", "Runs a part of the platform"),
            ]),
            "Only this class",
        ),
    ],
    action: Action::Ask {
        operation: Operation::ClientFind,
        call: |args| {
            let class = [Class::User, Class::Reseller, Class::Admin]
                .into_iter()
                .find(|class| args.text("class").as_deref() == Some(class.word()));
            Ok(Ask::ClientFind { text: args.need("text")?, class })
        },
    },
}];
