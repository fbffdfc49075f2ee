//! `/list`: clients with both balances, the lowest first.

use crate::command::{Action, Args, Command, ParamKind, ParamSpec, Usage};
use shared::operation::{Ask, ListOf, Operation, Order, PageEnd};

const FINDS: &[&str] =
    &["show all", "all clients", "everybody", "overview", "customers", "accounts", "low balance"];

const PARAMS: &[ParamSpec] = &[
    ParamSpec::named(
        "sort",
        ParamKind::Choice(&[
            ("mms", "Fewest MMS credits first"),
            ("sms", "Fewest SMS credits first"),
            ("name", "By name"),
        ]),
        "In which order; the fewest MMS credits first if not said",
    ),
    ParamSpec::named("low", ParamKind::Number, "Only with fewer credits than this")
        .shown("credits"),
    ParamSpec::by_button("after", ParamKind::Word, "Only those behind where the page before ended"),
];

/// Lists clients.
pub const COMMANDS: &[Command] = &[
    Command {
        words: &["list", "clients"],
        about: "List all clients with both balances, the lowest MMS balance first",
        example: "/list clients sort:sms low:100",
        finds: FINDS,
        params: PARAMS,
        action: Action::Ask { operation: Operation::List, call: |args| ask(args, ListOf::Clients) },
    },
    Command {
        words: &["list", "users"],
        about: "List clients of class user",
        example: "/list users",
        finds: FINDS,
        params: PARAMS,
        action: Action::Ask { operation: Operation::List, call: |args| ask(args, ListOf::Users) },
    },
    Command {
        words: &["list", "resellers"],
        about: "List resellers",
        example: "/list resellers",
        finds: FINDS,
        params: PARAMS,
        action: Action::Ask {
            operation: Operation::List,
            call: |args| ask(args, ListOf::Resellers),
        },
    },
    Command {
        words: &["list", "pending"],
        about: "List clients that wait for activation",
        example: "/list pending",
        finds: FINDS,
        params: PARAMS,
        action: Action::Ask { operation: Operation::List, call: |args| ask(args, ListOf::Pending) },
    },
];

fn ask(args: &Args, of: ListOf) -> Result<Ask, Usage> {
    let order = match args.text("sort").as_deref() {
        Some("sms") => Order::Sms,
        Some("name") => Order::Name,
        Some(_) | None => Order::Mms,
    };
    if order == Order::Name && args.number("low").is_some() {
        return Err(Usage::clash("low: goes with sort:sms or sort:mms, whose credits it counts."));
    }
    let after = args.text("after").map(|text| page_end(&text)).transpose()?;
    Ok(Ask::List { of, order, below: args.number("low"), after })
}

/// Where a page ended: `c_42/350`, the client and what it had.
fn page_end(text: &str) -> Result<PageEnd, Usage> {
    let read = || {
        let (client, had) = text.split_once('/')?;
        Some(PageEnd { client: client.parse().ok()?, had: had.parse().ok()? })
    };
    read().ok_or_else(|| Usage::new("bad_value", format!("“{text}” is not the end of a page.")))
}
