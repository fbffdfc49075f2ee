//! Documents: invoices and credit notes, how they are written and settled, and how they are read.
//! Below `credits` and `payments`, which both use it, so that those two do not import each other.
//!
//! Invariant: a document changes only in [`documents`], together with `unpaid` and the open invoices
//! of the payer's account.

pub mod documents;
pub mod reminders;
pub mod types;
pub mod view;

use crate::contract::Key;
use crate::contract::image::Stop;
use crate::decision::{Draft, Prefetch, Scene};
use crate::invoices::types::{Ask, Invoice};

/// Names the records that an ask will look at.
pub fn needs(ask: &Ask, prefetch: &mut Prefetch<'_>) {
    match ask {
        Ask::InvoiceList { client, .. } => {
            prefetch.named(client);
        }
        Ask::InvoiceView { number } => {
            let key = Key::Invoice(*number);
            let client = prefetch.image.peek::<Invoice>(&key).map(|invoice| invoice.client);
            prefetch.item(key);
            prefetch.items(client.map(Key::Client));
        }
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
    }
}
