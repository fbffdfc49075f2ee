//! Plans: confirmed by their author, approved or denied by a colleague, listed while they wait.

mod approve;
mod confirm;
mod deny;
mod pending;

use shared::contract::plan::{PlanCard, Waiting};
use shared::plans::types::Answerable;

use crate::command::Command;
use crate::reply::{Content, Context};

/// The commands, in the order of `/help`.
pub const COMMANDS: &[&[Command]] =
    &[confirm::COMMANDS, approve::COMMANDS, deny::COMMANDS, pending::COMMANDS];

/// The reply to the list of waiting plans.
pub fn pending(
    only: Option<Answerable>,
    total: u64,
    skipped: u64,
    page: &[Waiting],
    context: &Context<'_>,
) -> Content {
    pending::content(only, total, skipped, page, context)
}

/// The reply to a plan that ended without being done.
pub fn ended(plan: &PlanCard) -> Content {
    deny::content(plan)
}
