//! The bodies of events, with the fields that providers send. Ids are made from the invoice and the amount,
//! so that the same event again is a redelivery, and all events of an invoice are of one payment.

use functions::billing::stripe::API_VERSION;
use functions::billing::units::from_iso;
use iso_currency::Currency;
use serde_json::{Value, json};
use shared::kernel::actor::Provider;
use shared::kernel::id::InvoiceNumber;

const STRIPE: &[&str] = &[
    "payment_intent.succeeded",
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "charge.refunded",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
    "charge.dispute.closed",
];
const PAYSTACK: &[&str] = &[
    "charge.success",
    "refund.processing",
    "refund.processed",
    "refund.failed",
    "charge.dispute.create",
    "charge.dispute.resolve",
];
const BILLING: &[&str] = &["payment.updated"];

/// The payment of an invoice.
pub(super) fn payment(provider: Provider, invoice: &str) -> String {
    match provider {
        Provider::Stripe => format!("pi_{invoice}"),
        Provider::Paystack => format!("T_{invoice}"),
        Provider::Billing => format!("pay_{invoice}"),
    }
}

/// An event that is to be sent.
pub(super) struct Triggered<'a> {
    pub(super) provider: Provider,
    /// The type of the event.
    pub(super) kind: &'a str,
    pub(super) payment: &'a str,
    pub(super) invoice: InvoiceNumber,
    /// In minor units of ISO 4217.
    pub(super) minor: u64,
    pub(super) currency: Currency,
}

impl Triggered<'_> {
    /// The body.
    ///
    /// # Errors
    /// A sentence without its end: the provider has no such event, or cannot write the amount.
    pub(super) fn body(&self) -> Result<Value, String> {
        let (provider, kind) = (self.provider, self.kind);
        let kinds = match provider {
            Provider::Stripe => STRIPE,
            Provider::Paystack => PAYSTACK,
            Provider::Billing => BILLING,
        };
        if !kinds.contains(&kind) {
            return Err(format!(
                "{} sends no {kind}; it sends {}",
                provider.word(),
                kinds.join(", ")
            ));
        }
        let amount = from_iso(provider, self.minor, self.currency);
        let amount = amount.ok_or("the provider cannot write that amount in this currency")?;
        Ok(match provider {
            Provider::Stripe => self.stripe(amount),
            Provider::Paystack => self.paystack(amount),
            Provider::Billing => json!({ "type": kind, "data": {
                "payment": self.payment, "invoice": self.invoice, "currency": self.currency.code(),
                "received_minor": amount, "refunded_minor": 0,
            } }),
        })
    }

    fn stripe(&self, amount: u64) -> Value {
        let (kind, payment) = (self.kind, self.payment);
        let (charge, currency) = (format!("ch_{payment}"), self.currency.code().to_lowercase());
        let by_amount = |prefix: &str| format!("{prefix}_{payment}_{amount}");
        let object = match kind {
            "payment_intent.succeeded" => json!({
                "id": payment, "object": "payment_intent", "amount": amount, "amount_received": amount,
                "currency": currency, "latest_charge": charge, "status": "succeeded",
                "metadata": { "invoice": self.invoice },
            }),
            "charge.refunded" => json!({
                "id": charge, "object": "charge", "amount": amount, "amount_captured": amount,
                "amount_refunded": amount, "captured": true, "currency": currency,
                "payment_intent": payment, "metadata": { "invoice": self.invoice },
            }),
            "refund.created" | "refund.updated" | "refund.failed" => json!({
                "id": by_amount("re"), "object": "refund", "amount": amount, "currency": currency,
                "charge": charge, "payment_intent": payment, "metadata": {},
                "status": match kind {
                    "refund.created" => "pending",
                    "refund.updated" => "succeeded",
                    _ => "failed",
                },
            }),
            checkout if checkout.starts_with("checkout.") => json!({
                "id": by_amount("cs"), "object": "checkout.session", "mode": "payment",
                "amount_total": amount, "currency": currency, "status": "complete",
                "payment_intent": payment, "client_reference_id": self.invoice, "metadata": {},
                "payment_status": if kind.ends_with("failed") { "unpaid" } else { "paid" },
            }),
            _ => json!({
                "id": by_amount("dp"), "object": "dispute", "amount": amount, "currency": currency,
                "charge": charge, "payment_intent": payment, "metadata": {}, "reason": "general",
                "status": match kind {
                    "charge.dispute.closed" => "lost",
                    "charge.dispute.funds_reinstated" => "won",
                    _ => "needs_response",
                },
            }),
        };
        json!({
            "id": format!("evt_{payment}_{kind}_{amount}"), "object": "event", "type": kind,
            "api_version": API_VERSION, "livemode": false, "pending_webhooks": 1,
            "request": { "id": null, "idempotency_key": null }, "data": { "object": object },
        })
    }

    fn paystack(&self, amount: u64) -> Value {
        let (kind, payment) = (self.kind, self.payment);
        let currency = self.currency.code();
        let data = match kind {
            "charge.success" => json!({
                "reference": payment, "amount": amount, "currency": currency, "status": "success",
                "channel": "card", "domain": "test", "metadata": { "invoice": self.invoice },
            }),
            refund if refund.starts_with("refund.") => json!({
                "status": refund.trim_start_matches("refund."), "transaction_reference": payment,
                "refund_reference": format!("TRF_{payment}_{amount}"), "amount": amount.to_string(),
                "currency": currency, "domain": "test",
            }),
            _ => json!({
                "id": format!("{payment}_{amount}"), "refund_amount": amount, "currency": currency,
                "domain": "test", "transaction": { "reference": payment, "amount": amount },
                "status": if kind.ends_with("resolve") { "resolved" } else { "awaiting-merchant-feedback" },
                "resolution": if kind.ends_with("resolve") { Some("merchant-accepted") } else { None },
            }),
        };
        json!({ "event": kind, "data": data })
    }
}
