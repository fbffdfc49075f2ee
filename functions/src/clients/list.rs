//! Lists clients. Of a large desk, a list is computed from the summary, and the clients that it shows
//! are read live.

use shared::clients::pages::types::{ListOf, Order, PageEnd};
use shared::clients::types::{Answer, Class, ClientCard};
use shared::contract;
use shared::kernel::credit::{Kind, PerKind};
use shared::kernel::fold::loose;
use shared::kernel::id::{ClientId, Named};
use shared::ledger::account::Status;

use super::summary;
use crate::reads::{PAGE_MAX, Read};
use crate::store::Store;

/// The clients that a list shows.
pub(crate) struct ListQuery {
    pub(crate) of: ListOf,
    /// Only with fewer credits of the kind that the list is ordered by.
    pub(crate) below: Option<u64>,
    /// Only directly below this client.
    pub(crate) under: Option<Named>,
}

/// Reads the page of a list that follows `after`.
pub(crate) async fn list(
    store: &Store,
    query: ListQuery,
    order: Order,
    after: Option<PageEnd>,
) -> Read {
    let (mut cards, as_of) = summary::all(store).await?;
    let by = match order {
        Order::Sms => Kind::Sms,
        Order::Mms | Order::Name => Kind::Mms,
    };
    let wanted = |card: &ClientCard| {
        let few = |most| card.balances.get(by).spendable < most;
        is_listed(card, query.of)
            && query.below.is_none_or(few)
            && query.under.as_ref().is_none_or(|parent| card.parent == Some(parent.id))
    };
    cards.sort_by_cached_key(|card| rank(card, order, by));
    let before = after.map_or(0, |end| {
        let ended = cards.iter().find(|card| card.client.id == end.client);
        let name = ended.map(|card| loose(&card.client.name)).unwrap_or_default();
        let end = (end.had, name, end.client);
        cards.partition_point(|card| rank(card, order, by) <= end)
    });
    let skipped = cards.iter().take(before).filter(|card| wanted(card)).count();
    cards.retain(&wanted);
    let total = u64::try_from(cards.len()).unwrap_or(u64::MAX);
    let sums = sums(&cards);
    cards.drain(..skipped.min(cards.len()));
    cards.truncate(PAGE_MAX);
    let end = |card: &ClientCard| PageEnd { client: card.client.id, had: rank(card, order, by).0 };
    let mut ends: Vec<PageEnd> = cards.iter().map(end).collect();
    if as_of.is_some() {
        // The cards show the figures of now. The cursors keep the figures of the summary, by which
        // the next page is found.
        let shown: Vec<ClientId> = ends.iter().map(|end| end.client).collect();
        cards = summary::live(store, &shown).await?;
        cards.retain(&wanted);
        ends.retain(|end| cards.iter().any(|card| card.client.id == end.client));
    }
    let skipped = u64::try_from(skipped).unwrap_or(u64::MAX);
    Ok(contract::Answer::Clients(Answer::List {
        under: query.under,
        total,
        sums,
        skipped,
        clients: cards,
        ends,
        as_of,
    }))
}

fn is_listed(card: &ClientCard, of: ListOf) -> bool {
    match of {
        ListOf::Clients => card.class != Class::Admin,
        ListOf::Users => card.class == Class::User,
        ListOf::Resellers => card.class == Class::Reseller,
        ListOf::Pending => card.class != Class::Admin && card.status == Status::Pending,
    }
}

/// The spendable credits of some clients.
fn sums(cards: &[ClientCard]) -> PerKind<u64> {
    let mut sums = PerKind::<u64>::default();
    for kind in Kind::ALL {
        let each = cards.iter().map(|card| card.balances.get(kind).spendable);
        *sums.get_mut(kind) = each.fold(0, u64::saturating_add);
    }
    sums
}

/// The rank of a client in a list: by its credits (0 in a list by name), then by name.
fn rank(card: &ClientCard, order: Order, by: Kind) -> (u64, String, ClientId) {
    let figure = match order {
        Order::Name => 0,
        Order::Sms | Order::Mms => card.balances.get(by).spendable,
    };
    (figure, loose(&card.client.name), card.client.id)
}
