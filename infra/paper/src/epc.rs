//! The payment code of euro documents: a QR code with the transfer (EPC069-12, version 002).
//!
//! Invariant: the code asks for exactly the amount due, with the creditor reference of the document.
//!
//! Absent on purpose: other currencies and accounts without IBAN. A transfer in the euro area has both.

use iso_currency::Currency;
use qrcodegen::{Mask, QrCode, QrCodeEcc, QrSegment, Version};
use shared::kernel::money::decimal;

use crate::document::Document;

/// The most that one transfer may be, in cents.
const CENTS_MAX: u64 = 99_999_999_999;

/// The most characters of the payee's name.
const NAME_MAX: usize = 70;

/// The largest code of the guideline.
const VERSION_MAX: u8 = 13;

/// The content of the payment code, where the document can have one: it asks for euros that are due, and
/// states an IBAN and a creditor reference.
#[must_use]
pub fn payload(document: &Document) -> Option<String> {
    let bank = document.bank.as_ref()?;
    let iban = bank.iban.as_ref()?;
    let reference = document.reference.as_ref()?;
    let is_euro = document.currency == Currency::EUR;
    if !document.is_payable() || !is_euro || document.due_minor > CENTS_MAX {
        return None;
    }
    let name: String = document.payee(bank).chars().take(NAME_MAX).collect();
    let amount = format!("EUR{}", decimal(document.due_minor, 2).replace(',', ""));
    let lines =
        ["BCD", "002", "1", "SCT", &bank.bic, name.trim(), iban.as_str(), &amount, "", reference];
    Some(lines.join("\n"))
}

/// The dark modules of a code, as runs of each row: column, row, length. The size is their number on a side.
pub(crate) struct Modules {
    pub size: i32,
    pub runs: Vec<(i32, i32, i32)>,
}

/// Encodes with error correction M, in bytes of UTF-8. `None` if the content is too long.
pub(crate) fn modules(payload: &str) -> Option<Modules> {
    let segments = [QrSegment::make_bytes(payload.as_bytes())];
    let level = QrCodeEcc::Medium;
    // A fixed mask would make poor codes; the automatic choice depends on the content alone.
    let mask: Option<Mask> = None;
    let code = QrCode::encode_segments_advanced(
        &segments,
        level,
        Version::MIN,
        Version::new(VERSION_MAX),
        mask,
        false,
    )
    .ok()?;
    let size = code.size();
    let mut runs = Vec::new();
    for row in 0..size {
        let mut begin = None;
        for column in 0..=size {
            // Behind the last column is the quiet zone, which ends every run.
            match (code.get_module(column, row), begin) {
                (true, None) => begin = Some(column),
                (false, Some(first)) => {
                    runs.push((first, row, column.saturating_sub(first)));
                    begin = None;
                }
                (true, Some(_)) | (false, None) => {}
            }
        }
    }
    Some(Modules { size, runs })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::DocumentKind;
    use crate::tests::samples;

    #[test]
    fn payment_code_has_the_lines_of_the_guideline() {
        let document = samples::two_rates();
        let payload = payload(&document).unwrap();
        assert_eq!(
            payload,
            "BCD\n002\n1\nSCT\nCOBADEFFXXX\nNordlicht Nachrichten GmbH\nDE89370400440532013000\n\
             EUR1511.00\n\nRF08INV12X0007"
        );
    }

    #[test]
    fn payment_code_asks_for_what_is_still_due() {
        let payload = payload(&samples::partly_paid()).unwrap();
        assert!(payload.contains("\nEUR892.00\n"), "{payload}");
    }

    #[test]
    fn document_that_asks_for_no_euros_has_no_payment_code() {
        let mut documents = [(); 5].map(|()| samples::two_rates());
        documents[0].currency = Currency::GBP;
        documents[1].kind = DocumentKind::CreditNote;
        documents[2].due_minor = 0;
        documents[3].reference = None;
        documents[4].bank.as_mut().unwrap().iban = None;
        for document in documents {
            assert_eq!(payload(&document), None);
        }
    }

    #[test]
    fn longest_payment_code_fits_the_guideline() {
        let mut document = samples::two_rates();
        let bank = document.bank.as_mut().unwrap();
        bank.holder = "Ω".repeat(140);
        assert!(modules(&payload(&document).unwrap()).unwrap().size <= 69);
    }

    #[test]
    fn runs_are_the_dark_modules() {
        let modules = modules("x").unwrap();
        // The upper edge of the first two finder patterns.
        assert_eq!(modules.runs[0], (0, 0, 7));
        assert!(modules.runs.contains(&(modules.size - 7, 0, 7)));
    }
}
