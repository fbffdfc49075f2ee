//! Plans: the states of an operation that awaits a confirmation or an approval, the questions that
//! make it wait, and the facts that it is bound to. The record itself holds an ask and facts of any
//! capability, so it stands beside the contract's lists ([`crate::contract::plan`]).

use serde::{Deserialize, Serialize};
use strum::{EnumDiscriminants, VariantArray};

use crate::kernel::actor::{ActorKind, Role};
use crate::kernel::credit::Kind;
use crate::kernel::id::{ClientId, InvoiceNumber, OpId};
use crate::kernel::mode::Mode;
use crate::kernel::money::Money;
use crate::kernel::spec::{Access, Function, Spec};
use crate::ledger::account::RecentChange;
pub use crate::plans::bound::types::{Bound, Figure, Lapse};

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
    /// A fact that it showed changed, or a right, floor or limit refuses it now.
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

/// A reason that an operation is not done at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// Credits are given free of charge.
    Grant,
    /// Credits are taken away.
    Deduct,
    /// An operation is taken back.
    Reversal,
    /// Money goes back to its payer.
    SendsBack,
    /// A client or staff member was found by less than a whole name. Short attributes keep a plan within 1 KB.
    #[serde(rename = "found")]
    ByPrefix {
        #[serde(rename = "t")]
        typed: String,
        /// The whole name of the match.
        #[serde(rename = "n")]
        name: String,
        /// Its id, as `c_3` or `s_3`.
        #[serde(rename = "i", default)]
        id: String,
    },
    /// The whole name of a client or staff member also begins another's.
    NameBeginsOthers {
        #[serde(rename = "t")]
        typed: String,
        /// The whole name of the match.
        #[serde(rename = "n")]
        name: String,
        /// Its id, as `c_3` or `s_3`.
        #[serde(rename = "i", default)]
        id: String,
    },
    /// The reason names another client whole.
    Mentions {
        #[serde(rename = "t")]
        typed: String,
        /// The name and id of that client.
        #[serde(rename = "n")]
        name: String,
    },
    /// The client never had credits of this kind.
    FirstAdd { kind: Kind },
    /// More than three times the largest add of this and the three months before.
    Large { kind: Kind, largest: u64 },
    /// Spent credits are forgiven.
    WriteOff { kind: Kind, credits: u64 },
    /// Spent credits are owed from then on.
    Owes { kind: Kind, credits: u64 },
    /// The same change was made within 24 hours.
    Again {
        earlier: RecentChange,
        /// The staff member who made it, where the name is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
        /// The same person made it within two minutes.
        just_now: bool,
    },
    /// An open invoice has exactly the gross that this add would bill.
    SameGross { invoice: InvoiceNumber, gross: Money },
    /// The deduct fits a recent add, which `/correct` would mend with its invoice.
    FitsAdd { op: OpId, credits: u64, at_s: i64 },
    /// The deduct fits an open invoice, which it may name.
    FitsInvoice { invoice: InvoiceNumber, gives: u64 },
    /// A figure that the plan showed changed, and it is shown again as it is now.
    Changed { figure: Figure },
    /// Money that is due or was paid is given up by a credit note.
    GivesUp { amount: Money },
    /// It reaches more than one client.
    Wide { clients: u64 },
    /// A price changes by more than half; below zero when it falls.
    Steep { percent: i64 },
    /// A new price of less than one whole unit of the currency for 1,000 credits.
    LowPrice,
    /// A limit changes by more than half; below zero when it falls.
    SteepLimit { percent: i64 },
    /// More credits cost more per 1,000 from this quantity on.
    Inverted { quantity: u64 },
    /// Somebody may do less afterwards.
    TakesAccess,
    /// A mail goes to these addresses at once.
    Mails { to: String },
    /// Somebody may do more afterwards: a new login, a manager or an owner.
    GivesAccess,
    /// Bank transfers will go to another account.
    Bank,
    /// A document is mailed again; it was mailed at this time, if that is recent.
    Resend { to: String, sent_s: Option<i64> },
    /// The payment belongs to an invoice of this client that uses none of it.
    FreeMoney {
        reference: String,
        invoice: InvoiceNumber,
        free: Money,
        /// The amount that the new invoice takes, if it is more than is free.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        takes: Option<Money>,
    },
    /// The payment belongs to an invoice of another client that uses none of it: it moves from there.
    MovesPayment {
        reference: String,
        invoice: InvoiceNumber,
        free: Money,
        /// The amount that the new invoice takes, if it is more than is free.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        takes: Option<Money>,
        /// The name of the other client.
        from: String,
    },
    /// The invoice is above the amount that a provider reported, without an invoice, for its payment.
    ShortPayment { reference: String, received: Money, takes: Money },
    /// Above the author's single limit.
    OverLimit { mode: Mode, limit: Money, amount: Money },
    /// Above the rest of the author's daily budget.
    OverBudget { mode: Mode, left: Money, amount: Money },
}

/// How a question is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnsweredBy {
    /// The author's confirmation, which `--yes` gives.
    Author,
    /// The author's confirmation, which `--yes` never gives: a possible duplicate, a name that was not
    /// typed whole, a reason that names another client, or a payment that is known.
    AuthorAlone,
    /// A second person, whoever the author is.
    Second,
    /// A second person, because of the author's own limit.
    SecondByLimit,
}

impl Question {
    #[must_use]
    pub fn answered_by(&self) -> AnsweredBy {
        match self {
            Question::Resend { sent_s: Some(_), .. }
            | Question::Again { .. }
            | Question::SameGross { .. }
            | Question::ByPrefix { .. }
            | Question::NameBeginsOthers { .. }
            | Question::Mentions { .. }
            | Question::FreeMoney { .. }
            | Question::MovesPayment { .. }
            | Question::ShortPayment { .. } => AnsweredBy::AuthorAlone,
            Question::WriteOff { .. } => AnsweredBy::Second,
            Question::OverLimit { .. } | Question::OverBudget { .. } => AnsweredBy::SecondByLimit,
            Question::Grant
            | Question::Deduct
            | Question::Reversal
            | Question::SendsBack
            | Question::FirstAdd { .. }
            | Question::Large { .. }
            | Question::Owes { .. }
            | Question::FitsAdd { .. }
            | Question::FitsInvoice { .. }
            | Question::Changed { .. }
            | Question::GivesUp { .. }
            | Question::Wide { .. }
            | Question::Steep { .. }
            | Question::LowPrice
            | Question::SteepLimit { .. }
            | Question::Inverted { .. }
            | Question::TakesAccess
            | Question::Mails { .. }
            | Question::GivesAccess
            | Question::Bank
            | Question::Resend { .. } => AnsweredBy::Author,
        }
    }

    /// The question about a change that reaches several clients.
    #[must_use]
    pub fn wide(clients: u64) -> Option<Self> {
        (clients > 1).then_some(Question::Wide { clients })
    }

    /// The question about a price that changes by more than half.
    #[must_use]
    pub fn steep(before: u64, after: u64) -> Option<Self> {
        steep_percent(before, after).map(|percent| Question::Steep { percent })
    }

    /// The question about a limit that changes by more than half.
    #[must_use]
    pub fn steep_limit(before: u64, after: u64) -> Option<Self> {
        steep_percent(before, after).map(|percent| Question::SteepLimit { percent })
    }

    /// Whether a second person has to approve.
    #[must_use]
    pub fn needs_approval(&self) -> bool {
        matches!(self.answered_by(), AnsweredBy::Second | AnsweredBy::SecondByLimit)
    }

    /// Whether it depends on the limits of its author: another author may have other limits.
    #[must_use]
    pub fn is_measured(&self) -> bool {
        self.answered_by() == AnsweredBy::SecondByLimit
    }

    /// Whether it asks about a possible duplicate.
    #[must_use]
    pub fn is_duplicate(&self) -> bool {
        matches!(self, Question::Again { .. } | Question::SameGross { .. })
    }

    /// Whether it stays beside the request for an approval after the author has answered it: the guard must
    /// not ask about a duplicate again, and the second person sees the payment that is used.
    #[must_use]
    pub fn stays_shown(&self) -> bool {
        let is_payment = matches!(
            self,
            Question::FreeMoney { .. }
                | Question::MovesPayment { .. }
                | Question::ShortPayment { .. }
        );
        is_payment || self.is_duplicate()
    }

    /// The text, name and id of a client or staff member that was not certain.
    #[must_use]
    pub fn of_name(&self) -> Option<(&str, &str, &str)> {
        match self {
            Question::ByPrefix { typed, name, id }
            | Question::NameBeginsOthers { typed, name, id } => Some((typed, name, id)),
            _ => None,
        }
    }
}

/// The change of an amount in per cent, where it is more than half of it; below zero when it falls.
fn steep_percent(before: u64, after: u64) -> Option<i64> {
    let change = i128::from(after).saturating_sub(i128::from(before));
    let double = change.saturating_abs().saturating_mul(2);
    let percent = change.saturating_mul(100).checked_div(i128::from(before));
    let percent = percent.map_or(i64::MAX, |p| i64::try_from(p).unwrap_or(i64::MAX));
    (double > i128::from(before)).then_some(percent)
}

/// What the caller may do to a waiting plan: a filter of `/pending` and of completions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answerable {
    /// It is the caller's own, and waits for a confirmation.
    ToConfirm,
    /// It is somebody else's, and the caller's role and limit cover it.
    ToApprove,
    /// The caller may turn it down, or take it back.
    ToDeny,
}

/// The content of a receipt that only takes the key of a confirmation, approval or denial: a key that
/// its caller chose ([`crate::kernel::id::CallKey::is_chosen`]). The outcome is the plan's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    pub plan: OpId,
}

/// An operation about plans.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, EnumDiscriminants)]
#[strum_discriminants(name(Operation), derive(VariantArray, Hash))]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// Confirms the caller's own plan.
    Confirm {
        op: OpId,
        /// The client that the plan is about, where a button carries it: it saves a round trip.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        about: Option<ClientId>,
        /// The plan's version that the person saw. A plan at another version is shown, not done.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seen: Option<u64>,
    },
    /// Approves another person's plan.
    Approve {
        op: OpId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        about: Option<ClientId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seen: Option<u64>,
        /// The owner's own plan, when nobody else can approve it.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        alone: bool,
    },
    /// Turns down another person's plan, or takes back the caller's own.
    Deny { op: OpId, reason: Option<String> },
    /// Lists waiting plans.
    Pending {
        /// Which of them; all if `None`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        only: Option<Answerable>,
        /// The cursor: the last plan of the page before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<OpId>,
    },
    /// Ends a plan whose time is over.
    Expire { op: OpId },
}

impl Ask {
    /// The plan that it names.
    #[must_use]
    pub fn plan(&self) -> Option<&OpId> {
        match self {
            Ask::Confirm { op, .. }
            | Ask::Approve { op, .. }
            | Ask::Deny { op, .. }
            | Ask::Expire { op } => Some(op),
            Ask::Pending { .. } => None,
        }
    }
}

impl Operation {
    #[must_use]
    pub const fn spec(self) -> &'static Spec {
        use Access::{ReadsRanges, Writes};
        use Function::Credits;
        match self {
            Operation::Confirm => const { &Spec::staff("confirm", Credits, Writes, Role::Support) },
            Operation::Approve => const { &Spec::staff("approve", Credits, Writes, Role::Billing) },
            Operation::Deny => const { &Spec::staff("deny", Credits, Writes, Role::Support) },
            Operation::Pending => {
                const { &Spec::staff("pending", Credits, ReadsRanges, Role::Auditor) }
            }
            Operation::Expire => {
                const { &Spec::of("expire", Credits, Writes, &[ActorKind::Schedule]) }
            }
        }
    }
}
