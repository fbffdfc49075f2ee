//! The request of a plan in words, for the audit trail: a line about a plan states the change, never
//! the id of the plan alone.

use crate::contract::Facts;
use crate::contract::plan::Plan;
use crate::credits::draft::sentence;
use crate::kernel::movement::Movement;

/// `+7,000 MMS for c_2 (400 → 7,400): top-up`.
#[must_use]
pub fn request(plan: &Plan) -> String {
    match (&plan.movement, &plan.facts) {
        (Some(movement), Facts::Credits(facts)) => sentence(movement, facts),
        (Some(_) | None, _) => plan.ask.spec().name.replace('_', " "),
    }
}

/// The most credits that a movement changes of one client and kind; 0 without a movement.
#[must_use]
pub fn credits(movement: Option<&Movement>) -> u64 {
    let sides = movement.map(Movement::sides).unwrap_or_default();
    let changes = sides.iter().flat_map(|side| &side.changes);
    changes.map(|change| change.amount.unsigned_abs()).max().unwrap_or(0)
}
