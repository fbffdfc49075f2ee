//! The terms that find a client by less than a whole name.

use shared::clients::names::types::{TermQuery, Terms};
use shared::clients::search::QUERIES_MAX;

use crate::failure::Failure;
use crate::store::Store;

/// The search terms of some queries. A name needs at most three, which run beside each other.
pub(super) async fn terms(
    store: &Store,
    queries: Vec<TermQuery>,
) -> Result<Vec<(TermQuery, Terms)>, Failure> {
    let mut found = Vec::with_capacity(queries.len());
    for three in queries.chunks(QUERIES_MAX) {
        let read = async |at: usize| match three.get(at) {
            Some(query) => store.terms(query).await.map(|terms| Some((query.clone(), terms))),
            None => Ok(None),
        };
        let (first, second, third) =
            tokio::join!(Box::pin(read(0)), Box::pin(read(1)), Box::pin(read(2)));
        found.extend([first?, second?, third?].into_iter().flatten());
    }
    Ok(found)
}
