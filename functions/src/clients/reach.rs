//! How many clients a change reaches, which are read by their numbers, or how many waiting requests.

use shared::clients::types::Client;
use shared::contract::Key;
use shared::contract::image::{Counter, Group};
use shared::kernel::id::{ClientId, StaffId};

use crate::failure::Failure;
use crate::store::Store;

/// Up to how many clients are counted; a larger desk is told the number of all of them.
const COUNTED_MAX: u64 = 5_000;

/// How many clients one read takes.
const CHUNK: usize = 100;

/// How many requests of a staff member wait.
pub(crate) async fn requests(store: &Store, staff: StaffId) -> Result<u64, Failure> {
    let (plans, now) = (store.plans().await?.records, store.clock().now());
    let of = plans.iter().filter(|plan| plan.by.id == staff && now < plan.expires).count();
    Ok(u64::try_from(of).unwrap_or(u64::MAX))
}

/// How many clients a group has; all of them, where they are too many to count.
pub(crate) async fn reach(store: &Store, group: Group) -> Result<u64, Failure> {
    let last = store.last_number(Counter::Clients.name()).await?;
    if last > COUNTED_MAX {
        return Ok(last);
    }
    let all: Vec<ClientId> = (1..=last).map(ClientId).collect();
    let mut count = 0_u64;
    for some in all.chunks(CHUNK) {
        let keys: Vec<Key> = some.iter().map(|id| Key::Client(*id)).collect();
        let image = store.image(&keys).await?;
        let clients = keys.iter().filter_map(|key| image.peek::<Client>(key));
        let inside = clients.filter(|client| group.has(client)).count();
        count = count.saturating_add(u64::try_from(inside).unwrap_or(u64::MAX));
    }
    Ok(count)
}
