//! What banks check by ISO 7064 (mod 97-10): account numbers (IBAN, ISO 13616) and creditor
//! references (RF, ISO 11649).
//!
//! Invariant: two invoice numbers never give one reference. The hyphen between client and position
//! becomes an `X`, so `INV-1-20001` and `INV-12-0001` differ.
//!
//! Absent on purpose: the lengths of each country's IBAN; a bank refuses those.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::kernel::id::{InvoiceNumber, NotAnId};

/// The most characters of a creditor reference behind `RF` and the check digits.
const REFERENCE_MAX: usize = 21;

/// The most characters of an IBAN, and the fewest.
const IBAN_LENGTHS: std::ops::RangeInclusive<usize> = 15..=34;

/// The remainder by 97 of letters and digits, where a letter counts as two digits (A is 10, Z is 35).
/// `None` if there is another character.
fn remainder(characters: impl Iterator<Item = char>) -> Option<u32> {
    characters.into_iter().try_fold(0_u32, |remainder, character| {
        let value = character.to_digit(36)?;
        let weight = if value < 10 { 10 } else { 100 };
        remainder.checked_mul(weight)?.checked_add(value)?.checked_rem(97)
    })
}

/// Whether country or prefix and check digits, moved behind the rest, leave the remainder 1.
fn is_checked(text: &str) -> bool {
    let rest = text.chars().skip(4);
    remainder(rest.chain(text.chars().take(4))) == Some(1)
}

/// The text without spaces, in capitals.
fn compact(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect()
}

/// The text in groups of four, as people copy it.
#[must_use]
pub fn in_fours(text: &str) -> String {
    let mut out = String::with_capacity(text.len().saturating_mul(2));
    for (position, character) in text.chars().enumerate() {
        if position > 0 && position.is_multiple_of(4) {
            out.push(' ');
        }
        out.push(character);
    }
    out
}

/// A bank account by its IBAN, with right check digits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Iban(String);

impl Iban {
    /// Without spaces.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Iban {
    type Error = NotAnId;
    fn try_from(text: String) -> Result<Self, NotAnId> {
        text.parse()
    }
}

impl From<Iban> for String {
    fn from(iban: Iban) -> String {
        iban.0
    }
}

/// In groups of four.
impl fmt::Display for Iban {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&in_fours(&self.0))
    }
}

/// Reads with or without spaces, in any case.
impl FromStr for Iban {
    type Err = NotAnId;
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let text = compact(text);
        let is_country = text.chars().take(2).all(|c| c.is_ascii_uppercase());
        let is_check = text.chars().skip(2).take(2).all(|c| c.is_ascii_digit());
        let fits = IBAN_LENGTHS.contains(&text.len()) && is_country && is_check;
        if fits && is_checked(&text) { Ok(Self(text)) } else { Err(NotAnId) }
    }
}

/// The creditor reference of a document, such as `RF50INV12X0001` for `INV-12-0001`. `None` for a number too
/// long to have one.
#[must_use]
pub fn creditor_reference(number: &InvoiceNumber) -> Option<String> {
    let number = number.to_string();
    let (series, rest) = number.split_once('-')?;
    let body = format!("{series}{}", rest.replace('-', "X"));
    if body.len() > REFERENCE_MAX {
        return None;
    }
    let remainder = remainder(body.chars().chain("RF00".chars()))?;
    let check = 98_u32.checked_sub(remainder)?;
    Some(format!("RF{check:02}{body}"))
}

/// Whether a text is a creditor reference with right check digits, with or without spaces.
#[must_use]
pub fn is_creditor_reference(text: &str) -> bool {
    let text = compact(text);
    let is_long_enough = (5..=REFERENCE_MAX.saturating_add(4)).contains(&text.len());
    let is_numbered = text.chars().skip(2).take(2).all(|c| c.is_ascii_digit());
    is_long_enough && text.starts_with("RF") && is_numbered && is_checked(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reference(number: &str) -> Option<String> {
        creditor_reference(&number.parse().unwrap())
    }

    #[test]
    fn reference_of_an_invoice_has_right_check_digits() {
        for number in ["INV-12-0001", "INV-1-20001", "CN-7-0003", "INV-999999-123456789"] {
            let reference = reference(number).unwrap();
            assert!(is_creditor_reference(&reference), "{reference}");
            assert!(is_creditor_reference(&in_fours(&reference).to_lowercase()), "{reference}");
        }
    }

    #[test]
    fn references_of_two_numbers_differ() {
        assert_ne!(reference("INV-1-20001"), reference("INV-12-0001"));
    }

    #[test]
    fn number_too_long_for_a_reference_has_none() {
        assert_eq!(reference("INV-12345678-123456789").unwrap().len(), 25);
        assert_eq!(reference("INV-12345678-1234567890"), None);
        assert_eq!(reference("INV-18446744073709551615-0001"), None);
    }

    #[test]
    fn reference_with_a_changed_character_is_refused() {
        // The example of the standard.
        assert!(is_creditor_reference("RF18 5390 0754 7034"));
        assert!(is_creditor_reference("RF45A1B2"));
        for wrong in ["RF185390075470 43", "RF19539007547034", "RF18", "RF18539-07547034", ""] {
            assert!(!is_creditor_reference(wrong), "{wrong}");
        }
    }

    #[test]
    fn text_with_right_remainder_that_is_no_reference_or_iban_is_refused() {
        // Too short, too long, letters as check digits, another prefix.
        let no_references =
            ["RF04", "RF291111111111111111111111", "RFAM123456789", "DE89370400440532013000"];
        for wrong in no_references {
            assert!(is_checked(wrong) && !is_creditor_reference(wrong), "{wrong}");
        }
        // Too short, too long, letters as check digits, digits as country.
        let no_ibans = [
            "DE791234567890",
            "DE111111111111111111111111111111111",
            "DEAT12345678901234",
            "124612345678901234",
        ];
        for wrong in no_ibans {
            assert!(is_checked(wrong) && wrong.parse::<Iban>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn iban_reads_with_spaces_and_is_refused_when_mistyped() {
        let iban: Iban = "de89 3704 0044 0532 0130 00".parse().unwrap();
        assert_eq!(iban.as_str(), "DE89370400440532013000");
        assert_eq!(iban.to_string(), "DE89 3704 0044 0532 0130 00");
        assert!("AT611904300234573201".parse::<Iban>().is_ok());
        for wrong in ["DE89370400440532013001", "DE8937040044", "8989370400440532013000", "DÉ89"] {
            assert!(wrong.parse::<Iban>().is_err(), "{wrong}");
        }
    }
}
