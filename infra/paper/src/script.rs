//! The characters that the font lacks: named in a sentence, or written in Latin letters where the caller
//! chose that for the client.
//!
//! Invariant: a document is drawn only if the font has every character of it. None becomes a box.

use deunicode::deunicode_char;
use unicode_normalization::UnicodeNormalization;

use crate::document::Document;
use crate::font::Fonts;
use crate::undrawn::Undrawn;

/// How many characters a refusal names.
const NAMED_MAX: usize = 8;

/// The document with its texts composed, so that a letter and its accent are one character, and with
/// plain line breaks and spaces.
#[must_use]
pub(crate) fn composed(document: &Document) -> Document {
    let mut document = document.clone();
    for drawn in document.texts_mut() {
        let text: String = drawn.text.replace("\r\n", "\n").nfc().filter_map(plain).collect();
        let text = if drawn.lines == 1 { text.replace('\n', " ") } else { text };
        text.trim().clone_into(drawn.text);
    }
    document
}

/// The character as it is drawn: a tab as a space, the minus sign, which the font lacks, as a dash, and
/// marks of possible breaks not at all.
fn plain(character: char) -> Option<char> {
    match character {
        '\t' => Some(' '),
        '−' => Some('–'),
        '\u{ad}' | '\u{200b}' | '\u{feff}' => None,
        _ => Some(character),
    }
}

/// The document with Latin letters for the characters that the font lacks.
///
/// # Errors
/// The font cannot be read.
pub fn transliterated(document: &Document) -> Result<Document, Undrawn> {
    let fonts = Fonts::load()?;
    let mut document = composed(document);
    for drawn in document.texts_mut() {
        let mut text = String::new();
        for character in drawn.text.chars() {
            match deunicode_char(character) {
                _ if character == '\n' || fonts.have(character) => text.push(character),
                Some(latin) => text.push_str(latin),
                None => {}
            }
        }
        let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
        *drawn.text = lines.collect::<Vec<_>>().join("\n");
    }
    Ok(document)
}

/// The characters of a text that the font lacks, each once, in their order.
pub(crate) fn outside(text: &str, fonts: &Fonts) -> Vec<char> {
    let mut outside = Vec::new();
    for character in text.chars().filter(|c| *c != '\n' && !fonts.have(*c)) {
        if !outside.contains(&character) {
            outside.push(character);
        }
    }
    outside
}

/// The characters as people can recognise and look them up: `“東” (U+6771)`. An invisible one is named by
/// its number alone.
pub(crate) fn named(characters: &[char]) -> String {
    let name = |character: &char| {
        let number = format!("U+{:04X}", u32::from(*character));
        if character.is_alphanumeric() { format!("“{character}” ({number})") } else { number }
    };
    let names: Vec<String> = characters.iter().take(NAMED_MAX).map(name).collect();
    let more = characters.len().saturating_sub(NAMED_MAX);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{rest}", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::samples;

    #[test]
    fn characters_outside_the_font_are_named_once_each() {
        let fonts = Fonts::load().unwrap();
        assert_eq!(outside("東京 and 東 \u{202e}", &fonts), ['東', '京', '\u{202e}']);
        assert_eq!(named(&['東', '\u{202e}']), "“東” (U+6771), U+202E");
        let many: Vec<char> = ('一'..='\u{4e09}').collect();
        assert!(named(&many).ends_with(" and 2 more"), "{}", named(&many));
    }

    #[test]
    fn document_in_another_script_is_refused_with_the_characters_and_drawn_once_transliterated() {
        let mut document = samples::plain();
        document.buyer.name = "株式会社 Acme".into();

        let refusal = crate::draw(&document).unwrap_err().to_string();
        let latin = transliterated(&document).unwrap();

        assert_eq!(
            refusal,
            "“株” (U+682A), “式” (U+5F0F), “会” (U+4F1A), “社” (U+793E) in the buyer's name cannot \
             be printed: documents have Latin, Greek, Cyrillic and Vietnamese letters."
        );
        assert_eq!(latin.buyer.name, "Zhu Shi Hui She Acme");
        assert!(crate::draw(&latin).is_ok());
    }

    #[test]
    fn letters_that_the_font_has_are_not_transliterated() {
        let mut document = samples::plain();
        document.seller.name = "Ελλάς Ωμέγα Київ Nguyễn".into();
        assert_eq!(transliterated(&document).unwrap(), document);
    }

    #[test]
    fn accent_behind_its_letter_is_composed_and_printed() {
        let mut document = samples::plain();
        document.buyer.name = "Nguye\u{302}\u{303}n".into();
        assert_eq!(composed(&document).buyer.name, "Nguyễn");
        assert!(crate::draw(&document).is_ok());
    }
}
