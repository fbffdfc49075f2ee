//! The chain of rights, and the stored records that it names: STAFF, IDENTITY, prices, SETTINGS, BANK, the
//! MMS gate, OWNERS and HIERARCHY. Also the desk's other items that belong to no client.

use std::collections::BTreeMap;

use shared::clients::types::Hierarchy;
use shared::contract::image::Counter;
use shared::contract::rights::{Rights, RightsChange, rights_hash};
use shared::contract::{Key, Record};
use shared::staff::types::LinkedIdentity;

use super::operations::{self, DayOps};
use super::payments;
use crate::failure::Failure;
use crate::store::Store;

/// What the proof of the chain came to.
pub(super) struct ProvedRights {
    pub(super) wrong: Vec<String>,
    /// The last client's number, by the counter or by the tree of parents.
    pub(super) last_client: u64,
}

/// Proves the chain of rights from its beginning, and every record that it names.
pub(super) async fn prove(store: &Store, day_ops: &mut DayOps) -> Result<ProvedRights, Failure> {
    let mut wrong = Vec::new();
    let chain = store.rights().await?;
    wrong.extend(chain.unreadable.iter().map(|item| format!("{item}.")));
    let latest = walk(store, &chain.records, &mut wrong, day_ops).await?;
    let mut keys: Vec<Key> = latest.keys().cloned().collect();
    keys.extend([Key::Rights, Key::Hierarchy]);
    let image = store.image(&keys).await?;
    let end = image.peek::<Rights>(&Key::Rights).cloned().unwrap_or_default();
    let last = chain.records.last();
    let reached = last.map(|change| (change.number, change.hash.clone())).unwrap_or_default();
    if (end.changes, end.hash) != reached || end.version != end.changes {
        wrong.push("the chain of rights does not end where it says.".to_owned());
    }
    for (key, hash) in &latest {
        let name = name(key);
        match image.record(key) {
            Ok(Some(record)) if rights_hash(record).as_ref() == Some(hash) => {}
            Ok(Some(_)) => wrong.push(format!("{name} is not what the chain of rights says.")),
            Ok(None) => wrong.push(format!("{name} is not found.")),
            Err(_) => {
                let reason = image.unreadable(key).unwrap_or_default();
                wrong.push(format!("{name}: {reason}."));
            }
        }
    }
    wrong.extend(compare_staff(&latest, &image));
    wrong.extend(payments::prove_waiting(store).await?);
    wrong.extend(store.plans().await?.unreadable.iter().map(|item| format!("{item}.")));
    wrong.extend(store.jobs_failed().await?.unreadable.iter().map(|item| format!("{item}.")));
    let counter = store.last_number(Counter::Clients.name()).await?;
    let tree = image.peek::<Hierarchy>(&Key::Hierarchy).copied().unwrap_or_default();
    if counter < tree.last {
        wrong
            .push(format!("clients are numbered up to {}; the counter says {counter}.", tree.last));
    }
    Ok(ProvedRights { wrong, last_client: counter.max(tree.last) })
}

/// Walks the chain; returns the last hash of each record that it names.
async fn walk(
    store: &Store,
    chain: &[RightsChange],
    wrong: &mut Vec<String>,
    day_ops: &mut DayOps,
) -> Result<BTreeMap<Key, String>, Failure> {
    let ops = chain.iter().filter_map(|change| change.op.clone()).map(Key::Operation);
    let receipts = store.image(&ops.collect::<Vec<_>>()).await?;
    let mut latest = BTreeMap::new();
    let (mut number, mut hash) = (0_u64, "");
    for change in chain {
        number = number.saturating_add(1);
        let fits = change.number == number
            && change.previous == hash
            && change.hash == change.expected_hash();
        if !fits {
            wrong.push(format!("the chain of rights does not hold at change {}.", change.number));
            number = change.number;
        }
        hash = &change.hash;
        if let (Some(op), Some(receipt)) = (&change.op, &change.receipt) {
            let by = format!("change {} of rights", change.number);
            match operations::named(&receipts, op, receipt, &by) {
                Ok(receipt) => day_ops.add(receipt),
                Err(sentence) => wrong.push(sentence),
            }
        }
        latest.extend(change.records.iter().cloned());
    }
    Ok(latest)
}

/// A staff member and its identities say the same. An identity that went on to another staff member is
/// that one's.
fn compare_staff(
    latest: &BTreeMap<Key, String>,
    image: &shared::contract::image::Image,
) -> Vec<String> {
    let mut wrong = Vec::new();
    for key in latest.keys() {
        let Ok(Some(Record::Staff(staff))) = image.record(key) else { continue };
        for identity in &staff.identities {
            let linked = image.peek::<LinkedIdentity>(&Key::Identity(identity.clone()));
            let fits = linked.is_some_and(|linked| {
                linked.staff != staff.id
                    || (linked.role, linked.active) == (staff.role, staff.active)
            });
            if !fits {
                wrong.push(format!("{identity} and {} do not say the same.", staff.name));
            }
        }
    }
    wrong
}

/// A record as a sentence names it.
fn name(key: &Key) -> String {
    match key {
        Key::Staff(staff) => format!("the record of {staff}"),
        Key::Identity(identity) => format!("the identity {identity}"),
        Key::Prices(scope, kind) => format!("the {kind} price list {scope:?}"),
        Key::Settings => "the settings".to_owned(),
        Key::Brand(client) => format!("the brand of {client}"),
        Key::Bank => "the bank account".to_owned(),
        Key::MmsGate(admin) => format!("the MMS gate of {admin}"),
        Key::Owners => "the list of owners".to_owned(),
        Key::Hierarchy => "the tree of parents".to_owned(),
        other => format!("{other:?}"),
    }
}
