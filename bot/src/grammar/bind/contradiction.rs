//! A reason that contradicts its line: `free` behind an add that makes an invoice, `test only` behind a
//! line that is no dry run, `sorry, make that 40` behind another amount.
//!
//! Such a text is asked about, with the lines that may be meant. Between quotation marks it is a reason.
//! The words are few on purpose: a reason that happens to hold a number or a common word is not asked
//! about.

use shared::kernel::credit::grouped;

use crate::command::{Command, DRY_RUN, ParamKind, ParamSpec, Usage, Value};
use crate::grammar::Parsed;
use crate::grammar::amount::amount;
use crate::grammar::number_words;
use crate::grammar::token::{Piece, Token};

/// Phrases that say that nothing is to be paid.
const FREE: &[&str] = &[
    "free",
    "gift",
    "gifted",
    "goodwill",
    "complimentary",
    "gratis",
    "no charge",
    "without charge",
    "not charged",
    "don't charge",
    "do not charge",
    "don't bill",
    "do not bill",
    "not billed",
    "no invoice",
    "on the house",
];

/// Word pairs that hold a word of [`FREE`] and mean something else.
const NOT_FREE: &[&str] = &[
    "feel free",
    "tax free",
    "duty free",
    "toll free",
    "free delivery",
    "free shipping",
    "free parking",
    "free entry",
    "free range",
    "gift card",
    "gift cards",
    "gift shop",
    "gift voucher",
    "gift vouchers",
    "gift aid",
    "gift guide",
];

/// Phrases that say that nothing is to be done.
const TRY: &[&str] = &[
    "test only",
    "only test",
    "only testing",
    "only a test",
    "just test",
    "just testing",
    "just a test",
    "as a test",
    "just checking",
    "only checking",
    "just looking",
    "just try",
    "just a try",
    "only try",
    "try only",
    "preview only",
    "what if",
    "what would happen",
    "don't do it",
    "don't do this",
    "do not do it",
    "do not do this",
    "not for real",
];

/// Texts that, alone, say that nothing is to be done.
const TRY_ALONE: &[&str] = &["dry", "test run", "preview", "simulation"];

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
struct Piecemeal<'a> {
    raw: &'a str,
    plain: String,
}

fn words(text: &str) -> Vec<Piecemeal<'_>> {
    let plain = |raw: &str| {
        let word = raw.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        if word == "dont" { "don't".to_owned() } else { word }
    };
    text.split_whitespace().map(|raw| Piecemeal { raw, plain: plain(raw) }).collect()
}

/// The phrases of a list that a text holds.
fn holds(words: &[Piecemeal<'_>], phrases: &[&str]) -> bool {
    let text: Vec<&str> = words.iter().map(|word| word.plain.as_str()).collect();
    let text = format!(" {} ", text.join(" "));
    phrases.iter().any(|phrase| text.contains(&format!(" {phrase} ")))
}

fn is_free(words: &[Piecemeal<'_>]) -> bool {
    holds(words, FREE) && !holds(words, NOT_FREE)
}

fn is_try(words: &[Piecemeal<'_>]) -> bool {
    let text: Vec<&str> = words.iter().map(|word| word.plain.as_str()).collect();
    let text = text.join(" ");
    holds(words, TRY) || TRY_ALONE.contains(&text.trim())
}

/// Another amount in a text, and the text without it.
#[derive(Debug, PartialEq, Eq)]
struct Correction {
    amount: u64,
    rest: String,
}

fn correction(words: &[Piecemeal<'_>]) -> Option<Correction> {
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
fn number(words: &[Piecemeal<'_>]) -> Option<(u64, usize)> {
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
    correction(&words(text)).is_some()
}

/// Asks about a reason that contradicts its line.
///
/// # Errors
/// The reason contradicts the line, and no quotation marks say that it is one.
pub fn check(parsed: &Parsed, tokens: &[Token]) -> Result<(), Usage> {
    let command = parsed.command;
    if !command.is_write() || parsed.dry_run() {
        return Ok(());
    }
    let Some(text) = reason(parsed).filter(|text| !is_quoted(tokens, text)) else { return Ok(()) };
    let words = words(&text);
    let is_whole = parsed.args.text("reason").is_some();
    let kept = |effect: &str| (parsed.clone(), effect.to_owned());
    let mut flagged = parsed.clone();
    if is_try(&words) {
        flagged.args.set(DRY_RUN.name, Value::Flag);
        let sentence = format!("“{text}” sounds like a try. Try it only, or do it?");
        let lines = [(flagged, "only tries it".to_owned()), kept("does it, with this reason")];
        return Err(ask(command, sentence, lines, is_whole));
    }
    let is_grant_open = command.param("grant").is_some() && !parsed.args.flag("grant");
    if is_grant_open && parsed.args.get("paid").is_none() && is_free(&words) {
        flagged.args.set("grant", Value::Flag);
        let sentence = format!("“{text}” sounds like a grant. A grant, or billed?");
        let lines =
            [(flagged, "as a grant: nothing to pay".to_owned()), kept("billed, with this reason")];
        return Err(ask(command, sentence, lines, is_whole));
    }
    let Ok(before) = parsed.args.count("amount") else { return Ok(()) };
    if let Some(Correction { amount, rest }) = correction(&words)
        && let Ok(count) = shared::kernel::credit::Count::try_new(amount)
    {
        flagged.args.set("amount", Value::Count(count));
        flagged.args.unset("reason");
        let needs_reason = command.param("reason").is_some_and(ParamSpec::is_required);
        if needs_reason || !rest.is_empty() {
            flagged
                .args
                .set("reason", Value::Text(if rest.is_empty() { text.clone() } else { rest }));
        }
        let (new, old) = (grouped(amount), grouped(before.get()));
        let sentence = format!("“{text}” sounds like another amount: {new} or {old}?");
        let lines = [
            (flagged, format!("{new} credits")),
            (parsed.clone(), format!("{old} credits, with this reason")),
        ];
        return Err(ask(command, sentence, lines, is_whole));
    }
    Ok(())
}

/// A question with the lines that can be done.
fn ask(
    command: &'static Command,
    sentence: String,
    lines: [(Parsed, String); 2],
    is_whole: bool,
) -> Usage {
    let usage = Usage::new("unclear_reason", sentence).of(command);
    let [first, kept] = lines;
    // Without a name the reason is not yet divided from the client, and cannot be quoted.
    let lines = [Some(first), is_whole.then_some(kept)].into_iter().flatten();
    let is_possible = |(parsed, _): &(Parsed, String)| parsed.ask().is_ok();
    lines
        .filter(is_possible)
        .fold(usage, |usage, (parsed, effect)| usage.suggest(parsed.line(), effect))
}

/// The reason; of a client that is not yet divided from it, the words behind the first one.
fn reason(parsed: &Parsed) -> Option<String> {
    let has_reason = |name: &str| {
        parsed.command.params.iter().any(|p| p.name == name && p.kind == ParamKind::Rest)
    };
    if !has_reason("reason") {
        return None;
    }
    if parsed.args.is_undivided("client") {
        let text = parsed.args.text("client")?;
        return text.split_once(char::is_whitespace).map(|(_, behind)| behind.to_owned());
    }
    parsed.args.text("reason")
}

fn is_quoted(tokens: &[Token], text: &str) -> bool {
    tokens.iter().any(|token| match &token.piece {
        Piece::Quoted(quoted) => quoted == text,
        Piece::Pair { value: Some(given), .. } | Piece::Flag { value: Some(given), .. } => {
            given.quoted && given.text == text
        }
        Piece::Word(_)
        | Piece::Pair { .. }
        | Piece::Flag { .. }
        | Piece::Apart { .. }
        | Piece::Mention { .. } => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn innocent_reason_is_not_asked_about() {
        for text in [
            "monthly top-up",
            "invoice 5 of May",
            "invoice no 5",
            "invoice no. 5",
            "2nd half",
            "sorry for the outage",
            "sorry for 5 lost messages",
            "they want another 1k",
            "order 12 of 15",
            "should be enough for May",
            "make up for June",
            "not before 5 May",
            "feel free to call",
            "gift card campaign",
            "tax-free shopping week",
            "test message campaign",
            "dry cleaning vouchers",
            "checking account 12",
            "no reply since 5 May",
            "wait for 3 more",
            "two hundred and fifty guests",
        ] {
            let words = words(text);
            assert!(!is_free(&words), "{text}");
            assert!(!is_try(&words), "{text}");
            assert_eq!(correction(&words), None, "{text}");
        }
    }

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
            assert_eq!(correction(&words(text)), Some(Correction { amount, rest }), "{text}");
        }
    }

    #[test]
    fn words_for_free_and_for_a_try_are_found() {
        for text in ["free, as an apology", "no charge, goodwill", "(gift)", "complimentary texts"]
        {
            assert!(is_free(&words(text)), "{text}");
        }
        for text in ["test only", "just checking, don't do it", "dont do it", "dry", "preview"] {
            assert!(is_try(&words(text)), "{text}");
        }
    }
}
