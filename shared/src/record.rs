//! Everything that is stored, by key, and what a decision may write.
//!
//! An [`Image`] is what one strong read found: the decision sees nothing else. A [`Change`] is all
//! that one decision writes, entirely or not at all; each write carries the guard that must still
//! hold ([`Expect`]). The functions turn it into one transaction; nothing else writes credits.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::account::Account;
use crate::answer::Answer;
use crate::audit::Audit;
use crate::client::{Class, Client, MmsGate};
use crate::credit::{Kind, PerKind, Totals};
use crate::entry::Entry;
use crate::id::{ClientId, Identity, InvoiceNumber, OpId, StaffId};
use crate::invoice::{Invoice, Payment};
use crate::job::Job;
use crate::plan::Plan;
use crate::refusal::Refusal;
use crate::settings::{Prices, Scope, Settings};
use crate::staff::{LinkedIdentity, Owners, Spend, Staff};

/// Names one stored record.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    /// Ledger: a client's account.
    Account(ClientId),
    /// Ledger: an entry, by account, month (`yyyymm`) and number.
    Entry(ClientId, String, u64),
    /// Ledger: an operation's stored outcome.
    Operation(OpId),
    /// Ledger: an invoice or credit note.
    Invoice(InvoiceNumber),
    /// Ledger: a payment, by its normalised reference.
    Payment(String),
    /// Ledger: what a staff member added on a UTC day.
    Spend(StaffId, Date),
    /// Ledger: a closed day of an account.
    Day(ClientId, Date),
    /// Ledger: the owners.
    Owners,
    /// Ledger: the version of the tree of parents.
    Hierarchy,
    /// Desk: a client.
    Client(ClientId),
    /// Desk: a search term of a client.
    Term(String, ClientId),
    /// Desk: who holds a login.
    Login(String),
    /// Desk: a staff member.
    Staff(StaffId),
    /// Desk: a chat identity.
    Identity(Identity),
    /// Desk: prices.
    Prices(Scope, Kind),
    /// Desk: the settings.
    Settings,
    /// Desk: the MMS switch of an admin's platform.
    MmsGate(ClientId),
    /// Desk: a plan.
    Plan(OpId),
    /// Desk: a job, by shard, due time and operation.
    Job(u8, Timestamp, OpId),
    /// Desk: a job that failed for good.
    FailedJob(OpId),
    /// Desk: a line of the audit trail.
    Audit(Option<StaffId>, Timestamp, OpId),
    /// Desk: how far an account's books were proved.
    Proof(ClientId),
}

/// One stored record.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "stored and read one at a time")]
pub enum Record {
    /// See [`Key::Account`].
    Account(Account),
    /// See [`Key::Entry`].
    Entry(Entry),
    /// See [`Key::Operation`].
    Operation(Stored),
    /// See [`Key::Invoice`].
    Invoice(Invoice),
    /// See [`Key::Payment`].
    Payment(Payment),
    /// See [`Key::Spend`].
    Spend(Spend),
    /// See [`Key::Day`].
    Day(Day),
    /// See [`Key::Owners`].
    Owners(Owners),
    /// See [`Key::Hierarchy`].
    Hierarchy(Hierarchy),
    /// See [`Key::Client`].
    Client(Client),
    /// See [`Key::Term`].
    Term(Term),
    /// See [`Key::Login`].
    Login(LoginHolder),
    /// See [`Key::Staff`].
    Staff(Staff),
    /// See [`Key::Identity`].
    Identity(LinkedIdentity),
    /// See [`Key::Prices`].
    Prices(Prices),
    /// See [`Key::Settings`].
    Settings(Settings),
    /// See [`Key::MmsGate`].
    MmsGate(MmsGate),
    /// See [`Key::Plan`].
    Plan(Plan),
    /// See [`Key::Job`].
    Job(Job),
    /// See [`Key::FailedJob`].
    FailedJob(Job),
    /// See [`Key::Audit`].
    Audit(Audit),
    /// See [`Key::Proof`].
    Proof(Proof),
}

impl Record {
    /// Where it is stored.
    #[must_use]
    pub fn key(&self) -> Key {
        match self {
            Record::Account(r) => Key::Account(r.client),
            Record::Entry(r) => Key::Entry(r.client, r.month(), r.number),
            Record::Operation(r) => Key::Operation(r.op.clone()),
            Record::Invoice(r) => Key::Invoice(r.number),
            Record::Payment(r) => Key::Payment(r.reference.clone()),
            Record::Spend(r) => Key::Spend(r.staff, r.date),
            Record::Day(r) => Key::Day(r.client, r.date),
            Record::Owners(_) => Key::Owners,
            Record::Hierarchy(_) => Key::Hierarchy,
            Record::Client(r) => Key::Client(r.id),
            Record::Term(r) => Key::Term(r.word.clone(), r.client),
            Record::Login(r) => Key::Login(r.login.clone()),
            Record::Staff(r) => Key::Staff(r.id),
            Record::Identity(r) => Key::Identity(r.identity.clone()),
            Record::Prices(r) => Key::Prices(r.scope, r.kind),
            Record::Settings(_) => Key::Settings,
            Record::MmsGate(r) => Key::MmsGate(r.admin),
            Record::Plan(r) => Key::Plan(r.op.clone()),
            Record::Job(r) => Key::Job(r.shard(), r.due, r.op.clone()),
            Record::FailedJob(r) => Key::FailedJob(r.op.clone()),
            Record::Audit(r) => Key::Audit(r.staff, r.at, r.op.clone()),
            Record::Proof(r) => Key::Proof(r.client),
        }
    }
}

/// What must hold of the stored record at the moment of the write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// It is not there.
    Absent,
    /// It is there, at this version.
    Version(u64),
    /// Nothing: the record is the same whoever writes it.
    Anything,
}

impl Expect {
    /// The guard for the next version of something that was read at `version`, 0 meaning absent.
    #[must_use]
    pub fn after(version: u64) -> Self {
        if version == 0 { Expect::Absent } else { Expect::Version(version) }
    }
}

/// One write of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "a change has a handful of writes")]
pub enum Write {
    /// Put the record.
    Put(Record, Expect),
    /// Delete what is stored there.
    Delete(Key, Expect),
    /// Write nothing, but let the whole change depend on it.
    Check(Key, Expect),
}

/// All that one decision writes, entirely or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The writes; OPERATION first where there is one.
    pub writes: Vec<Write>,
    /// What is answered once it is committed.
    pub then: Then,
}

/// What is answered once a change is committed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "one of these exists at a time")]
pub enum Then {
    /// The operation was done.
    Answer(Answer),
    /// It waits: the plan is what was written.
    Planned(Plan),
    /// It was refused, and the refusal is what was written.
    Refuse(Refusal),
}

/// What a decision comes to, when it is not refused outright.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Nothing is to be written.
    Answer(Answer),
    /// This is to be written.
    Commit(Change),
    /// The plan waits already: it is shown again.
    Show(Plan),
    /// The stored first outcome.
    Replay(Stored),
}

/// An operation's stored outcome: the record that makes a repeat an answer. Never expires.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    /// Which operation.
    pub op: OpId,
    /// The fingerprint of the call as asked.
    pub fingerprint: String,
    /// Who asked; only this identity's staff member gets the answer again in full.
    pub by: StaffId,
    /// When.
    pub at: Timestamp,
    /// What was answered.
    pub outcome: StoredOutcome,
}

/// What an operation came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "stored and read one at a time")]
pub enum StoredOutcome {
    /// A commit.
    Done(Answer),
    /// The one refusal that is stored: not enough credits.
    Refused(Refusal),
    /// A confirmation that named no plan took this one: what came of it is the plan's to say. It is
    /// stored so that the same call never takes a later plan.
    Took(OpId),
}

/// The version of the tree of parents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Hierarchy {
    /// Moves with every change of a parent or class.
    pub version: u64,
}

/// Who holds a login.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoginHolder {
    /// Which.
    pub login: String,
    /// Whose.
    pub client: ClientId,
}

/// One word by which a client is found, with all that a decision's keys need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    /// The folded word: at least two letters.
    pub word: String,
    /// Whose.
    pub client: ClientId,
    /// The client's name.
    pub name: String,
    /// The client's login.
    pub login: String,
    /// The client's class.
    pub class: Class,
    /// The client's chain of parents, nearest first.
    pub chain: Vec<ClientId>,
}

/// A closed day of an account: the totals at the end of a local day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    /// Whose.
    pub client: ClientId,
    /// Which local day of the root admin's zone.
    pub date: Date,
    /// The last entry that it covers.
    pub entries: u64,
    /// That entry's hash.
    pub hash: String,
    /// The totals then.
    pub totals: PerKind<Totals>,
}

/// How far an account's books were proved, so that the next proof goes on from there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// Whose.
    pub client: ClientId,
    /// The account's version then. It moves also without an entry, by what the account pays for
    /// others.
    #[serde(default)]
    pub account_version: u64,
    /// The account's next invoice then: what it pays for others was proved below that.
    #[serde(default)]
    pub next_invoice: u64,
    /// The last proved entry.
    pub entries: u64,
    /// Its hash.
    pub hash: String,
    /// The month (`yyyymm`) that holds it.
    pub month: String,
    /// The sums of all lines up to it.
    pub totals: PerKind<Totals>,
}

/// What one strong read found.
#[derive(Debug, Clone, Default)]
pub struct Image {
    records: BTreeMap<Key, Record>,
}

impl Image {
    /// Adds a record that was read.
    pub fn insert(&mut self, record: Record) {
        self.records.insert(record.key(), record);
    }

    /// What was read under a key.
    #[must_use]
    pub fn get(&self, key: &Key) -> Option<&Record> {
        self.records.get(key)
    }

    /// The account of a client.
    #[must_use]
    pub fn account(&self, client: ClientId) -> Option<&Account> {
        match self.get(&Key::Account(client)) {
            Some(Record::Account(account)) => Some(account),
            _ => None,
        }
    }

    /// A client.
    #[must_use]
    pub fn client(&self, client: ClientId) -> Option<&Client> {
        match self.get(&Key::Client(client)) {
            Some(Record::Client(client)) => Some(client),
            _ => None,
        }
    }

    /// A stored outcome.
    #[must_use]
    pub fn operation(&self, op: &OpId) -> Option<&Stored> {
        match self.get(&Key::Operation(op.clone())) {
            Some(Record::Operation(stored)) => Some(stored),
            _ => None,
        }
    }

    /// A plan.
    #[must_use]
    pub fn plan(&self, op: &OpId) -> Option<&Plan> {
        match self.get(&Key::Plan(op.clone())) {
            Some(Record::Plan(plan)) => Some(plan),
            _ => None,
        }
    }

    /// An invoice or credit note.
    #[must_use]
    pub fn invoice(&self, number: InvoiceNumber) -> Option<&Invoice> {
        match self.get(&Key::Invoice(number)) {
            Some(Record::Invoice(invoice)) => Some(invoice),
            _ => None,
        }
    }

    /// A payment, by its normalised reference.
    #[must_use]
    pub fn payment(&self, reference: &str) -> Option<&Payment> {
        match self.get(&Key::Payment(reference.to_owned())) {
            Some(Record::Payment(payment)) => Some(payment),
            _ => None,
        }
    }

    /// What a staff member added on a day; an untouched day if nothing is stored.
    #[must_use]
    pub fn spend(&self, staff: StaffId, date: Date) -> Spend {
        match self.get(&Key::Spend(staff, date)) {
            Some(Record::Spend(spend)) => spend.clone(),
            _ => Spend::new(staff, date),
        }
    }

    /// A chat identity.
    #[must_use]
    pub fn identity(&self, identity: &Identity) -> Option<&LinkedIdentity> {
        match self.get(&Key::Identity(identity.clone())) {
            Some(Record::Identity(linked)) => Some(linked),
            _ => None,
        }
    }

    /// A staff member.
    #[must_use]
    pub fn staff(&self, staff: StaffId) -> Option<&Staff> {
        match self.get(&Key::Staff(staff)) {
            Some(Record::Staff(staff)) => Some(staff),
            _ => None,
        }
    }

    /// The settings; a new desk's if nothing is stored.
    #[must_use]
    pub fn settings(&self) -> Settings {
        match self.get(&Key::Settings) {
            Some(Record::Settings(settings)) => settings.clone(),
            _ => Settings::new(),
        }
    }

    /// The prices of one scope and kind.
    #[must_use]
    pub fn prices(&self, scope: Scope, kind: Kind) -> Option<&Prices> {
        match self.get(&Key::Prices(scope, kind)) {
            Some(Record::Prices(prices)) => Some(prices),
            _ => None,
        }
    }

    /// The MMS switch of an admin's platform.
    #[must_use]
    pub fn mms_gate(&self, admin: ClientId) -> Option<&MmsGate> {
        match self.get(&Key::MmsGate(admin)) {
            Some(Record::MmsGate(gate)) => Some(gate),
            _ => None,
        }
    }

    /// The owners; nobody if nothing is stored.
    #[must_use]
    pub fn owners(&self) -> Owners {
        match self.get(&Key::Owners) {
            Some(Record::Owners(owners)) => owners.clone(),
            _ => Owners::default(),
        }
    }

    /// The version of the tree of parents.
    #[must_use]
    pub fn hierarchy(&self) -> Hierarchy {
        match self.get(&Key::Hierarchy) {
            Some(Record::Hierarchy(hierarchy)) => *hierarchy,
            _ => Hierarchy::default(),
        }
    }

    /// Who holds a login.
    #[must_use]
    pub fn login(&self, login: &str) -> Option<&LoginHolder> {
        match self.get(&Key::Login(login.to_owned())) {
            Some(Record::Login(holder)) => Some(holder),
            _ => None,
        }
    }
}
