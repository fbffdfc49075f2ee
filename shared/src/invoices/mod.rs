//! Documents: invoices and credit notes, how they are made, settled and taken back, and how they are read.
//! Below `credits` and `payments`, which both use it, so that those two do not import each other.
//!
//! Invariant: a document changes only in [`documents`], together with `unpaid` and the open invoices
//! of the payer's account.

pub mod changes {
    pub mod types;
}
pub mod claim;
mod close;
mod create;
pub mod documents;
pub mod lines;
mod notes;
mod paid;
pub mod reminders;
mod resend;
pub mod types;
pub mod view;
pub mod void;

use crate::contract::Key;
use crate::contract::image::Stop;
use crate::decision::{Draft, Prefetch, Scene};
use crate::invoices::types::{Ask, Invoice, normal_reference};
use crate::kernel::id::InvoiceNumber;

/// Names the records that an ask will look at.
pub fn needs(ask: &Ask, prefetch: &mut Prefetch<'_>) {
    match ask {
        Ask::InvoiceList { client: Some(client), .. } => {
            prefetch.named(client);
        }
        Ask::InvoiceList { client: None, .. } => {}
        Ask::InvoiceView { number } | Ask::InvoicePaylink { number } => {
            let key = Key::Invoice(*number);
            let invoice = prefetch.image.peek::<Invoice>(&key);
            let client = invoice.map(|invoice| invoice.client);
            let payments = invoice.map(Invoice::references).unwrap_or_default();
            prefetch.items([key, Key::Client(number.client)]);
            prefetch.items(client.map(Key::Client));
            prefetch.items(payments.into_iter().map(Key::Payment));
        }
        Ask::InvoiceResend { number } => {
            prefetch.item(Key::Invoice(*number));
            prefetch.client(number.client);
        }
        Ask::InvoiceCreate { client, .. } => {
            prefetch.named(client.text());
        }
        Ask::InvoicePaid { number, reference } => {
            needs_document(*number, prefetch);
            let reference = normal_reference(reference);
            prefetch.items((!reference.is_empty()).then_some(Key::Payment(reference)));
        }
        Ask::InvoiceClose { number, .. } => needs_document(*number, prefetch),
        Ask::InvoiceCredit { number, .. } => {
            needs_document(*number, prefetch);
            if let Some(invoice) = prefetch.image.peek::<Invoice>(&Key::Invoice(*number)) {
                prefetch.items(invoice.references().into_iter().map(Key::Payment));
            }
        }
    }
}

/// Names a document, its payer and the client that it is about.
fn needs_document(number: InvoiceNumber, prefetch: &mut Prefetch<'_>) {
    let key = Key::Invoice(number);
    let client = prefetch.image.peek::<Invoice>(&key).map(|invoice| invoice.client);
    prefetch.item(key);
    prefetch.client(number.client);
    if let Some(client) = client.filter(|client| *client != number.client) {
        prefetch.client(client);
    }
}

/// Decides an ask.
///
/// # Errors
/// The refusal, or what was never read.
pub fn decide(scene: &Scene<'_>, ask: &Ask) -> Result<Draft, Stop> {
    match ask {
        Ask::InvoiceList { .. } => Ok(Draft::Ranges),
        Ask::InvoiceView { number } => view::view(scene, *number),
        Ask::InvoiceResend { number } => resend::resend(scene, ask, *number),
        Ask::InvoicePaylink { number } => view::paylink(scene, *number),
        Ask::InvoiceCreate { .. } => create::draft(scene, ask),
        Ask::InvoicePaid { number, reference } => paid::draft(scene, ask, *number, reference),
        Ask::InvoiceClose { number, rest } => close::rest(scene, ask, *number, *rest),
        Ask::InvoiceCredit { number, amount, reason } => {
            close::credit(scene, ask, *number, (amount, reason))
        }
    }
}
