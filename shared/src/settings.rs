//! What the owners decide for the whole desk, and the prices.

use iso_currency::Currency;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::credit::Kind;
use crate::id::{Channel, ClientId};
use crate::staff::{ModeLimits, Role};

/// The settings of the desk: one record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Moves with every write of this record.
    pub version: u64,
    /// The one currency; fixed once it is set, because prices and invoices are in it.
    pub currency: Option<Currency>,
    /// Who sells, as it stands on invoices.
    pub seller: Option<Party>,
    /// The tax rate in basis points (2,000 is 20 %).
    pub tax_bp: u32,
    /// Days until an open invoice is due.
    pub due_days: u32,
    /// The IANA zone of the root admin, in which days begin and working days are counted.
    pub zone: String,
    /// Limits per operation, for the roles that have some. The daily budget is ten times these.
    pub support: ModeLimits,
    /// As above.
    pub billing: ModeLimits,
    /// As above.
    pub manager: ModeLimits,
    /// Where committed writes are announced: at most one channel of each workspace.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ops: Vec<Channel>,
    /// Where approvals are asked for; where a workspace has none, its channel of the list above.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approvals: Vec<Channel>,
}

/// How many workspaces a desk announces in.
pub const CHANNELS_MAX: usize = 4;

impl Settings {
    /// A new desk's settings. The limits are in units of a currency with two decimals; they are
    /// scaled when the currency is set (DESIGN §7).
    #[must_use]
    pub fn new() -> Self {
        let limits = |paid, open, grant| ModeLimits {
            paid: Some(paid),
            open: Some(open),
            grant: Some(grant),
        };
        Self {
            version: 0,
            currency: None,
            seller: None,
            tax_bp: 0,
            due_days: 14,
            zone: "UTC".to_owned(),
            support: limits(25_000, 10_000, 500),
            billing: limits(250_000, 250_000, 25_000),
            manager: limits(1_000_000, 1_000_000, 100_000),
            ops: Vec::new(),
            approvals: Vec::new(),
        }
    }

    /// Where committed writes are announced that were typed at `at`: not there once more.
    pub fn announced_in<'a>(
        &'a self,
        at: Option<&'a Channel>,
    ) -> impl Iterator<Item = &'a Channel> {
        self.ops.iter().filter(move |channel| Some(*channel) != at)
    }

    /// Where somebody is asked to approve.
    pub fn asked_in(&self) -> impl Iterator<Item = &Channel> {
        let own = |ops: &&Channel| !self.approvals.iter().any(|one| one.is_beside(ops));
        self.approvals.iter().chain(self.ops.iter().filter(own))
    }

    /// Whether what is done at `at` is told in another channel of the same workspace, so that the
    /// reply is only for the one who asked.
    #[must_use]
    pub fn is_told_elsewhere(&self, at: &Channel) -> bool {
        self.ops.iter().any(|ops| ops != at && ops.is_beside(at))
    }

    /// The limits of a role: auditors may add nothing, owners anything.
    #[must_use]
    pub fn limits(&self, role: Role) -> ModeLimits {
        match role {
            Role::Auditor => ModeLimits { paid: Some(0), open: Some(0), grant: Some(0) },
            Role::Support => self.support,
            Role::Billing => self.billing,
            Role::Manager => self.manager,
            Role::Owner => ModeLimits::default(),
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self::new()
    }
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
    /// Whose.
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
    /// By quantity, ascending, the first at 1.
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
    /// The price per 1,000 credits of `quantity` on `day`: the step reached prices the whole quantity.
    #[must_use]
    pub fn per_1000(&self, quantity: u64, day: Date) -> Option<u64> {
        let schedule = self.schedules.iter().rev().find(|schedule| schedule.from <= day)?;
        let step = schedule.steps.iter().rev().find(|step| step.quantity <= quantity)?;
        Some(step.per_1000_minor)
    }
}
