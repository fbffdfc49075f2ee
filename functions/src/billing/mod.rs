//! Webhooks of billing providers: `POST /webhooks/stripe`, `/webhooks/paystack` and `/webhooks/billing`
//! (Standard Webhooks, for any other biller).
//!
//! Order, on every request: size → the route's secret → signature over the raw bytes → JSON → report → call.
//! Nothing is read from a body before its signature holds, and what is booked is a fact about a payment,
//! never a body ([`event`]). The call's key is the payment with these facts, so that a redelivery is
//! answered and never done twice.
//!
//! | Answer | When |
//! |---|---|
//! | 200 | booked, or booked before; or the desk does not use such events, which it notes |
//! | 400 | signed, and not what the provider sends |
//! | 401 | not signed by the provider |
//! | 404 | the route has no secret, so it is off |
//! | 500, 503 | not done, or not known to be done within [`PATIENCE`]: the provider sends it again |

pub mod api;
pub mod checkout;
pub mod event;
pub mod listing;
mod neutral;
mod paystack;
pub mod reconcile;
mod refunds;
pub mod signature;
pub mod stripe;
pub mod units;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use jiff::Timestamp;
use runtime::environment::Environment;
use runtime::http::limited;
use runtime::log;
use runtime::secret::Secret;
use shared::contract::Ask;
use shared::contract::call::{Call, Outcome, Reply};
use shared::kernel::actor::{Caller, Provider};
use shared::kernel::id::CallKey;
use shared::payments::types as payments;
use tokio::time::timeout;

use self::event::Incoming;
use crate::store::commit::Budget;

/// How long a provider waits for the outcome; it gets an answer within five seconds.
pub const PATIENCE: Duration = Duration::from_secs(4);

/// For how long a change is sent again within [`PATIENCE`]; the provider's redelivery is the retry after.
pub const BUDGET: Budget =
    Budget { busy: Duration::from_millis(3_000), unknown: Duration::from_millis(3_500) };

/// The signing secrets of the routes; a route without one is off.
#[derive(Debug, Clone, Default)]
pub struct Secrets {
    pub stripe: Vec<Secret>,
    pub paystack: Vec<Secret>,
    pub billing: Vec<Secret>,
}

impl Secrets {
    /// Reads the secrets: each one, or two with a comma between them while it rotates.
    pub fn read(environment: &mut Environment<'_>) -> Self {
        let secrets = Self {
            stripe: environment.secrets(setting(Provider::Stripe)),
            paystack: environment.secrets(setting(Provider::Paystack)),
            billing: environment.secrets(setting(Provider::Billing)),
        };
        if !secrets.billing.iter().all(signature::is_standard_secret) {
            environment.fault(format!(
                "{} is not whsec_ and 24 to 64 bytes in base64",
                setting(Provider::Billing)
            ));
        }
        secrets
    }

    /// The live secrets of one provider.
    #[must_use]
    pub fn of(&self, provider: Provider) -> &[Secret] {
        match provider {
            Provider::Stripe => &self.stripe,
            Provider::Paystack => &self.paystack,
            Provider::Billing => &self.billing,
        }
    }

    /// The routes that are off, with their missing settings.
    #[must_use]
    pub fn off(&self) -> Option<String> {
        let off = PROVIDERS.into_iter().filter(|provider| self.of(*provider).is_empty());
        let off = off.map(|provider| format!("{} ({})", path(provider), setting(provider)));
        let off: Vec<String> = off.collect();
        let verb =
            if off.len() == 1 { "is off: its setting is" } else { "are off: their settings are" };
        (!off.is_empty()).then(|| format!("{} {verb} not set", off.join(", ")))
    }
}

/// All providers.
pub const PROVIDERS: [Provider; 3] = [Provider::Stripe, Provider::Paystack, Provider::Billing];

/// The setting that holds a provider's secret.
#[must_use]
pub fn setting(provider: Provider) -> &'static str {
    match provider {
        Provider::Stripe => "STRIPE_WEBHOOK_SECRET",
        Provider::Paystack => "PAYSTACK_SECRET_KEY",
        Provider::Billing => "BILLING_WEBHOOK_SECRET",
    }
}

/// The path of a provider's webhook.
#[must_use]
pub fn path(provider: Provider) -> &'static str {
    match provider {
        Provider::Stripe => "/webhooks/stripe",
        Provider::Paystack => "/webhooks/paystack",
        Provider::Billing => "/webhooks/billing",
    }
}

/// The reply of the desk, later.
pub type Replying = Pin<Box<dyn Future<Output = Reply> + Send>>;

/// What the routes need.
#[derive(Clone)]
pub struct Webhooks {
    pub secrets: Secrets,
    pub now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// Sends a call to the desk.
    pub call: Arc<dyn Fn(Call) -> Replying + Send + Sync>,
}

/// The routes.
pub fn router(webhooks: Webhooks) -> Router {
    let mut routes = Router::new();
    for provider in PROVIDERS {
        let answer =
            async move |State(webhooks): State<Webhooks>, headers: HeaderMap, body: Bytes| {
                webhooks.answer(provider, &headers, &body).await
            };
        routes = routes.route(path(provider), post(answer));
    }
    limited(routes.with_state(webhooks))
}

/// The answer to a path that is nobody's, such as the webhook of a provider that the desk does not know.
pub async fn unknown(method: Method, uri: Uri) -> Response {
    let path: String = uri.path().chars().filter(|c| !c.is_control()).take(100).collect();
    tracing::warn!(%method, path, "a request came to no route");
    StatusCode::NOT_FOUND.into_response()
}

impl Webhooks {
    async fn answer(&self, provider: Provider, headers: &HeaderMap, body: &[u8]) -> Response {
        let name = provider.word();
        let secrets = self.secrets.of(provider);
        if secrets.is_empty() {
            tracing::warn!(provider = name, "an event came, and the route is off");
            let off = format!("{} is off: {} is not set.", path(provider), setting(provider));
            return (StatusCode::NOT_FOUND, off).into_response();
        }
        if !signature::is_signed(provider, secrets, (self.now)(), headers, body) {
            tracing::warn!(provider = name, "an event is not signed by its provider");
            return (StatusCode::UNAUTHORIZED, "The signature does not hold.").into_response();
        }
        let id = headers.get("webhook-id").and_then(|id| id.to_str().ok()).unwrap_or_default();
        let incoming = match event::read(provider, id, body) {
            Ok(incoming) => incoming,
            Err(wrong) => {
                tracing::warn!(provider = name, %wrong, "an event cannot be read");
                return (StatusCode::BAD_REQUEST, wrong.to_string()).into_response();
            }
        };
        let call = call(provider, incoming);
        log::operation(&call.key.op());
        match timeout(PATIENCE, (self.call)(call)).await {
            Ok(reply) => answered(&reply),
            Err(_) => {
                tracing::warn!(provider = name, "the outcome of an event is not known in time");
                again("The outcome is not known yet. Send it again.")
            }
        }
    }
}

/// The call of an event, under the key of its facts.
fn call(provider: Provider, incoming: Incoming) -> Call {
    let (id, ask) = match incoming {
        Incoming::Payment(report) => {
            let payment = report.payment.clone();
            let ask = Ask::from(payments::Ask::PaymentBook(report));
            (format!("{payment}#{}", ask.fingerprint()), ask)
        }
        Incoming::Unused { event, kind } => {
            let id = format!("{kind} {event}");
            (id, Ask::from(payments::Ask::EventNote { event, kind }))
        }
    };
    let key = CallKey::new(provider.word(), id);
    let by = Caller::Provider(provider);
    Call { key, by, ask, dry_run: false, at: None, typed: None }
}

fn answered(reply: &Reply) -> Response {
    match &reply.outcome {
        Outcome::Done(receipt) => {
            let word = if reply.replay_of.is_some() { "Booked before" } else { "Booked" };
            format!("{word}: {}.", receipt.op).into_response()
        }
        Outcome::Answer(_) => "Nothing to book.".into_response(),
        Outcome::Failed(failed) => again(&format!("Send it again ({}).", failed.reference)),
        Outcome::Refused(refusal) => {
            tracing::error!(%refusal, "an event was refused");
            again("Send it again.")
        }
        Outcome::Tried(_) | Outcome::Planned(_) | Outcome::Elsewhere(_) => {
            tracing::error!("an event was answered in another way");
            (StatusCode::INTERNAL_SERVER_ERROR, "Send it again.").into_response()
        }
    }
}

fn again(text: &str) -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, text.to_owned()).into_response()
}
