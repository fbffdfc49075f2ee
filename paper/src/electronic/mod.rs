//! The document as data: EN 16931 in the syntax CII, as Factur-X embeds it.
//!
//! [`lacking`] says which data are missing; only if none are, [`xml`] is embedded. A party is identified by a tax
//! number that begins with its country, because the standard accepts no other from a seller.
//!
//! Invariant: the XML states the figures of the sheet. Nothing is computed for it.
//!
//! Absent on purpose: pro formas (they are no invoices), and currencies with three decimals (the
//! standard has two).

mod invoice;
mod writer;

pub use invoice::xml;

use iso_currency::Country;
use shared::kernel::money::exponent;

use crate::document::{Business, Document, DocumentKind, Treatment};

/// The most decimals of an amount in the standard.
const DECIMALS_MAX: u32 = 2;

/// What is missing for the XML, in words for staff. Empty if it can be made.
#[must_use]
pub fn lacking(document: &Document) -> Vec<&'static str> {
    let is_reverse = document.taxes.iter().any(|tax| tax.treatment == Treatment::ReverseCharge);
    let reasons = document.taxes.iter().filter(|tax| matches!(tax.treatment, Treatment::Exempt(_)));
    let demands = [
        (document.kind != DocumentKind::ProForma, "an invoice or credit note, not a pro forma"),
        (exponent(document.currency) <= DECIMALS_MAX, "a currency with at most two decimals"),
        (document.seller.country.is_some(), "the seller's country"),
        (
            vat_number(&document.seller).is_some(),
            "the seller's tax number with its country in front",
        ),
        (document.buyer.country.is_some(), "the buyer's country"),
        (
            !is_reverse || vat_number(&document.buyer).is_some(),
            "the buyer's tax number with its country in front",
        ),
        (reasons.count() <= 1, "one reason for no tax, not several"),
        (
            document.due_minor == 0
                || document.kind == DocumentKind::CreditNote
                || document.due.is_some(),
            "the day on which the invoice is due",
        ),
    ];
    demands.into_iter().filter(|(is_met, _)| !is_met).map(|(_, lack)| lack).collect()
}

/// A tax number without spaces and punctuation, if its country stands in front of it. Greece writes `EL`,
/// Northern Ireland `XI`.
fn vat_number(business: &Business) -> Option<String> {
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
    use crate::tests::samples;

    #[test]
    fn missing_data_are_named_and_complete_data_lack_nothing() {
        let complete = samples::two_rates();
        assert_eq!(lacking(&complete), [""; 0]);

        let mut bare = complete.clone();
        bare.seller.country = None;
        bare.buyer.country = None;
        bare.due = None;
        assert_eq!(
            lacking(&bare),
            [
                "the seller's country",
                "the seller's tax number with its country in front",
                "the buyer's country",
                "the day on which the invoice is due"
            ]
        );
    }

    #[test]
    fn pro_forma_and_three_decimals_have_no_xml() {
        let mut document = samples::two_rates();
        document.kind = DocumentKind::ProForma;
        document.currency = iso_currency::Currency::KWD;
        assert_eq!(lacking(&document).len(), 2);
    }

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
