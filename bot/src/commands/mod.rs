//! All commands. A new one over an existing operation is a file here, and its lines below.

use crate::command::Command;

mod addcredit;
mod approve;
mod balance;
mod client_activate;
mod client_find;
mod client_new;
mod client_set;
mod client_suspend;
mod client_view;
mod confirm;
mod correct;
mod cover;
mod deductcredit;
mod deny;
mod help;
mod history;
mod invoice_list;
mod invoice_view;
mod invoice_void;
mod jobs_failed;
mod list;
mod mms;
mod pending;
mod price_set;
mod price_show;
mod role_grant;
mod role_list;
mod settings;
mod staff_leave;
mod statement;
mod status;
mod undo;
mod whoami;
mod why;

/// The registry, in the order of `/help`: by file, then the commands in it.
pub const COMMANDS: &[&[Command]] = &[
    addcredit::COMMANDS,
    deductcredit::COMMANDS,
    undo::COMMANDS,
    correct::COMMANDS,
    balance::COMMANDS,
    statement::COMMANDS,
    why::COMMANDS,
    history::COMMANDS,
    confirm::COMMANDS,
    approve::COMMANDS,
    deny::COMMANDS,
    pending::COMMANDS,
    list::COMMANDS,
    client_find::COMMANDS,
    client_view::COMMANDS,
    client_new::COMMANDS,
    client_activate::COMMANDS,
    client_suspend::COMMANDS,
    client_set::COMMANDS,
    mms::COMMANDS,
    price_show::COMMANDS,
    price_set::COMMANDS,
    invoice_list::COMMANDS,
    invoice_view::COMMANDS,
    invoice_void::COMMANDS,
    settings::COMMANDS,
    role_list::COMMANDS,
    role_grant::COMMANDS,
    staff_leave::COMMANDS,
    cover::COMMANDS,
    jobs_failed::COMMANDS,
    status::COMMANDS,
    whoami::COMMANDS,
    help::COMMANDS,
];

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
    COMMANDS.iter().flat_map(|file| file.iter())
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
    let own = || all().find(|command| command.words == words).map(|command| command.about);
    group.or_else(own).unwrap_or_default()
}

#[cfg(test)]
mod tests;
