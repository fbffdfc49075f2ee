//! Finds clients by any word that is known about them.

use shared::clients::search;
use shared::clients::types::{Answer, Class, SHOWN_MAX, Term};
use shared::contract;
use shared::kernel::id::{ClientId, Named};

use super::summary;
use crate::failure::Failure;
use crate::reads::Read;
use crate::store::Store;
use crate::store::ranges::TERMS_MAX;

/// The most terms that one completion reads. A completion runs at every letter.
const SUGGEST_TERMS_MAX: usize = 250;

/// Finds clients, with their balances.
pub(crate) async fn find(store: &Store, text: &str, class: Option<Class>) -> Read {
    let terms = matching(store, text, class, TERMS_MAX).await?;
    let total = u64::try_from(terms.len()).unwrap_or(u64::MAX);
    let shown: Vec<ClientId> = terms.iter().take(SHOWN_MAX).map(|term| term.client).collect();
    let clients = summary::live(store, &shown).await?;
    Ok(contract::Answer::Clients(Answer::Found { text: text.trim().to_owned(), clients, total }))
}

/// Completes a client's name.
pub(crate) async fn suggest(store: &Store, text: &str) -> Read {
    let terms = matching(store, text, None, SUGGEST_TERMS_MAX).await?;
    let named =
        |term: &Term| Named { id: term.client, name: term.name.clone(), login: term.login.clone() };
    let clients = terms.iter().take(SHOWN_MAX).map(named).collect();
    Ok(contract::Answer::Clients(Answer::Suggestions { clients }))
}

async fn matching(
    store: &Store,
    text: &str,
    class: Option<Class>,
    most: usize,
) -> Result<Vec<Term>, Failure> {
    let Some(query) = search::query(text) else { return Ok(Vec::new()) };
    let terms = store.some_terms(&query, most).await?;
    Ok(search::matching(text, &terms, class))
}
