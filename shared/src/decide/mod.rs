//! The decisions: what a call comes to, given what was read and the time.
//!
//! [`needs`] names the records that a decision has to see; as more of them are known (a plan names
//! its client, a client its parents) it names more, until nothing is missing. [`decide`] is then a
//! function of the image alone. Whatever it checks, it checks on records that the resulting change
//! is conditioned on, or that were read strongly in the same attempt.

use jiff::Timestamp;

use crate::id::StaffId;
use crate::operation::Call;
use crate::record::{Decision, Image, Key};
use crate::refusal::Refusal;
use crate::search::Resolution;
use crate::staff::LinkedIdentity;

/// What was found out before the read: by queries, or remembered from an earlier call.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// What the typed clients of the call came to, in the order of [`typed_clients`].
    pub clients: Vec<Resolution>,
    /// Whose the identity was when it was last read: a guess, checked against the image.
    pub staff: Option<StaffId>,
    /// The staff members, for calls that name one (see [`names_staff`]).
    pub everybody: Vec<crate::staff::Staff>,
    /// A number taken from the counter for a client or staff member that the call makes.
    pub next_number: Option<u64>,
}

/// The clients that a call names, as typed.
#[must_use]
pub fn typed_clients(call: &Call) -> Vec<&str> {
    let _ = call;
    Vec::new()
}

/// Whether the call names a staff member, so that [`Found::everybody`] must be filled.
#[must_use]
pub fn names_staff(call: &Call) -> bool {
    let _ = call;
    false
}

/// The records that the decision has to see, as far as they can be named from what is known.
#[must_use]
pub fn needs(call: &Call, found: &Found, image: &Image, now: Timestamp) -> Vec<Key> {
    let _ = (call, found, image, now);
    Vec::new()
}

/// Who calls, if that person may ask this at all.
///
/// # Errors
/// The identity is not linked, the person has left, or the role may not.
pub fn authorise<'a>(call: &Call, image: &'a Image) -> Result<&'a LinkedIdentity, Refusal> {
    let linked = image
        .identity(&call.by)
        .ok_or_else(|| Refusal::NotLinked { identity: call.by.clone() })?;
    if !linked.active {
        return Err(Refusal::Left { name: linked.name.clone() });
    }
    let operation = call.ask.operation();
    if linked.role < operation.role() {
        return Err(Refusal::NotAllowed { operation, role: linked.role, needs: operation.role() });
    }
    Ok(linked)
}

/// What the call comes to. Operations that only read ranges of records are the functions' own
/// (`functions::reads`); everything else is decided here.
///
/// # Errors
/// The refusal to answer; nothing is to be written for it but the audit line.
pub fn decide(
    call: &Call,
    found: &Found,
    image: &Image,
    now: Timestamp,
) -> Result<Decision, Refusal> {
    let _ = (found, now);
    authorise(call, image)?;
    Err(Refusal::Invalid { why: "not yet".to_owned() })
}
