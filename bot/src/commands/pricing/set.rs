//! `/price set sms|mms`: prices by quantity, from a day on.

use shared::contract;
use shared::kernel::credit::Kind;
use shared::kernel::id::OpId;
use shared::pricing::types::{Ask, Operation, PriceLists};

use super::show;
use crate::command::{Action, Args, Command, ParamKind, ParamSpec, Usage};
use crate::reply::Content;
use crate::reply::words::{fixed, name};
use crate::view::{Mark, View};

const PARAMS: &[ParamSpec] = &[
    ParamSpec::required("client", ParamKind::Client, "default for all, or a reseller or client")
        .shown("default|client"),
    ParamSpec::required("prices", ParamKind::Steps, "From how many on: price per 1,000 credits"),
    ParamSpec::named("from", ParamKind::Date, "From which day on; today if not said"),
];

/// Sets prices.
pub const COMMANDS: &[Command] = &[
    Command {
        words: &["price", "set", "sms"],
        about: "Set SMS prices per 1,000 credits by quantity, for all or for one client",
        example: "/price set sms default 1:50.00 10000:45.00",
        finds: &["change price", "rate", "tariff", "cost"],
        params: PARAMS,
        action: Action::Ask {
            operation: Operation::PriceSet.spec(),
            call: |args| ask(args, Kind::Sms),
        },
    },
    Command {
        words: &["price", "set", "mms"],
        about: "Set MMS prices per 1,000 credits by quantity, for all or for one client",
        example: "/price set mms acme 1:80.00 from:2026-12-01",
        finds: &["change price", "rate", "tariff", "cost"],
        params: PARAMS,
        action: Action::Ask {
            operation: Operation::PriceSet.spec(),
            call: |args| ask(args, Kind::Mms),
        },
    },
];

fn ask(args: &Args, kind: Kind) -> Result<contract::Ask, Usage> {
    let client = args.need("client")?;
    Ok(Ask::PriceSet {
        kind,
        client: (!client.eq_ignore_ascii_case("default")).then_some(client),
        steps: args.steps("prices"),
        from: args.date("from"),
    }
    .into())
}

/// The reply to `/price set`: the prices as they are shown, under another headline.
pub fn content(op: &OpId, lists: &PriceLists) -> Content {
    let scope = match &lists.client {
        Some(client) => name(client),
        None => fixed("everybody without prices of their own"),
    };
    let headline = fixed("Prices are set for ").then(scope);
    let Content { code, view, json } = show::shown(lists, true);
    let view = View { mark: Mark::Done, headline, ..view };
    Content::new(code, view.footer(fixed(op.to_string())).public(), json)
}
