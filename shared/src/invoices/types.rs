//! Invoices and credit notes. An invoice freezes price, tax, seller and buyer, and remembers **what
//! its add still gives**: undo, void and every later correction lower that, under the invoice's
//! version, in the transaction that moves the credits (LEDGER §5).

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use strum::{EnumDiscriminants, VariantArray};
use unicode_normalization::UnicodeNormalization;

pub use crate::invoices::changes::types::{DocumentChange, Rest, SUMMARY_MAX, TypedDue};
pub use crate::invoices::lines::types::{CREDITS_PER, InvoiceLine, Item, TEXT_MAX, TaxTotal};
use crate::kernel::actor::Role;
use crate::kernel::credit::{Kind, PerKind};
use crate::kernel::id::{ClientId, InvoiceNumber, Named, OpId};
use crate::kernel::mode::Mode;
use crate::kernel::money::Money;
use crate::kernel::movement::DocumentRef;
use crate::kernel::spec::{Access, Function, Spec};
use crate::kernel::tax::TaxRate;
use crate::kernel::typed::{Behind, ClientPlace, TypedClient};

/// Where an invoice stands. Overdue is derived from the due date, never stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvoiceState {
    /// Something is due.
    Open,
    /// Something was paid, something is due.
    PartlyPaid,
    /// Nothing is due; a grant is made so.
    Paid,
    /// Taken back before it was paid; keeps its number.
    Void,
    /// It was paid in full, and a refund or dispute took a part of the money and of its credits.
    PartlyRefunded,
    /// Taken back whole, by credit notes or because all of its money was refunded.
    Refunded,
}

impl InvoiceState {
    /// The words that people see.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            InvoiceState::Open => "open",
            InvoiceState::PartlyPaid => "partly paid",
            InvoiceState::Paid => "paid",
            InvoiceState::Void => "void",
            InvoiceState::PartlyRefunded => "partly refunded",
            InvoiceState::Refunded => "refunded",
        }
    }
}

/// The most payments that providers book on one invoice: all of them and the invoice change together.
pub const PAYMENTS_MAX: usize = 10;

/// An invoice, or a credit note when the number's series says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invoice {
    /// `INV-…` or `CN-…`.
    pub number: InvoiceNumber,
    pub version: u64,
    /// The client that it is about, which gets the credits; the number's client pays.
    pub client: ClientId,
    /// The operation that made it.
    pub op: OpId,
    /// The entry on `client`'s account that it belongs to; `None` for a document that moves no credits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<u64>,
    /// The hash of OPERATION, where no entry carries it.
    #[serde(rename = "rc", default, skip_serializing_if = "String::is_empty")]
    pub receipt: String,
    /// For a credit note, the invoice that it corrects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrects: Option<InvoiceNumber>,
    pub at: Timestamp,
    /// The day on which an open one is due.
    pub due: Date,
    /// Where it stands.
    pub state: InvoiceState,
    /// How it was billed.
    pub mode: Mode,
    /// Whose money.
    pub currency: iso_currency::Currency,
    /// What was sold.
    pub lines: Vec<InvoiceLine>,
    /// One for each rate that a line has, in the order of the rates.
    pub taxes: Vec<TaxTotal>,
    /// Sum of the lines.
    pub net_minor: u64,
    /// The sum of the taxes.
    pub tax_minor: u64,
    /// net + tax: what is due.
    pub gross_minor: u64,
    /// What was paid.
    pub paid_minor: u64,
    /// What credit notes took off.
    pub noted_minor: u64,
    /// What its add still gives.
    pub gives: PerKind<u64>,
    /// The credits that refunds by a provider have taken, per kind.
    #[serde(default, skip_serializing_if = "PerKind::is_zero")]
    pub refunded_credits: PerKind<u64>,
    /// Its payments once received all of it: from then on a refund takes credits, and nothing is due.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub once_paid: bool,
    /// Who sells.
    pub seller: Party,
    /// Who pays.
    pub buyer: Party,
    /// The reason for which the buyer pays no tax.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exempt: Option<String>,
    /// The reference of the payment that was claimed with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The payments that providers booked on it, by normalised reference, at most [`PAYMENTS_MAX`]: the
    /// proof reads them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub payments: Vec<String>,
    /// When staff last mailed it again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resent: Option<Timestamp>,
}

impl Invoice {
    /// The normalised references of all payments that may be applied to it: claimed or booked.
    #[must_use]
    pub fn references(&self) -> BTreeSet<String> {
        let claimed = self.reference.as_deref().map(normal_reference);
        claimed.into_iter().chain(self.payments.iter().cloned()).collect()
    }

    /// What it states beyond its credit notes.
    #[must_use]
    pub fn total_minor(&self) -> u64 {
        self.gross_minor.saturating_sub(self.noted_minor)
    }

    /// The credits that it gives, and those that refunds have taken.
    #[must_use]
    pub fn gives_unrefunded(&self) -> PerKind<u64> {
        self.gives.map(|kind, gives| gives.saturating_add(*self.refunded_credits.get(kind)))
    }

    /// What is due: nothing unless open or partly paid.
    #[must_use]
    pub fn due_minor(&self) -> u64 {
        match self.state {
            InvoiceState::Open | InvoiceState::PartlyPaid => {
                self.gross_minor.saturating_sub(self.paid_minor).saturating_sub(self.noted_minor)
            }
            InvoiceState::Paid
            | InvoiceState::Void
            | InvoiceState::PartlyRefunded
            | InvoiceState::Refunded => 0,
        }
    }

    /// The gross as money.
    #[must_use]
    pub fn gross(&self) -> Money {
        Money { minor: self.gross_minor, currency: self.currency }
    }

    /// The credits of one kind that it sold.
    #[must_use]
    pub fn sold(&self, kind: Kind) -> u64 {
        let lines = self.lines.iter().filter(|line| line.kind() == Some(kind));
        lines.fold(0, |sum, line| sum.saturating_add(line.quantity))
    }

    /// The kinds that it sold, SMS first.
    #[must_use]
    pub fn kinds(&self) -> Vec<Kind> {
        let is_sold = |kind: &Kind| self.lines.iter().any(|line| line.kind() == Some(*kind));
        Kind::ALL.into_iter().filter(is_sold).collect()
    }

    /// Whether it is past its due day with something due.
    #[must_use]
    pub fn overdue(&self, today: Date) -> bool {
        self.due_minor() > 0 && self.due < today
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// A document and its money, as a list shows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settlement {
    pub number: InvoiceNumber,
    pub state: InvoiceState,
    /// For a credit note, the invoice that it corrects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrects: Option<InvoiceNumber>,
    pub gross: Money,
    pub paid: Money,
    pub due: Money,
    /// The references of its payments: the claimed one as staff typed it, the booked ones normalised.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub payments: Vec<String>,
}

impl From<&Invoice> for Settlement {
    fn from(invoice: &Invoice) -> Self {
        let money = |minor| Money { minor, currency: invoice.currency };
        let claimed = invoice.reference.as_deref().map(normal_reference);
        let booked = invoice.payments.iter().filter(|booked| Some(*booked) != claimed.as_ref());
        Self {
            number: invoice.number,
            state: invoice.state,
            corrects: invoice.corrects,
            gross: invoice.gross(),
            paid: money(invoice.paid_minor),
            due: money(invoice.due_minor()),
            payments: invoice.reference.iter().chain(booked).cloned().collect(),
        }
    }
}

/// The form in which references are compared: they are equal if they differ only in letter case and
/// outer space (LEDGER §6). `1-23` and `12-3` are two payments.
#[must_use]
pub fn normal_reference(text: &str) -> String {
    text.trim().nfc().flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect()
}

/// A seller or buyer as it stands on a document.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Party {
    /// At most 80 characters.
    pub name: String,
    /// At most 160 characters.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub address: String,
    /// At most 30 characters.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub tax_number: String,
}

/// An operation about documents. Voiding takes credits back and belongs to `credits`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, EnumDiscriminants)]
#[strum_discriminants(name(Operation), derive(VariantArray, Hash))]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// Lists a client's documents, newest first; without a client, what is due of all clients, by age.
    InvoiceList {
        client: Option<String>,
        state: Option<InvoiceState>,
        /// The cursor: only documents listed after this one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<InvoiceNumber>,
        /// The cursor of the list of all clients: how many invoices come before the page.
        #[serde(default, skip_serializing_if = "is_zero")]
        skip: u64,
    },
    InvoiceView {
        number: InvoiceNumber,
    },
    /// Mails a document again.
    InvoiceResend {
        number: InvoiceNumber,
    },
    /// Makes the link to the page on which the invoice is paid.
    InvoicePaylink {
        number: InvoiceNumber,
    },
    /// Makes an invoice for anything owed. It gives no credits.
    InvoiceCreate {
        client: TypedClient,
        /// The lines as typed: `"SIM cards" 10 2.50 "Setup" 1 40 5%`.
        items: String,
        /// The rate of the lines that name none; the client's or the desk's if `None`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tax: Option<TaxRate>,
        /// The client's or the desk's days if `None`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due: Option<TypedDue>,
    },
    /// Books a claimed payment for all that is due.
    InvoicePaid {
        number: InvoiceNumber,
        /// As typed.
        reference: String,
    },
    /// Closes the rest of an invoice with a credit note.
    InvoiceClose {
        number: InvoiceNumber,
        rest: Rest,
    },
    /// Takes an amount off an invoice that gives no credits.
    InvoiceCredit {
        number: InvoiceNumber,
        /// As typed, tax included.
        amount: String,
        reason: String,
    },
}

impl Ask {
    /// The places where a client is named.
    pub fn clients(&mut self) -> Vec<ClientPlace<'_>> {
        match self {
            Ask::InvoiceList { client, .. } => client.iter_mut().map(ClientPlace::Alone).collect(),
            Ask::InvoiceCreate { client, items, .. } => {
                vec![ClientPlace::Before(client, Behind::Particular(items))]
            }
            Ask::InvoiceView { .. }
            | Ask::InvoicePaylink { .. }
            | Ask::InvoiceResend { .. }
            | Ask::InvoicePaid { .. }
            | Ask::InvoiceClose { .. }
            | Ask::InvoiceCredit { .. } => Vec::new(),
        }
    }
}

impl Operation {
    #[must_use]
    pub const fn spec(self) -> &'static Spec {
        use Access::{ReadsKeys, ReadsRanges, Writes};
        use Function::Invoices;
        match self {
            Operation::InvoiceList => {
                const { &Spec::staff("invoice_list", Invoices, ReadsRanges, Role::Auditor) }
            }
            Operation::InvoiceView => {
                const { &Spec::staff("invoice_view", Invoices, ReadsKeys, Role::Auditor) }
            }
            Operation::InvoiceResend => {
                const { &Spec::staff("invoice_resend", Invoices, Writes, Role::Support) }
            }
            Operation::InvoicePaylink => {
                const { &Spec::staff("invoice_paylink", Invoices, ReadsKeys, Role::Support) }
            }
            Operation::InvoiceCreate => {
                const { &Spec::staff("invoice_create", Invoices, Writes, Role::Billing) }
            }
            Operation::InvoicePaid => {
                const { &Spec::staff("invoice_paid", Invoices, Writes, Role::Billing) }
            }
            Operation::InvoiceClose => {
                const { &Spec::staff("invoice_close", Invoices, Writes, Role::Billing) }
            }
            Operation::InvoiceCredit => {
                const { &Spec::staff("invoice_credit", Invoices, Writes, Role::Billing) }
            }
        }
    }
}

/// What a receipt keeps of a document that is mailed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mailed {
    pub number: InvoiceNumber,
    /// The payer.
    pub client: Named,
    /// The masked address.
    pub to: String,
}

/// What a receipt keeps of a change of a document that moves no credits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The client that pays.
    pub client: Named,
    pub change: DocumentChange,
    /// The invoice after the change.
    pub invoice: DocumentRef,
    /// What is due on it after the change.
    pub due: Money,
}

/// What is due of all clients.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unpaid {
    pub currency: iso_currency::Currency,
    /// How many invoices something is due on.
    pub count: u64,
    /// What is due and not overdue, in minor units.
    pub current_minor: u64,
    /// What is overdue by up to 30, up to 60, up to 90 and more days, in minor units.
    pub overdue_minor: [u64; 4],
    pub skipped: u64,
    /// The page, the longest overdue first, each with the client that pays.
    pub page: Vec<(Named, Invoice)>,
    pub today: Date,
    /// When the list of clients was taken; `None` if it was read live.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Timestamp>,
    /// How many further clients owe something and were not read.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub clients_left_out: u64,
}

impl Unpaid {
    /// All that is overdue, in minor units.
    #[must_use]
    pub fn all_overdue_minor(&self) -> u64 {
        self.overdue_minor.iter().fold(0, |sum, minor| sum.saturating_add(*minor))
    }
}

/// The answer of a read about documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "one of these exists at a time")]
pub enum Answer {
    List {
        client: Named,
        invoices: Vec<Invoice>,
        /// What is due in all.
        unpaid: Option<Money>,
        /// The day by which an invoice is overdue.
        today: Date,
    },
    Unpaid(Unpaid),
    View {
        invoice: Invoice,
        /// The client that got the credits.
        client: Named,
        /// The day by which the invoice is overdue.
        today: Date,
        /// The address of its PDF, where links are on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        link: Option<String>,
        /// A payment for it waits for the bank.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        is_at_bank: bool,
    },
    Paylink {
        number: InvoiceNumber,
        /// The client that pays.
        client: Named,
        due: Money,
        /// A payment for it waits for the bank.
        is_at_bank: bool,
        /// The address, where links are on.
        link: Option<String>,
        /// A provider takes payments in this currency.
        has_provider: bool,
    },
}
