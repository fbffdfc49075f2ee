//! What a document must be before it is drawn: its figures add up, its texts fit and can be printed.
//!
//! Invariant: whatever passes is drawn whole. The limits leave room for every text and column on
//! a sheet, and are wider than those of the desk's records.

use shared::kernel::bank::is_creditor_reference;
use shared::kernel::money::MINOR_MAX;

use crate::document::{Document, DocumentKind, DocumentLine, DrawnText, TaxTotal, Treatment};
use crate::font::Fonts;
use crate::script::{named, outside};
use crate::undrawn::Undrawn;

/// The most lines of a document.
const LINES_MAX: usize = 1_000;

/// The largest quantity of a line, and the largest quantity that a price is for.
const QUANTITY_MAX: u64 = 999_999_999_999;
const PER_MAX: u64 = 1_000_000;

/// The most particulars of a bank account.
const PARTICULARS_MAX: usize = 6;

/// The most treatments of tax on one document.
const TAXES_MAX: usize = 8;

/// How far the tax of a credit note may be from the tax on its net, in minor units: net and tax are
/// differences of shares that were rounded down.
const SHARE_SLACK: u64 = 2;

/// The most bytes of a logo.
const LOGO_MAX: usize = 1_000_000;

/// Checks a document whose texts are composed.
pub(crate) fn check(document: &Document, fonts: &Fonts) -> Result<(), Undrawn> {
    let mut copy = document.clone();
    for drawn in copy.texts_mut() {
        let DrawnText { name: what, max, lines, .. } = drawn;
        if drawn.text.chars().count() > max {
            return Err(Undrawn::TooLong { what, max, unit: "characters" });
        }
        if drawn.text.lines().count() > lines {
            return Err(Undrawn::TooLong { what, max: lines, unit: "lines" });
        }
        let characters = outside(drawn.text, fonts);
        if !characters.is_empty() {
            return Err(Undrawn::Characters { what, which: named(&characters) });
        }
    }
    limits(document)?;
    sums(document)
}

fn limits(document: &Document) -> Result<(), Undrawn> {
    let names = [&document.number, &document.seller.name, &document.buyer.name];
    if names.iter().any(|name| name.is_empty()) {
        return Err(Undrawn::Lacks("a number and the names of seller and buyer"));
    }
    if document.lines.is_empty() || document.lines.len() > LINES_MAX {
        return Err(Undrawn::Lacks("between 1 and 1,000 lines"));
    }
    if document.taxes.len() > TAXES_MAX {
        return Err(Undrawn::Lacks("at most 8 tax rates"));
    }
    let fits =
        |line: &DocumentLine| line.quantity <= QUANTITY_MAX && (1..=PER_MAX).contains(&line.per);
    if !document.lines.iter().all(fits) {
        return Err(Undrawn::Lacks("quantities of at most 12 digits"));
    }
    let is_wrong = |reference: &String| !is_creditor_reference(reference);
    if document.reference.as_ref().is_some_and(is_wrong) {
        return Err(Undrawn::Lacks("a payment reference with right check digits"));
    }
    let particulars = document.bank.as_ref().map_or(0, |bank| bank.particulars.len());
    if particulars > PARTICULARS_MAX {
        return Err(Undrawn::Lacks("at most 6 bank details"));
    }
    match &document.logo {
        Some(logo) if logo.len() > LOGO_MAX => Err(Undrawn::Lacks("a logo of at most 1 MB")),
        _ => Ok(()),
    }
}

/// The figures that are given agree with each other.
fn sums(document: &Document) -> Result<(), Undrawn> {
    let of_lines = document.lines.iter().map(|line| line.net_minor);
    agree("the sum of the lines", total(of_lines), document.net_minor)?;
    for (position, tax) in document.taxes.iter().enumerate() {
        let same = |line: &&DocumentLine| line.treatment == tax.treatment;
        let of_lines = document.lines.iter().filter(same).map(|line| line.net_minor);
        agree("the net of a tax", total(of_lines), tax.net_minor)?;
        let exact = match &tax.treatment {
            Treatment::Rate(rate) => rate.on(tax.net_minor),
            Treatment::Exempt(_) | Treatment::ReverseCharge => Some(0),
        };
        // A credit note takes its share of the invoice's tax, which was rounded before.
        let slack = if document.kind == DocumentKind::CreditNote { SHARE_SLACK } else { 0 };
        if exact.is_none_or(|exact| exact.abs_diff(tax.tax_minor) > slack) {
            return Err(Undrawn::Sums("a tax"));
        }
        let is_repeated = |other: &TaxTotal| other.treatment == tax.treatment;
        if document.taxes.iter().take(position).any(is_repeated) {
            return Err(Undrawn::Sums("the taxes"));
        }
    }
    agree(
        "the net of all taxes",
        total(document.taxes.iter().map(|tax| tax.net_minor)),
        document.net_minor,
    )?;
    let taxes = document.taxes.iter().map(|tax| tax.tax_minor);
    agree("the total", total(taxes.chain([document.net_minor])), document.gross_minor)?;
    if !document.is_demand() {
        return agree("the amount due", Some(0), document.due_minor);
    }
    let settled = [document.paid_minor, document.credited_minor, document.due_minor];
    agree("the amount due", total(settled.into_iter()), document.gross_minor)
}

/// A sum, if it is an amount that the desk can count.
fn total(amounts: impl Iterator<Item = u64>) -> Option<u64> {
    let mut amounts = amounts;
    amounts.try_fold(0_u64, |sum, amount| sum.checked_add(amount)).filter(|sum| *sum <= MINOR_MAX)
}

fn agree(what: &'static str, exact: Option<u64>, given: u64) -> Result<(), Undrawn> {
    if exact == Some(given) { Ok(()) } else { Err(Undrawn::Sums(what)) }
}

#[cfg(test)]
mod tests {
    use shared::kernel::tax::TaxRate;

    use super::*;
    use crate::tests::samples;

    fn refusal(change: impl FnOnce(&mut Document)) -> String {
        let mut document = samples::plain();
        change(&mut document);
        crate::draw(&document).unwrap_err().to_string()
    }

    #[test]
    fn figures_that_do_not_add_up_are_refused_by_name() {
        let sums = |what: &str| format!("The figures of the document do not add up: {what}.");
        assert_eq!(refusal(|d| d.lines[0].net_minor += 1), sums("the sum of the lines"));
        assert_eq!(refusal(|d| d.net_minor += 1), sums("the sum of the lines"));
        assert_eq!(refusal(|d| d.taxes[0].net_minor += 1), sums("the net of a tax"));
        assert_eq!(refusal(|d| d.taxes[0].tax_minor += 1), sums("a tax"));
        assert_eq!(refusal(|d| d.gross_minor += 1), sums("the total"));
        assert_eq!(refusal(|d| d.due_minor += 1), sums("the amount due"));
        assert_eq!(refusal(|d| d.taxes.clear()), sums("the net of all taxes"));
        let rate = |d: &mut Document| d.lines[0].treatment = Treatment::Rate(TaxRate::per_cent(7));
        assert_eq!(refusal(rate), sums("the net of a tax"));
    }

    #[test]
    fn tax_of_a_credit_note_may_be_a_rounded_share_and_that_of_an_invoice_not() {
        let mut note = samples::credit_note();
        note.taxes[0].tax_minor += SHARE_SLACK;
        note.gross_minor += SHARE_SLACK;
        assert!(crate::draw(&note).is_ok());

        note.taxes[0].tax_minor += 1;
        note.gross_minor += 1;
        assert!(crate::draw(&note).is_err());

        let off_by_one = |d: &mut Document| {
            d.taxes[0].tax_minor += 1;
            d.gross_minor += 1;
            d.due_minor += 1;
        };
        assert_eq!(refusal(off_by_one), "The figures of the document do not add up: a tax.");
    }

    #[test]
    fn document_without_a_name_a_number_or_lines_is_refused() {
        let lacks = |what: &str| format!("The document needs {what}.");
        let names = lacks("a number and the names of seller and buyer");
        assert_eq!(refusal(|d| d.number.clear()), names);
        assert_eq!(refusal(|d| d.buyer.name = "  ".into()), names);
        assert_eq!(refusal(|d| d.lines.clear()), lacks("between 1 and 1,000 lines"));
        assert_eq!(refusal(|d| d.lines[0].per = 0), lacks("quantities of at most 12 digits"));
        assert_eq!(
            refusal(|d| d.reference = Some("RF00INV1X0001".into())),
            lacks("a payment reference with right check digits")
        );
    }

    #[test]
    fn text_that_is_too_long_is_refused_with_its_limit() {
        assert_eq!(
            refusal(|d| d.buyer.name = "x".repeat(121)),
            "A document has no room for more than 120 characters of the buyer's name."
        );
        assert_eq!(
            refusal(|d| d.buyer.address = "a\n".repeat(10)),
            "A document has no room for more than 9 lines of the buyer's address."
        );
    }
}
