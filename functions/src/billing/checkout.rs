//! The page of a provider on which one invoice is paid: a Checkout Session of Stripe, or a transaction of
//! Paystack.
//!
//! Invariant: a page asks for exactly the amount that is due, and names its invoice in all that the provider
//! reports of it. An open page of the same version and amount is used again. Any other one is expired before
//! a new one begins; if it was paid meanwhile, none begins.
//!
//! What is kept of the last page ([`Opened`]) only finds it again: without it, the idempotency key finds the
//! same page at Stripe, and a payment for an older page is a surplus.

use axum::http::Method;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shared::contract::Key;
use shared::invoices::types::normal_reference;
use shared::kernel::actor::Provider;
use shared::kernel::id::{InvoiceNumber, digest};
use shared::kernel::money::Money;
use shared::payments::types::{Payment, Stage};

use super::api::{Api, Asked, Sent, Trouble, is_private};
use super::units::from_iso;
use crate::failure::Failure;
use crate::store::Store;
use crate::store::layout::{self, checkout_place};

/// A page that ends sooner is not used again.
const LEFT_MIN: SignedDuration = SignedDuration::from_mins(5);

/// How long a page lasts where the provider does not say.
const LASTS: SignedDuration = SignedDuration::from_hours(24);

/// What is to be paid.
#[derive(Debug, Clone)]
pub struct Bill {
    pub number: InvoiceNumber,
    pub version: u64,
    pub due: Money,
    pub email: Option<String>,
    /// Where the payer returns to.
    pub back: String,
}

/// The start of a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// The payer goes on at this address.
    At(String),
    /// The payer has done everything already; the provider's report is on its way.
    Paid,
}

/// Why no payment begins.
#[derive(Debug)]
pub enum NotBegun {
    /// No provider takes this amount in this currency from this client.
    NoProvider,
    Asking(Trouble),
    Store(Failure),
}

impl From<Trouble> for NotBegun {
    fn from(trouble: Trouble) -> Self {
        NotBegun::Asking(trouble)
    }
}

impl From<Failure> for NotBegun {
    fn from(failure: Failure) -> Self {
        NotBegun::Store(failure)
    }
}

/// The last page of an invoice.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Opened {
    provider: Provider,
    id: String,
    url: String,
    version: u64,
    minor: u64,
    until: Timestamp,
    /// How many pages the invoice has had.
    count: u64,
}

/// Where a page stands at its provider.
enum Standing {
    Open,
    /// The payer has done everything; the payment has this identifier.
    Complete(String),
    Over,
}

/// Begins payments at the providers.
#[derive(Debug, Clone)]
pub struct Checkout {
    pub api: Api,
    pub store: Store,
}

impl Checkout {
    /// The address where an invoice is paid now.
    ///
    /// # Errors
    /// No payment begins.
    pub async fn begin(&self, bill: &Bill) -> Result<Begun, NotBegun> {
        let provider = self.api.provider_for(bill.due.currency).ok_or(NotBegun::NoProvider)?;
        let amount = from_iso(provider, bill.due.minor, bill.due.currency);
        let amount = amount.filter(|amount| *amount > 0).ok_or(NotBegun::NoProvider)?;
        let kept = self.kept(bill.number).await?;
        if let Some(opened) = &kept {
            match self.standing(opened).await? {
                Standing::Complete(payment) if !self.is_known(&payment).await? => {
                    return Ok(Begun::Paid);
                }
                Standing::Open if self.fits(opened, bill, provider) => {
                    return Ok(Begun::At(opened.url.clone()));
                }
                Standing::Open if !self.expire(opened).await? => return Ok(Begun::Paid),
                Standing::Open | Standing::Complete(_) | Standing::Over => {}
            }
        }
        let count = kept.map_or(0, |opened| opened.count).saturating_add(1);
        let opened = match provider {
            Provider::Stripe => self.session(bill, amount, count).await?,
            Provider::Paystack | Provider::Billing => {
                match self.transaction(bill, amount, count).await {
                    // A page with this reference began, and was not kept.
                    Err(NotBegun::Asking(Trouble::Refused(_))) => {
                        self.transaction(bill, amount, count.saturating_add(1)).await?
                    }
                    begun => begun?,
                }
            }
        };
        self.keep(bill.number, &opened).await?;
        Ok(Begun::At(opened.url))
    }

    fn fits(&self, opened: &Opened, bill: &Bill, provider: Provider) -> bool {
        let left = opened.until.duration_since(self.store.clock().now());
        opened.provider == provider
            && (opened.version, opened.minor) == (bill.version, bill.due.minor)
            && left >= LEFT_MIN
    }

    /// Whether the desk knows how a payment ended.
    async fn is_known(&self, payment: &str) -> Result<bool, Failure> {
        let key = Key::Payment(normal_reference(payment));
        let image = self.store.image(std::slice::from_ref(&key)).await?;
        let known = image.peek::<Payment>(&key).map(|payment| &payment.sums);
        Ok(known.is_some_and(|sums| sums.received_minor > 0 || sums.stage == Stage::Failed))
    }

    async fn standing(&self, opened: &Opened) -> Result<Standing, Trouble> {
        let path = match opened.provider {
            Provider::Stripe => format!("/v1/checkout/sessions/{}", opened.id),
            Provider::Paystack | Provider::Billing => format!("/transaction/verify/{}", opened.id),
        };
        let answer = match self.api.send(opened.provider, &Asked::get(path)).await {
            Ok(answer) => answer,
            // It is of another account, or was never used.
            Err(Trouble::Refused(_)) => return Ok(Standing::Over),
            Err(trouble) => return Err(trouble),
        };
        let text = |path: &str| answer.pointer(path).and_then(Value::as_str).unwrap_or_default();
        Ok(match (opened.provider, text("/status"), text("/data/status")) {
            (Provider::Stripe, "open", _) => Standing::Open,
            (Provider::Stripe, "complete", _) => {
                Standing::Complete(text("/payment_intent").to_owned())
            }
            (Provider::Paystack, _, "success") => Standing::Complete(opened.id.clone()),
            (Provider::Paystack, _, "failed" | "reversed") => Standing::Over,
            (Provider::Paystack, ..) => Standing::Open,
            _ => Standing::Over,
        })
    }

    /// Ends a page; false if it was paid in the meantime. A transaction at Paystack cannot be ended.
    async fn expire(&self, opened: &Opened) -> Result<bool, Trouble> {
        if opened.provider != Provider::Stripe {
            return Ok(true);
        }
        let path = format!("/v1/checkout/sessions/{}/expire", opened.id);
        let once = Some(format!("expire-{}", opened.id));
        let asked = Asked { method: Method::POST, path, body: Sent::Nothing, once };
        match self.api.send(Provider::Stripe, &asked).await {
            Ok(_) => Ok(true),
            Err(Trouble::Refused(_)) => {
                Ok(!matches!(self.standing(opened).await?, Standing::Complete(_)))
            }
            Err(trouble) => Err(trouble),
        }
    }

    async fn session(&self, bill: &Bill, amount: u64, count: u64) -> Result<Opened, Trouble> {
        let number = bill.number.to_string();
        let price = "line_items[0][price_data]";
        let mut fields = vec![
            ("mode".to_owned(), "payment".to_owned()),
            ("client_reference_id".to_owned(), number.clone()),
            ("metadata[invoice]".to_owned(), number.clone()),
            ("payment_intent_data[metadata][invoice]".to_owned(), number.clone()),
            ("line_items[0][quantity]".to_owned(), "1".to_owned()),
            (format!("{price}[currency]"), bill.due.currency.code().to_lowercase()),
            (format!("{price}[unit_amount]"), amount.to_string()),
            (format!("{price}[product_data][name]"), format!("Invoice {number}")),
            ("success_url".to_owned(), format!("{}&paid=1", bill.back)),
            ("cancel_url".to_owned(), bill.back.clone()),
        ];
        fields.extend(bill.email.clone().map(|email| ("customer_email".to_owned(), email)));
        let asked = Asked {
            method: Method::POST,
            path: "/v1/checkout/sessions".to_owned(),
            body: Sent::Form(fields),
            once: Some(key_of(bill, count)),
        };
        let answer = self.api.send(Provider::Stripe, &asked).await?;
        let until = answer.get("expires_at").and_then(Value::as_i64);
        let until = until.and_then(|second| Timestamp::from_second(second).ok());
        self.opened(Provider::Stripe, bill, count, (answer.get("id"), answer.get("url"), until))
    }

    async fn transaction(&self, bill: &Bill, amount: u64, count: u64) -> Result<Opened, NotBegun> {
        let email = bill.email.clone().ok_or(NotBegun::NoProvider)?;
        let number = bill.number.to_string();
        let asked = Asked {
            method: Method::POST,
            path: "/transaction/initialize".to_owned(),
            body: Sent::Json(json!({
                "email": email, "amount": amount.to_string(),
                "currency": bill.due.currency.code(), "reference": key_of(bill, count),
                "callback_url": format!("{}&paid=1", bill.back),
                "metadata": { "invoice": number, "cancel_action": bill.back },
            })),
            once: None,
        };
        let answer = self.api.send(Provider::Paystack, &asked).await?;
        let of = |name: &str| answer.get("data").and_then(|data| data.get(name));
        let page = (of("reference"), of("authorization_url"), None);
        Ok(self.opened(Provider::Paystack, bill, count, page)?)
    }

    fn opened(
        &self,
        provider: Provider,
        bill: &Bill,
        count: u64,
        (id, url, until): (Option<&Value>, Option<&Value>, Option<Timestamp>),
    ) -> Result<Opened, Trouble> {
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        let (Some(id), Some(url)) = (text(id), text(url).filter(|url| is_private(url))) else {
            return Err(Trouble::Unknown("its answer names no page".to_owned()));
        };
        let now = self.store.clock().now();
        let until = until.or_else(|| now.checked_add(LASTS).ok()).unwrap_or(now);
        let (version, minor) = (bill.version, bill.due.minor);
        Ok(Opened { provider, id, url, version, minor, until, count })
    }

    async fn kept(&self, number: InvoiceNumber) -> Result<Option<Opened>, Failure> {
        let doing = "read the last payment page of an invoice";
        let item = self.store.plain_item(doing, &checkout_place(&number.to_string())).await?;
        item.map(layout::data).transpose().map_err(|e| Failure::unchanged(doing, e))
    }

    async fn keep(&self, number: InvoiceNumber, opened: &Opened) -> Result<(), Failure> {
        let doing = "keep the payment page of an invoice";
        let place = checkout_place(&number.to_string());
        let item = layout::plain(&place, opened).map_err(|e| Failure::unchanged(doing, e))?;
        self.store.put_plain(doing, &place, item, false).await.map(|_| ())
    }
}

/// The key under which a page begins once: of the invoice, its version, the amount and the way back.
fn key_of(bill: &Bill, count: u64) -> String {
    let (version, minor) = (bill.version, bill.due.minor);
    let facts = format!("{}#{version}#{minor}#{count}#{}", bill.number, bill.back);
    let hash: String = digest(&[&facts]).chars().take(16).collect();
    format!("{}-v{version}-{}", bill.number, hash.to_lowercase())
}
