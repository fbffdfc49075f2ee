//! What is due of all clients, by age. The clients that owe something are found by the summary; their invoices
//! are read live, so a list that is up to an hour behind misses only clients that began to owe since.

use std::cmp::Reverse;

use shared::clients::types::ClientCard;
use shared::contract;
use shared::contract::refusal::Refusal;
use shared::invoices::types::{Answer, Invoice, Unpaid};
use shared::kernel::id::Named;
use tokio::task::JoinSet;

use crate::clients::summary;
use crate::failure::Failure;
use crate::reads::{PAGE_MAX, Read, Scene};
use crate::store::Store;

/// The most clients whose invoices one list reads: those that owe most.
const OWING_MAX: usize = 400;

/// How many clients' invoices are read at once.
const AT_ONCE: usize = 8;

/// The first day of each span of overdue days but the first.
const SPANS: [i32; 3] = [31, 61, 91];

/// Lists what is due, the longest overdue first.
pub(super) async fn unpaid(store: &Store, scene: &Scene<'_>, skip: u64) -> Read {
    let currency = scene.settings.currency.ok_or(Refusal::NoCurrency)?;
    let (mut cards, as_of) = summary::all(store).await?;
    cards.retain(|card| card.unpaid_minor > 0);
    cards.sort_by_key(|card| (Reverse(card.unpaid_minor), card.client.id));
    let left_out = cards.len().saturating_sub(OWING_MAX);
    cards.truncate(OWING_MAX);
    let mut due = due(store, cards).await?;
    due.sort_by_key(|(_, invoice)| (invoice.due, invoice.number));
    let today = scene.today();
    let mut unpaid = Unpaid {
        currency,
        count: u64::try_from(due.len()).unwrap_or(u64::MAX),
        current_minor: 0,
        overdue_minor: [0; 4],
        skipped: skip,
        page: Vec::new(),
        today,
        as_of,
        clients_left_out: u64::try_from(left_out).unwrap_or(u64::MAX),
    };
    for (_, invoice) in &due {
        let days = today.since(invoice.due).map_or(0, |span| span.get_days());
        let span = SPANS.iter().filter(|first| days >= **first).count();
        let sum = match unpaid.overdue_minor.get_mut(span) {
            Some(overdue) if invoice.overdue(today) => overdue,
            Some(_) | None => &mut unpaid.current_minor,
        };
        *sum = sum.saturating_add(invoice.due_minor());
    }
    let skip = usize::try_from(skip).unwrap_or(usize::MAX);
    unpaid.page = due.into_iter().skip(skip).take(PAGE_MAX).collect();
    Ok(contract::Answer::Invoices(Answer::Unpaid(unpaid)))
}

/// The invoices of some clients on which something is due.
async fn due(store: &Store, cards: Vec<ClientCard>) -> Result<Vec<(Named, Invoice)>, Failure> {
    let mut rest = cards.into_iter();
    let mut due = Vec::new();
    let mut tasks: JoinSet<Result<Vec<(Named, Invoice)>, Failure>> = JoinSet::new();
    loop {
        while tasks.len() < AT_ONCE
            && let Some(card) = rest.next()
        {
            let store = store.clone();
            tasks.spawn(async move {
                let invoices = store.invoices(card.client.id).await?.whole()?;
                let open = invoices.into_iter().filter(|invoice| invoice.due_minor() > 0);
                Ok(open.map(|invoice| (card.client.clone(), invoice)).collect())
            });
        }
        let Some(ended) = tasks.join_next().await else { break };
        due.extend(ended.map_err(|e| Failure::unchanged("read invoices", e))??);
    }
    Ok(due)
}
