//! Staff: roles, covers, and people who leave. Uses `clients` (the folding of names).
//!
//! Invariant: STAFF, all of its identities and, where ownership changes, OWNERS move in one change,
//! so that two owners cannot demote each other.

pub mod change;
pub mod people;
pub mod types;

use crate::contract::Key;
use crate::contract::image::Stop;
use crate::decision::{Draft, Prefetch, Scene};
use crate::kernel::id::Identity;
use crate::staff::types::Ask;

/// Names the records that an ask will look at: the owners, and all identities of the people named.
pub fn needs(ask: &Ask, prefetch: &mut Prefetch<'_>) {
    let typed: Vec<&str> = match ask {
        Ask::RoleList {} => return,
        Ask::RoleGrant { who, same_as, .. } => {
            std::iter::once(who.as_str()).chain(same_as.as_deref()).collect()
        }
        Ask::StaffLeave { who, hand_to } => {
            std::iter::once(who.as_str()).chain(hand_to.as_deref()).collect()
        }
        Ask::Cover { who, .. } | Ask::StaffReturn { who } | Ask::StaffName { who, .. } => {
            vec![who.as_str()]
        }
        Ask::ProfileName { .. } => Vec::new(),
    };
    prefetch.all_staff();
    prefetch.item(Key::Owners);
    let staff = prefetch.image.peek_all_staff();
    if let (Ask::ProfileName { .. }, Some(caller)) = (ask, prefetch.caller) {
        prefetch.item(Key::Staff(caller));
        let known = staff.and_then(|staff| staff.iter().find(|one| one.id == caller));
        let identities = known.map(|staff| staff.identities.clone()).unwrap_or_default();
        prefetch.items(identities.into_iter().map(Key::Identity));
    }
    for text in typed {
        prefetch.items(text.parse::<Identity>().ok().map(Key::Identity));
        let named = staff.map(|staff| match ask {
            Ask::StaffReturn { .. } => people::gone(text, staff),
            Ask::RoleList {}
            | Ask::RoleGrant { .. }
            | Ask::StaffLeave { .. }
            | Ask::StaffName { .. }
            | Ask::ProfileName { .. }
            | Ask::Cover { .. } => people::active(text, staff),
        });
        if let Some(Ok(staff)) = named {
            prefetch.item(Key::Staff(staff.id));
            prefetch.items(staff.identities.iter().cloned().map(Key::Identity));
        }
    }
}

/// Decides an ask.
///
/// # Errors
/// The refusal, or what was never read.
pub fn decide(scene: &Scene<'_>, ask: &Ask) -> Result<Draft, Stop> {
    match ask {
        Ask::RoleList {} => Ok(Draft::Ranges),
        Ask::RoleGrant { .. } => change::grant(scene, ask),
        Ask::StaffLeave { who, hand_to } => change::leave(scene, ask, who, hand_to.as_deref()),
        Ask::StaffName { who, name } => change::rename(scene, ask, who, name),
        Ask::ProfileName { name } => change::take_profile_name(scene, ask, name),
        Ask::StaffReturn { who } => change::bring_back(scene, ask, who),
        Ask::Cover { who, role, until } => change::cover(scene, ask, who, *role, *until),
    }
}
