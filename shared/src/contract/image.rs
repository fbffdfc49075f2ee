//! What one attempt read. A decision sees nothing else.
//!
//! Invariant: an item that was read and is absent differs from an item that was never read. A
//! decision that looks at an unread key stops with that key ([`Stop::Lacks`]); the desk reads it and
//! runs the decision again. So a decision can never take "not read" for "not there".

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::clients::names::types::{Term, TermQuery, Terms, WholeName};
use crate::clients::types::{Class, Client, Hierarchy};
use crate::contract::kept::Kept;
use crate::contract::plan::Plan;
use crate::contract::receipt::Receipt;
use crate::contract::refusal::Refusal;
use crate::contract::{Key, Record};
use crate::invoices::types::Invoice;
use crate::kernel::credit::Kind;
use crate::kernel::id::{ClientId, Identity, InvoiceNumber, OpId, StaffId};
use crate::kernel::job::Job;
use crate::ledger::account::{Account, Switch};
use crate::payments::matching::types::{LineQuery, ShownProposal};
use crate::payments::types::Payment;
use crate::permissions::types::MmsGate;
use crate::pricing::types::{Prices, Scope};
use crate::settings::types::{Bank, Settings};
use crate::staff::types::{LinkedIdentity, Owners, Spend, Staff};

/// The counters from which numbers are taken before a transaction; gaps are allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Counter {
    Clients,
    Staff,
}

impl Counter {
    /// Its name in the Desk table.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Counter::Clients => "clients",
            Counter::Staff => "staff",
        }
    }
}

/// A group of clients that a change reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    /// All but admins.
    All,
    /// All below a client.
    Below(ClientId),
    /// Those below a client without an MMS switch of their own.
    Inheriting(ClientId),
}

impl Group {
    /// Whether a client belongs to it.
    #[must_use]
    pub fn has(self, client: &Client) -> bool {
        match self {
            Group::All => client.class != Class::Admin,
            Group::Below(parent) => client.chain.contains(&parent),
            Group::Inheriting(parent) => {
                client.chain.contains(&parent) && client.mms == Switch::Inherit
            }
        }
    }
}

/// Something that a decision has to see.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Need {
    /// A stored item.
    Item(Key),
    /// The search terms that a query finds.
    Terms(TermQuery),
    /// All staff members.
    Staff,
    /// The next number of a counter.
    Number(Counter),
    /// How many clients a group has.
    Reach(Group),
    /// How many requests of a staff member wait.
    Requests(StaffId),
    /// What a line of a bank's statement may pay.
    Proposals(LineQuery),
}

/// Why a decision stopped before its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// It looked at something that was never read.
    Lacks(Vec<Need>),
    /// A business no.
    Refuse(Refusal),
    /// A stored item cannot be read.
    Unreadable { key: Key, reason: String },
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Stop::Refuse(refusal)
    }
}

/// A typed text that is not accepted, as a sentence.
impl From<String> for Stop {
    fn from(sentence: String) -> Self {
        Stop::Refuse(Refusal::from(sentence))
    }
}

/// The result of looking at an item: the record, `None` when it is absent, or the reason to stop.
pub type Look<'a, T> = Result<Option<&'a T>, Stop>;

#[derive(Debug, Clone)]
enum Slot {
    Absent,
    Present(Box<Record>),
    Unreadable(String),
}

/// What one attempt read.
#[derive(Debug, Clone, Default)]
pub struct Image {
    slots: BTreeMap<Key, Slot>,
    terms: BTreeMap<TermQuery, Terms>,
    staff: Option<Vec<Staff>>,
    numbers: BTreeMap<Counter, u64>,
    reaches: BTreeMap<Group, u64>,
    requests: BTreeMap<StaffId, u64>,
    proposals: BTreeMap<LineQuery, Vec<ShownProposal>>,
    /// Each identity's staff member at an earlier call: a guess which record to read along.
    guess: Option<StaffId>,
}

impl Image {
    /// Keeps a record that was read.
    pub fn insert(&mut self, record: Record) {
        self.slots.insert(record.key(), Slot::Present(Box::new(record)));
    }

    /// Keeps that an item was read and is absent, unless it is known already.
    pub fn insert_absent(&mut self, key: Key) {
        self.slots.entry(key).or_insert(Slot::Absent);
    }

    /// Keeps that an item is there and cannot be read.
    pub fn insert_unreadable(&mut self, key: Key, reason: String) {
        self.slots.insert(key, Slot::Unreadable(reason));
    }

    /// Keeps the search terms that a query found.
    pub fn insert_terms(&mut self, query: TermQuery, terms: Terms) {
        self.terms.insert(query, terms);
    }

    /// Keeps the list of all staff members.
    pub fn insert_staff(&mut self, staff: Vec<Staff>) {
        self.staff = Some(staff);
    }

    /// Keeps a number that was taken from a counter.
    pub fn insert_number(&mut self, counter: Counter, number: u64) {
        self.numbers.insert(counter, number);
    }

    /// Keeps how many clients a group has.
    pub fn insert_reach(&mut self, group: Group, clients: u64) {
        self.reaches.insert(group, clients);
    }

    /// How many clients a group has.
    ///
    /// # Errors
    /// They were never counted.
    pub fn reach(&self, group: Group) -> Result<u64, Stop> {
        let clients = self.reaches.get(&group).copied();
        clients.ok_or_else(|| Stop::Lacks(vec![Need::Reach(group)]))
    }

    /// Keeps how many requests of a staff member wait.
    pub fn insert_requests(&mut self, staff: StaffId, count: u64) {
        self.requests.insert(staff, count);
    }

    /// How many requests of a staff member wait.
    ///
    /// # Errors
    /// They were never counted.
    pub fn requests(&self, staff: StaffId) -> Result<u64, Stop> {
        let count = self.requests.get(&staff).copied();
        count.ok_or_else(|| Stop::Lacks(vec![Need::Requests(staff)]))
    }

    /// Keeps what a line of a bank's statement may pay.
    pub fn insert_proposals(&mut self, line: LineQuery, proposals: Vec<ShownProposal>) {
        self.proposals.insert(line, proposals);
    }

    /// What a line of a bank's statement may pay, the best first.
    ///
    /// # Errors
    /// It was never looked for.
    pub fn proposals(&self, line: &LineQuery) -> Result<&[ShownProposal], Stop> {
        let proposals = self.proposals.get(line).map(Vec::as_slice);
        proposals.ok_or_else(|| Stop::Lacks(vec![Need::Proposals(line.clone())]))
    }

    /// Keeps the staff member that the caller's identity was linked to at an earlier call.
    pub fn guess_staff(&mut self, staff: Option<StaffId>) {
        self.guess = staff;
    }

    /// Whether something was read already.
    #[must_use]
    pub fn has(&self, need: &Need) -> bool {
        match need {
            Need::Item(key) => self.slots.contains_key(key),
            Need::Terms(query) => self.terms.contains_key(query),
            Need::Staff => self.staff.is_some(),
            Need::Number(counter) => self.numbers.contains_key(counter),
            Need::Reach(group) => self.reaches.contains_key(group),
            Need::Requests(staff) => self.requests.contains_key(staff),
            Need::Proposals(line) => self.proposals.contains_key(line),
        }
    }

    /// The numbers that were taken: they are kept when the rest is read again.
    #[must_use]
    pub fn numbers(&self) -> &BTreeMap<Counter, u64> {
        &self.numbers
    }

    /// An item of one type.
    ///
    /// # Errors
    /// It was never read, or cannot be read.
    pub fn get<T: Kept>(&self, key: &Key) -> Look<'_, T> {
        match self.slots.get(key) {
            None => Err(Stop::Lacks(vec![Need::Item(key.clone())])),
            Some(Slot::Absent) => Ok(None),
            Some(Slot::Present(record)) => match T::of(record) {
                Some(kept) => Ok(Some(kept)),
                None => Err(Stop::Unreadable {
                    key: key.clone(),
                    reason: "another record is stored there".to_owned(),
                }),
            },
            Some(Slot::Unreadable(reason)) => {
                Err(Stop::Unreadable { key: key.clone(), reason: reason.clone() })
            }
        }
    }

    /// All records that were read.
    pub fn records(&self) -> impl Iterator<Item = &Record> {
        self.slots.values().filter_map(|slot| match slot {
            Slot::Present(record) => Some(&**record),
            Slot::Absent | Slot::Unreadable(_) => None,
        })
    }

    /// Whether an item was read and is absent.
    #[must_use]
    pub fn is_absent(&self, key: &Key) -> bool {
        matches!(self.slots.get(key), Some(Slot::Absent))
    }

    /// The reason why an item that was read is unreadable.
    #[must_use]
    pub fn unreadable(&self, key: &Key) -> Option<&str> {
        match self.slots.get(key) {
            Some(Slot::Unreadable(reason)) => Some(reason),
            Some(Slot::Absent | Slot::Present(_)) | None => None,
        }
    }

    /// An item of any type.
    ///
    /// # Errors
    /// As [`Image::get`].
    pub fn record(&self, key: &Key) -> Look<'_, Record> {
        self.get(key)
    }

    /// As [`Image::get`] for a prefetch, which goes on with what is known: `None` also for an item
    /// that was never read.
    #[must_use]
    pub fn peek<T: Kept>(&self, key: &Key) -> Option<&T> {
        self.get(key).ok().flatten()
    }

    /// The search terms that a query finds.
    ///
    /// # Errors
    /// They were never looked for.
    pub fn terms(&self, query: &TermQuery) -> Result<&Terms, Stop> {
        self.terms.get(query).ok_or_else(|| Stop::Lacks(vec![Need::Terms(query.clone())]))
    }

    /// As [`Image::terms`], or a wider list that has all of them.
    ///
    /// # Errors
    /// They were never looked for.
    pub fn terms_with(&self, query: &TermQuery) -> Result<&Terms, Stop> {
        let is_wider = |(known, read): &(&TermQuery, &Terms)| {
            let begins = query.prefix.starts_with(&known.prefix);
            !read.is_cut && begins && known.partition == query.partition
        };
        match self.terms.iter().find(is_wider) {
            Some((_, read)) => Ok(read),
            None => self.terms(query),
        }
    }

    /// A search term of a client, if one was read.
    #[must_use]
    pub fn peek_term(&self, client: ClientId) -> Option<&Term> {
        let all = self.terms.values().flat_map(|read| &read.terms);
        all.into_iter().find(|term| term.client == client)
    }

    /// The parents of a client, as one of its names has them: a guess which records to read along.
    #[must_use]
    pub fn peek_chain(&self, client: ClientId) -> Option<Vec<ClientId>> {
        if let Some(term) = self.peek_term(client) {
            return Some(term.chain.clone());
        }
        self.slots.values().find_map(|slot| match slot {
            Slot::Present(record) => WholeName::of(record)?
                .holders
                .iter()
                .find(|holder| holder.client == client && !holder.chain.is_empty())
                .map(|holder| holder.chain.clone()),
            Slot::Absent | Slot::Unreadable(_) => None,
        })
    }

    /// All staff members.
    ///
    /// # Errors
    /// They were never read.
    pub fn all_staff(&self) -> Result<&[Staff], Stop> {
        self.staff.as_deref().ok_or_else(|| Stop::Lacks(vec![Need::Staff]))
    }

    /// As [`Image::all_staff`] for a prefetch.
    #[must_use]
    pub fn peek_all_staff(&self) -> Option<&[Staff]> {
        self.staff.as_deref()
    }

    /// The number that was taken from a counter.
    ///
    /// # Errors
    /// None was taken.
    pub fn number(&self, counter: Counter) -> Result<u64, Stop> {
        let number = self.numbers.get(&counter).copied();
        number.ok_or_else(|| Stop::Lacks(vec![Need::Number(counter)]))
    }

    /// The staff member of an identity: as read, or as it was at an earlier call.
    #[must_use]
    pub fn peek_caller(&self, identity: &Identity) -> Option<StaffId> {
        let read = self.peek::<LinkedIdentity>(&Key::Identity(identity.clone()));
        read.map(|linked| linked.staff).or(self.guess)
    }

    /// # Errors
    /// As [`Image::get`].
    pub fn account(&self, client: ClientId) -> Look<'_, Account> {
        self.get(&Key::Account(client))
    }

    /// # Errors
    /// As [`Image::get`].
    pub fn client(&self, client: ClientId) -> Look<'_, Client> {
        self.get(&Key::Client(client))
    }

    /// The receipt of an operation.
    ///
    /// # Errors
    /// As [`Image::get`].
    pub fn operation(&self, op: &OpId) -> Look<'_, Receipt> {
        self.get(&Key::Operation(op.clone()))
    }

    /// # Errors
    /// As [`Image::get`].
    pub fn plan(&self, op: &OpId) -> Look<'_, Plan> {
        self.get(&Key::Plan(op.clone()))
    }

    /// # Errors
    /// As [`Image::get`].
    pub fn invoice(&self, number: InvoiceNumber) -> Look<'_, Invoice> {
        self.get(&Key::Invoice(number))
    }

    /// A payment, by its normalised reference.
    ///
    /// # Errors
    /// As [`Image::get`].
    pub fn payment(&self, reference: &str) -> Look<'_, Payment> {
        self.get(&Key::Payment(reference.to_owned()))
    }

    /// What a staff member added on a day; an untouched day if nothing is stored.
    ///
    /// # Errors
    /// As [`Image::get`].
    pub fn spend(&self, staff: StaffId, date: Date) -> Result<Spend, Stop> {
        let stored = self.get::<Spend>(&Key::Spend(staff, date))?;
        Ok(stored.cloned().unwrap_or_else(|| Spend::new(staff, date)))
    }

    /// # Errors
    /// As [`Image::get`].
    pub fn identity(&self, identity: &Identity) -> Look<'_, LinkedIdentity> {
        self.get(&Key::Identity(identity.clone()))
    }

    /// # Errors
    /// As [`Image::get`].
    pub fn staff(&self, staff: StaffId) -> Look<'_, Staff> {
        self.get(&Key::Staff(staff))
    }

    /// The settings; a new desk's if nothing is stored.
    ///
    /// # Errors
    /// As [`Image::get`].
    pub fn settings(&self) -> Result<Settings, Stop> {
        Ok(self.get::<Settings>(&Key::Settings)?.cloned().unwrap_or_default())
    }

    /// The bank account; none if nothing is stored.
    ///
    /// # Errors
    /// As [`Image::get`].
    pub fn bank(&self) -> Result<Bank, Stop> {
        Ok(self.get::<Bank>(&Key::Bank)?.cloned().unwrap_or_default())
    }

    /// # Errors
    /// As [`Image::get`].
    pub fn prices(&self, scope: Scope, kind: Kind) -> Look<'_, Prices> {
        self.get(&Key::Prices(scope, kind))
    }

    /// The MMS switch of an admin's platform.
    ///
    /// # Errors
    /// As [`Image::get`].
    pub fn mms_gate(&self, admin: ClientId) -> Look<'_, MmsGate> {
        self.get(&Key::MmsGate(admin))
    }

    /// The owners; none if nothing is stored.
    ///
    /// # Errors
    /// As [`Image::get`].
    pub fn owners(&self) -> Result<Owners, Stop> {
        Ok(self.get::<Owners>(&Key::Owners)?.cloned().unwrap_or_default())
    }

    /// The version of the tree of parents.
    ///
    /// # Errors
    /// As [`Image::get`].
    pub fn hierarchy(&self) -> Result<Hierarchy, Stop> {
        Ok(self.get::<Hierarchy>(&Key::Hierarchy)?.copied().unwrap_or_default())
    }

    /// A job that failed for good.
    ///
    /// # Errors
    /// As [`Image::get`].
    pub fn failed_job(&self, op: &OpId) -> Look<'_, Job> {
        self.get(&Key::FailedJob(op.clone()))
    }
}
