//! Stripe's events. All objects of a payment name its PaymentIntent, which is the payment; a charge
//! without one is its own.
//!
//! | Event | Says |
//! |---|---|
//! | `payment_intent.succeeded` | received |
//! | `checkout.session.completed`, `.async_payment_succeeded`, `.async_payment_failed` | the invoice; received, if the session is paid; how far it got, if not |
//! | `charge.refunded` | the cumulative sum of refunds, and the refunds if it lists them |
//! | `refund.created`, `.updated`, `.failed`, `charge.refund.updated` | a refund with amount and state |
//! | `charge.dispute.funds_withdrawn`, `.funds_reinstated` | the money of a dispute |
//! | `charge.dispute.created`, `.closed` | that a dispute is open, or decided |
//!
//! Every other event is unused.

use shared::kernel::actor::Provider;
use shared::payments::types::{Dispute, Refund, RefundState, Report, Stage, Sums};

use super::event::{Incoming, NotAnEvent, Part};

/// The version of Stripe's API in which the desk's webhook endpoint and its own requests are written.
pub const API_VERSION: &str = "2025-09-30.clover";

/// The types of the events that the desk uses.
pub const KINDS: [&str; 13] = [
    "payment_intent.succeeded",
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "charge.refunded",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.refund.updated",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
    "charge.dispute.created",
    "charge.dispute.closed",
];

pub(super) fn read(event: &Part<'_>) -> Result<Incoming, NotAnEvent> {
    let (id, kind) = (event.text("id")?, event.text("type")?);
    if event.get("object").0.as_str() != Some("event") {
        return Err(NotAnEvent("It is no event of Stripe.".to_owned()));
    }
    let object = event.get("data").get("object");
    if object.is_null() {
        return Err(NotAnEvent("The event has no object.".to_owned()));
    }
    let report = match kind {
        "payment_intent.succeeded" => Some(intent(object)?),
        "checkout.session.completed"
        | "checkout.session.async_payment_succeeded"
        | "checkout.session.async_payment_failed" => session(kind, object)?,
        "charge.refunded" => Some(charge(object)?),
        "refund.created" | "refund.updated" | "refund.failed" | "charge.refund.updated" => {
            Some(refund(object)?)
        }
        "charge.dispute.funds_withdrawn"
        | "charge.dispute.funds_reinstated"
        | "charge.dispute.created"
        | "charge.dispute.closed" => dispute(kind, object)?,
        _ => None,
    };
    Ok(match report {
        Some(report) => Incoming::Payment(report),
        None => Incoming::Unused { event: id.to_owned(), kind: kind.to_owned() },
    })
}

fn report(payment: String, object: Part<'_>, sums: Sums) -> Result<Report, NotAnEvent> {
    let names = [object.get("client_reference_id"), object.get("metadata").get("invoice")];
    let (invoice, currency) = (Part::invoice(&names), object.currency()?);
    Ok(Report { payment, invoice, currency, sums })
}

fn intent(object: Part<'_>) -> Result<Report, NotAnEvent> {
    let received_minor = object.amount(Provider::Stripe, "amount_received")?;
    let payment = object.text("id")?.to_owned();
    report(payment, object, Sums { received_minor, ..Sums::default() })
}

/// A checkout without a payment has set something up, or its subscription has invoices of its own.
fn session(kind: &str, object: Part<'_>) -> Result<Option<Report>, NotAnEvent> {
    let Some(payment) = object.id("payment_intent") else { return Ok(None) };
    let mut sums = Sums::default();
    match (kind, object.text("payment_status")?) {
        (_, "paid") => sums.received_minor = object.amount(Provider::Stripe, "amount_total")?,
        ("checkout.session.async_payment_failed", _) => sums.stage = Stage::Failed,
        (_, "unpaid") => sums.stage = Stage::Waiting,
        _ => return Ok(None),
    }
    report(payment, object, sums).map(Some)
}

/// The payment that an object of a charge names.
fn payment_of(object: Part<'_>, charge: &str) -> Result<String, NotAnEvent> {
    let named = object.id("payment_intent").or_else(|| object.id(charge));
    named.ok_or_else(|| NotAnEvent("It names no payment.".to_owned()))
}

fn charge(object: Part<'_>) -> Result<Report, NotAnEvent> {
    let refunded_minor = object.amount(Provider::Stripe, "amount_refunded")?;
    let mut sums = Sums { refunded_minor, ..Sums::default() };
    let listed = object.get("refunds").get("data").0.as_array();
    for refund in listed.into_iter().flatten() {
        let refunds = vec![refund_of(Part(refund))?];
        sums = sums.merged(&Sums { refunds, ..Sums::default() });
    }
    report(payment_of(object, "id")?, object, sums)
}

fn refund(object: Part<'_>) -> Result<Report, NotAnEvent> {
    let refunds = vec![refund_of(object)?];
    report(payment_of(object, "charge")?, object, Sums { refunds, ..Sums::default() })
}

fn refund_of(object: Part<'_>) -> Result<Refund, NotAnEvent> {
    let minor = object.amount(Provider::Stripe, "amount")?;
    let state = match object.text("status")? {
        "succeeded" => RefundState::Done,
        "failed" | "canceled" => RefundState::Failed,
        _ => RefundState::Pending,
    };
    Ok(Refund { id: object.text("id")?.to_owned(), minor, state })
}

/// An inquiry is no dispute yet.
fn dispute(kind: &str, object: Part<'_>) -> Result<Option<Report>, NotAnEvent> {
    let minor = object.amount(Provider::Stripe, "amount")?;
    let mut dispute = Dispute { id: object.text("id")?.to_owned(), ..Dispute::default() };
    let is_inquiry = object.get("status").0.as_str().is_some_and(|s| s.starts_with("warning"));
    match kind {
        "charge.dispute.funds_withdrawn" => dispute.withdrawn_minor = minor,
        "charge.dispute.funds_reinstated" => dispute.reinstated_minor = minor,
        _ if is_inquiry => return Ok(None),
        "charge.dispute.closed" => dispute.closed = true,
        _ => {}
    }
    let sums = Sums { disputes: vec![dispute], ..Sums::default() };
    report(payment_of(object, "charge")?, object, sums).map(Some)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_listed_type_is_used() {
        let object = json!({
            "id": "x", "payment_intent": "pi_1", "charge": "ch_1", "currency": "gbp", "amount": 1,
            "amount_received": 1, "amount_total": 1, "amount_refunded": 1, "payment_status": "paid",
            "status": "succeeded",
        });
        for (kind, is_used) in KINDS.into_iter().map(|kind| (kind, true)).chain([("x", false)]) {
            let event = json!({ "id": "evt", "object": "event", "type": kind, "data": { "object": object } });
            let incoming = read(&Part(&event)).unwrap();
            assert_eq!(matches!(incoming, Incoming::Payment(_)), is_used, "{kind}");
        }
    }
}
