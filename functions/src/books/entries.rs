//! ENTRY: the numbers have no gaps, each entry carries the hash of the one before and the hash of its
//! OPERATION, and the lines sum to the account's totals. A bare entry names the bare entry before it, and
//! the returns of a deduct or move are at most its credits, as far as both are read in one proof.

use std::collections::BTreeMap;

use shared::books::types::{Day, Proof};
use shared::kernel::credit::{Kind, PerKind, Totals};
use shared::kernel::id::{ClientId, InvoiceNumber};
use shared::kernel::movement::Reason;
use shared::ledger::account::Account;
use shared::ledger::entry::{Entry, EntryPlace};

/// The sums of an account's entries, as they are read in order.
#[derive(Debug, Clone)]
pub struct Tally {
    pub(super) client: ClientId,
    /// The last entry.
    pub(super) number: u64,
    pub(super) hash: String,
    /// The account's state that the last entry carries.
    pub(super) state: String,
    month: String,
    pub(super) totals: PerKind<Totals>,
    /// The credits that the entries give by each invoice that they name.
    pub(super) gives: BTreeMap<InvoiceNumber, PerKind<i64>>,
    /// The last bare entry.
    pub(super) last_bare: Option<EntryPlace>,
    /// The credits of the deducts and moves that their returns have not given back.
    left: BTreeMap<u64, PerKind<u64>>,
    /// Closed days by their last entries, to be compared on the way.
    days: BTreeMap<u64, Vec<Day>>,
    pub(super) wrong: Vec<String>,
    pub(super) read: u64,
}

impl Tally {
    /// Before the first entry.
    #[must_use]
    pub fn new(client: ClientId) -> Self {
        Self {
            client,
            number: 0,
            hash: String::new(),
            state: String::new(),
            month: String::new(),
            totals: PerKind::default(),
            gives: BTreeMap::new(),
            last_bare: None,
            left: BTreeMap::new(),
            days: BTreeMap::new(),
            wrong: Vec::new(),
            read: 0,
        }
    }

    /// Where a proof ended.
    #[must_use]
    pub fn after(proof: &Proof) -> Self {
        Self {
            number: proof.entries,
            hash: proof.hash.clone(),
            state: proof.state.clone(),
            month: proof.month.clone(),
            totals: proof.totals,
            last_bare: proof.last_bare,
            ..Self::new(proof.client)
        }
    }

    /// Compares closed days with the entries that follow.
    pub(super) fn expect_days(&mut self, days: &[Day]) {
        for day in days {
            self.days.entry(day.entries).or_default().push(day.clone());
        }
    }

    /// Adds the next entry, read from a month's partition, of an account that counts `until`.
    pub fn add(&mut self, entry: &Entry, month: &str, until: u64) {
        let number = entry.number;
        if number > until {
            self.wrong.push(format!("entry {number} is beyond the account's last, {until}."));
            return;
        }
        self.read = self.read.saturating_add(1);
        if number != self.number.saturating_add(1) {
            self.wrong.push(format!("entry {number} follows entry {}.", self.number));
        }
        if entry.client != self.client {
            self.wrong.push(format!("entry {number} is of {}.", entry.client));
        }
        if entry.previous != self.hash {
            self.wrong.push(format!("entry {number} does not carry the hash of the one before."));
        }
        if entry.hash != entry.expected_hash() {
            self.wrong.push(format!("entry {number} is not what its hash says."));
        }
        if entry.month() != month {
            self.wrong.push(format!("entry {number} of {} is kept under {month}.", entry.at));
        }
        if entry.reverses.is_some_and(|reversed| reversed >= number) {
            self.wrong.push(format!("entry {number} reverses a later one."));
        }
        self.sum(entry);
        self.name(entry);
        self.chain_bare(entry);
        self.number = number;
        self.hash.clone_from(&entry.hash);
        self.state.clone_from(&entry.state);
        self.month = month.to_owned();
        for day in self.days.remove(&number).unwrap_or_default() {
            if day.totals != self.totals || day.hash != self.hash {
                self.wrong
                    .push(format!("the close of {} is not what entry {number} left.", day.date));
            }
        }
    }

    fn sum(&mut self, entry: &Entry) {
        let number = entry.number;
        for line in &entry.lines {
            let totals = self.totals.get_mut(line.kind);
            totals.granted = totals.granted.saturating_add(line.granted);
            totals.used = totals.used.saturating_add(line.used);
            totals.held = totals.held.saturating_add(line.held);
            if line.balance != totals.balance() {
                self.wrong.push(format!(
                    "entry {number} says a balance of {} {} credits; the lines sum to {}.",
                    line.balance,
                    line.kind,
                    totals.balance()
                ));
            }
        }
    }

    /// Compares a bare entry with the one before, and a return with the entry that it gives back. A new
    /// return of an entry from before this proof began is compared only when the account is read from its
    /// first entry: what was left of the older entry is not kept.
    fn chain_bare(&mut self, entry: &Entry) {
        let number = entry.number;
        let before = if entry.is_bare() { self.last_bare } else { None };
        if entry.bare_before != before {
            self.wrong.push(format!("entry {number} does not name the bare entry before it."));
        }
        if entry.is_bare() {
            self.last_bare = Some(entry.place());
        }
        if matches!(entry.reason, Reason::Deduct | Reason::MoveIn | Reason::MoveOut) {
            self.left.insert(number, entry.moved());
        }
        let reversed = entry.reverses.filter(|_| entry.reason == Reason::Return);
        let Some(reversed) = reversed else { return };
        let Some(left) = self.left.get_mut(&reversed) else { return };
        let returned = entry.moved();
        for kind in Kind::ALL {
            match left.get(kind).checked_sub(*returned.get(kind)) {
                Some(rest) => *left.get_mut(kind) = rest,
                None => self.wrong.push(format!(
                    "entry {number} gives back more {kind} credits of entry {reversed} than are left."
                )),
            }
        }
    }

    /// Adds what an entry gives by the invoice that it names.
    pub(super) fn name(&mut self, entry: &Entry) {
        let Some(number) = entry.invoice else { return };
        let gives = self.gives.entry(number).or_default();
        for line in &entry.lines {
            let given = gives.get_mut(line.kind);
            *given = given.saturating_add(line.granted);
        }
    }

    /// How far this came with an account.
    #[must_use]
    pub fn proof(&self, account: &Account) -> Proof {
        Proof {
            client: self.client,
            account_version: account.version,
            next_invoice: account.next_invoice,
            entries: self.number,
            hash: self.hash.clone(),
            month: self.month.clone(),
            totals: self.totals,
            state: self.state.clone(),
            last_bare: self.last_bare,
        }
    }
}
