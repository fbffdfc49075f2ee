//! PAYMENT and its events: the events are numbered without gaps and hash onto each other, the payment names
//! the hash of the last one, and its sums are the merge of them all.

use shared::contract::Key;
use shared::contract::image::Image;
use shared::kernel::hash::short_hash;
use shared::payments::book::with_report;
use shared::payments::types::{Event, Payment};

use super::operations;
use crate::failure::Failure;
use crate::store::Store;

/// How often a payment that keeps moving is compared.
const TRIES: u32 = 3;

/// The most events of a payment that are read: a count beyond that is an invention.
const EVENTS_MAX: u64 = 100_000;

/// Reads the events of payments, and the operations that they and the payments name.
pub(super) async fn read(
    store: &Store,
    payments: &[Payment],
    image: &mut Image,
) -> Result<(), Failure> {
    let events: Vec<Key> = payments.iter().flat_map(events_of).collect();
    store.read_into(image, &events).await?;
    let claims: Vec<Key> = payments.iter().filter_map(claim_of).collect();
    store.read_into(image, &claims).await?;
    let named = events.iter().filter_map(|key| image.peek::<Event>(key)).map(|event| &event.op);
    let ops = payments.iter().map(|payment| &payment.op).chain(named);
    let ops: Vec<Key> = ops.map(|op| Key::Operation(op.clone())).collect();
    store.read_into(image, &ops).await
}

/// The claim that a payment is the money of.
fn claim_of(payment: &Payment) -> Option<Key> {
    payment.claim.clone().map(Key::Payment)
}

/// The keys of a payment's events, and of the one that is not there yet.
fn events_of(payment: &Payment) -> impl Iterator<Item = Key> {
    let last = payment.events.saturating_add(1).min(EVENTS_MAX);
    (1..=last).map(|number| Key::Event(payment.reference.clone(), number))
}

/// What does not fit between a payment, its events and its operation.
pub(super) fn compare(payment: &Payment, image: &Image) -> Vec<String> {
    let name = format!("the payment {}", payment.reference);
    let mut wrong = Vec::new();
    wrong.extend(operations::named(image, &payment.op, &payment.receipt, &name).err());
    let mut merged =
        Payment::new(payment.reference.clone(), payment.currency, payment.at, payment.op.clone());
    let mut previous = String::new();
    for number in 1..=payment.events {
        let key = Key::Event(payment.reference.clone(), number);
        let Some(event) = image.peek::<Event>(&key) else {
            let reason = image.unreadable(&key).unwrap_or("it is not found");
            wrong.push(format!("event {number} of {name}: {reason}."));
            return wrong;
        };
        let by = format!("event {number} of {name}");
        wrong.extend(operations::named(image, &event.op, &event.receipt, &by).err());
        if event.previous != previous {
            wrong.push(format!("event {number} of {name} does not follow the one before."));
        }
        previous = short_hash(event);
        merged = with_report(&merged, &event.report);
    }
    let next = Key::Event(payment.reference.clone(), payment.events.saturating_add(1));
    if !image.is_absent(&next) {
        wrong.push(format!("{name} has more events than it counts."));
    }
    if previous != payment.last_event {
        wrong.push(format!("the last event of {name} is not the one that it names."));
    }
    let is_counted = payment.events > 0 || payment.claimed_minor > 0;
    merged.sums.received_minor = merged.sums.received_minor.max(payment.claimed_minor);
    let says = (&payment.sums, &payment.names, payment.mixed);
    if let Some(key) = claim_of(payment) {
        let claim = image.peek::<Payment>(&key);
        if claim.is_none_or(|claim| claim.same_as.as_ref() != Some(&payment.reference)) {
            wrong.push(format!("{name} is the money of a claim that does not say so."));
        }
    }
    if is_counted && says != (&merged.sums, &merged.names, merged.mixed) {
        wrong.push(format!("the sums of {name} are not those of its events."));
    }
    wrong
}

/// Proves the payments that wait without an invoice: no account sums them up.
pub(super) async fn prove_waiting(store: &Store) -> Result<Vec<String>, Failure> {
    let mut wrong = Vec::new();
    for reference in store.waiting_references().await? {
        wrong.extend(prove_one(store, &reference).await?);
    }
    Ok(wrong)
}

/// Proves a payment that waits, unless it has an invoice by now: then an account sums it up.
async fn prove_one(store: &Store, reference: &str) -> Result<Vec<String>, Failure> {
    let key = Key::Payment(reference.to_owned());
    for _ in 0..TRIES {
        let mut image = store.image(std::slice::from_ref(&key)).await?;
        let Some(payment) = image.peek::<Payment>(&key).cloned() else {
            let reason = image.unreadable(&key).unwrap_or("it is not found");
            return Ok(vec![format!("the payment {reference}: {reason}.")]);
        };
        if payment.reference != reference {
            return Ok(vec![format!("the payment {reference} has another name.")]);
        }
        if payment.invoice.is_some() {
            break;
        }
        read(store, std::slice::from_ref(&payment), &mut image).await?;
        let after = store.image(std::slice::from_ref(&key)).await?;
        if after.peek::<Payment>(&key) == Some(&payment) {
            return Ok(compare_alone(&payment, &image));
        }
    }
    Ok(Vec::new())
}

/// What does not fit in a payment that no account sums up.
fn compare_alone(payment: &Payment, image: &Image) -> Vec<String> {
    let mut wrong = compare(payment, image);
    let event = |number| image.peek::<Event>(&Key::Event(payment.reference.clone(), number));
    let (first, last) = (event(1), event(payment.events));
    let is_first = first.is_some_and(|first| first.at == payment.at);
    // Staff who place a payment change it without an event.
    let is_reported = is_first
        && if payment.placed {
            payment.version >= payment.events
        } else {
            payment.version == payment.events
                && last.is_some_and(|last| last.op == payment.op)
                && payment.client.is_none()
                && payment.claimed_minor == 0
        };
    let is_unused = payment.applied() == 0 && payment.further.is_empty() && !payment.claimed;
    if !is_reported || !is_unused {
        wrong.push(format!(
            "the payment {} has no invoice, and says more than its events.",
            payment.reference
        ));
    }
    wrong
}
