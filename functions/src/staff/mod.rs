//! Range reads about staff.

use shared::contract;
use shared::staff::types::Answer;

use crate::reads::Read;
use crate::store::Store;

/// Lists all staff members with their roles.
pub(crate) async fn roles(store: &Store) -> Read {
    Ok(contract::Answer::Staff(Answer::Roles { staff: store.staff().await? }))
}
