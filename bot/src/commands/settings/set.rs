//! `/settings seller|tax|due|limits|currency|channels|zone`: one setting of the desk, changed.

use serde_json::json;
use shared::contract;
use shared::kernel::actor::Role;
use shared::kernel::id::OpId;
use shared::kernel::mode::Mode;
use shared::settings::types::{Ask, Operation, Purpose, Setting, Settings};

use crate::command::{Action, Command, ParamKind, ParamSpec, Usage};
use crate::reply::Content;
use crate::reply::words::fixed;
use crate::view::{Mark, View};

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
            ParamKind::Word,
            "In per cent, at most two decimals: 20 or 17.5",
        )
        .shown("percent")],
        action: Action::Ask {
            operation: Operation::SettingsSet.spec(),
            call: |args| set(Setting::Tax(basis_points(&args.need("rate")?)?)),
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
                let days = args.number("days").and_then(|days| u32::try_from(days).ok());
                set(Setting::Due(days.ok_or_else(|| Usage::missing("days"))?))
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
                ParamKind::Word,
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
        words: &["settings", "zone"],
        about: "Set the desk’s time zone",
        example: "/settings zone Europe/London",
        finds: &["time zone", "timezone", "clock"],
        params: &[ParamSpec::required("zone", ParamKind::Word, "Its IANA name: Europe/London")],
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

/// `17.5%` as 1,750 basis points: exactly, and at most two decimals.
fn basis_points(typed: &str) -> Result<u32, Usage> {
    let number = typed.trim_end_matches('%').trim();
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let decimal = !whole.is_empty()
        && part.len() <= 2
        && whole.bytes().chain(part.bytes()).all(|b| b.is_ascii_digit());
    let points = format!("{whole}{part:0<2}").parse::<u32>().ok().filter(|bp| *bp <= 10_000);
    points.filter(|_| decimal).ok_or_else(|| {
        Usage::new("bad_value", format!("“{typed}” is not a rate in per cent, such as 20 or 17.5."))
    })
}

/// The reply to a changed setting.
pub fn content(op: &OpId, settings: &Settings, change: &str) -> Content {
    let view = View::new(Mark::Done, fixed("Changed the settings: ").input(change))
        .footer(fixed(op.to_string()))
        .public();
    Content::new("settings", view, json!({ "settings": settings, "set": change }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_exact() {
        assert_eq!(basis_points("20").unwrap(), 2_000);
        assert_eq!(basis_points("17.5%").unwrap(), 1_750);
        assert_eq!(basis_points("0").unwrap(), 0);
        for wrong in ["", "%", "-1", "101", "1.234", "1e1", "two"] {
            assert!(basis_points(wrong).is_err(), "{wrong}");
        }
    }
}
