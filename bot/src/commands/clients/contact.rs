//! `/client contact`: the further addresses that get a client’s mail.

use shared::clients::contacts::types::Topic;
use shared::clients::types::{Ask, Operation};
use shared::contract;

use crate::command::{Action, Args, Choices, Command, ParamKind, ParamSpec, Usage};
use crate::commands::params::CLIENT;

const TOPICS: Choices = &[
    ("invoices", "Mail about credits that were sold"),
    ("reminders", "Mail about invoices that are due"),
    ("statements", "Statements of account"),
    ("all", "All of these"),
];

const EMAIL: ParamSpec =
    ParamSpec::required("email", ParamKind::Email, "The contact’s email address");

/// Adds and removes contacts.
pub const COMMANDS: &[Command] = &[
    Command {
        words: &["client", "contact", "add"],
        about: "Send some of a client’s mail to a contact, instead of the client’s own email",
        example: "/client contact add acme accounts@acme.example invoices",
        finds: &["billing email", "accounts department", "cc", "recipient", "second email"],
        params: &[
            CLIENT,
            EMAIL,
            ParamSpec::optional("mail", ParamKind::Choice(TOPICS), "Which mail; all by default"),
        ],
        action: Action::Ask {
            operation: Operation::ClientContact.spec(),
            call: |args| contact(args, true),
        },
    },
    Command {
        words: &["client", "contact", "remove"],
        about: "Stop sending a client’s mail to a contact",
        example: "/client contact remove acme accounts@acme.example",
        finds: &["delete contact", "remove recipient"],
        params: &[
            CLIENT,
            EMAIL,
            ParamSpec::optional("mail", ParamKind::Choice(TOPICS), "Which mail; all by default"),
        ],
        action: Action::Ask {
            operation: Operation::ClientContact.spec(),
            call: |args| contact(args, false),
        },
    },
];

fn contact(args: &Args, add: bool) -> Result<contract::Ask, Usage> {
    let word = args.text("mail");
    let topic = Topic::ALL.into_iter().find(|topic| word.as_deref() == Some(topic.word()));
    let (client, email) = (args.need("client")?, args.need("email")?);
    Ok(Ask::ClientContact { client, email, topic, add }.into())
}
