//! Names that are easily taken for each other: the same words but for letter case, accents, punctuation
//! and the form of the company, and logins that begin another client's name.
//!
//! Absent on purpose: what a typed text names ([`crate::clients::names`]).

use crate::clients::names::begins_another;
use crate::clients::search::beginning;
use crate::clients::types::Client;
use crate::contract::image::Stop;
use crate::decision::Scene;
use crate::kernel::fold::{exact, loose, suffixes};
use crate::kernel::id::{ClientId, Named};

/// The forms of companies, folded.
const FORMS: &[&str] = &[
    "ab",
    "ag",
    "aps",
    "as",
    "bv",
    "co",
    "company",
    "corp",
    "corporation",
    "gmbh",
    "inc",
    "incorporated",
    "kft",
    "kg",
    "limited",
    "llc",
    "llp",
    "ltd",
    "nv",
    "oy",
    "plc",
    "pty",
    "sa",
    "sarl",
    "sas",
    "sl",
    "spa",
    "srl",
    "ug",
];

/// The letters of a name that its automatic login takes.
const LOGIN_LETTERS: usize = 20;

/// A name without the form of its company, folded.
fn bare(name: &str) -> String {
    let text = loose(name);
    let words: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let is_form = |word: &&&str| FORMS.contains(*word);
    let forms = words.iter().rev().take_while(is_form).count();
    // A company may be called by such a word alone.
    let kept = words.len().saturating_sub(forms).max(1);
    words.get(..kept).unwrap_or(&words).join(" ")
}

/// Another client that has the same name.
pub(super) fn like_name(scene: &Scene<'_>, client: &Client) -> Result<Option<Named>, Stop> {
    let name = bare(&client.name);
    let whole = suffixes(&name).into_iter().next().unwrap_or_default();
    let Some(query) = beginning(&whole) else { return Ok(None) };
    let read = scene.image.terms_with(&query)?;
    let twin = read.terms.iter().find(|term| term.client != client.id && bare(&term.name) == name);
    Ok(twin.map(Named::from))
}

/// The login of a new client: as typed, or made from its name. A name of one word, or one whose letters
/// are too few, takes the client's number behind it: the bare word may begin the name of another client.
/// `None` while it needs the number.
pub(super) fn login_for(name: &str, login: Option<&str>, number: Option<u64>) -> Option<String> {
    if let Some(login) = login {
        return Some(exact(login));
    }
    let letters = letters(name);
    let is_one_word = suffixes(name).len() <= 1;
    match letters.len() {
        3.. if !is_one_word => Some(letters),
        _ => with_number(name, number?),
    }
}

/// The automatic login of a client, which begins no other client's name.
pub(super) fn automatic(scene: &Scene<'_>, name: &str, client: ClientId) -> Result<String, Stop> {
    let number = client.0;
    let login = login_for(name, None, Some(number)).unwrap_or_default();
    let numbered = with_number(name, number).unwrap_or_default();
    Ok(if begins_another(&login, client, scene.image)? { numbered } else { login })
}

fn with_number(name: &str, number: u64) -> Option<String> {
    let letters = letters(name);
    Some(match letters.len() {
        3.. => format!("{letters}-{number}"),
        _ => format!("client{number}"),
    })
}

fn letters(name: &str) -> String {
    loose(name).chars().filter(|c| c.is_ascii_alphanumeric()).take(LOGIN_LETTERS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn form_of_a_company_does_not_tell_names_apart() {
        for name in ["ACME Ltd", "Acme Limited", "acme, Ltd.", "ÁCME GmbH", "Acme & Co Ltd", "ACME"]
        {
            assert_eq!(bare(name), "acme", "{name}");
        }
        assert_ne!(bare("Acme Mobile Ltd"), "acme");
        assert_eq!(bare("Limited"), "limited");
        assert_eq!(bare("株式会社"), bare("株式会社"));
    }

    #[test]
    fn automatic_login_is_more_than_the_one_word_of_a_name() {
        let login = |name| login_for(name, None, Some(12));
        assert_eq!(login("Birch Bakery").as_deref(), Some("birchbakery"));
        assert_eq!(login("Birch").as_deref(), Some("birch-12"));
        assert_eq!(login("嵐").as_deref(), Some("client12"));
        assert_eq!(login_for("Birch", None, None), None);
        assert_eq!(login_for("Birch", Some("Birch"), None).as_deref(), Some("birch"));
    }
}
