//! Two ways to compare texts that people typed.
//!
//! *Exact* ignores letter case and nothing else: NFC of the full Unicode case folding of NFD, spaces
//! collapsed. Accents, width and kana count. Two texts of one exact form are one name.
//!
//! *Loose* is for finding: compatibility forms and marks folded, then letter case, then letters of other
//! alphabets written in ASCII. Texts of one loose form may be different names, so it never decides.
//!
//! A loose text is a sequence of words. Where a script writes no spaces, and for symbols, each character
//! is a word of its own that is joined to its neighbour.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The longest key of a text, in characters: what is longer is cut, on both sides of a comparison.
const KEY_CHARS: usize = 24;

/// The text without letter case.
#[must_use]
pub fn exact(text: &str) -> String {
    let decomposed: String = text.nfd().collect();
    let folded: String = caseless::default_case_fold_str(&decomposed).nfc().collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text as it is found.
#[must_use]
pub fn loose(text: &str) -> String {
    let plain: String = text.nfkd().filter(|c| !is_combining_mark(*c)).nfc().collect();
    let mut loose = String::with_capacity(plain.len());
    for c in caseless::default_case_fold_str(&plain).chars() {
        if c.is_ascii() || !c.is_alphanumeric() || is_written_without_spaces(c) {
            loose.push(c);
            continue;
        }
        let ascii = deunicode::deunicode_char(c).unwrap_or_default();
        let letters = ascii.chars().filter(char::is_ascii_alphanumeric);
        loose.extend(letters.map(|letter| letter.to_ascii_lowercase()));
    }
    loose
}

/// Whether a script has no spaces between words: Chinese, Japanese, Korean, Thai, Lao, Burmese, Khmer.
fn is_written_without_spaces(c: char) -> bool {
    matches!(
        c,
        '\u{E00}'..='\u{EFF}'
            | '\u{1000}'..='\u{109F}'
            | '\u{1780}'..='\u{17FF}'
            | '\u{3005}'..='\u{3007}'
            | '\u{3040}'..='\u{31FF}'
            | '\u{3400}'..='\u{4DBF}'
            | '\u{4E00}'..='\u{9FFF}'
            | '\u{A000}'..='\u{A4CF}'
            | '\u{AC00}'..='\u{D7AF}'
            | '\u{F900}'..='\u{FAFF}'
            | '\u{20000}'..='\u{3FFFF}'
    )
}

/// Whether a character is a picture or another symbol that may stand for a name.
fn is_symbol(c: char) -> bool {
    let punctuation = matches!(c, '\u{3000}'..='\u{303F}' | '\u{FE00}'..='\u{FE6F}');
    c >= '\u{2190}' && !c.is_alphanumeric() && !c.is_whitespace() && !punctuation
}

/// A word of a loose text.
struct Word {
    text: String,
    /// Nothing stands between it and the word before.
    is_joined: bool,
}

fn words(text: &str) -> Vec<Word> {
    let loose = loose(text);
    let mut words: Vec<Word> = Vec::new();
    for piece in loose.split_whitespace() {
        match piece.split_once('@') {
            Some((before, _)) if !before.is_empty() => {
                let address = piece.trim_matches(|c: char| "<>()[],;:.\"".contains(c));
                words.push(Word { text: address.to_owned(), is_joined: false });
            }
            Some(_) | None => words.extend(words_of(piece)),
        }
    }
    if words.is_empty() {
        // Nothing but punctuation: a name all the same.
        let whole = |piece: &str| Word { text: piece.to_owned(), is_joined: false };
        words.extend(loose.split_whitespace().map(whole));
    }
    // `Birch and Bell` is found as `Birch & Bell`, whose sign is no word.
    let last = words.len().saturating_sub(1);
    let mut at = 0_usize;
    words.retain(|word| {
        let is_between = at > 0 && at < last;
        at = at.saturating_add(1);
        !(is_between && word.text == "and")
    });
    words
}

fn words_of(piece: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let (mut is_joined, mut is_open) = (false, false);
    for c in piece.chars() {
        let stands_alone = is_written_without_spaces(c) || is_symbol(c);
        if !stands_alone && !c.is_alphanumeric() {
            (is_joined, is_open) = (false, false);
            continue;
        }
        match words.last_mut().filter(|_| is_open && !stands_alone) {
            Some(word) => word.text.push(c),
            None => words.push(Word { text: c.to_string(), is_joined }),
        }
        (is_joined, is_open) = (true, !stands_alone);
    }
    words
}

fn joined(words: &[Word]) -> String {
    let mut text = String::new();
    for word in words {
        if !text.is_empty() && !word.is_joined {
            text.push(' ');
        }
        text.push_str(&word.text);
    }
    text
}

/// The loose text from each of its words on, the whole text first.
#[must_use]
pub fn suffixes(text: &str) -> Vec<String> {
    let words = words(text);
    (0..words.len()).filter_map(|at| words.get(at..)).map(joined).collect()
}

/// The typed words that a hit must have: whatever stands between spaces or punctuation.
#[must_use]
pub fn typed_words(text: &str) -> Vec<String> {
    let words = words(text);
    let groups = words.chunk_by(|_, next| next.is_joined);
    groups.map(joined).collect()
}

/// A loose text as the key of a stored row or of a query.
#[must_use]
pub fn key(loose: &str) -> String {
    let cut: String = loose.chars().take(KEY_CHARS).collect();
    cut.trim_end().to_owned()
}

/// The partition of a key: its first two characters, or the first where that is a word.
#[must_use]
pub fn partition(key: &str) -> String {
    let first = key.chars().next().into_iter();
    let second = key.chars().nth(1).filter(|second| *second != ' ');
    let is_word = key.chars().next().is_some_and(|c| is_written_without_spaces(c) || is_symbol(c));
    first.chain(second.filter(|_| !is_word)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_form_ignores_letter_case_and_nothing_else() {
        for (one, other) in [
            ("ACME  Ltd", "acme ltd"),
            ("STRASSE GMBH", "straße gmbh"),
            ("ΑΦΟΙ ΠΑΠΠΑΣ", "αφοι παππας"),
            ("ﬁne", "FINE"),
            ("Cafe\u{301}", "CAFÉ"),
        ] {
            assert_eq!(exact(one), exact(other), "{one}");
        }
        for (one, other) in [
            ("Cafe", "Café"),
            ("パス商会", "バス商会"),
            ("ﾊﾟｽ", "パス"),
            ("ＡＣＭＥ", "ACME"),
            ("Łódź", "Lodz"),
            ("ΑΦΟΙ ΠΑΠΠΑΣ", "αφοι παππάς"),
            ("B & Q", "B&Q"),
        ] {
            assert_ne!(exact(one), exact(other), "{one}");
        }
    }

    #[test]
    fn loose_form_folds_accents_width_and_alphabets() {
        for (one, other) in [
            ("Łódź Taxi", "lodz taxi"),
            ("Παππάς", "ΠΑΠΠΑΣ"),
            ("パス商会", "バス商会"),
            ("Ærøskøbing", "aeroskobing"),
            ("Ёлка", "elka"),
        ] {
            assert_eq!(loose(one), loose(other), "{one}");
        }
    }

    #[test]
    fn every_word_and_every_character_without_spaces_begins_a_suffix() {
        assert_eq!(suffixes("B&Q Ltd"), ["b q ltd", "q ltd", "ltd"]);
        assert_eq!(suffixes("日本電信"), ["日本電信", "本電信", "電信", "信"]);
        assert_eq!(suffixes("🎈 Balloons"), ["🎈 balloons", "balloons"]);
        assert_eq!(suffixes("118 118"), ["118 118", "118"]);
        assert_eq!(suffixes("!!!"), ["!!!"]);
        assert_eq!(
            suffixes("Ann o'brien@corp.example"),
            ["ann o'brien@corp.example", "o'brien@corp.example"]
        );
    }

    #[test]
    fn typed_words_are_parted_by_spaces_and_punctuation() {
        assert_eq!(typed_words("P&O School"), ["p", "o", "school"]);
        assert_eq!(typed_words("商会 late"), ["商会", "late"]);
    }

    #[test]
    fn partition_is_two_characters_or_one_that_is_a_word() {
        for (text, letters) in
            [("acme", "ac"), ("b q", "b"), ("嵐山", "嵐"), ("🎈", "🎈"), ("x", "x")]
        {
            assert_eq!(partition(text), letters);
        }
    }
}
