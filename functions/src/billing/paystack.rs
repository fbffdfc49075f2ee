//! Paystack's events. The payment is the reference of the transaction.
//!
//! | Event | Says |
//! |---|---|
//! | `charge.success` | received, and the invoice by its metadata |
//! | `refund.pending`, `.processing`, `.processed`, `.failed` | a refund with amount and state, once Paystack has named it |
//! | `charge.dispute.create` | that a dispute is open |
//! | `charge.dispute.resolve` | that it is decided, and the money if it was accepted |
//!
//! Every other event is unused. Paystack signs no time, so an old event may come at any time; the sums
//! make that harmless.

use serde_json::Value;
use shared::kernel::actor::Provider;
use shared::kernel::id::InvoiceNumber;
use shared::payments::types::{Dispute, Refund, RefundState, Report, Sums};

use super::event::{Incoming, NotAnEvent, Part};

pub(super) fn read(event: &Part<'_>) -> Result<Incoming, NotAnEvent> {
    let (kind, data) = (event.text("event")?, event.get("data"));
    if data.is_null() {
        return Err(NotAnEvent("The event has no data.".to_owned()));
    }
    let report = match kind {
        "charge.success" => Some(charge(data)?),
        "refund.pending" | "refund.processing" | "refund.processed" | "refund.failed" => {
            refund(kind, data)?
        }
        "charge.dispute.create" | "charge.dispute.resolve" => Some(dispute(kind, data)?),
        _ => None,
    };
    Ok(match report {
        Some(report) => Incoming::Payment(report),
        None => {
            let event = data.id("id").or_else(|| data.id("reference")).unwrap_or_default();
            Incoming::Unused { event, kind: kind.to_owned() }
        }
    })
}

fn charge(data: Part<'_>) -> Result<Report, NotAnEvent> {
    let received_minor = data.amount(Provider::Paystack, "amount")?;
    Ok(Report {
        payment: data.text("reference")?.to_owned(),
        invoice: invoice(data),
        currency: data.currency()?,
        sums: Sums { received_minor, ..Sums::default() },
    })
}

/// The invoice in the metadata: an object, or its JSON as a text.
fn invoice(data: Part<'_>) -> Option<InvoiceNumber> {
    let written = data.get("metadata");
    let parsed = written.0.as_str().and_then(|text| serde_json::from_str::<Value>(text).ok());
    let metadata = parsed.as_ref().map_or(written, Part);
    let mut names = vec![metadata.get("invoice")];
    let fields = metadata.get("custom_fields").0.as_array();
    for field in fields.into_iter().flatten().map(Part) {
        if field.get("variable_name").0.as_str() == Some("invoice") {
            names.push(field.get("value"));
        }
    }
    Part::invoice(&names)
}

/// The transaction that a refund or dispute is about.
fn payment_of(data: Part<'_>) -> Result<String, NotAnEvent> {
    let nested = data.get("transaction").text("reference");
    nested.or_else(|_| data.text("transaction_reference")).map(str::to_owned)
}

/// A refund that has no reference yet is told from the next one when it has.
fn refund(kind: &str, data: Part<'_>) -> Result<Option<Report>, NotAnEvent> {
    let is_final = matches!(kind, "refund.processed" | "refund.failed");
    let id = data.id("refund_reference").or_else(|| data.id("id").filter(|_| is_final));
    let Some(id) = id else { return Ok(None) };
    let state = match kind {
        "refund.processed" => RefundState::Done,
        "refund.failed" => RefundState::Failed,
        _ => RefundState::Pending,
    };
    let refunds = vec![Refund { id, minor: data.amount(Provider::Paystack, "amount")?, state }];
    Ok(Some(Report {
        payment: payment_of(data)?,
        invoice: None,
        currency: data.currency()?,
        sums: Sums { refunds, ..Sums::default() },
    }))
}

fn dispute(kind: &str, data: Part<'_>) -> Result<Report, NotAnEvent> {
    let id = data.id("id").ok_or_else(|| NotAnEvent("The dispute has no id.".to_owned()))?;
    let closed = kind == "charge.dispute.resolve";
    let resolution = data.get("resolution").0.as_str().unwrap_or_default();
    let is_accepted = closed && resolution.ends_with("accepted");
    let withdrawn_minor =
        if is_accepted { data.amount(Provider::Paystack, "refund_amount")? } else { 0 };
    let dispute = Dispute { id, withdrawn_minor, reinstated_minor: 0, closed };
    Ok(Report {
        payment: payment_of(data)?,
        invoice: None,
        currency: data.currency()?,
        sums: Sums { disputes: vec![dispute], ..Sums::default() },
    })
}
