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
mod permissions;
mod plans;
mod pricing;
mod settings;
mod staff;

use shared::answer::Answer;
use shared::id::OpId;

use crate::command::Command;
use crate::reply::{Content, Context};

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
    settings::COMMANDS,
    staff::COMMANDS,
    desk::COMMANDS,
];

/// The reply to an answer, from the capability that it belongs to.
#[must_use]
pub fn content(op: &OpId, answer: &Answer, context: &Context<'_>) -> Option<Content> {
    credits::content(op, answer, context)
        .or_else(|| plans::content(answer))
        .or_else(|| clients::content(op, answer, context))
        .or_else(|| permissions::content(op, answer))
        .or_else(|| pricing::content(op, answer))
        .or_else(|| settings::content(op, answer))
        .or_else(|| invoices::content(answer, context))
        .or_else(|| staff::content(op, answer))
        .or_else(|| desk::content(answer))
}

/// What a command or group with subcommands is about, where a front end asks for it.
pub const GROUPS: &[(&[&str], &str)] = &[
    (&["addcredit"], "Add SMS or MMS credits to a client"),
    (&["deductcredit"], "Take SMS or MMS credits from a client"),
    (&["list"], "List clients with both balances, the lowest first"),
    (&["client"], "Make, find, view and change clients"),
    (&["client", "set"], "Change a client’s particulars"),
    (&["mms"], "Turn MMS on or off: for a platform, for one client, for all of a parent’s"),
    (&["price"], "Show and set prices"),
    (&["price", "set"], "Set prices by quantity"),
    (&["invoice"], "List, view and void invoices"),
    (&["settings"], "Show and change the desk’s settings"),
    (&["role"], "See and give roles"),
    (&["staff"], "Staff who leave"),
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
