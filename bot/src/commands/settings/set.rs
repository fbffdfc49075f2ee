//! `/settings seller|tax|due|limits|currency|channels|country|zone`: one setting of the desk, changed.

use serde_json::{Value, json};
use shared::contract;
use shared::kernel::actor::Role;
use shared::kernel::credit::grouped;
use shared::kernel::id::OpId;
use shared::kernel::mode::Mode;
use shared::kernel::tax::TaxRate;
use shared::settings::types::{Ask, Facts, Operation, Purpose, Setting};

use crate::command::{Action, Command, ParamKind, ParamSpec, Usage};
use crate::commands::Proposed;
use crate::grammar::quoted;
use crate::reply::Content;
use crate::reply::words::fixed;
use crate::view::{Mark, Text, View, Weight};

const ROLES: &[(&str, &str)] =
    &[("support", "Support staff"), ("billing", "Billing staff"), ("manager", "Managers")];

const MODES: &[(&str, &str)] = &[
    ("paid", "Adds marked paid"),
    ("open", "Open adds, and deducts at list price"),
    ("grant", "Grants at list price"),
];

const PURPOSES: &[(&str, &str)] = &[
    ("ops", "Every write that was committed"),
    ("approvals", "What waits for somebody’s approval"),
];

/// Changes settings.
pub const COMMANDS: &[Command] = &[
    Command {
        words: &["settings", "seller"],
        about: "Set the seller details printed on invoices",
        example: "/settings seller Northern Messaging Ltd address:\"1 High Street, Leeds\" tax_number:GB123456789",
        finds: &["configure", "setup"],
        params: &[
            ParamSpec::required("name", ParamKind::Text, "The seller’s name"),
            ParamSpec::named("address", ParamKind::Text, "The seller’s address"),
            ParamSpec::named("tax_number", ParamKind::Text, "The seller’s tax number")
                .shown("number"),
        ],
        action: Action::Ask {
            operation: Operation::SettingsSet.spec(),
            call: |args| {
                set(Setting::Seller {
                    name: args.need("name")?,
                    address: args.text("address").unwrap_or_default(),
                    tax_number: args.text("tax_number").unwrap_or_default(),
                })
            },
        },
    },
    Command {
        words: &["settings", "tax"],
        about: "Set the tax rate in per cent",
        example: "/settings tax 20%",
        finds: &["configure", "setup"],
        params: &[ParamSpec::required(
            "rate",
            ParamKind::Text,
            "In per cent, at most five decimals: 20 or 17.5",
        )
        .shown("percent")],
        action: Action::Ask {
            operation: Operation::SettingsSet.spec(),
            call: |args| set(Setting::Tax(tax_rate(&args.need("rate")?)?)),
        },
    },
    Command {
        words: &["settings", "due"],
        about: "Set the number of days until an invoice is due",
        example: "/settings due 14",
        finds: &["configure", "setup"],
        params: &[ParamSpec::required("days", ParamKind::Number, "Days from the invoice on")],
        action: Action::Ask {
            operation: Operation::SettingsSet.spec(),
            call: |args| {
                let days = args.number("days").ok_or_else(|| Usage::missing("days"))?;
                // The function states the range.
                set(Setting::Due(u32::try_from(days).unwrap_or(u32::MAX)))
            },
        },
    },
    Command {
        words: &["settings", "limits"],
        about: "Set how much a role may do without an approval",
        example: "/settings limits support open 100",
        finds: &["limit", "allowance", "budget"],
        params: &[
            ParamSpec::required("role", ParamKind::Choice(ROLES), "Whose limit"),
            ParamSpec::required("mode", ParamKind::Choice(MODES), "For which adds"),
            ParamSpec::required(
                "amount",
                ParamKind::Text,
                "In the desk’s currency: 2500 or 2500.00",
            ),
        ],
        action: Action::Ask {
            operation: Operation::SettingsSet.spec(),
            call: |args| {
                let (role, mode) = (args.need("role")?, args.need("mode")?);
                let role = Role::ALL.into_iter().find(|known| known.word() == role);
                let mode = Mode::ALL.into_iter().find(|known| known.word() == mode);
                set(Setting::Limit {
                    role: role.ok_or_else(|| Usage::missing("role"))?,
                    mode: mode.ok_or_else(|| Usage::missing("mode"))?,
                    amount: args.need("amount")?,
                })
            },
        },
    },
    Command {
        words: &["settings", "currency"],
        about: "Set the desk’s currency, once, before the first price",
        example: "/settings currency GBP",
        finds: &["money", "pounds", "euro", "dollar"],
        params: &[ParamSpec::required("code", ParamKind::Word, "Its ISO code: GBP, EUR, USD …")],
        action: Action::Ask {
            operation: Operation::SettingsSet.spec(),
            call: |args| set(Setting::Currency(args.need("code")?.to_uppercase())),
        },
    },
    Command {
        words: &["settings", "channels"],
        about: "Set the channels for notices and for approval requests",
        example: "/settings channels ops here",
        finds: &["announce", "announcements", "channel", "notify"],
        params: &[
            ParamSpec::required("purpose", ParamKind::Choice(PURPOSES), "What is said there"),
            ParamSpec::required(
                "channel",
                ParamKind::Word,
                "here, a mention, slack:<team>:<channel>, or none",
            ),
        ],
        action: Action::Ask {
            operation: Operation::SettingsSet.spec(),
            call: |args| {
                let purpose = match args.need("purpose")?.as_str() {
                    "ops" => Purpose::Ops,
                    _ => Purpose::Approvals,
                };
                set(Setting::Channel { purpose, channel: args.need("channel")? })
            },
        },
    },
    Command {
        words: &["settings", "country"],
        about: "Set the home country, for telephone numbers without a country code",
        example: "/settings country GB",
        finds: &["home country", "phone numbers", "national numbers"],
        params: &[ParamSpec::required(
            "code",
            ParamKind::Text,
            "Its two letters or its name: GB, DE, France …; none clears it",
        )],
        action: Action::Ask {
            operation: Operation::SettingsSet.spec(),
            call: |args| set(Setting::Country(args.need("code")?)),
        },
    },
    Command {
        words: &["settings", "zone"],
        about: "Set the desk’s time zone",
        example: "/settings zone Europe/London",
        finds: &["time zone", "timezone", "clock"],
        params: &[ParamSpec::required("zone", ParamKind::Text, "Its IANA name: Europe/London")],
        action: Action::Ask {
            operation: Operation::SettingsSet.spec(),
            call: |args| set(Setting::Zone(args.need("zone")?)),
        },
    },
];

#[expect(clippy::unnecessary_wraps, reason = "the form of a command’s constructor")]
fn set(set: Setting) -> Result<contract::Ask, Usage> {
    Ok(Ask::SettingsSet { set }.into())
}

/// The units that may stand behind a rate.
const PER_CENT: [&str; 4] = ["%", "percent", "per cent", "pc"];

/// `17.5%`, exactly.
fn tax_rate(typed: &str) -> Result<TaxRate, Usage> {
    let number = PER_CENT.iter().find_map(|unit| typed.strip_suffix(unit)).unwrap_or(typed).trim();
    number.parse().map_err(|_| {
        Usage::new("bad_value", format!("“{typed}” is not a rate in per cent, such as 20 or 17.5."))
    })
}

/// The value before.
fn before(facts: &Facts) -> Option<Text> {
    facts.before.as_ref().map(|before| fixed("Before: ").input(before.clone()))
}

/// The number of clients that it reaches.
fn reach(facts: &Facts) -> Option<Text> {
    let clients = facts.reach.filter(|clients| *clients > 1);
    clients.map(|clients| fixed(format!("It reaches {} clients.", grouped(clients))))
}

/// What a planned change would do.
pub fn proposed(facts: &Facts) -> Proposed {
    let action = fixed("change the settings: ").input(facts.set.clone());
    Proposed { action, lines: before(facts).into_iter().collect(), json: json(facts) }
}

fn json(facts: &Facts) -> Value {
    json!({
        "settings": facts.settings, "set": facts.set,
        "before": facts.before, "reach": facts.reach,
    })
}

/// The command that brings the value before back.
fn back(setting: &Setting) -> Option<String> {
    Some(match setting {
        Setting::Tax(rate) => format!("/settings tax {rate}"),
        Setting::Due(days) => format!("/settings due {days}"),
        Setting::Zone(zone) => format!("/settings zone {zone}"),
        Setting::Country(country) => format!("/settings country {country}"),
        Setting::Limit { role, mode, amount } => {
            format!("/settings limits {} {} {amount}", role.word(), mode.word())
        }
        Setting::Seller { name, address, tax_number } => {
            let [name, address, number] = [name, address, tax_number].map(|text| quoted(text));
            format!("/settings seller {name} address:{address} tax_number:{number}")
        }
        Setting::Channel { purpose, channel } => {
            format!("/settings channels {} {channel}", purpose.word())
        }
        Setting::Currency(_) => return None,
    })
}

/// The reply to a changed setting.
pub fn content(op: &OpId, facts: &Facts) -> Content {
    let headline = fixed("Changed the settings: ").input(facts.set.clone());
    let view = View::new(Mark::Done, headline).lines(before(facts)).lines(reach(facts));
    let view = match facts.back.as_ref().and_then(back) {
        Some(line) => view.suggest_as(("Change back", Weight::Plain), line, "changes it back"),
        None => view,
    };
    Content::new("settings", view.footer(fixed(op.to_string())).public(), json(facts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_exact() {
        for (typed, rate) in [
            ("20", "20"),
            ("17.5%", "17.5"),
            ("20 %", "20"),
            ("20 per cent", "20"),
            ("9.975 %", "9.975"),
            ("0", "0"),
        ] {
            assert_eq!(tax_rate(typed).unwrap().to_string(), rate);
        }
        for wrong in ["", "%", "-1", "101", "1.234567", "1e1", "two"] {
            assert!(tax_rate(wrong).is_err(), "{wrong}");
        }
    }
}
