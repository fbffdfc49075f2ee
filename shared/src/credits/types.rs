//! Credits: the asks, the facts of a change, and the answers of reads.
//!
//! A reply about a change is made from the receipt: the movement says who got or lost how many
//! credits, [`Facts`] says the rest.

use crate::kernel::typed::TypedDay;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use strum::{EnumDiscriminants, VariantArray};

use crate::clients::types::BalanceOf;
use crate::invoices::types::Settlement;
use crate::kernel::actor::{ActorKind, Role};
use crate::kernel::credit::{Count, Kind, PerKind};
use crate::kernel::id::{ClientId, InvoiceNumber, Named, NamedStaff, OpId};
use crate::kernel::letter::{Letter, Sale};
use crate::kernel::mail::MailSort;
use crate::kernel::mode::Mode;
use crate::kernel::money::Money;
use crate::kernel::movement::{DocumentRef, Movement, Side};
use crate::kernel::spec::{Access, Function, Spec};
use crate::kernel::typed::{Behind, ClientPlace, TypedClient};
use crate::ledger::account::Status;
use crate::ledger::entry::Entry;
use crate::permissions::types::MmsOff;

/// An operation about credits. Clients are as typed; the function resolves them and never guesses.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, EnumDiscriminants)]
#[strum_discriminants(name(Operation), derive(VariantArray, Hash))]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    AddCredit {
        kind: Kind,
        client: TypedClient,
        count: Count,
        mode: Mode,
        /// Required for `paid`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reference: Option<String>,
        /// Required for `grant`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// For a client under a reseller: sold by the house to the reseller, instead of moved.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        from_house: bool,
        /// A text for the client’s mail.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tell: Option<String>,
    },
    DeductCredit {
        kind: Kind,
        client: TypedClient,
        count: Count,
        reason: String,
        /// The invoice to make a credit note for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        invoice: Option<InvoiceNumber>,
        /// From a reseller’s client: to the house, instead of back to the reseller.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        to_house: bool,
        /// A text for the client’s mail.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tell: Option<String>,
    },
    /// Moves credits from the calling client to a client below it, or back.
    Transfer {
        kind: Kind,
        /// The client below.
        client: String,
        count: Count,
        /// Takes the credits back instead.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        back: bool,
    },
    /// Takes back an operation: the caller's last one if none is named.
    Undo {
        op: Option<OpId>,
        /// What earlier deductions are, once that was asked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deducted: Option<Deducted>,
        /// A text for the client’s mail.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tell: Option<String>,
    },
    /// Makes a wrong add or move right.
    Correct {
        op: OpId,
        to: CorrectTo,
        /// The treatment of credits that are spent, once that was asked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        spent: Option<Spent>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// What earlier deductions are, once that was asked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deducted: Option<Deducted>,
        /// A text for the client’s mail.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tell: Option<String>,
    },
    /// Voids an invoice and takes back the credits that it gave.
    InvoiceVoid {
        number: InvoiceNumber,
        reason: String,
        /// What earlier deductions are, once that was asked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deducted: Option<Deducted>,
        /// A text for the client’s mail.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tell: Option<String>,
    },
    Balance {
        client: String,
    },
    /// Reads entries, newest first.
    Statement {
        client: String,
        kind: Option<Kind>,
        /// In the desk's zone; by default the last 30 days.
        since: Option<TypedDay>,
        /// The last day.
        until: Option<TypedDay>,
        /// The cursor: only entries below this number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<u64>,
    },
    /// Explains a balance, line by line.
    Why {
        client: String,
        /// Both kinds if `None`.
        kind: Option<Kind>,
    },
}

impl Ask {
    /// The places where a client is named.
    pub fn clients(&mut self) -> Vec<ClientPlace<'_>> {
        match self {
            Ask::AddCredit { client, reason, .. } => {
                vec![ClientPlace::Before(client, Behind::Optional(reason))]
            }
            Ask::DeductCredit { client, reason, .. } => {
                vec![ClientPlace::Before(client, Behind::Required(reason))]
            }
            Ask::Correct { to: CorrectTo::Move { client }, reason, .. } => {
                vec![ClientPlace::Before(client, Behind::Optional(reason))]
            }
            Ask::Transfer { client, .. }
            | Ask::Balance { client }
            | Ask::Statement { client, .. }
            | Ask::Why { client, .. } => vec![ClientPlace::Alone(client)],
            Ask::Undo { .. }
            | Ask::Correct { to: CorrectTo::Count(_) | CorrectTo::All, .. }
            | Ask::InvoiceVoid { .. } => Vec::new(),
        }
    }

    /// The text that staff address to the client.
    #[must_use]
    pub fn tell(&self) -> Option<&str> {
        match self {
            Ask::AddCredit { tell, .. }
            | Ask::DeductCredit { tell, .. }
            | Ask::Undo { tell, .. }
            | Ask::Correct { tell, .. }
            | Ask::InvoiceVoid { tell, .. } => tell.as_deref(),
            Ask::Transfer { .. }
            | Ask::Balance { .. }
            | Ask::Statement { .. }
            | Ask::Why { .. } => None,
        }
    }
}

impl Operation {
    #[must_use]
    pub const fn spec(self) -> &'static Spec {
        use Access::{ReadsKeys, ReadsRanges, Writes};
        use Function::Credits;
        match self {
            Operation::AddCredit => {
                const { &Spec::staff("add_credit", Credits, Writes, Role::Support) }
            }
            Operation::DeductCredit => {
                const { &Spec::staff("deduct_credit", Credits, Writes, Role::Billing) }
            }
            Operation::Transfer => {
                const { &Spec::of("transfer", Credits, Writes, &[ActorKind::Client]) }
            }
            Operation::Undo => const { &Spec::staff("undo", Credits, Writes, Role::Support) },
            Operation::Correct => const { &Spec::staff("correct", Credits, Writes, Role::Support) },
            Operation::InvoiceVoid => {
                const { &Spec::staff("invoice_void", Credits, Writes, Role::Billing) }
            }
            Operation::Balance => {
                const { &Spec::staff("balance", Credits, ReadsKeys, Role::Auditor) }
            }
            Operation::Statement => {
                const { &Spec::staff("statement", Credits, ReadsRanges, Role::Auditor) }
            }
            Operation::Why => const { &Spec::staff("why", Credits, ReadsRanges, Role::Auditor) },
        }
    }
}

/// What a wrong add should have been.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CorrectTo {
    /// This many credits, fewer than it gives; for an add of one kind.
    Count(u64),
    /// Another client's add.
    Move { client: TypedClient },
    /// No add at all.
    All,
}

/// The treatment of credits that should be taken and are spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spent {
    /// Only the remaining credits are taken, and the rest stays invoiced.
    Take,
    /// The client owes them.
    Owe,
    /// They are forgiven, which a second person approves.
    WriteOff,
}

impl Spent {
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

/// What the deductions since an add are, when the add is taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deducted {
    /// A part of it: only the rest is taken.
    Part,
    /// Something else: the whole is taken.
    Else,
}

impl Deducted {
    pub const ALL: [Deducted; 2] = [Deducted::Part, Deducted::Else];

    /// The word that people type.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Deducted::Part => "part",
            Deducted::Else => "else",
        }
    }
}

/// Credits that staff deducted since an add.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deduction {
    pub op: OpId,
    /// The entry on the client’s account.
    pub entry: u64,
    pub kind: Kind,
    /// Those of its credits that are not given back.
    pub credits: u64,
    pub at: Timestamp,
    /// Why, as staff said.
    pub reason: Option<String>,
    /// The client’s reseller, if it returned the credits to it.
    pub returned_to: Option<ClientId>,
}

/// The deductions since an add that is to be taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeductedSince {
    pub client: Named,
    /// The add.
    pub op: OpId,
    /// All of the kinds that are taken back, oldest first.
    pub deductions: Vec<Deduction>,
    /// The credits that are to be taken back, per kind.
    pub off: PerKind<u64>,
    /// The part of them that may be deducted already.
    pub counted: PerKind<u64>,
    /// granted − used now.
    pub balance: PerKind<i64>,
}

/// What a receipt keeps of a change of credits beside its movement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    #[serde(rename = "w")]
    pub change: Changed,
    /// The invoice of the right client, where credits went to a wrong one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<DocumentRef>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The credits that were deducted before and count as a part of what is taken back.
    #[serde(rename = "dd", default, skip_serializing_if = "PerKind::is_zero")]
    pub deducted: PerKind<u64>,
    /// The payment of an add that went to another client.
    #[serde(rename = "fr", default, skip_serializing_if = "Option::is_none")]
    pub freed: Option<Freed>,
}

/// A payment that stays free money of its client, because the add that it paid was moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Freed {
    #[serde(rename = "r")]
    pub reference: String,
    #[serde(rename = "m")]
    pub minor: u64,
}

impl Facts {
    /// The facts of a change without a reason.
    #[must_use]
    pub fn of(change: Changed) -> Self {
        Self { change, replaced_by: None, reason: None, deducted: PerKind::default(), freed: None }
    }

    /// The mail of a sort about a change, as it would read if it were sent at once.
    #[must_use]
    pub fn letter(&self, movement: &Movement, sort: MailSort, to: ClientId) -> Option<Letter> {
        let main = movement.main()?;
        let amounts = |side: &Side<'_>| side.amounts().map(|_, amount| amount.unsigned_abs());
        let document = movement.document.as_ref();
        Some(match sort {
            MailSort::Added => {
                let (side, document) = match &self.replaced_by {
                    Some(replaced) => (movement.other()?, replaced),
                    None => (main, document?),
                };
                let sold = amounts(&side);
                Letter::Added(Sale {
                    sold,
                    left: sold,
                    below: (side.client.id != to).then(|| side.client.name.clone()),
                    number: None,
                    gross: document.gross,
                    due: (!document.settled).then_some((document.gross, document.due)),
                })
            }
            MailSort::Deducted => Letter::Deducted { credits: amounts(&main) },
            MailSort::Returned => Letter::Returned { credits: amounts(&main) },
            MailSort::Corrected => {
                let credits = match &self.change {
                    Changed::Corrected { off_invoice, written_off, .. } => {
                        off_invoice.map(|kind, off| off.saturating_sub(*written_off.get(kind)))
                    }
                    Changed::Added(_)
                    | Changed::Moved
                    | Changed::Deducted
                    | Changed::Undone(_)
                    | Changed::Voided => amounts(&main),
                };
                Letter::Corrected { invoice: document?.number, credits }
            }
            MailSort::Voided => {
                let document = document?;
                let (noted, free) = (document.credit_note.is_some(), document.gross.minor == 0);
                Letter::Voided { invoice: document.number, noted, free }
            }
            // No change of credits by staff sends these.
            MailSort::Received | MailSort::Sent => return None,
            MailSort::Activated => Letter::Activated,
            MailSort::Suspended => Letter::Suspended,
        })
    }
}

/// The sort of a change of credits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Changed {
    /// Credits sold or given by the house.
    Added(Mode),
    /// Credits moved from the reseller, or back to it.
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
        /// The credits that its invoice gives less.
        #[serde(rename = "off", default, skip_serializing_if = "PerKind::is_zero")]
        off_invoice: PerKind<u64>,
        /// The spent ones among them that are forgiven.
        #[serde(rename = "wo", default, skip_serializing_if = "PerKind::is_zero")]
        written_off: PerKind<u64>,
        /// The spent ones among them that are owed.
        #[serde(default, skip_serializing_if = "PerKind::is_zero")]
        owed: PerKind<u64>,
        /// The credits that another client got instead.
        #[serde(default, skip_serializing_if = "PerKind::is_zero")]
        moved: PerKind<u64>,
    },
}

/// The answer of a read about credits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Balance {
        client: Named,
        status: Status,
        balances: PerKind<BalanceOf>,
        mms_off: Option<MmsOff>,
        /// What is due on open invoices.
        unpaid: Option<Money>,
    },
    /// Entries, newest first.
    Statement {
        client: Named,
        entries: Vec<Entry>,
        /// The balances before the first shown entry, by kind.
        opening: PerKind<i64>,
        /// The balances after the last shown entry, by kind.
        closing: PerKind<i64>,
        /// The first day, in the desk's zone.
        since: Date,
        /// The last day.
        until: Date,
        /// Older entries are not shown.
        cut: bool,
        /// The staff members who made the entries.
        staff: Vec<NamedStaff>,
        /// The documents that the entries name, as they stand now.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        documents: Vec<Settlement>,
    },
    /// A balance explained.
    Why {
        client: Named,
        balances: PerKind<BalanceOf>,
        /// Oldest first; the last ones if there are many.
        entries: Vec<Entry>,
        /// The balances before the first shown entry.
        opening: PerKind<i64>,
        /// Whether the opening and the shown lines add up to the balance.
        foots: bool,
        /// The kinds that were asked about.
        kinds: Vec<Kind>,
        /// The staff members who made the entries.
        staff: Vec<NamedStaff>,
        /// The documents that the entries name, as they stand now.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        documents: Vec<Settlement>,
    },
}
