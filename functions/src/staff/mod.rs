//! Range reads about staff.

use shared::answer::Answer;

use crate::reads::{Read, answer};
use crate::store::Store;

/// Lists all staff members with their roles.
pub(crate) async fn roles(store: &Store) -> Read {
    answer(Answer::Roles { staff: store.staff().await? })
}
