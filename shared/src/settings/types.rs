//! What the owners decide for the whole desk: one record, and one for the bank account.

use std::fmt;

use iso_currency::Currency;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use strum::{EnumDiscriminants, VariantArray};

use crate::invoices::types::Party;
use crate::kernel::actor::Role;
use crate::kernel::bank::Iban;
use crate::kernel::day::zone_named;
use crate::kernel::id::{Channel, StaffId};
use crate::kernel::mode::{Mode, ModeLimits};
use crate::kernel::spec::{Access, Function, Spec};
use crate::kernel::tax::TaxRate;

/// The settings of the desk: one record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Moves with every write of this record.
    pub version: u64,
    /// The one currency; fixed once it is set, because prices and invoices are in it.
    pub currency: Option<Currency>,
    /// Who sells, as it stands on invoices.
    pub seller: Option<Party>,
    pub tax: TaxRate,
    /// Days until an open invoice is due.
    pub due_days: u32,
    /// The home country: telephone numbers without a country code are read by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<Home>,
    /// The IANA zone of the root admin, in which days begin and working days are counted.
    pub zone: String,
    /// Limits per operation, for the roles that have some. The daily budget is ten times these.
    pub support: ModeLimits,
    pub billing: ModeLimits,
    pub manager: ModeLimits,
    /// Where committed writes are announced: at most one channel of each workspace.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ops: Vec<Channel>,
    /// Where approvals are asked for; where a workspace has none, its channel of the list above.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approvals: Vec<Channel>,
}

/// The home country of a desk, with all that is needed to read its telephone numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Home {
    /// By ISO 3166-1, such as `GB`.
    pub code: String,
    /// The digits in front of its numbers in E.164, such as `44`.
    pub calling: String,
    /// The digits in front of its numbers inside the country, such as `0`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trunk: Option<String>,
}

/// How many workspaces a desk announces in.
pub const CHANNELS_MAX: usize = 4;

impl Settings {
    /// A new desk's settings. The limits are those of a currency with two decimals that is worth about a
    /// dollar; they are scaled to the currency that is set (`settings/change.rs`).
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
            tax: TaxRate::ZERO,
            due_days: 14,
            country: None,
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
        let lacks_approvals = |ops: &&Channel| !self.approvals.iter().any(|one| one.is_beside(ops));
        self.approvals.iter().chain(self.ops.iter().filter(lacks_approvals))
    }

    /// Whether what is done at `at` is told in another channel of the same workspace, so that the
    /// reply is only for the one who asked.
    #[must_use]
    pub fn is_told_elsewhere(&self, at: &Channel) -> bool {
        self.ops.iter().any(|ops| ops != at && ops.is_beside(at))
    }

    /// The desk's time zone; UTC if the stored name is no zone.
    #[must_use]
    pub fn time_zone(&self) -> TimeZone {
        zone_named(&self.zone)
    }

    /// Today in the desk's zone.
    #[must_use]
    pub fn today(&self, now: Timestamp) -> Date {
        now.to_zoned(self.time_zone()).date()
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

/// Where clients pay by bank transfer: one record.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Bank {
    /// Moves with every write of this record.
    pub version: u64,
    /// The account on invoices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<BankAccount>,
    /// The account that waits to take its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<NextAccount>,
}

/// A bank account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankAccount {
    /// At most 70 characters.
    pub holder: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iban: Option<Iban>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub bic: String,
    /// Particulars of an account without IBAN, each with its label.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub particulars: Vec<(String, String)>,
}

/// In one line, as replies state it.
impl fmt::Display for BankAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.holder)?;
        if let Some(iban) = &self.iban {
            write!(f, " · IBAN {iban}")?;
        }
        if !self.bic.is_empty() {
            write!(f, " · BIC {}", self.bic)?;
        }
        self.particulars.iter().try_for_each(|(label, text)| write!(f, " · {label} {text}"))
    }
}

/// An account that waits for its second confirmation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextAccount {
    pub account: BankAccount,
    pub by: StaffId,
    pub at: Timestamp,
}

/// An account as it is typed; what is not given is empty.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TypedAccount {
    pub holder: String,
    pub iban: String,
    pub bic: String,
    pub details: String,
}

/// What `/settings` changes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Setting {
    /// Who sells.
    Seller {
        /// The seller's name.
        name: String,
        /// The seller's address.
        address: String,
        /// The seller's tax number.
        tax_number: String,
    },
    Tax(TaxRate),
    /// Days until an invoice is due.
    Due(u32),
    /// The most that one operation of a role may be worth alone, as typed (`2500` or `2500.00`).
    Limit {
        /// Whose limit.
        role: Role,
        /// In which mode.
        mode: Mode,
        /// In units of the desk's currency.
        amount: String,
    },
    /// The desk's currency, by its ISO code, before the first invoice.
    Currency(String),
    /// The home country, by its ISO code; `none` clears it.
    Country(String),
    /// The root admin's IANA zone.
    Zone(String),
    /// Where the desk speaks unasked.
    Channel {
        /// What is said there.
        purpose: Purpose,
        /// Which, as typed: `here`, a mention, an id of the same workspace, `slack:<team>:<channel>`,
        /// or `none`.
        channel: String,
    },
}

impl Setting {
    /// Whether it holds for all clients.
    #[must_use]
    pub fn reaches_clients(&self) -> bool {
        match self {
            Setting::Seller { .. }
            | Setting::Tax(_)
            | Setting::Due(_)
            | Setting::Currency(_)
            | Setting::Country(_)
            | Setting::Zone(_) => true,
            Setting::Limit { .. } | Setting::Channel { .. } => false,
        }
    }
}

/// What a channel is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Committed writes.
    Ops,
    /// Approvals.
    Approvals,
}

impl Purpose {
    /// The word that people type.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Purpose::Ops => "ops",
            Purpose::Approvals => "approvals",
        }
    }
}

/// An operation about settings.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, EnumDiscriminants)]
#[strum_discriminants(name(Operation), derive(VariantArray, Hash))]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    SettingsSet {
        set: Setting,
    },
    SettingsShow {},
    /// Sets the bank account on invoices; a change waits.
    BankSet {
        account: TypedAccount,
    },
    /// Confirms the account that waits.
    BankConfirm {},
    /// Drops the account that waits.
    BankCancel {},
    BankShow {},
}

impl Operation {
    #[must_use]
    pub const fn spec(self) -> &'static Spec {
        use Access::{ReadsKeys, Writes};
        use Function::Invoices;
        match self {
            Operation::SettingsSet => {
                const { &Spec::staff("settings_set", Invoices, Writes, Role::Owner) }
            }
            Operation::SettingsShow => {
                const { &Spec::staff("settings_show", Invoices, ReadsKeys, Role::Auditor) }
            }
            Operation::BankSet => const { &Spec::staff("bank_set", Invoices, Writes, Role::Owner) },
            Operation::BankConfirm => {
                const { &Spec::staff("bank_confirm", Invoices, Writes, Role::Owner) }
            }
            Operation::BankCancel => {
                const { &Spec::staff("bank_cancel", Invoices, Writes, Role::Owner) }
            }
            Operation::BankShow => {
                const { &Spec::staff("bank_show", Invoices, ReadsKeys, Role::Auditor) }
            }
        }
    }
}

/// What a receipt keeps of a changed setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// All of them, as they are after the change. A plan keeps only the change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings: Option<Settings>,
    /// The change, as the audit trail states it.
    pub set: String,
    /// The value before, where it is one value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// The setting that brings the value before back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub back: Option<Setting>,
    /// How many clients it reaches, where it reaches any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reach: Option<u64>,
}
