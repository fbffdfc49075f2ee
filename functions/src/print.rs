//! Printed documents: a stored invoice or credit note as the plain value that `paper` draws.
//!
//! Invariant: figures, parties and tax are those that the record froze when it was issued; only the bank
//! details are today's. What was refunded counts as paid and is named in the note, so the sums hold.
//!
//! Absent on purpose: links and mail, which call this.

use paper::Undrawn;
use paper::document::{
    BankDetails, Business, Document, DocumentKind, DocumentLine, Earlier, TaxTotal, Treatment,
};
use shared::clients::types::Client;
use shared::contract::Key;
use shared::contract::image::{Image, Need, Stop};
use shared::invoices::types::{self as invoices, Invoice, InvoiceLine, InvoiceState, Item, Party};
use shared::kernel::bank::creditor_reference;
use shared::kernel::id::{InvoiceNumber, Series};
use shared::kernel::money::Money;
use shared::kernel::tax::TaxRate;
use shared::settings::types::{BankAccount, Settings};

use crate::failure::unread;

/// The reason for which a document is not printed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unprinted {
    /// A record was not read or cannot be read.
    #[error("{0}")]
    Unread(String),
    #[error(transparent)]
    Undrawn(#[from] Undrawn),
}

impl From<Stop> for Unprinted {
    fn from(stop: Stop) -> Self {
        Unprinted::Unread(unread(stop))
    }
}

/// The records that a document is printed from, as far as they can be named from those that were read.
#[must_use]
pub fn needs(number: InvoiceNumber, image: &Image) -> Vec<Key> {
    let mut keys = vec![Key::Invoice(number), Key::Settings, Key::Bank, Key::Client(number.client)];
    if let Some(invoice) = image.peek::<Invoice>(&Key::Invoice(number)) {
        keys.push(Key::Client(invoice.client));
        keys.extend(invoice.corrects.map(Key::Invoice));
    }
    keys.retain(|key| !image.has(&Need::Item(key.clone())));
    keys
}

/// The PDF of a document; `None` if there is no such document.
///
/// # Errors
/// A record cannot be read, or the document cannot be drawn.
pub fn pdf(number: InvoiceNumber, image: &Image) -> Result<Option<Vec<u8>>, Unprinted> {
    let Some(mut document) = document(number, image)? else { return Ok(None) };
    if image.client(number.client)?.is_some_and(|payer| payer.latin) {
        document = paper::script::transliterated(&document)?;
    }
    Ok(Some(paper::draw(&document)?))
}

/// A document as it is drawn; `None` if there is no such document.
///
/// # Errors
/// A record was not read, or cannot be read.
pub fn document(number: InvoiceNumber, image: &Image) -> Result<Option<Document>, Unprinted> {
    let Some(invoice) = image.invoice(number)? else { return Ok(None) };
    let settings = image.settings()?;
    let below = match invoice.client == number.client {
        true => None,
        false => image.client(invoice.client)?,
    };
    let corrects = match invoice.corrects {
        Some(corrected) => image.invoice(corrected)?.map(|earlier| Earlier {
            number: corrected.to_string(),
            issued: settings.today(earlier.at),
        }),
        None => None,
    };
    let mut document = drawn(invoice, &settings, below, corrects);
    document.bank = image.bank()?.account.map(bank_details);
    Ok(Some(document))
}

fn drawn(
    invoice: &Invoice,
    settings: &Settings,
    below: Option<&Client>,
    corrects: Option<Earlier>,
) -> Document {
    let kind = match invoice.number.series {
        Series::Invoice => DocumentKind::Invoice,
        Series::CreditNote => DocumentKind::CreditNote,
    };
    let is_demand = kind == DocumentKind::Invoice && invoice.gross_minor > 0;
    let void = invoice.state == InvoiceState::Void;
    let due_minor = invoice.due_minor();
    let settled = invoice.total_minor().saturating_sub(due_minor);
    let paid_minor = if is_demand && !void { settled } else { 0 };
    let refunded = paid_minor.saturating_sub(invoice.paid_minor);
    Document {
        kind,
        number: invoice.number.to_string(),
        corrects,
        issued: settings.today(invoice.at),
        supplied: None,
        due: is_demand.then_some(invoice.due),
        seller: business(&invoice.seller),
        buyer: business(&invoice.buyer),
        currency: invoice.currency,
        lines: invoice.lines.iter().map(|sold| line(sold, below, invoice)).collect(),
        taxes: taxes(invoice),
        net_minor: invoice.net_minor,
        gross_minor: invoice.gross_minor,
        paid_minor,
        credited_minor: if is_demand { invoice.noted_minor } else { 0 },
        due_minor: if is_demand { due_minor } else { 0 },
        void,
        bank: None,
        reference: if is_demand { creditor_reference(&invoice.number) } else { None },
        code: true,
        logo: None,
        note: refund_note(Money { minor: refunded, currency: invoice.currency }),
    }
}

fn bank_details(account: BankAccount) -> BankDetails {
    let BankAccount { holder, iban, bic, particulars } = account;
    BankDetails { holder, iban, bic, particulars }
}

fn business(party: &Party) -> Business {
    Business {
        name: party.name.clone(),
        address: party.address.clone(),
        country: None,
        tax_number: party.tax_number.clone(),
    }
}

/// A line; one of a reseller's invoice names the client that it is about.
fn line(sold: &InvoiceLine, below: Option<&Client>, invoice: &Invoice) -> DocumentLine {
    let client = below.map(|client| format!(" for {}", client.name)).unwrap_or_default();
    let description = match &sold.item {
        Item::Credits(kind) => format!("{kind} credits{client}"),
        Item::Text(text) => format!("{text}{client}"),
    };
    DocumentLine {
        description,
        quantity: sold.quantity,
        price_minor: sold.price_minor,
        per: sold.per,
        net_minor: sold.net_minor,
        treatment: treatment(sold.tax, invoice),
    }
}

/// The taxes, one for each rate.
fn taxes(invoice: &Invoice) -> Vec<TaxTotal> {
    let total = |total: &invoices::TaxTotal| TaxTotal {
        treatment: treatment(total.rate, invoice),
        net_minor: total.net_minor,
        tax_minor: total.tax_minor,
    };
    invoice.taxes.iter().map(total).collect()
}

/// A rate, or the reason for which an exempt buyer pays nothing.
fn treatment(rate: TaxRate, invoice: &Invoice) -> Treatment {
    match &invoice.exempt {
        Some(reason) if rate == TaxRate::ZERO => Treatment::Exempt(reason.clone()),
        _ => Treatment::Rate(rate),
    }
}

fn refund_note(refunded: Money) -> String {
    match refunded.minor {
        0 => String::new(),
        _ => format!("{refunded} of the payment was refunded."),
    }
}
