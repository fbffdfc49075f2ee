//! All commands, a folder for each capability and a file for each command: its input, the text of its
//! reply, and its JSON.
//!
//! A new command over an existing operation is one file in its capability's folder and its line in
//! `COMMANDS` of the `mod.rs` there. Grammar, help, completion and what the platforms are told are
//! derived from these lists.

pub(crate) mod clients;
pub(crate) mod credits;
pub mod desk;
mod invoices;
pub(crate) mod params;
pub(crate) mod payments;
mod permissions;
mod plans;
mod pricing;
pub(crate) mod settings;
mod staff;

use shared::contract::plan::PlanCard;
use shared::contract::receipt::{self, Receipt};
use shared::contract::{Answer, Facts};

use crate::command::Command;
use crate::reply::words::fixed;
use crate::reply::{Content, Context};
use crate::view::{Mark, Text, View};
use credits::change::{self, CreditChange, Phase};
use serde_json::{Value, json};

/// The registry, in the order of `/help`: by section, by file, then the commands in it.
pub const COMMANDS: &[&[&[Command]]] = &[
    credits::COMMANDS,
    desk::ON_CREDITS,
    plans::COMMANDS,
    clients::COMMANDS,
    permissions::COMMANDS,
    pricing::COMMANDS,
    invoices::COMMANDS,
    credits::ON_INVOICES,
    payments::COMMANDS,
    settings::COMMANDS,
    staff::COMMANDS,
    desk::COMMANDS,
];

/// The reply to a receipt, from the capability that it belongs to.
#[must_use]
pub fn done(receipt: &Receipt) -> Content {
    let op = &receipt.op;
    let receipt::Outcome::Done { movement, facts } = &receipt.outcome else { return empty() };
    match facts {
        Facts::Credits(facts) => {
            let change = CreditChange::of(movement.as_ref(), facts, receipt);
            change.map_or_else(empty, |change| credits::done(op, &change))
        }
        Facts::Clients(facts) => clients::done(op, facts),
        Facts::Permissions(facts) => permissions::done(op, facts),
        Facts::Pricing(lists) => pricing::done(op, lists),
        Facts::Settings(facts) => settings::done(op, facts),
        Facts::Invoices(facts) => invoices::changed::content(op, facts),
        Facts::Mailed(facts) => invoices::mailed(op, facts),
        Facts::Payments(facts) => payments::done(op, facts, movement.as_ref()),
        Facts::Refund(facts) => payments::refund_asked(op, facts),
        Facts::Staff(facts) => staff::done(op, facts),
        Facts::Desk(facts) => desk::done(facts),
        // Its plan's outcome is the reply.
        Facts::Plans(_) => empty(),
    }
}

/// The reply where there is nothing to word: the functions send none of these to a front end.
fn empty() -> Content {
    Content::new("answer", View::new(Mark::Answer, Text::new()), json!({}))
}

/// The reply to an answer, from the capability that it belongs to.
#[must_use]
pub fn answer(answer: &Answer, context: &Context<'_>) -> Content {
    let content = match answer {
        Answer::Credits(answer) => credits::answer(answer, context),
        Answer::Clients(answer) => clients::answer(answer, context),
        Answer::Pricing(lists) => Some(pricing::answer(lists)),
        Answer::Settings(settings) => Some(settings::answer(settings)),
        Answer::Bank(bank) => Some(settings::bank(bank)),
        Answer::Invoices(answer) => invoices::answer(answer, context),
        Answer::Staff(answer) => Some(staff::answer(answer)),
        Answer::Desk(answer) => desk::answer(answer, context),
        Answer::Pending { only, total, skipped, page } => {
            Some(plans::pending(*only, *total, *skipped, page, context))
        }
        Answer::PlanEnded { plan } => Some(plans::ended(plan)),
        Answer::Reconciled(rounds) => Some(payments::reconciled(rounds)),
        Answer::Payments(answer) => payments::answer(answer, context),
        // Only the schedule asks for this, and reads no reply.
        Answer::Frozen { .. } => None,
    };
    content.unwrap_or_else(empty)
}

/// What a plan would do: the action, its figures, and the JSON.
pub struct Proposed {
    /// `add 500 MMS credits to ACME Ltd (c_2)`.
    pub action: Text,
    /// Before and after.
    pub lines: Vec<Text>,
    pub json: Value,
}

/// What a plan would do, from the capability that it belongs to.
#[must_use]
pub fn proposed(plan: &PlanCard) -> Proposed {
    let plain = |action: Text| Proposed { action, lines: Vec::new(), json: json!({}) };
    match &plan.facts {
        Facts::Credits(facts) => match CreditChange::planned(plan, facts) {
            Some(change) => Proposed {
                action: change::action(&change, Phase::Proposed),
                lines: change::lines(&change, Phase::Proposed),
                json: change::json(&change, Phase::Proposed),
            },
            None => plain(Text::new()),
        },
        Facts::Clients(facts) => clients::proposed(facts),
        Facts::Permissions(facts) => permissions::proposed(facts),
        Facts::Pricing(lists) => pricing::proposed(lists),
        Facts::Settings(facts) => settings::proposed(facts),
        Facts::Invoices(facts) => invoices::changed::proposed(facts),
        Facts::Mailed(facts) => invoices::mail_proposed(facts),
        Facts::Payments(facts) => plain(payments::proposed(facts)),
        Facts::Refund(facts) => payments::refund_proposed(facts),
        Facts::Staff(facts) => staff::proposed(facts),
        Facts::Desk(facts) => plain(fixed(format!("try the job of {} again", facts.replayed))),
        // An answer to a plan is never planned.
        Facts::Plans(_) => plain(Text::new()),
    }
}

/// What a command or group with subcommands is about, where a front end asks for it.
pub const GROUPS: &[(&[&str], &str)] = &[
    (&["addcredit"], "Add SMS or MMS credits to a client"),
    (&["deductcredit"], "Take SMS or MMS credits from a client"),
    (&["list"], "List clients with both balances, the lowest first"),
    (&["client"], "Make, find, view and change clients"),
    (&["client", "set"], "Change a client’s particulars"),
    (&["client", "openadds"], "Stop or allow a client’s adds on open invoices"),
    (&["client", "contact"], "Further addresses that get a client’s mail"),
    (&["brand"], "The sender of mail to a reseller’s clients"),
    (&["mms"], "Turn MMS on or off: for a platform, for one client, for all of a parent’s"),
    (&["price"], "Show and set prices"),
    (&["price", "set"], "Set prices by quantity"),
    (&["price", "remove"], "Remove a client’s own prices"),
    (&["invoice"], "Make, list, view, mail and void invoices"),
    (&["payment"], "Record payments, match them to invoices, refund them, list those that wait"),
    (&["settings"], "Show and change the desk’s settings"),
    (&["settings", "bank"], "Bank details on invoices"),
    (&["role"], "See and give roles"),
    (&["staff"], "Name staff; end and restore their access"),
    (&["staff", "set"], "Change a staff member’s name"),
    (&["jobs"], "Side effects that failed"),
];

/// All commands.
pub fn all() -> impl Iterator<Item = &'static Command> {
    COMMANDS.iter().copied().flatten().copied().flatten()
}

/// The first words, each once, in the registry's order.
#[must_use]
pub fn first_words() -> Vec<&'static str> {
    next_words(&[])
}

/// The words that commands go on with after these, each once, in the registry's order.
#[must_use]
pub fn next_words(words: &[&str]) -> Vec<&'static str> {
    let mut next: Vec<&'static str> = Vec::new();
    for command in all().filter(|command| command.words.starts_with(words)) {
        if let Some(word) = command.words.get(words.len()).filter(|word| !next.contains(word)) {
            next.push(word);
        }
    }
    next
}

/// A command by its words.
#[must_use]
pub fn find(name: &str) -> Option<&'static Command> {
    let typed: Vec<&str> = name.split_whitespace().collect();
    all().find(|command| command.words == typed)
}

/// What a first word is about: its group's text, or its only command's.
#[must_use]
pub fn about(words: &[&str]) -> &'static str {
    let group = GROUPS.iter().find(|(group, _)| *group == words).map(|(_, about)| *about);
    let of_command = || all().find(|command| command.words == words).map(|command| command.about);
    group.or_else(of_command).unwrap_or_default()
}

#[cfg(test)]
mod tests;
