//! Phrases in a text, compared by letters and digits alone: without case, accents, hyphens and other marks.
//!
//! A phrase of a list is written in this form too: `dont charge`, `non billable`.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The words of a text, in the form that is compared.
pub fn words(text: &str) -> Vec<String> {
    let letters = text.nfkd().filter(|c| !is_combining_mark(*c));
    let plain: String = letters.flat_map(char::to_lowercase).collect();
    let is_apostrophe = |c: char| matches!(c, '\'' | '’' | '‘' | '`' | '´');
    let plain: String = plain.chars().filter(|c| !is_apostrophe(*c)).collect();
    let words = plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

/// Whether a phrase stands in a text, at the edges of its words.
pub fn holds(plain: &str, phrase: &str) -> bool {
    format!(" {plain} ").contains(&format!(" {phrase} "))
}

/// Whether a text begins with a phrase.
pub fn begins(plain: &str, phrase: &str) -> bool {
    plain.strip_prefix(phrase).is_some_and(|behind| behind.is_empty() || behind.starts_with(' '))
}

/// Whether a text ends with a phrase.
pub fn ends(plain: &str, phrase: &str) -> bool {
    plain.strip_suffix(phrase).is_some_and(|before| before.is_empty() || before.ends_with(' '))
}
