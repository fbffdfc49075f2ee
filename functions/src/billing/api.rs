//! Requests to the APIs of Stripe and Paystack: the account at each, deadlines and retries.
//!
//! Invariant: a request is repeated only if a repeat cannot take effect twice: a read, a request under an
//! idempotency key, or one that was never sent. [`Trouble`] says whether the provider may have carried the
//! request out. A key stands in the header of its request and nowhere else.
//!
//! Absent on purpose: the meaning of an answer; [`listing`](super::listing) and its neighbours read it.

use std::net::IpAddr;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use iso_currency::Currency;
use runtime::client::{Answered, HttpClient, NoAnswer};
use runtime::clock::{Clock, jitter};
use runtime::environment::Environment;
use runtime::secret::Secret;
use serde_json::Value;
use shared::kernel::actor::Provider;

use super::stripe::API_VERSION;

/// The longest wait before each repeat.
const WAITS: [Duration; 3] =
    [Duration::from_millis(250), Duration::from_millis(1_000), Duration::from_millis(2_000)];

/// The longest wait that a provider may ask for.
const WAIT_MAX: Duration = Duration::from_secs(5);

/// The longest sentence of a provider that is shown, in characters.
const MESSAGE_MAX: usize = 200;

/// The desk's account at one provider.
#[derive(Debug, Clone)]
pub struct Account {
    /// Two while they rotate; none if the desk may not ask.
    pub keys: Vec<Secret>,
    /// The address of the API, without the last slash.
    pub base: String,
}

/// The desk's accounts at the providers that have an API.
#[derive(Debug, Clone)]
pub struct Accounts {
    pub stripe: Account,
    pub paystack: Account,
}

impl Default for Accounts {
    fn default() -> Self {
        let account = |base: &str| Account { keys: Vec::new(), base: base.to_owned() };
        Self {
            stripe: account("https://api.stripe.com"),
            paystack: account("https://api.paystack.co"),
        }
    }
}

impl Accounts {
    /// Reads the keys and, where a test sets them, other addresses.
    pub fn read(environment: &mut Environment<'_>) -> Self {
        let mut accounts = Self::default();
        let bases = [
            (&mut accounts.stripe, Provider::Stripe, "STRIPE_API_BASE"),
            (&mut accounts.paystack, Provider::Paystack, "PAYSTACK_API_BASE"),
        ];
        for (account, provider, base) in bases {
            account.keys = environment.secrets(setting(provider));
            let Some(set) = environment.optional(base) else { continue };
            if is_private(&set) {
                account.base = set.trim_end_matches('/').to_owned();
            } else {
                environment.fault(format!("{base} is neither https nor of this machine"));
            }
        }
        accounts
    }

    fn of(&self, provider: Provider) -> Option<&Account> {
        let account = match provider {
            Provider::Stripe => &self.stripe,
            Provider::Paystack => &self.paystack,
            Provider::Billing => return None,
        };
        (!account.keys.is_empty()).then_some(account)
    }
}

/// The currencies in which Paystack is asked first.
const OF_PAYSTACK: [Currency; 5] =
    [Currency::NGN, Currency::GHS, Currency::ZAR, Currency::KES, Currency::XOF];

/// Whether nobody on the way reads what is sent to an address: by TLS, or within this machine.
pub(super) fn is_private(base: &str) -> bool {
    let Ok(uri) = base.parse::<Uri>() else { return false };
    let (Some(scheme), Some(host)) = (uri.scheme_str(), uri.host()) else { return false };
    let names_user = uri.authority().is_some_and(|authority| authority.as_str().contains('@'));
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let is_loopback =
        host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    !names_user && (scheme == "https" || (scheme == "http" && is_loopback))
}

/// The setting that holds the key to a provider's API.
#[must_use]
pub fn setting(provider: Provider) -> &'static str {
    match provider {
        Provider::Stripe => "STRIPE_API_KEY",
        Provider::Paystack | Provider::Billing => super::setting(provider),
    }
}

/// Why a provider did not do what it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    #[error("{0} is not set")]
    Off(&'static str),
    #[error("it does not accept the key in {0}")]
    Denied(&'static str),
    #[error("it answers: {0}")]
    Refused(String),
    #[error("it cannot be reached: {0}")]
    NotDone(String),
    #[error("its answer is not known: {0}")]
    Unknown(String),
}

/// A request to a provider.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) method: Method,
    /// Path and query.
    pub(super) path: String,
    pub(super) body: Sent,
    /// The key under which the provider carries it out once.
    pub(super) once: Option<String>,
}

/// The body of a request.
#[derive(Debug, Clone)]
pub(super) enum Sent {
    Nothing,
    Form(Vec<(String, String)>),
    Json(Value),
}

impl Asked {
    pub(super) fn get(path: String) -> Self {
        Self { method: Method::GET, path, body: Sent::Nothing, once: None }
    }

    fn is_repeatable(&self) -> bool {
        self.method == Method::GET || self.once.is_some()
    }
}

/// The APIs of the providers.
#[derive(Debug, Clone)]
pub struct Api {
    accounts: Accounts,
    client: HttpClient,
    clock: Clock,
}

impl Api {
    #[must_use]
    pub fn new(accounts: Accounts, clock: Clock) -> Self {
        Self { accounts, client: HttpClient::default(), clock }
    }

    /// The providers that the desk may ask.
    pub fn providers(&self) -> impl Iterator<Item = Provider> {
        super::PROVIDERS.into_iter().filter(|provider| self.accounts.of(*provider).is_some())
    }

    /// The provider that takes payments in a currency.
    #[must_use]
    pub fn provider_for(&self, currency: Currency) -> Option<Provider> {
        let is_first = |provider: &Provider| {
            (*provider == Provider::Paystack) == OF_PAYSTACK.contains(&currency)
        };
        let takes = |provider: &Provider| {
            *provider == Provider::Stripe || is_first(provider) || currency == Currency::USD
        };
        let mut on: Vec<Provider> = self.providers().filter(takes).collect();
        on.sort_by_key(|provider| !is_first(provider));
        on.into_iter().next()
    }

    /// Sends a request until it is answered, at most four times.
    pub(super) async fn send(&self, provider: Provider, asked: &Asked) -> Result<Value, Trouble> {
        let account = self.accounts.of(provider).ok_or(Trouble::Off(setting(provider)))?;
        let mut waits = WAITS.into_iter();
        loop {
            let (trouble, after) = match self.with_keys(provider, account, asked).await {
                Ok(answered) => match judged(provider, asked, &answered) {
                    Judged::Done(value) => return Ok(value),
                    Judged::Final(trouble) => return Err(trouble),
                    Judged::Again(trouble) => (trouble, answered.retry_after),
                },
                Err(NoAnswer::NotSent(reason)) => (Trouble::NotDone(reason), None),
                Err(NoAnswer::Unanswered(reason)) if asked.is_repeatable() => {
                    (Trouble::Unknown(reason), None)
                }
                Err(NoAnswer::Unanswered(reason)) => return Err(Trouble::Unknown(reason)),
            };
            let Some(wait) = waits.next() else { return Err(trouble) };
            tracing::warn!(provider = provider.word(), %trouble, "a provider is asked again");
            self.clock.sleep(after.map_or_else(|| jitter(wait), |after| after.min(WAIT_MAX))).await;
        }
    }

    /// Sends a request once, with the first key that the provider accepts.
    async fn with_keys(
        &self,
        provider: Provider,
        account: &Account,
        asked: &Asked,
    ) -> Result<Answered, NoAnswer> {
        let unsent = |reason: &str| NoAnswer::NotSent(reason.to_owned());
        let uri: Uri = format!("{}{}", account.base, asked.path)
            .parse()
            .map_err(|_| unsent("its address cannot be read"))?;
        let (kind, body) = match &asked.body {
            Sent::Nothing => (None, Bytes::new()),
            Sent::Form(fields) => (Some("application/x-www-form-urlencoded"), form(fields).into()),
            Sent::Json(value) => (Some("application/json"), value.to_string().into()),
        };
        let mut last = Err(unsent("there is no key"));
        for key in &account.keys {
            let mut headers = HeaderMap::new();
            let mut put = |name: &'static str, value: &str| {
                let value = HeaderValue::from_str(value).ok()?;
                headers.insert(HeaderName::from_static(name), value);
                Some(())
            };
            let bearer = put("authorization", &format!("Bearer {}", key.expose()));
            let once = asked.once.as_deref().map_or(Some(()), |once| put("idempotency-key", once));
            if bearer.and(once).is_none() {
                return Err(unsent("its key is no text of a header"));
            }
            if provider == Provider::Stripe {
                put("stripe-version", API_VERSION);
            }
            if let Some(kind) = kind {
                put("content-type", kind);
            }
            if let Some(value) = headers.get_mut("authorization") {
                value.set_sensitive(true);
            }
            let method = asked.method.clone();
            last = self.client.send(method, uri.clone(), &headers, body.clone()).await;
            if !matches!(&last, Ok(answered) if answered.status == 401) {
                break;
            }
        }
        last
    }
}

/// A judged answer.
enum Judged {
    Done(Value),
    Again(Trouble),
    Final(Trouble),
}

fn judged(provider: Provider, asked: &Asked, answered: &Answered) -> Judged {
    let status = answered.status;
    let value = serde_json::from_slice::<Value>(&answered.body);
    match (status, value) {
        (200..=299, Ok(value)) => Judged::Done(value),
        (200..=299, Err(error)) => {
            Judged::Final(Trouble::Unknown(format!("its body is no JSON: {error}")))
        }
        (401 | 403, _) => Judged::Final(Trouble::Denied(setting(provider))),
        (429, _) => Judged::Again(Trouble::NotDone(format!("it answers {status}"))),
        // Stripe carries the same key out just now.
        (409, _) if asked.once.is_some() => {
            Judged::Again(Trouble::Unknown(format!("it answers {status}")))
        }
        (400..=499, value) => Judged::Final(Trouble::Refused(message(status, value.ok()))),
        (_, _) if asked.is_repeatable() => {
            Judged::Again(Trouble::Unknown(format!("it answers {status}")))
        }
        (_, _) => Judged::Final(Trouble::Unknown(format!("it answers {status}"))),
    }
}

/// The provider's own sentence.
fn message(status: u16, value: Option<Value>) -> String {
    let value = value.unwrap_or_default();
    let sentence = value.pointer("/error/message").or_else(|| value.get("message"));
    let sentence = sentence.and_then(Value::as_str).unwrap_or_default();
    let sentence = sentence.chars().filter(|c| !c.is_control()).take(MESSAGE_MAX);
    let sentence: String = sentence.collect();
    if sentence.is_empty() { format!("HTTP {status}") } else { sentence }
}

/// Fields as `application/x-www-form-urlencoded`, and as a query.
pub(super) fn form(fields: &[(String, String)]) -> String {
    let pairs = fields.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value)));
    pairs.collect::<Vec<_>>().join("&")
}

fn escaped(text: &str) -> String {
    let escape = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(escape).collect()
}

#[cfg(test)]
mod tests {
    use runtime::environment::read_from;

    use super::*;

    #[test]
    fn address_of_an_api_is_private() {
        for base in
            ["https://api.stripe.com", "http://127.0.0.1:9", "http://[::1]:9", "http://localhost:1"]
        {
            assert!(is_private(base), "{base}");
        }
        for base in [
            "http://api.stripe.com",
            "http://127.0.0.1.evil.example",
            "http://10.0.0.1",
            "https://127.0.0.1@evil.example",
            "ftp://127.0.0.1",
            "127.0.0.1:9",
            "",
        ] {
            assert!(!is_private(base), "{base}");
        }
        let variable =
            |name: &str| (name == "STRIPE_API_BASE").then(|| "http://evil.example".to_owned());
        let read = read_from(&variable, Accounts::read).unwrap_err().to_string();
        assert!(read.contains("STRIPE_API_BASE is neither https nor of this machine"), "{read}");
    }

    #[test]
    fn key_of_an_account_is_in_no_debug_text() {
        let variable = |name: &str| name.ends_with("_KEY").then(|| "rk_live_1,rk_2".to_owned());
        let accounts = read_from(&variable, Accounts::read).unwrap();
        let api = Api::new(accounts, Clock::system());
        assert_eq!(api.providers().count(), 2);
        assert!(!format!("{api:?}").contains("rk_"), "{api:?}");
    }

    #[test]
    fn fields_are_written_as_a_form() {
        let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let fields = [field("created[gte]", "1"), field("name", "Bäckerei & Söhne")];
        let expected = "created%5Bgte%5D=1&name=B%C3%A4ckerei%20%26%20S%C3%B6hne";
        assert_eq!(form(&fields), expected);
    }
}
