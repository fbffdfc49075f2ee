//! Prices: per scope and kind, by date and quantity, in minor units per 1,000 credits.

use iso_currency::Currency;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use strum::{EnumDiscriminants, VariantArray};

use crate::kernel::actor::Role;
use crate::kernel::credit::Kind;
use crate::kernel::id::{ClientId, Named};
use crate::kernel::money::exponent;
use crate::kernel::spec::{Access, Function, Spec};
use crate::kernel::typed::ClientPlace;

/// Whose prices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Everybody without nearer prices.
    Default,
    /// A client and everybody below it.
    Client(ClientId),
}

/// The prices of one scope and kind: every schedule ever set, the newest `from` last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prices {
    pub scope: Scope,
    /// Of what.
    pub kind: Kind,
    /// Moves with every write of this record.
    pub version: u64,
    /// At most [`SCHEDULES_MAX`], by date.
    pub schedules: Vec<Schedule>,
}

/// How many schedules one price record keeps; what was replaced longest ago goes.
pub const SCHEDULES_MAX: usize = 12;

/// How many steps one schedule may have.
pub const STEPS_MAX: usize = 12;

/// Prices from a date on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// The first day in force.
    pub from: Date,
    /// By quantity, ascending, the first at 1. None: from this day on the wider scope's prices hold.
    pub steps: Vec<Step>,
}

/// From this quantity on, the whole quantity costs this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The first quantity of the step.
    pub quantity: u64,
    /// Minor units per 1,000 credits.
    pub per_1000_minor: u64,
}

impl Prices {
    /// The price per 1,000 credits of `quantity` on `day`.
    #[must_use]
    pub fn per_1000(&self, quantity: u64, day: Date) -> Option<u64> {
        price_at(self.steps_on(day), quantity)
    }

    /// The steps in force on `day`: none before the first schedule, and none where they were removed.
    #[must_use]
    pub fn steps_on(&self, day: Date) -> &[Step] {
        let schedule = self.schedules.iter().rev().find(|schedule| schedule.from <= day);
        schedule.map(|schedule| schedule.steps.as_slice()).unwrap_or_default()
    }
}

/// The price per 1,000 credits of `quantity`: the step reached prices the whole quantity.
#[must_use]
pub fn price_at(steps: &[Step], quantity: u64) -> Option<u64> {
    let step = steps.iter().rev().find(|step| step.quantity <= quantity)?;
    Some(step.per_1000_minor)
}

/// A price step as typed: `45.00` per 1,000 from 10,000 credits on.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TypedStep {
    /// From this quantity on.
    pub quantity: u64,
    /// Decimals per 1,000 credits.
    pub price: String,
}

/// An operation about prices.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, EnumDiscriminants)]
#[strum_discriminants(name(Operation), derive(VariantArray, Hash))]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    PriceSet {
        kind: Kind,
        /// As typed; `None` is the default for all.
        client: Option<String>,
        /// By quantity. None removes the client's own prices.
        steps: Vec<TypedStep>,
        /// Today if `None`.
        from: Option<Date>,
    },
    /// Shows the prices that hold for a client, or the defaults.
    PriceShow { client: Option<String> },
}

impl Ask {
    /// The places where a client is named.
    pub fn clients(&mut self) -> Vec<ClientPlace<'_>> {
        match self {
            Ask::PriceSet { client, .. } | Ask::PriceShow { client } => {
                client.iter_mut().map(ClientPlace::Alone).collect()
            }
        }
    }
}

impl Operation {
    #[must_use]
    pub const fn spec(self) -> &'static Spec {
        use Access::{ReadsKeys, Writes};
        use Function::Invoices;
        match self {
            Operation::PriceSet => {
                const { &Spec::staff("price_set", Invoices, Writes, Role::Manager) }
            }
            Operation::PriceShow => {
                const { &Spec::staff("price_show", Invoices, ReadsKeys, Role::Auditor) }
            }
        }
    }
}

/// Prices as they are shown, and what a receipt keeps of a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceLists {
    /// `None` is the default.
    pub client: Option<Named>,
    pub currency: Currency,
    /// Nearest first.
    pub prices: Vec<Prices>,
    /// The day by which a list is in force.
    pub today: Date,
    /// What a new list changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<PriceChange>,
}

/// What a new price list changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceChange {
    /// By quantity: each step of the list before and of the new one.
    pub rows: Vec<PriceRow>,
    /// How many clients buy at these prices, at most.
    pub reach: u64,
    /// The steps that the same scope had before: the way back.
    pub back: Vec<Step>,
    /// The first day, if it is later than the day of the change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
}

/// A price before and after, in minor units per 1,000 credits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(u64, Option<u64>, Option<u64>)", into = "(u64, Option<u64>, Option<u64>)")]
pub struct PriceRow {
    pub quantity: u64,
    /// `None` where nothing had a price.
    pub before: Option<u64>,
    /// `None` where nothing has a price any more.
    pub after: Option<u64>,
}

impl PriceRow {
    /// A new price, where nothing had one, of less than one whole unit of the currency: the price of one
    /// credit was probably typed.
    #[must_use]
    pub fn is_low(&self, currency: Currency) -> bool {
        let unit = 10_u64.checked_pow(exponent(currency)).unwrap_or(1);
        self.before.is_none() && self.after.is_some_and(|after| after > 0 && after < unit)
    }
}

impl From<(u64, Option<u64>, Option<u64>)> for PriceRow {
    fn from((quantity, before, after): (u64, Option<u64>, Option<u64>)) -> Self {
        Self { quantity, before, after }
    }
}

impl From<PriceRow> for (u64, Option<u64>, Option<u64>) {
    fn from(row: PriceRow) -> Self {
        (row.quantity, row.before, row.after)
    }
}

impl PriceRow {
    /// The change in per cent, below zero when the price falls.
    #[must_use]
    pub fn percent(&self) -> Option<i64> {
        let before = i128::from(self.before.filter(|before| *before > 0)?);
        let change = i128::from(self.after?).saturating_sub(before).saturating_mul(100);
        change.checked_div(before).and_then(|percent| i64::try_from(percent).ok())
    }
}
