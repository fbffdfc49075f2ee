//! Proposals: which invoices a statement line may pay, and the reasons.
//!
//! A proposal applies nothing. `is_sure` tells a person which proposals need no second look.

use std::collections::BTreeSet;

use iso_currency::Currency;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::kernel::id::{ClientId, InvoiceNumber, Named};
use crate::payments::statement::types::Flow;

/// The most proposals of a line.
pub const PROPOSALS_MAX: usize = 5;
/// The most invoices that one payment is matched to (LEDGER §6).
pub const SHARES_MAX: usize = 10;

/// What the desk knows when it reads a statement.
#[derive(Debug, Clone, Default)]
pub struct Receivables {
    /// Invoices with something due, the oldest first.
    pub payables: Vec<Payable>,
    pub clients: Vec<PayingClient>,
    /// Payments that staff say were made, without a statement line so far.
    pub claims: Vec<ClaimedPayment>,
    /// Payments that came in earlier and may be returned.
    pub received: Vec<ReceivedPayment>,
    pub rules: Vec<IgnoreRule>,
}

/// An invoice with something due. The client of its number pays it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payable {
    pub number: InvoiceNumber,
    /// The creditor reference (ISO 11649) that it prints.
    pub reference: String,
    pub due_minor: u64,
    pub gross_minor: u64,
    pub currency: Currency,
}

/// A client as its payments name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayingClient {
    pub id: ClientId,
    pub name: String,
    /// Bank accounts of earlier payments, without spaces.
    pub accounts: BTreeSet<String>,
    /// What earlier payments called the payer (`payers::payer_text`).
    pub parties: BTreeSet<String>,
}

/// A payment that an add marked paid claims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedPayment {
    pub reference: String,
    pub client: ClientId,
    pub invoice: InvoiceNumber,
    pub minor: u64,
    pub currency: Currency,
}

/// A payment that came in by an earlier line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedPayment {
    pub key: String,
    pub minor: u64,
    pub currency: Currency,
    pub party: String,
    pub party_account: String,
    pub references: Vec<String>,
}

/// Lines that pay no invoice, as staff said of an earlier one: the same direction, and all its words.
/// Words with digits differ from line to line and are left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IgnoreRule {
    pub flow: Flow,
    pub words: BTreeSet<String>,
}

/// The proposals of a line, the best first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LineProposals {
    pub proposals: Vec<MatchProposal>,
    /// The position of the rule by which the line pays nothing.
    pub ignored_by: Option<usize>,
    /// Invoices that the text names in full and of which nothing is due, or which do not exist.
    pub not_open: Vec<InvoiceNumber>,
}

/// What a line may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchProposal {
    pub effect: MatchEffect,
    pub clues: Vec<Clue>,
    pub is_sure: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MatchEffect {
    /// The line is the money of a claimed payment.
    Confirm { reference: String, client: ClientId, invoice: InvoiceNumber },
    /// The line pays these invoices; the rest stays as the client's money credit.
    Pay { client: ClientId, shares: Vec<(InvoiceNumber, u64)>, rest_minor: u64 },
    /// The line returns a payment.
    Return { key: String },
}

/// A line whose proposals a reply shows, in the desk's currency.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LineQuery {
    pub on: Date,
    pub minor: u64,
    pub text: String,
}

/// A proposal as replies show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownProposal {
    pub client: Named,
    /// The invoices that the line pays; of a claim, its invoice.
    pub invoices: Vec<InvoiceNumber>,
    /// The claimed payment that the line is the money of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<String>,
    /// The money beyond the invoices, in minor units.
    pub rest_minor: u64,
    pub clues: Vec<Clue>,
    pub is_sure: bool,
}

/// A reason for a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clue {
    /// The creditor reference, whole.
    Reference,
    /// The invoice's number, whole.
    Number,
    /// The number with one character wrong, missing or added.
    MistypedNumber,
    /// The number without `INV`.
    BareNumber,
    /// The end of the number.
    ShortNumber,
    /// Exactly the amount due.
    Amount,
    /// Exactly the gross, of which a part is paid already.
    Gross,
    /// Exactly the sum of these invoices.
    Sum,
    /// With other lines of the file exactly the amount due.
    Parts,
    /// Less than is due.
    Less,
    /// More than is due.
    More,
    /// The invoice is in another currency than the money.
    OtherCurrency,
    /// The payer's name is the client's.
    Name,
    /// The payer's name begins or contains the client's.
    LikeName,
    /// The bank account paid for the client before.
    PastAccount,
    /// A payer of this name paid for the client before.
    PastParty,
    /// The payer's name is another client's.
    OtherName,
    /// The reference of a claimed payment.
    Claim,
    /// Other lines of the file pay this invoice in full.
    Taken,
}
