//! An operation that is there, and that an ask can do nothing with: its kind and its state, in words.
//!
//! Invariant: "there is no operation" is an answer only where neither a receipt nor a plan has the id.

use crate::contract::Facts;
use crate::contract::image::Stop;
use crate::contract::receipt::{Outcome, Receipt};
use crate::contract::refusal::Refusal;
use crate::decision::Scene;
use crate::kernel::id::OpId;
use crate::plans::deadline::state_at;
use crate::plans::types::PlanState;

/// The receipt of an operation that is to be taken back.
///
/// # Errors
/// The operation has none: it waits, has ended otherwise, or is not there.
pub(crate) fn receipt<'a>(scene: &Scene<'a>, op: &OpId) -> Result<&'a Receipt, Stop> {
    match scene.image.operation(op)? {
        Some(receipt) => Ok(receipt),
        None => Err(not_open(scene, op, "there is nothing of it to take back")?.into()),
    }
}

/// The refusal of an ask about an operation; `lacks` says what is not there.
///
/// # Errors
/// The operation was never read.
pub(crate) fn not_open(scene: &Scene<'_>, op: &OpId, lacks: &str) -> Result<Refusal, Stop> {
    let mut lacks = lacks;
    let (noun, state) = match (scene.image.operation(op)?, scene.image.plan(op)?) {
        (Some(receipt), _) => match &receipt.outcome {
            Outcome::Done { facts, .. } => (noun(facts), Some(PlanState::Done)),
            Outcome::Refused(_) => ("a request".to_owned(), None),
        },
        (None, Some(plan)) => {
            let state = state_at(plan, scene.now);
            // The plan was read after its commit, and the receipt before it.
            if state == PlanState::Done {
                lacks = "try that again in a moment";
            }
            (noun(&plan.facts), Some(state))
        }
        (None, None) => return Ok(Refusal::UnknownOperation { op: op.clone() }),
    };
    Ok(Refusal::NotOpen { op: op.clone(), noun, state, lacks: lacks.to_owned() })
}

fn noun(facts: &Facts) -> String {
    let noun = match facts {
        Facts::Credits(_) => "a change of credits",
        Facts::Clients(_) => "a change of a client",
        Facts::Permissions(_) => "a change of a right to use MMS",
        Facts::Pricing(_) => "a change of prices",
        Facts::Settings(_) => "a change of the settings",
        Facts::Mailed(_) => "a mail with a document",
        Facts::Invoices(_) => "a change of an invoice",
        Facts::Payments(_) => "a payment",
        Facts::Refund(_) => "a refund",
        Facts::Staff(_) => "a change of the staff",
        Facts::Desk(_) => "a repeated job",
        Facts::Plans(facts) => return format!("an answer to {}", facts.plan),
    };
    noun.to_owned()
}
