//! Failures of a call that may have been carried out before: none of them claims that nothing was
//! changed.

use shared::contract::call::Call;
use shared::contract::refusal::Refusal;
use shared::contract::{Ask, Key};
use shared::kernel::id::OpId;
use shared::plans::types as plans;

use crate::failure::Failure;

/// A failure of a call whose key is `taken`: an attempt or another delivery has written its outcome, so
/// the failure never claims that nothing was changed.
pub(super) fn as_known(taken: bool, failure: Failure) -> Failure {
    if taken { Failure::unknown("read the outcome", failure) } else { failure }
}

/// A record that cannot be read refuses the call by its name.
///
/// # Errors
/// It is the outcome of this call or of the plan that the call names: the change may have been made before.
pub(super) fn unreadable(call: &Call, key: &Key, reason: &str) -> Result<Refusal, Failure> {
    let cause = format!("{key:?} cannot be read: {reason}");
    let ops = [Some(call.key.op()), named_plan(&call.ask).cloned()];
    let is_outcome = match key {
        Key::Operation(op) | Key::Plan(op) => ops.iter().flatten().any(|named| named == op),
        _ => false,
    };
    if is_outcome {
        return Err(Failure::unknown("read the outcome", cause));
    }
    Ok(refused(key, reason))
}

/// The refusal of a call that needs an unreadable item, which the log names.
pub(crate) fn refused(key: &Key, reason: &str) -> Refusal {
    tracing::error!(?key, reason, "a call stopped at an unreadable item");
    Refusal::Unreadable { reason: reason.to_owned() }
}

/// The plan that a call about plans names.
fn named_plan(ask: &Ask) -> Option<&OpId> {
    match ask {
        Ask::Plans(
            plans::Ask::Confirm { op, .. }
            | plans::Ask::Approve { op, .. }
            | plans::Ask::Deny { op, .. }
            | plans::Ask::Expire { op },
        ) => Some(op),
        _ => None,
    }
}
