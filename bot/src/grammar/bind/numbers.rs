//! Numbers that stand together in a line, and what they may be: an amount and the start of a reason, groups of
//! thousands, a telephone number and an amount.

use super::kind::{kind_of, unit as kind_unit};
use super::word::Word;
use crate::grammar::amount::looks_like_a_phone;
use crate::grammar::normal::digits;
use crate::grammar::unit;

/// Numbers that stand together, by the positions of the first and the last.
pub struct Run {
    pub first: usize,
    pub last: usize,
}

pub fn runs(words: &[Word]) -> Vec<Run> {
    let mut found: Vec<Run> = Vec::new();
    for (at, word) in words.iter().enumerate() {
        if !word.is_number() {
            continue;
        }
        match found.last_mut() {
            Some(run) if run.last.checked_add(1) == Some(at) => run.last = at,
            Some(_) | None => found.push(Run { first: at, last: at }),
        }
    }
    found
}

/// Signs and words between two numbers that make one amount, or two; `-` is compared as `_`.
pub const SIGNS: &[&str] =
    &["x", "×", "*", "+", "_", "/", "times", "plus", "minus", "or", "and", "then", "&", ","];

/// Whether two numbers together are an amount and the beginning of a reason: `81 3 branches`. A word
/// follows them that is neither a unit, nor a sign, nor the end of the line.
pub fn is_thing(words: &[Word], run: &Run) -> bool {
    let is_pair = run.first.checked_add(1) == Some(run.last);
    let next = run.last.checked_add(1).and_then(|at| words.get(at));
    let is_plain = |word: &Word| {
        word.text.chars().next().is_some_and(char::is_alphabetic)
            && !word.is_unit()
            && !SIGNS.iter().any(|sign| word.is(sign))
            && kind_of(&word.text).is_none()
            && !unit::is_foreign(&word.text)
            && kind_unit(std::slice::from_ref(word)).length == 0
    };
    is_pair && next.is_some_and(is_plain)
}

/// Whether more than one number stands behind a name between quotation marks.
pub fn is_behind_a_mark(words: &[Word], run: &Run) -> bool {
    let before = run.first.checked_sub(1).and_then(|at| words.get(at));
    run.first < run.last && before.is_some_and(|word| word.quoted)
}

/// `07700 900123 500` and `4821 500`: a telephone number, or its last four digits, and the amount.
pub fn is_client_number(words: &[Word], run: &Run) -> bool {
    let Some(before) = words.get(run.first..run.last).filter(|_| run.first == 0) else {
        return false;
    };
    let number: String = before.iter().map(|word| digits(&word.text)).collect();
    let four = before.len() == 1 && number.len() == 4 && number.bytes().all(|b| b.is_ascii_digit());
    four || looks_like_a_phone(&number)
}

/// `1 500` where 1,500 may be meant: the words with it, its place, and the number.
pub fn joined_thousands(words: &[Word], runs: &[Run]) -> Option<(Vec<Word>, usize, u64)> {
    runs.iter().find_map(|run| {
        let groups = words.get(run.first..=run.last)?;
        let (first, rest) = groups.split_first()?;
        let plain = |word: &Word| word.text.bytes().all(|b| b.is_ascii_digit());
        let alike = plain(first)
            && (1..=3).contains(&first.text.len())
            && !rest.is_empty()
            && rest.iter().all(|word| plain(word) && word.text.len() == 3);
        let number = groups.iter().map(|word| word.text.as_str()).collect::<String>();
        let number: u64 = number.parse().ok().filter(|_| alike)?;
        let mut line = words.to_vec();
        line.splice(run.first..=run.last, [Word::bare(&number.to_string())]);
        Some((line, run.first, number))
    })
}
