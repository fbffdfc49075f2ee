//! The entrances of the deployed functions that answer calls: the function, the rooms that it decides and
//! whose ranges it reads, and the callers that it admits.
//!
//! Each binary names one of these constants, so that the rooms of the others are not linked into it.
//! Absent on purpose: a list of all of them, which would link every room into every binary.

use shared::kernel::actor::ActorKind;
use shared::kernel::spec::Function;
use shared::plans::{Rooms, rooms};

use crate::reads::{self, Readers};

/// The entrance of one function.
#[derive(Debug, Clone, Copy)]
pub struct Entrance {
    pub function: Function,
    pub rooms: Rooms,
    pub readers: Readers,
    /// The kinds of callers that the entry point can prove.
    pub admits: &'static [ActorKind],
}

/// Only the chat shell's role may invoke these functions, and the chat shell verifies the platform.
const CHAT: &[ActorKind] = &[ActorKind::Staff];

/// Credits, the plans about them, and what follows from money that a client owes.
pub const CREDITS: Entrance = Entrance {
    function: Function::Credits,
    rooms: Rooms {
        credits: Some(rooms::CREDITS),
        books: Some(rooms::BOOKS),
        desk: Some(rooms::DESK),
        ..Rooms::NONE
    },
    readers: Readers {
        credits: Some(reads::CREDITS),
        plans: Some(reads::PLANS),
        desk: Some(reads::DESK),
        ..Readers::NONE
    },
    admits: CHAT,
};

/// Making, finding, changing and listing clients.
pub const CLIENTS: Entrance = Entrance {
    function: Function::Clients,
    rooms: Rooms { clients: Some(rooms::CLIENTS), ..Rooms::NONE },
    readers: Readers { clients: Some(reads::CLIENTS), ..Readers::NONE },
    admits: CHAT,
};

/// Invoices, payments, prices and settings.
pub const INVOICES: Entrance = Entrance {
    function: Function::Invoices,
    rooms: Rooms {
        invoices: Some(rooms::INVOICES),
        payments: Some(rooms::PAYMENTS),
        pricing: Some(rooms::PRICING),
        settings: Some(rooms::SETTINGS),
        desk: Some(rooms::DESK),
        ..Rooms::NONE
    },
    readers: Readers {
        invoices: Some(reads::INVOICES),
        payments: Some(reads::PAYMENTS),
        desk: Some(reads::DESK),
        ..Readers::NONE
    },
    admits: CHAT,
};

/// Events of billing providers. It answers as the function of payments, and nobody but a signed provider
/// calls it.
pub const BILLING: Entrance = Entrance {
    function: Function::Invoices,
    rooms: Rooms { payments: Some(rooms::PAYMENTS), ..Rooms::NONE },
    readers: Readers::NONE,
    admits: &[ActorKind::Provider],
};

/// The MMS gate, roles and staff.
pub const PERMISSIONS: Entrance = Entrance {
    function: Function::Permissions,
    rooms: Rooms {
        permissions: Some(rooms::PERMISSIONS),
        staff: Some(rooms::STAFF),
        desk: Some(rooms::DESK),
        ..Rooms::NONE
    },
    readers: Readers { staff: Some(reads::STAFF), desk: Some(reads::DESK), ..Readers::NONE },
    admits: CHAT,
};
