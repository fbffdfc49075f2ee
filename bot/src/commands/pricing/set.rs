//! `/price set sms|mms`: prices by quantity, from a day on. `/price remove sms|mms`: a client's own prices
//! end, and the wider ones hold.

use shared::contract;
use shared::kernel::credit::{Kind, grouped};
use shared::kernel::id::OpId;
use shared::kernel::money::{Money, decimal, exponent};
use shared::pricing::types::{Ask, Operation, PriceLists, PriceRow, Step};

use super::show;
use crate::command::{Action, Args, Command, ParamKind, ParamSpec, Usage};
use crate::commands::Proposed;
use crate::reply::Content;
use crate::reply::words::{counted, fixed, name};
use crate::view::{Mark, Text, View, Weight, day};

const PARAMS: &[ParamSpec] = &[
    ParamSpec::required("client", ParamKind::Client, "default for all, or a reseller or client")
        .shown("default|client"),
    ParamSpec::required("prices", ParamKind::Steps, "From how many on: price per 1,000 credits"),
    ParamSpec::named("from", ParamKind::Date, "The first day; by default today"),
];

const REMOVE_PARAMS: &[ParamSpec] = &[
    ParamSpec::required("client", ParamKind::Client, "The reseller or client"),
    ParamSpec::named("from", ParamKind::Date, "The first day; by default today"),
];

/// Sets and removes prices.
pub const COMMANDS: &[Command] = &[
    Command {
        words: &["price", "set", "sms"],
        about: "Set SMS prices by quantity, for all or for one client",
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
        about: "Set MMS prices by quantity, for all or for one client",
        example: "/price set mms acme 1:80.00 from:2026-12-01",
        finds: &["change price", "rate", "tariff", "cost"],
        params: PARAMS,
        action: Action::Ask {
            operation: Operation::PriceSet.spec(),
            call: |args| ask(args, Kind::Mms),
        },
    },
    Command {
        words: &["price", "remove", "sms"],
        about: "Remove a client’s own SMS prices: the default prices hold again",
        example: "/price remove sms acme",
        finds: &["delete price", "default price again"],
        params: REMOVE_PARAMS,
        action: Action::Ask {
            operation: Operation::PriceSet.spec(),
            call: |args| remove(args, Kind::Sms),
        },
    },
    Command {
        words: &["price", "remove", "mms"],
        about: "Remove a client’s own MMS prices: the default prices hold again",
        example: "/price remove mms acme from:2026-12-01",
        finds: &["delete price", "default price again"],
        params: REMOVE_PARAMS,
        action: Action::Ask {
            operation: Operation::PriceSet.spec(),
            call: |args| remove(args, Kind::Mms),
        },
    },
];

fn remove(args: &Args, kind: Kind) -> Result<contract::Ask, Usage> {
    let client = Some(args.need("client")?);
    Ok(Ask::PriceSet { kind, client, steps: Vec::new(), from: args.date("from") }.into())
}

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

fn scope(lists: &PriceLists) -> Text {
    match &lists.client {
        Some(client) => name(client),
        None => fixed("all clients without their own prices"),
    }
}

/// What a planned price list would do: each step before and after, and whom it reaches.
pub fn proposed(lists: &PriceLists) -> Proposed {
    let kind = lists.prices.first().map(|prices| format!("{} ", prices.kind)).unwrap_or_default();
    let from = lists.change.as_ref().and_then(|change| change.from);
    let from = from.map(|from| format!(" from {} on", day(from))).unwrap_or_default();
    let action = match is_removal(lists) {
        true => fixed(format!("remove the own {kind}prices of ")),
        false => fixed(format!("set the {kind}prices of ")),
    };
    let action = action.then(scope(lists)).fixed(from);
    let lines = changes(lists).into_iter().chain(dearer(lists)).collect();
    Proposed { action, lines, json: show::shown(lists, false).json }
}

/// A low price as the price of one credit, with the line that sets it.
fn dearer(lists: &PriceLists) -> Option<Text> {
    let change = lists.change.as_ref()?;
    let row = change.rows.iter().find(|row| row.is_low(lists.currency))?;
    let typed = Money { minor: row.after?, currency: lists.currency };
    let meant = Money { minor: typed.minor.checked_mul(1_000)?, ..typed };
    let steps = change.rows.iter().filter_map(|row| {
        let minor =
            if row.is_low(lists.currency) { row.after?.checked_mul(1_000)? } else { row.after? };
        Some(Step { quantity: row.quantity, per_1000_minor: minor })
    });
    let (of_one, of_one_meant) = (typed.of_one_credit(), meant.of_one_credit());
    let question = format!(
        "{typed} per 1,000 credits is {of_one} each. Did you mean {meant} per 1,000 ({of_one_meant} each)? "
    );
    Some(fixed(question).code(set_line(lists, steps)?))
}

/// The command that sets steps.
fn set_line(lists: &PriceLists, steps: impl Iterator<Item = Step>) -> Option<String> {
    let kind = lists.prices.first()?.kind.word();
    let client = lists.client.as_ref().map_or("default".to_owned(), |c| c.id.to_string());
    let digits = exponent(lists.currency);
    let step = |step: Step| format!(" {}:{}", step.quantity, decimal(step.per_1000_minor, digits));
    Some(format!("/price set {kind} {client}{}", steps.map(step).collect::<String>()))
}

/// Whether the newest list ends the client's own prices.
fn is_removal(lists: &PriceLists) -> bool {
    let day = lists.change.as_ref().and_then(|change| change.from).unwrap_or(lists.today);
    let schedules = lists.prices.iter().flat_map(|prices| &prices.schedules);
    schedules.filter(|schedule| schedule.from == day).any(|schedule| schedule.steps.is_empty())
}

/// Each step before and after in per cent, and the number of clients.
fn changes(lists: &PriceLists) -> Vec<Text> {
    let Some(change) = &lists.change else { return Vec::new() };
    let digits = exponent(lists.currency);
    let shown =
        |minor: Option<u64>| minor.map_or("none".to_owned(), |minor| decimal(minor, digits));
    let line = |row: &PriceRow| {
        let before = shown(row.before);
        let percent = row.percent().map(|p| format!(" ({p:+}%)")).unwrap_or_default();
        let from = counted(row.quantity, "credit", "credits");
        fixed(format!("per 1,000 from {from} on: {before} → {}{percent}", shown(row.after)))
    };
    let mut lines: Vec<Text> = change.rows.iter().map(line).collect();
    lines.push(fixed(match change.reach {
        0 => "No client buys at these prices yet.".to_owned(),
        1 => "1 client buys at these prices.".to_owned(),
        clients => format!("Up to {} clients buy at these prices.", grouped(clients)),
    }));
    lines
}

/// The command that sets the list before.
fn back(lists: &PriceLists) -> Option<String> {
    let steps = &lists.change.as_ref()?.back;
    match (steps.is_empty(), &lists.client) {
        (false, _) => set_line(lists, steps.iter().copied()),
        // There were no prices of its own; if there are none now, nothing leads back.
        (true, Some(client)) if !is_removal(lists) => {
            Some(format!("/price remove {} {}", lists.prices.first()?.kind.word(), client.id))
        }
        (true, _) => None,
    }
}

/// The reply to `/price set`: the prices as they are shown, under another headline.
pub fn content(op: &OpId, lists: &PriceLists) -> Content {
    let kind = lists.prices.first().map(|prices| format!("{} prices", prices.kind));
    let kind = kind.unwrap_or_else(|| "Prices".to_owned());
    let headline = match is_removal(lists) {
        true => fixed(format!("{kind} are removed for ")).then(scope(lists)),
        false => fixed(format!("{kind} are set for ")).then(scope(lists)),
    };
    let Content { code, view, json } = show::shown(lists, true);
    let view = View { mark: Mark::Done, headline, ..view }.lines(changes(lists));
    let view = match back(lists) {
        Some(line) => {
            view.suggest_as(("Old prices", Weight::Plain), line, "restores the earlier prices")
        }
        None => view,
    };
    Content::new(code, view.footer(fixed(op.to_string())).public(), json)
}
