//! Where a payment's reference ends: `paid:BACS 78` is one reference, `paid:TX-1 monthly` a reference
//! and a reason, and `paid:BACS 78 monthly` is asked about.

use super::word::{Word, joined};
use crate::command::Usage;

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
