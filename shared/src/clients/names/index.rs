//! The stored items by which a client is named: its whole texts, each an item of its own, and the terms
//! under which it is found. They move with the client, in one change.
//!
//! Invariant: a whole text that a client takes or leaves is written at the version that was read. Two
//! clients that take one login at once collide, and the later one is decided again.

use std::collections::{BTreeMap, BTreeSet};

use crate::clients::names::types::{HOLDERS_MAX, Holder, NamedBy, Term, WholeName};
use crate::clients::phone::{digits, last_four, national_digits};
use crate::clients::types::Client;
use crate::contract::change::{Expect, Write};
use crate::contract::image::{Image, Stop};
use crate::contract::{Key, Record};
use crate::kernel::fold::{exact, key, suffixes};
use crate::kernel::id::ClientId;

/// The most terms of one client.
pub const TERMS_MAX: usize = 24;

/// The whole texts of a client in their exact form, each with the particulars that it is.
fn whole_texts(client: &Client) -> BTreeMap<String, BTreeSet<NamedBy>> {
    let mut texts: BTreeMap<String, BTreeSet<NamedBy>> = BTreeMap::new();
    let particulars = [
        (NamedBy::Login, Some(&client.login)),
        (NamedBy::Name, Some(&client.name)),
        (NamedBy::Email, Some(&client.email)),
        (NamedBy::Mobile, client.mobile.as_ref()),
    ];
    for (by, text) in particulars {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            texts.entry(exact(text)).or_default().insert(by);
        }
    }
    texts
}

/// Whether a text is one of a client's whole texts.
pub(super) fn has_whole(client: &Client, text: &str) -> bool {
    whole_texts(client).contains_key(&exact(text))
}

/// The words by which a term's client is found, in the order of their worth.
fn words(term: &Term) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    let (local, domain) = term.email.split_once('@').unwrap_or((&term.email, ""));
    let (name, login) = (suffixes(&term.name), suffixes(&term.login));
    texts.extend(name.iter().take(1).cloned());
    texts.extend(login.iter().take(1).cloned());
    texts.extend(suffixes(&term.email).into_iter().take(1));
    texts.extend(suffixes(domain).into_iter().take(1));
    texts.extend(name.into_iter().skip(1));
    texts.extend(term.town.iter().flat_map(|town| suffixes(town)));
    texts.extend(suffixes(local).into_iter().skip(1));
    texts.extend(login.into_iter().skip(1));
    texts
}

/// The digits by which a client with a mobile is found: national, the last four, all.
#[must_use]
pub fn numbers(mobile: &str) -> Vec<String> {
    let all = digits(mobile);
    national_digits(mobile).into_iter().chain([last_four(&all), all]).collect()
}

/// Whether a client is found by a word: one of its texts begins with it.
#[must_use]
pub fn has_word(term: &Term, word: &str) -> bool {
    let begins = |text: &String| text.starts_with(word);
    // Reading a telephone number costs more than all words.
    let is_number = || word.bytes().all(|b| b.is_ascii_digit());
    let mobile = || term.mobile.as_deref().filter(|_| is_number());
    // A domain is found from its beginning on only; all its words count when it is typed.
    let domain = || term.email.split_once('@').map(|(_, domain)| suffixes(domain));
    term.key.starts_with(word)
        || words(term).iter().any(begins)
        || domain().is_some_and(|domain| domain.iter().any(begins))
        || mobile().is_some_and(|mobile| numbers(mobile).iter().any(begins))
}

/// The terms of a client.
#[must_use]
pub fn terms(client: &Client) -> Vec<Term> {
    let bare = Term {
        key: String::new(),
        client: client.id,
        name: client.name.clone(),
        login: client.login.clone(),
        email: client.email.clone(),
        mobile: client.mobile.clone(),
        town: client.town.clone(),
        class: client.class,
        chain: client.chain.clone(),
    };
    let mut keys: Vec<String> = Vec::new();
    let numbers = client.mobile.as_deref().map(numbers).unwrap_or_default();
    for text in numbers.into_iter().chain(words(&bare)) {
        let key = key(&text);
        if keys.len() < TERMS_MAX && !key.is_empty() && !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys.into_iter().map(|key| Term { key, ..bare.clone() }).collect()
}

/// The key of the item of a whole text.
#[must_use]
pub fn whole_key(text: &str) -> Key {
    Key::WholeName(whole_text(text))
}

/// The form in which whole texts are equal. No client has a text that is longer than the cut, so a cut text
/// equals none of theirs, and a long paste still makes a key.
fn whole_text(text: &str) -> String {
    exact(&text.chars().take(WHOLE_CHARS).collect::<String>())
}

/// More characters than any particular of a client has.
const WHOLE_CHARS: usize = 300;

/// The item of a whole text; an empty one if nobody has it.
///
/// # Errors
/// It was never read.
pub fn whole(text: &str, image: &Image) -> Result<WholeName, Stop> {
    let text = whole_text(text);
    let stored = image.get::<WholeName>(&Key::WholeName(text.clone()))?;
    Ok(stored.cloned().unwrap_or(WholeName { text, version: 0, holders: Vec::new(), more: 0 }))
}

/// The writes that move the names of a client from `before` to `after`.
///
/// # Errors
/// The item of a text was never read.
pub fn moved(before: Option<&Client>, after: &Client, image: &Image) -> Result<Vec<Write>, Stop> {
    let (old, new) = (before.map(whole_texts).unwrap_or_default(), whole_texts(after));
    let none = BTreeSet::new();
    let texts: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let mut writes = Vec::new();
    for text in texts {
        let (was, is) = (old.get(text).unwrap_or(&none), new.get(text).unwrap_or(&none));
        if was == is {
            continue;
        }
        let read = whole(text, image)?;
        let (version, name) = (read.version, held(read, after, was, is));
        writes.push(if name.holders.is_empty() && name.more == 0 {
            Write::Delete(Key::WholeName(text.clone()), Expect::after(version))
        } else {
            Write::Put(Record::WholeName(name), Expect::after(version))
        });
    }
    let (old, new) = (before.map(terms).unwrap_or_default(), terms(after));
    let dropped = old.iter().filter(|term| new.iter().all(|kept| kept.key != term.key));
    let deleted =
        dropped.map(|term| Write::Delete(Key::Term(term.key.clone(), after.id), Expect::Anything));
    writes.extend(deleted);
    let changed = new.into_iter().filter(|term| !old.contains(term));
    writes.extend(changed.map(|term| Write::Put(Record::Term(term), Expect::Anything)));
    Ok(writes)
}

/// A whole text at its next version, where a client holds it by `is` and no longer by `was`.
fn held(
    mut name: WholeName,
    client: &Client,
    was: &BTreeSet<NamedBy>,
    is: &BTreeSet<NamedBy>,
) -> WholeName {
    for by in was.difference(is) {
        let count = name.holders.len();
        name.holders.retain(|holder| (holder.client, holder.by) != (client.id, *by));
        if name.holders.len() == count {
            name.more = name.more.saturating_sub(1);
        }
    }
    for by in is.difference(was) {
        name.holders.push(Holder { client: client.id, by: *by, chain: client.chain.clone() });
    }
    name.holders.sort_by_key(|holder| (holder.by, holder.client));
    let surplus = name.holders.len().saturating_sub(HOLDERS_MAX);
    name.holders.truncate(HOLDERS_MAX);
    name.holders.iter_mut().skip(1).for_each(|holder| holder.chain.clear());
    name.more = name.more.saturating_add(u64::try_from(surplus).unwrap_or(u64::MAX));
    name.version = name.version.saturating_add(1);
    name
}

/// All names of a new client, for a desk that begins.
#[must_use]
pub fn first_names(client: &Client) -> Vec<Record> {
    let whole = whole_texts(client).into_iter().map(|(text, is)| {
        let empty = WholeName { text, version: 0, holders: Vec::new(), more: 0 };
        Record::WholeName(held(empty, client, &BTreeSet::new(), &is))
    });
    whole.chain(terms(client).into_iter().map(Record::Term)).collect()
}

/// Other clients than `client` that hold a text by one of some particulars.
///
/// # Errors
/// The item of the text was never read.
pub fn others(
    text: &str,
    by: &[NamedBy],
    client: ClientId,
    image: &Image,
) -> Result<Vec<ClientId>, Stop> {
    let holders = whole(text, image)?.holders.into_iter();
    let theirs = holders.filter(|holder| holder.client != client && by.contains(&holder.by));
    Ok(theirs.map(|holder| holder.client).collect())
}
