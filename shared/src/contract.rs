//! The closed, typed lists that name all capabilities: [`Ask`], [`Facts`], [`Answer`], [`Record`] and
//! [`Key`]. A new entry makes the compiler demand its case wherever one of them is matched.
//!
//! Beside them stand the types that hold an ask, facts or a record of any capability: calls and
//! replies, receipts, plans, refusals, notices, and what a decision reads and writes. All of them
//! import `types.rs` files and the ledger; decisions import them.

pub mod call;
pub mod change;
pub mod image;
pub mod kept;
pub mod notice;
pub mod plan;
pub mod receipt;
pub mod refusal;
pub mod rights;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use strum::{EnumDiscriminants, VariantArray};

use crate::books::types::{self as books, Day, Proof};
use crate::clients::brand::types::Brand;
use crate::clients::names::types::{Term, WholeName};
use crate::clients::types::{self as clients, Client, Hierarchy};
use crate::contract::plan::{Plan, PlanCard, Waiting};
use crate::contract::receipt::Receipt;
use crate::contract::rights::{Rights, RightsChange};
use crate::credits::types as credits;
use crate::desk::types as desk;
use crate::invoices::types::{self as invoices, Invoice};
use crate::kernel::audit::Audit;
use crate::kernel::credit::{Count, Kind};
use crate::kernel::id::{ClientId, Identity, InvoiceNumber, OpId, StaffId, digest};
use crate::kernel::job::Job;
use crate::kernel::spec::Spec;
use crate::kernel::typed::ClientPlace;
use crate::ledger::account::Account;
use crate::ledger::entry::Entry;
use crate::payments::provider::types::{RefundAsked, RefundFacts, Round};
use crate::payments::types::{self as payments, Event, Payment};
use crate::permissions::types::{self as permissions, MmsGate};
use crate::plans::types as plans;
use crate::pricing::types::{self as pricing, PriceLists, Prices, Scope};
use crate::settings::types::{self as settings, Bank, Settings};
use crate::staff::types::{self as staff, LinkedIdentity, Owners, Spend, Staff};

/// An operation with its parameters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, EnumDiscriminants)]
#[strum_discriminants(name(Capability), derive(VariantArray, PartialOrd, Ord))]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    Credits(credits::Ask),
    Plans(plans::Ask),
    Clients(clients::Ask),
    Permissions(permissions::Ask),
    Pricing(pricing::Ask),
    Settings(settings::Ask),
    Invoices(invoices::Ask),
    Payments(payments::Ask),
    Staff(staff::Ask),
    Desk(desk::Ask),
    Books(books::Ask),
}

impl From<credits::Ask> for Ask {
    fn from(ask: credits::Ask) -> Self {
        Ask::Credits(ask)
    }
}

impl From<plans::Ask> for Ask {
    fn from(ask: plans::Ask) -> Self {
        Ask::Plans(ask)
    }
}

impl From<clients::Ask> for Ask {
    fn from(ask: clients::Ask) -> Self {
        Ask::Clients(ask)
    }
}

impl From<permissions::Ask> for Ask {
    fn from(ask: permissions::Ask) -> Self {
        Ask::Permissions(ask)
    }
}

impl From<pricing::Ask> for Ask {
    fn from(ask: pricing::Ask) -> Self {
        Ask::Pricing(ask)
    }
}

impl From<settings::Ask> for Ask {
    fn from(ask: settings::Ask) -> Self {
        Ask::Settings(ask)
    }
}

impl From<invoices::Ask> for Ask {
    fn from(ask: invoices::Ask) -> Self {
        Ask::Invoices(ask)
    }
}

impl From<payments::Ask> for Ask {
    fn from(ask: payments::Ask) -> Self {
        Ask::Payments(ask)
    }
}

impl From<staff::Ask> for Ask {
    fn from(ask: staff::Ask) -> Self {
        Ask::Staff(ask)
    }
}

impl From<desk::Ask> for Ask {
    fn from(ask: desk::Ask) -> Self {
        Ask::Desk(ask)
    }
}

impl From<books::Ask> for Ask {
    fn from(ask: books::Ask) -> Self {
        Ask::Books(ask)
    }
}

impl Ask {
    /// The fixed properties of the operation.
    #[must_use]
    pub fn spec(&self) -> &'static Spec {
        match self {
            Ask::Credits(ask) => credits::Operation::from(ask).spec(),
            Ask::Plans(ask) => plans::Operation::from(ask).spec(),
            Ask::Clients(ask) => clients::Operation::from(ask).spec(),
            Ask::Permissions(ask) => permissions::Operation::from(ask).spec(),
            Ask::Pricing(ask) => pricing::Operation::from(ask).spec(),
            Ask::Settings(ask) => settings::Operation::from(ask).spec(),
            Ask::Invoices(ask) => invoices::Operation::from(ask).spec(),
            Ask::Payments(ask) => payments::Operation::from(ask).spec(),
            Ask::Staff(ask) => staff::Operation::from(ask).spec(),
            Ask::Desk(ask) => desk::Operation::from(ask).spec(),
            Ask::Books(ask) => books::Operation::from(ask).spec(),
        }
    }

    /// The places where a client is named.
    pub fn clients(&mut self) -> Vec<ClientPlace<'_>> {
        match self {
            Ask::Credits(ask) => ask.clients(),
            Ask::Clients(ask) => ask.clients(),
            Ask::Permissions(ask) => ask.clients(),
            Ask::Pricing(ask) => ask.clients(),
            Ask::Invoices(ask) => ask.clients(),
            Ask::Payments(ask) => ask.clients(),
            Ask::Desk(ask) => ask.clients(),
            Ask::Books(ask) => ask.clients(),
            Ask::Plans(_) | Ask::Settings(_) | Ask::Staff(_) => Vec::new(),
        }
    }

    /// The number of credits that stands beside its client.
    #[must_use]
    pub fn count(&self) -> Option<Count> {
        match self {
            Ask::Credits(
                credits::Ask::AddCredit { count, .. } | credits::Ask::DeductCredit { count, .. },
            ) => Some(*count),
            _ => None,
        }
    }

    /// The places where an active staff member is named.
    pub fn staff(&mut self) -> Vec<&mut String> {
        match self {
            Ask::Clients(ask) => ask.staff(),
            Ask::Staff(ask) => ask.staff(),
            Ask::Credits(_)
            | Ask::Plans(_)
            | Ask::Permissions(_)
            | Ask::Pricing(_)
            | Ask::Settings(_)
            | Ask::Invoices(_)
            | Ask::Payments(_)
            | Ask::Desk(_)
            | Ask::Books(_) => Vec::new(),
        }
    }

    /// The hash of the ask before names are resolved. The same key with another fingerprint is refused.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        // Every ask is plain data with string keys: its JSON always exists.
        let json = serde_json::to_value(self).unwrap_or_default().to_string();
        digest(&[&json]).chars().take(26).collect()
    }
}

impl Capability {
    /// The specs of its operations.
    fn specs(self) -> Vec<&'static Spec> {
        match self {
            Capability::Credits => {
                credits::Operation::VARIANTS.iter().map(|operation| operation.spec()).collect()
            }
            Capability::Plans => {
                plans::Operation::VARIANTS.iter().map(|operation| operation.spec()).collect()
            }
            Capability::Clients => {
                clients::Operation::VARIANTS.iter().map(|operation| operation.spec()).collect()
            }
            Capability::Permissions => {
                permissions::Operation::VARIANTS.iter().map(|operation| operation.spec()).collect()
            }
            Capability::Pricing => {
                pricing::Operation::VARIANTS.iter().map(|operation| operation.spec()).collect()
            }
            Capability::Settings => {
                settings::Operation::VARIANTS.iter().map(|operation| operation.spec()).collect()
            }
            Capability::Invoices => {
                invoices::Operation::VARIANTS.iter().map(|operation| operation.spec()).collect()
            }
            Capability::Payments => {
                payments::Operation::VARIANTS.iter().map(|operation| operation.spec()).collect()
            }
            Capability::Staff => {
                staff::Operation::VARIANTS.iter().map(|operation| operation.spec()).collect()
            }
            Capability::Desk => {
                desk::Operation::VARIANTS.iter().map(|operation| operation.spec()).collect()
            }
            Capability::Books => {
                books::Operation::VARIANTS.iter().map(|operation| operation.spec()).collect()
            }
        }
    }
}

/// The specs of all operations.
pub fn specs() -> impl Iterator<Item = &'static Spec> {
    Capability::VARIANTS.iter().flat_map(|capability| capability.specs())
}

/// What a receipt keeps, beside its movement, to reproduce the first answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Facts {
    Credits(credits::Facts),
    Clients(clients::Facts),
    Permissions(permissions::Facts),
    Pricing(PriceLists),
    Settings(settings::Facts),
    Invoices(invoices::Facts),
    Mailed(invoices::Mailed),
    Payments(payments::Facts),
    Refund(RefundFacts),
    Staff(staff::Facts),
    Desk(desk::Facts),
    Plans(plans::Facts),
}

impl Facts {
    /// As a plan keeps them: without the records that the commit writes anyway, because a plan is small.
    #[must_use]
    pub fn planned(mut self) -> Self {
        match &mut self {
            Facts::Pricing(lists) => {
                for prices in &mut lists.prices {
                    prices.schedules.clear();
                }
                if let Some(change) = &mut lists.change {
                    change.back.clear();
                }
            }
            Facts::Settings(facts) => facts.settings = None,
            Facts::Credits(_)
            | Facts::Clients(_)
            | Facts::Permissions(_)
            | Facts::Invoices(_)
            | Facts::Mailed(_)
            | Facts::Payments(_)
            | Facts::Refund(_)
            | Facts::Staff(_)
            | Facts::Desk(_)
            | Facts::Plans(_) => {}
        }
        self
    }
}

/// The answer of a read, or of an operation that keeps no receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "one of these exists at a time")]
pub enum Answer {
    Credits(credits::Answer),
    Clients(clients::Answer),
    Pricing(PriceLists),
    Settings(Settings),
    Bank(Bank),
    Invoices(invoices::Answer),
    Payments(payments::Answer),
    /// The rounds over the events of the providers that have a key.
    Reconciled(Vec<Round>),
    Staff(staff::Answer),
    Desk(desk::Answer),
    /// The waiting plans: first those that the reader may approve.
    Pending {
        /// Which of them.
        only: Option<plans::Answerable>,
        total: u64,
        /// How many of them come before the page.
        skipped: u64,
        /// The page, at most 200.
        page: Vec<Waiting>,
    },
    /// A plan was turned down, taken back, or has expired.
    PlanEnded {
        plan: PlanCard,
    },
    /// An account was frozen for staff, or is no longer.
    Frozen {
        client: ClientId,
        frozen: bool,
    },
}

/// Names one stored record.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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
    /// Ledger: an event of a payment, by its normalised reference and number.
    Event(String, u64),
    /// Ledger: what a staff member added on a day of the desk's zone.
    Spend(StaffId, Date),
    /// Ledger: a closed day of an account.
    Day(ClientId, Date),
    /// Ledger: the owners.
    Owners,
    /// Ledger: the version of the tree of parents.
    Hierarchy,
    /// Ledger: the end of the chain of rights.
    Rights,
    /// Ledger: a change of rights, by its number.
    RightsChange(u64),
    /// Desk: a client.
    Client(ClientId),
    /// Desk: the brand of a reseller.
    Brand(ClientId),
    /// Desk: a search term of a client.
    Term(String, ClientId),
    /// Desk: the holders of a whole text, by its exact form.
    WholeName(String),
    /// Desk: a staff member.
    Staff(StaffId),
    /// Desk: a chat identity.
    Identity(Identity),
    /// Desk: prices.
    Prices(Scope, Kind),
    /// Desk: the settings.
    Settings,
    /// Desk: the bank account on invoices.
    Bank,
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
    /// The last refund that was asked for, by the payment's normalised reference.
    RefundAsked(String),
}

/// One stored record.
#[derive(Debug, Clone, PartialEq, Eq, EnumDiscriminants)]
#[strum_discriminants(name(RecordKind), derive(VariantArray, PartialOrd, Ord))]
#[expect(clippy::large_enum_variant, reason = "a handful of them exist at a time")]
pub enum Record {
    Account(Account),
    Entry(Entry),
    Operation(Receipt),
    Invoice(Invoice),
    Payment(Payment),
    Event(Event),
    Spend(Spend),
    Day(Day),
    Owners(Owners),
    Hierarchy(Hierarchy),
    Rights(Rights),
    RightsChange(RightsChange),
    Client(Client),
    Brand(Brand),
    Term(Term),
    WholeName(WholeName),
    Staff(Staff),
    Identity(LinkedIdentity),
    Prices(Prices),
    Settings(Settings),
    Bank(Bank),
    MmsGate(MmsGate),
    Plan(Plan),
    Job(Job),
    FailedJob(Job),
    Audit(Audit),
    Proof(Proof),
    RefundAsked(RefundAsked),
}

impl RecordKind {
    /// All records, for tests that need a sample of each.
    pub const ALL: &'static [Self] = Self::VARIANTS;
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
            Record::Event(r) => Key::Event(r.reference.clone(), r.number),
            Record::Spend(r) => Key::Spend(r.staff, r.date),
            Record::Day(r) => Key::Day(r.client, r.date),
            Record::Owners(_) => Key::Owners,
            Record::Hierarchy(_) => Key::Hierarchy,
            Record::Rights(_) => Key::Rights,
            Record::RightsChange(r) => Key::RightsChange(r.number),
            Record::Client(r) => Key::Client(r.id),
            Record::Brand(r) => Key::Brand(r.client),
            Record::Term(r) => Key::Term(r.key.clone(), r.client),
            Record::WholeName(r) => Key::WholeName(r.text.clone()),
            Record::Staff(r) => Key::Staff(r.id),
            Record::Identity(r) => Key::Identity(r.identity.clone()),
            Record::Prices(r) => Key::Prices(r.scope, r.kind),
            Record::Settings(_) => Key::Settings,
            Record::Bank(_) => Key::Bank,
            Record::MmsGate(r) => Key::MmsGate(r.admin),
            Record::Plan(r) => Key::Plan(r.op.clone()),
            Record::Job(r) => Key::Job(r.shard(), r.due, r.op.clone()),
            Record::FailedJob(r) => Key::FailedJob(r.op.clone()),
            Record::Audit(r) => Key::Audit(r.staff(), r.at, r.op.clone()),
            Record::Proof(r) => Key::Proof(r.client),
            Record::RefundAsked(r) => Key::RefundAsked(r.reference.clone()),
        }
    }
}
