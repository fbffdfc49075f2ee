//! What a function answers: facts, never text. The words are the chat shell's (`bot::reply`).
//! Answers of writes are stored with their OPERATION, so they stay small.

use iso_currency::Currency;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::audit::Audit;
use crate::client::{Class, Client, MmsOff, Status, Switch};
use crate::credit::{Kind, PerKind};
use crate::entry::Entry;
use crate::id::{ClientId, Identity, InvoiceNumber, OpId, StaffId};
use crate::invoice::Invoice;
use crate::job::Job;
use crate::money::Money;
use crate::operation::PageEnd;
use crate::plan::{PlanState, Why};
use crate::settings::{Prices, Settings};
use crate::staff::{Cover, Mode, Role, Staff};

/// A client as a reply names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Named {
    /// Its number.
    pub id: ClientId,
    /// Its name.
    pub name: String,
    /// Its login.
    pub login: String,
}

impl From<&Client> for Named {
    fn from(client: &Client) -> Self {
        Self { id: client.id, name: client.name.clone(), login: client.login.clone() }
    }
}

/// A staff member as a reply names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct NamedStaff {
    /// Its number.
    pub id: StaffId,
    /// Its name.
    pub name: String,
}

/// Everything that tells alike clients apart: for pick lists, lists and finds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientCard {
    /// Which.
    pub client: Named,
    /// User, reseller or admin.
    pub class: Class,
    /// Where it stands.
    pub status: Status,
    /// Its town.
    pub town: Option<String>,
    /// The last four digits of its mobile.
    pub mobile_end: Option<String>,
    /// Balances.
    pub balances: PerKind<BalanceOf>,
    /// When credits were last changed.
    pub last_change: Option<Timestamp>,
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

/// A change of credits, done or tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditChange {
    /// Whose credits.
    pub client: Named,
    /// Which credits.
    pub kind: Kind,
    /// How many, below zero when they were taken away.
    pub amount: i64,
    /// granted − used before.
    pub before: i64,
    /// granted − used after.
    pub after: i64,
    /// What it was.
    pub what: Changed,
    /// The number of its entry on the client's account.
    pub entry: u64,
    /// The invoice or credit note that it made or changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice: Option<InvoiceBrief>,
    /// The invoice of the right client, where credits went to a wrong one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<InvoiceBrief>,
    /// What the actor said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The other account of a move, with its balance before and after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<OtherSide>,
    /// Who did it.
    pub by: NamedStaff,
    /// Who approved it, where that was needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<NamedStaff>,
    /// When.
    pub at: Timestamp,
}

/// The other account of a move.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherSide {
    /// Whose.
    pub client: Named,
    /// Its balance before.
    pub before: i64,
    /// Its balance after.
    pub after: i64,
    /// The number of its entry.
    pub entry: u64,
}

/// What a change of credits was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Changed {
    /// Credits sold or given by the house.
    Added(Mode),
    /// Credits moved from the reseller.
    Moved,
    /// Credits taken away.
    Deducted,
    /// An operation taken back.
    Undone(OpId),
    /// An invoice voided, with its credits.
    Voided,
    /// A wrong add made right.
    Corrected {
        /// The add.
        op: OpId,
        /// How many credits its invoice gives less.
        off_invoice: u64,
        /// How many of them were spent and are forgiven.
        written_off: u64,
        /// How many of them were spent and are owed.
        owed: u64,
        /// How many another client got instead.
        moved: u64,
    },
}

/// A document as a reply names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceBrief {
    /// Its number.
    pub number: InvoiceNumber,
    /// What it is about, tax included.
    pub gross: Money,
    /// The day on which it is due.
    pub due: Date,
    /// Nothing is due: it was paid, granted, voided.
    pub settled: bool,
    /// The reference of the payment that settled it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The credit note that it got by this change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit_note: Option<InvoiceNumber>,
}

/// A plan as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanCard {
    /// Its operation.
    pub op: OpId,
    /// Moves whenever it shows something else: who says yes says what was seen.
    pub version: u64,
    /// The client that it is about.
    pub client: Named,
    /// What it would do, with before and after as they were when it was shown.
    pub change: CreditChange,
    /// Why it was not done at once.
    pub why: Vec<Why>,
    /// Where it stands.
    pub state: PlanState,
    /// Who asked.
    pub by: NamedStaff,
    /// Until when it can be confirmed or approved.
    pub expires: Timestamp,
}

/// What a function answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Credits were changed.
    Credit(CreditChange),
    /// The decision was run, nothing was committed: this is what it would do.
    DryRun {
        /// What it would change.
        change: Option<CreditChange>,
        /// Why it would first be asked about.
        why: Vec<Why>,
        /// The command would do this, when it changes no credits: as the audit trail says it.
        text: Option<String>,
        /// What would then be answered.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        done: Option<Box<Answer>>,
    },
    /// A balance.
    Balance {
        /// Whose.
        client: Named,
        /// Where the client stands.
        status: Status,
        /// Its figures.
        balances: PerKind<BalanceOf>,
        /// Why the client may not use MMS.
        mms_off: Option<MmsOff>,
        /// What is due on open invoices.
        unpaid: Option<Money>,
    },
    /// Entries, newest first.
    Statement {
        /// Whose.
        client: Named,
        /// The entries.
        entries: Vec<Entry>,
        /// The balances before the first shown entry and after the last, by kind.
        opening: PerKind<i64>,
        /// As above.
        closing: PerKind<i64>,
        /// The days covered, in the desk's zone.
        since: Date,
        /// As above.
        until: Date,
        /// There are older ones that are not shown.
        cut: bool,
        /// Who made them, as colleagues know them.
        staff: Vec<NamedStaff>,
    },
    /// A balance explained.
    Why {
        /// Whose.
        client: Named,
        /// Its figures.
        balances: PerKind<BalanceOf>,
        /// The entries that explain it, oldest first, the last ones if there are many.
        entries: Vec<Entry>,
        /// The balances before the first shown entry.
        opening: PerKind<i64>,
        /// Whether the sum of the shown lines and the opening equals the balance.
        foots: bool,
        /// Which kinds were asked about.
        kinds: Vec<Kind>,
        /// Who made the entries, as colleagues know them.
        staff: Vec<NamedStaff>,
    },
    /// The audit trail, newest first.
    History {
        /// The lines.
        lines: Vec<Audit>,
        /// Whose they are, as colleagues know them.
        staff: Vec<NamedStaff>,
        /// From which day on.
        since: Date,
        /// There are older ones that are not shown.
        cut: bool,
    },
    /// The plans that wait.
    Pending {
        /// Oldest first.
        plans: Vec<PlanCard>,
    },
    /// A plan was turned down or taken back.
    PlanEnded {
        /// Which.
        plan: PlanCard,
        /// Why.
        reason: Option<String>,
    },
    /// A list of clients.
    List {
        /// How many there are in all.
        total: u64,
        /// The sums of their spendable credits.
        sums: PerKind<u64>,
        /// How many of them come before those that are shown.
        skipped: u64,
        /// The first ones behind these in the order asked, at most 200.
        clients: Vec<ClientCard>,
        /// Where a page ends that ends with each of them.
        ends: Vec<PageEnd>,
        /// When the figures that are not read live were taken.
        as_of: Option<Timestamp>,
    },
    /// Clients found.
    Found {
        /// What was looked for.
        text: String,
        /// The first 25.
        clients: Vec<ClientCard>,
        /// How many there are in all.
        total: u64,
    },
    /// Completions of a client's name.
    Suggestions {
        /// At most 25, each with a label that is unique.
        clients: Vec<Named>,
    },
    /// A client.
    Client {
        /// Which.
        client: Client,
        /// Its parent.
        parent: Option<Named>,
        /// Its account manager.
        manager: Option<NamedStaff>,
        /// Its figures.
        balances: PerKind<BalanceOf>,
        /// Why it may not use MMS.
        mms_off: Option<MmsOff>,
        /// What is due on open invoices.
        unpaid: Option<Money>,
    },
    /// A client was made or changed.
    ClientChanged {
        /// Which.
        client: Named,
        /// What of it, as `field: before → after`.
        what: ClientChange,
        /// Other clients with the same mobile or email.
        twins: Vec<Named>,
    },
    /// MMS was turned on or off.
    Mms {
        /// The client, parent or admin.
        client: Named,
        /// What was turned.
        turned: MmsTurned,
        /// Why the client may still not use MMS.
        still_off: Option<MmsOff>,
    },
    /// Prices.
    Prices {
        /// For whom; `None` is the default.
        client: Option<Named>,
        /// The desk's currency.
        currency: Currency,
        /// The price lists, nearest first.
        prices: Vec<Prices>,
        /// The day for which "in force" is said.
        today: Date,
        /// They were just set.
        set: bool,
    },
    /// The settings.
    Settings {
        /// All of them.
        settings: Settings,
        /// What was just changed.
        set: Option<String>,
    },
    /// A client's invoices, newest first.
    Invoices {
        /// Whose.
        client: Named,
        /// The documents.
        invoices: Vec<Invoice>,
        /// What is due in all.
        unpaid: Option<Money>,
        /// For deriving overdue.
        today: Date,
    },
    /// One invoice.
    Invoice {
        /// The document.
        invoice: Invoice,
        /// Who got the credits.
        client: Named,
        /// For deriving overdue.
        today: Date,
    },
    /// The staff.
    Roles {
        /// All of them, by number.
        staff: Vec<Staff>,
    },
    /// A role was given.
    RoleGranted {
        /// To whom.
        staff: NamedStaff,
        /// Which.
        role: Role,
        /// Which one it had.
        before: Option<Role>,
        /// The identity that was linked.
        linked: Option<Identity>,
    },
    /// A staff member covers a higher role for a time.
    Covered {
        /// Who.
        staff: NamedStaff,
        /// Which role, until when; `None` when it ended.
        cover: Option<Cover>,
    },
    /// A staff member left.
    StaffLeft {
        /// Who.
        staff: NamedStaff,
        /// On how many identities.
        identities: u64,
        /// Who has that person's clients and waiting plans from now on.
        to: Option<NamedStaff>,
    },
    /// The caller.
    Whoami {
        /// Who.
        staff: NamedStaff,
        /// What this person may do.
        role: Role,
        /// Under which identity.
        identity: Identity,
        /// Limits and what is left of today's budget, by mode; `None` is no limit.
        limits: Vec<(Mode, Option<Money>, Option<Money>)>,
    },
    /// What is set up and what is missing.
    Status {
        /// What is missing, as sentences that name the command that sets it.
        missing: Vec<String>,
        /// How many clients there are.
        clients: u64,
        /// How many staff members are active.
        staff: u64,
        /// How many plans wait.
        pending: u64,
        /// How many jobs failed for good.
        failed_jobs: u64,
        /// The settings.
        settings: Settings,
    },
    /// Jobs that failed for good.
    Jobs {
        /// Which.
        jobs: Vec<Job>,
        /// The one that is tried again.
        replayed: Option<OpId>,
    },
}

/// What of a client was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientChange {
    /// It was made, pending.
    Made,
    /// It was activated.
    Activated,
    /// It was suspended.
    Suspended {
        /// Why.
        reason: String,
    },
    /// One of its particulars.
    Set {
        /// Which.
        field: String,
        /// What it was.
        before: String,
        /// What it is.
        after: String,
    },
}

/// What of the MMS gate was turned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MmsTurned {
    /// The platform's switch.
    Platform(bool),
    /// The client's own switch.
    Own(Switch),
    /// The default for the parent's clients.
    ForClients(bool),
}
