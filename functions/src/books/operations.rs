//! OPERATION: each entry, payment and change of rights names one and carries its hash; its movement is
//! the entries that it made. SPEND: what the operations of a staff member's day took of the budget.

use std::collections::BTreeMap;

use jiff::civil::Date;
use shared::contract::Key;
use shared::contract::image::Image;
use shared::contract::receipt::{Outcome, Receipt};
use shared::kernel::hash::short_hash;
use shared::kernel::id::{OpId, StaffId};
use shared::kernel::movement::Movement;
use shared::ledger::entry::Entry;
use shared::staff::types::Spend;

use crate::failure::Failure;
use crate::store::Store;

/// The receipt that `by` names with a hash, or a sentence about it.
pub(super) fn named<'a>(
    image: &'a Image,
    op: &OpId,
    hash: &str,
    by: &str,
) -> Result<&'a Receipt, String> {
    let key = Key::Operation(op.clone());
    if let Some(reason) = image.unreadable(&key) {
        return Err(format!("{reason}."));
    }
    let receipt = image.peek::<Receipt>(&key);
    let receipt = receipt.ok_or_else(|| format!("{op} is not found; {by} names it."))?;
    if short_hash(receipt) != hash {
        Err(format!("{op} is not what {by} says."))
    } else {
        Ok(receipt)
    }
}

/// Compares entries with the operations that made them.
pub(super) async fn compare(
    store: &Store,
    entries: &[Entry],
    wrong: &mut Vec<String>,
    day_ops: &mut DayOps,
) -> Result<(), Failure> {
    let keys: Vec<Key> = entries.iter().map(|entry| Key::Operation(entry.op.clone())).collect();
    let image = store.image(&keys).await?;
    for entry in entries {
        let by = format!("entry {}", entry.number);
        match named(&image, &entry.op, &entry.receipt, &by) {
            Ok(receipt) => {
                day_ops.add(receipt);
                if !made(receipt, entry) {
                    wrong.push(format!("{} did not make {by}.", entry.op));
                }
            }
            Err(sentence) => wrong.push(sentence),
        }
    }
    Ok(())
}

/// Whether a receipt's movement has an entry.
fn made(receipt: &Receipt, entry: &Entry) -> bool {
    let Outcome::Done { movement: Some(movement), .. } = &receipt.outcome else { return false };
    let is_post = movement.posts_of(entry.client).any(|post| {
        post.entry == entry.number && post.reason == entry.reason && post.lines == entry.lines
    });
    is_post && receipt.by.id() == entry.actor && (entry.other.is_none() || is_balanced(movement))
}

/// A move takes as much as it gives.
fn is_balanced(movement: &Movement) -> bool {
    let lines = movement.posts.iter().flat_map(|post| &post.lines);
    lines.fold(0_i64, |sum, line| sum.saturating_add(line.granted)) == 0
}

/// The operations of staff, by author and day.
#[derive(Debug, Default)]
pub(super) struct DayOps {
    receipts: BTreeMap<OpId, Counted>,
    days: BTreeMap<(StaffId, Date), Vec<OpId>>,
}

/// The part of a receipt that SPEND counts.
#[derive(Debug, Clone)]
struct Counted {
    day: (StaffId, Date),
    spend: Spend,
    before: Option<OpId>,
}

impl DayOps {
    /// Adds an operation that its author's SPEND counts.
    pub(super) fn add(&mut self, receipt: &Receipt) {
        let Some(counted) = counted(receipt) else { return };
        self.days.entry(counted.day).or_default().push(receipt.op.clone());
        self.receipts.insert(receipt.op.clone(), counted);
    }

    pub(super) fn join(&mut self, other: Self) {
        self.receipts.extend(other.receipts);
        for (day, ops) in other.days {
            self.days.entry(day).or_default().extend(ops);
        }
    }

    /// Compares SPEND of each day with its operations: from the last one back over all before it.
    pub(super) async fn compare_spend(mut self, store: &Store) -> Result<Vec<String>, Failure> {
        let mut wrong = Vec::new();
        let days = std::mem::take(&mut self.days);
        let keys: Vec<Key> = days.keys().map(|(staff, date)| Key::Spend(*staff, *date)).collect();
        let image = store.image(&keys).await?;
        for ((staff, date), ops) in days {
            let key = Key::Spend(staff, date);
            let Some(spend) = image.peek::<Spend>(&key) else {
                let reason = image.unreadable(&key).unwrap_or("it is not found").to_owned();
                wrong.push(format!("the budget of {staff} on {date}: {reason}."));
                continue;
            };
            let mut sums = Spend::new(staff, date);
            let mut walked: Vec<OpId> = Vec::new();
            let mut next = spend.last_op.clone();
            while let Some(op) = next.take().filter(|op| !walked.contains(op)) {
                if let Some(counted) = self.find(store, &op).await? {
                    sums.paid = sums.paid.saturating_add(counted.spend.paid);
                    sums.open = sums.open.saturating_add(counted.spend.open);
                    sums.grant = sums.grant.saturating_add(counted.spend.grant);
                    next = counted.before;
                }
                walked.push(op);
            }
            let fits = (sums.paid, sums.open, sums.grant) == (spend.paid, spend.open, spend.grant);
            if !fits || ops.iter().any(|op| !walked.contains(op)) {
                wrong.push(format!(
                    "the budget of {staff} on {date} is not that of its operations."
                ));
            }
        }
        Ok(wrong)
    }

    async fn find(&self, store: &Store, op: &OpId) -> Result<Option<Counted>, Failure> {
        if let Some(known) = self.receipts.get(op) {
            return Ok(Some(known.clone()));
        }
        let key = Key::Operation(op.clone());
        let image = store.image(std::slice::from_ref(&key)).await?;
        Ok(image.peek::<Receipt>(&key).and_then(counted))
    }
}

fn counted(receipt: &Receipt) -> Option<Counted> {
    let staff = receipt.by.id().staff()?;
    let budgeted = receipt.spent?;
    let day = (staff, budgeted.date(receipt.at));
    let mut spend = Spend::new(staff, day.1);
    *spend.get_mut(budgeted.mode) = budgeted.minor;
    Some(Counted { day, spend, before: receipt.before.clone() })
}
