//! The world's telephone numbers, from a library's table: whether a typed number exists, and how a country
//! dials. Only the functions that store a number or a country have it, because of its size.

use phonenumber::country;
use phonenumber::metadata::DATABASE;

use crate::clients::phone::{self, Phone};
use crate::settings::types::Home;

/// A typed number in E.164, if there is such a number.
#[must_use]
pub fn stored(typed: &str, home: Option<&Home>) -> Option<String> {
    let (home, text) = match phone::read(typed, home)? {
        Phone::Whole(e164) => (None, e164),
        Phone::National { digits, .. } => (Some(home?.code.parse::<country::Id>().ok()?), digits),
    };
    let number = phonenumber::parse(home, text).ok().filter(phonenumber::is_valid)?;
    Some(number.format().mode(phonenumber::Mode::E164).to_string())
}

/// A country by its ISO code, such as `GB`, with the prefixes of its numbers.
#[must_use]
pub fn home(code: &str) -> Option<Home> {
    code.parse::<country::Id>().ok()?;
    let country = DATABASE.by_id(code)?;
    Some(Home {
        code: code.to_owned(),
        calling: country.country_code().to_string(),
        trunk: country.national_prefix().map(str::to_owned),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn existing_number_is_stored_in_e164() {
        let stored = |typed, code| stored(typed, home(code).as_ref());
        for typed in
            ["+44 7400 123456", "0044 7400 123456", "+44 (0) 7400 123456", "tel:+44-7400-123456"]
        {
            assert_eq!(stored(typed, "US").as_deref(), Some("+447400123456"), "{typed}");
        }
        assert_eq!(stored("07400 123456", "GB").as_deref(), Some("+447400123456"));
        assert_eq!(stored("07400 123456", "ZZ"), None);
        assert_eq!(stored("(479) 234-5678", "US").as_deref(), Some("+14792345678"));
        assert_eq!(stored("0123", "GB"), None);
        assert_eq!(stored("+44 1", "GB"), None);
    }

    #[test]
    fn country_has_its_prefixes() {
        let text = |code| home(code).map(|home| format!("{} {:?}", home.calling, home.trunk));
        assert_eq!(text("GB").as_deref(), Some("44 Some(\"0\")"));
        assert_eq!(text("US").as_deref(), Some("1 Some(\"1\")"));
        assert_eq!(text("IT").as_deref(), Some("39 None"));
        assert_eq!(text("ZZ"), None);
    }

    #[test]
    fn country_codes_are_as_long_as_the_table_says() {
        let codes = DATABASE.iter().map(|country| country.country_code().to_string());
        for code in codes {
            assert_eq!(phone::calling_digits(&format!("{code}12345")), code.len(), "{code}");
        }
    }
}
