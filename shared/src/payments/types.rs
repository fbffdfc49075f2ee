//! Payments: what providers report, the immutable events, and the one record of each payment.
//!
//! Invariant: a payment's sums are the merge of its events, and at least what staff claimed.
//! [`Sums::merged`] neither knows nor needs an order: amounts take the larger, states the later. So repeated, reordered and mixed events end in
//! the same state (LEDGER §6). Amounts are in minor units of ISO 4217; the entry points convert those of
//! each provider.
//!
//! Absent on purpose: the application of money to invoices, which is a decision.

use iso_currency::Currency;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::{EnumDiscriminants, VariantArray};

use crate::invoices::types::InvoiceState;
use crate::kernel::actor::{ActorKind, Provider, Role};
use crate::kernel::id::{ClientId, InvoiceNumber, OpId};
use crate::kernel::money::Money;
use crate::kernel::spec::{Access, Function, Spec};

/// A refund, by the provider's id.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Refund {
    pub id: String,
    pub minor: u64,
    pub state: RefundState,
}

/// The state of a refund. A later one replaces an earlier one, whatever comes first: a refund that was
/// done can fail days later, and a failed one stays so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundState {
    /// The provider has taken the money and not handed it on yet.
    Pending,
    Done,
    /// It failed or was cancelled: it counts as no refund.
    Failed,
}

/// A dispute, by the provider's id.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Dispute {
    pub id: String,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub withdrawn_minor: u64,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub reinstated_minor: u64,
    /// It was decided, either way.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub closed: bool,
}

impl Dispute {
    /// The money that the dispute keeps from the desk.
    fn withheld(&self) -> u64 {
        self.withdrawn_minor.saturating_sub(self.reinstated_minor)
    }

    fn is_open(&self) -> bool {
        let is_won = self.reinstated_minor > 0 && self.withheld() == 0;
        !self.closed && !is_won
    }
}

/// How far a payment got before there was money.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    #[default]
    Unknown,
    /// The payer has done everything, and the bank takes days.
    Waiting,
    /// The bank refused.
    Failed,
}

impl Stage {
    fn is_unknown(&self) -> bool {
        *self == Stage::Unknown
    }
}

/// The sums of a payment.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Sums {
    #[serde(default)]
    pub received_minor: u64,
    /// The cumulative sum of refunds. It counts only while no refund is known by its id.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub refunded_minor: u64,
    /// By id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refunds: Vec<Refund>,
    /// By id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub disputes: Vec<Dispute>,
    /// Of no account once money was received.
    #[serde(default, skip_serializing_if = "Stage::is_unknown")]
    pub stage: Stage,
}

impl Sums {
    /// The sums after both: commutative, associative, and without effect when repeated.
    #[must_use]
    pub fn merged(&self, other: &Self) -> Self {
        let mut all = self.clone();
        all.received_minor = all.received_minor.max(other.received_minor);
        all.refunded_minor = all.refunded_minor.max(other.refunded_minor);
        all.stage = all.stage.max(other.stage);
        for refund in &other.refunds {
            match all.refunds.binary_search_by(|known| known.id.cmp(&refund.id)) {
                Ok(at) => {
                    if let Some(known) = all.refunds.get_mut(at) {
                        known.minor = known.minor.max(refund.minor);
                        known.state = known.state.max(refund.state);
                    }
                }
                Err(at) => all.refunds.insert(at, refund.clone()),
            }
        }
        for dispute in &other.disputes {
            match all.disputes.binary_search_by(|known| known.id.cmp(&dispute.id)) {
                Ok(at) => {
                    if let Some(known) = all.disputes.get_mut(at) {
                        known.withdrawn_minor = known.withdrawn_minor.max(dispute.withdrawn_minor);
                        known.reinstated_minor =
                            known.reinstated_minor.max(dispute.reinstated_minor);
                        known.closed |= dispute.closed;
                    }
                }
                Err(at) => all.disputes.insert(at, dispute.clone()),
            }
        }
        all
    }

    /// What was refunded: by the ids, or by the cumulative sum while none is known.
    #[must_use]
    pub fn refunded(&self) -> u64 {
        if self.refunds.is_empty() {
            return self.refunded_minor;
        }
        let counted = self.refunds.iter().filter(|refund| refund.state != RefundState::Failed);
        counted.fold(0, |sum, refund| sum.saturating_add(refund.minor))
    }

    /// The money that disputes keep.
    #[must_use]
    pub fn withheld(&self) -> u64 {
        self.disputes.iter().fold(0, |sum, dispute| sum.saturating_add(dispute.withheld()))
    }

    /// received − refunded − withdrawn + reinstated, at least 0.
    #[must_use]
    pub fn net(&self) -> u64 {
        self.received_minor.saturating_sub(self.refunded()).saturating_sub(self.withheld())
    }

    /// Whether a dispute is not decided yet.
    #[must_use]
    pub fn is_disputed(&self) -> bool {
        self.disputes.iter().any(Dispute::is_open)
    }
}

/// What one event of a provider says of one payment.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Report {
    /// The identifier that all events of the payment share.
    pub payment: String,
    /// The invoice that the event names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice: Option<InvoiceNumber>,
    pub currency: Currency,
    #[serde(flatten)]
    pub sums: Sums,
}

/// An event that changed a payment. Never edited: the proof merges all of them again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// The normalised reference of its payment.
    pub reference: String,
    /// 1, 2, 3 … of this payment.
    pub number: u64,
    pub by: Provider,
    pub op: OpId,
    pub at: Timestamp,
    pub report: Report,
    /// The hash of the event before; empty for the first.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub previous: String,
    /// The hash of OPERATION.
    #[serde(rename = "rc", default, skip_serializing_if = "String::is_empty")]
    pub receipt: String,
}

/// A payment: money that a provider reports, or that staff say was paid (`claimed`). Keyed by the
/// normalised reference, so that one payment cannot pay twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// The normalised reference.
    pub reference: String,
    pub version: u64,
    /// The client that got the credits of the invoice; `None` while no invoice is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<ClientId>,
    /// The invoice that it pays, if one is known. The invoice names it too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice: Option<InvoiceNumber>,
    pub currency: Currency,
    #[serde(flatten)]
    pub sums: Sums,
    /// The part that the invoice uses. The rest is the client's money credit.
    pub applied_minor: u64,
    /// No provider or bank statement has confirmed it yet.
    pub claimed: bool,
    /// The most that staff said was received.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub claimed_minor: u64,
    /// The invoices that events name, in order. With several, the money is applied to none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<InvoiceNumber>,
    /// Its events state different currencies, so the money is applied to no invoice.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mixed: bool,
    /// How many events it has.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub events: u64,
    /// The hash of the last event.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub last_event: String,
    /// When it was first claimed or reported.
    pub at: Timestamp,
    /// The last operation that booked it.
    pub op: OpId,
    /// The hash of that OPERATION.
    #[serde(rename = "rc", default, skip_serializing_if = "String::is_empty")]
    pub receipt: String,
}

impl Payment {
    /// A payment of which nothing is known yet.
    #[must_use]
    pub fn new(reference: String, currency: Currency, at: Timestamp, op: OpId) -> Self {
        Self {
            reference,
            version: 0,
            client: None,
            invoice: None,
            currency,
            sums: Sums::default(),
            applied_minor: 0,
            claimed: false,
            claimed_minor: 0,
            names: Vec::new(),
            mixed: false,
            events: 0,
            last_event: String::new(),
            at,
            op,
            receipt: String::new(),
        }
    }

    /// The money that no invoice uses.
    #[must_use]
    pub fn unapplied(&self) -> u64 {
        self.sums.net().saturating_sub(self.applied_minor)
    }

    /// Whether its payer has done everything, and the bank has not: nobody should pay again.
    #[must_use]
    pub fn is_at_bank(&self) -> bool {
        self.sums.received_minor == 0 && self.sums.stage == Stage::Waiting
    }

    /// Whether staff have something to look at: money that no invoice uses, or an event that names an
    /// invoice which is not there.
    #[must_use]
    pub fn waits(&self) -> bool {
        self.unapplied() > 0 || (self.invoice.is_none() && !self.names.is_empty())
    }

    /// Whether its money may pay an invoice in a currency.
    #[must_use]
    pub fn fits(&self, currency: Currency) -> bool {
        !self.mixed && self.names.len() <= 1 && self.currency == currency
    }
}

/// Why the money of a payment waits for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Waits {
    /// Its events name no invoice.
    NoInvoice,
    /// There is no such invoice, or not yet. The desk tries again.
    UnknownInvoice,
    /// Its events name several invoices.
    SeveralInvoices,
    /// It is in another currency than its invoice, or in several.
    OtherCurrency,
    /// Its invoice is void, or was taken back.
    InvoiceOver,
    /// Its invoice has the most payments that one may have.
    TooMany,
    /// Staff say that the same amount was paid for its invoice, and nothing has confirmed that: it may be
    /// the same money.
    Claimed,
    /// It is more than is due.
    Surplus,
}

/// An operation about payments.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, EnumDiscriminants)]
#[strum_discriminants(name(Operation), derive(VariantArray, Hash))]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// Books what an event of a provider says of a payment.
    PaymentBook(Report),
    /// Tries again to find the invoice of a payment that waits.
    PaymentSettle {
        /// The normalised reference.
        payment: String,
    },
    /// Notes an event that the desk does not use.
    EventNote {
        /// The provider's id of the event.
        event: String,
        /// The type of the event.
        kind: String,
    },
    /// Asks the provider of a payment to send a part of it back.
    PaymentRefund {
        payment: String,
        /// As typed, in the payment's currency.
        amount: String,
    },
    /// Books the events that providers list and the desk does not have.
    PaymentReconcile {
        /// How many days back; from where the last round ended, if not given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        days: Option<u64>,
    },
}

impl Operation {
    #[must_use]
    pub const fn spec(self) -> &'static Spec {
        use Access::{ReadsRanges, Writes};
        use Function::Invoices;
        match self {
            Operation::PaymentBook => {
                const { &Spec::of("payment_book", Invoices, Writes, &[ActorKind::Provider]) }
            }
            Operation::PaymentSettle => {
                const { &Spec::of("payment_settle", Invoices, Writes, &[ActorKind::Schedule]) }
            }
            Operation::EventNote => {
                const { &Spec::of("event_note", Invoices, Writes, &[ActorKind::Provider]) }
            }
            Operation::PaymentRefund => {
                const { &Spec::staff("payment_refund", Invoices, Writes, Role::Billing) }
            }
            // It writes through the calls of the providers, and nothing itself.
            Operation::PaymentReconcile => {
                const { &Spec::staff("payment_reconcile", Invoices, ReadsRanges, Role::Billing) }
            }
        }
    }
}

/// What a receipt keeps of a booked payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// As the provider writes it.
    pub payment: String,
    /// received − refunded − withdrawn + reinstated.
    pub net: Money,
    /// The invoice that it pays, or that its events name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice: Option<InvoiceNumber>,
    /// Where the invoice stands now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<InvoiceState>,
    /// What is paid of the invoice now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid: Option<Money>,
    /// What is due on the invoice now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Money>,
    /// The money of the payment that no invoice uses.
    pub unapplied: Money,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waits: Option<Waits>,
    /// How far it got, while there is no money.
    #[serde(default, skip_serializing_if = "Stage::is_unknown")]
    pub stage: Stage,
    /// A dispute about it is not decided.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub disputed: bool,
}

/// The answer to an event that needs no receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The payment stands so already.
    NothingNew { payment: String },
    /// The event is not used; it was noted.
    Noted,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refund(id: &str, minor: u64, state: RefundState) -> Sums {
        let refunds = vec![Refund { id: id.to_owned(), minor, state }];
        Sums { refunds, ..Sums::default() }
    }

    fn dispute(withdrawn_minor: u64, reinstated_minor: u64, closed: bool) -> Sums {
        let id = "dp_1".to_owned();
        let disputes = vec![Dispute { id, withdrawn_minor, reinstated_minor, closed }];
        Sums { disputes, ..Sums::default() }
    }

    fn received(minor: u64) -> Sums {
        Sums { received_minor: minor, ..Sums::default() }
    }

    fn all(parts: &[Sums]) -> Sums {
        parts.iter().fold(Sums::default(), |sums, part| sums.merged(part))
    }

    #[test]
    fn sums_merge_alike_in_any_order_and_repetition() {
        let parts = [
            received(90),
            Sums { refunded_minor: 35, ..Sums::default() },
            refund("re_2", 15, RefundState::Pending),
            refund("re_1", 20, RefundState::Done),
            refund("re_2", 15, RefundState::Failed),
            dispute(60, 0, false),
            dispute(0, 60, false),
        ];
        let expected = all(&parts);
        assert_eq!((expected.refunded(), expected.withheld(), expected.net()), (20, 0, 70));
        for first in 0..parts.len() {
            for second in 0..parts.len() {
                let mut order = parts.to_vec();
                order.swap(first, second);
                order.push(parts[first].clone());
                assert_eq!(all(&order), expected);
            }
        }
    }

    #[test]
    fn cumulative_refunds_count_until_a_refund_is_known_by_its_id() {
        let sum = Sums { refunded_minor: 35, ..received(90) };
        assert_eq!((sum.refunded(), sum.net()), (35, 55));
        let known = sum.merged(&refund("re_1", 20, RefundState::Pending));
        assert_eq!((known.refunded(), known.net()), (20, 70));
        let failed = known.merged(&refund("re_1", 20, RefundState::Failed));
        assert_eq!((failed.refunded(), failed.net()), (0, 90));
    }

    #[test]
    fn dispute_is_open_until_it_is_won_or_closed() {
        let withdrawn = received(90).merged(&dispute(90, 0, false));
        assert_eq!((withdrawn.net(), withdrawn.is_disputed()), (0, true));
        let won = withdrawn.merged(&dispute(0, 90, false));
        assert_eq!((won.net(), won.is_disputed()), (90, false));
        let lost = withdrawn.merged(&dispute(0, 0, true));
        assert_eq!((lost.net(), lost.is_disputed()), (0, false));
        let late = dispute(0, 90, false).merged(&received(90));
        assert_eq!(late.net(), 90, "money that came back early is not more than was received");
    }

    #[test]
    fn net_is_never_below_nothing() {
        let sums = refund("re_1", 500, RefundState::Done).merged(&received(90));
        assert_eq!(sums.net(), 0);
    }
}
