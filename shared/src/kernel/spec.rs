//! The fixed properties of an operation: its name, the function that answers it, what it does to
//! the tables, and the actors that may ask for it. Each capability has one exhaustive match from
//! its asks to a [`Spec`], so that a new operation cannot be forgotten.

use serde::{Deserialize, Serialize};

use crate::kernel::actor::{ActorKind, Role};

/// The deployed functions that calls are sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Function {
    /// Credits and the plans about them.
    Credits,
    /// Clients: making, finding, changing, listing.
    Clients,
    /// Invoices, prices and settings.
    Invoices,
    /// The MMS gate, roles and staff.
    Permissions,
}

impl Function {
    pub const ALL: [Function; 4] =
        [Function::Credits, Function::Clients, Function::Invoices, Function::Permissions];

    /// The name of the binary, and of the function in the template.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Function::Credits => "credits",
            Function::Clients => "clients",
            Function::Invoices => "invoices",
            Function::Permissions => "permissions",
        }
    }
}

/// How an operation uses the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Access {
    /// Reads records that its decision can name by key.
    ReadsKeys,
    /// Reads ranges of records; the functions answer it after `may`.
    ReadsRanges,
    /// Writes what its decision proposes.
    Writes,
}

/// The fixed properties of one operation.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Spec {
    /// Its name in the audit trail, in `snake_case`.
    pub name: &'static str,
    pub function: Function,
    pub access: Access,
    /// The least role of staff that may ask for it; `None` where staff may not.
    pub staff: Option<Role>,
    /// The other actors that may ask for it.
    pub actors: &'static [ActorKind],
}

impl Spec {
    /// An operation of staff alone.
    #[must_use]
    pub const fn staff(name: &'static str, function: Function, access: Access, role: Role) -> Self {
        Self { name, function, access, staff: Some(role), actors: &[] }
    }

    /// An operation that staff may not ask for.
    #[must_use]
    pub const fn of(
        name: &'static str,
        function: Function,
        access: Access,
        actors: &'static [ActorKind],
    ) -> Self {
        Self { name, function, access, staff: None, actors }
    }

    #[must_use]
    pub fn is_write(&self) -> bool {
        self.access == Access::Writes
    }
}
