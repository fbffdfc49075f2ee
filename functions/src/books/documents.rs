//! INVOICE, credit note and PAYMENT: the lines sum to the net, each rate has its tax, net and tax sum to the
//! gross; an invoice gives the credits of the entries that name it; a document without an entry carries the
//! hash of its OPERATION; what was paid is what payments were applied, what was noted
//! is what its credit notes say; the state follows.

use shared::contract::image::Image;
use shared::contract::receipt::{Outcome, Receipt};
use shared::contract::{Facts, Key};
use shared::invoices::documents::taxes;
use shared::invoices::types::{Invoice, InvoiceState, TaxTotal};
use shared::kernel::credit::Kind;
use shared::kernel::money::line_net;
use shared::payments::types::Payment;

use super::entries::Tally;
use super::operations;

/// The sums on a document.
pub(super) fn compare_sums(document: &Invoice) -> Vec<String> {
    let number = document.number;
    let mut wrong = Vec::new();
    let net = document.lines.iter().fold(0, |sum: u64, l| sum.saturating_add(l.net_minor));
    if net != document.net_minor {
        wrong.push(format!("the lines of {number} sum to {net}; it says {}.", document.net_minor));
    }
    if document.net_minor.checked_add(document.tax_minor) != Some(document.gross_minor) {
        wrong.push(format!("{number}: net and tax are not the gross."));
    }
    let sum = |part: fn(&TaxTotal) -> u64| {
        document.taxes.iter().fold(0, |sum: u64, total| sum.saturating_add(part(total)))
    };
    let sums = (sum(|t| t.net_minor), sum(|t| t.tax_minor), sum(|t| t.noted_minor));
    if sums != (document.net_minor, document.tax_minor, document.noted_minor) {
        wrong.push(format!("{number}: its rates of tax do not sum to its net, tax and credit."));
    }
    if document.corrects.is_some() {
        return wrong;
    }
    for line in &document.lines {
        if line_net(line.quantity, line.price_minor, line.per) != Some(line.net_minor) {
            wrong
                .push(format!("{number}: {} is not worth its net.", line.words(document.currency)));
        }
    }
    let fresh = |total: &TaxTotal| TaxTotal { noted_minor: 0, ..*total };
    if taxes(&document.lines) != Some(document.taxes.iter().map(fresh).collect()) {
        wrong.push(format!("{number}: the tax is not that of its rates."));
    }
    wrong
}

/// A document without an entry, and the operation that made it.
pub(super) fn compare_made<'a>(
    document: &Invoice,
    image: &'a Image,
) -> Result<&'a Receipt, String> {
    let number = document.number;
    let by = number.to_string();
    let receipt = operations::named(image, &document.op, &document.receipt, &by)?;
    let Outcome::Done { facts: Facts::Invoices(facts), .. } = &receipt.outcome else {
        return Err(format!("{} did not make {number}.", document.op));
    };
    let made = facts.invoice.credit_note.unwrap_or(facts.invoice.number);
    if (made, facts.invoice.gross) == (number, document.gross()) {
        Ok(receipt)
    } else {
        Err(format!("{} did not make {number}.", document.op))
    }
}

/// What was noted and paid on an invoice, and the state that follows.
pub(super) fn compare_state(invoice: &Invoice, documents: &[Invoice]) -> Vec<String> {
    let number = invoice.number;
    let mut wrong = Vec::new();
    let notes = documents.iter().filter(|note| note.corrects == Some(number));
    let noted = notes.fold(0, |sum: u64, note| sum.saturating_add(note.gross_minor));
    if noted != invoice.noted_minor {
        wrong.push(format!(
            "the credit notes of {number} sum to {noted}; it says {}.",
            invoice.noted_minor
        ));
    }
    let settled = invoice.paid_minor.saturating_add(invoice.noted_minor);
    let is_short = settled < invoice.gross_minor;
    let (is_due, is_refunded) = (is_short && !invoice.once_paid, is_short && invoice.once_paid);
    let follows = match invoice.state {
        InvoiceState::Open => is_due && invoice.paid_minor == 0,
        InvoiceState::PartlyPaid => is_due && invoice.paid_minor > 0,
        InvoiceState::Paid => settled == invoice.gross_minor,
        InvoiceState::PartlyRefunded => is_refunded && invoice.paid_minor > 0,
        InvoiceState::Refunded => {
            settled == invoice.gross_minor || (is_refunded && invoice.paid_minor == 0)
        }
        InvoiceState::Void => settled == 0,
    };
    if !follows {
        wrong.push(format!(
            "{number} is {}, and its sums say something else.",
            invoice.state.word()
        ));
    }
    wrong
}

/// What a document gives, and what the entries that name it say.
pub(super) fn compare_gives(document: &Invoice, tally: &Tally) -> Option<String> {
    let named = tally.gives.get(&document.number).copied().unwrap_or_default();
    let fits = Kind::ALL
        .into_iter()
        .all(|kind| i64::try_from(*document.gives.get(kind)).ok() == Some(*named.get(kind)));
    (!fits).then(|| {
        format!(
            "{} gives {} SMS and {} MMS credits; the entries that name it give {} and {}.",
            document.number, document.gives.sms, document.gives.mms, named.sms, named.mms
        )
    })
}

/// The payments that are applied to a document.
pub(super) fn payments_of<'a>(document: &Invoice, image: &'a Image) -> Vec<&'a Payment> {
    let references = document.references().into_iter();
    references
        .filter_map(|reference| image.peek::<Payment>(&Key::Payment(reference)))
        .filter(|payment| payment.pays(document.number))
        .collect()
}

/// What was paid on a document, and what payments were applied to it.
pub(super) fn compare_paid(document: &Invoice, payments: &[&Payment]) -> Vec<String> {
    let number = document.number;
    let mut wrong = Vec::new();
    let parts = payments.iter().map(|payment| payment.applied_to(number));
    let applied = parts.fold(0, |sum: u64, part| sum.saturating_add(part));
    if document.paid_minor != applied {
        wrong.push(format!(
            "{number} was paid {} minor units; payments over {applied} were applied.",
            document.paid_minor
        ));
    }
    for payment in payments {
        let is_same = payment.applied() == 0 || payment.fits(document.currency);
        let is_covered = payment.applied() <= payment.sums.net();
        if payment.client != Some(document.client) || !is_same || !is_covered {
            wrong.push(format!("the payment {} of {number} does not fit it.", payment.reference));
        }
    }
    wrong
}
