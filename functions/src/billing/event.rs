//! What an event says, in the same words for all providers, and how to read a provider's JSON.

use iso_currency::Currency;
use serde_json::Value;
use shared::kernel::actor::Provider;
use shared::kernel::id::InvoiceNumber;
use shared::payments::types::Report;

use super::units::to_iso;
use super::{neutral, paystack, stripe};

/// The longest identifier of a payment, in characters.
const PAYMENT_MAX: usize = 100;

/// An event of a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Incoming {
    Payment(Report),
    /// The desk does not use events of this type.
    Unused {
        event: String,
        kind: String,
    },
}

/// Why a body is not the provider's: a sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotAnEvent(pub String);

/// Reads the body of a request that is signed. `id` names the message where the body does not.
///
/// # Errors
/// The body is not what the provider sends.
pub fn read(provider: Provider, id: &str, body: &[u8]) -> Result<Incoming, NotAnEvent> {
    let body: Value = serde_json::from_slice(body)
        .map_err(|error| NotAnEvent(format!("The body is no JSON: {error}.")))?;
    read_value(provider, id, &body)
}

/// Reads an event that the provider has sent or listed.
///
/// # Errors
/// As [`read`].
pub fn read_value(provider: Provider, id: &str, event: &Value) -> Result<Incoming, NotAnEvent> {
    let incoming = match provider {
        Provider::Stripe => stripe::read(&Part(event)),
        Provider::Paystack => paystack::read(&Part(event)),
        Provider::Billing => neutral::read(id, &Part(event)),
    }?;
    match incoming {
        Incoming::Payment(report) => checked(report).map(Incoming::Payment),
        Incoming::Unused { event, kind } => {
            Ok(Incoming::Unused { event: short(&event), kind: short(&kind) })
        }
    }
}

fn checked(report: Report) -> Result<Report, NotAnEvent> {
    let plain = |text: &str| text.chars().all(|c| !c.is_control() && !c.is_whitespace());
    let is_named = !report.payment.is_empty() && plain(&report.payment);
    if is_named && report.payment.chars().count() <= PAYMENT_MAX {
        Ok(report)
    } else {
        Err(NotAnEvent(format!(
            "A payment is named by 1 to {PAYMENT_MAX} characters without spaces."
        )))
    }
}

fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(PAYMENT_MAX).collect()
}

/// A part of a body.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part<'a>(pub(super) &'a Value);

impl<'a> Part<'a> {
    /// A field; null if it is not there.
    pub(super) fn get(self, name: &str) -> Part<'a> {
        const NULL: &Value = &Value::Null;
        Part(self.0.get(name).unwrap_or(NULL))
    }

    pub(super) fn is_null(self) -> bool {
        self.0.is_null()
    }

    /// A text that has to be there.
    pub(super) fn text(self, name: &str) -> Result<&'a str, NotAnEvent> {
        let text = self.get(name).0.as_str().filter(|text| !text.is_empty());
        text.ok_or_else(|| NotAnEvent(format!("It has no text “{name}”.")))
    }

    /// The id of an object: its text, or the `id` of the object in its place.
    pub(super) fn id(self, name: &str) -> Option<String> {
        let value = self.get(name).0;
        let value = if value.is_object() { value.get("id")? } else { value };
        match value {
            Value::String(text) if !text.is_empty() => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// The currency, in either case.
    pub(super) fn currency(self) -> Result<Currency, NotAnEvent> {
        let code = self.text("currency")?.to_ascii_uppercase();
        Currency::from_code(&code)
            .ok_or_else(|| NotAnEvent(format!("There is no currency “{code}”.")))
    }

    /// An amount in the provider's minor units, as minor units of ISO 4217. Some write digits as a text.
    pub(super) fn amount(self, provider: Provider, name: &str) -> Result<u64, NotAnEvent> {
        let value = self.get(name).0;
        let digits = value.as_str().filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
        let amount = value.as_u64().or_else(|| digits?.parse().ok());
        let minor = amount.and_then(|amount| to_iso(provider, amount, self.currency().ok()?));
        minor.ok_or_else(|| NotAnEvent(format!("“{name}” is no amount in minor units.")))
    }

    /// The invoice that texts of the event name, if they all name the same one.
    pub(super) fn invoice(names: &[Part<'_>]) -> Option<InvoiceNumber> {
        let mut numbers: Vec<InvoiceNumber> = Vec::new();
        let texts = names.iter().filter_map(|name| name.0.as_str());
        numbers.extend(texts.filter_map(|text| text.trim().parse::<InvoiceNumber>().ok()));
        numbers.sort();
        numbers.dedup();
        match numbers.as_slice() {
            [number] => Some(*number),
            _ => None,
        }
    }
}
