//! Where a payment's reference ends: `paid:BACS 78` is one reference, `paid:TX-1 monthly` a reference
//! and a reason, and `paid:BACS 78 monthly` is asked about. So is a value that is hardly a reference:
//! `paid:later`, `paid:INV-2-0001`.

use shared::kernel::id::{ClientId, OpId};

use super::flag::is_on;
use super::phrase::words;
use super::value::invoice;
use super::word::{Word, joined};
use crate::command::{ParamKind, Usage, Value};
use crate::grammar::Parsed;
use crate::grammar::amount::looks_like_a_phone;

/// How many words are the reference; `None` if it may end in two places. `has_text` says that the
/// reason stands elsewhere.
pub fn reference_length(words: &[Word], has_text: bool) -> Option<usize> {
    let end = end(words);
    let (first, rest) = words.get(..end)?.split_first()?;
    if first.quoted || rest.is_empty() {
        return Some(1);
    }
    if rest.iter().all(|word| has_digit(word) && !word.quoted) {
        return Some(end);
    }
    let is_certain = has_digit(first) && !rest.iter().any(has_digit) && !has_text;
    is_certain.then_some(1)
}

/// The lengths that an unclear reference may have, the longest first.
pub fn possible_lengths(words: &[Word]) -> Vec<usize> {
    let end = end(words);
    let digit = words.iter().take(end).rposition(has_digit);
    let mut lengths = vec![end, digit.map_or(1, |at| at.saturating_add(1))];
    lengths.dedup();
    lengths
}

/// Words that say that nothing was paid yet, also beside a number: `in 30 days`, `due 5 May`.
const NOT_YET: &[&str] = &[
    "not", "no", "none", "never", "un", "unpaid", "yet", "later", "soon", "pending", "open", "due",
    "await", "awaiting", "wait", "waiting", "tomorrow", "today", "next", "day", "days", "week",
    "weeks", "month", "months", "until", "till", "will", "tbc", "tbd", "tba", "invoice",
    "invoiced", "nein", "nicht", "offen", "non", "pas",
];

/// Whether a text can hardly be a payment's reference: it has no digit, or is an id of the desk, a yes or
/// no, or a time.
fn is_doubtful(text: &str) -> bool {
    let words = || text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let is_id = text.parse::<ClientId>().is_ok()
        || text.to_lowercase().parse::<OpId>().is_ok()
        || invoice(text).is_some();
    let says_not_yet = || words().any(|word| NOT_YET.contains(&word.to_lowercase().as_str()));
    let is_phone = text.starts_with('+') && looks_like_a_phone(&compact(text));
    let is_other = is_date(text) || is_amount(text) || is_phone;
    let has_no_digit = !text.contains(|c: char| c.is_numeric());
    has_no_digit || is_id || is_other || is_on(text).is_some() || says_not_yet() || says_terms(text)
}

/// The text without spaces and marks inside numbers.
fn compact(text: &str) -> String {
    text.chars().filter(|c| !" ()-./".contains(*c)).collect()
}

/// `2026-12-01`, `1/12`, `01.12.2026`.
fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split(['-', '/', '.']).collect();
    let is_short =
        |part: &&str| (1..=2).contains(&part.len()) || (part.len() == 4 && part.starts_with("20"));
    let is_plain = |part: &&str| part.bytes().all(|b| b.is_ascii_digit());
    let is_day = parts.len() == 3 || (parts.len() == 2 && text.contains('/'));
    is_day && parts.iter().all(|part| is_short(part) && is_plain(part))
}

/// `£3.89`, `3.89`, `3.89 GBP`.
fn is_amount(text: &str) -> bool {
    let number = text.trim_matches(|c: char| !c.is_ascii_digit());
    let outside = text.len().saturating_sub(number.len());
    let decimals = number.split_once('.').is_some_and(|(_, cents)| cents.len() == 2);
    let is_number = number.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b','));
    let has_sign = text.contains(['£', '€', '$', '¥']);
    !number.is_empty() && is_number && outside <= 4 && (has_sign || decimals)
}

/// `net30`, `30days`, `TEST1`: a term or a try with a number at it.
fn says_terms(text: &str) -> bool {
    let letters: String =
        text.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
    ["net", "days", "day", "weeks", "months", "test", "testing", "due"].contains(&letters.as_str())
}

/// Whether a reason denies the payment beside it: `not received`, `free`, `pending`.
fn denies(reason: &str) -> bool {
    let words = words(reason);
    words.len() <= 4 && words.iter().any(|word| NOT_YET.contains(&word.as_str()) || word == "free")
}

/// Asks about a value of `paid:` that is hardly a reference; `is_quoted` says whether a text stood between
/// quotation marks.
pub fn doubtful(parsed: &Parsed, is_quoted: impl Fn(&str) -> bool) -> Option<Usage> {
    let param = parsed.command.params.iter().find(|param| param.kind == ParamKind::Reference)?;
    let text = parsed.args.text(param.name)?;
    let reason = parsed.args.text("reason").filter(|reason| denies(reason) && !is_quoted(reason));
    let is_known = is_quoted(&text) || !is_doubtful(&text);
    if (is_known && reason.is_none()) || parsed.ask().is_err() {
        return None;
    }
    let mut open = parsed.clone();
    open.args.unset(param.name);
    let mut paid = parsed.clone();
    paid.args.set(param.name, Value::Text(text.clone()));
    let sentence = match reason {
        Some(reason) if is_known => format!("“{text}” and “{reason}”: is it paid?"),
        Some(_) | None => format!("“{text}” is hardly a payment’s reference. Is it paid?"),
    };
    let usage = Usage::new("unclear_reference", sentence)
        .suggest(open.line(), "not paid yet")
        .suggest(paid.line(), format!("paid, with the reference “{text}”"));
    Some(usage.of(parsed.command))
}

fn has_digit(word: &Word) -> bool {
    word.text.contains(|c: char| c.is_numeric())
}

/// Where `for` or `because` begins a reason, else all words.
fn end(words: &[Word]) -> usize {
    let reason = words.iter().skip(1).position(Word::begins_a_reason);
    reason.map_or(words.len(), |at| at.saturating_add(1))
}

/// A reference may end in two places.
pub fn unclear_reference(words: &[Word]) -> Usage {
    let sentence = format!(
        "Where does the payment’s reference end in “{}”? Put it between quotation marks.",
        joined(words)
    );
    Usage::new("unclear_reference", sentence)
}
