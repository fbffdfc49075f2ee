//! Staff: who may do what, and up to how much alone.
//!
//! A chat identity is linked to a staff member; several identities may be one person. The IDENTITY
//! record repeats what an operation must know of its staff member, so that one read is enough;
//! a change of STAFF rewrites all its identities in one transaction.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::id::{Identity, OpId, StaffId};

/// What a staff member may do; later ones may all that earlier ones may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Reads.
    Auditor,
    /// Also adds credits and looks after clients.
    Support,
    /// Also deducts, invoices, and undoes anyone's operations.
    Billing,
    /// Also prices and staff.
    Manager,
    /// Everything, without a limit.
    Owner,
}

impl Role {
    /// All roles, the least first.
    pub const ALL: [Role; 5] =
        [Role::Auditor, Role::Support, Role::Billing, Role::Manager, Role::Owner];

    /// The word that people type.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Role::Auditor => "auditor",
            Role::Support => "support",
            Role::Billing => "billing",
            Role::Manager => "manager",
            Role::Owner => "owner",
        }
    }

    /// The role where any above it will do as well: `billing or more`, `owner`.
    #[must_use]
    pub fn or_more(self) -> String {
        match self {
            Role::Auditor | Role::Support | Role::Billing | Role::Manager => {
                format!("{} or more", self.word())
            }
            Role::Owner => self.word().to_owned(),
        }
    }
}

/// How an add is billed. An unpaid add is riskier than a paid one, a grant riskier still.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Paid already, with a reference.
    Paid,
    /// To be paid: the default.
    Open,
    /// For nothing, with a reason.
    Grant,
}

impl Mode {
    /// All modes, as in the table of limits.
    pub const ALL: [Mode; 3] = [Mode::Paid, Mode::Open, Mode::Grant];

    /// The word that people type.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Mode::Paid => "paid",
            Mode::Open => "open",
            Mode::Grant => "grant",
        }
    }

    /// What a limit of it is for.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Mode::Paid => "paid adds",
            Mode::Open => "open adds and deducts",
            Mode::Grant => "grants",
        }
    }
}

/// How much one operation of a role may be worth, by mode, in minor units. `None` is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ModeLimits {
    /// For adds marked paid.
    pub paid: Option<u64>,
    /// For open adds, and for deducts at list price.
    pub open: Option<u64>,
    /// For grants, at list price.
    pub grant: Option<u64>,
}

impl ModeLimits {
    /// The limit of one mode.
    #[must_use]
    pub fn get(&self, mode: Mode) -> Option<u64> {
        match mode {
            Mode::Paid => self.paid,
            Mode::Open => self.open,
            Mode::Grant => self.grant,
        }
    }

    /// The limit of one mode, to be changed.
    pub fn get_mut(&mut self, mode: Mode) -> &mut Option<u64> {
        match mode {
            Mode::Paid => &mut self.paid,
            Mode::Open => &mut self.open,
            Mode::Grant => &mut self.grant,
        }
    }
}

/// A staff member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Staff {
    /// Its number.
    pub id: StaffId,
    /// Moves with every write of this record.
    pub version: u64,
    /// How colleagues know this person; display only, never identity.
    pub name: String,
    /// What this person may do.
    pub role: Role,
    /// False once this person has left.
    pub active: bool,
    /// The chat identities that are this person.
    pub identities: Vec<Identity>,
    /// Who looks after this person's clients and answers for this person's waiting plans since this
    /// person has left: the clients and plans themselves are not rewritten.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handed_to: Option<StaffId>,
    /// The role that this person covers for a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cover: Option<Cover>,
}

/// A colleague's role for a time: somebody is away, and the desk goes on. It ends by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cover {
    /// Which role.
    pub role: Role,
    /// Until when.
    pub until: Timestamp,
}

/// One chat identity, with what an operation must know of its staff member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkedIdentity {
    /// The identity.
    pub identity: Identity,
    /// Moves with every write of this record.
    pub version: u64,
    /// Whose it is.
    pub staff: StaffId,
    /// Copied from STAFF.
    pub name: String,
    /// Copied from STAFF.
    pub role: Role,
    /// Copied from STAFF.
    pub active: bool,
    /// Copied from STAFF.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cover: Option<Cover>,
}

impl LinkedIdentity {
    /// What this person may do now: the own role, or a higher one that is covered.
    #[must_use]
    pub fn role_at(&self, now: Timestamp) -> Role {
        with_cover(self.role, self.cover, now)
    }
}

impl Staff {
    /// What this person may do now: the own role, or a higher one that is covered.
    #[must_use]
    pub fn role_at(&self, now: Timestamp) -> Role {
        with_cover(self.role, self.cover, now)
    }
}

fn with_cover(own: Role, cover: Option<Cover>, now: Timestamp) -> Role {
    let covered = cover.filter(|cover| now < cover.until).map(|cover| cover.role);
    covered.map_or(own, |role| role.max(own))
}

/// The owners, in one item, so that two of them cannot demote each other.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Owners {
    /// Moves with every write of this record.
    pub version: u64,
    /// Who they are.
    pub staff: Vec<StaffId>,
}

/// What one staff member added on one UTC day, and what that person did last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spend {
    /// Whose.
    pub staff: StaffId,
    /// The UTC date.
    pub date: jiff::civil::Date,
    /// Moves with every write of this record.
    pub version: u64,
    /// Gross in minor units, by mode, at list price also for a grant.
    pub paid: u64,
    /// As above, for open adds and deducts.
    pub open: u64,
    /// As above, for grants.
    pub grant: u64,
    /// The last committed operation, which `/undo` takes.
    pub last_op: Option<OpId>,
    /// The last plan, which `/confirm` takes.
    pub last_plan: Option<OpId>,
    /// The minute (since 1970) of the last change, for the rate limit.
    pub minute: i64,
    /// How many changes in that minute.
    pub in_minute: u32,
}

impl Spend {
    /// An untouched day.
    #[must_use]
    pub fn new(staff: StaffId, date: jiff::civil::Date) -> Self {
        Self {
            staff,
            date,
            version: 0,
            paid: 0,
            open: 0,
            grant: 0,
            last_op: None,
            last_plan: None,
            minute: 0,
            in_minute: 0,
        }
    }

    /// What was spent in one mode.
    #[must_use]
    pub fn get(&self, mode: Mode) -> u64 {
        match mode {
            Mode::Paid => self.paid,
            Mode::Open => self.open,
            Mode::Grant => self.grant,
        }
    }

    /// What was spent in one mode, to be changed.
    pub fn get_mut(&mut self, mode: Mode) -> &mut u64 {
        match mode {
            Mode::Paid => &mut self.paid,
            Mode::Open => &mut self.open,
            Mode::Grant => &mut self.grant,
        }
    }
}
