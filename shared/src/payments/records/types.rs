//! The records of payments: the immutable events, and the one record of each payment.
//!
//! Invariant: a payment's sums are the merge of its events, and at least what staff claimed.
//! Amounts are in minor units of ISO 4217. Its invoices have one payer and one client.

use iso_currency::Currency;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::kernel::actor::Provider;
use crate::kernel::id::{ClientId, InvoiceNumber, OpId, StaffId};
use crate::payments::sums::types::{Stage, Sums, is_zero};

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
    /// Empty where a person typed the line.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub account: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub party: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub party_account: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub bank_reference: String,
}

impl BankLine {
    /// A line that a person typed.
    #[must_use]
    pub fn typed(on: Date, text: String) -> Self {
        let empty = String::new;
        let (account, party, party_account, bank_reference) = (empty(), empty(), empty(), empty());
        Self { on, text, account, party, party_account, references: Vec::new(), bank_reference }
    }
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
    /// Staff say that it pays no invoice, such as a payout or a transfer of the house.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ignored: bool,
    /// Of a claim, the payment that is the same money: the claim has none of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_as: Option<String>,
    /// The claim that it is the money of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<String>,
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
            ignored: false,
            same_as: None,
            claim: None,
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
        match self.same_as {
            Some(_) => 0,
            None => self.sums.net().saturating_sub(self.applied()),
        }
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
        let is_lost = self.invoice.is_none() && !self.names.is_empty() && !self.placed;
        self.unapplied() > 0 || is_lost
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
