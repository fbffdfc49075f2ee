//! `/price show`: the prices that hold.

use jiff::civil::Date;
use serde_json::json;
use shared::kernel::credit::grouped;
use shared::kernel::id::Named;
use shared::kernel::money::Money;
use shared::pricing::types::{Ask, Operation, PriceLists, Prices, Schedule, Scope};

use crate::command::{Action, Command, ParamKind, ParamSpec};
use crate::reply::Content;
use crate::reply::words::{fixed, name};
use crate::view::{Mark, Text, View, day};

/// Shows prices.
pub const COMMANDS: &[Command] = &[Command {
    words: &["price", "show"],
    about: "Show a client’s prices, or the default prices",
    example: "/price show acme",
    finds: &["prices", "rates", "price list", "how much"],
    params: &[ParamSpec::optional(
        "client",
        ParamKind::Client,
        "The client; without it, the default prices",
    )],
    action: Action::Ask {
        operation: Operation::PriceShow.spec(),
        call: |args| Ok(Ask::PriceShow { client: args.text("client") }.into()),
    },
}];

/// The reply to `/price show`: the price lists, nearest first.
pub fn content(lists: &PriceLists) -> Content {
    shown(lists, false)
}

/// The price lists as they are shown; `set` says that they were just set.
pub fn shown(lists: &PriceLists, set: bool) -> Content {
    let PriceLists { client, currency, prices, today, change } = lists;
    let json = json!({
        "client": client.as_ref().map(|client| client.id.to_string()),
        "currency": currency.code(),
        "today": today,
        "set": set,
        "change": change,
        "prices": prices.iter().map(|prices| json!({
            "scope": match prices.scope {
                Scope::Default => "default".to_owned(),
                Scope::Client(id) => id.to_string(),
            },
            "kind": prices.kind,
            "schedules": prices.schedules,
        })).collect::<Vec<_>>(),
    });
    let scope = match client {
        Some(client) => name(client),
        None => fixed("all clients without their own prices"),
    };
    let mut view = View::new(Mark::Answer, fixed("Prices for ").then(scope))
        .line(fixed("Per 1,000 credits, without tax"));
    for list in prices {
        for line in
            lines(list, client.as_ref(), |minor| Money { minor, currency: *currency }, *today)
        {
            view = view.line(line);
        }
    }
    if prices.is_empty() {
        view = view
            .line(fixed("There are no prices yet. Credits cannot be added without a price."))
            .suggest("/price set sms default 1:<price per 1,000>", "sets a default price");
    }
    Content::new("prices", view, json)
}

/// A price list: what is in force and what comes later. Past schedules are left out.
fn lines(
    list: &Prices,
    client: Option<&Named>,
    money: impl Fn(u64) -> Money,
    today: Date,
) -> Vec<Text> {
    let scope = match list.scope {
        Scope::Default => "default".to_owned(),
        Scope::Client(id) if client.is_some_and(|client| client.id == id) => "own".to_owned(),
        Scope::Client(id) => id.to_string(),
    };
    let now = list.schedules.iter().rposition(|schedule| schedule.from <= today);
    let current = list.schedules.iter().enumerate().skip(now.unwrap_or(0));
    let line = |(at, schedule): (usize, &Schedule)| {
        let steps = schedule.steps.iter().map(|step| {
            let price = money(step.per_1000_minor);
            match step.quantity {
                1 => format!("{price} per 1,000 ({} each)", price.of_one_credit()),
                quantity => {
                    let each = price.of_one_credit();
                    format!("from {} credits {price} ({each} each)", grouped(quantity))
                }
            }
        });
        let steps: Vec<String> = steps.collect();
        let steps = match steps.is_empty() {
            true => "no prices of its own".to_owned(),
            false => steps.join("; "),
        };
        let when =
            if Some(at) == now { "now".to_owned() } else { format!("from {}", day(schedule.from)) };
        fixed(format!("{} · {scope} · {when}: {}", list.kind, steps))
    };
    current.map(line).collect()
}
