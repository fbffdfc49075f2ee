//! Staff: who may do what, and up to how much alone.
//!
//! A chat identity is linked to a staff member; several identities may be one person. The IDENTITY
//! record repeats what an operation must know of its staff member, so that one read is enough;
//! a change of STAFF rewrites all its identities in one transaction.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::{EnumDiscriminants, VariantArray};

use crate::kernel::actor::Role;
use crate::kernel::id::{Identity, NamedStaff, OpId, StaffId};
use crate::kernel::mode::Mode;
use crate::kernel::spec::{Access, Function, Spec};

/// A staff member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Staff {
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

/// What one staff member added on one day of the desk's zone, and what that person did last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spend {
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

/// An operation about staff.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, EnumDiscriminants)]
#[strum_discriminants(name(Operation), derive(VariantArray, Hash))]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    RoleList {},
    /// Gives a role. An identity that is not linked becomes a new staff member, unless `same_as`
    /// names the staff member whose further identity it is.
    RoleGrant {
        /// A chat identity, or a staff id (`s_3`).
        who: String,
        role: Role,
        /// The name of a new staff member.
        name: Option<String>,
        same_as: Option<String>,
    },
    /// Ends a staff member's access at once, on all identities.
    StaffLeave {
        /// Id, name or identity.
        who: String,
        /// The staff member who takes over clients and waiting plans.
        hand_to: Option<String>,
    },
    /// Lets a staff member who left work again, in the role of then.
    StaffReturn {
        /// Id, name or identity.
        who: String,
    },
    /// Lets a staff member cover a higher role for a time.
    Cover {
        /// Id, name or identity.
        who: String,
        /// `None` ends it.
        role: Option<Role>,
        /// The last day; today if `None`.
        until: Option<jiff::civil::Date>,
    },
    /// Changes the name by which colleagues know a staff member.
    StaffName {
        /// Id, name or identity.
        who: String,
        name: String,
    },
    /// Takes the caller's name from the platform's profile, while the caller has none.
    ProfileName {
        name: String,
    },
}

impl Ask {
    /// The places where a staff member is named.
    pub fn staff(&mut self) -> Vec<&mut String> {
        match self {
            // A staff member who left is named whole (`people::gone`).
            Ask::RoleList {} | Ask::StaffReturn { .. } | Ask::ProfileName { .. } => Vec::new(),
            Ask::RoleGrant { who, same_as, .. } => {
                std::iter::once(who).chain(same_as.as_mut()).collect()
            }
            Ask::StaffLeave { who, hand_to } => {
                std::iter::once(who).chain(hand_to.as_mut()).collect()
            }
            Ask::Cover { who, .. } | Ask::StaffName { who, .. } => vec![who],
        }
    }
}

impl Operation {
    #[must_use]
    pub const fn spec(self) -> &'static Spec {
        use Access::{ReadsRanges, Writes};
        use Function::Permissions;
        match self {
            Operation::RoleList => {
                const { &Spec::staff("role_list", Permissions, ReadsRanges, Role::Auditor) }
            }
            Operation::RoleGrant => {
                const { &Spec::staff("role_grant", Permissions, Writes, Role::Owner) }
            }
            Operation::StaffLeave => {
                const { &Spec::staff("staff_leave", Permissions, Writes, Role::Manager) }
            }
            Operation::StaffName => {
                const { &Spec::staff("staff_name", Permissions, Writes, Role::Owner) }
            }
            Operation::ProfileName => {
                const { &Spec::staff("profile_name", Permissions, Writes, Role::Auditor) }
            }
            Operation::StaffReturn => {
                const { &Spec::staff("staff_return", Permissions, Writes, Role::Owner) }
            }
            Operation::Cover => const { &Spec::staff("cover", Permissions, Writes, Role::Owner) },
        }
    }
}

/// What a receipt keeps of a change of staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Facts {
    RoleGranted {
        staff: NamedStaff,
        role: Role,
        before: Option<Role>,
        /// The identity that was linked.
        linked: Option<Identity>,
    },
    Covered {
        staff: NamedStaff,
        /// `None` when it ended.
        cover: Option<Cover>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<Cover>,
    },
    StaffReturned {
        staff: NamedStaff,
        role: Role,
        /// The identities that may act again.
        identities: Vec<Identity>,
    },
    Renamed {
        staff: NamedStaff,
        before: String,
    },
    StaffLeft {
        staff: NamedStaff,
        /// The number of identities that were closed.
        identities: u64,
        /// The staff member who has the clients and waiting plans from then on.
        to: Option<NamedStaff>,
        /// How many plans waited.
        #[serde(default)]
        requests: u64,
    },
}

/// The answer of a read about staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// All staff members, by number.
    Roles { staff: Vec<Staff> },
}
