//! Refunds at a provider, each sent once: a request that was carried out before is found by the operation that
//! it names.

use axum::http::Method;
use serde_json::{Value, json};
use shared::kernel::actor::Provider;
use shared::payments::provider::types::RefundAsked;

use super::api::{Api, Asked, Sent, Trouble, form};
use super::units::from_iso;

impl Api {
    /// Sends a refund, unless the provider has it, and returns the provider's id of it.
    ///
    /// # Errors
    /// The provider does not carry it out, or its answer is not known.
    pub async fn refund(&self, asked: &RefundAsked) -> Result<String, Trouble> {
        if let Some(id) = self.refund_of(asked).await? {
            return Ok(id);
        }
        let provider = asked.provider;
        let amount = from_iso(provider, asked.minor, asked.currency)
            .ok_or_else(|| Trouble::Refused("it cannot write this amount".to_owned()))?;
        let request = match provider {
            Provider::Stripe => {
                let mut fields = vec![
                    (of_payment(asked).to_owned(), asked.payment.clone()),
                    ("amount".to_owned(), amount.to_string()),
                    ("metadata[op]".to_owned(), asked.op.to_string()),
                ];
                let invoice = asked.invoice.map(|number| number.to_string());
                fields.extend(invoice.map(|number| ("metadata[invoice]".to_owned(), number)));
                let (method, path) = (Method::POST, "/v1/refunds".to_owned());
                let once = Some(format!("refund-{}", asked.op));
                Asked { method, path, body: Sent::Form(fields), once }
            }
            Provider::Paystack | Provider::Billing => {
                let body = json!({
                    "transaction": asked.payment, "amount": amount.to_string(),
                    "currency": asked.currency.code(), "merchant_note": note(asked),
                });
                let (method, path) = (Method::POST, "/refund".to_owned());
                Asked { method, path, body: Sent::Json(body), once: None }
            }
        };
        let answer = self.send(provider, &request).await?;
        let answer = if provider == Provider::Stripe { &answer } else { part(&answer, "data") };
        id_of(answer).ok_or_else(|| Trouble::Unknown("its answer names no refund".to_owned()))
    }

    /// The refund that an operation made, if the provider has it.
    async fn refund_of(&self, asked: &RefundAsked) -> Result<Option<String>, Trouble> {
        let op = asked.op.to_string();
        match asked.provider {
            Provider::Stripe => {
                let fields = [
                    (of_payment(asked).to_owned(), asked.payment.clone()),
                    ("limit".to_owned(), "100".to_owned()),
                ];
                let list = Asked::get(format!("/v1/refunds?{}", form(&fields)));
                let answer = self.send(Provider::Stripe, &list).await?;
                let refunds = answer.get("data").and_then(Value::as_array);
                let is_its = |one: &&Value| {
                    one.pointer("/metadata/op").and_then(Value::as_str) == Some(op.as_str())
                };
                Ok(refunds.into_iter().flatten().find(is_its).and_then(id_of))
            }
            Provider::Paystack | Provider::Billing => {
                let path = format!("/transaction/verify/{}", asked.payment);
                let answer = self.send(Provider::Paystack, &Asked::get(path)).await?;
                let transaction = id_of(part(&answer, "data"));
                let Some(transaction) = transaction else {
                    return Err(Trouble::Unknown("its answer names no transaction".to_owned()));
                };
                let refunds = self.refunds_of(&transaction).await?;
                let its = refunds.into_iter().find(|refund| refund.note == note(asked));
                Ok(its.map(|refund| refund.id))
            }
        }
    }
}

/// The field that names the payment at Stripe.
fn of_payment(asked: &RefundAsked) -> &'static str {
    let is_charge = asked.payment.starts_with("ch_") || asked.payment.starts_with("py_");
    if is_charge { "charge" } else { "payment_intent" }
}

/// The note by which a refund at Paystack is found.
fn note(asked: &RefundAsked) -> String {
    format!("creditdesk {}", asked.op)
}

fn part<'a>(value: &'a Value, name: &str) -> &'a Value {
    const NULL: &Value = &Value::Null;
    value.get(name).unwrap_or(NULL)
}

fn id_of(value: &Value) -> Option<String> {
    match part(value, "id") {
        Value::String(id) => Some(id.clone()),
        Value::Number(id) => Some(id.to_string()),
        _ => None,
    }
}
