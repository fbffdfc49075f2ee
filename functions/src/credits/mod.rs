//! Range reads about credits: an account's entries.

mod explain;
mod statement;

use self::explain::explain;
use self::statement::statement;

use std::collections::BTreeSet;

use shared::contract::Key;
use shared::credits::types::Ask;
use shared::kernel::credit::PerKind;
use shared::kernel::id::{NamedStaff, StaffId};
use shared::ledger::account::Account;
use shared::ledger::entry::Entry;

use shared::staff::types::Staff;

use crate::failure::Failure;
use crate::reads::{Read, Scene, no_range};
use crate::store::Store;

/// The most entries that one read walks through.
const WALK_MAX: usize = 20_000;

/// Answers an ask that reads ranges.
pub(crate) async fn read(store: &Store, scene: &Scene<'_>, ask: &Ask) -> Read {
    match ask {
        Ask::Statement { client, kind, since, until, before } => {
            statement(store, scene, client, *kind, (*since, *until), *before).await
        }
        Ask::Why { client, kind } => explain(store, scene, client, *kind).await,
        Ask::AddCredit { .. }
        | Ask::DeductCredit { .. }
        | Ask::Transfer { .. }
        | Ask::Undo { .. }
        | Ask::Correct { .. }
        | Ask::InvoiceVoid { .. }
        | Ask::Balance { .. } => no_range(),
    }
}

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
