//! `/client set`: one of a client’s particulars.

use shared::clients::billing::types::BillingField;
use shared::clients::card::masked_phone;
use shared::clients::types::{Ask, Operation, Particular, masked_email};
use shared::contract;
use shared::kernel::id::Named;

use crate::command::{Action, Args, Choices, Command, ParamKind, ParamSpec, Usage};
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
        words: &["client", "set", "script"],
        about: "Choose Latin letters for a client’s documents, where its own cannot be printed",
        example: "/client set script acme latin",
        finds: &["transliterate", "alphabet", "latin letters"],
        params: &[CLIENT, ParamSpec::required("script", ParamKind::Choice(SCRIPTS), "The letters")],
        action: Action::Ask {
            operation: Operation::ClientSet.spec(),
            call: |args| set(args, Particular::Script(args.need("script")?)),
        },
    },
    Command {
        words: &["client", "set", "address"],
        about: "Change the postal address on a client’s invoices",
        example: "/client set address acme 22 Market Square, Leeds LS1 6DT",
        finds: &["billing address", "invoice address"],
        params: &[
            CLIENT,
            ParamSpec::required("address", ParamKind::Rest, "Its address; none removes it"),
        ],
        action: Action::Ask {
            operation: Operation::ClientBilling.spec(),
            call: |args| bill(args, BillingField::Address(args.need_behind("client", "address")?)),
        },
    },
    Command {
        words: &["client", "set", "tax-number"],
        about: "Change the tax number on a client’s invoices",
        example: "/client set tax-number acme GB123456789",
        finds: &["vat number", "vat id", "gst number"],
        params: &[
            CLIENT,
            ParamSpec::required("number", ParamKind::Rest, "Its tax number; none removes it"),
        ],
        action: Action::Ask {
            operation: Operation::ClientBilling.spec(),
            call: |args| bill(args, BillingField::TaxNumber(args.need_behind("client", "number")?)),
        },
    },
    Command {
        words: &["client", "set", "due"],
        about: "Set in how many days a client’s invoices are due",
        example: "/client set due acme 30",
        finds: &["payment terms", "terms", "due days", "net 30"],
        params: &[
            CLIENT,
            ParamSpec::required("days", ParamKind::Rest, "Days; none takes the desk’s days"),
        ],
        action: Action::Ask {
            operation: Operation::ClientBilling.spec(),
            call: |args| bill(args, BillingField::Due(args.need_behind("client", "days")?)),
        },
    },
    Command {
        words: &["client", "set", "tax-exempt"],
        about: "Charge a client no tax, with the reason that its invoices state",
        example: "/client set tax-exempt acme Registered charity, zero-rated",
        finds: &["no tax", "zero rated", "vat exempt", "reverse charge"],
        params: &[
            CLIENT,
            ParamSpec::required("why", ParamKind::Rest, "The reason; none charges tax again"),
        ],
        action: Action::Ask {
            operation: Operation::ClientBilling.spec(),
            call: |args| bill(args, BillingField::TaxExempt(args.need_behind("client", "why")?)),
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

const SCRIPTS: Choices = &[
    ("latin", "Latin letters in place of those that cannot be printed"),
    ("none", "Letters as they are"),
];

fn set(args: &Args, set: Particular) -> Result<contract::Ask, Usage> {
    Ok(Ask::ClientSet { client: args.client("client")?, set }.into())
}

fn bill(args: &Args, set: BillingField) -> Result<contract::Ask, Usage> {
    Ok(Ask::ClientBilling { client: args.client("client")?, set }.into())
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
