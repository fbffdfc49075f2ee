//! The lines of a document, each with its rate of tax, and the tax of each rate.

use serde::{Deserialize, Serialize};

use crate::kernel::credit::{Kind, grouped};
use crate::kernel::money::{Money, price_text};
use crate::kernel::tax::TaxRate;

/// What a line sells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Item {
    /// Message credits. The price is for [`CREDITS_PER`] of them.
    Credits(Kind),
    /// Anything else, as staff describe it: at most [`TEXT_MAX`] characters.
    Text(String),
}

/// The number of credits that a price is for.
pub const CREDITS_PER: u64 = 1_000;

/// The longest description of an item, in characters.
pub const TEXT_MAX: usize = 120;

/// One line of a document. Names are short because an invoice of two lines is one item of at most 1 KB.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceLine {
    #[serde(rename = "i")]
    pub item: Item,
    #[serde(rename = "q")]
    pub quantity: u64,
    /// Minor units for `per` of the item, so that a unit price may have up to four decimals more than the
    /// currency.
    #[serde(rename = "p")]
    pub price_minor: u64,
    /// How many of the item the price is for: 1,000 credits; a power of ten up to 10,000 of a text item.
    #[serde(rename = "e", default = "one", skip_serializing_if = "is_one")]
    pub per: u64,
    #[serde(rename = "t", default, skip_serializing_if = "is_untaxed")]
    pub tax: TaxRate,
    /// quantity × price / per, rounded half up.
    #[serde(rename = "n")]
    pub net_minor: u64,
}

impl InvoiceLine {
    /// A line without its net.
    #[must_use]
    pub fn of_credits(kind: Kind, credits: u64, per_1000_minor: u64, tax: TaxRate) -> Self {
        let (quantity, price_minor) = (credits, per_1000_minor);
        let item = Item::Credits(kind);
        Self { item, quantity, price_minor, per: CREDITS_PER, tax, net_minor: 0 }
    }

    /// `10 × SIM cards at £2.50`, `500 MMS credits at £50.00 per 1,000`.
    #[must_use]
    pub fn words(&self, currency: iso_currency::Currency) -> String {
        match &self.item {
            Item::Credits(kind) => {
                let price = Money { minor: self.price_minor, currency };
                format!("{} {kind} credits at {price} per 1,000", grouped(self.quantity))
            }
            Item::Text(text) => {
                let price = price_text(self.price_minor, self.per, currency);
                format!("{} × {text} at {price}", grouped(self.quantity))
            }
        }
    }

    /// The line's kind of credits; `None` for any other item.
    #[must_use]
    pub fn kind(&self) -> Option<Kind> {
        match self.item {
            Item::Credits(kind) => Some(kind),
            Item::Text(_) => None,
        }
    }
}

/// The tax of all lines of one rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxTotal {
    #[serde(rename = "r")]
    pub rate: TaxRate,
    /// The sum of the lines of this rate.
    #[serde(rename = "n")]
    pub net_minor: u64,
    /// The tax on that sum, rounded half up once (LEDGER §6). On a credit note it is the part of the invoice's
    /// tax.
    #[serde(rename = "t")]
    pub tax_minor: u64,
    /// The part of net and tax that credit notes took off.
    #[serde(rename = "o", default, skip_serializing_if = "is_zero")]
    pub noted_minor: u64,
}

impl TaxTotal {
    #[must_use]
    pub fn gross_minor(&self) -> u64 {
        self.net_minor.saturating_add(self.tax_minor)
    }
}

fn one() -> u64 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn is_one(number: &u64) -> bool {
    *number == 1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn is_untaxed(rate: &TaxRate) -> bool {
    *rate == TaxRate::ZERO
}
