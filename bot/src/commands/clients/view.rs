//! `/client view`: everything about one client.

use serde_json::json;
use shared::clients::types::{Answer, Ask, Client, Operation, masked_email};
use shared::kernel::credit::{Kind, grouped};
use shared::kernel::id::{Named, NamedStaff};
use shared::ledger::account::{Status, Switch};
use shared::permissions::types::MmsOff;

use crate::command::{Action, Command};
use crate::commands::credits::balance::figures;
use crate::commands::params::CLIENT;
use crate::commands::permissions::mms;
use crate::json;
use crate::reply::Content;
use crate::reply::words::{fixed, masked_phone, name, person};
use crate::view::{Mark, Suggestion, Text, View, Weight};

/// Views a client.
pub const COMMANDS: &[Command] = &[Command {
    words: &["client", "view"],
    about: "View a client: status, credits, permissions, who looks after it",
    example: "/client view acme",
    finds: &["show client", "open client", "details", "profile"],
    params: &[CLIENT],
    action: Action::Ask {
        operation: Operation::ClientView.spec(),
        call: |args| Ok(Ask::ClientView { client: args.need("client")? }.into()),
    },
}];

/// The reply to `/client view`.
pub fn content(answer: &Answer) -> Option<Content> {
    let Answer::View { client, parent, manager, balances, mms_off, unpaid } = answer else {
        return None;
    };
    let mut view = particulars(client, parent.as_ref(), manager.as_ref());
    for kind in Kind::ALL {
        view = view.line(figures(kind, *balances.get(kind)));
    }
    view = permission(overdraft(view, client), client, *mms_off);
    if let Some(unpaid) = unpaid.filter(|unpaid| unpaid.minor > 0) {
        view = view
            .line(fixed(format!("Unpaid: {unpaid}")))
            .suggest(format!("/invoice list {} open", client.id), "what is due");
    }
    view = view.suggest_as(
        ("Statement", Weight::Plain),
        format!("/statement {}", client.id),
        "its last changes",
    );
    let add = |view: View, (label, weight, line)| view.offer(label, weight, line);
    let view = actions(client).into_iter().fold(view, add);
    let json = json!({
        "client": client.id.to_string(),
        "name": client.name,
        "login": client.login,
        "email": client.email,
        "mobile": client.mobile.as_deref().map(masked_phone),
        "town": client.town,
        "class": client.class.word(),
        "status": client.status.word(),
        "parent": parent.as_ref().map(|parent| parent.id.to_string()),
        "manager": manager.as_ref().map(|manager| manager.id.to_string()),
        "referral": client.referral,
        "sms": json::figures(balances.sms),
        "mms": json::figures(balances.mms),
        "overdraft": { "sms": client.overdraft.sms, "mms": client.overdraft.mms },
        "mms_off": json::mms_off(*mms_off),
        "unpaid_minor": json::minor(*unpaid), "currency": json::currency_of(*unpaid),
    });
    Some(Content::new("client", view, json))
}

/// Its name, status, addresses, and the people around it.
fn particulars(client: &Client, parent: Option<&Named>, manager: Option<&NamedStaff>) -> View {
    let mobile =
        client.mobile.as_ref().map(|mobile| fixed(format!("mobile {}", masked_phone(mobile))));
    View::new(Mark::Answer, name(&Named::from(client)))
        .line(Text::dotted([
            fixed(client.status.word()),
            fixed(client.class.word()),
            fixed("login ").input(client.login.clone()),
            client.town.as_ref().map(|town| Text::new().input(town.clone())).unwrap_or_default(),
        ]))
        .line(Text::dotted([
            fixed("email ").input(masked_email(&client.email)),
            mobile.unwrap_or_default(),
        ]))
        .line(Text::dotted([
            parent.map(|parent| fixed("under ").then(name(parent))).unwrap_or_default(),
            manager.map(|staff| fixed("looked after by ").then(person(staff))).unwrap_or_default(),
            client
                .referral
                .as_ref()
                .map(|r| fixed("sent by ").input(r.clone()))
                .unwrap_or_default(),
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
    let mut view = match mms_off {
        None => {
            let switch = match client.mms {
                Switch::Inherit => "inherited from its parent",
                Switch::On | Switch::Off => "by its own switch",
            };
            view.line(fixed(format!("MMS is on, {switch}")))
        }
        Some(off) => {
            let view = view.line(fixed(format!("MMS is off: {}", mms::off_reason(off))));
            match client.status {
                Status::Pending => view,
                Status::Active | Status::Suspended | Status::Closed => {
                    view.suggestion(tried(mms::turn_on(off, &named), "turns MMS on"))
                }
            }
        }
    };
    if client.status == Status::Pending {
        view = view.suggestion(tried(format!("/client activate {}", named.id), "activates it"));
    }
    match client.mms_for_clients {
        Some(on) => {
            view.line(fixed(format!("MMS for its clients: {}", if on { "on" } else { "off" })))
        }
        None => view,
    }
}

/// A change as a line to type, and as a button that only tries it.
fn tried(line: String, effect: &str) -> Suggestion {
    let pressed = format!("{line} --dry-run");
    Suggestion::new(line, effect).pressed(pressed)
}

/// The buttons of a client's view. None of them changes anything with one tap: a line with a `<…>` opens a
/// form, and every other change is only tried, with a button that does it.
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
    let of_any_client = [
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
    actions.extend(of_any_client.map(|(label, line)| (label, Weight::Plain, line)));
    match client.status {
        Status::Active => {
            let off = ("MMS off…", Weight::Danger, format!("/mms off {id} --dry-run"));
            actions.extend((client.mms == Switch::On).then_some(off));
            actions.push(("Suspend…", Weight::Danger, format!("/client suspend {id} <reason>")));
        }
        Status::Suspended => {
            let line = format!("/client activate {id} --dry-run");
            actions.push(("Activate…", Weight::Main, line));
        }
        Status::Pending | Status::Closed => {}
    }
    actions
}
