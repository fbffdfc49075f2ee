//! Countries and time zones as people type them. A whole name, an ISO code or a common short form is
//! certain; anything weaker is answered with the line that names it whole, and changes nothing.

use iso_currency::Country;
use jiff::tz::{self, TimeZone};

use crate::clients::dialling::home;
use crate::contract::refusal::Refusal;
use crate::kernel::fold::loose;
use crate::settings::types::Home;

/// Short forms that are no ISO codes, folded.
const SHORT_FORMS: &[(&str, &str)] = &[
    ("uk", "GB"),
    ("great britain", "GB"),
    ("britain", "GB"),
    ("united kingdom", "GB"),
    ("england", "GB"),
    ("scotland", "GB"),
    ("wales", "GB"),
    ("usa", "US"),
    ("united states", "US"),
    ("america", "US"),
    ("uae", "AE"),
    ("holland", "NL"),
    ("south korea", "KR"),
    ("russia", "RU"),
    ("czechia", "CZ"),
    ("vietnam", "VN"),
    ("turkey", "TR"),
];

/// How many names a refusal lists.
const NAMES_MAX: usize = 5;

/// The country that was typed.
pub(super) fn country(typed: &str) -> Result<Home, Refusal> {
    let text = loose(typed).split_whitespace().collect::<Vec<_>>().join(" ");
    let unknown = || {
        Refusal::invalid(format!(
            "“{typed}” is neither the two-letter code of a country, such as GB, nor its name."
        ))
    };
    let short = SHORT_FORMS.iter().find(|(form, _)| *form == text).map(|(_, code)| *code);
    if let Some(home) = home(short.unwrap_or(&typed.trim().to_ascii_uppercase())) {
        return Ok(home);
    }
    if let Some(home) = countries().find(|country| loose(country.name()) == text).and_then(of) {
        return Ok(home);
    }
    let begun: Vec<String> = countries()
        .filter(|country| text.chars().count() > 2 && loose(country.name()).starts_with(&text))
        .map(|country| format!("{} (/settings country {country})", country.name()))
        .collect();
    if begun.is_empty() {
        return Err(unknown());
    }
    Err(Refusal::invalid(format!("Which country is “{typed}”? {}.", listed(&begun))))
}

/// Names behind each other: the first few, and how many more there are.
fn listed(names: &[String]) -> String {
    let shown = names.get(..NAMES_MAX).unwrap_or(names).join(", ");
    match names.len().saturating_sub(NAMES_MAX) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

fn of(country: Country) -> Option<Home> {
    home(&country.to_string())
}

/// All countries with an ISO code.
fn countries() -> impl Iterator<Item = Country> {
    let pairs = ('A'..='Z').flat_map(|first| ('A'..='Z').map(move |second| (first, second)));
    pairs.filter_map(|(first, second)| format!("{first}{second}").parse().ok())
}

/// The IANA name of the time zone that was typed: letter case aside, a space for an underscore. `line` is the
/// command that sets it.
///
/// # Errors
/// It is no time zone, or not named whole.
pub fn zone(typed: &str, line: &str) -> Result<String, Refusal> {
    let text = typed.split_whitespace().collect::<Vec<_>>().join("_");
    if let Ok(zone) = TimeZone::get(&text) {
        return Ok(zone.iana_name().unwrap_or(&text).to_owned());
    }
    let end = format!("/{}", text.to_lowercase());
    let mut names: Vec<String> = tz::db()
        .available()
        .map(|name| name.as_str().to_owned())
        .filter(|name| end.len() > 1 && name.to_lowercase().ends_with(&end))
        .collect();
    names.sort();
    Err(Refusal::invalid(match names.as_slice() {
        [] => format!("“{typed}” is not a time zone such as Europe/London."),
        [name] => {
            format!("“{typed}” is in the time zone {name}. To set it: {line} {name}.")
        }
        several => {
            format!("“{typed}” is in several time zones: {}. Name one whole.", listed(several))
        }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn country_is_read_by_code_short_form_and_whole_name() {
        let code = |typed| country(typed).map(|home| home.code).ok();
        for (typed, expected) in [
            ("GB", "GB"),
            ("gb", "GB"),
            ("UK", "GB"),
            (" united  kingdom", "GB"),
            ("USA", "US"),
            ("Germany", "DE"),
            ("france", "FR"),
            ("New Zealand", "NZ"),
        ] {
            assert_eq!(code(typed).as_deref(), Some(expected), "{typed}");
        }
        for typed in ["XQ", "", "g", "Germ", "Atlantis", "united"] {
            assert_eq!(code(typed), None, "{typed}");
        }
        let many = country("united").unwrap_err().to_string();
        assert!(many.contains("United ") && !many.contains(" more"), "{many}");
        let many = country("sai").unwrap_err().to_string();
        assert!(many.matches("/settings country").count() == NAMES_MAX, "{many}");
        assert!(many.ends_with(" more."), "{many}");
        let near = country("germ").unwrap_err().to_string();
        assert!(near.contains("/settings country DE"), "{near}");
    }

    #[test]
    fn zone_is_read_whole_and_a_city_names_its_line() {
        for (typed, expected) in [
            ("Europe/London", "Europe/London"),
            ("europe/london", "Europe/London"),
            ("America/New York", "America/New_York"),
            ("utc", "UTC"),
        ] {
            assert_eq!(zone(typed, "/settings zone").ok().as_deref(), Some(expected), "{typed}");
        }
        let city = zone("new york", "/settings zone").unwrap_err().to_string();
        assert!(city.contains("/settings zone America/New_York"), "{city}");
        assert!(
            zone("Atlantis", "/settings zone").unwrap_err().to_string().contains("not a time zone")
        );
        assert!(zone("", "/settings zone").is_err());
    }
}
