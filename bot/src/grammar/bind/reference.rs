//! Where a payment's reference ends: `paid:BACS 78` is one reference, `paid:TX-1 monthly` a reference
//! and a reason, and `paid:BACS 78 monthly` is asked about. So is a value that is hardly a reference:
//! `paid:later`, `paid:INV-2-0001`.

use shared::kernel::id::{ClientId, OpId};

use super::flag::is_on;
use super::value::invoice;
use super::word::{Word, joined};
use crate::command::{ParamKind, Usage, Value};
use crate::grammar::Parsed;

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
    !text.contains(|c: char| c.is_numeric()) || is_id || is_on(text).is_some() || says_not_yet()
}

/// Asks about a value of `paid:` that is hardly a reference; `is_quoted` says whether a text stood between
/// quotation marks.
pub fn doubtful(parsed: &Parsed, is_quoted: impl Fn(&str) -> bool) -> Option<Usage> {
    let param = parsed.command.params.iter().find(|param| param.kind == ParamKind::Reference)?;
    let text = parsed.args.text(param.name)?;
    if is_quoted(&text) || !is_doubtful(&text) || parsed.ask().is_err() {
        return None;
    }
    let mut open = parsed.clone();
    open.args.unset(param.name);
    let mut paid = parsed.clone();
    paid.args.set(param.name, Value::Text(text.clone()));
    let sentence = format!("“{text}” is hardly a payment’s reference. Is it paid?");
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
