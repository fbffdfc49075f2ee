//! The bare entries of an account ([`Entry::is_bare`]): deducts without an invoice, and the returns of
//! deducts and moves. Each names the one before, so they are read back from ACCOUNT's last to an entry,
//! past all other changes.
//!
//! Invariant: the credits of a deduct or move that are not given back are its amount less its returns.
//! Entries never change and a new one moves ACCOUNT's version, so a decision under that version is exact.
//! A walk that was cut decides nothing: behind more than [`BARE_MAX`] bare entries, a deduct or move cannot
//! be taken back.

use crate::contract::Key;
use crate::contract::image::{Image, Need, Stop};
use crate::contract::refusal::Refusal;
use crate::decision::{Prefetch, Scene};
use crate::kernel::credit::PerKind;
use crate::kernel::id::OpId;
use crate::kernel::movement::{Reason, Side};
use crate::ledger::account::Account;
use crate::ledger::entry::Entry;

/// The most bare entries that a decision looks at. Each is read by itself.
pub const BARE_MAX: usize = 100;

/// The bare entries of an account after an entry, newest first.
pub struct BareEntries<'a> {
    entries: Vec<&'a Entry>,
}

impl<'a> BareEntries<'a> {
    /// Walks back to the entry of a number; `None` if there are more than [`BARE_MAX`].
    ///
    /// # Errors
    /// An entry was never read, or is not there.
    pub fn after(image: &'a Image, account: &Account, number: u64) -> Result<Option<Self>, Stop> {
        let mut entries: Vec<&Entry> = Vec::new();
        let mut next = account.last_bare;
        while let Some(place) = next.filter(|place| place.number > number) {
            if entries.len() >= BARE_MAX {
                return Ok(None);
            }
            let key = Key::Entry(account.client, place.month(), place.number);
            let entry = image.get::<Entry>(&key)?.ok_or_else(|| Stop::Unreadable {
                key,
                reason: "a later entry names it, and it is not found".to_owned(),
            })?;
            next = entry.bare_before;
            entries.push(entry);
        }
        Ok(Some(Self { entries }))
    }

    /// The returns of an entry.
    pub fn returns_of(&self, number: u64) -> impl Iterator<Item = &'a Entry> {
        self.entries.iter().copied().filter(move |entry| entry.reverses == Some(number))
    }

    /// The credits of an entry's `amount` that are not given back.
    #[must_use]
    pub fn left(&self, number: u64, amount: PerKind<u64>) -> PerKind<u64> {
        left_of(amount, self.returns_of(number))
    }

    /// The deducts, oldest first.
    pub(super) fn deducts(&self) -> impl Iterator<Item = &'a Entry> {
        self.entries.iter().rev().copied().filter(|entry| entry.reason == Reason::Deduct)
    }
}

/// The credits of an amount that returns have not given back.
#[must_use]
pub fn left_of<'a>(amount: PerKind<u64>, returns: impl Iterator<Item = &'a Entry>) -> PerKind<u64> {
    returns.fold(amount, |left, entry| {
        let returned = entry.moved();
        left.map(|kind, left| left.saturating_sub(*returned.get(kind)))
    })
}

/// The credits of a deduct or move that were not given back yet.
///
/// # Errors
/// All of them were, the walk was cut, or an entry was never read.
pub(super) fn unreturned(
    scene: &Scene<'_>,
    target: &OpId,
    main: &Side<'_>,
    account: &Account,
) -> Result<PerKind<u64>, Stop> {
    let Some(bare) = BareEntries::after(scene.image, account, main.entry)? else {
        let why = format!(
            "there were more than {BARE_MAX} deductions and returns since, and the desk cannot tell \
             what is left of it; add or deduct the credits instead."
        );
        return Err(Refusal::NotUndoable { op: target.clone(), why }.into());
    };
    let amount = main.amounts().map(|_, amount| amount.unsigned_abs());
    let left = bare.left(main.entry, amount);
    if left.is_zero() {
        return Err(Refusal::AlreadyReversed { op: target.clone() }.into());
    }
    Ok(left)
}

/// The next record that a walk back to an entry will look at, if it was not read yet.
#[must_use]
pub fn next_key(image: &Image, account: &Account, number: u64) -> Option<Key> {
    let Err(Stop::Lacks(needs)) = BareEntries::after(image, account, number) else { return None };
    needs.into_iter().find_map(|need| match need {
        Need::Item(key) => Some(key),
        Need::Terms(_)
        | Need::Staff
        | Need::Number(_)
        | Need::Reach(_)
        | Need::Requests(_)
        | Need::Proposals(_) => None,
    })
}

/// Names the next bare entry of the walk.
pub(super) fn needs(account: &Account, number: u64, prefetch: &mut Prefetch<'_>) {
    prefetch.items(next_key(prefetch.image, account, number));
}
