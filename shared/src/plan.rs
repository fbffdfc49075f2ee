//! Plans: operations that await a confirmation or an approval. A plan binds the facts that it
//! showed (client, status, parent, kind, amount, price, invoice mode), **not** the balance: before
//! and after are computed again at commit, and the plan lapses when one of those facts changed.
//!
//! A plan commits under its own key, so the call, its repeats and every click are one operation.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::account::RecentChange;
use crate::answer::{CreditChange, NamedStaff, PlanCard};
use crate::client::Status;
use crate::credit::Kind;
use crate::id::{ClientId, Identity, InvoiceNumber, OpId, StaffId};
use crate::money::Money;
use crate::operation::Ask;
use crate::staff::Mode;

/// Where a plan stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanState {
    /// For its author, 10 minutes.
    AwaitsConfirm,
    /// For someone else, until the end of the next working day.
    AwaitsApproval,
    /// Committed.
    Done,
    /// Taken back by its author.
    Cancelled,
    /// Turned down by someone else.
    Denied,
    /// Nobody said anything in time.
    Expired,
    /// A fact that it showed changed.
    Lapsed,
}

impl PlanState {
    /// Whether it can still be committed.
    #[must_use]
    pub fn waits(self) -> bool {
        match self {
            PlanState::AwaitsConfirm | PlanState::AwaitsApproval => true,
            PlanState::Done
            | PlanState::Cancelled
            | PlanState::Denied
            | PlanState::Expired
            | PlanState::Lapsed => false,
        }
    }
}

/// Why something is not done at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Credits are given for nothing.
    Grant,
    /// Credits are taken away.
    Deduct,
    /// An operation is taken back.
    Reversal,
    /// The client was named by the beginning of one of its names.
    ByPrefix {
        /// As typed.
        typed: String,
    },
    /// The client's exact name also begins others.
    NameBeginsOthers {
        /// As typed.
        typed: String,
    },
    /// The client never had credits of this kind.
    FirstAdd,
    /// More than three times the largest add of this and the three months before.
    Large {
        /// The largest.
        largest: u64,
    },
    /// Credits that are spent are forgiven.
    WriteOff {
        /// Which.
        kind: Kind,
        /// How many.
        credits: u64,
    },
    /// Credits that are spent are owed from then on.
    Owes {
        /// Which.
        kind: Kind,
        /// How many.
        credits: u64,
    },
    /// The same change was made within 24 hours.
    Again {
        /// Which.
        earlier: RecentChange,
        /// Who, where a staff member's name is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
        /// Whether it was the same person within two minutes.
        just_now: bool,
    },
    /// An open invoice has exactly the gross that this add would bill.
    SameGross {
        /// Which.
        invoice: InvoiceNumber,
        /// How much.
        gross: Money,
    },
    /// A fact that the plan showed changed, and it is shown again as it is now.
    Changed {
        /// Which.
        lapse: Lapse,
    },
    /// Above the author's single limit.
    OverLimit {
        /// In which mode.
        mode: Mode,
        /// The limit.
        limit: Money,
        /// What it is worth.
        amount: Money,
    },
    /// Above what is left of the author's daily budget.
    OverBudget {
        /// In which mode.
        mode: Mode,
        /// What is left.
        left: Money,
        /// What it is worth.
        amount: Money,
    },
}

impl Why {
    /// Whether a second person has to say yes.
    #[must_use]
    pub fn needs_approval(&self) -> bool {
        match self {
            Why::OverLimit { .. } | Why::OverBudget { .. } | Why::WriteOff { .. } => true,
            Why::Owes { .. }
            | Why::Grant
            | Why::Deduct
            | Why::Reversal
            | Why::ByPrefix { .. }
            | Why::NameBeginsOthers { .. }
            | Why::FirstAdd
            | Why::Large { .. }
            | Why::Again { .. }
            | Why::Changed { .. }
            | Why::SameGross { .. } => false,
        }
    }

    /// Whether it is measured by the limits of the one who asks: somebody else's may be others.
    #[must_use]
    pub fn is_measured(&self) -> bool {
        match self {
            Why::OverLimit { .. } | Why::OverBudget { .. } => true,
            Why::WriteOff { .. }
            | Why::Owes { .. }
            | Why::Grant
            | Why::Deduct
            | Why::Reversal
            | Why::ByPrefix { .. }
            | Why::NameBeginsOthers { .. }
            | Why::FirstAdd
            | Why::Large { .. }
            | Why::Again { .. }
            | Why::Changed { .. }
            | Why::SameGross { .. } => false,
        }
    }

    /// Whether it asks about a possible duplicate, which `--yes` never answers.
    #[must_use]
    pub fn is_duplicate(&self) -> bool {
        match self {
            Why::Again { .. } | Why::SameGross { .. } => true,
            Why::WriteOff { .. }
            | Why::Owes { .. }
            | Why::Grant
            | Why::Deduct
            | Why::Reversal
            | Why::ByPrefix { .. }
            | Why::NameBeginsOthers { .. }
            | Why::FirstAdd
            | Why::Large { .. }
            | Why::Changed { .. }
            | Why::OverLimit { .. }
            | Why::OverBudget { .. } => false,
        }
    }
}

/// Why a plan no longer holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lapse {
    /// Staff changed credits of the same kind meanwhile.
    OtherChange,
    /// The client's status changed.
    Status,
    /// The client has another parent.
    Parent,
    /// What it would take back was changed.
    Target,
    /// More or less of what it would take is spent.
    Spent,
    /// A price or the tax changed, and with it what it is worth.
    Worth,
}

impl Lapse {
    /// What changed, as a sentence.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Lapse::OtherChange => {
                "someone changed this client’s credits of the same kind meanwhile."
            }
            Lapse::Status => "the client’s status changed meanwhile.",
            Lapse::Parent => "the client has another parent now.",
            Lapse::Target => "what it would take back was changed meanwhile.",
            Lapse::Spent => "credits that it would take were used meanwhile.",
            Lapse::Worth => "a price or the tax changed meanwhile.",
        }
    }
}

/// The facts that a plan showed and is bound to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bound {
    /// The client's status.
    pub status: Status,
    /// The client's parents, nearest first.
    pub chain: Vec<ClientId>,
    /// Which credits.
    pub kind: Kind,
    /// Minor units per 1,000 credits, for an add.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_1000_minor: Option<u64>,
    /// The count of staff changes of this kind on the account.
    pub staff_changes: u64,
    /// What it is worth to its author's limit, in minor units, and in which mode.
    pub worth_minor: u64,
    /// As above.
    pub mode: Mode,
    /// The client that gets the credits, where they move from a wrong one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receiver: Option<BoundReceiver>,
}

/// The facts about the client that gets the credits of a move.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoundReceiver {
    /// Its status.
    pub status: Status,
    /// Its parents, nearest first.
    pub chain: Vec<ClientId>,
    /// The count of staff changes of this kind on its account.
    pub staff_changes: u64,
}

/// An operation that awaits a confirmation or an approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The operation that it is, and will be.
    pub op: OpId,
    /// Moves with every write.
    pub version: u64,
    /// Where it stands.
    pub state: PlanState,
    /// What was asked, the client by its id.
    pub ask: Ask,
    /// The fingerprint of the call as asked.
    pub fingerprint: String,
    /// Why it was not done at once.
    pub why: Vec<Why>,
    /// What it showed.
    pub change: CreditChange,
    /// The facts that it is bound to.
    pub bound: Bound,
    /// Who asked.
    pub by: NamedStaff,
    /// From where.
    pub identity: Identity,
    /// Who asked first, before it was handed over: that person never approves it.
    pub asker: StaffId,
    /// From where that was: whoever has that identity by now does not approve it either.
    pub asker_identity: Identity,
    /// When.
    pub at: Timestamp,
    /// Until when it can be confirmed or approved.
    pub expires: Timestamp,
    /// Since when it waits for an approval; in milliseconds, because the item has to stay below 1 KB.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "jiff::fmt::serde::timestamp::millisecond::optional"
    )]
    pub up: Option<Timestamp>,
    /// Who said yes or no: somebody other than the author, or an owner alone a day later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second: Option<StaffId>,
    /// The calls that moved it while it waited. One that comes again has been answered: it does not
    /// say yes to what it was shown in answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<OpId>,
    /// The operation under which it is committed, when a reversal has its own key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done_as: Option<OpId>,
}

impl Plan {
    /// As it is shown.
    #[must_use]
    pub fn card(&self) -> PlanCard {
        PlanCard {
            op: self.op.clone(),
            version: self.version,
            client: self.change.client.clone(),
            change: self.change.clone(),
            why: self.why.clone(),
            state: self.state,
            by: self.by.clone(),
            expires: self.expires,
        }
    }
}
