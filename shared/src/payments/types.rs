//! Payments: what providers report and staff record, the immutable events, and the one record of each
//! payment.
//!
//! Invariant: a payment's sums are the merge of its events. Amounts are in minor units of ISO 4217; the
//! entry points convert those of each provider. Its invoices have one payer and one client.
//!
//! Absent on purpose: the application of money to invoices, which is a decision.

use iso_currency::Currency;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use strum::{EnumDiscriminants, VariantArray};

use crate::invoices::types::InvoiceState;
use crate::kernel::actor::{ActorKind, Provider, Role};
use crate::kernel::id::{ClientId, InvoiceNumber, Named, OpId, StaffId};
use crate::kernel::money::Money;
use crate::kernel::spec::{Access, Function, Spec};
use crate::kernel::typed::{ClientPlace, TypedDay};
use crate::payments::sums::types::is_zero;
pub use crate::payments::sums::types::{Dispute, Refund, RefundState, Stage, Sums};

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

/// The source of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum EventSource {
    Provider(Provider),
    Staff(StaffId),
}

/// What a bank's statement says of a payment, beside its amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankLine {
    pub on: Date,
    /// At most [`TEXT_MAX`] characters.
    pub text: String,
}

/// The longest text of a statement line that is kept, in characters.
pub const TEXT_MAX: usize = 200;

/// An event that changed a payment. Never edited: the proof merges all of them again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// The normalised reference of its payment.
    pub reference: String,
    /// 1, 2, 3 … of this payment.
    pub number: u64,
    pub by: EventSource,
    pub op: OpId,
    pub at: Timestamp,
    pub report: Report,
    /// The line of the bank's statement that staff recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<BankLine>,
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
    /// The first invoice that it pays, if one is known. Each invoice that it pays names it too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice: Option<InvoiceNumber>,
    pub currency: Currency,
    #[serde(flatten)]
    pub sums: Sums,
    /// The part that the first invoice uses. What no invoice uses is the client's money credit.
    pub applied_minor: u64,
    /// The invoices behind the first one, of the same payer and client. A refund takes from the last first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub further: Vec<Application>,
    /// Staff decide what it pays: an event that names an invoice applies it to none.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub placed: bool,
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
            further: Vec::new(),
            placed: false,
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

    /// Its invoices with the part that each uses, the first one first.
    #[must_use]
    pub fn applications(&self) -> Vec<Application> {
        let first = self.invoice.map(|invoice| Application { invoice, minor: self.applied_minor });
        first.into_iter().chain(self.further.iter().copied()).collect()
    }

    /// It with other applications.
    #[must_use]
    pub fn with_applications(self, applications: &[Application]) -> Self {
        let (first, further) = match applications.split_first() {
            Some((first, further)) => (Some(first), further.to_vec()),
            None => (None, Vec::new()),
        };
        let applied_minor = first.map_or(0, |first| first.minor);
        Self { invoice: first.map(|first| first.invoice), applied_minor, further, ..self }
    }

    /// It with another part for one of its invoices.
    #[must_use]
    pub fn with_part(self, invoice: InvoiceNumber, minor: u64) -> Self {
        let mut applications = self.applications();
        for application in applications.iter_mut().filter(|a| a.invoice == invoice) {
            application.minor = minor;
        }
        self.with_applications(&applications)
    }

    /// Whether an invoice is one of its own.
    #[must_use]
    pub fn pays(&self, invoice: InvoiceNumber) -> bool {
        self.invoice == Some(invoice) || self.further.iter().any(|a| a.invoice == invoice)
    }

    /// The part that an invoice uses.
    #[must_use]
    pub fn applied_to(&self, invoice: InvoiceNumber) -> u64 {
        let parts = self.applications().into_iter().filter(|a| a.invoice == invoice);
        parts.fold(0, |sum, part| sum.saturating_add(part.minor))
    }

    /// The money that invoices use.
    #[must_use]
    pub fn applied(&self) -> u64 {
        self.further.iter().fold(self.applied_minor, |sum, part| sum.saturating_add(part.minor))
    }

    /// The money that no invoice uses.
    #[must_use]
    pub fn unapplied(&self) -> u64 {
        self.sums.net().saturating_sub(self.applied())
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
        !self.mixed && (self.placed || self.names.len() <= 1) && self.currency == currency
    }
}

/// The part of a payment that an invoice uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Application {
    #[serde(rename = "i")]
    pub invoice: InvoiceNumber,
    #[serde(rename = "m")]
    pub minor: u64,
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
    /// Staff keep it for a client: it pays that client's next invoice when it is matched.
    Credit,
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
    /// Records a line of a bank's statement as a payment.
    PaymentRecord(NewLine),
    /// Spreads a payment over invoices, or keeps its rest for a client.
    PaymentMatch {
        /// As typed.
        payment: String,
        /// In the order in which they take the money.
        invoices: Vec<InvoiceNumber>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        client: Option<String>,
    },
    /// Frees the money of a payment from one invoice, or from all.
    PaymentUnmatch {
        /// As typed.
        payment: String,
        invoice: Option<InvoiceNumber>,
    },
    /// Lists the payments that wait for a person.
    PaymentUnmatched,
    PaymentView {
        /// As typed.
        payment: String,
    },
}

/// A line of a bank's statement as staff type it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct NewLine {
    pub amount: String,
    pub on: TypedDay,
    pub text: String,
    /// The reference that names the payment; without one, the facts of the line do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The client for which the money is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// It is another payment than the equal one that the desk has.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub again: bool,
}

impl Ask {
    /// The places where a client is named.
    pub fn clients(&mut self) -> Vec<ClientPlace<'_>> {
        match self {
            Ask::PaymentRecord(NewLine { client, .. }) | Ask::PaymentMatch { client, .. } => {
                client.iter_mut().map(ClientPlace::Alone).collect()
            }
            Ask::PaymentBook(_)
            | Ask::PaymentSettle { .. }
            | Ask::EventNote { .. }
            | Ask::PaymentUnmatch { .. }
            | Ask::PaymentUnmatched
            | Ask::PaymentView { .. } => Vec::new(),
        }
    }
}

impl Operation {
    #[must_use]
    pub const fn spec(self) -> &'static Spec {
        use Access::{ReadsRanges, Writes};
        use Function::Invoices;
        use Role::{Auditor, Billing};
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
            Operation::PaymentRecord => {
                const { &Spec::staff("payment_record", Invoices, Writes, Billing) }
            }
            Operation::PaymentMatch => {
                const { &Spec::staff("payment_match", Invoices, Writes, Billing) }
            }
            Operation::PaymentUnmatch => {
                const { &Spec::staff("payment_unmatch", Invoices, Writes, Billing) }
            }
            Operation::PaymentUnmatched => {
                const { &Spec::staff("payment_unmatched", Invoices, ReadsRanges, Auditor) }
            }
            Operation::PaymentView => {
                const { &Spec::staff("payment_view", Invoices, ReadsRanges, Auditor) }
            }
        }
    }
}

/// What was done to a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// A provider's event was booked.
    #[default]
    Booked,
    Recorded,
    /// A statement line confirmed a claim.
    Confirmed,
    Matched,
    Unmatched,
}

impl Action {
    fn is_booked(&self) -> bool {
        *self == Action::Booked
    }
}

/// An invoice that a payment pays, or paid, before and after a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    pub invoice: InvoiceNumber,
    /// The part of the payment that it uses now.
    pub part: Money,
    pub due_before: Money,
    pub due: Money,
    pub state: InvoiceState,
}

/// What a receipt keeps of a booked payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    #[serde(default, skip_serializing_if = "Action::is_booked")]
    pub action: Action,
    /// As the provider writes it.
    pub payment: String,
    /// received − refunded − withdrawn + reinstated.
    pub net: Money,
    /// The first invoice that it pays, or that its events name.
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
    /// The client whose money it is, where staff decide that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<Named>,
    /// The invoices of a payment that has several, or that staff match.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shares: Vec<Share>,
    /// The line of the bank's statement that was recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<BankLine>,
}

/// A payment as lists show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentCard {
    pub payment: Payment,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<Named>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<BankLine>,
    /// Why its money waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waits: Option<Waits>,
}

/// The answer to an event that needs no receipt, or of a read about payments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The payment stands so already.
    NothingNew {
        payment: String,
    },
    /// The event is not used; it was noted.
    Noted,
    /// The desk has this statement line already.
    Known {
        card: PaymentCard,
        has_reference: bool,
    },
    /// The payments that wait, the oldest first.
    Unmatched {
        cards: Vec<PaymentCard>,
        total: u64,
    },
    View {
        card: PaymentCard,
    },
}
