//! One thing at a time: a client, prices, settings, an invoice, staff, the caller, the desk.

use jiff::SignedDuration;
use jiff::civil::Date;
use shared::answer::{Answer, Named, NamedStaff};
use shared::client::{Client, Status, Switch, masked_email};
use shared::credit::{Kind, grouped};
use shared::id::{Channel, Identity, OpId, Series};
use shared::invoice::Invoice;
use shared::money::{Money, decimal, exponent};
use shared::settings::{Scope, Settings};
use shared::staff::{Cover, Mode, ModeLimits, Role, Staff};

use super::credit::amount_of;
use super::{counted, due, figures, masked_phone, name, person, turn_on, why_off};
use crate::view::{Column, Mark, Table, Text, View, Weight, day};

fn cell(text: impl Into<String>) -> Text {
    Text::new().fixed(text)
}

/// Everything about a client.
pub fn client(answer: &Answer) -> View {
    let Answer::Client { client, parent, manager, balances, mms_off, unpaid } = answer else {
        return View::new(Mark::Answer, Text::new());
    };
    let named = Named::from(client);
    let mut view = View::new(Mark::Answer, name(&named)).line(Text::dotted([
        cell(client.status.word()),
        cell(client.class.word()),
        cell("login ").input(client.login.clone()),
        client.town.as_ref().map(|town| Text::new().input(town.clone())).unwrap_or_default(),
    ]));
    view = view.line(Text::dotted([
        cell("email ").input(masked_email(&client.email)),
        client
            .mobile
            .as_ref()
            .map(|m| cell(format!("mobile {}", masked_phone(m))))
            .unwrap_or_default(),
    ]));
    view = view.line(Text::dotted([
        parent.as_ref().map(|parent| cell("under ").then(name(parent))).unwrap_or_default(),
        manager.as_ref().map(|m| cell("looked after by ").then(person(m))).unwrap_or_default(),
        client.referral.as_ref().map(|r| cell("sent by ").input(r.clone())).unwrap_or_default(),
    ]));
    for kind in Kind::ALL {
        view = view.line(figures(kind, *balances.get(kind)));
    }
    let own = match client.mms {
        Switch::Inherit => "inherited from its parent",
        Switch::On => "by its own switch",
        Switch::Off => "by its own switch",
    };
    view = match mms_off {
        None => view.line(cell(format!("MMS is on, {own}"))),
        Some(off) => {
            let view = view.line(cell(format!("MMS is off: {}", why_off(*off))));
            match client.status {
                Status::Pending => view,
                Status::Active | Status::Suspended | Status::Closed => {
                    view.suggest(turn_on(*off, &named), "turns MMS on")
                }
            }
        }
    };
    if client.status == Status::Pending {
        view = view.suggest(format!("/client activate {}", named.id), "activates it");
    }
    if let Some(on) = client.mms_for_clients {
        view = view.line(cell(format!("MMS for its clients: {}", if on { "on" } else { "off" })));
    }
    if let Some(unpaid) = unpaid.filter(|unpaid| unpaid.minor > 0) {
        view = view
            .line(cell(format!("Unpaid: {unpaid}")))
            .suggest(format!("/invoice list {} open", client.id), "what is due");
    }
    actions(client).into_iter().fold(
        view.suggest_as(
            ("Statement", Weight::Plain),
            format!("/statement {}", client.id),
            "its last changes",
        ),
        |view, (label, weight, line)| view.offer(label, weight, line),
    )
}

/// What is done about a client from its view: what needs an amount, a name or a reason asks for it.
fn actions(client: &Client) -> Vec<(&'static str, Weight, String)> {
    let id = client.id;
    let mut actions = Vec::new();
    if client.status == Status::Active {
        let plain = |label, line: String| (label, Weight::Plain, line);
        actions.extend([
            plain("Add MMS…", format!("/addcredit mms {id} <amount>")),
            plain("Add SMS…", format!("/addcredit sms {id} <amount>")),
            ("Deduct MMS…", Weight::Danger, format!("/deductcredit mms {id} <amount>")),
            ("Deduct SMS…", Weight::Danger, format!("/deductcredit sms {id} <amount>")),
        ]);
    }
    let told = [
        ("Why this balance", format!("/why {id}")),
        ("Invoices", format!("/invoice list {id}")),
        ("Prices", format!("/price show {id}")),
        ("History", format!("/history {id}")),
        ("Name…", format!("/client set name {id} <name>")),
        ("Email…", format!("/client set email {id} <email>")),
        ("Mobile…", format!("/client set mobile {id} <mobile>")),
        ("Manager…", format!("/client set manager {id} <staff>")),
        ("Referral…", format!("/client set referral {id} <who>")),
    ];
    actions.extend(told.map(|(label, line)| (label, Weight::Plain, line)));
    match client.status {
        Status::Active => {
            let off = ("MMS off", Weight::Danger, format!("/mms off {id}"));
            actions.extend((client.mms == Switch::On).then_some(off));
            actions.push(("Suspend…", Weight::Danger, format!("/client suspend {id} <reason>")));
        }
        Status::Suspended => {
            actions.push(("Activate", Weight::Main, format!("/client activate {id}")));
        }
        Status::Pending | Status::Closed => {}
    }
    actions
}

/// Prices, nearest first.
pub fn prices(op: &OpId, answer: &Answer) -> View {
    let Answer::Prices { client, currency, prices, today, set } = answer else {
        return View::new(Mark::Answer, Text::new());
    };
    let whose = match client {
        Some(client) => name(client),
        None => cell("everybody without prices of their own"),
    };
    let mut view = if *set {
        View::new(Mark::Done, cell("Prices are set for ").then(whose))
    } else {
        View::new(Mark::Answer, cell("Prices for ").then(whose))
    };
    view = view.line(cell(format!("{} per 1,000 credits, without tax", currency.code())));
    for list in prices {
        let scope = match list.scope {
            Scope::Default => "default".to_owned(),
            Scope::Client(id) if client.as_ref().is_some_and(|client| client.id == id) => {
                "own".to_owned()
            }
            Scope::Client(id) => id.to_string(),
        };
        let now = list.schedules.iter().rposition(|schedule| schedule.from <= *today);
        for (at, schedule) in list.schedules.iter().enumerate() {
            // Past ones are history: only what is in force and what comes is shown.
            if now.is_some_and(|now| at < now) {
                continue;
            }
            let steps = schedule.steps.iter().map(|step| {
                let price = decimal(step.per_1000_minor, exponent(*currency));
                format!("from {} on {price}", grouped(step.quantity))
            });
            let steps: Vec<String> = steps.collect();
            let when = if Some(at) == now {
                "now".to_owned()
            } else {
                format!("from {}", day(schedule.from))
            };
            view =
                view.line(cell(format!("{} · {scope} · {when}: {}", list.kind, steps.join(", "))));
        }
    }
    if prices.is_empty() {
        view = view
            .line(cell("There are none yet; an add without a price is refused."))
            .suggest("/price set sms default 1:<price per 1,000>", "sets one for everybody");
    }
    if *set { view.footer(cell(op.to_string())).public() } else { view }
}

/// The settings, or what was just changed of them.
pub fn settings(op: &OpId, settings: &Settings, set: Option<&str>) -> View {
    if let Some(what) = set {
        return View::new(Mark::Done, cell("Changed the settings: ").input(what))
            .footer(cell(op.to_string()))
            .public();
    }
    let mut view = View::new(Mark::Answer, cell("Settings"));
    view = view.line(match settings.currency {
        Some(currency) => cell(format!("Currency: {}", currency.code())),
        None => cell("Currency: not set"),
    });
    view = view.line(match &settings.seller {
        Some(seller) => Text::dotted([
            cell("Seller: ").input(seller.name.clone()),
            Text::new().input(seller.address.clone()),
            Text::new().input(seller.tax_number.clone()),
        ]),
        None => cell("Seller: not set; invoices name the root admin"),
    });
    view.line(cell(format!("Tax: {} %", percent(settings.tax_bp))))
        .line(cell(format!(
            "Due: {} after the invoice",
            counted(u64::from(settings.due_days), "day", "days")
        )))
        .line(cell(format!("Days begin in: {}", settings.zone)))
        .line(channels("Writes are announced in: ", &settings.ops))
        .line(channels("Approvals are asked for in: ", &settings.approvals))
        .line(cell("Limits for one operation; the daily budget is ten times these:"))
        .table(limits(settings))
}

/// The channels of a purpose; nothing when there are none.
fn channels(words: &str, channels: &[Channel]) -> Text {
    let names: Vec<String> = channels.iter().map(ToString::to_string).collect();
    if names.is_empty() { Text::new() } else { cell(words).input(names.join(", ")) }
}

/// Somebody covers a role, or does not any more.
pub fn covered(op: &OpId, staff: &NamedStaff, cover: Option<Cover>) -> View {
    let headline = match cover {
        Some(cover) => person(staff)
            .fixed(format!(" covers the role {} up to ", cover.role.word()))
            // It ends with a day, so that day is named and not the next one.
            .time(cover.until.saturating_sub(SignedDuration::from_mins(1)).unwrap_or(cover.until)),
        None => person(staff).fixed(" covers no other role any more"),
    };
    let view = View::new(Mark::Done, headline).footer(cell(op.to_string())).public();
    match cover {
        Some(_) => view.line(
            cell("It ends by itself; to end it earlier: ")
                .code(format!("/cover {} none", staff.id)),
        ),
        None => view,
    }
}

/// `20`, `17.5`: without zeros that say nothing.
fn percent(basis_points: u32) -> String {
    let exact = decimal(u64::from(basis_points), 2);
    exact.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn limits(settings: &Settings) -> Table {
    let money = |minor: Option<u64>| match (minor, settings.currency) {
        (None, _) => "no limit".to_owned(),
        (Some(minor), Some(currency)) => Money { minor, currency }.to_string(),
        (Some(minor), None) => decimal(minor, 2),
    };
    let row = |role: Role| {
        let of: ModeLimits = settings.limits(role);
        let mut cells = vec![cell(role.word())];
        cells.extend(Mode::ALL.map(|mode| cell(money(of.get(mode)))));
        cells
    };
    Table {
        columns: vec![
            Column::words("role"),
            Column::number("paid"),
            Column::number("open"),
            Column::number("grant"),
        ],
        rows: [Role::Support, Role::Billing, Role::Manager, Role::Owner].map(row).to_vec(),
    }
}

/// One document.
pub fn invoice(invoice: &Invoice, client: &Named, today: Date) -> View {
    let sort = match invoice.number.series {
        Series::Invoice => "Invoice",
        Series::CreditNote => "Credit note",
    };
    let state = if invoice.overdue(today) { "overdue" } else { invoice.state.word() };
    let money = |minor: u64| Money { minor, currency: invoice.currency }.to_string();
    let mut view = View::new(Mark::Answer, cell(format!("{sort} {} · {state}", invoice.number)))
        .line(Text::dotted([
            cell("for ").then(name(client)),
            // It keeps the name that the client had when it was made.
            if invoice.buyer.name == client.name {
                Text::new()
            } else {
                cell("to ").input(invoice.buyer.name.clone())
            },
        ]))
        .line(cell("made ").time(invoice.at).fixed(if invoice.due_minor() > 0 {
            format!(" · {}", due(invoice.due))
        } else {
            String::new()
        }));
    for line in &invoice.lines {
        view = view.line(cell(format!(
            "{} at {} per 1,000: {}",
            amount_of(line.credits, line.kind),
            money(line.per_1000_minor),
            money(line.net_minor)
        )));
    }
    view = view.line(cell(format!(
        "net {} · tax {} % {} · gross {}",
        money(invoice.net_minor),
        percent(invoice.tax_bp),
        money(invoice.tax_minor),
        money(invoice.gross_minor)
    )));
    let part = |word: &str, minor: u64| {
        if minor == 0 { Text::new() } else { cell(format!("{word} {}", money(minor))) }
    };
    view = view.line(Text::dotted([
        part("paid", invoice.paid_minor),
        part("credited", invoice.noted_minor),
        part("due", invoice.due_minor()),
        invoice.reference.as_ref().map(|r| cell("payment ").input(r.clone())).unwrap_or_default(),
        invoice.corrects.map(|number| cell(format!("corrects {number}"))).unwrap_or_default(),
    ]));
    let gives = Kind::ALL.map(|kind| match *invoice.gives.get(kind) {
        0 => Text::new(),
        gives => cell(format!("still gives {} {kind}", grouped(gives))),
    });
    view = view.line(Text::dotted(gives));
    let view = view.footer(cell(format!("{} · entry {}", invoice.op, invoice.entry)));
    if invoice.due_minor() > 0 {
        view.suggest(
            format!("/invoice void {} <reason>", invoice.number),
            "takes it back, with what it gave",
        )
    } else {
        view
    }
}

/// Staff and what they may do.
pub fn roles(staff: &[Staff]) -> View {
    let row = |one: &Staff| {
        let identities: Vec<String> = one.identities.iter().map(ToString::to_string).collect();
        vec![
            cell(one.id.to_string()),
            Text::new().input(one.name.clone()),
            cell(if one.active { one.role.word() } else { "has left" }),
            Text::new().input(identities.join(", ")),
        ]
    };
    let active = staff.iter().filter(|one| one.active).count();
    let noun = if active == 1 { "staff member" } else { "staff members" };
    View::new(Mark::Answer, cell(format!("{active} {noun}"))).table(Table {
        columns: vec![
            Column::words("id"),
            Column::words("name"),
            Column::words("role"),
            Column::detail(""),
        ],
        rows: staff.iter().map(row).collect(),
    })
}

/// A role given.
pub fn granted(
    op: &OpId,
    staff: &NamedStaff,
    role: Role,
    before: Option<Role>,
    linked: Option<&Identity>,
) -> View {
    let headline = person(staff).fixed(format!(" ({}) is {} now", staff.id, a_role(role)));
    let mut view = View::new(Mark::Done, headline);
    if let Some(before) = before.filter(|before| *before != role) {
        view = view.line(cell(format!("Before: {}", before.word())));
    }
    if let Some(identity) = linked {
        view = view.line(cell("Linked: ").input(identity.to_string()));
    }
    view.footer(cell(op.to_string())).public()
}

/// Somebody gone.
pub fn left(op: &OpId, staff: &NamedStaff, identities: u64, to: Option<&NamedStaff>) -> View {
    let headline =
        person(staff).fixed(format!(" ({}) has left and may do nothing any more", staff.id));
    View::new(Mark::Done, headline)
        .line(cell(format!(
            "{} closed, from this second.",
            counted(identities, "identity is", "identities are")
        )))
        .line(match to {
            Some(to) => {
                person(to).fixed(" looks after the clients and answers for the waiting plans now.")
            }
            None => cell("Clients of this person have no account manager now."),
        })
        .footer(cell(op.to_string()))
        .public()
}

fn a_role(role: Role) -> &'static str {
    match role {
        Role::Auditor => "an auditor",
        Role::Support => "support",
        Role::Billing => "billing",
        Role::Manager => "a manager",
        Role::Owner => "an owner",
    }
}

/// The caller.
pub fn whoami(answer: &Answer) -> View {
    let Answer::Whoami { staff, role, identity, limits } = answer else {
        return View::new(Mark::Answer, Text::new());
    };
    let headline =
        cell("You are ").then(person(staff)).fixed(format!(" ({}), {}", staff.id, a_role(*role)));
    let view = View::new(Mark::Answer, headline).line(cell("Here as ").input(identity.to_string()));
    let money =
        |money: &Option<Money>| money.map_or_else(|| "no limit".to_owned(), |m| m.to_string());
    let rows = limits
        .iter()
        .map(|(mode, limit, left)| vec![cell(mode.words()), cell(money(limit)), cell(money(left))]);
    view.table(Table {
        columns: vec![
            Column::words(""),
            Column::number("without approval"),
            Column::number("left today"),
        ],
        rows: rows.collect(),
    })
}

/// What is set up and what is missing.
pub fn status(answer: &Answer) -> View {
    let Answer::Status { missing, clients, staff, pending, failed_jobs, settings } = answer else {
        return View::new(Mark::Answer, Text::new());
    };
    let headline = if missing.is_empty() { "Everything is set up" } else { "Something is missing" };
    let mut view = View::new(Mark::Answer, cell(headline));
    for sentence in missing {
        view = view.line(cell("• ").input(sentence.clone()));
    }
    view = view.line(Text::dotted([
        cell(counted(*clients, "client", "clients")),
        cell(format!("{} staff", grouped(*staff))),
        cell(counted(*pending, "plan waits", "plans wait")),
        cell(counted(*failed_jobs, "job failed for good", "jobs failed for good")),
    ]));
    let currency = settings.currency.map_or("no currency", |currency| currency.code());
    view = view.line(cell(format!(
        "{currency} · tax {} % · due {} days · {}",
        percent(settings.tax_bp),
        settings.due_days,
        settings.zone
    )));
    if *failed_jobs > 0 {
        view = view.suggest("/jobs failed", "shows them");
    }
    if *pending > 0 {
        view = view.suggest("/pending", "shows them");
    }
    view
}
