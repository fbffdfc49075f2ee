//! Payments that a billing provider reports. Uses `invoices` (settling and the credits that a refund
//! leaves).
//!
//! Invariant: the record of a payment is the merge of its events, and at least what staff claimed. An
//! invoice is paid what the sums of its payments allow. So any order, repetition and mixture of events ends in the same state. A report is
//! never declined: money that finds no invoice waits on its payment, and a refund after the credits were
//! spent leaves the client owing.
//!
//! Absent on purpose: roles, limits, budgets and plans, which apply to staff only.

pub mod allocate;
pub mod book;
pub mod matching;
pub mod provider;
pub mod statement;
pub mod types;

use crate::contract::Key;
use crate::contract::image::Stop;
use crate::decision::{Draft, Prefetch, Scene};
use crate::invoices::types::{Invoice, normal_reference};
use crate::kernel::id::InvoiceNumber;
use crate::payments::types::{Ask, Payment};

/// Names the records that an ask will look at.
pub fn needs(ask: &Ask, prefetch: &mut Prefetch<'_>) {
    match ask {
        Ask::PaymentBook(report) => {
            needs_payment(&normal_reference(&report.payment), report.invoice, prefetch);
        }
        Ask::PaymentSettle { payment } => needs_payment(payment, None, prefetch),
        Ask::PaymentRefund { payment, .. } => provider::refund::needs(payment, prefetch),
        Ask::EventNote { .. } | Ask::PaymentReconcile { .. } => {}
    }
}

/// Names a payment with its invoice, and what the invoice names.
fn needs_payment(reference: &str, named: Option<InvoiceNumber>, prefetch: &mut Prefetch<'_>) {
    let key = Key::Payment(reference.to_owned());
    let stored = prefetch.image.peek::<Payment>(&key);
    let known = stored.and_then(|stored| stored.invoice.or(stored.names.first().copied()));
    prefetch.item(key);
    let Some(number) = known.or(named) else { return };
    prefetch.item(Key::Invoice(number));
    prefetch.client(number.client);
    let invoice = prefetch.image.peek::<Invoice>(&Key::Invoice(number));
    if let Some((client, references)) = invoice.map(|i| (i.client, i.references())) {
        prefetch.client(client);
        prefetch.items(references.into_iter().map(Key::Payment));
    }
}

/// Decides an ask.
///
/// # Errors
/// The refusal, or what was never read.
pub fn decide(scene: &Scene<'_>, ask: &Ask) -> Result<Draft, Stop> {
    match ask {
        Ask::PaymentBook(report) => book::report(scene, ask, report),
        Ask::PaymentSettle { payment } => book::settle(scene, ask, payment),
        Ask::EventNote { event, kind } => Ok(book::note(scene, event, kind)),
        Ask::PaymentRefund { payment, amount } => {
            provider::refund::refund(scene, ask, payment, amount)
        }
        Ask::PaymentReconcile { .. } => Ok(Draft::Ranges),
    }
}
