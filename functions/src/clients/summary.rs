//! The summary: pages of client cards by client number, so that a list of all clients reads pages
//! instead of clients. The sweep rebuilds it hourly. A list states the time of the summary, and reads
//! live the clients that are newer than the summary or on the shown page.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use shared::clients::card::card;
use shared::clients::types::{Client, ClientCard};
use shared::contract::Key;
use shared::kernel::id::ClientId;

use shared::ledger::account::Account;

use crate::failure::Failure;
use crate::store::Store;
use crate::store::layout::{self, number, summary_place, text};

/// How many clients a page covers.
pub const PAGE_CLIENTS: u64 = 200;

/// A page of client cards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The time at which its figures were read.
    pub as_of: Timestamp,
    /// The last client number that it covers.
    pub last: u64,
    pub cards: Vec<ClientCard>,
}

/// All pages, in order.
///
/// # Errors
/// The store did not answer, or holds something unreadable.
pub async fn pages(store: &Store) -> Result<Vec<Page>, Failure> {
    let doing = "read the summary";
    let mut pages = Vec::new();
    for item in store.plain_items(doing, layout::SUMMARY).await? {
        let cards = serde_json::from_str(&text(&item, "cards"));
        let as_of = text(&item, "as_of").parse();
        pages.push(Page {
            as_of: as_of.map_err(|e| Failure::unchanged(doing, e))?,
            last: number(&item, "last").unwrap_or(0),
            cards: cards.map_err(|e| Failure::unchanged(doing, e))?,
        });
    }
    Ok(pages)
}

/// Rebuilds the page that begins with client `first`, up to client `last` at most. Returns the last
/// client that the page covers.
///
/// # Errors
/// The store did not answer.
pub async fn rebuild(store: &Store, first: u64, last: u64) -> Result<u64, Failure> {
    let doing = "write the summary";
    let page = first.saturating_sub(1).checked_div(PAGE_CLIENTS).unwrap_or(0);
    let end = page.saturating_add(1).saturating_mul(PAGE_CLIENTS).min(last);
    let as_of = store.clock().now();
    let numbers: Vec<ClientId> = (first..=end).map(ClientId).collect();
    let cards = live(store, &numbers).await?;
    let place = summary_place(page);
    let mut item = place.key();
    // One text: a map for each card would cost the names of its attributes each time.
    let json = serde_json::to_string(&cards).map_err(|e| Failure::unchanged(doing, e))?;
    item.insert("cards".to_owned(), AttributeValue::S(json));
    item.insert("as_of".to_owned(), AttributeValue::S(as_of.to_string()));
    item.insert("last".to_owned(), AttributeValue::N(end.to_string()));
    store.put_plain(doing, &place, item, false).await?;
    Ok(end)
}

/// The cards of clients as of now, in the given order, without numbers that no client has.
///
/// # Errors
/// The store did not answer.
pub async fn live(store: &Store, clients: &[ClientId]) -> Result<Vec<ClientCard>, Failure> {
    let mut cards = Vec::with_capacity(clients.len());
    // A client and its account are two keys, so 50 clients are one read.
    for some in clients.chunks(50) {
        let keys: Vec<Key> =
            some.iter().flat_map(|id| [Key::Client(*id), Key::Account(*id)]).collect();
        let image = store.image(&keys).await?;
        let live = |id: &ClientId| {
            Some(card(
                image.peek::<Client>(&Key::Client(*id))?,
                image.peek::<Account>(&Key::Account(*id))?,
            ))
        };
        cards.extend(some.iter().filter_map(live));
    }
    Ok(cards)
}
