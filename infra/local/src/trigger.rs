//! `creditdesk trigger`: an event as a billing provider would send it, signed with the desk's own secret and
//! posted to the local desk. It goes the way of every event; nothing here books anything.

mod body;

use std::io::{self, Write};

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use clap::{Args, ValueEnum};
use functions::billing::{path, setting, signature};
use iso_currency::Currency;
use runtime::client::HttpClient;
use shared::contract::Key;
use shared::invoices::types::Invoice;
use shared::kernel::actor;
use shared::kernel::id::InvoiceNumber;
use shared::kernel::money::parse_minor;

use self::body::Triggered;
use crate::config::Config;
use crate::desk::Local;
use crate::embedded::Place;
use crate::program::Trouble;

/// The event and the desk.
#[derive(Debug, Clone, Args)]
pub struct Trigger {
    /// Which provider sends it
    #[arg(value_enum)]
    provider: Provider,
    /// The type of the event, such as `payment_intent.succeeded`, `charge.success` or `payment.updated`
    event: String,
    /// The invoice that it names
    #[arg(long, value_name = "INV-…")]
    invoice: InvoiceNumber,
    /// The amount, such as 12.50 [default: what is due, or else what the invoice states]
    #[arg(long)]
    amount: Option<String>,
    /// The currency [default: the invoice’s]
    #[arg(long, value_parser = currency)]
    currency: Option<Currency>,
    /// The payment [default: one made from the invoice’s number]
    #[arg(long)]
    payment: Option<String>,
    /// The desk’s address
    #[arg(long, default_value = "http://127.0.0.1:8787")]
    url: String,
}

/// The providers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Provider {
    Stripe,
    Paystack,
    /// Any other biller, by Standard Webhooks.
    Billing,
}

impl From<Provider> for actor::Provider {
    fn from(provider: Provider) -> Self {
        match provider {
            Provider::Stripe => actor::Provider::Stripe,
            Provider::Paystack => actor::Provider::Paystack,
            Provider::Billing => actor::Provider::Billing,
        }
    }
}

fn currency(code: &str) -> Result<Currency, String> {
    Currency::from_code(&code.to_ascii_uppercase()).ok_or_else(|| "no such currency".to_owned())
}

/// Sends the event, and prints the answer.
///
/// # Errors
/// The provider has no secret or no such event, the invoice is not known, or the desk is not there.
pub async fn run(trigger: Trigger, place: &Place, config: &Config) -> Result<u8, Trouble> {
    let provider = trigger.provider.into();
    let secret = config.billing.of(provider).first().ok_or_else(|| {
        Trouble::Other(format!(
            "{} is not set; set it for this command and for the desk",
            setting(provider)
        ))
    })?;
    let (minor, currency) = money(&trigger, place, config).await?;
    let digits = trigger.invoice.to_string().replace('-', "_");
    let payment = trigger.payment.unwrap_or_else(|| body::payment(provider, &digits));
    let invoice = trigger.invoice;
    let kind = trigger.event.as_str();
    let triggered = Triggered { provider, kind, payment: &payment, invoice, minor, currency };
    let body = triggered.body().map_err(Trouble::Other)?.to_string();
    let now = runtime::clock::Clock::system().now();
    let id = format!("msg_{}", now.as_millisecond());
    let mut headers = HeaderMap::new();
    for (name, value) in signature::headers(provider, secret, now, &id, body.as_bytes()) {
        let value = HeaderValue::from_str(&value).map_err(|e| Trouble::Other(e.to_string()))?;
        headers.insert(HeaderName::from_static(name), value);
    }
    let url = format!("{}{}", trigger.url.trim_end_matches('/'), path(provider));
    let uri: Uri = url.parse().map_err(|_| Trouble::Other(format!("{url} is no address")))?;
    let sent = HttpClient::default().send(Method::POST, uri, &headers, body.into()).await;
    let answer = sent.map_err(|e| Trouble::Other(format!("no desk answers at {url}: {e}")))?;
    let text = String::from_utf8_lossy(&answer.body);
    writeln!(io::stdout(), "{kind} of {payment}: {} {}", answer.status, text.trim_end())?;
    Ok(if answer.is_ok() { 0 } else { 5 })
}

/// The amount and its currency, as given or as the invoice says.
async fn money(
    trigger: &Trigger,
    place: &Place,
    config: &Config,
) -> Result<(u64, Currency), Trouble> {
    let amount = |currency| {
        let typed = trigger.amount.as_ref().map(|text| parse_minor(text, currency));
        typed.transpose().map_err(|why| Trouble::Other(why.trim_end_matches('.').to_owned()))
    };
    if let Some(currency) = trigger.currency
        && let Some(minor) = amount(currency)?
    {
        return Ok((minor, currency));
    }
    let key = Key::Invoice(trigger.invoice);
    let local = Local::open_to_read(place, config)?;
    let image = local.store().image(std::slice::from_ref(&key)).await;
    let image = image.map_err(|failure| Trouble::Other(failure.to_string()))?;
    let invoice = image.peek::<Invoice>(&key).ok_or_else(|| {
        Trouble::Other(format!(
            "there is no invoice {} here. If the desk that runs is the sample, add --demo; for another \
             desk, give --amount and --currency",
            trigger.invoice
        ))
    })?;
    let stated = match invoice.due_minor() {
        0 => invoice.gross_minor,
        due => due,
    };
    let currency = trigger.currency.unwrap_or(invoice.currency);
    Ok((amount(currency)?.unwrap_or(stated), currency))
}
