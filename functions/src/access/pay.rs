//! `GET` and `POST /pay/{number}?until=…&key=…`: the amount that is due on an invoice, and a button that leads to
//! the provider's page.
//!
//! Invariant: a GET makes nothing, because programs follow links too. The amount is that of the invoice as it
//! stands at the request. An invoice on which nothing is due, or for which a payment is under way, has no
//! button. What was paid is booked from the provider's events alone, so the way back books nothing.

use std::time::Duration;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::{HeaderValue, LOCATION};
use axum::response::Response;
use serde::Deserialize;
use shared::clients::types::Client;
use shared::contract::Key;
use shared::contract::image::{Image, Need};
use shared::invoices::types::{Invoice, InvoiceState};
use shared::kernel::id::InvoiceNumber;
use shared::kernel::money::Money;
use shared::payments::types::Payment;
use tokio::time::timeout;

use super::link::{Purpose, Token};
use super::page::{self, escaped};
use super::{Access, refused, unavailable};
use crate::billing::api::Trouble;
use crate::billing::checkout::{Begun, Bill, NotBegun};

/// How long the payer waits for the start of a payment.
const PATIENCE: Duration = Duration::from_secs(20);

/// What stands behind the token of a link.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Back {
    /// The payer comes back from the provider.
    paid: Option<u8>,
}

/// Shows what is due.
pub(super) async fn show(
    State(access): State<Access>,
    Path(number): Path<String>,
    token: Result<Query<Token>, QueryRejection>,
    Query(back): Query<Back>,
) -> Response {
    let number = match access.opened(Purpose::Pay, &number, token) {
        Ok(number) => number,
        Err(closed) => return refused(closed),
    };
    match access.due(number).await {
        Ok(Some(due)) => due.page(&access, back.paid.is_some()),
        Ok(None) => unknown(number),
        Err(response) => response,
    }
}

/// Begins a payment, and sends the payer to the provider's page.
pub(super) async fn begin(
    State(access): State<Access>,
    Path(number): Path<String>,
    token: Result<Query<Token>, QueryRejection>,
) -> Response {
    let number = match access.opened(Purpose::Pay, &number, token) {
        Ok(number) => number,
        Err(closed) => return refused(closed),
    };
    let due = match access.due(number).await {
        Ok(Some(due)) => due,
        Ok(None) => return unknown(number),
        Err(response) => return response,
    };
    if due.standing() != Standing::Due {
        return due.page(&access, false);
    }
    let Some(back) = access.links.to(Purpose::Pay, number, access.store.clock().now()) else {
        return due.page(&access, false);
    };
    let bill = Bill {
        number,
        version: due.invoice.version,
        due: due.money(),
        email: due.email.clone(),
        back,
    };
    let begun = match timeout(PATIENCE, access.checkout.begin(&bill)).await {
        Ok(begun) => begun,
        Err(_) => Err(NotBegun::Asking(Trouble::Unknown("it takes too long".to_owned()))),
    };
    match begun {
        Ok(Begun::At(url)) => leads_to(&url),
        Ok(Begun::Paid) => due.page(&access, true),
        Err(NotBegun::NoProvider) => due.page(&access, false),
        Err(NotBegun::Store(failure)) => unavailable(&failure),
        Err(NotBegun::Asking(trouble)) => {
            tracing::error!(%number, %trouble, "no payment page begins");
            let text = "The payment cannot begin right now, and nothing was paid. Please try again in a minute.";
            page::words(StatusCode::BAD_GATEWAY, "Not available right now", text)
        }
    }
}

fn leads_to(url: &str) -> Response {
    let mut response = page::private(StatusCode::SEE_OTHER, "text/plain", "");
    if let Ok(url) = HeaderValue::from_str(url) {
        response.headers_mut().insert(LOCATION, url);
    }
    response
}

fn unknown(number: InvoiceNumber) -> Response {
    page::words(StatusCode::NOT_FOUND, "Not found", &format!("There is no invoice {number}."))
}

/// An invoice as its payer sees it.
struct Due {
    invoice: Invoice,
    /// A payment for it waits for the bank.
    is_at_bank: bool,
    email: Option<String>,
}

/// What the page says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Due,
    AtBank,
    Nothing,
}

impl Access {
    async fn due(&self, number: InvoiceNumber) -> Result<Option<Due>, Response> {
        let read = self.store.gather(|image| needs(number, image)).await;
        let image = read.map_err(|failure| unavailable(&failure))?;
        let invoice = image.peek::<Invoice>(&Key::Invoice(number)).cloned();
        Ok(invoice.filter(|invoice| invoice.corrects.is_none()).map(|invoice| {
            let payments = invoice.references().into_iter().map(Key::Payment);
            let is_at_bank = payments
                .filter_map(|key| image.peek::<Payment>(&key).map(Payment::is_at_bank))
                .any(|waits| waits);
            let client = image.peek::<Client>(&Key::Client(number.client));
            let email = client.and_then(Client::address).map(ToString::to_string);
            Due { invoice, is_at_bank, email }
        }))
    }
}

/// The records of an invoice's page.
fn needs(number: InvoiceNumber, image: &Image) -> Vec<Key> {
    let mut keys = vec![Key::Invoice(number), Key::Client(number.client)];
    let invoice = image.peek::<Invoice>(&Key::Invoice(number));
    keys.extend(invoice.into_iter().flat_map(Invoice::references).map(Key::Payment));
    keys.retain(|key| !image.has(&Need::Item(key.clone())));
    keys
}

impl Due {
    fn money(&self) -> Money {
        Money { minor: self.invoice.due_minor(), currency: self.invoice.currency }
    }

    fn standing(&self) -> Standing {
        match (self.invoice.due_minor(), self.is_at_bank) {
            (0, _) => Standing::Nothing,
            (_, true) => Standing::AtBank,
            (_, false) => Standing::Due,
        }
    }

    fn page(&self, access: &Access, is_back: bool) -> Response {
        let (number, seller) = (self.invoice.number, escaped(&self.invoice.seller.name));
        let due = escaped(&self.money().to_string());
        let title = format!("Invoice {number}");
        let has_provider = access.checkout.api.provider_for(self.invoice.currency).is_some();
        let text = match self.standing() {
            Standing::Nothing => format!("<p>{}</p>\n", self.nothing()),
            Standing::AtBank => format!(
                "<p class=\"due\">{due}</p>\n<p>A payment is waiting for the bank, which may take a few days. \
                 Please do not pay again.</p>\n"
            ),
            Standing::Due if is_back => format!(
                "<p class=\"due\">{due}</p>\n<p>Thank you. Your payment is being confirmed, which takes a \
                 minute as a rule.</p>\n<p><a href=\"{}\">Show the invoice again</a></p>\n",
                escaped(&self.again(access))
            ),
            Standing::Due if has_provider => format!(
                "<p class=\"due\">{due}</p>\n<p>Due on {}.</p>\n\
                 <form method=\"post\"><button type=\"submit\">Pay {due}</button></form>\n",
                self.invoice.due
            ),
            Standing::Due => format!(
                "<p class=\"due\">{due}</p>\n<p>Due on {}. This invoice cannot be paid here. Please pay it by \
                 bank transfer, and state {number}.</p>\n",
                self.invoice.due
            ),
        };
        let body = format!("<p>{seller}</p>\n{text}");
        page::html(StatusCode::OK, &title, &body)
    }

    /// The link to this page.
    fn again(&self, access: &Access) -> String {
        let now = access.store.clock().now();
        access.links.to(Purpose::Pay, self.invoice.number, now).unwrap_or_default()
    }

    /// The sentence of an invoice on which nothing is due.
    fn nothing(&self) -> &'static str {
        match self.invoice.state {
            InvoiceState::Void => {
                "This invoice is void. Nothing is due, and nothing is to be paid."
            }
            InvoiceState::Refunded | InvoiceState::PartlyRefunded => {
                "This invoice was refunded. Nothing is due, and nothing is to be paid."
            }
            InvoiceState::Paid | InvoiceState::Open | InvoiceState::PartlyPaid => {
                "This invoice is paid. Nothing is due. Thank you."
            }
        }
    }
}
