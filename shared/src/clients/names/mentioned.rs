//! Another client in the reason of a change: `/addcredit sms acme 77 for c_3`.
//!
//! Only certain texts count: an id, the number of a document, a login, a whole name, an email or a number
//! with its country code. A reason is asked about and never refused, because it may mention a client.

use crate::clients::names::certain::{Owners, owner_needs, owners};
use crate::clients::names::index::has_whole;
use crate::clients::phone::{self, Phone};
use crate::contract::image::{Image, Need, Stop};
use crate::kernel::id::ClientId;

/// The most words of a name that is looked for.
const WORDS_MAX: usize = 4;

/// The most texts that are looked up: one read of the store has place for them.
const TEXTS_MAX: usize = 48;

/// A text of a reason that is certainly another client's.
pub struct Mention {
    pub typed: String,
    pub client: ClientId,
}

/// A text of a reason that may be a client.
struct Text {
    /// The number of its first word.
    at: usize,
    /// How many words it has.
    length: usize,
    text: String,
}

/// The texts of a reason that may be a client, the longest at each word first.
fn texts(reason: &str, words_max: usize) -> Vec<Text> {
    let is_edge = |c: char| !c.is_alphanumeric() && c != '+';
    let words: Vec<&str> = reason.split_whitespace().collect();
    let mut texts: Vec<Text> = Vec::new();
    for at in 0..words.len() {
        let behind = words.get(at..).unwrap_or_default();
        for length in (1..=behind.len().min(words_max)).rev() {
            let text = behind.get(..length).unwrap_or_default().join(" ");
            let text = text.trim_matches(is_edge);
            // A short number and one without its country code are certain for nobody.
            let is_number = text.chars().all(|c| !c.is_alphabetic());
            let is_whole = matches!(phone::read(text, None), Some(Phone::Whole(_)));
            if !text.is_empty() && (!is_number || is_whole) {
                texts.push(Text { at, length, text: text.to_owned() });
            }
        }
    }
    texts
}

/// The texts that are looked up, each once: single words first, so that no id is left out.
fn looked_up(reason: &str) -> Vec<String> {
    let mut looked_up: Vec<String> = Vec::new();
    for Text { text, .. } in texts(reason, WORDS_MAX) {
        if !looked_up.contains(&text) {
            looked_up.push(text);
        }
    }
    looked_up.sort_by_key(|text| text.contains(char::is_whitespace));
    looked_up.truncate(TEXTS_MAX);
    looked_up
}

/// The items that tell whether a reason mentions a client.
pub fn needs(reason: &str, image: &Image) -> Vec<Need> {
    looked_up(reason).iter().flat_map(|text| owner_needs(text, image)).collect()
}

/// The first text in a reason that is certain for clients other than `client`. The words of a text that is
/// certain for `client` count for nobody else.
///
/// # Errors
/// Something that tells was never read.
pub fn mentioned(reason: &str, client: ClientId, image: &Image) -> Result<Option<Mention>, Stop> {
    let mut needs = needs(reason, image);
    needs.retain(|need| !image.has(need));
    if !needs.is_empty() {
        return Err(Stop::Lacks(needs));
    }
    let record = image.client(client)?;
    let words_max = record.map_or(0, |record| record.name.split_whitespace().count());
    let looked_up = looked_up(reason);
    let mut next = 0;
    for Text { at, length, text } in texts(reason, words_max.max(WORDS_MAX)) {
        if at < next {
            continue;
        }
        let mut is_client = record.is_some_and(|record| has_whole(record, &text));
        if !is_client && looked_up.contains(&text) {
            let clients = match owners(&text, image)? {
                Owners::One { client, .. } => vec![client],
                Owners::Several { clients, .. } => clients,
                Owners::Nobody | Owners::NoDocument(_) => Vec::new(),
            };
            is_client = clients.contains(&client);
            if let Some(other) = clients.first().filter(|_| !is_client) {
                return Ok(Some(Mention { typed: text, client: *other }));
            }
        }
        if is_client {
            next = at.saturating_add(length);
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reason_is_cut_into_texts_without_marks_and_bare_numbers() {
        assert_eq!(looked_up("for c_3,"), ["for", "c_3", "for c_3"]);
        assert_eq!(
            looked_up("Acme Mobile 66"),
            ["Acme", "Mobile", "Acme Mobile 66", "Acme Mobile", "Mobile 66"]
        );
        assert_eq!(looked_up("4711"), Vec::<String>::new());
        assert_eq!(looked_up("+447400123456"), ["+447400123456"]);
        let long = "a b c d e f g h i j k l m n o p q r s t u v w x y z".repeat(3);
        assert_eq!(looked_up(&long).len(), TEXTS_MAX);
    }
}
