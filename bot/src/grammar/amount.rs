//! How a number of credits is written: `500`, `1,000`, `1_000`, `+500`, `2k`, `1.5k`, `1m`. A space
//! never separates thousands, and a text that could mean two numbers means none: it is asked about,
//! with the numbers that may be meant.

use shared::kernel::credit::{COUNT_MAX, Count, grouped};

use super::normal::digits;
use super::unit::{factors, meanings, question};

/// Whether a word looks like a number, right or wrong: then it is read as an amount or refused as
/// one, never taken for a name.
#[must_use]
pub fn looks_like_one(word: &str) -> bool {
    let word = digits(word);
    let unsigned = word.strip_prefix(['+', '-']).unwrap_or(&word);
    let unsigned = unsigned.strip_prefix('.').unwrap_or(unsigned);
    if !unsigned.starts_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let (number, tail) = split(unsigned);
    let is_number = |c: char| c.is_ascii_digit() || ",._".contains(c) || is_tail(c);
    let quoted_groups =
        !number.contains('\'') || number.split('\'').skip(1).all(|group| group.len() == GROUP);
    quoted_groups && (tail.chars().all(is_number) || !factors(tail).is_empty())
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
    /// It could be another number than it looks.
    Unclear {
        /// The question.
        sentence: String,
        /// The numbers that may be meant, the smallest first.
        choices: Vec<u64>,
    },
    /// It is below zero: the number without its minus.
    Negative(String),
    /// It is something else, zero or too large.
    Wrong(String),
}

/// Reads a number of credits that changes something.
///
/// # Errors
/// Why it is none, as a sentence where one suffices.
pub fn amount(typed: &str) -> Result<Count, NotAnAmount> {
    let credits = number(typed)?;
    if credits == u64::MAX {
        return Err(NotAnAmount::Wrong(format!(
            "“{typed}” is more than one operation may change: at most {} credits.",
            grouped(COUNT_MAX)
        )));
    }
    Count::try_new(credits).map_err(NotAnAmount::Wrong)
}

/// Reads a whole number as it is written for credits; a number beyond all limits is the largest.
///
/// # Errors
/// Why it is none, as a sentence where one suffices.
pub fn number(typed: &str) -> Result<u64, NotAnAmount> {
    let word = digits(typed).to_lowercase();
    if let Some(positive) = word.strip_prefix('-') {
        return Err(NotAnAmount::Negative(positive.to_owned()));
    }
    let word = word.strip_prefix('+').unwrap_or(&word);
    let wrong = |sentence: String| Err(NotAnAmount::Wrong(sentence));
    if let Some(plain) = exponent(word) {
        return wrong(format!("“{typed}”: write the number out, {}.", grouped(plain)));
    }
    let (number, unit) = split(word);
    // `1500.-`
    let unit = if unit == "-" { "" } else { unit };
    if unit.starts_with(char::is_whitespace) && !factors(unit).is_empty() {
        let choices = meanings(number, &[unit]);
        return Err(NotAnAmount::Unclear { sentence: question(typed, &choices), choices });
    }
    let is_sure = matches!(unit, "" | "k" | "m");
    let factors: &[u64] = if unit.is_empty() { &[1] } else { factors(unit) };
    let ([factor, ..], true) = (factors, number.contains(|c: char| c.is_ascii_digit())) else {
        return wrong(format!("“{typed}” is not a number of credits, such as 500."));
    };
    let sure = if is_sure { sure(number, *factor) } else { None };
    if let Some(credits) = sure {
        return Ok(credits);
    }
    let choices = choices_of(number, factors);
    if choices.is_empty() {
        return wrong(format!("“{typed}”: credits are whole numbers."));
    }
    Err(NotAnAmount::Unclear { sentence: question(typed, &choices), choices })
}

/// The digits with their separators, and the letters behind them.
fn split(word: &str) -> (&str, &str) {
    let inside = |c: char| c.is_ascii_digit() || is_separator(c);
    word.split_at_checked(word.find(|c| !inside(c)).unwrap_or(word.len())).unwrap_or((word, ""))
}

fn is_separator(c: char) -> bool {
    matches!(c, ',' | '_' | '.' | '\'')
}

/// The digits between two separators of thousands.
const GROUP: usize = 3;

/// The number, if it can be no other: digits, groups of three, or a decimal that its unit makes whole.
fn sure(number: &str, factor: u64) -> Option<u64> {
    let plain = |number: &str| {
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        digits.parse::<u64>().unwrap_or(u64::MAX)
    };
    if let Some((whole, part)) = number.split_once('.') {
        let is_decimal = factor > 1 && !part.contains(is_separator) && part.len() != GROUP;
        return if is_decimal && well_grouped(whole) { scaled(whole, part, factor) } else { None };
    }
    (well_grouped(number) && !number.contains('\'')).then(|| plain(number).saturating_mul(factor))
}

/// Separators stand before every three digits from the end, or nowhere, and are of one sort.
fn well_grouped(number: &str) -> bool {
    if number.contains(',') && number.contains('_') {
        return false;
    }
    let mut groups = number.split(is_separator);
    let first = groups.next().map_or(0, str::len);
    let rest: Vec<usize> = groups.map(str::len).collect();
    rest.is_empty() || ((1..=GROUP).contains(&first) && rest.iter().all(|length| *length == GROUP))
}

/// A decimal times a factor, if that is a whole number.
fn scaled(whole: &str, part: &str, factor: u64) -> Option<u64> {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let part = part.trim_end_matches('0');
    let power = 10_u64.checked_pow(u32::try_from(part.len()).ok()?)?;
    let number = format!("{}{part}", digits(whole)).parse::<u64>().ok()?.checked_mul(factor)?;
    number.is_multiple_of(power).then(|| number.checked_div(power))?
}

/// The numbers that digits with separators may mean, with each factor: `1,00` is 1 with two decimals,
/// 100 with a slipped comma, or 1,000 with a missing zero.
#[must_use]
pub fn choices_of(number: &str, factors: &[u64]) -> Vec<u64> {
    let number = digits(number);
    let number = number.trim_start_matches('+');
    let plain: String = number.chars().filter(char::is_ascii_digit).collect();
    let mut choices = Vec::new();
    for factor in factors {
        let Some((whole, part)) = number.rsplit_once(is_separator) else {
            choices.extend(plain.parse::<u64>().ok().and_then(|n| n.checked_mul(*factor)));
            continue;
        };
        choices.extend(scaled(whole, part, *factor));
        let is_point = number.ends_with(&format!(".{part}"));
        // A point that groups no three digits is a decimal point.
        if !is_point || part.len() == GROUP {
            choices.extend(plain.parse::<u64>().ok().and_then(|n| n.checked_mul(*factor)));
        }
        if !is_point && *factor == 1 {
            let zeros = "0".repeat(GROUP.saturating_sub(part.len()));
            choices.extend(format!("{plain}{zeros}").parse::<u64>().ok());
        }
    }
    choices.retain(|choice| (1..=COUNT_MAX).contains(choice));
    choices.sort_unstable();
    choices.dedup();
    choices
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
            ("1.5k", 1_500),
            ("0.25K", 250),
            (".5k", 500),
            ("1.25m", 1_250_000),
            ("५००", 500),
            ("٥٠٠", 500),
            ("1000,000", 0),
            ("100000000", 100_000_000),
            ("007", 7),
        ];
        for (typed, number) in right {
            let read = amount(typed);
            if number == 0 {
                assert!(matches!(read, Err(NotAnAmount::Unclear { .. })), "{typed}");
            } else {
                assert_eq!(read.map(Count::get), Ok(number), "{typed}");
            }
        }
    }

    #[test]
    fn a_wrong_amount_says_what_is_wrong() {
        let wrong = |typed: &str| match amount(typed) {
            Err(NotAnAmount::Wrong(sentence) | NotAnAmount::Unclear { sentence, .. }) => sentence,
            Err(NotAnAmount::Negative(rest)) => format!("minus {rest}"),
            Ok(count) => panic!("{typed} was read as {count}"),
        };
        assert_eq!(wrong("1,00"), "“1,00” is unclear: 1, 100 or 1,000?");
        assert_eq!(wrong("1.5"), "“1.5”: credits are whole numbers.");
        assert_eq!(wrong("1.000"), "“1.000” is unclear: 1 or 1,000?");
        assert_eq!(wrong("500,0"), "“500,0” is unclear: 500, 5,000 or 500,000?");
        assert_eq!(wrong("500.00"), "“500.00” is unclear: 500?");
        assert_eq!(wrong("1,5k"), "“1,5k” is unclear: 1,500 or 15,000?");
        assert_eq!(wrong("1.500k"), "“1.500k” is unclear: 1,500 or 1,500,000?");
        assert_eq!(wrong("1'500"), "“1'500” is unclear: 1,500?");
        assert_eq!(wrong("2thousand"), "“2thousand” is unclear: 2,000?");
        assert_eq!(wrong("2 k"), "“2 k” is unclear: 2,000 or 2?");
        assert_eq!(wrong("1500.-"), "“1500.-” is unclear: 1,500?");
        assert_eq!(wrong("2千"), "“2千” is unclear: 2,000?");
        assert_eq!(wrong("-50"), "minus 50");
        assert_eq!(wrong("0"), "0 credits change nothing: the amount starts at 1.");
        assert_eq!(wrong("1e3"), "“1e3”: write the number out, 1,000.");
        assert_eq!(wrong("1,5"), "“1,5” is unclear: 15 or 1,500?");
        assert_eq!(wrong("1,000_000"), "“1,000_000” is unclear: 1,000 or 1,000,000?");
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
