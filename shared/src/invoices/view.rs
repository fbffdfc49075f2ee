//! Reading one document. Its number names the payer; the document names the client that got the
//! credits.

use crate::contract;
use crate::contract::image::Stop;
use crate::contract::refusal::Refusal;
use crate::decision::{Draft, Scene};
use crate::invoices::types::Answer;
use crate::kernel::id::{InvoiceNumber, Named};

pub(super) fn view(scene: &Scene<'_>, number: InvoiceNumber) -> Result<Draft, Stop> {
    let invoice = scene.image.invoice(number)?.ok_or(Refusal::UnknownInvoice { number })?;
    let client = scene.client(invoice.client)?;
    Ok(Draft::Answer(contract::Answer::Invoices(Answer::View {
        invoice: invoice.clone(),
        client: Named::from(client),
        today: scene.today(),
        link: None,
    })))
}
