//! What invoices state of a client, and when they are due.

use serde::{Deserialize, Serialize};

/// What an invoice states of its buyer, and the terms of its invoices. An invoice freezes all of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Billing {
    /// One line, at most [`ADDRESS_MAX`] characters.
    #[serde(rename = "a", default, skip_serializing_if = "String::is_empty")]
    pub address: String,
    /// At most [`TAX_NUMBER_MAX`] characters.
    #[serde(rename = "t", default, skip_serializing_if = "String::is_empty")]
    pub tax_number: String,
    /// Days until an invoice is due; the desk's if `None`.
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    pub due_days: Option<u32>,
    /// The reason for which no tax is charged, as invoices state it: at most [`EXEMPT_MAX`] characters.
    #[serde(rename = "x", default, skip_serializing_if = "Option::is_none")]
    pub exempt: Option<String>,
}

impl Billing {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The longest postal address, in characters.
pub const ADDRESS_MAX: usize = 160;

/// The longest tax number, in characters.
pub const TAX_NUMBER_MAX: usize = 30;

/// The longest reason for no tax, in characters.
pub const EXEMPT_MAX: usize = 120;

/// Which particular of a client's invoices `/client set` changes, and to what, as typed. `none` removes it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BillingField {
    Address(String),
    TaxNumber(String),
    /// A number of days.
    Due(String),
    /// The reason for no tax.
    TaxExempt(String),
}

impl BillingField {
    /// The new value, as typed.
    pub fn text(&mut self) -> &mut String {
        match self {
            BillingField::Address(text)
            | BillingField::TaxNumber(text)
            | BillingField::Due(text)
            | BillingField::TaxExempt(text) => text,
        }
    }
}
