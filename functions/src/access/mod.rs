//! The pages behind signed links: `GET /invoices/{number}?until=…&key=…`, and [`pay`].
//!
//! Order, on every request: links are on → the link holds for this page → the record → the page. A link is
//! all that a caller has to prove; nothing is read before it holds, and a GET writes nothing.
//!
//! | Answer | When |
//! |---|---|
//! | 200 | the document or page, as it stands now |
//! | 303 | a payment begins at the provider's page |
//! | 403 | the link is not for this document, was changed, or has expired |
//! | 404 | links are off, or there is no such document |
//! | 422 | the document cannot be drawn: the log has the reason |
//! | 502, 503 | the provider or the store did not answer |

pub mod link;
pub mod page;
mod pay;

use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::header::CONTENT_DISPOSITION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use axum::routing::get;
use paper::Undrawn;
use runtime::http::limited;
use shared::kernel::id::InvoiceNumber;

use self::link::{Closed, Links, Purpose, Token};
use crate::billing::checkout::Checkout;
use crate::failure::Failure;
use crate::print::{self, Unprinted};
use crate::store::Store;

/// What the pages need.
#[derive(Debug, Clone)]
pub struct Access {
    pub links: Links,
    pub store: Store,
    /// Begins payments.
    pub checkout: Checkout,
}

/// The routes.
pub fn router(access: Access) -> Router {
    let routes = Router::new()
        .route("/invoices/{number}", get(document))
        .route("/pay/{number}", get(pay::show).post(pay::begin));
    limited(routes.with_state(access))
}

/// The PDF of a document.
async fn document(
    State(access): State<Access>,
    Path(number): Path<String>,
    token: Result<Query<Token>, QueryRejection>,
) -> Response {
    let number = match access.opened(Purpose::Document, &number, token) {
        Ok(number) => number,
        Err(closed) => return refused(closed),
    };
    let image = match access.store.gather(|image| print::needs(number, image)).await {
        Ok(image) => image,
        Err(failure) => return unavailable(&failure),
    };
    match print::pdf(number, &image) {
        Ok(Some(pdf)) => {
            let mut response = page::private(StatusCode::OK, "application/pdf", pdf);
            let name = format!("inline; filename=\"{number}.pdf\"");
            if let Ok(name) = HeaderValue::from_str(&name) {
                response.headers_mut().insert(CONTENT_DISPOSITION, name);
            }
            response
        }
        Ok(None) => {
            let text = format!("There is no document {number}.");
            page::words(StatusCode::NOT_FOUND, "Not found", &text)
        }
        Err(unprinted) => {
            tracing::error!(%number, reason = %unprinted, "a document is not drawn");
            let reason = match &unprinted {
                Unprinted::Undrawn(undrawn @ Undrawn::Characters { .. }) => format!(" {undrawn}"),
                Unprinted::Undrawn(_) | Unprinted::Unread(_) => String::new(),
            };
            let text = format!("{number} cannot be shown. Please ask its sender for it.{reason}");
            page::words(StatusCode::UNPROCESSABLE_ENTITY, "Not available", &text)
        }
    }
}

impl Access {
    /// The document of a page that a link opens.
    fn opened(
        &self,
        purpose: Purpose,
        number: &str,
        token: Result<Query<Token>, QueryRejection>,
    ) -> Result<InvoiceNumber, Closed> {
        if self.links.off().is_some() {
            return Err(Closed::Off);
        }
        let Query(token) = token.map_err(|_| Closed::Foreign)?;
        let number = number.parse().map_err(|_| Closed::Foreign)?;
        self.links.verify(purpose, number, &token, self.store.clock().now()).map(|()| number)
    }
}

/// The page where the store did not answer.
fn unavailable(failure: &Failure) -> Response {
    let reference = failure.logged().reference;
    let text = format!("Please try again in a minute. Reference {reference}.");
    page::words(StatusCode::SERVICE_UNAVAILABLE, "Not available right now", &text)
}

/// The page of a link that opens nothing. It says nothing about the document.
fn refused(closed: Closed) -> Response {
    match closed {
        Closed::Off => {
            tracing::warn!("a link was opened, and links are off");
            page::words(StatusCode::NOT_FOUND, "Links are off", "This desk opens no links.")
        }
        Closed::Foreign => {
            tracing::warn!("a link was opened that this desk has not signed");
            page::words(
                StatusCode::FORBIDDEN,
                "This link does not work",
                "It is not complete, or it was changed. Open it from the message in which you received it.",
            )
        }
        Closed::Expired => page::words(
            StatusCode::FORBIDDEN,
            "This link has expired",
            "Please ask its sender for a new one.",
        ),
    }
}
