//! `/client set`: one of a client’s particulars.

use shared::clients::card::masked_phone;
use shared::clients::types::{Ask, Operation, Particular, masked_email};
use shared::contract;
use shared::kernel::id::Named;

use crate::command::{Action, Args, Command, ParamKind, ParamSpec, Usage};
use crate::commands::params::{self, CLIENT, KIND};
use crate::reply::words::{fixed, name};
use crate::view::{Mark, Text, View};

/// Changes a client’s particulars.
pub const COMMANDS: &[Command] = &[
    Command {
        words: &["client", "set", "name"],
        about: "Change a client’s name",
        example: "/client set name acme Acme Limited",
        finds: &["rename"],
        params: &[CLIENT, ParamSpec::required("name", ParamKind::Rest, "Its new name")],
        action: Action::Ask {
            operation: Operation::ClientSet.spec(),
            call: |args| set(args, Particular::Name(args.need_behind("client", "name")?)),
        },
    },
    Command {
        words: &["client", "set", "email"],
        about: "Change a client’s email",
        example: "/client set email acme ops@acme.example",
        finds: &["change email"],
        params: &[CLIENT, ParamSpec::required("email", ParamKind::Email, "Its new email")],
        action: Action::Ask {
            operation: Operation::ClientSet.spec(),
            call: |args| set(args, Particular::Email(args.need("email")?)),
        },
    },
    Command {
        words: &["client", "set", "mobile"],
        about: "Change a client’s mobile",
        example: "/client set mobile acme +44 7400 123456",
        finds: &["change number", "phone"],
        params: &[
            CLIENT,
            ParamSpec::required("mobile", ParamKind::Phone, "Its new mobile; none removes it"),
        ],
        action: Action::Ask {
            operation: Operation::ClientSet.spec(),
            call: |args| set(args, Particular::Mobile(unless_none(args, "mobile")?)),
        },
    },
    Command {
        words: &["client", "set", "manager"],
        about: "Change a client’s account manager",
        example: "/client set manager acme dana",
        finds: &["account manager", "update manager", "assign"],
        params: &[
            CLIENT,
            ParamSpec::required("manager", ParamKind::Staff, "Staff id or name; none removes it"),
        ],
        action: Action::Ask {
            operation: Operation::ClientSet.spec(),
            call: |args| set(args, Particular::Manager(args.need_behind("client", "manager")?)),
        },
    },
    Command {
        words: &["client", "set", "referral"],
        about: "Change a client’s referral: the person or company that sent it",
        example: "/client set referral acme Northern Events",
        finds: &["referrer", "update referral", "sent by"],
        params: &[
            CLIENT,
            ParamSpec::required("referral", ParamKind::Rest, "Who sent it; none removes it"),
        ],
        action: Action::Ask {
            operation: Operation::ClientSet.spec(),
            call: |args| set(args, Particular::Referral(args.need_behind("client", "referral")?)),
        },
    },
    Command {
        words: &["client", "set", "zone"],
        about: "Set a client’s time zone: its reminders are sent in its morning",
        example: "/client set zone acme Europe/Berlin",
        finds: &["time zone", "timezone", "local time"],
        params: &[
            CLIENT,
            ParamSpec::required(
                "zone",
                ParamKind::Rest,
                "Such as Europe/Berlin; none is the desk’s",
            ),
        ],
        action: Action::Ask {
            operation: Operation::ClientSet.spec(),
            call: |args| set(args, Particular::Zone(args.need_behind("client", "zone")?)),
        },
    },
    Command {
        words: &["client", "set", "overdraft"],
        about: "Set a client’s overdraft: credits that it may send beyond its balance",
        example: "/client set overdraft acme sms 5000",
        finds: &["overdraft", "credit line", "send on credit"],
        params: &[
            CLIENT,
            ParamSpec::required(KIND.name, KIND.kind, "Which credits"),
            ParamSpec::required("amount", ParamKind::Number, "How many; 0 takes it away"),
        ],
        action: Action::Ask {
            operation: Operation::ClientOverdraft.spec(),
            call: |args| {
                let missing = Usage::missing;
                let client = args.need("client")?;
                let kind = params::kind(args).ok_or_else(|| missing(KIND.name))?;
                let credits = args.number("amount").ok_or_else(|| missing("amount"))?;
                Ok(Ask::ClientOverdraft { client, kind, credits }.into())
            },
        },
    },
];

fn set(args: &Args, set: Particular) -> Result<contract::Ask, Usage> {
    Ok(Ask::ClientSet { client: args.client("client")?, set }.into())
}

/// An empty text removes a mobile; people type `none`.
fn unless_none(args: &Args, name: &'static str) -> Result<String, Usage> {
    let text = args.need(name)?;
    Ok(if text.eq_ignore_ascii_case("none") { String::new() } else { text })
}

/// A client of which one particular was changed.
pub fn changed(client: &Named, field: &str, before: &str, after: &str) -> View {
    View::new(Mark::Done, fixed(format!("Changed the {field} of ")).then(name(client)))
        .line(before_and_after(field, before, after))
}

/// `none → Northern Events`.
pub fn before_and_after(field: &str, before: &str, after: &str) -> Text {
    let shown = |value: &str| {
        let value = masked(field, value);
        if value.is_empty() { fixed("none") } else { Text::new().input(value) }
    };
    shown(before).fixed(" → ").then(shown(after))
}

fn masked(field: &str, value: &str) -> String {
    match field {
        "mobile" => masked_phone(value),
        "email" => masked_email(value),
        _ => value.to_owned(),
    }
}
