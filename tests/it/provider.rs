//! The APIs of Stripe and Paystack, as far as the desk can tell: lists in pages of three, newest first, and
//! faults on order. Written from the providers' descriptions of their APIs.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use creditdesk::config::Config;
use functions::billing::api::{Account, Accounts};
use runtime::secret::Secret;
use serde_json::{Value, json};

use crate::billing::PAYSTACK;

/// The restricted key to Stripe.
pub const KEY: &str = "rk_test_a1b2c3";

/// How many elements a page has at most.
const PAGE: usize = 3;

/// A request that came.
#[derive(Debug, Clone)]
pub struct Request {
    pub line: String,
}

/// What is wrong with one answer.
#[derive(Debug, Clone, Copy)]
pub enum Fault {
    Status(u16),
}

#[derive(Debug, Default)]
struct Books {
    /// Oldest first.
    events: Vec<Value>,
    transactions: Vec<Value>,
    disputes: Vec<Value>,
    refunds: Vec<Value>,
    requests: Vec<Request>,
    faults: VecDeque<Fault>,
}

/// Both providers.
#[derive(Debug, Clone)]
pub struct Providers {
    address: SocketAddr,
    books: Arc<Mutex<Books>>,
}

impl Providers {
    /// Begins to answer.
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let providers = Self { address, books: Arc::default() };
        let router = Router::new().fallback(answer).with_state(providers.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        providers
    }

    /// A configuration that knows them.
    pub fn known(&self, config: Config) -> Config {
        let account = |keys: &[&str]| Account {
            keys: keys.iter().copied().map(Secret::new).collect(),
            base: format!("http://{}", self.address),
        };
        // Of Stripe's two keys the first was revoked.
        let stripe = account(&["rk_test_revoked", KEY]);
        Config { accounts: Accounts { stripe, paystack: account(&[PAYSTACK]) }, ..config }
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap()
    }

    /// Stripe has an event, of a second.
    pub fn event(&self, mut event: Value, second: i64) {
        event["created"] = json!(second);
        self.books().events.push(event);
    }

    /// Paystack has an element of one of its lists.
    pub fn paystack(&self, list: &str, element: Value) {
        let mut books = self.books();
        match list {
            "transaction" => books.transactions.push(element),
            "dispute" => books.disputes.push(element),
            "refund" => books.refunds.push(element),
            other => panic!("{other}"),
        }
    }

    /// The next answers are wrong.
    pub fn faults(&self, faults: impl IntoIterator<Item = Fault>) {
        self.books().faults.extend(faults);
    }

    /// The requests that came since the last call.
    pub fn requests(&self) -> Vec<Request> {
        std::mem::take(&mut self.books().requests)
    }
}

async fn answer(
    State(providers): State<Providers>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    _body: Bytes,
) -> Response {
    let mut books = providers.books();
    books.requests.push(Request { line: format!("{method} {uri}") });
    let header = |name: &str| headers.get(name).map_or("", |value| value.to_str().unwrap());
    if let Some(Fault::Status(status)) = books.faults.pop_front() {
        return StatusCode::from_u16(status).unwrap().into_response();
    }
    let is_stripe = uri.path().starts_with("/v1/");
    let key = if is_stripe { KEY } else { PAYSTACK };
    if header("authorization") != format!("Bearer {key}") {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    if is_stripe {
        assert_eq!(header("stripe-version"), functions::billing::stripe::API_VERSION);
    }
    let query = Query::of(&uri);
    match uri.path() {
        "/v1/events" => axum::Json(events(&books.events, &query)).into_response(),
        "/transaction" => axum::Json(list(&books.transactions, &query)).into_response(),
        "/dispute" => axum::Json(list(&books.disputes, &query)).into_response(),
        "/refund" => axum::Json(list(&books.refunds, &query)).into_response(),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

/// A query, decoded.
struct Query(Vec<(String, String)>);

impl Query {
    fn of(uri: &Uri) -> Self {
        let decoded = |text: &str| {
            let mut parts = text.split('%');
            let mut out = parts.next().unwrap().to_owned();
            for part in parts {
                out.push(char::from(u8::from_str_radix(&part[..2], 16).unwrap()));
                out.push_str(&part[2..]);
            }
            out
        };
        let pairs = uri.query().unwrap_or_default().split('&').filter_map(|p| p.split_once('='));
        Self(pairs.map(|(name, value)| (decoded(name), decoded(value))).collect())
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn all(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|(known, _)| known == name).map(|(_, v)| v.as_str()).collect()
    }
}

fn events(events: &[Value], query: &Query) -> Value {
    let since: i64 = query.get("created[gte]").unwrap().parse().unwrap();
    let kinds = query.all("types[]");
    assert!(kinds.len() <= 20, "Stripe takes at most 20 types");
    let fits = |event: &&Value| {
        event["created"].as_i64().unwrap() >= since
            && kinds.contains(&event["type"].as_str().unwrap())
    };
    let mut fitting: Vec<&Value> = events.iter().rev().filter(fits).collect();
    if let Some(after) = query.get("starting_after") {
        let at = fitting.iter().position(|event| event["id"] == after).unwrap();
        fitting.drain(..=at);
    }
    let has_more = fitting.len() > PAGE;
    fitting.truncate(PAGE);
    json!({ "object": "list", "url": "/v1/events", "has_more": has_more, "data": fitting })
}

fn list(elements: &[Value], query: &Query) -> Value {
    let page: usize = query.get("page").unwrap_or("1").parse().unwrap();
    let of = query.get("transaction");
    let status = query.get("status");
    let fits = |element: &&Value| {
        of.is_none_or(|of| element["transaction"].to_string() == of)
            && status.is_none_or(|status| element["status"] == status)
    };
    let fitting: Vec<&Value> = elements.iter().rev().filter(fits).collect();
    let pages = fitting.len().div_ceil(PAGE);
    let shown: Vec<&Value> = fitting.into_iter().skip((page - 1) * PAGE).take(PAGE).collect();
    let meta = json!({ "page": page, "pageCount": pages, "perPage": PAGE });
    json!({ "status": true, "message": "retrieved", "data": shown, "meta": meta })
}
