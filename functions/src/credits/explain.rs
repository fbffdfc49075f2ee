//! The explanation of a balance: the last entries that led to it, and whether they add up.

use shared::clients::card::balance_of;
use shared::contract;
use shared::credits::types::Answer;
use shared::kernel::credit::{Kind, PerKind};
use shared::kernel::id::Named;
use shared::ledger::entry::Entry;

use super::{Beside, WALK_MAX, balances, beside};
use crate::reads::{Read, Scene};
use crate::store::Store;

/// The most entries in one explanation.
const ENTRIES_MAX: usize = 20;

/// Reads the last entries of a kind, or of both.
pub(crate) async fn explain(
    store: &Store,
    scene: &Scene<'_>,
    typed: &str,
    kind: Option<Kind>,
) -> Read {
    let (client, account) = scene.client(typed)?;
    let kinds = kind.map_or_else(|| Kind::ALL.to_vec(), |kind| vec![kind]);
    let about = |entry: &Entry| entry.lines.iter().any(|line| kinds.contains(&line.kind));
    let walked = store.entries_back(account, client.made_at, WALK_MAX).await?;
    let mut entries: Vec<Entry> =
        walked.entries.into_iter().filter(about).take(ENTRIES_MAX).collect();
    entries.reverse();
    let now = balances(account);
    let mut opening = PerKind::default();
    let mut foots = true;
    for kind in Kind::ALL {
        let lines = || entries.iter().flat_map(|e| &e.lines).filter(|line| line.kind == kind);
        let first = lines().next();
        let before = first.map_or(*now.get(kind), |line| line.before());
        *opening.get_mut(kind) = before;
        let sum = lines().fold(before, |sum, line| sum.saturating_add(line.change()));
        foots &= sum == *now.get(kind);
    }
    let Beside { staff, documents } = beside(store, &entries).await?;
    let balances = balance_of(account);
    let client = Named::from(client);
    Ok(contract::Answer::Credits(Answer::Why {
        staff,
        documents,
        client,
        balances,
        entries,
        opening,
        foots,
        kinds,
    }))
}
