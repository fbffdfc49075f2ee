//! Staff: roles given and covered, staff who leave.

mod cover;
mod leave;
mod name;
mod role_grant;
mod role_list;

use shared::kernel::id::OpId;
use shared::staff::types::{Answer, Facts};

use crate::command::Command;
use crate::reply::Content;

/// The commands, in the order of `/help`.
pub const COMMANDS: &[&[Command]] =
    &[role_list::COMMANDS, role_grant::COMMANDS, leave::COMMANDS, name::COMMANDS, cover::COMMANDS];

/// The reply to a change of staff.
pub fn done(op: &OpId, facts: &Facts) -> Content {
    match facts {
        Facts::RoleGranted { staff, role, before, linked } => {
            role_grant::content(op, staff, (*role, *before), linked.as_ref())
        }
        Facts::StaffLeft { staff, identities, to } => {
            leave::content(op, staff, *identities, to.as_ref())
        }
        Facts::Renamed { staff, before } => name::content(op, staff, before),
        Facts::Covered { staff, cover } => cover::content(op, staff, *cover),
    }
}

/// The reply to a read about staff.
pub fn answer(answer: &Answer) -> Content {
    match answer {
        Answer::Roles { staff } => role_list::content(staff),
    }
}
