//! Jobs that failed for good.

use shared::contract;
use shared::desk::types::Answer;

use crate::reads::Read;
use crate::store::Store;

pub(crate) async fn list(store: &Store) -> Read {
    Ok(contract::Answer::Desk(Answer::Jobs { jobs: store.jobs_failed().await?.readable() }))
}
