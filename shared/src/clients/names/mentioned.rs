//! Another client in the reason of a change: `/addcredit sms acme 77 for c_3`.
//!
//! Only certain texts count: an id, the number of a document, a login, a whole name, an email or a number
//! with its country code. A reason is asked about and never refused, because it may mention a client.

use crate::clients::names::certain::{Owners, owner_needs, owners};
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

/// The texts of a reason that may be a client, the longest at each word first.
fn texts(reason: &str) -> Vec<String> {
    let is_edge = |c: char| !c.is_alphanumeric() && c != '+';
    let words: Vec<&str> = reason.split_whitespace().collect();
    let mut texts: Vec<String> = Vec::new();
    for at in 0..words.len() {
        let behind = words.get(at..).unwrap_or_default();
        for length in (1..=behind.len().min(WORDS_MAX)).rev() {
            let text = behind.get(..length).unwrap_or_default().join(" ");
            let text = text.trim_matches(is_edge);
            // A short number and one without its country code are certain for nobody.
            let is_number = text.chars().all(|c| !c.is_alphabetic());
            let is_whole = matches!(phone::read(text, None), Some(Phone::Whole(_)));
            let is_new = texts.iter().all(|known| known != text);
            if !text.is_empty() && (!is_number || is_whole) && is_new {
                texts.push(text.to_owned());
            }
        }
    }
    // Ids are read by their own keys, and are looked up first.
    texts.sort_by_key(|text| text.contains(char::is_whitespace));
    texts.truncate(TEXTS_MAX);
    texts
}

/// The items that tell whether a reason mentions a client.
pub fn needs(reason: &str, image: &Image) -> Vec<Need> {
    texts(reason).iter().flat_map(|text| owner_needs(text, image)).collect()
}

/// The first text in a reason that is certain for clients other than `client`.
///
/// # Errors
/// Something that tells was never read.
pub fn mentioned(reason: &str, client: ClientId, image: &Image) -> Result<Option<Mention>, Stop> {
    let mut needs = needs(reason, image);
    needs.retain(|need| !image.has(need));
    if !needs.is_empty() {
        return Err(Stop::Lacks(needs));
    }
    for typed in texts(reason) {
        let clients = match owners(&typed, image)? {
            Owners::One { client, .. } => vec![client],
            Owners::Several { clients, .. } => clients,
            Owners::Nobody | Owners::NoDocument(_) => Vec::new(),
        };
        if let Some(other) = clients.first().filter(|_| !clients.contains(&client)) {
            return Ok(Some(Mention { typed, client: *other }));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reason_is_cut_into_texts_without_marks_and_bare_numbers() {
        assert_eq!(texts("for c_3,"), ["for", "c_3", "for c_3"]);
        assert_eq!(
            texts("Acme Mobile 66"),
            ["Acme", "Mobile", "Acme Mobile 66", "Acme Mobile", "Mobile 66"]
        );
        assert_eq!(texts("4711"), Vec::<String>::new());
        assert_eq!(texts("+447400123456"), ["+447400123456"]);
        let long = "a b c d e f g h i j k l m n o p q r s t u v w x y z".repeat(3);
        assert_eq!(texts(&long).len(), TEXTS_MAX);
    }
}
