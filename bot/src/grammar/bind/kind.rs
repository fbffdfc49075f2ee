//! Words for the credits behind an amount: `500 texts`, `50 picture messages`, `500 mms credits`. They
//! belong to the amount, and a word of the other kind is asked about.

use super::word::Word;
use crate::command::folded;
use crate::grammar::normal::compared;

/// What the words behind an amount say about its credits.
pub struct Unit {
    /// How many words.
    pub length: usize,
    /// The kind that they name, if they name one.
    pub kind: Option<&'static str>,
}

const KINDS: &[(&str, &[&str])] = &[
    ("sms", &["sms", "smses", "texts", "txts", "txt", "text_messages"]),
    (
        "mms",
        &["mms", "mmses", "pics", "pictures", "picture_messages", "multimedia_messages", "photos"],
    ),
];

/// Words that name a kind only with another one behind them: `text messages`.
const HALVES: &[(&str, &[&str])] =
    &[("sms", &["text"]), ("mms", &["picture", "pic", "multimedia", "photo"])];

const COUNTED: &[&str] = &["credit", "credits", "message", "messages", "msg", "msgs"];

/// Words with which `credit` means something else: `credit card`.
const NO_CREDITS: &[&str] =
    &["card", "cards", "note", "notes", "check", "checks", "union", "limit", "rating", "score"];

/// `picture-messages` as one word of a table.
fn unit_word(text: &str) -> String {
    folded(&compared(text))
}

fn of(table: &[(&'static str, &[&str])], word: &str) -> Option<&'static str> {
    table.iter().find(|(_, words)| words.contains(&word)).map(|(kind, _)| *kind)
}

/// The kind that a word names by itself.
pub fn kind_of(word: &str) -> Option<&'static str> {
    of(KINDS, &unit_word(word))
}

/// Reads the unit that the words begin with.
pub fn unit(words: &[Word]) -> Unit {
    let mut unit = Unit { length: 0, kind: None };
    // A comma ends the unit.
    let is_open = |word: &Word| word.text.ends_with(char::is_alphanumeric);
    let is_counted =
        |word: &Word| !word.quoted && COUNTED.contains(&unit_word(&word.text).as_str());
    let Some(first) = words.first().filter(|word| !word.quoted && word.who.is_none()) else {
        return unit;
    };
    // `384 credit card` is no 384 credits.
    let is_other = |word: &Word| NO_CREDITS.contains(&unit_word(&word.text).as_str());
    if unit_word(&first.text) == "credit" && words.get(1).is_some_and(is_other) {
        return unit;
    }
    let second = words.get(1).filter(|_| is_open(first));
    let text = unit_word(&first.text);
    let has_second = second.is_some_and(is_counted);
    let half = of(HALVES, &text).filter(|_| has_second || words.len() == 1);
    if let Some(kind) = of(KINDS, &text).or(half) {
        unit = Unit { length: 1, kind: Some(kind) };
    } else if is_counted(first) {
        unit.length = 1;
    } else {
        return unit;
    }
    if has_second {
        unit.length = 2;
        // `500 text message credits`
        let third = words.get(2).filter(|_| second.is_some_and(is_open));
        unit.length = if third.is_some_and(is_counted) { 3 } else { 2 };
    }
    unit
}

/// The words without those that hold no letter or digit in front: `- added by mistake`.
pub fn without_marks(words: &[Word]) -> &[Word] {
    let is_mark = |word: &&Word| {
        !word.quoted && word.who.is_none() && !word.text.contains(char::is_alphanumeric)
    };
    let marks = words.iter().take_while(is_mark).count();
    words.get(marks..).unwrap_or_default()
}

/// A number with its unit written at it, `250sms` or `£300`: the number.
pub fn glued(text: &str) -> Option<&str> {
    let text = text.trim_end_matches(['.', ',', ';']);
    if let Some(rest) = text.strip_prefix(['£', '€', '$', '¥']) {
        return rest.starts_with(|c: char| c.is_ascii_digit()).then_some(rest);
    }
    let end = text.rfind(|c: char| c.is_ascii_digit())?.checked_add(1)?;
    let (number, unit) = text.split_at_checked(end)?;
    let is_unit = kind_of(unit).is_some() || COUNTED.contains(&unit_word(unit).as_str());
    (is_unit && number.starts_with(|c: char| c.is_ascii_digit() || c == '+')).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (usize, Option<&'static str>) {
        let words: Vec<Word> = text.split_whitespace().map(Word::bare).collect();
        let unit = unit(&words);
        (unit.length, unit.kind)
    }

    #[test]
    fn unit_behind_an_amount_names_the_kind_or_none() {
        assert_eq!(read("texts pls"), (1, Some("sms")));
        assert_eq!(read("mms, order was cancelled."), (1, Some("mms")));
        assert_eq!(read("picture messages"), (2, Some("mms")));
        assert_eq!(read("picture-messages"), (1, Some("mms")));
        assert_eq!(read("text message credits for May"), (3, Some("sms")));
        assert_eq!(read("SMS credits"), (2, Some("sms")));
        assert_eq!(read("credits from May"), (1, None));
        for reason in ["text campaign", "picture campaign", "monthly", "", "-", "messaging"] {
            assert_eq!(read(reason), (0, None), "{reason}");
        }
    }

    #[test]
    fn unit_at_a_number_is_told_from_it() {
        assert_eq!(glued("250sms"), Some("250"));
        assert_eq!(glued("1,000texts,"), Some("1,000"));
        assert_eq!(glued("£300"), Some("300"));
        for none in ["250", "2nd", "sms250", "10x", "c_2", "£x"] {
            assert_eq!(glued(none), None, "{none}");
        }
    }
}
