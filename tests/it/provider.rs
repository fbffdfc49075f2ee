//! The APIs of Stripe and Paystack, as far as the desk can tell: lists in pages of three, newest first, and
//! faults on order. Written from the providers' descriptions of their APIs.

use std::collections::{BTreeMap, VecDeque};
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
    /// Nothing is done.
    Status(u16),
    /// It is done, and the answer is lost.
    Lost,
    /// There is none.
    Nothing,
}

#[derive(Debug, Default)]
struct Books {
    /// Oldest first.
    events: Vec<Value>,
    transactions: Vec<Value>,
    disputes: Vec<Value>,
    refunds: Vec<Value>,
    /// Refunds that Stripe was asked for.
    sent: Vec<Value>,
    /// How much of a payment may be refunded.
    refundable: BTreeMap<String, u64>,
    /// By their ids: sessions of Stripe, transactions that began at Paystack.
    pages: BTreeMap<String, Value>,
    /// The requests and answers by idempotency key.
    once: BTreeMap<String, (Vec<u8>, Value)>,
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

    /// A payment of which an amount may be refunded.
    pub fn charged(&self, payment: &str, minor: u64) {
        self.books().refundable.insert(payment.to_owned(), minor);
    }

    /// The refunds that were carried out: amounts and the operations that they name.
    pub fn refunds(&self) -> Vec<(u64, String)> {
        let books = self.books();
        let of = |refund: &Value, op: &str| {
            (
                refund["amount"].as_u64().unwrap(),
                refund.pointer(op).unwrap().as_str().unwrap().to_owned(),
            )
        };
        let stripe = books.sent.iter().map(|refund| of(refund, "/metadata/op"));
        stripe.chain(books.refunds.iter().map(|refund| of(refund, "/merchant_note"))).collect()
    }

    /// The pages that began, in their order.
    pub fn pages(&self) -> Vec<Value> {
        let mut pages: Vec<Value> = self.books().pages.values().cloned().collect();
        pages.sort_by_key(|page| page["number"].as_u64());
        pages
    }

    /// The payer pays at a session of Stripe, or a transaction of Paystack.
    pub fn pays(&self, id: &str, payment: &str) {
        let mut books = self.books();
        let page = books.pages.get_mut(id).unwrap();
        page["payment_intent"] = json!(payment);
        page["status"] = json!(if page["object"].is_null() { "success" } else { "complete" });
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
    body: Bytes,
) -> Response {
    let mut books = providers.books();
    books.requests.push(Request { line: format!("{method} {uri}") });
    let header = |name: &str| headers.get(name).map_or("", |value| value.to_str().unwrap());
    let is_stripe = uri.path().starts_with("/v1/");
    let key = if is_stripe { KEY } else { PAYSTACK };
    if header("authorization") != format!("Bearer {key}") {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let fault = books.faults.pop_front();
    if let Some(Fault::Status(status)) = fault {
        return StatusCode::from_u16(status).unwrap().into_response();
    }
    if is_stripe {
        assert_eq!(header("stripe-version"), functions::billing::stripe::API_VERSION);
    }
    let once = header("idempotency-key").to_owned();
    if let Some((first, answer)) = books.once.get(&once) {
        return match (first == body.as_ref(), fault) {
            (true, Some(Fault::Lost)) => StatusCode::GATEWAY_TIMEOUT.into_response(),
            (true, _) => axum::Json(answer.clone()).into_response(),
            (false, _) => refused("Keys can only be used with the same parameters"),
        };
    }
    let Some(answer) = books.answered(&method, &uri, &body) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match answer {
        Ok(answer) => {
            if !once.is_empty() {
                books.once.insert(once, (body.to_vec(), answer.clone()));
            }
            match fault {
                Some(Fault::Lost) => StatusCode::GATEWAY_TIMEOUT.into_response(),
                _ => axum::Json(answer).into_response(),
            }
        }
        Err(message) => refused(message),
    }
}

fn refused(message: &str) -> Response {
    let body = json!({ "error": { "message": message }, "status": false, "message": message });
    (StatusCode::BAD_REQUEST, axum::Json(body)).into_response()
}

impl Books {
    /// The answer to a request; `None` for an unknown path.
    fn answered(
        &mut self,
        method: &Method,
        uri: &Uri,
        body: &[u8],
    ) -> Option<Result<Value, &'static str>> {
        let query = Query::of(uri);
        let path: Vec<&str> = uri.path().split('/').skip(1).collect();
        Some(Ok(match (method.as_str(), path.as_slice()) {
            ("GET", ["v1", "events"]) => events(&self.events, &query),
            ("POST", ["v1", "checkout", "sessions"]) => self.session(body),
            ("GET", ["v1", "checkout", "sessions", id]) => match self.pages.get(*id) {
                Some(page) => page.clone(),
                None => return Some(Err("No such session")),
            },
            ("POST", ["v1", "checkout", "sessions", id, "expire"]) => {
                let page = self.pages.get_mut(*id)?;
                if page["status"] != "open" {
                    return Some(Err("Only open sessions can be expired"));
                }
                page["status"] = json!("expired");
                page.clone()
            }
            ("GET", ["v1", "refunds"]) => {
                let payment = query.get("payment_intent").unwrap();
                let of = self.sent.iter().rev().filter(|one| one["payment_intent"] == payment);
                json!({ "object": "list", "has_more": false, "data": of.collect::<Vec<_>>() })
            }
            ("POST", ["v1", "refunds"]) => return Some(self.refund(body)),
            ("GET", ["transaction"]) => list(&self.transactions, &query),
            ("POST", ["transaction", "initialize"]) => return Some(self.transaction(body)),
            ("GET", ["transaction", "verify", reference]) => {
                let known = self.transactions.iter().find(|one| one["reference"] == *reference);
                let page = known.or_else(|| self.pages.get(*reference))?;
                json!({ "status": true, "message": "Verified", "data": page })
            }
            ("GET", ["dispute"]) => list(&self.disputes, &query),
            ("GET", ["refund"]) => list(&self.refunds, &query),
            ("POST", ["refund"]) => self.refund_at_paystack(body),
            _ => return None,
        }))
    }

    /// A Checkout Session.
    fn session(&mut self, body: &[u8]) -> Value {
        let fields = Query::of_text(std::str::from_utf8(body).unwrap());
        let get = |name: &str| fields.get(name).unwrap_or_else(|| panic!("no {name}"));
        let number = self.pages.len();
        let id = format!("cs_test_{number}");
        let price = "line_items[0][price_data]";
        let page = json!({
            "id": id, "object": "checkout.session", "number": number, "status": "open",
            "payment_status": "unpaid", "payment_intent": null, "mode": get("mode"),
            "url": format!("https://checkout.stripe.com/c/pay/{id}"),
            "client_reference_id": get("client_reference_id"),
            "metadata": { "invoice": get("metadata[invoice]") },
            "of_payment": get("payment_intent_data[metadata][invoice]"),
            "amount_total": get(&format!("{price}[unit_amount]")).parse::<u64>().unwrap(),
            "currency": get(&format!("{price}[currency]")),
            "success_url": get("success_url"), "cancel_url": get("cancel_url"),
        });
        self.pages.insert(id, page.clone());
        page
    }

    /// A refund at Stripe.
    fn refund(&mut self, body: &[u8]) -> Result<Value, &'static str> {
        let fields = Query::of_text(std::str::from_utf8(body).unwrap());
        let get = |name: &str| fields.get(name).unwrap_or_else(|| panic!("no {name}"));
        let amount: u64 = get("amount").parse().unwrap();
        let left = self.refundable.get_mut(get("payment_intent")).unwrap();
        *left =
            left.checked_sub(amount).ok_or("Refund amount is greater than unrefunded amount")?;
        let refund = json!({
            "id": format!("re_{}", self.sent.len()), "object": "refund", "amount": amount,
            "currency": "gbp", "status": "succeeded", "payment_intent": get("payment_intent"),
            "metadata": { "op": get("metadata[op]") },
        });
        self.sent.push(refund.clone());
        Ok(refund)
    }

    fn refund_at_paystack(&mut self, body: &[u8]) -> Value {
        let asked: Value = serde_json::from_slice(body).unwrap();
        let is_its = |one: &&Value| one["reference"] == asked["transaction"];
        let transaction = self.transactions.iter().find(is_its).unwrap()["id"].clone();
        let refund = json!({
            "id": 900 + self.refunds.len(), "transaction": transaction, "status": "pending",
            "transaction_reference": asked["transaction"], "currency": asked["currency"],
            "amount": asked["amount"].as_str().unwrap().parse::<u64>().unwrap(),
            "merchant_note": asked["merchant_note"], "createdAt": "2026-11-23T10:00:00.000Z",
        });
        self.refunds.push(refund.clone());
        json!({ "status": true, "message": "Refund has been queued for processing", "data": refund })
    }

    /// A transaction.
    fn transaction(&mut self, body: &[u8]) -> Result<Value, &'static str> {
        let asked: Value = serde_json::from_slice(body).unwrap();
        let reference = asked["reference"].as_str().unwrap().to_owned();
        if self.pages.contains_key(&reference) {
            return Err("Duplicate Transaction Reference");
        }
        assert!(asked["email"].as_str().unwrap().contains('@'));
        let number = self.pages.len();
        let page = json!({
            "reference": reference, "number": number, "status": "abandoned",
            "amount": asked["amount"], "currency": asked["currency"], "metadata": asked["metadata"],
        });
        self.pages.insert(reference.clone(), page);
        let url = format!("https://checkout.paystack.com/{number}");
        let data = json!({ "authorization_url": url, "access_code": "x", "reference": reference });
        Ok(json!({ "status": true, "message": "Authorization URL created", "data": data }))
    }
}

/// A query, decoded.
struct Query(Vec<(String, String)>);

impl Query {
    fn of(uri: &Uri) -> Self {
        Self::of_text(uri.query().unwrap_or_default())
    }

    fn of_text(text: &str) -> Self {
        let decoded = |text: &str| {
            let mut parts = text.split('%');
            let mut out = parts.next().unwrap().to_owned();
            for part in parts {
                out.push(char::from(u8::from_str_radix(&part[..2], 16).unwrap()));
                out.push_str(&part[2..]);
            }
            out
        };
        let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
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
        of.is_none_or(|of| element["transaction"].as_u64() == of.parse().ok())
            && status.is_none_or(|status| element["status"] == status)
    };
    let fitting: Vec<&Value> = elements.iter().rev().filter(fits).collect();
    let pages = fitting.len().div_ceil(PAGE);
    let shown: Vec<&Value> = fitting.into_iter().skip((page - 1) * PAGE).take(PAGE).collect();
    let meta = json!({ "page": page, "pageCount": pages, "perPage": PAGE });
    json!({ "status": true, "message": "retrieved", "data": shown, "meta": meta })
}
