//! Reads about payments that need more than records by their keys: those that wait, one with its statement
//! line, the preview of a bank's file, and the rounds over the events of the providers.

mod preview;
pub(crate) mod proposals;

use std::time::Duration;

use shared::clients::types::Client;
use shared::contract::image::Image;
use shared::contract::refusal::Refusal;
use shared::contract::{self, Key};
use shared::invoices::types::{Invoice, normal_reference};
use shared::kernel::id::{InvoiceNumber, Named};
use shared::payments::allocate::waits;
use shared::payments::matching::types::LineQuery;
use shared::payments::types::{Answer, Ask, Event, Payment, PaymentCard};
use tokio::time::Instant;

use crate::failure::Failure;
use crate::reads::{PAGE_MAX, Read, Scene, no_range};
use crate::store::Store;

/// How long the caller of a round waits at most; then the next round goes on.
const PATIENCE: Duration = Duration::from_secs(20);

/// Answers an ask that reads ranges.
pub(crate) async fn read(store: &Store, scene: &Scene<'_>, ask: &Ask) -> Read {
    match ask {
        Ask::PaymentPreview(file) => preview::preview(store, scene, file).await,
        Ask::PaymentUnmatched => unmatched(store).await,
        Ask::PaymentView { payment } => view(store, payment).await,
        Ask::PaymentReconcile { days } => {
            let Some(reconciler) = scene.reconciler else {
                return Ok(contract::Answer::Reconciled(Vec::new()));
            };
            let until = Instant::now().checked_add(PATIENCE).unwrap_or_else(Instant::now);
            Ok(contract::Answer::Reconciled(reconciler.run(*days, until).await?))
        }
        Ask::PaymentBook(_)
        | Ask::PaymentSettle { .. }
        | Ask::PaymentRefund { .. }
        | Ask::EventNote { .. }
        | Ask::PaymentRecord(_)
        | Ask::PaymentImport { .. }
        | Ask::PaymentIgnore { .. }
        | Ask::PaymentMatch { .. }
        | Ask::PaymentUnmatch { .. } => no_range(),
    }
}

/// The payments that wait, the oldest first.
async fn unmatched(store: &Store) -> Read {
    let mut payments = store.waiting_payments().await?.whole()?;
    payments.retain(|payment| !payment.ignored);
    payments.sort_by(|a, b| (a.at, &a.reference).cmp(&(b.at, &b.reference)));
    let total = u64::try_from(payments.len()).unwrap_or(u64::MAX);
    payments.truncate(PAGE_MAX);
    let cards = cards(store, payments).await?;
    Ok(contract::Answer::Payments(Answer::Unmatched { cards, total }))
}

async fn view(store: &Store, typed: &str) -> Read {
    let key = Key::Payment(normal_reference(typed));
    let image = store.image(std::slice::from_ref(&key)).await?;
    let unknown = || Refusal::invalid(format!("There is no payment “{typed}”."));
    let payment = image.get::<Payment>(&key)?.ok_or_else(unknown)?.clone();
    let mut card = cards(store, vec![payment]).await?.pop().ok_or_else(unknown)?;
    if let Some(line) = card.line.as_ref().filter(|_| card.payment.unapplied() > 0) {
        let (on, text) = (line.on, line.text.clone());
        let minor = card.payment.unapplied();
        card.proposals = proposals::shown(store, &LineQuery { on, minor, text }).await?;
    }
    Ok(contract::Answer::Payments(Answer::View { card }))
}

/// Payments with their clients and statement lines.
async fn cards(store: &Store, payments: Vec<Payment>) -> Result<Vec<PaymentCard>, Failure> {
    let lines = payments.iter().map(|payment| Key::Event(payment.reference.clone(), 1));
    let clients = payments.iter().filter_map(|payment| payment.client.map(Key::Client));
    let invoices = payments.iter().filter_map(named).map(Key::Invoice);
    let keys: Vec<Key> = lines.chain(clients).chain(invoices).collect();
    let image = store.image(&keys).await?;
    Ok(payments.into_iter().map(|payment| card(payment, &image)).collect())
}

/// The invoice that tells why a payment waits.
fn named(payment: &Payment) -> Option<InvoiceNumber> {
    payment.invoice.or(payment.names.first().copied())
}

fn card(payment: Payment, image: &Image) -> PaymentCard {
    let event = Key::Event(payment.reference.clone(), 1);
    let line = image.peek::<Event>(&event).and_then(|event| event.line.clone());
    let client = payment.client.and_then(|id| image.peek::<Client>(&Key::Client(id)));
    let invoice = named(&payment).and_then(|number| image.peek::<Invoice>(&Key::Invoice(number)));
    let waits = waits(&payment, invoice);
    PaymentCard { client: client.map(Named::from), line, waits, payment, proposals: Vec::new() }
}
