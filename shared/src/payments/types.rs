//! Payments: what providers report and staff record, the immutable events, and the one record of each
//! payment.
//!
//! Invariant: a payment's sums are the merge of its events, and at least what staff claimed. Amounts are in
//! minor units of ISO 4217; the entry points convert those of each provider. Its invoices have one payer and
//! one client.
//!
//! Absent on purpose: the application of money to invoices, which is a decision.

use serde::{Deserialize, Serialize};
use strum::{EnumDiscriminants, VariantArray};

use crate::invoices::types::InvoiceState;
use crate::kernel::actor::{ActorKind, Role};
use crate::kernel::id::{InvoiceNumber, Named};
use crate::kernel::money::Money;
use crate::kernel::spec::{Access, Function, Spec};
use crate::kernel::typed::{ClientPlace, TypedDay};
use crate::payments::inbox::types::{BankFile, FileRead, ImportLine};
use crate::payments::matching::types::ShownProposal;
pub use crate::payments::records::types::{
    Application, BankLine, Event, EventSource, Payment, Report, TEXT_MAX,
};
use crate::payments::sums::types::is_zero;
pub use crate::payments::sums::types::{Dispute, Refund, RefundState, Stage, Sums};

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
    /// Staff say that it pays no invoice.
    Ignored,
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
    /// Says that a payment pays no invoice.
    PaymentIgnore {
        /// As typed.
        payment: String,
    },
    /// Compares a bank's file with the lines that the desk has.
    PaymentPreview(BankFile),
    /// Records lines of a bank's file, at most [`PART_MAX`]; those that the desk has are left out.
    PaymentImport { lines: Vec<ImportLine> },
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
            | Ask::PaymentRefund { .. }
            | Ask::PaymentReconcile { .. }
            | Ask::PaymentUnmatch { .. }
            | Ask::PaymentIgnore { .. }
            | Ask::PaymentPreview(_)
            | Ask::PaymentImport { .. }
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
            Operation::PaymentRefund => {
                const { &Spec::staff("payment_refund", Invoices, Writes, Billing) }
            }
            // It writes through the calls of the providers, and nothing itself.
            Operation::PaymentReconcile => {
                const { &Spec::staff("payment_reconcile", Invoices, ReadsRanges, Billing) }
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
            Operation::PaymentIgnore => {
                const { &Spec::staff("payment_ignore", Invoices, Writes, Billing) }
            }
            Operation::PaymentPreview => {
                const { &Spec::staff("payment_preview", Invoices, ReadsRanges, Billing) }
            }
            Operation::PaymentImport => {
                const { &Spec::staff("payment_import", Invoices, Writes, Billing) }
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
    /// Lines of a bank's file were recorded.
    Imported,
    /// A statement line confirmed a claim.
    Confirmed,
    Matched,
    Unmatched,
    Ignored,
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
    /// How many lines of a file were recorded.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub imported: u64,
    /// What the line may pay, the best first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub proposals: Vec<ShownProposal>,
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
    /// What it may pay, the best first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub proposals: Vec<ShownProposal>,
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
    File(FileRead),
}
