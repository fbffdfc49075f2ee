//! Refusals of a name that is nobody's or several people's: the nearest ones, and the lists to pick from.
//!
//! Invariant: a line to pick from names the client or staff member by its id, and drops no typed word.

use shared::clients::types::ClientCard;
use shared::contract::Ask;
use shared::kernel::credit::grouped;
use shared::kernel::id::{Named, NamedStaff};
use shared::permissions::types::{Ask as MmsAsk, MmsTurn};
use shared::staff::types as staff;

use super::Context;
use super::words::{fixed, label, name, person};
use crate::commands::clients::table::distinct;
use crate::view::{Suggestion, Text, View, Weight};

/// How many of several matching clients are listed.
const PICK_MAX: usize = 10;

/// Words for all clients.
const ALL: &[&str] = &["all", "all clients", "everyone", "everybody", "*"];

/// No client: the nearest ones.
pub fn unknown_client(
    typed: &str,
    (nearest, extra): (&[Named], &str),
    context: &Context<'_>,
    mut view: View,
) -> View {
    if let ([one], Some(head)) = (nearest, typed.strip_suffix(extra).filter(|_| !extra.is_empty()))
    {
        let found = fixed("“").input(head.trim()).fixed("” finds ").then(label(one));
        let rest = found.fixed("; the words “").input(extra);
        view = view.line(rest.fixed("” are not part of its name."));
    } else if !nearest.is_empty() {
        // `ACME Ltd · c_1042` is the form of a single name; several stand behind each other.
        let names = match nearest {
            [one] => label(one),
            several => Text::dotted(several.iter().map(name)),
        };
        view = view.line(fixed("Did you mean ").then(names).fixed("?"));
    }
    for client in nearest.iter().take(3) {
        let behind = context.behind(typed);
        if let Some(line) = context.with_client(&client.id.to_string(), &behind) {
            view = view.suggest(line, format!("chooses {}", client.login));
        }
    }
    if let Some(line) = all_of(typed, context) {
        view = view.suggest(line, "for all clients of that parent");
    }
    if ALL.contains(&typed.trim().to_lowercase().as_str()) {
        return view.suggest("/list clients", "lists all clients");
    }
    if nearest.is_empty() {
        let first: String = typed.chars().take_while(|c| c.is_alphanumeric()).take(3).collect();
        let words = if first.chars().count() >= 2 { first } else { "<two letters>".to_owned() };
        view = view
            .suggest(format!("/client find {words}"), "searches all clients")
            .suggest("/client new <name> <email>", "makes a new client");
    }
    view
}

/// The switch of MMS for all clients of a parent, where `all` stands before the parent's name.
fn all_of(typed: &str, context: &Context<'_>) -> Option<String> {
    let MmsAsk::MmsSwitch { turn: MmsTurn::One { on: Some(on), .. } } = mms_ask(context)? else {
        return None;
    };
    let (first, rest) =
        typed.split_once(' ').filter(|(first, _)| first.eq_ignore_ascii_case("all"))?;
    let parent = rest.strip_prefix("clients of ").or(rest.strip_prefix("of ")).unwrap_or(rest);
    let word = if *on { "on" } else { "off" };
    Some(format!("/mms {word} {} of {}", first.to_lowercase(), parent.trim()))
}

fn mms_ask<'a>(context: &Context<'a>) -> Option<&'a MmsAsk> {
    match context.ask {
        Ask::Permissions(ask) => Some(ask),
        _ => None,
    }
}

/// No staff member, or several.
pub fn unknown_staff(
    typed: &str,
    nearest: &[NamedStaff],
    context: &Context<'_>,
    mut view: View,
) -> View {
    if !nearest.is_empty() {
        let names = nearest.iter().map(|staff| person(staff).fixed(format!(" ({})", staff.id)));
        view = view.line(fixed("Did you mean ").then(Text::dotted(names)).fixed("?"));
    }
    let is_new = matches!(context.ask, Ask::Staff(staff::Ask::RoleGrant { .. }));
    if is_new && nearest.is_empty() {
        view = view.line(fixed(
            "Name a new person by a login: slack:<team>:<user>, discord:<server>:<user> or \
             local:<name>.",
        ));
    }
    let choices: Vec<Suggestion> = nearest
        .iter()
        .filter_map(|staff| {
            let line = context.with_staff(typed, &staff.id.to_string())?;
            let label = format!("{} · {}", staff.name, staff.id);
            let effect = format!("chooses {}", staff.name);
            Some(Suggestion::new(line, effect).labelled(label, Weight::Plain))
        })
        .collect();
    view.choose("Who?", choices).suggest("/role list", "lists everybody with their ids")
}

/// Several clients, with what tells them apart.
pub fn ambiguous(
    typed: &str,
    (matches, behind): (&[ClientCard], &[String]),
    total: u64,
    context: &Context<'_>,
    view: View,
) -> View {
    let mut view = view.line(fixed("Which one?"));
    for (at, one) in matches.iter().take(PICK_MAX).enumerate() {
        let place = fixed(format!("{}. ", at.saturating_add(1)));
        view = view.line(place.then(distinct(one)));
    }
    let shown = u64::try_from(matches.len().min(PICK_MAX)).unwrap_or(u64::MAX);
    let rest = total.saturating_sub(shown);
    if rest > 0 {
        view = view.line(fixed(format!("… and {} more. Type one more letter.", grouped(rest))));
        if typed.chars().all(|c| c.is_alphanumeric() || c == ' ') {
            view = view.suggest(format!("/client find {typed}"), "lists them");
        }
    }
    let choices: Vec<Suggestion> = matches
        .iter()
        .enumerate()
        .filter_map(|(at, one)| {
            let behind = behind.get(at).map(String::as_str).unwrap_or_default();
            let line = context.with_client(&one.client.id.to_string(), behind)?;
            let effect = format!("chooses {}", one.client.login);
            Some(Suggestion::new(line, effect).labelled(distinct(one).plain(), Weight::Plain))
        })
        .collect();
    view.choose("Which client?", choices)
}
