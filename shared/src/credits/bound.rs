//! The facts and figures that a plan to change credits is bound to.
//!
//! Invariant: status, parents and the target are facts, and their change ends the plan. Counts and amounts
//! that other changes move are figures, and their change shows the plan again (LEDGER §4).

use crate::clients::types::Client;
use crate::credits::types::Changed;
use crate::kernel::credit::{Kind, PerKind};
use crate::kernel::id::digest;
use crate::kernel::movement::Movement;
use crate::ledger::account::Account;
use crate::plans::types::{Bound, Figure, Lapse};

/// The facts and figures of one account that a plan shows.
pub(super) fn bound(
    client: &Client,
    account: &Account,
    kinds: impl IntoIterator<Item = Kind>,
) -> Bound {
    let counts: Vec<String> =
        kinds.into_iter().map(|kind| account.staff_changes.get(kind).to_string()).collect();
    Bound::of(
        vec![(Lapse::Status, account.status.word().to_owned()), Bound::parents(&client.chain)],
        vec![(Figure::OtherChange, counts.join("."))],
    )
}

/// The facts and figures of the whole change. How much of a wrong add is left to take, owed or forgiven
/// are figures; every other change has an amount that was asked for.
pub(super) fn bound_change(movement: &Movement, change: &Changed) -> Bound {
    let amounts = movement.main().map(|side| side.amounts()).unwrap_or_default();
    // Facts are plain data with string keys: their JSON always exists.
    let json = |amounts: &PerKind<i64>, change: &Changed| {
        serde_json::to_string(&(amounts, change)).unwrap_or_default()
    };
    match change {
        Changed::Corrected { op, .. } => Bound::of(
            vec![(Lapse::Target, op.to_string())],
            vec![(Figure::Spent, json(&amounts, change))],
        ),
        Changed::Added(_)
        | Changed::Moved
        | Changed::Deducted
        | Changed::Undone(_)
        | Changed::Voided => {
            let target = digest(&[&json(&amounts, change)]).chars().take(16).collect();
            Bound::of(vec![(Lapse::Target, target)], Vec::new())
        }
    }
}
