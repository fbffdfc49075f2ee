//! The fixed properties of an operation: its name, the function that answers it, what it does to
//! the tables, and the actors that may ask for it. Each capability has one exhaustive match from
//! its asks to a [`Spec`], so that a new operation cannot be forgotten.

use serde::{Deserialize, Serialize};

use crate::kernel::actor::{Actor, ActorKind, Role};

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

/// Why an actor may not ask for an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denied {
    /// A staff member's role is below the role that the operation needs.
    Role { role: Role, needs: Role },
    /// The operation is not for this kind of actor.
    Kind(ActorKind),
}

impl Actor {
    /// Decides whether this actor may ask for an operation. Default deny.
    ///
    /// # Errors
    /// The reason that the operation is denied.
    pub fn may(&self, spec: &Spec) -> Result<(), Denied> {
        match (self, spec.staff) {
            (Actor::Staff { role, .. }, Some(needs)) if *role < needs => {
                Err(Denied::Role { role: *role, needs })
            }
            (Actor::Staff { .. }, Some(_)) => Ok(()),
            (Actor::Staff { .. }, None) => Err(Denied::Kind(ActorKind::Staff)),
            (other, _) if spec.actors.contains(&other.kind()) => Ok(()),
            (other, _) => Err(Denied::Kind(other.kind())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::actor::{Carrier, Provider};
    use crate::kernel::id::{ClientId, StaffId};

    fn spec(staff: Option<Role>, actors: &'static [ActorKind]) -> Spec {
        Spec { name: "test", function: Function::Credits, access: Access::Writes, staff, actors }
    }

    fn staff(role: Role) -> Actor {
        Actor::Staff { id: StaffId(1), name: "ann".to_owned(), role }
    }

    #[test]
    fn staff_need_the_role_of_the_operation_or_a_higher_one() {
        let spec = spec(Some(Role::Billing), &[]);
        for role in Role::ALL {
            assert_eq!(staff(role).may(&spec).is_ok(), role >= Role::Billing, "{role:?}");
        }
    }

    #[test]
    fn an_actor_that_the_operation_does_not_list_is_denied() {
        let providers = spec(None, &[ActorKind::Provider]);
        assert!(Actor::Provider(Provider::Stripe).may(&providers).is_ok());
        assert_eq!(staff(Role::Owner).may(&providers), Err(Denied::Kind(ActorKind::Staff)));
        for other in [Actor::Client(ClientId(2)), Actor::Carrier(Carrier::Sns), Actor::Schedule] {
            assert_eq!(other.may(&providers), Err(Denied::Kind(other.kind())));
        }
        let staff_only = spec(Some(Role::Auditor), &[]);
        assert!(Actor::Schedule.may(&staff_only).is_err());
    }

    #[test]
    fn name_of_a_function_is_its_stored_name() {
        for function in Function::ALL {
            assert_eq!(serde_json::to_value(function).unwrap(), function.name());
        }
    }

    #[test]
    fn operation_writes_by_its_access_alone() {
        for (access, is_write) in
            [(Access::ReadsKeys, false), (Access::ReadsRanges, false), (Access::Writes, true)]
        {
            let spec = Spec::staff("test", Function::Credits, access, Role::Support);
            assert_eq!(
                (spec.is_write(), spec.staff, spec.actors),
                (is_write, Some(Role::Support), &[][..])
            );
        }
        let spec = Spec::of("test", Function::Credits, Access::Writes, &[ActorKind::Schedule]);
        assert_eq!((spec.staff, spec.actors), (None, &[ActorKind::Schedule][..]));
    }
}
