//! The desk about itself: its history, what is set up and missing, the caller, and jobs that failed.

use serde::{Deserialize, Serialize};
use strum::{EnumDiscriminants, VariantArray};

use crate::kernel::typed::TypedDay;
use jiff::civil::Date;

use crate::kernel::actor::Role;
use crate::kernel::audit::Audit;
use crate::kernel::id::{Identity, Named, NamedStaff, OpId};
use crate::kernel::job::Job;
use crate::kernel::mode::Mode;
use crate::kernel::money::Money;
use crate::kernel::spec::{Access, Function, Spec};
use crate::kernel::typed::ClientPlace;
use crate::settings::types::Settings;

/// An operation about the desk itself.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, EnumDiscriminants)]
#[strum_discriminants(name(Operation), derive(VariantArray, Hash))]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// Reads the audit trail, newest first.
    History {
        client: Option<String>,
        /// Id or name, as typed.
        staff: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        op: Option<OpId>,
        /// By default the last 7 days, for one operation the last 31.
        since: Option<TypedDay>,
        /// Only refusals.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        refused: bool,
        /// Only by staff who have this role now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        role: Option<Role>,
        /// Only changes of more credits than this.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        above: Option<u64>,
    },
    /// Shows what is set up and what is missing.
    Status {},
    Whoami {},
    /// Lists jobs that failed for good.
    JobsFailed {},
    /// Tries a failed job again.
    JobReplay {
        op: OpId,
    },
}

impl Ask {
    /// The newest lines of the audit trail, of one staff member or of all.
    #[must_use]
    pub fn history(staff: Option<String>) -> Self {
        Ask::History {
            client: None,
            staff,
            op: None,
            since: None,
            refused: false,
            role: None,
            above: None,
        }
    }

    /// The places where a client is named.
    pub fn clients(&mut self) -> Vec<ClientPlace<'_>> {
        match self {
            Ask::History { client, .. } => client.iter_mut().map(ClientPlace::Alone).collect(),
            Ask::Status {} | Ask::Whoami {} | Ask::JobsFailed {} | Ask::JobReplay { .. } => {
                Vec::new()
            }
        }
    }
}

impl Operation {
    #[must_use]
    pub const fn spec(self) -> &'static Spec {
        use Access::{ReadsKeys, ReadsRanges, Writes};
        use Function::{Credits, Invoices, Permissions};
        match self {
            Operation::History => {
                const { &Spec::staff("history", Credits, ReadsRanges, Role::Auditor) }
            }
            Operation::Status => {
                const { &Spec::staff("status", Invoices, ReadsRanges, Role::Auditor) }
            }
            Operation::Whoami => {
                const { &Spec::staff("whoami", Permissions, ReadsKeys, Role::Auditor) }
            }
            Operation::JobsFailed => {
                const { &Spec::staff("jobs_failed", Permissions, ReadsRanges, Role::Billing) }
            }
            Operation::JobReplay => {
                const { &Spec::staff("job_replay", Permissions, Writes, Role::Billing) }
            }
        }
    }
}

/// What a receipt keeps of a replayed job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The operation whose job is tried again.
    pub replayed: OpId,
}

/// A setting that a desk needs and lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    Currency,
    /// The default price of SMS credits.
    SmsPrice,
    /// The default price of MMS credits.
    MmsPrice,
    /// The seller's name on invoices.
    Seller,
    /// The tax rate is 0.
    Tax,
    /// MMS is off for the root admin's platform.
    Mms,
}

impl Missing {
    /// All of them; a price needs the currency before it.
    pub const ALL: [Missing; 6] = [
        Missing::Currency,
        Missing::SmsPrice,
        Missing::MmsPrice,
        Missing::Seller,
        Missing::Tax,
        Missing::Mms,
    ];
}

/// The limit of a staff member in a mode and the rest of today's budget; `None` is no limit.
pub type LimitsOf = (Mode, Option<Money>, Option<Money>);

/// The answer of a read about the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "one of these exists at a time")]
pub enum Answer {
    /// The audit trail, newest first.
    History {
        lines: Vec<Audit>,
        /// The staff members of the lines.
        staff: Vec<NamedStaff>,
        /// The clients of the lines.
        #[serde(default)]
        clients: Vec<Named>,
        /// The first day.
        since: Date,
        /// Older lines are not shown.
        cut: bool,
    },
    Whoami {
        staff: NamedStaff,
        role: Role,
        identity: Identity,
        limits: Vec<LimitsOf>,
    },
    Status {
        missing: Vec<Missing>,
        /// Active staff members.
        staff: u64,
        /// Waiting plans.
        pending: u64,
        failed_jobs: u64,
        settings: Settings,
    },
    /// Jobs that failed for good.
    Jobs {
        jobs: Vec<Job>,
    },
}
