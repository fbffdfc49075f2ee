//! Reading one invoice. Its number names the payer; who got the credits is on the document.

use super::Scene;
use crate::answer::{Answer, Named};
use crate::id::InvoiceNumber;
use crate::record::Decision;
use crate::refusal::Refusal;

pub(super) fn view(scene: &Scene<'_>, number: InvoiceNumber) -> Result<Decision, Refusal> {
    let invoice = scene.image.invoice(number).ok_or(Refusal::UnknownInvoice { number })?;
    let client = scene.client(invoice.client)?;
    Ok(Decision::Answer(Answer::Invoice {
        invoice: invoice.clone(),
        client: Named::from(client),
        today: scene.today(),
    }))
}
