//! Plans: confirmed by their author, approved or denied by a colleague, listed while they wait.

mod approve;
mod confirm;
mod deny;
mod pending;

use shared::contract::plan::PlanCard;

use crate::command::Command;
use crate::reply::Content;

/// The commands, in the order of `/help`.
pub const COMMANDS: &[&[Command]] =
    &[confirm::COMMANDS, approve::COMMANDS, deny::COMMANDS, pending::COMMANDS];

/// The reply to the list of waiting plans.
pub fn pending(plans: &[PlanCard]) -> Content {
    pending::content(plans)
}

/// The reply to a plan that ended without being done.
pub fn ended(plan: &PlanCard, reason: Option<&str>) -> Content {
    deny::content(plan, reason)
}
