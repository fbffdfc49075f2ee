//! Telephone numbers as people type them: `0044`, `(0)` and `tel:` are understood, and a number without
//! its country code is read by the desk's home country. Names are found with this in every function, so
//! it has no table of the world's numbers; `dialling.rs` has, and decides which number is stored.

use crate::settings::types::Home;

/// A number of fewer digits is no telephone number, nor its end.
const DIGITS_MIN: usize = 4;

/// A typed number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phone {
    /// With its country code: in E.164.
    Whole(String),
    /// Without: its digits, and the numbers in E.164 that they may be in the home country.
    National { digits: String, e164: Vec<String> },
}

impl Phone {
    /// The numbers in E.164 that it may be.
    #[must_use]
    pub fn numbers(&self) -> &[String] {
        match self {
            Phone::Whole(e164) => std::slice::from_ref(e164),
            Phone::National { e164, .. } => e164,
        }
    }
}

/// Reads a typed number; `None` for anything that is not only a number.
#[must_use]
pub fn read(typed: &str, home: Option<&Home>) -> Option<Phone> {
    let typed = typed.trim();
    let bare = match typed.get(..4).filter(|scheme| scheme.eq_ignore_ascii_case("tel:")) {
        Some(_) => typed.get(4..)?.trim(),
        None => typed,
    };
    let bare = bare.replace("(0)", "");
    let digits: String = bare.chars().filter(char::is_ascii_digit).collect();
    let is_number = bare.chars().all(|c| c.is_ascii_digit() || " +()-./".contains(c));
    if !is_number || digits.len() < DIGITS_MIN || bare.chars().skip(1).any(|c| c == '+') {
        return None;
    }
    let international = match bare.strip_prefix('+') {
        Some(_) => Some(digits.as_str()),
        None => digits.strip_prefix("00"),
    };
    if let Some(digits) = international {
        return Some(Phone::Whole(format!("+{digits}")));
    }
    let e164 = home.map(|home| in_country(&digits, home)).unwrap_or_default();
    Some(Phone::National { digits, e164 })
}

/// The numbers that national digits may be: without the prefix of calls inside the country, and as they
/// stand.
fn in_country(digits: &str, home: &Home) -> Vec<String> {
    let inner = home.trunk.as_deref().and_then(|trunk| digits.strip_prefix(trunk));
    let texts = inner.into_iter().chain([digits]);
    texts.map(|digits| format!("+{}{digits}", home.calling)).collect()
}

/// The digits of a number in E.164 without its country code and the zeros behind it.
#[must_use]
pub fn national_digits(e164: &str) -> Option<String> {
    let all = digits(e164);
    Some(without_trunk(all.get(calling_digits(&all)..)?).to_owned())
}

/// How many digits the country code has at the beginning of a number (ITU-T E.164, list of assigned
/// codes).
pub(super) fn calling_digits(all: &str) -> usize {
    match all.as_bytes() {
        [b'1' | b'7', ..] => 1,
        [b'2', b'0' | b'7', ..]
        | [b'3', b'0'..=b'4' | b'6' | b'9', ..]
        | [b'4', b'0' | b'1' | b'3'..=b'9', ..]
        | [b'5', b'1'..=b'8', ..]
        | [b'6', b'0'..=b'6', ..]
        | [b'8', b'1' | b'2' | b'4' | b'6', ..]
        | [b'9', b'0'..=b'5' | b'8', ..] => 2,
        _ => 3,
    }
}

/// All digits of a text.
#[must_use]
pub fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// National digits without the zeros that lead out of the local network.
#[must_use]
pub fn without_trunk(digits: &str) -> &str {
    digits.trim_start_matches('0')
}

/// The last four characters.
#[must_use]
pub fn last_four(digits: &str) -> String {
    let count = digits.chars().count();
    digits.chars().skip(count.saturating_sub(4)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home(calling: &str, trunk: &str) -> Home {
        let trunk = Some(trunk.to_owned()).filter(|trunk| !trunk.is_empty());
        Home { code: "XX".to_owned(), calling: calling.to_owned(), trunk }
    }

    #[test]
    fn number_with_a_country_code_is_read_in_every_form() {
        for typed in [
            "+44 7400 123456",
            "0044 7400 123456",
            "+44 (0) 7400 123456",
            "tel:+44-7400-123456",
            "TEL: 00447400123456",
        ] {
            let whole = Phone::Whole("+447400123456".to_owned());
            assert_eq!(read(typed, Some(&home("1", "1"))), Some(whole), "{typed}");
        }
    }

    #[test]
    fn national_number_is_read_by_the_home_country() {
        let numbers = |typed, home: Home| match read(typed, Some(&home)) {
            Some(Phone::National { e164, .. }) => e164.join(" "),
            other => format!("{other:?}"),
        };
        assert_eq!(numbers("07400 123456", home("44", "0")), "+447400123456 +4407400123456");
        assert_eq!(numbers("(0)7400 123456", home("44", "0")), "+447400123456");
        assert_eq!(numbers("(479) 234-5678", home("1", "1")), "+14792345678");
        assert_eq!(numbers("06 1234 5678", home("39", "")), "+390612345678");
        assert!(
            matches!(read("07400 123456", None), Some(Phone::National { e164, .. }) if e164.is_empty())
        );
    }

    #[test]
    fn text_that_is_not_only_a_number_is_none() {
        for typed in ["123", "acme 1234", "1+44 7400", "", "tel:", "é:12345"] {
            assert_eq!(read(typed, Some(&home("44", "0"))), None, "{typed}");
        }
    }

    #[test]
    fn national_digits_have_neither_country_code_nor_trunk_zero() {
        assert_eq!(national_digits("+447400123456").as_deref(), Some("7400123456"));
        assert_eq!(national_digits("+14792345678").as_deref(), Some("4792345678"));
        assert_eq!(national_digits("+390612345678").as_deref(), Some("612345678"));
    }
}
