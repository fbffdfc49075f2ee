//! A client's account: the totals of both kinds and everything a decision about them needs, in one
//! item of at most 1 KB (LEDGER §2). Attribute names are short because DynamoDB bills them.
//!
//! `version` moves with every write and every writer is conditioned on the version that it read.
//! `entries` names the next ENTRY and moves only with it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::kernel::credit::{Kind, PerKind, Totals};
use crate::kernel::day::month_of;
use crate::kernel::hash::{Sum, short_hash};
use crate::kernel::id::{ClientId, OpId};
use crate::ledger::entry::EntryPlace;

/// How many credit changes an account remembers, for the duplicate guard.
pub const RECENT_MAX: usize = 8;

/// How many open invoices an account remembers, for the duplicate guard.
pub const OPEN_INVOICES_MAX: usize = 8;

/// Where a client stands. Credits may be added to active and suspended ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Made, not yet activated.
    Pending,
    /// In use.
    Active,
    /// Refuses sends; money still settles.
    Suspended,
    /// Ended.
    Closed,
}

impl Status {
    /// The word that people see.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Status::Pending => "pending",
            Status::Active => "active",
            Status::Suspended => "suspended",
            Status::Closed => "closed",
        }
    }
}

/// A client's own MMS switch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Switch {
    /// Whatever the parent says for all of its clients.
    #[default]
    Inherit,
    /// On, whatever the parent says.
    On,
    /// Off, whatever the parent says.
    Off,
}

/// A client's account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    #[serde(rename = "c")]
    pub client: ClientId,
    pub version: u64,
    /// A copy of the client's status; this one is the guard.
    #[serde(rename = "s")]
    pub status: Status,
    /// Staff money operations are stopped, because the books did not prove.
    #[serde(rename = "fz", default, skip_serializing_if = "std::ops::Not::not")]
    pub frozen: bool,
    /// How many payments for documents that the client pays are disputed.
    #[serde(rename = "d", default, skip_serializing_if = "is_zero")]
    pub disputed: u64,
    /// The client gets no further credits on open invoices.
    #[serde(rename = "os", default, skip_serializing_if = "std::ops::Not::not")]
    pub open_adds_stopped: bool,
    /// A copy of the client's own MMS switch.
    #[serde(rename = "m")]
    pub mms: Switch,
    /// The running totals.
    #[serde(rename = "t")]
    pub totals: PerKind<Totals>,
    /// What a send may use beyond the spendable credits.
    #[serde(rename = "o")]
    pub overdraft: PerKind<u64>,
    /// How many entries there are: the number of the last one.
    #[serde(rename = "n")]
    pub entries: u64,
    /// The hash of the last entry; empty before the first.
    #[serde(rename = "h")]
    pub last_hash: String,
    /// The time of the last entry, in milliseconds since 1970; 0 before the first.
    #[serde(rename = "at")]
    pub last_at_ms: i64,
    /// The next invoice's number.
    #[serde(rename = "ni")]
    pub next_invoice: u64,
    /// The next credit note's number.
    #[serde(rename = "nc")]
    pub next_credit_note: u64,
    /// What is due on open invoices, in minor units.
    #[serde(rename = "up")]
    pub unpaid_minor: u64,
    /// The last changes of credits by staff or webhook, newest last.
    #[serde(rename = "r")]
    pub recent: Vec<RecentChange>,
    /// The last bare entry ([`Entry::is_bare`]).
    ///
    /// [`Entry::is_bare`]: crate::ledger::entry::Entry::is_bare
    #[serde(rename = "b", default, skip_serializing_if = "Option::is_none")]
    pub last_bare: Option<EntryPlace>,
    /// The last open invoices, newest last.
    #[serde(rename = "i")]
    pub open_invoices: Vec<OpenInvoice>,
    /// How many changes of credits staff made, by kind: a plan lapses when it moved.
    #[serde(rename = "sc")]
    pub staff_changes: PerKind<u64>,
    /// The largest add by month, of this and the three months before. An add that was lowered counts as what
    /// it still gives.
    #[serde(rename = "la")]
    pub largest: PerKind<Vec<MonthMax>>,
    #[serde(rename = "w")]
    pub witness: Witness,
}

/// Sums of the records that belong to an account: the proof compares them with the stored records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Witness {
    #[serde(rename = "c")]
    pub client: Sum,
    /// Invoices and credit notes that the client pays.
    #[serde(rename = "d")]
    pub documents: Sum,
    /// Payments for these documents.
    #[serde(rename = "p")]
    pub payments: Sum,
    /// Closed days, and the guards of the account that no entry names ([`Account::guards`]).
    #[serde(rename = "y")]
    pub days: Sum,
}

impl Witness {
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            client: self.client.plus(other.client),
            documents: self.documents.plus(other.documents),
            payments: self.payments.plus(other.payments),
            days: self.days.plus(other.days),
        }
    }

    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        Self {
            client: self.client.minus(other.client),
            documents: self.documents.minus(other.documents),
            payments: self.payments.minus(other.payments),
            days: self.days.minus(other.days),
        }
    }
}

/// A change of credits, as the duplicate guard remembers it. Stored as a list, without names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "RecentRow", into = "RecentRow")]
pub struct RecentChange {
    pub op: OpId,
    /// Who, as an actor's short name (`s_3`).
    pub who: String,
    pub kind: Kind,
    /// How many, below zero when they were taken away.
    pub amount: i64,
    /// When, in seconds since 1970.
    pub at_s: i64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

type RecentRow = (OpId, String, Kind, i64, i64);

impl From<RecentRow> for RecentChange {
    fn from((op, who, kind, amount, at_s): RecentRow) -> Self {
        Self { op, who, kind, amount, at_s }
    }
}

impl From<RecentChange> for RecentRow {
    fn from(change: RecentChange) -> Self {
        (change.op, change.who, change.kind, change.amount, change.at_s)
    }
}

/// An open invoice, as the duplicate guard remembers it: number in its series, and gross.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(u64, u64)", into = "(u64, u64)")]
pub struct OpenInvoice {
    /// The position in the client's series.
    pub seq: u64,
    /// Gross in minor units.
    pub gross_minor: u64,
}

impl From<(u64, u64)> for OpenInvoice {
    fn from((seq, gross_minor): (u64, u64)) -> Self {
        Self { seq, gross_minor }
    }
}

impl From<OpenInvoice> for (u64, u64) {
    fn from(invoice: OpenInvoice) -> Self {
        (invoice.seq, invoice.gross_minor)
    }
}

/// The largest add of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(i32, u64)", into = "(i32, u64)")]
pub struct MonthMax {
    /// Months since year 0 (year × 12 + month).
    pub month: i32,
    pub credits: u64,
}

impl From<(i32, u64)> for MonthMax {
    fn from((month, credits): (i32, u64)) -> Self {
        Self { month, credits }
    }
}

impl From<MonthMax> for (i32, u64) {
    fn from(max: MonthMax) -> Self {
        (max.month, max.credits)
    }
}

impl Account {
    /// The account of a new client.
    #[must_use]
    pub fn new(client: ClientId, status: Status, mms: Switch) -> Self {
        Self {
            client,
            version: 1,
            status,
            frozen: false,
            disputed: 0,
            open_adds_stopped: false,
            mms,
            totals: PerKind::default(),
            overdraft: PerKind::default(),
            entries: 0,
            last_hash: String::new(),
            last_at_ms: 0,
            next_invoice: 1,
            next_credit_note: 1,
            unpaid_minor: 0,
            recent: Vec::new(),
            last_bare: None,
            open_invoices: Vec::new(),
            staff_changes: PerKind::default(),
            largest: PerKind::default(),
            witness: Witness::default(),
        }
    }

    /// The hash of everything that moves only with entries. The last entry carries it.
    #[must_use]
    pub fn state(&self) -> String {
        short_hash(&(
            self.totals,
            self.entries,
            self.last_at_ms,
            &self.recent,
            &self.last_bare,
            &self.staff_changes,
            &self.largest,
        ))
    }

    /// The part of the sums that stands for the account's own guards.
    #[must_use]
    pub fn guards(&self) -> Witness {
        let guards = (self.version, self.frozen, &self.open_invoices);
        // As long as nothing is disputed or stopped, the sum is that of accounts without these fields.
        let days = match (self.disputed, self.open_adds_stopped) {
            (0, false) => Sum::of(&guards),
            (disputed, false) => Sum::of(&(guards, disputed)),
            (disputed, true) => Sum::of(&(guards, disputed, "stopped")),
        };
        Witness { days, ..Witness::default() }
    }

    /// The largest add of one kind in this and the three months before; `None` before the first.
    #[must_use]
    pub fn largest_add(&self, kind: Kind, now: Timestamp) -> Option<u64> {
        let oldest = month_of(now).saturating_sub(3);
        let months = self.largest.get(kind).iter().filter(|m| m.month >= oldest);
        months.map(|m| m.credits).max()
    }

    /// The remembered changes as they stand, oldest first: of a corrected add only the row of what it still
    /// gives, which stands behind the row of what was added.
    pub fn standing(&self) -> impl DoubleEndedIterator<Item = &RecentChange> {
        self.recent.iter().enumerate().filter_map(|(at, row)| {
            let mut later = self.recent.iter().skip(at.saturating_add(1));
            let is_corrected = later.any(|later| later.op == row.op && later.kind == row.kind);
            (!is_corrected).then_some(row)
        })
    }

    /// Whether this kind of credits was never added.
    #[must_use]
    pub fn first_add(&self, kind: Kind) -> bool {
        self.largest.get(kind).is_empty()
    }
}

/// Credits that are more than this many times the largest add are asked about.
const LARGE_TIMES: u64 = 3;

/// Whether credits are many beside the largest add.
#[must_use]
pub fn is_large(credits: u64, largest: u64) -> bool {
    credits > largest.saturating_mul(LARGE_TIMES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn word_of_a_status_is_its_stored_name() {
        for status in [Status::Pending, Status::Active, Status::Suspended, Status::Closed] {
            assert_eq!(serde_json::to_value(status).unwrap(), status.word());
        }
    }

    #[test]
    fn rows_of_an_account_are_stored_without_names() {
        let mut account = Account::new(ClientId(2), Status::Active, Switch::Inherit);
        let op: OpId = "op_0123456789abcdef".parse().unwrap();
        let row = RecentChange { op, who: "s_3".to_owned(), kind: Kind::Mms, amount: -5, at_s: 77 };
        account.recent.push(row);
        account.open_invoices.push(OpenInvoice { seq: 4, gross_minor: 2_500 });
        account.largest.sms.push(MonthMax { month: 24_315, credits: 900 });

        let stored = serde_json::to_value(&account).unwrap();

        let row = serde_json::json!(["op_0123456789abcdef", "s_3", "mms", -5, 77]);
        assert_eq!(stored["r"], serde_json::json!([row]));
        assert_eq!(stored["i"], serde_json::json!([[4, 2_500]]));
        assert_eq!(stored["la"]["sms"], serde_json::json!([[24_315, 900]]));
        assert_eq!(serde_json::from_value::<Account>(stored).unwrap(), account);
    }

    #[test]
    fn largest_add_is_of_this_and_the_three_months_before() {
        let now: Timestamp = "2026-05-20T12:00:00Z".parse().unwrap();
        let mut account = Account::new(ClientId(2), Status::Active, Switch::Inherit);
        assert_eq!(
            (account.largest_add(Kind::Sms, now), account.first_add(Kind::Sms)),
            (None, true)
        );
        for (month, credits) in [(1, 9_000), (2, 500), (4, 700)] {
            account.largest.sms.push(MonthMax { month: 2026 * 12 + month, credits });
        }
        assert_eq!(account.largest_add(Kind::Sms, now), Some(700));
        assert_eq!(account.largest_add(Kind::Mms, now), None);
        assert_eq!((account.first_add(Kind::Sms), account.first_add(Kind::Mms)), (false, true));
        account.largest.sms.truncate(2);
        assert_eq!(account.largest_add(Kind::Sms, now), Some(500));
        account.largest.sms.truncate(1);
        assert_eq!(account.largest_add(Kind::Sms, now), None);
    }
}
