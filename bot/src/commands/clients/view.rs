//! `/client view`: everything about one client.

use serde_json::json;
use shared::clients::billing::types::Billing;
use shared::clients::contacts::types::Contact;
use shared::clients::types::{Answer, Ask, Client, Operation};
use shared::kernel::credit::{Kind, grouped};
use shared::kernel::id::{Named, NamedStaff};
use shared::ledger::account::{Status, Switch};
use shared::permissions::types::MmsOff;

use crate::command::{Action, Command, ParamKind, ParamSpec};
use crate::commands::credits::balance::figures;
use crate::commands::params::CLIENT;
use crate::commands::permissions::mms;
use crate::json;
use crate::reply::words::{fixed, name, person};
use crate::reply::{Content, Context};
use crate::view::{Mark, Text, View, Weight};

/// Views a client.
pub const COMMANDS: &[Command] = &[Command {
    words: &["client", "view"],
    about: "View a client: credits, unpaid invoices, permissions",
    example: "/client view acme",
    finds: &["show client", "open client", "details", "profile"],
    params: &[CLIENT, ParamSpec::by_button("more", ParamKind::Flag, "Show the other actions")],
    action: Action::Ask {
        operation: Operation::ClientView.spec(),
        call: |args| Ok(Ask::ClientView { client: args.need("client")? }.into()),
    },
}];

/// The reply to `/client view`.
pub fn content(answer: &Answer, context: &Context<'_>) -> Option<Content> {
    let Answer::View {
        client,
        parent,
        manager,
        balances,
        mms_off,
        unpaid,
        disputed,
        open_adds_stopped,
    } = answer
    else {
        return None;
    };
    let mut view = View::new(Mark::Answer, name(&Named::from(client)));
    for kind in Kind::ALL {
        view = view.line(figures(kind, *balances.get(kind)));
    }
    view = overdraft(view, client);
    if let Some(unpaid) = unpaid.filter(|unpaid| unpaid.minor > 0) {
        view = view.line(fixed(format!("Unpaid: {unpaid}")));
    }
    if *disputed > 0 {
        let payments = if *disputed == 1 { "payment is" } else { "payments are" };
        view = view.line(fixed(format!("{disputed} {payments} disputed, not decided yet")));
    }
    if *open_adds_stopped {
        let line = format!("/client openadds allow {}", client.id);
        view = view.line(fixed("Adds on open invoices are stopped. Allow them: ").code(line));
    }
    view = permission(view, client, *mms_off);
    view = particulars(view, client, parent.as_ref(), manager.as_ref());
    view = billing(view, client);
    let add = |view: View, (label, weight, line)| view.offer(label, weight, line);
    let view = if context.parsed.is_some_and(|parsed| parsed.args.flag("more")) {
        further_actions(client).into_iter().fold(view, add)
    } else {
        actions(view, client)
    };
    let json = json!({
        "client": client.id.to_string(),
        "name": client.name,
        "login": client.login,
        "email": client.email,
        "mobile": client.mobile,
        "town": client.town,
        "class": client.class.word(),
        "status": client.status.word(),
        "parent": parent.as_ref().map(|parent| parent.id.to_string()),
        "manager": manager.as_ref().map(|manager| manager.id.to_string()),
        "referral": client.referral,
        "sms": json::figures(balances.sms),
        "mms": json::figures(balances.mms),
        "billing": {
            "address": client.billing.address,
            "tax_number": client.billing.tax_number,
            "due_days": client.billing.due_days,
            "tax_exempt": client.billing.exempt,
        },
        "overdraft": { "sms": client.overdraft.sms, "mms": client.overdraft.mms },
        "mms_off": json::mms_off(*mms_off),
        "unpaid_minor": json::minor(*unpaid), "currency": json::currency_of(*unpaid),
        "disputed": disputed,
        "open_adds_stopped": open_adds_stopped,
        "zone": client.zone,
        "contacts": client.contacts.iter().map(|contact| json!({
            "email": contact.email, "receives": contact.receives,
        })).collect::<Vec<_>>(),
    });
    Some(Content::new("client", view, json))
}

/// Its status, addresses, and the people around it.
fn particulars(
    view: View,
    client: &Client,
    parent: Option<&Named>,
    manager: Option<&NamedStaff>,
) -> View {
    let mobile = client.mobile.as_ref().map(|mobile| fixed("mobile ").input(mobile.clone()));
    let contact = |contact: &Contact| {
        fixed("mail to ").input(contact.email.clone()).fixed(format!(": {}", contact.topics()))
    };
    let zone = client.zone.as_ref().map(|zone| fixed(format!("time zone {zone}")));
    view.line(Text::dotted([
        fixed(client.status.word()),
        fixed(client.class.word()),
        fixed("login ").input(client.login.clone()),
        client.town.as_ref().map(|town| Text::new().input(town.clone())).unwrap_or_default(),
    ]))
    .line(Text::dotted([
        fixed("email ").input(client.email.clone()),
        mobile.unwrap_or_default(),
        zone.unwrap_or_default(),
    ]))
    .lines(client.contacts.iter().map(contact))
    .line(Text::dotted([
        parent.map(|parent| fixed("under ").then(name(parent))).unwrap_or_default(),
        manager.map(|staff| fixed("account manager ").then(person(staff))).unwrap_or_default(),
        client
            .referral
            .as_ref()
            .map(|r| fixed("referred by ").input(r.clone()))
            .unwrap_or_default(),
    ]))
}

/// What its invoices state, and when they are due.
fn billing(view: View, client: &Client) -> View {
    let Billing { address, tax_number, due_days, exempt } = &client.billing;
    let written = |label: &'static str, text: &str| match text {
        "" => Text::new(),
        text => fixed(label).input(text),
    };
    view.line(Text::dotted([
        written("address ", address),
        written("tax number ", tax_number),
        due_days.map(|days| fixed(format!("invoices due in {days} days"))).unwrap_or_default(),
        written("no tax: ", exempt.as_deref().unwrap_or_default()),
    ]))
}

/// How many credits its sends may use beyond its own, if any.
fn overdraft(view: View, client: &Client) -> View {
    let kinds = Kind::ALL.into_iter().filter(|kind| *client.overdraft.get(*kind) > 0);
    let parts: Vec<String> =
        kinds.map(|kind| format!("{kind} {}", grouped(*client.overdraft.get(kind)))).collect();
    if parts.is_empty() {
        view
    } else {
        view.line(fixed(format!("Overdraft: {}", parts.join(" · "))))
    }
}

/// Whether it may use MMS, and how to turn that on.
fn permission(view: View, client: &Client, mms_off: Option<MmsOff>) -> View {
    let named = Named::from(client);
    let view = match mms_off {
        None => {
            let switch = match client.mms {
                Switch::Inherit => "inherited from its parent",
                Switch::On | Switch::Off => "by its own switch",
            };
            view.line(fixed(format!("MMS is on, {switch}")))
        }
        Some(off) => {
            let line = fixed(format!("MMS is off: {}", mms::off_reason(off)));
            view.line(match client.status {
                Status::Pending => line,
                Status::Active | Status::Suspended | Status::Closed => {
                    line.fixed(" · turn it on: ").code(mms::turn_on(off, &named))
                }
            })
        }
    };
    let view = match client.status {
        Status::Pending | Status::Suspended => {
            let line = format!("/client activate {}", named.id);
            view.line(fixed(format!("It is {}. Activate it: ", client.status.word())).code(line))
        }
        Status::Active | Status::Closed => view,
    };
    match client.mms_for_clients {
        Some(on) => {
            view.line(fixed(format!("MMS for its clients: {}", if on { "on" } else { "off" })))
        }
        None => view,
    }
}

/// The five buttons of a client's card; a line with a `<…>` opens a form. None of them changes
/// anything with one tap.
fn actions(view: View, client: &Client) -> View {
    let id = client.id;
    let view = if client.status == Status::Active {
        view.offer("Add MMS…", Weight::Plain, format!("/addcredit mms {id} <amount>")).offer(
            "Add SMS…",
            Weight::Plain,
            format!("/addcredit sms {id} <amount>"),
        )
    } else {
        view
    };
    view.suggest_as(("Statement", Weight::Plain), format!("/statement {id}"), "its last changes")
        .suggest_as(("Invoices", Weight::Plain), format!("/invoice list {id}"), "its invoices")
        .offer("More", Weight::Plain, format!("/client view {id} --more"))
}

/// The buttons behind More.
fn further_actions(client: &Client) -> Vec<(&'static str, Weight, String)> {
    let id = client.id;
    let plain = |label, line: String| (label, Weight::Plain, line);
    let mut actions = vec![
        plain("Why this balance", format!("/why {id}")),
        plain("Prices", format!("/price show {id}")),
        plain("History", format!("/history {id}")),
        plain("Name…", format!("/client set name {id} <name>")),
        plain("Email…", format!("/client set email {id} <email>")),
        plain("Mobile…", format!("/client set mobile {id} <mobile>")),
        plain("Manager…", format!("/client set manager {id} <staff>")),
        plain("Referral…", format!("/client set referral {id} <who>")),
    ];
    if client.status == Status::Active {
        actions.extend([
            ("Deduct MMS…", Weight::Danger, format!("/deductcredit mms {id} <amount>")),
            ("Deduct SMS…", Weight::Danger, format!("/deductcredit sms {id} <amount>")),
            ("Suspend…", Weight::Danger, format!("/client suspend {id} <reason>")),
        ]);
    }
    match client.status {
        Status::Active => {
            let off = ("MMS off…", Weight::Danger, format!("/mms off {id} --dry-run"));
            actions.extend((client.mms == Switch::On).then_some(off));
        }
        Status::Suspended => {
            let line = format!("/client activate {id} --dry-run");
            actions.push(("Activate…", Weight::Main, line));
        }
        Status::Pending | Status::Closed => {}
    }
    actions
}
