//! Certain names: whose a whole text is, by the items of whole texts, ids and numbers of documents.

use crate::clients::names::index::{has_whole, whole, whole_key};
use crate::clients::names::types::{Holder, NamedBy, Term, WholeName};
use crate::clients::phone::{self, Phone};
use crate::clients::search::{label, queries};
use crate::clients::types::Client;
use crate::contract::Key;
use crate::contract::image::{Image, Need, Stop};
use crate::kernel::fold::{exact, loose};
use crate::kernel::id::{ClientId, InvoiceNumber};
use crate::settings::types::{Home, Settings};

/// Whether a text has the form of an id or of a document's number, so that it can be no name and no login.
#[must_use]
pub fn has_form_of_an_id(text: &str) -> bool {
    let text = plain(text);
    let is_part = |c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-' | ' ' | '#' | '.');
    let parts = || text.split(is_part).chain(text.split(" - "));
    // `INV-9` as well: people shorten numbers.
    reads_as_an_id(&text)
        || parts().any(reads_as_an_id)
        // As replies print it, it is an id anywhere.
        || text.split(|c: char| c == ' ' || is_part(c)).any(is_printed_id)
}

/// Whether a whole text is read as an id, however its parts are separated: `c 3`, `c-3`, `INV 2 0001`.
fn reads_as_an_id(text: &str) -> bool {
    let is_letter = |c: &char| c.is_ascii_alphabetic();
    let compact: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
    let letters: String = compact.chars().take_while(is_letter).collect();
    let number = compact.get(letters.len()..).unwrap_or_default();
    let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    let is_op = text.trim().strip_prefix("op_").is_some_and(|rest| !rest.contains(' '));
    is_op || (is_number && ["c", "s", "inv", "cn"].contains(&letters.as_str()))
}

/// Whether a word is an id or a number in the form in which replies print it.
fn is_printed_id(word: &str) -> bool {
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    let is_id = ["c_", "s_"].iter().any(|form| word.strip_prefix(form).is_some_and(is_number));
    let is_document = ["inv-", "cn-"]
        .iter()
        .any(|series| word.strip_prefix(series).is_some_and(|rest| rest.split('-').all(is_number)));
    is_id || is_document || word.strip_prefix("op_").is_some_and(|rest| rest.len() == 16)
}

/// A text with compatibility forms folded, and letters of other alphabets that look like those of an id
/// in their place.
fn plain(text: &str) -> String {
    let shown = text.chars().map(|c| match c {
        'С' | 'с' | 'Ϲ' | 'ϲ' => 'c',
        'Ѕ' | 'ѕ' => 's',
        'І' | 'і' | 'Ι' | 'ι' => 'i',
        'Ν' => 'n',
        'Ѵ' | 'ѵ' | 'ν' => 'v',
        'О' | 'о' | 'Ο' | 'ο' => 'o',
        'Р' | 'р' | 'Ρ' | 'ρ' => 'p',
        '‐' | '‑' | '‒' | '–' | '—' | '−' => '-',
        '‗' | '＿' => '_',
        c => c,
    });
    let folded = loose(&shown.collect::<String>());
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn client_id(text: &str) -> Option<ClientId> {
    text.trim().to_lowercase().parse().ok()
}

/// The clients that a whole text is certain for.
pub(super) enum Owners {
    Nobody,
    /// One, and the best particular by which it holds the text; `None` for an id or a number.
    One {
        client: ClientId,
        chain: Vec<ClientId>,
        by: Option<NamedBy>,
    },
    Several {
        clients: Vec<ClientId>,
        total: u64,
    },
    NoDocument(InvoiceNumber),
}

/// The items that tell whose a whole text is.
pub(super) fn owner_needs(text: &str, image: &Image) -> Vec<Need> {
    if let Some((name, id)) = label(text) {
        return vec![Need::Item(Key::Client(id)), Need::Item(whole_key(name))];
    }
    if let Some(id) = client_id(text) {
        return vec![Need::Item(Key::Client(id))];
    }
    if let Ok(number) = text.parse::<InvoiceNumber>() {
        return vec![Need::Item(Key::Invoice(number)), Need::Item(Key::Client(number.client))];
    }
    let mut needs = vec![Need::Item(whole_key(text))];
    match phone::read(text, home(image)) {
        Some(Phone::Whole(e164)) => needs.push(Need::Item(whole_key(&e164))),
        Some(Phone::National { .. }) => needs.push(Need::Item(Key::Settings)),
        None => {}
    }
    needs
}

/// The home country of the desk, as far as it was read.
fn home(image: &Image) -> Option<&Home> {
    image.peek::<Settings>(&Key::Settings)?.country.as_ref()
}

/// Whose a whole text is; everything in [`owner_needs`] was read.
pub(super) fn owners(text: &str, image: &Image) -> Result<Owners, Stop> {
    if let Some((name, id)) = label(text) {
        return labelled(name, id, image);
    }
    if let Some(id) = client_id(text) {
        return Ok(image.client(id)?.map_or(Owners::Nobody, by_id));
    }
    if let Ok(number) = text.parse::<InvoiceNumber>() {
        let known = image.invoice(number)?.is_some();
        let client = image.client(number.client)?.filter(|_| known);
        return Ok(client.map_or(Owners::NoDocument(number), by_id));
    }
    let mut names = vec![whole(text, image)?];
    match phone::read(text, home(image)) {
        Some(Phone::Whole(e164)) => names.push(whole(&e164, image)?),
        Some(Phone::National { e164, .. }) if !e164.is_empty() => {
            names.push(by_mobile(text, &e164, image)?)
        }
        Some(Phone::National { .. }) | None => {}
    }
    let more: u64 = names.iter().map(|name| name.more).fold(0, u64::saturating_add);
    let mut holders: Vec<Holder> = names.into_iter().flat_map(|name| name.holders).collect();
    holders.sort_by_key(|holder| (holder.by, holder.client));
    Ok(of_holders(holders, more))
}

fn by_id(client: &Client) -> Owners {
    Owners::One { client: client.id, chain: client.chain.clone(), by: None }
}

fn of_holders(holders: Vec<Holder>, more: u64) -> Owners {
    let mut clients: Vec<ClientId> = Vec::new();
    for holder in &holders {
        if !clients.contains(&holder.client) {
            clients.push(holder.client);
        }
    }
    match (holders.into_iter().next(), clients.as_slice(), more) {
        (Some(best), [_], 0) => {
            Owners::One { client: best.client, chain: best.chain, by: Some(best.by) }
        }
        (None, _, 0) => Owners::Nobody,
        (_, several, more) => {
            let total = u64::try_from(several.len()).unwrap_or(u64::MAX).saturating_add(more);
            Owners::Several { clients, total }
        }
    }
}

/// A label: its name and its id must be one client's.
fn labelled(name: &str, id: ClientId, image: &Image) -> Result<Owners, Stop> {
    let (owners, text) = (whole(name, image)?, exact(name));
    let Some(client) = image.client(id)? else {
        return Ok(of_holders(owners.holders, owners.more.max(1)));
    };
    let is_short = |whole: &str| name.strip_suffix('…').is_some_and(|cut| whole.starts_with(cut));
    if exact(&client.name) == text || exact(&client.login) == text || is_short(&client.name) {
        return Ok(by_id(client));
    }
    let mut clients = vec![id];
    clients.extend(owners.holders.iter().map(|holder| holder.client).filter(|other| *other != id));
    clients.dedup();
    let total = u64::try_from(clients.len()).unwrap_or(u64::MAX).saturating_add(owners.more);
    Ok(Owners::Several { clients, total })
}

/// The holders of a mobile that was typed without its country code: of all clients with these national
/// digits, those in the home country. A list that was cut decides nothing.
fn by_mobile(typed: &str, e164: &[String], image: &Image) -> Result<WholeName, Stop> {
    let mut name = WholeName { text: typed.to_owned(), version: 0, holders: Vec::new(), more: 0 };
    for query in queries(typed) {
        let read = image.terms(&query)?;
        name.more = name.more.max(u64::from(read.is_cut));
        let is_it = |term: &&Term| term.mobile.as_ref().is_some_and(|mobile| e164.contains(mobile));
        for term in read.terms.iter().filter(is_it) {
            let (client, chain) = (term.client, term.chain.clone());
            if name.holders.iter().all(|holder| holder.client != client) {
                name.holders.push(Holder { client, by: NamedBy::Mobile, chain });
            }
        }
    }
    Ok(name)
}

/// Whether a client's own record has a whole text as its id, login, name, email or number. An id, a label
/// and a document were read with the client.
#[must_use]
pub fn is_named(client: &Client, text: &str, image: &Image) -> bool {
    let typed = phone::read(text, home(image));
    let has_mobile =
        |mobile: &String| typed.as_ref().is_some_and(|typed| typed.numbers().contains(mobile));
    is_read_by_number(text)
        || has_whole(client, text)
        || client.mobile.as_ref().is_some_and(has_mobile)
}

/// Whether a text is the id of a client or the number of a document, or a label that ends in an id: it is
/// read and never searched.
#[must_use]
pub fn is_read_by_number(text: &str) -> bool {
    client_id(text).is_some() || text.parse::<InvoiceNumber>().is_ok() || label(text).is_some()
}

/// The clients to whom a whole text belongs, but for a telephone number without its country code.
///
/// # Errors
/// An item that tells was never read.
pub fn owners_of(text: &str, image: &Image) -> Result<Vec<ClientId>, Stop> {
    let text = text.trim();
    let mut needs = owner_needs(text, image);
    needs.retain(|need| !image.has(need));
    if !needs.is_empty() {
        return Err(Stop::Lacks(needs));
    }
    match owners(text, image) {
        Ok(Owners::One { client, .. }) => Ok(vec![client]),
        Ok(Owners::Several { clients, .. }) => Ok(clients),
        // A national number is found by its digits.
        Ok(Owners::Nobody | Owners::NoDocument(_)) | Err(_) => Ok(Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_that_reads_as_an_id_a_document_or_a_label_has_their_form() {
        for name in [
            "c_2",
            "C 3",
            "c-3",
            "c3",
            "c.3",
            "#c_3",
            "(c_3)",
            "С_2",
            "с 2",
            "ｃ＿２",
            "s_1",
            "INV 2 0001",
            "inv-9",
            "INV2-0001",
            "ΙΝV-2-0001",
            "INV–2–0001",
            "CN 2 1",
            "ACME Ltd (c_2)",
            "ACME Ltd (c2)",
            "ACME Ltd [c 2]",
            "Acme Ltd · c_3",
            "Acme Ltd | C-3",
            "Acme Ltd - c 3",
            "Acme Ltd c_3",
            "c_3 Acme",
            "Acme op_0123456789abcdef",
            "Acme INV-2-0001",
        ] {
            assert!(has_form_of_an_id(name), "{name}");
        }
        for name in [
            "Acme",
            "3101",
            "118 118",
            "C3 Energy",
            "Vitamin C-3 Shop",
            "Studio 54",
            "S Club 7",
            "CNN 24",
            "Inverness 4",
            "Operation 5",
            "client12",
            "acme-2",
            "Северная 2",
            "嵐",
        ] {
            assert!(!has_form_of_an_id(name), "{name}");
        }
    }
}
