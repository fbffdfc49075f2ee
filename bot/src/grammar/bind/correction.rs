//! Another amount in a reason: `sorry, make that 40`. It needs a word that leads to it, so a reason that
//! happens to hold a number is none.

use crate::grammar::amount::amount;
use crate::grammar::normal::compared;
use crate::grammar::number_words;

/// Words that lead to another amount, and the words that may stand between them and the number.
const CORRECTS: &[&str] = &[
    "sorry",
    "oops",
    "no",
    "not",
    "wait",
    "actually",
    "rather",
    "mean",
    "meant",
    "make",
    "should",
    "correction",
    "typo",
];
const LINKS: &[&str] =
    &["i", "i'm", "that", "it", "be", "is", "have", "been", "was", "just", "instead", "please"];

/// A word of a reason: as typed, and in the form that is compared.
pub struct ReasonWord<'a> {
    pub raw: &'a str,
    pub plain: String,
}

/// The words of a reason.
pub fn reason_words(text: &str) -> Vec<ReasonWord<'_>> {
    let plain = |raw: &str| match compared(raw) {
        word if word == "dont" => "don't".to_owned(),
        word => word,
    };
    text.split_whitespace().map(|raw| ReasonWord { raw, plain: plain(raw) }).collect()
}

/// Another amount in a text, and the text without it.
#[derive(Debug, PartialEq, Eq)]
pub struct Correction {
    pub amount: u64,
    pub rest: String,
}

/// The other amount that a text leads to: `sorry, make that 40`.
pub fn correction(words: &[ReasonWord<'_>]) -> Option<Correction> {
    let is_lead = |at: usize| {
        let Some(word) = words.get(at) else { return false };
        let is_first =
            at == 0 || words.get(..at).is_some_and(|w| w.iter().all(|w| w.plain.is_empty()));
        match word.plain.as_str() {
            // `invoice no 5`
            "no" => (is_first && !word.raw.ends_with('.')) || word.raw.ends_with(','),
            plain => CORRECTS.contains(&plain),
        }
    };
    let is_inside = |at: usize| {
        is_lead(at)
            || words
                .get(at)
                .is_some_and(|w| w.plain.is_empty() || LINKS.contains(&w.plain.as_str()))
    };
    let mut at = 0;
    while at < words.len() {
        let end = (at..words.len()).find(|at| !is_inside(*at)).unwrap_or(words.len());
        if (at..end).any(is_lead)
            && let Some(behind) = words.get(end..)
            && let Some((amount, length)) = number(behind)
        {
            let after = end.saturating_add(length);
            let kept = words.get(..at).into_iter().chain(words.get(after..)).flatten();
            let kept: Vec<&str> = kept.map(|word| word.raw).collect();
            let rest = kept.join(" ");
            let rest = rest.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
            return Some(Correction { amount, rest });
        }
        at = end.max(at.saturating_add(1));
    }
    None
}

/// The number that the words begin with, in digits or in words.
fn number(words: &[ReasonWord<'_>]) -> Option<(u64, usize)> {
    let first = words.first()?;
    let typed = first.raw.trim_matches(|c: char| !c.is_alphanumeric());
    if let Ok(count) = amount(typed) {
        return Some((count.get(), 1));
    }
    let raw: Vec<&str> = words.iter().map(|word| word.raw).collect();
    number_words::number(&raw)
}

/// Whether a text names another amount.
pub fn corrects(text: &str) -> bool {
    correction(&reason_words(text)).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reason_with_another_amount_is_a_correction() {
        for (text, amount, rest) in [
            ("sorry, make that forty", 40, ""),
            ("no, sorry, 50", 50, ""),
            ("- sorry, I mean 40", 40, ""),
            ("not 50", 50, ""),
            ("I mean 40", 40, ""),
            ("monthly, sorry, 1,000 texts", 1_000, "monthly, texts"),
            ("typo, should be 500", 500, ""),
            ("oops make it two hundred", 200, ""),
            ("no 50", 50, ""),
        ] {
            let rest = rest.to_owned();
            assert_eq!(
                correction(&reason_words(text)),
                Some(Correction { amount, rest }),
                "{text}"
            );
        }
    }
}
