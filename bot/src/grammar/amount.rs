//! How a number of credits is written: `500`, `1,000`, `1_000`, `+500`, `2k`, `1m`. A space never
//! separates thousands, and what could mean two numbers means none.

use shared::kernel::credit::{Count, grouped};

use super::normal::digits;

/// Whether a word looks like a number, right or wrong: then it is read as an amount or refused as
/// one, never taken for a name.
#[must_use]
pub fn looks_like_one(word: &str) -> bool {
    let word = digits(word);
    let unsigned = word.strip_prefix(['+', '-']).unwrap_or(&word);
    let unsigned = unsigned.strip_prefix('.').unwrap_or(unsigned);
    unsigned.starts_with(|c: char| c.is_ascii_digit())
        && unsigned.chars().all(|c| c.is_ascii_digit() || ",._".contains(c) || is_tail(c))
}

/// The letters that may stand in or after a number: thousands, millions, an exponent.
fn is_tail(c: char) -> bool {
    matches!(c.to_ascii_lowercase(), 'k' | 'm' | 'e' | '+' | '-')
}

/// Whether a number looks like a telephone number rather than an amount.
#[must_use]
pub fn looks_like_a_phone(word: &str) -> bool {
    let word = digits(word);
    let count = word.chars().filter(char::is_ascii_digit).count();
    let signed = word.starts_with('+') && count >= 8;
    let plain = word.chars().all(|c| c.is_ascii_digit());
    signed || (plain && (count > 9 || (word.starts_with('0') && count >= 6)))
}

/// Why a word is no number of credits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotAnAmount {
    /// It could be two numbers.
    Unclear(String),
    /// It is below zero: the number without its minus.
    Negative(String),
    /// It is something else, zero or too large.
    Wrong(String),
}

/// Reads a number of credits.
///
/// # Errors
/// Why it is none, as a sentence where one suffices.
pub fn amount(typed: &str) -> Result<Count, NotAnAmount> {
    let word = digits(typed).to_ascii_lowercase();
    if let Some(positive) = word.strip_prefix('-') {
        return Err(NotAnAmount::Negative(positive.to_owned()));
    }
    let word = word.strip_prefix('+').unwrap_or(&word);
    let (number, factor) = match (word.strip_suffix('k'), word.strip_suffix('m')) {
        (Some(number), _) => (number, 1_000_u64),
        (None, Some(number)) => (number, 1_000_000),
        (None, None) => (word, 1),
    };
    let wrong = |sentence: String| Err(NotAnAmount::Wrong(sentence));
    if number.contains('e') {
        return wrong(match exponent(number) {
            Some(plain) => format!("“{typed}”: write the number out, {}.", grouped(plain)),
            None => format!("“{typed}” is not a number of credits."),
        });
    }
    if number.contains('.') {
        return wrong(format!("“{typed}”: credits are whole numbers."));
    }
    let plain: String = number.chars().filter(|c| !is_separator(*c)).collect();
    if plain.is_empty() || !plain.bytes().all(|b| b.is_ascii_digit()) {
        return wrong(format!("“{typed}” is not a number of credits, such as 500."));
    }
    if !well_grouped(number) {
        return Err(NotAnAmount::Unclear(unclear(typed, number, &plain)));
    }
    let too_large = format!(
        "“{typed}” is more than one operation may change: at most {} credits.",
        grouped(shared::kernel::credit::COUNT_MAX)
    );
    let credits = plain.parse::<u64>().ok().and_then(|n| n.checked_mul(factor));
    match credits.map(Count::try_new) {
        Some(Ok(count)) => Ok(count),
        Some(Err(sentence)) => wrong(sentence),
        None => wrong(too_large),
    }
}

fn is_separator(c: char) -> bool {
    matches!(c, ',' | '_')
}

/// Separators stand before every three digits from the end, or nowhere, and are of one sort.
fn well_grouped(number: &str) -> bool {
    if number.contains(',') && number.contains('_') {
        return false;
    }
    let mut groups = number.split(is_separator);
    let first = groups.next().map_or(0, str::len);
    let rest: Vec<usize> = groups.map(str::len).collect();
    rest.is_empty() || ((1..=3).contains(&first) && rest.iter().all(|length| *length == 3))
}

/// `1,00` may be 100 with a slipped comma, or 1,000 with a missing zero.
fn unclear(typed: &str, number: &str, plain: &str) -> String {
    let as_typed = plain.parse::<u64>().ok().filter(|n| *n > 0);
    let last = number.rsplit(is_separator).next().map_or(0, str::len);
    let filled = format!("{plain}{}", "0".repeat(3_usize.saturating_sub(last)));
    let filled = filled.parse::<u64>().ok().filter(|n| Some(*n) != as_typed);
    match (as_typed, filled) {
        (Some(one), Some(other)) => {
            format!("“{typed}” is unclear: {} or {}?", grouped(one), grouped(other))
        }
        (Some(one), None) => format!("“{typed}” is unclear: {}?", grouped(one)),
        (None, _) => format!("“{typed}” is unclear."),
    }
}

/// What a number with an exponent would be, to offer it written out.
fn exponent(number: &str) -> Option<u64> {
    let (base, power) = number.split_once('e')?;
    let power = power.strip_prefix('+').unwrap_or(power).parse::<u32>().ok()?;
    base.parse::<u64>().ok()?.checked_mul(10_u64.checked_pow(power)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_as_people_write_them() {
        let right = [
            ("500", 500),
            ("+500", 500),
            ("1,000", 1_000),
            ("1_000", 1_000),
            ("12,345,678", 12_345_678),
            ("2k", 2_000),
            ("2K", 2_000),
            ("1m", 1_000_000),
            ("५००", 500),
            ("٥٠٠", 500),
            ("1000,000", 0),
            ("100000000", 100_000_000),
            ("007", 7),
        ];
        for (typed, number) in right {
            let read = amount(typed);
            if number == 0 {
                assert!(matches!(read, Err(NotAnAmount::Unclear(_))), "{typed}");
            } else {
                assert_eq!(read.map(Count::get), Ok(number), "{typed}");
            }
        }
    }

    #[test]
    fn a_wrong_amount_says_what_is_wrong() {
        let wrong = |typed: &str| match amount(typed) {
            Err(NotAnAmount::Wrong(sentence) | NotAnAmount::Unclear(sentence)) => sentence,
            Err(NotAnAmount::Negative(rest)) => format!("minus {rest}"),
            Ok(count) => panic!("{typed} was read as {count}"),
        };
        assert_eq!(wrong("1,00"), "“1,00” is unclear: 100 or 1,000?");
        assert_eq!(wrong("1.5"), "“1.5”: credits are whole numbers.");
        assert_eq!(wrong("1.000"), "“1.000”: credits are whole numbers.");
        assert_eq!(wrong("-50"), "minus 50");
        assert_eq!(wrong("0"), "0 credits change nothing: the amount starts at 1.");
        assert_eq!(wrong("1e3"), "“1e3”: write the number out, 1,000.");
        assert_eq!(wrong("1,5"), "“1,5” is unclear: 15 or 1,500?");
        assert_eq!(wrong("1,000_000"), "“1,000_000” is unclear: 1,000,000?");
        assert!(wrong("100000001").contains("at most 100,000,000"));
        assert!(wrong("99999999999999999999999").contains("at most 100,000,000"));
        assert!(wrong("101m").contains("at most 100,000,000"));
        for odd in ["", "k", "5x", "5kk", ",5", "5,", "1,,000", "٪", "1e99", "e", "+-5", "0x10"] {
            assert!(amount(odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn a_telephone_number_is_no_amount() {
        for phone in ["07700900123", "+447700900123", "0771234"] {
            assert!(looks_like_a_phone(phone), "{phone}");
        }
        for number in ["500", "4821", "100000000", "+500", "0"] {
            assert!(!looks_like_a_phone(number), "{number}");
        }
    }
}
