//! Payments that a billing provider reports, or that staff record from a bank's statement. Uses `invoices`
//! (settling and the credits that a refund leaves).
//!
//! Invariant: the record of a payment is the merge of its events, and at least what staff claimed. An
//! invoice is paid what the sums of its payments allow. So any order, repetition and mixture of events ends
//! in the same state. A report is never declined: money that finds no invoice waits on its payment, and a refund after the credits were
//! spent leaves the client owing.
//!
//! Absent on purpose: roles and plans, which are the entrance's; limits and budgets, because matching sells
//! nothing.

pub mod allocate;
pub mod apply;
pub mod book;
pub mod inbox {
    pub mod types;
}
pub mod import;
pub mod matching;
pub mod provider;
pub mod record;
pub mod records {
    pub mod types;
}
pub mod statement;
pub mod sums {
    pub mod types;
}
pub mod types;

use crate::contract::Key;
use crate::contract::image::Stop;
use crate::decision::{Draft, Prefetch, Scene};
use crate::invoices::types::normal_reference;
use crate::payments::types::{Ask, Payment};

/// Names the records that an ask will look at.
pub fn needs(ask: &Ask, prefetch: &mut Prefetch<'_>) {
    match ask {
        Ask::PaymentBook(report) => {
            let reference = normal_reference(&report.payment);
            let key = Key::Payment(reference.clone());
            let names = prefetch.image.peek::<Payment>(&key).map(|stored| stored.names.clone());
            let names = names.into_iter().flatten().chain(report.invoice);
            apply::needs(&reference, &names.collect::<Vec<_>>(), prefetch);
        }
        Ask::PaymentSettle { payment } => {
            let key = Key::Payment(payment.clone());
            let names = prefetch.image.peek::<Payment>(&key).map(|stored| stored.names.clone());
            apply::needs(payment, &names.unwrap_or_default(), prefetch);
        }
        Ask::PaymentRecord(line) => record::needs(line, prefetch),
        Ask::PaymentImport { lines } => {
            prefetch.items(lines.iter().map(|line| Key::Payment(line.key.clone())));
        }
        Ask::PaymentMatch { payment, invoices, .. } => apply::needs(payment, invoices, prefetch),
        Ask::PaymentUnmatch { payment, .. } | Ask::PaymentIgnore { payment } => {
            apply::needs(payment, &[], prefetch)
        }
        Ask::PaymentRefund { payment, .. } => provider::refund::needs(payment, prefetch),
        Ask::EventNote { .. }
        | Ask::PaymentReconcile { .. }
        | Ask::PaymentUnmatched
        | Ask::PaymentView { .. }
        | Ask::PaymentPreview(_) => {}
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
        Ask::PaymentRecord(line) => record::record(scene, ask, line),
        Ask::PaymentMatch { payment, invoices, client } => {
            apply::match_to(scene, ask, payment, invoices, client.as_deref())
        }
        Ask::PaymentUnmatch { payment, invoice } => apply::unmatch(scene, ask, payment, *invoice),
        Ask::PaymentIgnore { payment } => apply::ignore(scene, ask, payment),
        Ask::PaymentImport { lines } => import::import(scene, ask, lines),
        Ask::PaymentReconcile { .. }
        | Ask::PaymentUnmatched
        | Ask::PaymentView { .. }
        | Ask::PaymentPreview(_) => Ok(Draft::Ranges),
    }
}
