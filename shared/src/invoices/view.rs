//! Reading one document. Its number names the payer; the document names the client that got the
//! credits.

use crate::contract;
use crate::contract::image::Stop;
use crate::contract::refusal::Refusal;
use crate::decision::{Draft, Scene};
use crate::invoices::types::{Answer, Invoice};
use crate::kernel::id::{InvoiceNumber, Named};
use crate::kernel::money::Money;
use crate::payments::types::Payment;

pub(super) fn view(scene: &Scene<'_>, number: InvoiceNumber) -> Result<Draft, Stop> {
    let invoice = scene.image.invoice(number)?.ok_or(Refusal::UnknownInvoice { number })?;
    let client = scene.client(invoice.client)?;
    Ok(Draft::Answer(contract::Answer::Invoices(Answer::View {
        invoice: invoice.clone(),
        client: Named::from(client),
        today: scene.today(),
        link: None,
        is_at_bank: is_at_bank(scene, invoice)?,
    })))
}

/// The facts of an invoice's page; the link is made where the key is.
pub(super) fn paylink(scene: &Scene<'_>, number: InvoiceNumber) -> Result<Draft, Stop> {
    let invoice = scene.image.invoice(number)?.ok_or(Refusal::UnknownInvoice { number })?;
    if invoice.corrects.is_some() {
        let why = format!("{number} is a credit note: there is nothing to pay.");
        return Err(Refusal::Invalid { why }.into());
    }
    let due = invoice.due_minor();
    if due == 0 {
        return Err(Refusal::InvoiceState { number, state: invoice.state }.into());
    }
    Ok(Draft::Answer(contract::Answer::Invoices(Answer::Paylink {
        number,
        client: Named::from(scene.client(number.client)?),
        due: Money { minor: due, currency: invoice.currency },
        is_at_bank: is_at_bank(scene, invoice)?,
        link: None,
        has_provider: false,
    })))
}

/// Whether a payment for an invoice waits for the bank.
fn is_at_bank(scene: &Scene<'_>, invoice: &Invoice) -> Result<bool, Stop> {
    for reference in invoice.references() {
        if scene.image.payment(&reference)?.is_some_and(Payment::is_at_bank) {
            return Ok(true);
        }
    }
    Ok(false)
}
