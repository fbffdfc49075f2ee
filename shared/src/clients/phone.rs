//! Telephone numbers as people type them: `0044`, `(0)` and `tel:` are understood, and a number without
//! its country code is read by the desk's home country.

use phonenumber::country;

/// A number of fewer digits is no telephone number, nor its end.
const DIGITS_MIN: usize = 4;

/// A typed number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phone {
    /// With its country code: in E.164.
    Whole(String),
    /// Without: its digits, and in E.164 if the home country has such a number.
    National { digits: String, e164: Option<String> },
}

/// Reads a typed number; `None` for anything that is not only a number.
#[must_use]
pub fn read(typed: &str, home: Option<&str>) -> Option<Phone> {
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
        let plain = format!("+{digits}");
        let parsed = phonenumber::parse(None, &plain).ok();
        return Some(Phone::Whole(parsed.map_or(plain, |number| e164(&number))));
    }
    let home: Option<country::Id> = home.and_then(|code| code.parse().ok());
    let parsed = home.and_then(|home| phonenumber::parse(Some(home), &digits).ok());
    let e164 = parsed.filter(phonenumber::is_valid).map(|number| e164(&number));
    Some(Phone::National { digits, e164 })
}

/// A typed number in E.164, if there is such a number.
#[must_use]
pub fn stored(typed: &str, home: Option<&str>) -> Option<String> {
    let e164 = match read(typed, home)? {
        Phone::Whole(e164) => Some(e164),
        Phone::National { e164, .. } => e164,
    };
    e164.filter(|e164| phonenumber::parse(None, e164).is_ok_and(|n| phonenumber::is_valid(&n)))
}

/// The digits of a number in E.164 without its country code.
#[must_use]
pub fn national_digits(e164: &str) -> Option<String> {
    let number = phonenumber::parse(None, e164).ok()?;
    let text = number.format().mode(phonenumber::Mode::National).to_string();
    Some(without_trunk(&digits(&text)).to_owned())
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

/// Whether a text is the code of a country with telephone numbers, such as `GB`.
#[must_use]
pub fn is_country(code: &str) -> bool {
    code.parse::<country::Id>().is_ok()
}

/// The last four characters.
#[must_use]
pub fn last_four(digits: &str) -> String {
    let count = digits.chars().count();
    digits.chars().skip(count.saturating_sub(4)).collect()
}

fn e164(number: &phonenumber::PhoneNumber) -> String {
    number.format().mode(phonenumber::Mode::E164).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_with_a_country_code_is_read_in_every_form() {
        for typed in [
            "+44 7400 123456",
            "0044 7400 123456",
            "+44 (0) 7400 123456",
            "tel:+44-7400-123456",
            "TEL: 00447400123456",
        ] {
            assert_eq!(
                read(typed, None),
                Some(Phone::Whole("+447400123456".to_owned())),
                "{typed}"
            );
            assert_eq!(stored(typed, None).as_deref(), Some("+447400123456"), "{typed}");
        }
        assert_eq!(
            read("+47 92 34 56 78", Some("US")),
            Some(Phone::Whole("+4792345678".to_owned()))
        );
    }

    #[test]
    fn national_number_is_read_by_the_home_country() {
        assert_eq!(stored("07400 123456", Some("GB")).as_deref(), Some("+447400123456"));
        assert_eq!(stored("07400 123456", None), None);
        assert_eq!(stored("(0)7400 123456", Some("GB")).as_deref(), Some("+447400123456"));
        assert_eq!(stored("(479) 234-5678", Some("US")).as_deref(), Some("+14792345678"));
        assert!(matches!(read("0123", Some("GB")), Some(Phone::National { e164: None, .. })));
    }

    #[test]
    fn text_that_is_not_only_a_number_is_none() {
        for typed in ["123", "acme 1234", "1+44 7400", "", "tel:", "é:12345"] {
            assert_eq!(read(typed, Some("GB")), None, "{typed}");
        }
    }

    #[test]
    fn national_digits_have_neither_country_code_nor_trunk_zero() {
        assert_eq!(national_digits("+447400123456").as_deref(), Some("7400123456"));
        assert_eq!(national_digits("+14792345678").as_deref(), Some("4792345678"));
    }
}
