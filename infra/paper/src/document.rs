//! A document as plain data: all that is drawn, as it was frozen when the document was issued.
//!
//! Invariant: nothing here is computed. Sums are given and are checked against the lines
//! ([`crate::check`]), so a document that does not add up is not drawn.
//!
//! Absent on purpose: records, prices, states, and the clock. The caller reads those.

use iso_currency::{Country, Currency};
use jiff::civil::Date;
use shared::kernel::bank::Iban;
use shared::kernel::money::Money;
use shared::kernel::tax::TaxRate;

/// A document to draw. Amounts are minor units of its currency; those of a credit note are positive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub kind: DocumentKind,
    /// Series and position, such as `INV-12-0001`.
    pub number: String,
    /// The invoice that a credit note corrects.
    pub corrects: Option<Earlier>,
    pub issued: Date,
    /// The date of supply, if it is not the date of issue.
    pub supplied: Option<Date>,
    pub due: Option<Date>,
    pub seller: Business,
    pub buyer: Business,
    pub currency: Currency,
    pub lines: Vec<DocumentLine>,
    /// One for each treatment that a line has.
    pub taxes: Vec<TaxTotal>,
    /// The sum of the lines.
    pub net_minor: u64,
    /// Net and all taxes.
    pub gross_minor: u64,
    pub paid_minor: u64,
    /// The sum of the credit notes for this invoice.
    pub credited_minor: u64,
    /// Gross without what was paid and credited. Nothing for a credit note or a void document.
    pub due_minor: u64,
    /// Taken back before it was paid. It is drawn as void, and keeps its number.
    pub void: bool,
    /// Where to pay; drawn while something is due.
    pub bank: Option<BankDetails>,
    /// What the payer states: a creditor reference (ISO 11649), without spaces.
    pub reference: Option<String>,
    /// Draw a payment code where the document allows it ([`crate::epc::payload`]).
    pub code: bool,
    /// A PNG or JPEG image, in place of the seller's name at the top.
    pub logo: Option<Vec<u8>>,
    /// A free text below the totals.
    pub note: String,
}

/// The kinds of document, each with its own series of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentKind {
    Invoice,
    /// A request to pay before the invoice exists. It is no tax document.
    ProForma,
    CreditNote,
}

impl DocumentKind {
    /// The title at the top.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            DocumentKind::Invoice => "Invoice",
            DocumentKind::ProForma => "Pro forma invoice",
            DocumentKind::CreditNote => "Credit note",
        }
    }
}

/// An earlier document that this one corrects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    pub number: String,
    pub issued: Date,
}

/// A seller or buyer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Business {
    pub name: String,
    /// One line, or several with line breaks.
    pub address: String,
    /// Not drawn: the address states it as its country writes it.
    pub country: Option<Country>,
    /// Empty if there is none.
    pub tax_number: String,
}

/// A line of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentLine {
    pub description: String,
    pub quantity: u64,
    pub price_minor: u64,
    /// The quantity that the price is for, such as 1,000 credits.
    pub per: u64,
    pub net_minor: u64,
    pub treatment: Treatment,
}

/// How a line is taxed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Treatment {
    Rate(TaxRate),
    /// Not taxed for a reason that the law asks to state.
    Exempt(String),
    /// The buyer accounts for the tax.
    ReverseCharge,
}

/// The net and tax of all lines of one treatment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxTotal {
    pub treatment: Treatment,
    pub net_minor: u64,
    pub tax_minor: u64,
}

/// Where to pay.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BankDetails {
    /// The name of the account.
    pub holder: String,
    pub iban: Option<Iban>,
    /// Empty if it is not stated.
    pub bic: String,
    /// Particulars of accounts without IBAN, such as the sort code, each with its label.
    pub particulars: Vec<(String, String)>,
}

impl Document {
    /// The treatments of the taxes are all a rate of nothing, and the seller has no tax number: tax is not
    /// stated.
    #[must_use]
    pub fn is_without_tax(&self) -> bool {
        let is_nothing = |total: &TaxTotal| total.treatment == Treatment::Rate(TaxRate::ZERO);
        self.seller.tax_number.is_empty() && self.taxes.iter().all(is_nothing)
    }

    /// The document asks for money, or asked for it before it was paid.
    #[must_use]
    pub fn is_demand(&self) -> bool {
        self.kind != DocumentKind::CreditNote && !self.void
    }

    /// The document asks for money that is still due.
    #[must_use]
    pub fn is_payable(&self) -> bool {
        self.is_demand() && self.due_minor > 0
    }

    /// The name of an account: the seller's, if the account has none of its own.
    #[must_use]
    pub fn payee<'a>(&'a self, bank: &'a BankDetails) -> &'a str {
        if bank.holder.is_empty() { &self.seller.name } else { &bank.holder }
    }

    /// Title and number.
    #[must_use]
    pub fn heading(&self) -> String {
        format!("{} {}", self.kind.title(), self.number)
    }

    /// An amount of this document, with its sign or code, which stay on one line.
    #[must_use]
    pub fn money(&self, minor: u64) -> String {
        Money { minor, currency: self.currency }.to_string().replace(' ', "\u{a0}")
    }

    /// Every text that is drawn.
    pub(crate) fn texts_mut(&mut self) -> Vec<DrawnText<'_>> {
        let mut texts = vec![
            DrawnText::line("the number", 40, &mut self.number),
            DrawnText::prose("the note", 1_000, &mut self.note),
        ];
        let seller = ["the seller's name", "the seller's address", "the seller's tax number"];
        let buyer = ["the buyer's name", "the buyer's address", "the buyer's tax number"];
        let parties = [(&mut self.seller, seller), (&mut self.buyer, buyer)];
        for (business, [name, address, tax_number]) in parties {
            texts.push(DrawnText::line(name, 120, &mut business.name));
            texts.push(DrawnText::address(address, 240, &mut business.address));
            texts.push(DrawnText::line(tax_number, 40, &mut business.tax_number));
        }
        if let Some(earlier) = &mut self.corrects {
            texts.push(DrawnText::line("the corrected number", 40, &mut earlier.number));
        }
        if let Some(reference) = &mut self.reference {
            texts.push(DrawnText::line("the payment reference", 40, reference));
        }
        if let Some(bank) = &mut self.bank {
            texts.push(DrawnText::line("the account's name", 140, &mut bank.holder));
            texts.push(DrawnText::line("the BIC", 11, &mut bank.bic));
            for (label, text) in &mut bank.particulars {
                texts.push(DrawnText::line("a label of the bank details", 30, label));
                texts.push(DrawnText::line("the bank details", 80, text));
            }
        }
        for line in &mut self.lines {
            texts.push(DrawnText::prose("a description", 1_000, &mut line.description));
            texts.extend(reason_of(&mut line.treatment));
        }
        texts.extend(self.taxes.iter_mut().filter_map(|total| reason_of(&mut total.treatment)));
        texts
    }
}

fn reason_of(treatment: &mut Treatment) -> Option<DrawnText<'_>> {
    match treatment {
        Treatment::Exempt(reason) => Some(DrawnText::line("the reason for no tax", 200, reason)),
        Treatment::Rate(_) | Treatment::ReverseCharge => None,
    }
}

/// A text of a document.
pub(crate) struct DrawnText<'a> {
    /// Its name in a sentence.
    pub name: &'static str,
    /// The most characters.
    pub max: usize,
    /// The most lines that line breaks make of it.
    pub lines: usize,
    pub text: &'a mut String,
}

impl<'a> DrawnText<'a> {
    fn line(name: &'static str, max: usize, text: &'a mut String) -> Self {
        Self { name, max, lines: 1, text }
    }

    fn address(name: &'static str, max: usize, text: &'a mut String) -> Self {
        Self { name, max, lines: 9, text }
    }

    /// Prose flows over sheets.
    fn prose(name: &'static str, max: usize, text: &'a mut String) -> Self {
        Self { name, max, lines: max, text }
    }
}
