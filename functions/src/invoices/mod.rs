//! Range reads about invoices.

mod unpaid;

use std::cmp::Reverse;

use shared::contract;
use shared::invoices::types::{Answer, Ask, InvoiceState};
use shared::kernel::id::{InvoiceNumber, Named};
use shared::kernel::money::Money;

use crate::reads::{PAGE_MAX, Read, Scene, no_range};
use crate::store::Store;

/// Answers an ask that reads ranges.
pub(crate) async fn read(store: &Store, scene: &Scene<'_>, ask: &Ask) -> Read {
    match ask {
        Ask::InvoiceList { client: Some(client), state, before, .. } => {
            list(store, scene, client, *state, *before).await
        }
        Ask::InvoiceList { client: None, skip, .. } => unpaid::unpaid(store, scene, *skip).await,
        Ask::InvoiceView { .. }
        | Ask::InvoicePaylink { .. }
        | Ask::InvoiceResend { .. }
        | Ask::InvoiceCreate { .. }
        | Ask::InvoicePaid { .. }
        | Ask::InvoiceClose { .. }
        | Ask::InvoiceCredit { .. } => no_range(),
    }
}

/// Lists a client's invoices, newest first: the page that follows the invoice `before`.
async fn list(
    store: &Store,
    scene: &Scene<'_>,
    typed: &str,
    state: Option<InvoiceState>,
    before: Option<InvoiceNumber>,
) -> Read {
    let (client, account) = scene.client(typed)?;
    let mut invoices = store.invoices(client.id).await?.whole()?;
    invoices.sort_by_key(|invoice| Reverse((invoice.at, invoice.number)));
    // Before the filter: the last invoice of the previous page may have another state by now.
    let last = before.and_then(|number| invoices.iter().position(|i| i.number == number));
    invoices.drain(..last.map_or(0, |position| position.saturating_add(1)));
    invoices.retain(|invoice| state.is_none_or(|state| invoice.state == state));
    invoices.truncate(PAGE_MAX);
    let currency = scene.settings.currency.filter(|_| account.unpaid_minor > 0);
    Ok(contract::Answer::Invoices(Answer::List {
        client: Named::from(client),
        invoices,
        unpaid: currency.map(|currency| Money { minor: account.unpaid_minor, currency }),
        today: scene.today(),
    }))
}
