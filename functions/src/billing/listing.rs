//! The events of a provider as its API lists them, newest first, in pages.
//!
//! Invariant: a listed event is read by the reader of webhooks, so it says the same and has the same key.
//!
//! | Provider | Lists |
//! |---|---|
//! | Stripe | events, at most 30 days old |
//! | Paystack | transactions, disputes and refunds, as they stand now; it has no list of events |
//!
//! A refund at Paystack has another id in the list than in its webhook, so it is no event here
//! ([`ListedRefund`]).

use iso_currency::Currency;
use jiff::Timestamp;
use serde_json::{Value, json};
use shared::kernel::actor::Provider;
use shared::payments::types::RefundState;

use super::api::{Api, Asked, Trouble, form};
use super::event::{self, Incoming, NotAnEvent, Part};
use super::stripe;

/// How many events a page has at most. A page stays below the longest answer that is read.
const PAGE: u64 = 50;

/// The lists of Paystack, in the order in which they are read.
const LISTS: [&str; 3] = ["transaction", "dispute", "refund"];

/// A page of a list.
#[derive(Debug, Default)]
pub struct Page {
    pub listed: Vec<Listed>,
    /// The page that follows.
    pub next: Option<String>,
}

/// One element of a list.
#[derive(Debug)]
pub enum Listed {
    Event(Incoming),
    Refund(ListedRefund),
    Unreadable(NotAnEvent),
}

/// A refund as Paystack lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedRefund {
    /// Paystack's number of the refund.
    pub id: String,
    /// Paystack's number of the transaction.
    pub transaction: String,
    /// The reference of the transaction.
    pub payment: String,
    pub minor: u64,
    pub currency: Currency,
    pub state: RefundState,
    /// The note of the one who asked for it.
    pub note: String,
    /// When it last changed.
    pub at: Timestamp,
}

impl Api {
    /// Reads a page of what is not older than `since`.
    ///
    /// # Errors
    /// The provider did not answer.
    pub async fn page(
        &self,
        provider: Provider,
        since: Timestamp,
        after: Option<&str>,
    ) -> Result<Page, Trouble> {
        match provider {
            Provider::Stripe => self.stripe_page(since, after).await,
            Provider::Paystack => self.paystack_page(since, after.unwrap_or_default()).await,
            Provider::Billing => Ok(Page::default()),
        }
    }

    async fn stripe_page(&self, since: Timestamp, after: Option<&str>) -> Result<Page, Trouble> {
        let mut fields = vec![
            ("limit".to_owned(), PAGE.to_string()),
            ("created[gte]".to_owned(), since.as_second().to_string()),
        ];
        fields.extend(after.map(|after| ("starting_after".to_owned(), after.to_owned())));
        fields.extend(stripe::KINDS.iter().map(|kind| ("types[]".to_owned(), (*kind).to_owned())));
        let asked = Asked::get(format!("/v1/events?{}", form(&fields)));
        let answer = self.send(Provider::Stripe, &asked).await?;
        let events = data(&answer)?;
        let last = events.last().and_then(|event| event.get("id")).and_then(Value::as_str);
        let has_more = answer.get("has_more").and_then(Value::as_bool).unwrap_or_default();
        let read = |event: &Value| match event::read_value(Provider::Stripe, "", event) {
            Ok(incoming) => Listed::Event(incoming),
            Err(wrong) => Listed::Unreadable(wrong),
        };
        let next = last.filter(|_| has_more).map(str::to_owned);
        Ok(Page { listed: events.iter().map(read).collect(), next })
    }

    /// Reads a page of one of the lists: `after` is its name and the number of the page.
    async fn paystack_page(&self, since: Timestamp, after: &str) -> Result<Page, Trouble> {
        let (list, page) = after.split_once(' ').unwrap_or((LISTS[0], "1"));
        let page: u64 = page.parse().unwrap_or(1);
        let mut fields = vec![
            ("perPage".to_owned(), PAGE.to_string()),
            ("page".to_owned(), page.to_string()),
            ("from".to_owned(), since.to_string()),
        ];
        if list == LISTS[0] {
            fields.push(("status".to_owned(), "success".to_owned()));
        }
        let asked = Asked::get(format!("/{list}?{}", form(&fields)));
        let answer = self.send(Provider::Paystack, &asked).await?;
        let elements = data(&answer)?;
        let pages = answer.pointer("/meta/pageCount").and_then(Value::as_u64);
        let is_full = u64::try_from(elements.len()).is_ok_and(|count| count >= PAGE);
        let has_more = !elements.is_empty() && pages.map_or(is_full, |pages| pages > page);
        let next = if has_more {
            Some(format!("{list} {}", page.saturating_add(1)))
        } else {
            let mut lists = LISTS.iter().skip_while(|known| **known != list);
            lists.nth(1).map(|list| format!("{list} 1"))
        };
        Ok(Page { listed: elements.iter().filter_map(|one| element(list, one)).collect(), next })
    }

    /// The refunds of a transaction.
    ///
    /// # Errors
    /// The provider did not answer.
    pub async fn refunds_of(&self, transaction: &str) -> Result<Vec<ListedRefund>, Trouble> {
        let fields = [
            ("transaction".to_owned(), transaction.to_owned()),
            ("perPage".to_owned(), "100".to_owned()),
        ];
        let asked = Asked::get(format!("/refund?{}", form(&fields)));
        let answer = self.send(Provider::Paystack, &asked).await?;
        let read = data(&answer)?.iter().filter_map(|one| refund(Part(one)).ok());
        Ok(read.filter(|refund| refund.transaction == transaction).collect())
    }
}

fn data(answer: &Value) -> Result<&Vec<Value>, Trouble> {
    let data = answer.get("data").and_then(Value::as_array);
    data.ok_or_else(|| Trouble::Unknown("its answer has no list".to_owned()))
}

/// An element of one of Paystack's lists, in the form of its webhook.
fn element(list: &str, element: &Value) -> Option<Listed> {
    let status = element.get("status").and_then(Value::as_str).unwrap_or_default();
    let kind = match list {
        "transaction" if status == "success" => "charge.success",
        "transaction" => return None,
        "dispute" if status == "resolved" => "charge.dispute.resolve",
        "dispute" => "charge.dispute.create",
        _ => {
            return Some(match refund(Part(element)) {
                Ok(refund) => Listed::Refund(refund),
                Err(wrong) => Listed::Unreadable(wrong),
            });
        }
    };
    let event = json!({ "event": kind, "data": element });
    Some(match event::read_value(Provider::Paystack, "", &event) {
        Ok(incoming) => Listed::Event(incoming),
        Err(wrong) => Listed::Unreadable(wrong),
    })
}

fn refund(element: Part<'_>) -> Result<ListedRefund, NotAnEvent> {
    let missing = |field: &str| NotAnEvent(format!("The refund has no {field}."));
    let times = ["refunded_at", "updatedAt", "createdAt"].into_iter();
    let at = times.filter_map(|name| element.text(name).ok()?.parse().ok()).max();
    Ok(ListedRefund {
        id: element.id("id").ok_or_else(|| missing("id"))?,
        transaction: element.id("transaction").ok_or_else(|| missing("transaction"))?,
        payment: element.text("transaction_reference")?.to_owned(),
        minor: element.amount(Provider::Paystack, "amount")?,
        currency: element.currency()?,
        state: match element.text("status")? {
            "processed" => RefundState::Done,
            "failed" => RefundState::Failed,
            _ => RefundState::Pending,
        },
        note: element.text("merchant_note").unwrap_or_default().to_owned(),
        at: at.ok_or_else(|| missing("time"))?,
    })
}
