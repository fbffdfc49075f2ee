//! Range reads about credits: an account's entries.

mod explain;
mod statement;

pub(crate) use self::explain::explain;
pub(crate) use self::statement::statement;

use std::collections::BTreeSet;

use shared::contract::Key;
use shared::kernel::credit::PerKind;
use shared::kernel::id::{NamedStaff, StaffId};
use shared::ledger::account::Account;
use shared::ledger::entry::Entry;

use shared::staff::types::Staff;

use crate::failure::Failure;
use crate::store::Store;

/// The most entries that one read walks through.
const WALK_MAX: usize = 20_000;

/// The staff members who made some entries.
async fn actors(store: &Store, entries: &[Entry]) -> Result<Vec<NamedStaff>, Failure> {
    let ids: BTreeSet<StaffId> = entries.iter().filter_map(|entry| entry.actor.staff()).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let keys: Vec<Key> = ids.iter().map(|id| Key::Staff(*id)).collect();
    let image = store.image(&keys).await?;
    let named = |id: StaffId| {
        image
            .peek::<Staff>(&Key::Staff(id))
            .map(|staff| NamedStaff { id, name: staff.name.clone() })
    };
    Ok(ids.into_iter().filter_map(named).collect())
}

fn balances(account: &Account) -> PerKind<i64> {
    PerKind { sms: account.totals.sms.balance(), mms: account.totals.mms.balance() }
}
