//! Tax numbers as the standard takes them: with their country in front.

use iso_currency::Country;

use crate::document::Business;

/// A tax number without spaces and punctuation, if its country stands in front of it. Greece writes `EL`,
/// Northern Ireland `XI`.
pub(super) fn vat_number(business: &Business) -> Option<String> {
    let is_mark = |c: &char| !matches!(c, ' ' | '.' | '-' | '/');
    let number: String = business.tax_number.chars().filter(is_mark).collect();
    let number = number.to_ascii_uppercase();
    let country = business.country?;
    let prefix = match country {
        Country::GR => "EL",
        Country::GB if number.starts_with("XI") => "XI",
        _ => &country.to_string(),
    };
    let rest = number.strip_prefix(prefix)?;
    let is_number = rest.len() >= 2 && rest.chars().all(|c| c.is_ascii_alphanumeric());
    is_number.then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tax_number_counts_only_with_its_own_country_in_front() {
        let number = |country, tax_number: &str| {
            let tax_number = tax_number.to_owned();
            let business = Business { country: Some(country), tax_number, ..Business::default() };
            vat_number(&business)
        };
        assert_eq!(number(Country::DE, "DE 136.695-976").as_deref(), Some("DE136695976"));
        assert_eq!(number(Country::GR, "el094259216").as_deref(), Some("EL094259216"));
        assert_eq!(number(Country::GB, "XI 123456789").as_deref(), Some("XI123456789"));
        for (country, wrong) in
            [(Country::DE, "136695976"), (Country::DE, "FR1"), (Country::AU, "ABN 12")]
        {
            assert_eq!(number(country, wrong), None, "{wrong}");
        }
    }
}
