//! Permissions: the two-level MMS gate. Billing turns MMS on for an admin's platform; below it each
//! client's own switch inherits from its parents unless it is set.

use serde::{Deserialize, Serialize};
use strum::{EnumDiscriminants, VariantArray};

use crate::kernel::actor::Role;
use crate::kernel::id::{ClientId, Named};
use crate::kernel::spec::{Access, Function, Spec};
use crate::kernel::typed::ClientPlace;
use crate::ledger::account::Switch;

/// Whether billing has turned MMS on for an admin and everybody below it: the upper half of the gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MmsGate {
    /// Whose platform.
    pub admin: ClientId,
    /// Moves with every write of this record.
    pub version: u64,
    /// MMS is on for the platform.
    pub allowed: bool,
}

/// Why a client may not use MMS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MmsOff {
    /// Billing has not turned MMS on for this admin.
    Platform(ClientId),
    /// The client's own switch is off.
    Own,
    /// The client inherits, and this parent's default for its clients is off.
    Parent(ClientId),
}

/// How `/mms` turns a switch.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MmsTurn {
    /// One client's own switch.
    One {
        /// Which client, as typed.
        client: String,
        /// On, off, or (`None`) as the parent says.
        on: Option<bool>,
    },
    /// What all clients of a parent get that have no word of their own.
    AllOf {
        /// Which parent, as typed.
        parent: String,
        /// On or off.
        on: bool,
    },
}

/// What of the MMS gate was turned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MmsTurned {
    /// The platform's switch.
    Platform(bool),
    /// The client's own switch.
    Own(Switch),
    /// The default for the parent's clients.
    ForClients(bool),
}

/// An operation about permissions.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, EnumDiscriminants)]
#[strum_discriminants(name(Operation), derive(VariantArray, Hash))]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// Turns MMS on or off for the platform of an admin.
    MmsAllow {
        client: String,
        on: bool,
    },
    MmsSwitch {
        turn: MmsTurn,
    },
}

impl Ask {
    /// The places where a client is named.
    pub fn clients(&mut self) -> Vec<ClientPlace<'_>> {
        match self {
            Ask::MmsAllow { client, .. }
            | Ask::MmsSwitch { turn: MmsTurn::One { client, .. } }
            | Ask::MmsSwitch { turn: MmsTurn::AllOf { parent: client, .. } } => {
                vec![ClientPlace::Alone(client)]
            }
        }
    }
}

impl Operation {
    #[must_use]
    pub const fn spec(self) -> &'static Spec {
        use Access::Writes;
        use Function::Permissions;
        match self {
            Operation::MmsAllow => {
                const { &Spec::staff("mms_allow", Permissions, Writes, Role::Billing) }
            }
            Operation::MmsSwitch => {
                const { &Spec::staff("mms_switch", Permissions, Writes, Role::Support) }
            }
        }
    }
}

/// What a receipt keeps of a turned switch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The client, parent or admin.
    pub client: Named,
    pub turned: MmsTurned,
    /// The reason that the client may still not use MMS.
    pub still_off: Option<MmsOff>,
    /// How it was turned before; `None` for a default that was never set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<MmsTurned>,
    /// How many clients it reaches, where that is more than the one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reach: Option<u64>,
}
