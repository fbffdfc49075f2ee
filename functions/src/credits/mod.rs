//! Range reads about credits: an account's entries.

mod explain;
mod statement;

use self::explain::explain;
use self::statement::statement;

use std::collections::BTreeSet;

use shared::contract::Key;
use shared::credits::types::Ask;
use shared::invoices::types::{Invoice, Settlement};
use shared::kernel::credit::PerKind;
use shared::kernel::id::{InvoiceNumber, NamedStaff, StaffId};
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

/// The records that a reader of entries wants beside them.
struct Beside {
    /// The staff members who made the entries.
    staff: Vec<NamedStaff>,
    /// The documents that the entries name.
    documents: Vec<Settlement>,
}

/// Reads the staff and the documents of some entries.
async fn beside(store: &Store, entries: &[Entry]) -> Result<Beside, Failure> {
    let staff: BTreeSet<StaffId> = entries.iter().filter_map(|entry| entry.actor.staff()).collect();
    let numbers: BTreeSet<InvoiceNumber> =
        entries.iter().filter_map(|entry| entry.invoice).collect();
    let keys: Vec<Key> = staff
        .iter()
        .map(|id| Key::Staff(*id))
        .chain(numbers.iter().map(|number| Key::Invoice(*number)))
        .collect();
    if keys.is_empty() {
        return Ok(Beside { staff: Vec::new(), documents: Vec::new() });
    }
    let image = store.image(&keys).await?;
    let named = |id: StaffId| {
        image
            .peek::<Staff>(&Key::Staff(id))
            .map(|staff| NamedStaff { id, name: staff.name.clone() })
    };
    let document =
        |number: InvoiceNumber| image.peek::<Invoice>(&Key::Invoice(number)).map(Settlement::from);
    Ok(Beside {
        staff: staff.into_iter().filter_map(named).collect(),
        documents: numbers.into_iter().filter_map(document).collect(),
    })
}

fn balances(account: &Account) -> PerKind<i64> {
    PerKind { sms: account.totals.sms.balance(), mms: account.totals.mms.balance() }
}
