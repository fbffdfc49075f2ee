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
    let currency = match settings.currency {
        Some(currency) => fixed(format!("Currency: {}", currency.code())),
        None => fixed("Currency: not set"),
    };
    let seller = match &settings.seller {
        Some(seller) => Text::dotted([
            fixed("Seller: ").input(seller.name.clone()),
            Text::new().input(seller.address.clone()),
            Text::new().input(seller.tax_number.clone()),
        ]),
        None => fixed("Seller: not set; invoices name the root admin"),
    };
    let country = match &settings.country {
        Some(home) => fixed(format!("Home country: {}", home.code)),
        None => fixed("Home country: not set; telephone numbers need their country code"),
    };
    let days = counted(u64::from(settings.due_days), "day", "days");
    View::new(Mark::Answer, fixed("Settings"))
        .line(currency)
        .line(seller)
        .line(country)
        .line(fixed(format!("Tax: {} %", settings.tax)))
        .line(fixed(format!("Due: {days} after the invoice")))
        .line(fixed(format!("Time zone: {}", settings.zone)))
        .line(channels("Writes are announced in: ", &settings.ops))
        .line(channels("Approvals are asked for in: ", &settings.approvals))
        .line(fixed("Limits for one operation; the daily budget is ten times these:"))
        .table(limits(settings))
}

/// The channels of a purpose; empty when there are none.
fn channels(words: &str, channels: &[Channel]) -> Text {
    let names: Vec<String> = channels.iter().map(ToString::to_string).collect();
    if names.is_empty() { Text::new() } else { fixed(words).input(names.join(", ")) }
}

fn limits(settings: &Settings) -> Table {
    let money = |minor: Option<u64>| match (minor, settings.currency) {
        (None, _) => "no limit".to_owned(),
        (Some(minor), Some(currency)) => Money { minor, currency }.to_string(),
        (Some(minor), None) => decimal(minor, 2),
    };
    let row = |role: Role| {
        let of: ModeLimits = settings.limits(role);
        let mut cells = vec![fixed(role.word())];
        cells.extend(Mode::ALL.map(|mode| fixed(money(of.get(mode)))));
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
