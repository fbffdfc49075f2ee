//! The summary: pages of client cards by client number, so that a list of all clients reads pages
//! instead of clients. The sweep rebuilds it hourly. A list states the time of the summary, and reads
//! live the clients that are newer than the summary or on the shown page.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use shared::clients::card::card;
use shared::clients::types::{Client, ClientCard};
use shared::contract::Key;
use shared::contract::image::Counter;
use shared::kernel::id::ClientId;

use shared::ledger::account::Account;

use tokio::task::JoinSet;

use crate::failure::Failure;
use crate::store::Store;
use crate::store::layout::{self, number, summary_place, text};

/// How many clients a page covers.
pub const PAGE_CLIENTS: u64 = 200;

/// The most clients of which a list reads all live.
const LIVE_MAX: u64 = 200;

/// How many reads of clients are under way at once.
const AT_ONCE: usize = 8;

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

/// The cards of all clients: those of the summary, and of the clients that are newer than it. Of a desk of at
/// most [`LIVE_MAX`] clients all are read live. With the time of the oldest figures that were not.
///
/// # Errors
/// The store did not answer, or holds something unreadable.
pub async fn all(store: &Store) -> Result<(Vec<ClientCard>, Option<Timestamp>), Failure> {
    let last = store.last_number(Counter::Clients.name()).await?;
    let pages = if last > LIVE_MAX { pages(store).await? } else { Vec::new() };
    let as_of = pages.iter().map(|page| page.as_of).min();
    let covered = pages.iter().map(|page| page.last).max().unwrap_or(0);
    let newer: Vec<ClientId> = (covered.saturating_add(1)..=last).map(ClientId).collect();
    let mut cards: Vec<ClientCard> = pages.into_iter().flat_map(|page| page.cards).collect();
    cards.extend(live(store, &newer).await?);
    Ok((cards, as_of))
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
    // A client and its account are two keys, so 50 clients are one read.
    let mut rest = clients.chunks(50).map(<[ClientId]>::to_vec).enumerate();
    let mut read: BTreeMap<usize, Vec<ClientCard>> = BTreeMap::new();
    let mut tasks: JoinSet<Result<(usize, Vec<ClientCard>), Failure>> = JoinSet::new();
    loop {
        while tasks.len() < AT_ONCE
            && let Some((position, some)) = rest.next()
        {
            let store = store.clone();
            tasks.spawn(async move { Ok((position, live_some(&store, &some).await?)) });
        }
        let Some(ended) = tasks.join_next().await else { break };
        read.extend([ended.map_err(|e| Failure::unchanged("read clients", e))??]);
    }
    Ok(read.into_values().flatten().collect())
}

async fn live_some(store: &Store, clients: &[ClientId]) -> Result<Vec<ClientCard>, Failure> {
    let keys: Vec<Key> =
        clients.iter().flat_map(|id| [Key::Client(*id), Key::Account(*id)]).collect();
    let image = store.image(&keys).await?;
    let live = |id: &ClientId| {
        Some(card(
            image.peek::<Client>(&Key::Client(*id))?,
            image.peek::<Account>(&Key::Account(*id))?,
        ))
    };
    Ok(clients.iter().filter_map(live).collect())
}
