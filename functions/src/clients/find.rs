//! Finds clients by anything that is known about them.
//!
//! The holders of a whole text come first: they are read by its key, so no list that was cut hides them.

use shared::clients::names::certain::{is_read_by_number, owners_of};
use shared::clients::names::index::terms;
use shared::clients::names::types::{SHOWN_MAX, Term, TermQuery, Terms};
use shared::clients::search;
use shared::clients::types::{Answer, Class, Client};
use shared::contract;
use shared::contract::Key;
use shared::contract::image::{Image, Need, Stop};
use shared::kernel::id::{ClientId, Named};

use super::summary;
use crate::failure::Failure;
use crate::reads::Read;
use crate::store::Store;
use crate::store::ranges::TERMS_MAX;

/// The most terms that one query of a completion reads. A completion runs at every letter.
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
    let clients = terms.iter().take(SHOWN_MAX).map(Named::from).collect();
    Ok(contract::Answer::Clients(Answer::Suggestions { clients }))
}

async fn matching(
    store: &Store,
    text: &str,
    class: Option<Class>,
    most: usize,
) -> Result<Vec<Term>, Failure> {
    let is_number = is_read_by_number(text);
    let queries = if is_number { Vec::new() } else { search::queries(text) };
    let (read, named) =
        tokio::join!(Box::pin(found(store, &queries, most)), Box::pin(holders(store, text)));
    let read = read?;
    let found = search::hits(text, read.iter().flat_map(|read| &read.terms), class);
    let mut all: Vec<Term> = Vec::new();
    let named = named?.into_iter().filter(|term| class.is_none_or(|class| term.class == class));
    for term in named.chain(found) {
        if all.iter().all(|known| known.client != term.client) {
            all.push(term);
        }
    }
    Ok(all)
}

async fn found(store: &Store, queries: &[TermQuery], most: usize) -> Result<Vec<Terms>, Failure> {
    let one = async |at: usize| match queries.get(at) {
        Some(query) => store.some_terms(query, most).await,
        None => Ok(Terms::default()),
    };
    let (first, second, third) = tokio::join!(Box::pin(one(0)), Box::pin(one(1)), Box::pin(one(2)));
    Ok(vec![first?, second?, third?])
}

/// The clients to whom the whole text belongs.
async fn holders(store: &Store, text: &str) -> Result<Vec<Term>, Failure> {
    let mut image = Image::default();
    let ids = loop {
        match owners_of(text, &image) {
            Ok(ids) => break ids,
            Err(Stop::Lacks(needs)) => {
                let keys = needs.into_iter().filter_map(|need| match need {
                    Need::Item(key) => Some(key),
                    Need::Terms(_)
                    | Need::Staff
                    | Need::Number(_)
                    | Need::Reach(_)
                    | Need::Requests(_)
                    | Need::Proposals(_) => None,
                });
                store.read_into(&mut image, &keys.collect::<Vec<_>>()).await?;
            }
            Err(_) => break Vec::new(),
        }
    };
    let keys: Vec<Key> = ids.iter().map(|id| Key::Client(*id)).collect();
    store.read_into(&mut image, &keys).await?;
    let clients = keys.iter().filter_map(|key| image.peek::<Client>(key));
    Ok(clients.filter_map(|client| terms(client).into_iter().next()).collect())
}
