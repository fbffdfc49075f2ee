//! `/settings`: what the owners decide for the whole desk.

use iso_currency::Currency;

use crate::contract::change::{Expect, Write};
use crate::contract::image::{Group, Stop};
use crate::contract::refusal::Refusal;
use crate::contract::{self, Record};
use crate::decision::{Draft, Proposal, Scene};
use crate::invoices::types::Party;
use crate::kernel::actor::Role;
use crate::kernel::currency::{in_circulation, units_per_dollar};
use crate::kernel::id::Channel;
use crate::kernel::mode::{Mode, ModeLimits};
use crate::kernel::money::{Money, decimal, exponent, parse_minor};
use crate::kernel::text::{clean, required};
use crate::plans::types::{Bound, Figure, Question};
use crate::settings::places;
use crate::settings::types::{Ask, CHANNELS_MAX, Facts, Purpose, Setting, Settings};

/// The longest term of payment, in days.
const DUE_MAX_DAYS: u32 = 365;

/// How many decimals the limits of a new desk are written in.
const DEFAULT_EXPONENT: u32 = 2;

pub(super) fn set(scene: &Scene<'_>, ask: &Ask, set: &Setting) -> Result<Draft, Stop> {
    let mut after = scene.settings.clone();
    let version = after.version;
    after.version = version.saturating_add(1);
    let text = apply(scene, set, &mut after)?;
    let bare = Settings { version, ..after.clone() };
    if bare == scene.settings {
        return Err(
            Refusal::NoChange { what: "The setting has this value already.".to_owned() }.into()
        );
    }
    let back = back(scene, set);
    let before = back.as_ref().and_then(|back| value(back, scene));
    let reach = set.reaches_clients().then(|| scene.image.reach(Group::All)).transpose()?;
    let mut questions: Vec<Question> = reach.and_then(Question::wide).into_iter().collect();
    questions.extend(of_limit(scene, set, &after));
    let figures = vec![
        (Figure::Before, before.clone().unwrap_or_default()),
        (Figure::Reach, reach.unwrap_or_default().to_string()),
    ];
    let facts = Facts { settings: Some(after.clone()), set: text.clone(), before, back, reach };
    let facts = contract::Facts::Settings(facts);
    let writes = vec![Write::Put(Record::Settings(after), Expect::after(version))];
    Ok(Draft::Propose(Proposal {
        questions,
        bound: Bound::of(Vec::new(), figures),
        ..scene.proposal(ask.clone(), None, facts, writes, text)
    }))
}

/// The setting as it is now, where a value is set.
fn back(scene: &Scene<'_>, set: &Setting) -> Option<Setting> {
    let now = &scene.settings;
    match set {
        Setting::Tax(_) => Some(Setting::Tax(now.tax)),
        Setting::Due(_) => Some(Setting::Due(now.due_days)),
        Setting::Zone(_) => Some(Setting::Zone(now.zone.clone())),
        Setting::Country(_) => {
            let code = now.country.as_ref().map_or("none", |home| &home.code);
            Some(Setting::Country(code.to_owned()))
        }
        Setting::Limit { role, mode, .. } => {
            let (role, mode, currency) = (*role, *mode, now.currency?);
            let amount = decimal(now.limits(role).get(mode)?, exponent(currency));
            Some(Setting::Limit { role, mode, amount })
        }
        Setting::Seller { .. } => {
            let Party { name, address, tax_number } = now.seller.clone()?;
            let or_none = |text: String| if text.is_empty() { NONE.to_owned() } else { text };
            let (address, tax_number) = (or_none(address), or_none(tax_number));
            Some(Setting::Seller { name, address, tax_number })
        }
        Setting::Channel { purpose, channel } => {
            let purpose = *purpose;
            let channel = match beside(scene, purpose, channel).as_slice() {
                [] => NONE.to_owned(),
                [known] => known.to_string(),
                // One line names one channel.
                _ => return None,
            };
            Some(Setting::Channel { purpose, channel })
        }
        Setting::Currency(_) => None,
    }
}

/// The word that clears a setting.
const NONE: &str = "none";

/// The channels that a typed channel would replace or clear.
fn beside(scene: &Scene<'_>, purpose: Purpose, typed: &str) -> Vec<Channel> {
    let channels = match purpose {
        Purpose::Ops => &scene.settings.ops,
        Purpose::Approvals => &scene.settings.approvals,
    };
    let channel = match typed.eq_ignore_ascii_case(NONE) {
        true => scene.at.cloned(),
        false => channel_named(scene, typed).ok(),
    };
    let is_beside =
        |known: &&Channel| channel.as_ref().is_none_or(|channel| channel.is_beside(known));
    channels.iter().filter(is_beside).cloned().collect()
}

/// A setting's value in words.
fn value(set: &Setting, scene: &Scene<'_>) -> Option<String> {
    match set {
        Setting::Tax(rate) => Some(format!("{rate} %")),
        Setting::Due(days) => Some(format!("{days} days")),
        Setting::Zone(text) | Setting::Country(text) | Setting::Channel { channel: text, .. } => {
            Some(text.clone())
        }
        Setting::Seller { name, address, tax_number } => Some(seller(name, address, tax_number)),
        Setting::Limit { role, mode, .. } => {
            let currency = scene.settings.currency?;
            let minor = scene.settings.limits(*role).get(*mode)?;
            Some(Money { minor, currency }.to_string())
        }
        Setting::Currency(_) => None,
    }
}

/// The seller's details in one line.
fn seller(name: &str, address: &str, tax_number: &str) -> String {
    let details = [name, address, tax_number].into_iter();
    details.filter(|text| !text.is_empty() && *text != NONE).collect::<Vec<_>>().join(" · ")
}

/// The questions about a limit: lowering one takes rights away, and a large step may be a slip.
fn of_limit(scene: &Scene<'_>, set: &Setting, after: &Settings) -> Vec<Question> {
    let Setting::Limit { role, mode, .. } = set else { return Vec::new() };
    let before = scene.settings.limits(*role).get(*mode);
    let (Some(before), Some(after)) = (before, after.limits(*role).get(*mode)) else {
        return Vec::new();
    };
    let takes = (after < before).then_some(Question::TakesAccess);
    takes.into_iter().chain(Question::steep_limit(before, after)).collect()
}

fn apply(scene: &Scene<'_>, set: &Setting, after: &mut Settings) -> Result<String, Refusal> {
    let invalid = |why: String| Refusal::Invalid { why };
    match set {
        Setting::Seller { name, address, tax_number } => {
            // What is not said stays as it is.
            let before = scene.settings.seller.clone().unwrap_or_default();
            let or = |typed: String, kept: String| match typed {
                typed if typed.is_empty() => kept,
                typed if typed.eq_ignore_ascii_case(NONE) => String::new(),
                typed => typed,
            };
            let party = Party {
                name: required("seller’s name", name, 80)?,
                address: or(clean("seller’s address", address, 160)?, before.address),
                tax_number: or(clean("seller’s tax number", tax_number, 30)?, before.tax_number),
            };
            let text =
                format!("seller: {}", seller(&party.name, &party.address, &party.tax_number));
            after.seller = Some(party);
            Ok(text)
        }
        Setting::Tax(rate) => {
            after.tax = *rate;
            Ok(format!("tax: {rate} %"))
        }
        Setting::Due(days) => {
            if *days > DUE_MAX_DAYS {
                return Err(invalid(format!(
                    "An invoice is due after at most {DUE_MAX_DAYS} days."
                )));
            }
            after.due_days = *days;
            Ok(format!("invoices are due after {days} days"))
        }
        Setting::Limit { role, mode, amount } => limit(scene, *role, *mode, amount, after),
        Setting::Currency(code) => currency(scene, code, after),
        Setting::Country(code) => country(code, after),
        Setting::Zone(name) => {
            after.zone = places::zone(name, "/settings zone")?;
            Ok(format!("time zone: {}", after.zone))
        }
        Setting::Channel { purpose, channel } => set_channel(scene, *purpose, channel, after),
    }
}

/// Sets or clears the home country, by which national telephone numbers are read.
fn country(code: &str, after: &mut Settings) -> Result<String, Refusal> {
    if code.trim().eq_ignore_ascii_case(NONE) {
        after.country = None;
        return Ok("no home country".to_owned());
    }
    let home = places::country(code)?;
    let text = format!("home country: {}", home.code);
    after.country = Some(home);
    Ok(text)
}

/// Sets, replaces or clears the channel of one workspace: each has at most one for each purpose.
fn set_channel(
    scene: &Scene<'_>,
    purpose: Purpose,
    typed: &str,
    after: &mut Settings,
) -> Result<String, Refusal> {
    let what = match purpose {
        Purpose::Ops => "notices",
        Purpose::Approvals => "approvals",
    };
    let list = match purpose {
        Purpose::Ops => &mut after.ops,
        Purpose::Approvals => &mut after.approvals,
    };
    if typed.eq_ignore_ascii_case(NONE) {
        // Where it is typed says which workspace; in the terminal there is none, and all go.
        list.retain(|known| scene.at.is_some_and(|at| !at.is_beside(known)));
        return Ok(format!("no channel for {what}"));
    }
    let channel = channel_named(scene, typed)?;
    list.retain(|known| !known.is_beside(&channel));
    if list.len() >= CHANNELS_MAX {
        return Err(Refusal::Invalid {
            why: format!("The desk speaks in at most {CHANNELS_MAX} workspaces."),
        });
    }
    let text = format!("channel for {what}: {channel}");
    list.push(channel);
    Ok(text)
}

/// The channel that was typed: here, by mention, by its id in this workspace, or in full.
fn channel_named(scene: &Scene<'_>, typed: &str) -> Result<Channel, Refusal> {
    let here = || {
        scene.at.cloned().ok_or_else(|| Refusal::Invalid {
            why: "There are no channels here: name one in full, as slack:<team>:<channel> or \
                  discord:<server>:<channel>."
                .to_owned(),
        })
    };
    if typed.eq_ignore_ascii_case("here") {
        return here();
    }
    if let Ok(channel) = typed.parse() {
        return Ok(channel);
    }
    // `<#C0123|ops>` and `<#123>` are mentions.
    let id = typed.trim_start_matches("<#").trim_end_matches('>').split('|').next();
    let at = here()?;
    let (platform, place, _) = at.parts();
    format!("{platform}:{place}:{}", id.unwrap_or_default()).parse().map_err(|_| Refusal::Invalid {
        why: format!("“{typed}” is no channel: mention it, or say here."),
    })
}

fn limit(
    scene: &Scene<'_>,
    role: Role,
    mode: Mode,
    amount: &str,
    after: &mut Settings,
) -> Result<String, Refusal> {
    let currency = scene.settings.currency.ok_or(Refusal::NoCurrency)?;
    let minor = parse_minor(amount, currency).map_err(|why| Refusal::Invalid { why })?;
    let limits = match role {
        Role::Support => &mut after.support,
        Role::Billing => &mut after.billing,
        Role::Manager => &mut after.manager,
        Role::Auditor => {
            return Err(Refusal::Invalid { why: "An auditor adds nothing.".to_owned() });
        }
        Role::Owner => {
            return Err(Refusal::Invalid { why: "An owner has no limit.".to_owned() });
        }
    };
    *limits.get_mut(mode) = Some(minor);
    let money = Money { minor, currency };
    Ok(format!("{} may do {} up to {money} alone", role.word(), mode.words()))
}

/// Sets the one currency, while no invoice was made in another; the limits keep their rough worth.
fn currency(scene: &Scene<'_>, code: &str, after: &mut Settings) -> Result<String, Refusal> {
    let chosen = in_circulation(code).ok_or_else(|| {
        Refusal::invalid(format!("“{code}” is no currency in circulation, such as GBP."))
    })?;
    if scene.settings.currency.is_some_and(|now| now != chosen) {
        return Err(Refusal::Invalid {
            why: "The desk’s currency is set already, and prices and invoices are in it."
                .to_owned(),
        });
    }
    if scene.settings.currency.is_none() {
        for limits in [&mut after.support, &mut after.billing, &mut after.manager] {
            scale(limits, chosen);
        }
    }
    after.currency = Some(chosen);
    Ok(format!("currency: {}", chosen.code()))
}

/// Scales limits from a currency with two decimals that is worth about a dollar: £100.00 is ¥10,000.
fn scale(limits: &mut ModeLimits, currency: Currency) {
    let unit = |exponent| 10_u64.saturating_pow(exponent);
    let up = unit(exponent(currency)).saturating_mul(units_per_dollar(currency));
    for mode in Mode::ALL {
        let limit = limits.get_mut(mode);
        let scaled = |minor: u64| minor.saturating_mul(up).checked_div(unit(DEFAULT_EXPONENT));
        *limit = limit.map(|minor| scaled(minor).unwrap_or(minor));
    }
}
