//! Clients: who they are, how they are listed and found, and the asks and answers about them. Their
//! credits are in [`crate::ledger::account`], their right to use MMS in [`crate::permissions`].

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use strum::{EnumDiscriminants, VariantArray};

use crate::clients::billing::types::{Billing, BillingField};
use crate::clients::brand::types::Brand;
pub use crate::clients::changes::types::{ClientChange, OverdueInvoice, Particular};
use crate::clients::contacts::types::{Contact, Topic};
use crate::clients::pages::types::{ListOf, Order, PageEnd};
use crate::kernel::actor::Role;
use crate::kernel::credit::{Kind, PerKind};
use crate::kernel::day::zone_named;
use crate::kernel::id::{ClientId, Named, NamedStaff, StaffId};
use crate::kernel::money::Money;
use crate::kernel::spec::{Access, Function, Spec};
use crate::kernel::typed::{Behind, ClientPlace, TypedClient};
use crate::ledger::account::{Status, Switch};
use crate::permissions::types::MmsOff;

/// What sort of client: it decides who may be whose parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// Sends messages.
    User,
    /// Funds and brands the clients below it.
    Reseller,
    /// Runs a part of the platform: the root of a tree.
    Admin,
}

impl Class {
    /// The word that people type.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Class::User => "user",
            Class::Reseller => "reseller",
            Class::Admin => "admin",
        }
    }
}

/// The deepest chain of parents above a client.
pub const CHAIN_MAX: usize = 5;

/// A client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    pub id: ClientId,
    /// Moves with every write of this record.
    pub version: u64,
    /// The unique name that it signs in with: lower case, 3 to 32 of `a-z 0-9 . _ -`.
    pub login: String,
    /// Its name, at most [`NAME_MAX`] characters, as typed but for control characters.
    pub name: String,
    /// Where its mail goes.
    pub email: String,
    /// E.164.
    pub mobile: Option<String>,
    /// The town, to tell clients of one name apart.
    pub town: Option<String>,
    /// User, reseller or admin.
    pub class: Class,
    /// Where it stands; ACCOUNT has a copy, which is the guard.
    pub status: Status,
    /// Its parents, nearest first, up to the root admin; empty for the root itself.
    pub chain: Vec<ClientId>,
    /// The staff member who looks after it.
    pub manager: Option<StaffId>,
    /// Who sent it here.
    pub referral: Option<String>,
    /// Its own MMS switch.
    pub mms: Switch,
    /// What its clients that inherit get; `None` leaves it to its own parent.
    pub mms_for_clients: Option<bool>,
    /// What a send may use beyond the spendable credits; ACCOUNT has a copy, which is the guard.
    pub overdraft: PerKind<u64>,
    /// Its documents have Latin letters in place of those that cannot be printed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub latin: bool,
    #[serde(default, skip_serializing_if = "Billing::is_empty")]
    pub billing: Billing,
    /// When it was made.
    pub made_at: jiff::Timestamp,
    /// The IANA name of its time zone; `None` for the desk's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// Further addresses that get its mail.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<Contact>,
}

/// The longest name, in characters.
pub const NAME_MAX: usize = 80;

impl Client {
    /// A pending user without name, addresses and parents, at its first version.
    #[must_use]
    pub fn blank(id: ClientId, made_at: Timestamp) -> Self {
        Self {
            id,
            version: 1,
            login: String::new(),
            name: String::new(),
            email: String::new(),
            mobile: None,
            town: None,
            class: Class::User,
            status: Status::Pending,
            chain: Vec::new(),
            manager: None,
            referral: None,
            mms: Switch::Inherit,
            mms_for_clients: None,
            overdraft: PerKind::default(),
            latin: false,
            billing: Billing::default(),
            made_at,
            zone: None,
            contacts: Vec::new(),
        }
    }

    /// Its time zone, or else the desk's.
    #[must_use]
    pub fn time_zone(&self, desk: TimeZone) -> TimeZone {
        self.zone.as_deref().map_or(desk, zone_named)
    }

    /// The addresses that get mail of a topic: those of its contacts, or its own where none gets it.
    #[must_use]
    pub fn addresses(&self, topic: Topic) -> Vec<&str> {
        let contacts = self.contacts.iter().filter(|contact| contact.receives.contains(&topic));
        let addresses: Vec<&str> = contacts.map(|contact| contact.email.as_str()).collect();
        if addresses.is_empty() { self.address().into_iter().collect() } else { addresses }
    }

    /// Its parent, if it is not the root.
    #[must_use]
    pub fn parent(&self) -> Option<ClientId> {
        self.chain.first().copied()
    }

    /// Its email address, if that is exactly one: neither a line break nor a second address.
    #[must_use]
    pub fn address(&self) -> Option<&str> {
        let separates =
            |c: char| c.is_control() || c.is_whitespace() || matches!(c, ',' | ';' | '<' | '>');
        let address = self.email.trim();
        (address.contains('@') && !address.contains(separates)).then_some(address)
    }

    /// The admin at the top of its chain: itself for the root.
    #[must_use]
    pub fn root(&self) -> ClientId {
        self.chain.last().copied().unwrap_or(self.id)
    }
}

/// An email address as it may be shown: `o•••@acme.example`. One that is masked stays as it is.
#[must_use]
pub fn masked_email(email: &str) -> String {
    match email.split_once('@') {
        Some((name, _)) if name.contains('•') => email.to_owned(),
        Some((name, host)) => {
            format!("{}•••@{host}", name.chars().take(1).collect::<String>())
        }
        None => email.chars().map(|_| '•').collect(),
    }
}

impl From<&Client> for Named {
    fn from(client: &Client) -> Self {
        Self { id: client.id, name: client.name.clone(), login: client.login.clone() }
    }
}

/// The version of the tree of parents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Hierarchy {
    /// Moves with every new client and every change of a parent or class.
    pub version: u64,
    /// The last client's number: the proof goes on to it when the counter was set back.
    pub last: u64,
}

/// Everything that tells alike clients apart: for pick lists, lists and finds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientCard {
    pub client: Named,
    /// User, reseller or admin.
    pub class: Class,
    /// Where it stands.
    pub status: Status,
    /// Its town.
    pub town: Option<String>,
    /// Its parent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<ClientId>,
    /// The last four digits of its mobile.
    pub mobile_end: Option<String>,
    /// Balances.
    pub balances: PerKind<BalanceOf>,
    /// What is due on the open invoices that it pays, in minor units.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unpaid_minor: u64,
    /// When credits were last changed.
    pub last_change: Option<Timestamp>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// The figures of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BalanceOf {
    /// What may be used: `max(0, balance − held)`.
    pub spendable: u64,
    /// Credits used so far.
    pub used: i64,
    /// Credits held for sends under way.
    pub held: i64,
    /// What is owed.
    pub owed: u64,
}

/// An operation about clients. A client is as typed; the function resolves it and never guesses.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, EnumDiscriminants)]
#[strum_discriminants(name(Operation), derive(VariantArray, Hash))]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    List {
        of: ListOf,
        order: Order,
        /// Only clients with fewer credits than this of the kind that the list is ordered by.
        below: Option<u64>,
        /// The cursor.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<PageEnd>,
        /// Only clients directly below this one, as typed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        under: Option<String>,
    },
    /// Makes a client; it is pending until it is activated.
    ClientNew {
        name: String,
        /// Made from the name if `None`.
        login: Option<String>,
        email: String,
        /// In E.164 or in national form.
        mobile: Option<String>,
        town: Option<String>,
        /// User or reseller.
        class: Class,
        /// The root admin if `None`.
        parent: Option<String>,
    },
    /// Finds clients by any word that is known about them.
    ClientFind {
        /// At least two letters.
        text: String,
        class: Option<Class>,
    },
    /// Completes a client's name: at most 25, no balances.
    Suggest {
        text: String,
    },
    ClientView {
        client: String,
    },
    /// Activates a pending or suspended client.
    ClientActivate {
        client: String,
    },
    ClientSuspend {
        client: TypedClient,
        reason: String,
    },
    ClientSet {
        client: TypedClient,
        set: Particular,
    },
    /// Sets the brand of a reseller; what is not given stays.
    BrandSet {
        client: String,
        sender: Option<String>,
        reply_to: Option<String>,
        closing: Option<String>,
    },
    BrandShow {
        client: String,
    },
    /// Sets a particular of a client's invoices.
    ClientBilling {
        client: TypedClient,
        set: BillingField,
    },
    /// Lets an address get mail of a client, or no longer.
    ClientContact {
        client: String,
        email: String,
        /// All of them if `None`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        topic: Option<Topic>,
        add: bool,
    },
    /// Sets how many credits a client's sends may use beyond its spendable ones.
    ClientOverdraft {
        client: String,
        kind: Kind,
        /// 0 takes the overdraft away.
        credits: u64,
    },
}

impl Ask {
    /// The places where a client is named.
    pub fn clients(&mut self) -> Vec<ClientPlace<'_>> {
        match self {
            Ask::ClientNew { parent, .. } => parent.iter_mut().map(ClientPlace::Alone).collect(),
            Ask::ClientView { client }
            | Ask::ClientActivate { client }
            | Ask::BrandSet { client, .. }
            | Ask::BrandShow { client }
            | Ask::ClientContact { client, .. }
            | Ask::ClientOverdraft { client, .. } => vec![ClientPlace::Alone(client)],
            Ask::ClientSuspend { client, reason } => {
                vec![ClientPlace::Before(client, Behind::Required(reason))]
            }
            Ask::ClientSet { client, set } => {
                vec![ClientPlace::Before(client, Behind::Particular(set.text()))]
            }
            Ask::ClientBilling { client, set } => {
                vec![ClientPlace::Before(client, Behind::Particular(set.text()))]
            }
            Ask::List { under, .. } => under.iter_mut().map(ClientPlace::Alone).collect(),
            Ask::ClientFind { .. } | Ask::Suggest { .. } => Vec::new(),
        }
    }

    /// The places where a staff member is named.
    pub fn staff(&mut self) -> Vec<&mut String> {
        match self {
            Ask::ClientSet { set: Particular::Manager(text), .. } => vec![text],
            _ => Vec::new(),
        }
    }
}

impl Operation {
    #[must_use]
    pub const fn spec(self) -> &'static Spec {
        use Access::{ReadsKeys, ReadsRanges, Writes};
        use Function::Clients;
        match self {
            Operation::List => const { &Spec::staff("list", Clients, ReadsRanges, Role::Auditor) },
            Operation::ClientNew => {
                const { &Spec::staff("client_new", Clients, Writes, Role::Support) }
            }
            Operation::ClientFind => {
                const { &Spec::staff("client_find", Clients, ReadsRanges, Role::Auditor) }
            }
            Operation::Suggest => {
                const { &Spec::staff("suggest", Clients, ReadsRanges, Role::Auditor) }
            }
            Operation::ClientView => {
                const { &Spec::staff("client_view", Clients, ReadsKeys, Role::Auditor) }
            }
            Operation::ClientActivate => {
                const { &Spec::staff("client_activate", Clients, Writes, Role::Support) }
            }
            Operation::ClientSuspend => {
                const { &Spec::staff("client_suspend", Clients, Writes, Role::Billing) }
            }
            Operation::ClientSet => {
                const { &Spec::staff("client_set", Clients, Writes, Role::Support) }
            }
            Operation::ClientBilling => {
                const { &Spec::staff("client_billing", Clients, Writes, Role::Billing) }
            }
            Operation::ClientContact => {
                const { &Spec::staff("client_contact", Clients, Writes, Role::Support) }
            }
            Operation::ClientOverdraft => {
                const { &Spec::staff("client_overdraft", Clients, Writes, Role::Billing) }
            }
            Operation::BrandSet => {
                const { &Spec::staff("brand_set", Clients, Writes, Role::Manager) }
            }
            Operation::BrandShow => {
                const { &Spec::staff("brand_show", Clients, ReadsKeys, Role::Auditor) }
            }
        }
    }
}

/// What a receipt keeps of a change of a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    pub client: Named,
    #[serde(rename = "what")]
    pub change: ClientChange,
    /// Other clients with the same mobile or email.
    pub twins: Vec<Named>,
    /// Another client with the same name, but for the form of its company.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub like: Option<Named>,
}

/// The answer of a read about clients.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "one of these exists at a time")]
pub enum Answer {
    List {
        /// The reseller whose clients these are.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        under: Option<Named>,
        total: u64,
        /// The sums of their spendable credits.
        sums: PerKind<u64>,
        /// How many of them come before the page.
        skipped: u64,
        /// The page, at most 200.
        clients: Vec<ClientCard>,
        /// For each of them, the cursor that continues after it.
        ends: Vec<PageEnd>,
        /// When the figures that are not read live were taken.
        as_of: Option<Timestamp>,
    },
    Found {
        text: String,
        /// The first 25.
        clients: Vec<ClientCard>,
        total: u64,
    },
    /// Completions of a client's name: at most 25, each with a label that is unique.
    Suggestions {
        clients: Vec<Named>,
    },
    View {
        client: Client,
        parent: Option<Named>,
        manager: Option<NamedStaff>,
        balances: PerKind<BalanceOf>,
        mms_off: Option<MmsOff>,
        /// What is due on open invoices.
        unpaid: Option<Money>,
        /// How many payments for its documents are disputed.
        #[serde(default)]
        disputed: u64,
        /// It gets no further credits on open invoices.
        #[serde(default)]
        open_adds_stopped: bool,
    },
    Brand {
        client: Named,
        brand: Option<Brand>,
    },
}
