//! `/settings show`: all settings of the desk.

use serde_json::json;
use shared::kernel::actor::Role;
use shared::kernel::id::Channel;
use shared::kernel::mode::{Mode, ModeLimits};
use shared::kernel::money::{Money, decimal};
use shared::settings::types::{Ask, Operation, Settings};

use crate::command::{Action, Command};
use crate::reply::Content;
use crate::reply::words::{counted, fixed};
use crate::view::{Column, Mark, Table, Text, View};

/// Shows the settings.
pub const COMMANDS: &[Command] = &[Command {
    words: &["settings", "show"],
    about: "Show all settings",
    example: "/settings show",
    finds: &["configuration", "options"],
    params: &[],
    action: Action::Ask {
        operation: Operation::SettingsShow.spec(),
        call: |_| Ok(Ask::SettingsShow {}.into()),
    },
}];

/// The reply to `/settings show`.
pub fn content(settings: &Settings) -> Content {
    let json = json!({ "settings": settings, "set": null });
    Content::new("settings", view(settings), json)
}

fn view(settings: &Settings) -> View {
    let words = ["currency", "seller", "country", "tax", "due", "zone", "channels"];
    let lines = words.into_iter().flat_map(|word| present(settings, word));
    View::new(Mark::Answer, fixed("Settings"))
        .lines(lines)
        .line(fixed("Limits for one operation; the daily budget is ten times these:"))
        .table(limits(settings))
}

/// The present value of a setting, by the word of its command.
pub fn present(settings: &Settings, word: &str) -> Vec<Text> {
    let line = match word {
        "currency" => match settings.currency {
            Some(currency) => fixed(format!("Currency: {}", currency.code())),
            None => fixed("Currency: not set"),
        },
        "seller" => match &settings.seller {
            Some(seller) => Text::dotted([
                fixed("Seller: ").input(seller.name.clone()),
                Text::new().input(seller.address.clone()),
                Text::new().input(seller.tax_number.clone()),
            ]),
            None => fixed("Seller: not set; invoices name the root admin"),
        },
        "country" => match &settings.country {
            Some(home) => fixed(format!("Home country: {}", home.code)),
            None => fixed("Home country: not set; telephone numbers need their country code"),
        },
        "tax" => fixed(format!("Tax: {} %", settings.tax)),
        "due" => {
            let days = counted(u64::from(settings.due_days), "day", "days");
            fixed(format!("Due: {days} after the invoice"))
        }
        "zone" => fixed(format!("Days begin in: {}", settings.zone)),
        "channels" => {
            return vec![
                channels("Writes are announced in: ", &settings.ops),
                channels("Approvals are asked for in: ", &settings.approvals),
            ];
        }
        "limits" => {
            let row = |role: Role| {
                Text::dotted([fixed(role.word())].into_iter().chain(limits_of(settings, role)))
            };
            return [Role::Support, Role::Billing, Role::Manager].map(row).to_vec();
        }
        _ => return Vec::new(),
    };
    vec![line]
}

/// The limits of a role, with their modes.
fn limits_of(settings: &Settings, role: Role) -> impl Iterator<Item = Text> {
    let of = settings.limits(role);
    Mode::ALL
        .into_iter()
        .map(move |mode| fixed(format!("{} {}", mode.word(), money(settings, of.get(mode)))))
}

fn money(settings: &Settings, minor: Option<u64>) -> String {
    match (minor, settings.currency) {
        (None, _) => "no limit".to_owned(),
        (Some(minor), Some(currency)) => Money { minor, currency }.to_string(),
        (Some(minor), None) => decimal(minor, 2),
    }
}

/// The channels of a purpose; empty when there are none.
fn channels(words: &str, channels: &[Channel]) -> Text {
    let names: Vec<String> = channels.iter().map(ToString::to_string).collect();
    if names.is_empty() { Text::new() } else { fixed(words).input(names.join(", ")) }
}

fn limits(settings: &Settings) -> Table {
    let row = |role: Role| {
        let of: ModeLimits = settings.limits(role);
        let mut cells = vec![fixed(role.word())];
        cells.extend(Mode::ALL.map(|mode| fixed(money(settings, of.get(mode)))));
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
