//! `/list`: clients with both balances, the lowest first.

use jiff::Timestamp;
use serde_json::json;
use shared::clients::pages::types::{ListOf, Order, PageEnd};
use shared::clients::types::{Answer, Ask, ClientCard, Operation};
use shared::contract;
use shared::kernel::credit::{PerKind, grouped};
use shared::kernel::id::Named;

use super::table::table;
use crate::command::{Action, Args, Command, ParamKind, ParamSpec, Usage};
use crate::json;
use crate::reply::words::{counted, fixed, name};
use crate::reply::{Content, Context};
use crate::view::{Mark, Text, View, Weight};

const CLIENTS_FINDS: &[&str] = &[
    "clients",
    "client list",
    "show all",
    "all clients",
    "everybody",
    "overview",
    "customers",
    "accounts",
    "low balance",
];
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
        "The order; by default the fewest MMS credits first",
    ),
    ParamSpec::named("low", ParamKind::Number, "Only with fewer credits than this")
        .shown("credits"),
    ParamSpec::named("of", ParamKind::Client, "Only clients of this reseller").shown("reseller"),
    ParamSpec::by_button("after", ParamKind::Word, "Only those behind where the page before ended"),
];

/// How many clients a page shows: two lines each, on a phone.
const CLIENTS_MAX: usize = 10;

/// Lists clients.
pub const COMMANDS: &[Command] = &[
    Command {
        words: &["list", "clients"],
        about: "List all clients, the fewest MMS credits first",
        example: "/list clients sort:sms low:100",
        finds: CLIENTS_FINDS,
        params: PARAMS,
        action: Action::Ask {
            operation: Operation::List.spec(),
            call: |args| ask(args, ListOf::Clients),
        },
    },
    Command {
        words: &["list", "users"],
        about: "List clients of class user",
        example: "/list users",
        finds: FINDS,
        params: PARAMS,
        action: Action::Ask {
            operation: Operation::List.spec(),
            call: |args| ask(args, ListOf::Users),
        },
    },
    Command {
        words: &["list", "resellers"],
        about: "List resellers",
        example: "/list resellers",
        finds: FINDS,
        params: PARAMS,
        action: Action::Ask {
            operation: Operation::List.spec(),
            call: |args| ask(args, ListOf::Resellers),
        },
    },
    Command {
        words: &["list", "pending"],
        about: "List clients that wait for activation",
        example: "/list pending",
        finds: FINDS,
        params: PARAMS,
        action: Action::Ask {
            operation: Operation::List.spec(),
            call: |args| ask(args, ListOf::Pending),
        },
    },
];

fn ask(args: &Args, of: ListOf) -> Result<contract::Ask, Usage> {
    let order = match args.text("sort").as_deref() {
        Some("sms") => Order::Sms,
        Some("name") => Order::Name,
        Some(_) | None => Order::Mms,
    };
    if order == Order::Name && args.number("low").is_some() {
        return Err(Usage::clash("low: goes with sort:sms or sort:mms, whose credits it counts."));
    }
    let after = args.text("after").map(|text| page_end(&text)).transpose()?;
    Ok(Ask::List { of, order, below: args.number("low"), after, under: args.text("of") }.into())
}

/// Where a page ended: `c_42/350`, the client and what it had.
fn page_end(text: &str) -> Result<PageEnd, Usage> {
    let read = || {
        let (client, had) = text.split_once('/')?;
        Some(PageEnd { client: client.parse().ok()?, had: had.parse().ok()? })
    };
    read().ok_or_else(|| Usage::new("bad_value", format!("“{text}” is not the end of a page.")))
}

/// The reply to `/list`: a page of clients behind the totals.
pub fn content(answer: &Answer, context: &Context<'_>) -> Option<Content> {
    let Answer::List { under, total, sums, skipped, clients, ends, as_of } = answer else {
        return None;
    };
    let json = json!({
        "of": under.as_ref().map(|reseller| reseller.id.to_string()),
        "total": total, "skipped": skipped, "sums": sums, "as_of": as_of,
        "clients": clients.iter().map(json::client).collect::<Vec<_>>(),
    });
    let rows = context.rows(CLIENTS_MAX);
    let page = ListPage { total: *total, skipped: *skipped, clients, ends, rows };
    let query = Query::of(context.ask, under.clone());
    Some(Content::new("list", page.view(&query, *sums, *as_of), json))
}

/// The list that was asked for.
struct Query {
    of: ListOf,
    order: Order,
    below: Option<u64>,
    under: Option<Named>,
}

impl Query {
    fn of(ask: &contract::Ask, under: Option<Named>) -> Self {
        if let contract::Ask::Clients(Ask::List { of, order, below, .. }) = ask {
            Self { of: *of, order: *order, below: *below, under }
        } else {
            Self { of: ListOf::Clients, order: Order::default(), below: None, under }
        }
    }

    /// The command for its first page.
    fn line(&self) -> String {
        let word = match self.of {
            ListOf::Clients => "clients",
            ListOf::Users => "users",
            ListOf::Resellers => "resellers",
            ListOf::Pending => "pending",
        };
        let sort = match self.order {
            Order::Mms => "mms",
            Order::Sms => "sms",
            Order::Name => "name",
        };
        let low = self.below.map(|below| format!(" low:{below}")).unwrap_or_default();
        let of = self.under.as_ref().map(|one| format!(" of:{}", one.id)).unwrap_or_default();
        format!("/list {word} sort:{sort}{low}{of}")
    }

    /// `1,200 clients`, `3 users of Northern Events (c_4)`, `1 client waits for activation`.
    fn counted(&self, total: u64) -> Text {
        let (one, many) = match self.of {
            ListOf::Clients | ListOf::Pending => ("client", "clients"),
            ListOf::Users => ("user", "users"),
            ListOf::Resellers => ("reseller", "resellers"),
        };
        let text = fixed(counted(total, one, many));
        let text = match &self.under {
            Some(reseller) => text.fixed(" of ").then(name(reseller)),
            None => text,
        };
        match (self.of, total) {
            (ListOf::Pending, 1) => text.fixed(" waits for activation"),
            (ListOf::Pending, _) => text.fixed(" wait for activation"),
            (ListOf::Clients | ListOf::Users | ListOf::Resellers, _) => text,
        }
    }

    /// The order in words.
    fn order(&self) -> &'static str {
        match self.order {
            Order::Mms => "fewest MMS credits first",
            Order::Sms => "fewest SMS credits first",
            Order::Name => "by name",
        }
    }

    fn order_as_title(&self) -> &'static str {
        match self.order {
            Order::Mms => "Fewest MMS credits first",
            Order::Sms => "Fewest SMS credits first",
            Order::Name => "By name",
        }
    }
}

/// A page of a list: `ends` has the cursor behind each client.
struct ListPage<'a> {
    total: u64,
    skipped: u64,
    clients: &'a [ClientCard],
    ends: &'a [PageEnd],
    /// How many clients the page shows.
    rows: usize,
}

impl ListPage<'_> {
    fn view(&self, query: &Query, sums: PerKind<u64>, as_of: Option<Timestamp>) -> View {
        let (total, skipped) = (self.total, self.skipped);
        let headline = Text::dotted([
            query.counted(total),
            fixed(format!("{} SMS", grouped(sums.sms))),
            fixed(format!("{} MMS", grouped(sums.mms))),
        ]);
        let mut view = View::new(Mark::Answer, headline);
        if total == 0 {
            return view;
        }
        let shown = self.clients.len().min(self.rows);
        let last = skipped.saturating_add(u64::try_from(shown).unwrap_or(u64::MAX));
        if shown == 0 {
            let view = view.line(fixed("That was the last page."));
            return view.offer("First page", Weight::Plain, query.line());
        }
        let order = query.order();
        let range = match (skipped, last < total) {
            (0, true) => format!("The first {shown}, {order}:"),
            (0, false) => format!("{}:", query.order_as_title()),
            (_, _) => format!("{} to {last}, {order}:", skipped.saturating_add(1)),
        };
        if total > 1 {
            view = view.line(fixed(range));
        }
        view = view.table(table(self.clients.iter().take(self.rows)));
        if let Some(at) = as_of {
            view = view.footer(fixed("Figures as of ").time(at));
        }
        self.ways_on(view, query, shown, last)
    }

    /// The next page, the first page, and commands about the clients.
    fn ways_on(&self, view: View, query: &Query, shown: usize, last: u64) -> View {
        let mut view = view;
        if let Some(end) = self.ends.get(shown.saturating_sub(1)).filter(|_| last < self.total) {
            let cursor = format!("after:{}/{}", end.client, end.had);
            view = view.next_page(("Next page", "the next ones"), &query.line(), cursor);
        }
        if self.skipped > 0 {
            view = view.offer("First page", Weight::Plain, query.line());
        }
        if let ListOf::Pending = query.of {
            for one in self.clients.iter().take(3) {
                let (id, login) = (one.client.id, &one.client.login);
                view = view.suggest(format!("/client activate {id}"), format!("activates {login}"));
            }
        } else if self.skipped == 0 && last < self.total {
            view = view
                .suggest("/list clients low:100", "only those with fewer than 100")
                .suggest("/client find <two letters>", "one of the others");
        }
        view
    }
}
