//! Range reads about staff.

use shared::contract;
use shared::staff::types::{Answer, Ask};

use crate::reads::{Read, no_range};
use crate::store::Store;

/// Answers an ask that reads ranges.
pub(crate) async fn read(store: &Store, ask: &Ask) -> Read {
    match ask {
        Ask::RoleList {} => roles(store).await,
        Ask::RoleGrant { .. }
        | Ask::StaffLeave { .. }
        | Ask::StaffReturn { .. }
        | Ask::StaffName { .. }
        | Ask::ProfileName { .. }
        | Ask::Cover { .. } => no_range(),
    }
}

/// Lists all staff members with their roles.
async fn roles(store: &Store) -> Read {
    Ok(contract::Answer::Staff(Answer::Roles { staff: store.staff().await? }))
}
