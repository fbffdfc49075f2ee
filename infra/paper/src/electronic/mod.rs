//! The document as data: EN 16931 in the syntax CII, as Factur-X embeds it.
//!
//! [`lacking`] says which data are missing; only if none are, [`xml`] is embedded. A party is identified by a tax
//! number that begins with its country, because the standard accepts no other from a seller.
//!
//! Invariant: the XML states the figures of the sheet. Nothing is computed for it.
//!
//! Absent on purpose: pro formas and void invoices (nobody owes by them), and currencies with three decimals (the
//! standard has two).

mod invoice;
mod vat;
mod writer;

pub use invoice::xml;

use shared::kernel::money::exponent;

use crate::document::{Document, DocumentKind, Treatment};
use crate::electronic::vat::vat_number;

/// The most decimals of an amount in the standard.
const DECIMALS_MAX: u32 = 2;

/// What is missing for the XML, in words for staff. Empty if it can be made.
#[must_use]
pub fn lacking(document: &Document) -> Vec<&'static str> {
    let is_reverse = document.taxes.iter().any(|tax| tax.treatment == Treatment::ReverseCharge);
    let reasons = document.taxes.iter().filter(|tax| matches!(tax.treatment, Treatment::Exempt(_)));
    let demands = [
        (document.kind != DocumentKind::ProForma, "an invoice or credit note, not a pro forma"),
        (!document.void, "an invoice that is not void"),
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
        (!document.is_payable() || document.due.is_some(), "the day on which the invoice is due"),
    ];
    demands.into_iter().filter(|(is_met, _)| !is_met).map(|(_, lack)| lack).collect()
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
}
