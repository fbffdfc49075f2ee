//! The contract between the chat shell and the functions: what can be asked ([`Ask`]), by whom and
//! under which key ([`Call`]), which function answers, who may, and what comes back ([`Reply`]).
//!
//! Every property of an operation is one exhaustive `match` here, so that a new one cannot be
//! forgotten anywhere. The function enforces [`Operation::role`]; the bot only hides with it.

use serde::{Deserialize, Serialize};

use crate::answer::{Answer, PlanCard};
use crate::client::{Class, Status};
use crate::credit::{Count, Kind};
use crate::id::{CallKey, Channel, ClientId, Identity, InvoiceNumber, OpId};
use crate::invoice::InvoiceState;
use crate::refusal::Refusal;
use crate::staff::{Mode, Role};

/// The deployed functions that calls are sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Function {
    /// Credits and the plans about them.
    Credits,
    /// Clients: making, finding, changing, listing.
    Clients,
    /// Invoices, prices and settings.
    Invoices,
    /// The MMS gate, roles and staff.
    Permissions,
}

impl Function {
    /// All of them.
    pub const ALL: [Function; 4] =
        [Function::Credits, Function::Clients, Function::Invoices, Function::Permissions];

    /// The name of the binary, and of the function in the template.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Function::Credits => "credits",
            Function::Clients => "clients",
            Function::Invoices => "invoices",
            Function::Permissions => "permissions",
        }
    }
}

/// What can be asked, without what it is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// Add credits.
    AddCredit,
    /// Take credits away.
    DeductCredit,
    /// Take back an operation.
    Undo,
    /// Make a wrong add right.
    Correct,
    /// Read a balance.
    Balance,
    /// Read entries.
    Statement,
    /// Explain a balance.
    Why,
    /// Read the audit trail.
    History,
    /// Confirm one's own plan.
    Confirm,
    /// Approve somebody else's plan.
    Approve,
    /// Turn down or take back a plan.
    Deny,
    /// List waiting plans.
    Pending,
    /// List clients.
    List,
    /// Make a client.
    ClientNew,
    /// Find clients.
    ClientFind,
    /// Complete a client's name while it is typed.
    Suggest,
    /// View a client.
    ClientView,
    /// Activate a client.
    ClientActivate,
    /// Suspend a client.
    ClientSuspend,
    /// Change a client's particulars.
    ClientSet,
    /// Turn MMS on for a platform.
    MmsAllow,
    /// Turn MMS on or off for a client or for all of a parent's clients.
    MmsSwitch,
    /// Set prices.
    PriceSet,
    /// Show prices.
    PriceShow,
    /// Change the desk's settings.
    SettingsSet,
    /// Show the desk's settings.
    SettingsShow,
    /// List a client's invoices.
    InvoiceList,
    /// View an invoice.
    InvoiceView,
    /// Void an invoice, with its credits.
    InvoiceVoid,
    /// List staff and their roles.
    RoleList,
    /// Give somebody a role.
    RoleGrant,
    /// A staff member leaves.
    StaffLeave,
    /// A staff member covers a higher role for a time.
    Cover,
    /// Who am I?
    Whoami,
    /// What is set up and what is missing?
    Status,
    /// List jobs that failed for good, or replay one.
    JobsFailed,
}

impl Operation {
    /// All of them.
    pub const ALL: [Operation; 36] = [
        Operation::AddCredit,
        Operation::DeductCredit,
        Operation::Undo,
        Operation::Correct,
        Operation::Balance,
        Operation::Statement,
        Operation::Why,
        Operation::History,
        Operation::Confirm,
        Operation::Approve,
        Operation::Deny,
        Operation::Pending,
        Operation::List,
        Operation::ClientNew,
        Operation::ClientFind,
        Operation::Suggest,
        Operation::ClientView,
        Operation::ClientActivate,
        Operation::ClientSuspend,
        Operation::ClientSet,
        Operation::MmsAllow,
        Operation::MmsSwitch,
        Operation::PriceSet,
        Operation::PriceShow,
        Operation::SettingsSet,
        Operation::SettingsShow,
        Operation::InvoiceList,
        Operation::InvoiceView,
        Operation::InvoiceVoid,
        Operation::RoleList,
        Operation::RoleGrant,
        Operation::StaffLeave,
        Operation::Cover,
        Operation::Whoami,
        Operation::Status,
        Operation::JobsFailed,
    ];

    /// The function that answers it. Plans are about credits, and so are their confirmations; a call
    /// that reaches another function is answered with [`Outcome::Elsewhere`].
    #[must_use]
    pub fn function(self) -> Function {
        match self {
            Operation::AddCredit
            | Operation::DeductCredit
            | Operation::Undo
            | Operation::Correct
            | Operation::InvoiceVoid
            | Operation::Balance
            | Operation::Statement
            | Operation::Why
            | Operation::History
            | Operation::Confirm
            | Operation::Approve
            | Operation::Deny
            | Operation::Pending => Function::Credits,
            Operation::List
            | Operation::ClientNew
            | Operation::ClientFind
            | Operation::Suggest
            | Operation::ClientView
            | Operation::ClientActivate
            | Operation::ClientSuspend
            | Operation::ClientSet => Function::Clients,
            Operation::PriceSet
            | Operation::PriceShow
            | Operation::SettingsSet
            | Operation::SettingsShow
            | Operation::InvoiceList
            | Operation::InvoiceView
            | Operation::Status => Function::Invoices,
            Operation::MmsAllow
            | Operation::MmsSwitch
            | Operation::RoleList
            | Operation::RoleGrant
            | Operation::StaffLeave
            | Operation::Cover
            | Operation::Whoami
            | Operation::JobsFailed => Function::Permissions,
        }
    }

    /// The least role that may ask it.
    #[must_use]
    pub fn role(self) -> Role {
        match self {
            Operation::Balance
            | Operation::Statement
            | Operation::Why
            | Operation::History
            | Operation::Pending
            | Operation::List
            | Operation::ClientFind
            | Operation::Suggest
            | Operation::ClientView
            | Operation::PriceShow
            | Operation::SettingsShow
            | Operation::InvoiceList
            | Operation::InvoiceView
            | Operation::RoleList
            | Operation::Whoami
            | Operation::Status => Role::Auditor,
            Operation::AddCredit
            | Operation::Undo
            | Operation::Correct
            | Operation::Confirm
            | Operation::Deny
            | Operation::ClientNew
            | Operation::ClientActivate
            | Operation::ClientSet
            | Operation::MmsSwitch => Role::Support,
            Operation::DeductCredit
            | Operation::InvoiceVoid
            | Operation::Approve
            | Operation::ClientSuspend
            | Operation::MmsAllow
            | Operation::JobsFailed => Role::Billing,
            Operation::PriceSet | Operation::StaffLeave => Role::Manager,
            Operation::SettingsSet | Operation::RoleGrant | Operation::Cover => Role::Owner,
        }
    }

    /// Whether it writes.
    #[must_use]
    pub fn is_write(self) -> bool {
        match self {
            Operation::AddCredit
            | Operation::DeductCredit
            | Operation::Undo
            | Operation::Correct
            | Operation::Confirm
            | Operation::Approve
            | Operation::Deny
            | Operation::ClientNew
            | Operation::ClientActivate
            | Operation::ClientSuspend
            | Operation::ClientSet
            | Operation::MmsAllow
            | Operation::MmsSwitch
            | Operation::PriceSet
            | Operation::SettingsSet
            | Operation::InvoiceVoid
            | Operation::RoleGrant
            | Operation::StaffLeave
            | Operation::Cover
            | Operation::JobsFailed => true,
            Operation::Balance
            | Operation::Statement
            | Operation::Why
            | Operation::History
            | Operation::Pending
            | Operation::List
            | Operation::ClientFind
            | Operation::Suggest
            | Operation::ClientView
            | Operation::PriceShow
            | Operation::SettingsShow
            | Operation::InvoiceList
            | Operation::InvoiceView
            | Operation::RoleList
            | Operation::Whoami
            | Operation::Status => false,
        }
    }
}

/// Which of a client's particulars `/client set` changes, and to what.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Particular {
    /// Its name.
    Name(String),
    /// Its email address.
    Email(String),
    /// Its mobile; an empty text removes it.
    Mobile(String),
    /// Its account manager, as typed: a staff id or name; `none` removes it.
    Manager(String),
    /// Who sent it here; `none` removes it.
    Referral(String),
}

/// What `/settings` changes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Setting {
    /// Who sells.
    Seller {
        /// The seller's name.
        name: String,
        /// The seller's address.
        address: String,
        /// The seller's tax number.
        tax_number: String,
    },
    /// The tax rate, in basis points.
    Tax(u32),
    /// Days until an invoice is due.
    Due(u32),
    /// The most that one operation of a role may be worth alone, as typed (`2500` or `2500.00`).
    Limit {
        /// Whose limit.
        role: Role,
        /// In which mode.
        mode: Mode,
        /// In units of the desk's currency.
        amount: String,
    },
    /// The desk's currency, by its ISO code, before the first invoice.
    Currency(String),
    /// The root admin's IANA zone.
    Zone(String),
    /// Where the desk speaks unasked.
    Channel {
        /// What is said there.
        purpose: Purpose,
        /// Which, as typed: `here`, a mention, an id of the same workspace, `slack:<team>:<channel>`,
        /// or `none`.
        channel: String,
    },
}

/// What a channel is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Committed writes.
    Ops,
    /// Approvals.
    Approvals,
}

impl Purpose {
    /// The word that people type.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Purpose::Ops => "ops",
            Purpose::Approvals => "approvals",
        }
    }
}

/// What a wrong add should have been.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CorrectTo {
    /// Fewer credits: this many.
    Count(u64),
    /// Another client's.
    Move {
        /// Whose, as typed.
        client: String,
    },
    /// None at all.
    All,
}

/// What becomes of credits that should be taken and are spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spent {
    /// Only what is left is taken, and the rest stays invoiced.
    Take,
    /// The client owes them.
    Owe,
    /// They are forgiven, which somebody else approves.
    WriteOff,
}

impl Spent {
    /// All of them.
    pub const ALL: [Spent; 3] = [Spent::Take, Spent::Owe, Spent::WriteOff];

    /// The word that people type.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Spent::Take => "take",
            Spent::Owe => "owe",
            Spent::WriteOff => "writeoff",
        }
    }
}

/// How `/mms` turns a switch.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MmsTurn {
    /// One client's own switch.
    One {
        /// Which client, as typed.
        client: String,
        /// On, off, or (`None`) as the parent says.
        on: Option<bool>,
    },
    /// What all clients of a parent get that have no word of their own.
    AllOf {
        /// Which parent, as typed.
        parent: String,
        /// On or off.
        on: bool,
    },
}

/// Which clients `/list` shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ListOf {
    /// All but admins.
    Clients,
    /// Class user.
    Users,
    /// Class reseller.
    Resellers,
    /// Those that wait for activation.
    Pending,
}

/// Where a page of a list of clients ended: with whom, and with how many credits then. It may stand
/// elsewhere by now, and those behind it not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PageEnd {
    /// With whom.
    pub client: ClientId,
    /// With how many spendable credits of the kind that it is ordered by; 0 where it is by name.
    pub had: u64,
}

/// How a list is ordered: the lowest balance first unless it says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Order {
    /// Fewest MMS credits first.
    #[default]
    Mms,
    /// Fewest SMS credits first.
    Sms,
    /// By name.
    Name,
}

/// An operation with what it is asked about. Clients are as typed: an id, login, name, prefix,
/// mobile, email or invoice number; the function resolves them and never guesses.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// Add credits.
    AddCredit {
        /// Which credits.
        kind: Kind,
        /// To whom, as typed.
        client: String,
        /// How many.
        count: Count,
        /// How it is billed.
        mode: Mode,
        /// The payment's reference (for `paid`, required).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reference: Option<String>,
        /// Why (for `grant`, required).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// For a client under a reseller: sold by the house to the reseller, instead of moved.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        from_house: bool,
    },
    /// Take credits away.
    DeductCredit {
        /// Which credits.
        kind: Kind,
        /// From whom, as typed.
        client: String,
        /// How many.
        count: Count,
        /// Why.
        reason: String,
        /// The invoice to make a credit note for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        invoice: Option<InvoiceNumber>,
    },
    /// Take back an operation: the caller's last one if none is named.
    Undo {
        /// Which.
        op: Option<OpId>,
    },
    /// Make a wrong add right.
    Correct {
        /// Which.
        op: OpId,
        /// What it should have been.
        to: CorrectTo,
        /// What becomes of credits that are spent, once that was asked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        spent: Option<Spent>,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Read a balance.
    Balance {
        /// Whose, as typed.
        client: String,
    },
    /// Read entries, newest first.
    Statement {
        /// Whose, as typed.
        client: String,
        /// Only these credits.
        kind: Option<Kind>,
        /// From this day on (in the desk's zone); by default the last 30 days.
        since: Option<jiff::civil::Date>,
        /// Up to and with this day.
        until: Option<jiff::civil::Date>,
        /// Only those before the entry of this number, with which the page before ended.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<u64>,
    },
    /// Explain a balance, line by line.
    Why {
        /// Whose, as typed.
        client: String,
        /// Which credits; both if not said.
        kind: Option<Kind>,
    },
    /// Read the audit trail, newest first.
    History {
        /// Only about this client, as typed.
        client: Option<String>,
        /// Only this staff member's, as typed: id or name.
        staff: Option<String>,
        /// Only this operation's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        op: Option<OpId>,
        /// From this day on; by default the last 7 days, for one operation the last 31.
        since: Option<jiff::civil::Date>,
    },
    /// Confirm one's own plan: the last one if none is named.
    Confirm {
        /// Which.
        op: Option<OpId>,
        /// The client that it is about, where a button carries it: it saves a round trip.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        about: Option<ClientId>,
        /// The version that was seen, where it is known: a plan that shows something else by now is
        /// shown, and not done.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seen: Option<u64>,
    },
    /// Approve somebody else's plan.
    Approve {
        /// Which.
        op: OpId,
        /// As above.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        about: Option<ClientId>,
        /// As above.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seen: Option<u64>,
        /// One's own, as an owner, when nobody else can.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        alone: bool,
    },
    /// Turn down somebody else's plan, or take back one's own.
    Deny {
        /// Which.
        op: OpId,
        /// Why.
        reason: Option<String>,
    },
    /// List waiting plans.
    Pending {},
    /// List clients.
    List {
        /// Which.
        of: ListOf,
        /// In which order.
        order: Order,
        /// Only with fewer credits than this of the kind that it is ordered by.
        below: Option<u64>,
        /// Only those behind where the page before ended.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<PageEnd>,
    },
    /// Make a client; it is pending until it is activated.
    ClientNew {
        /// Its name.
        name: String,
        /// Its login; made from the name if not said.
        login: Option<String>,
        /// Its email.
        email: String,
        /// Its mobile, in E.164 or (where the desk's country is known) national form.
        mobile: Option<String>,
        /// Its town.
        town: Option<String>,
        /// User or reseller.
        class: Class,
        /// Its parent, as typed; the root admin if not said.
        parent: Option<String>,
    },
    /// Find clients by any word of what is known about them.
    ClientFind {
        /// At least two letters.
        text: String,
        /// Only this class.
        class: Option<Class>,
    },
    /// Complete a client's name: at most 25, no balances.
    Suggest {
        /// What is typed so far.
        text: String,
    },
    /// View a client.
    ClientView {
        /// Which, as typed.
        client: String,
    },
    /// Activate a pending or suspended client.
    ClientActivate {
        /// Which, as typed.
        client: String,
    },
    /// Suspend a client.
    ClientSuspend {
        /// Which, as typed.
        client: String,
        /// Why.
        reason: String,
    },
    /// Change a client's particulars.
    ClientSet {
        /// Which, as typed.
        client: String,
        /// What.
        set: Particular,
    },
    /// Turn MMS on or off for the platform of an admin.
    MmsAllow {
        /// Which admin, as typed.
        client: String,
        /// On or off.
        on: bool,
    },
    /// Turn MMS switches.
    MmsSwitch {
        /// Which, and how.
        turn: MmsTurn,
    },
    /// Set prices.
    PriceSet {
        /// Of which credits.
        kind: Kind,
        /// Whose, as typed; `None` is the default for all.
        client: Option<String>,
        /// By quantity; each price is in decimals per 1,000 credits, as typed.
        steps: Vec<TypedStep>,
        /// From which day on; today if not said.
        from: Option<jiff::civil::Date>,
    },
    /// Show the prices that hold for a client, or the defaults.
    PriceShow {
        /// Whose, as typed.
        client: Option<String>,
    },
    /// Change a setting.
    SettingsSet {
        /// Which, and to what.
        set: Setting,
    },
    /// Show all settings.
    SettingsShow {},
    /// List a client's invoices, newest first.
    InvoiceList {
        /// Whose, as typed.
        client: String,
        /// Only in this state.
        state: Option<InvoiceState>,
        /// Only those before this one, with which the page before ended.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<InvoiceNumber>,
    },
    /// View an invoice.
    InvoiceView {
        /// Which.
        number: InvoiceNumber,
    },
    /// Void an invoice and take back what it gave.
    InvoiceVoid {
        /// Which.
        number: InvoiceNumber,
        /// Why.
        reason: String,
    },
    /// List staff.
    RoleList {},
    /// Give somebody a role; an identity that is not linked becomes a new staff member, unless a
    /// staff member is named, whose further identity it then is.
    RoleGrant {
        /// A chat identity, or a staff id (`s_3`).
        who: String,
        /// Which role.
        role: Role,
        /// The name of a new staff member.
        name: Option<String>,
        /// The staff member whose further identity this is, as typed.
        same_as: Option<String>,
    },
    /// A staff member leaves: at once, on all identities.
    StaffLeave {
        /// Who, as typed: id, name or identity.
        who: String,
        /// Who takes over clients and waiting plans, as typed.
        hand_to: Option<String>,
    },
    /// A staff member covers a higher role for a time.
    Cover {
        /// Who, as typed: id, name or identity.
        who: String,
        /// Which role; `None` ends it.
        role: Option<Role>,
        /// The last day; today if not said.
        until: Option<jiff::civil::Date>,
    },
    /// Who am I?
    Whoami {},
    /// What is set up and what is missing?
    Status {},
    /// List jobs that failed for good.
    JobsFailed {
        /// The job to try again.
        replay: Option<OpId>,
    },
}

/// A price step as typed: `45.00` per 1,000 from 10,000 credits on.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TypedStep {
    /// From this quantity on.
    pub quantity: u64,
    /// Decimals per 1,000 credits.
    pub price: String,
}

impl Ask {
    /// The operation that this asks for.
    #[must_use]
    pub fn operation(&self) -> Operation {
        match self {
            Ask::AddCredit { .. } => Operation::AddCredit,
            Ask::DeductCredit { .. } => Operation::DeductCredit,
            Ask::Undo { .. } => Operation::Undo,
            Ask::Correct { .. } => Operation::Correct,
            Ask::Balance { .. } => Operation::Balance,
            Ask::Statement { .. } => Operation::Statement,
            Ask::Why { .. } => Operation::Why,
            Ask::History { .. } => Operation::History,
            Ask::Confirm { .. } => Operation::Confirm,
            Ask::Approve { .. } => Operation::Approve,
            Ask::Deny { .. } => Operation::Deny,
            Ask::Pending {} => Operation::Pending,
            Ask::List { .. } => Operation::List,
            Ask::ClientNew { .. } => Operation::ClientNew,
            Ask::ClientFind { .. } => Operation::ClientFind,
            Ask::Suggest { .. } => Operation::Suggest,
            Ask::ClientView { .. } => Operation::ClientView,
            Ask::ClientActivate { .. } => Operation::ClientActivate,
            Ask::ClientSuspend { .. } => Operation::ClientSuspend,
            Ask::ClientSet { .. } => Operation::ClientSet,
            Ask::MmsAllow { .. } => Operation::MmsAllow,
            Ask::MmsSwitch { .. } => Operation::MmsSwitch,
            Ask::PriceSet { .. } => Operation::PriceSet,
            Ask::PriceShow { .. } => Operation::PriceShow,
            Ask::SettingsSet { .. } => Operation::SettingsSet,
            Ask::SettingsShow {} => Operation::SettingsShow,
            Ask::InvoiceList { .. } => Operation::InvoiceList,
            Ask::InvoiceView { .. } => Operation::InvoiceView,
            Ask::InvoiceVoid { .. } => Operation::InvoiceVoid,
            Ask::RoleList {} => Operation::RoleList,
            Ask::RoleGrant { .. } => Operation::RoleGrant,
            Ask::StaffLeave { .. } => Operation::StaffLeave,
            Ask::Cover { .. } => Operation::Cover,
            Ask::Whoami {} => Operation::Whoami,
            Ask::Status {} => Operation::Status,
            Ask::JobsFailed { .. } => Operation::JobsFailed,
        }
    }

    /// The fingerprint of what is asked, before names are resolved: the same key with another
    /// fingerprint is another content, and refused.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        // Every ask is plain data with string keys: its JSON always exists.
        let json = serde_json::to_value(self).unwrap_or_default().to_string();
        crate::id::digest(&[&json]).chars().take(26).collect()
    }
}

/// One asking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// What makes it the same call when it comes again.
    pub key: CallKey,
    /// Who asks. The function looks the person up; the bot's word about roles counts nothing.
    pub by: Identity,
    /// What is asked.
    pub ask: Ask,
    /// Runs the same decision and commits nothing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dry_run: bool,
    /// Where it was typed: what is announced there by the reply itself is not announced twice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Channel>,
}

/// What comes back from a function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// The operation that the call was.
    pub op: OpId,
    /// Set when this is the stored first answer, with when that was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replay_of: Option<jiff::Timestamp>,
    /// How it ended.
    pub outcome: Outcome,
    /// It is told in another channel of the same workspace, so this reply is for one person.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub told_elsewhere: bool,
}

impl Reply {
    /// A first reply, for whoever reads the channel.
    #[must_use]
    pub fn of(op: OpId, outcome: Outcome) -> Self {
        Self { op, replay_of: None, outcome, told_elsewhere: false }
    }
}

/// How a call ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was done, or answered.
    Answer(Answer),
    /// It waits.
    Planned(PlanCard),
    /// A business no.
    Refused(Refusal),
    /// The infrastructure failed.
    Failed(Failed),
    /// The call belongs to another function: ask there.
    Elsewhere(Function),
}

/// A failure as it may be shown: everything else about it is in the log, under the reference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failed {
    /// Under which it was logged.
    pub reference: String,
    /// True when it is known that nothing was changed.
    pub nothing_changed: bool,
}

/// The statuses to which credits may be added.
#[must_use]
pub fn may_receive(status: Status) -> bool {
    match status {
        Status::Active | Status::Suspended => true,
        Status::Pending | Status::Closed => false,
    }
}
