//! The billing providers of a test: events with the fields that providers send, signed, and posted to the
//! desk's HTTP server.

use axum::body::Body;
use axum::http::Request;
use functions::billing::{Secrets, path, signature};
use jiff::Timestamp;
use runtime::secret::Secret;
use serde_json::{Value, json};
use shared::kernel::actor::Provider;

use crate::http::Response;
use crate::world::World;

/// The secret that signs for Stripe and for the neutral biller.
pub const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
/// The secret that signs for Paystack.
pub const PAYSTACK: &str = "sk_test_8f2c4e";

/// The live secrets of each route: an old one that rotates out, and the one that signs.
pub fn secrets() -> Secrets {
    let two = |old: &str, new: &str| vec![Secret::new(old), Secret::new(new)];
    let old = "whsec_b2xkLW9sZC1vbGQtb2xkLW9sZC1vbGQt";
    Secrets {
        stripe: two(old, SECRET),
        paystack: two("sk_test_old", PAYSTACK),
        billing: two(old, SECRET),
    }
}

fn secret(provider: Provider) -> Secret {
    match provider {
        Provider::Stripe | Provider::Billing => Secret::new(SECRET),
        Provider::Paystack => Secret::new(PAYSTACK),
    }
}

/// An event of Stripe.
pub fn stripe(id: &str, kind: &str, object: Value) -> Value {
    json!({
        "id": id, "object": "event", "api_version": "2025-09-30.clover", "created": 1_795_000_000,
        "livemode": true, "pending_webhooks": 1, "request": { "id": null, "idempotency_key": null },
        "type": kind, "data": { "object": object },
    })
}

/// `payment_intent.succeeded`; it names the invoice if one is given.
pub fn succeeded(payment: &str, minor: u64, currency: &str, invoice: Option<&str>) -> Value {
    let metadata = invoice.map_or(json!({}), |invoice| json!({ "invoice": invoice }));
    stripe(
        &format!("evt_pi_{payment}"),
        "payment_intent.succeeded",
        json!({
            "id": payment, "object": "payment_intent", "amount": minor, "amount_received": minor,
            "currency": currency, "latest_charge": format!("ch_{payment}"), "status": "succeeded",
            "metadata": metadata,
        }),
    )
}

/// A checkout session of a payment, which names the invoice.
pub fn checkout(kind: &str, payment: &str, (minor, status): (u64, &str), invoice: &str) -> Value {
    stripe(
        &format!("evt_cs_{payment}_{kind}"),
        kind,
        json!({
            "id": format!("cs_{payment}"), "object": "checkout.session", "mode": "payment",
            "amount_total": minor, "currency": "gbp", "payment_status": status,
            "status": "complete", "payment_intent": payment, "client_reference_id": invoice,
            "metadata": {},
        }),
    )
}

/// `charge.refunded` with the cumulative sum.
pub fn charge_refunded(payment: &str, minor: u64, refunded: u64) -> Value {
    stripe(
        &format!("evt_ch_{payment}_{refunded}"),
        "charge.refunded",
        json!({
            "id": format!("ch_{payment}"), "object": "charge", "amount": minor,
            "amount_captured": minor, "amount_refunded": refunded, "currency": "gbp",
            "payment_intent": payment, "refunded": minor == refunded, "metadata": {},
        }),
    )
}

/// An event of a refund.
pub fn refund(kind: &str, payment: &str, (id, minor, status): (&str, u64, &str)) -> Value {
    stripe(
        &format!("evt_{id}_{kind}_{status}"),
        kind,
        json!({
            "id": id, "object": "refund", "amount": minor, "currency": "gbp", "status": status,
            "charge": format!("ch_{payment}"), "payment_intent": payment, "metadata": {},
        }),
    )
}

/// An event of a dispute.
pub fn dispute(kind: &str, payment: &str, (id, minor, status): (&str, u64, &str)) -> Value {
    let kind = format!("charge.dispute.{kind}");
    stripe(
        &format!("evt_{id}_{kind}"),
        &kind,
        json!({
            "id": id, "object": "dispute", "amount": minor, "currency": "gbp", "status": status,
            "charge": format!("ch_{payment}"), "payment_intent": payment, "metadata": {},
        }),
    )
}

/// The neutral `payment.updated`.
pub fn updated(
    payment: &str,
    invoice: Option<&str>,
    currency: &str,
    (received, refunded): (u64, u64),
) -> Value {
    json!({ "type": "payment.updated", "data": {
        "payment": payment, "invoice": invoice, "currency": currency,
        "received_minor": received, "refunded_minor": refunded,
    } })
}

/// The event of a short line: `succeeded <payment> <minor> [<invoice>]`, `refunded <payment> <minor> <sum>`.
pub fn event_of(line: &str) -> Value {
    let words: Vec<&str> = line.split(' ').collect();
    let minor = words[2].parse().unwrap();
    match words[0] {
        "succeeded" => succeeded(words[1], minor, "gbp", words.get(3).copied()),
        "refunded" => charge_refunded(words[1], minor, words[3].parse().unwrap()),
        other => panic!("{other}"),
    }
}

/// An event as its provider sends it.
pub fn request(provider: Provider, event: &Value, now: Timestamp) -> Request<Body> {
    let body = event.to_string();
    let request = Request::post(path(provider));
    let signed = signed(provider, event, now, &body).into_iter();
    let request = signed.fold(request, |request, (name, value)| request.header(name, value));
    request.body(Body::from(body)).unwrap()
}

fn signed(provider: Provider, event: &Value, now: Timestamp, body: &str) -> Vec<(String, String)> {
    let id = event["id"].as_str().unwrap_or("msg_1");
    let headers = signature::headers(provider, &secret(provider), now, id, body.as_bytes());
    headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

impl World {
    /// Posts an event as its provider would.
    pub async fn event(&self, provider: Provider, event: &Value) -> Response {
        let body = event.to_string();
        let headers = signed(provider, event, self.local.clock().now(), &body);
        let response = self.post(path(provider), &headers, body.as_bytes()).await;
        self.local.work().await;
        response
    }

    /// Posts an event of Stripe and expects that it is taken.
    pub async fn stripe(&self, event: Value) -> String {
        let response = self.event(Provider::Stripe, &event).await;
        assert_eq!(response.status, 200, "{}", response.body);
        response.body
    }

    /// An invoice: state, paid and due in minor units.
    pub async fn invoice(&self, number: &str) -> (String, u64, u64) {
        let read = self.json(&format!("/invoice view {number}")).await;
        let data = &read["data"];
        let text = data["state"].as_str().unwrap_or_else(|| panic!("{read}")).to_owned();
        (text, data["paid_minor"].as_u64().unwrap(), data["due_minor"].as_u64().unwrap())
    }
}
