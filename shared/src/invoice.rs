//! Invoices and credit notes. An invoice freezes price, tax, seller and buyer, and remembers **what
//! its add still gives**: undo, void and every later correction lower that, under the invoice's
//! version, in the transaction that moves the credits (LEDGER §5).

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::credit::{Kind, PerKind};
use crate::id::{ClientId, InvoiceNumber, OpId};
use crate::money::Money;
use crate::settings::Party;
use crate::staff::Mode;

/// Where an invoice stands. Overdue is derived from the due date, never stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvoiceState {
    /// Something is due.
    Open,
    /// Something was paid, something is due.
    PartlyPaid,
    /// Nothing is due any more; a grant is made so.
    Paid,
    /// Taken back before it was paid; keeps its number.
    Void,
    /// Taken back by credit notes: whole, after it was paid or noted in part.
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
            InvoiceState::Refunded => "refunded",
        }
    }
}

/// One line of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceLine {
    /// Which credits.
    pub kind: Kind,
    /// How many.
    pub credits: u64,
    /// Minor units per 1,000 credits.
    pub per_1000_minor: u64,
    /// (credits × price + 500) / 1000.
    pub net_minor: u64,
}

/// An invoice, or a credit note when the number's series says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invoice {
    /// `INV-…` or `CN-…`.
    pub number: InvoiceNumber,
    /// Moves with every write.
    pub version: u64,
    /// Who gets the credits; the number's client pays.
    pub client: ClientId,
    /// The operation that made it.
    pub op: OpId,
    /// The entry on `client`'s account that it belongs to.
    pub entry: u64,
    /// For a credit note, the invoice that it corrects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrects: Option<InvoiceNumber>,
    /// When.
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
    /// The tax rate in basis points.
    pub tax_bp: u32,
    /// Sum of the lines.
    pub net_minor: u64,
    /// Computed once, on the net total.
    pub tax_minor: u64,
    /// net + tax: what is due.
    pub gross_minor: u64,
    /// What was paid.
    pub paid_minor: u64,
    /// What credit notes took off.
    pub noted_minor: u64,
    /// What its add still gives.
    pub gives: PerKind<u64>,
    /// Who sells.
    pub seller: Party,
    /// Who pays.
    pub buyer: Party,
    /// The reference of the payment that was claimed with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

impl Invoice {
    /// What is due: nothing unless open or partly paid.
    #[must_use]
    pub fn due_minor(&self) -> u64 {
        match self.state {
            InvoiceState::Open | InvoiceState::PartlyPaid => {
                self.gross_minor.saturating_sub(self.paid_minor).saturating_sub(self.noted_minor)
            }
            InvoiceState::Paid | InvoiceState::Void | InvoiceState::Refunded => 0,
        }
    }

    /// The gross as money.
    #[must_use]
    pub fn gross(&self) -> Money {
        Money { minor: self.gross_minor, currency: self.currency }
    }

    /// Whether it is past its due day with something due.
    #[must_use]
    pub fn overdue(&self, today: Date) -> bool {
        self.due_minor() > 0 && self.due < today
    }
}

/// A payment that staff say was made: the `claimed` PAYMENT of an add marked paid. Keyed by the
/// normalised reference, so that one payment cannot pay twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// The normalised reference.
    pub reference: String,
    /// Moves with every write.
    pub version: u64,
    /// Who paid.
    pub client: ClientId,
    /// What it paid.
    pub invoice: InvoiceNumber,
    /// Whose money.
    pub currency: iso_currency::Currency,
    /// What staff say was received, in minor units.
    pub received_minor: u64,
    /// What of it was applied to the invoice.
    pub applied_minor: u64,
    /// No provider or bank statement has confirmed it yet.
    pub claimed: bool,
    /// When it was claimed.
    pub at: Timestamp,
    /// By which operation.
    pub op: OpId,
}

/// The form in which references are compared: letters and digits only, upper case, each in the one
/// form that it has among those that look alike to people (full-width, composed from parts).
#[must_use]
pub fn normal_reference(text: &str) -> String {
    text.nfkc().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}
