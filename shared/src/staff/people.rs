//! The staff member that a typed text names, and the successors of people who have left.

use crate::clients::search::fold;
use crate::contract::refusal::Refusal;
use crate::kernel::id::{Identity, NamedStaff, StaffId};
use crate::staff::types::Staff;

/// The name of a new staff member: the name in the identity where people chose it, else a name that
/// waits for a better one. The id that a platform gave is no name.
#[must_use]
pub fn first_name(id: StaffId, identity: &Identity) -> String {
    match identity.as_str().split_once(':') {
        Some(("local", name)) => name.to_owned(),
        Some(_) | None => placeholder(id),
    }
}

/// Whether a name waits for a better one.
#[must_use]
pub fn is_unnamed(id: StaffId, name: &str) -> bool {
    name == placeholder(id)
}

fn placeholder(id: StaffId) -> String {
    format!("Staff member {}", id.0)
}

/// Whether a text names a staff member: by its id, one of its identities, or its name.
fn is_meant(staff: &Staff, typed: &str) -> bool {
    let typed = typed.trim();
    staff.id.to_string() == typed
        || staff.identities.iter().any(|identity| identity.as_str() == typed)
        || fold(&staff.name) == fold(typed)
}

/// The one active staff member that a text names: by id, identity, name, or a whole word of the name
/// that nobody else has. The beginning of a word is not enough, because roles follow from it.
pub fn active<'a>(typed: &str, everybody: &'a [Staff]) -> Result<&'a Staff, Refusal> {
    let active = || everybody.iter().filter(|staff| staff.active);
    let typed = typed.trim();
    let by_id = |staff: &&Staff| {
        staff.id.to_string() == typed
            || staff.identities.iter().any(|identity| identity.as_str() == typed)
    };
    if let Some(staff) = active().find(by_id) {
        return Ok(staff);
    }
    let folded = fold(typed);
    let word = |staff: &&Staff| {
        let name = fold(&staff.name);
        name == folded || name.split_whitespace().any(|word| word == folded)
    };
    let begins = |staff: &&Staff| !folded.is_empty() && fold(&staff.name).starts_with(&folded);
    match active().filter(word).collect::<Vec<_>>().as_slice() {
        [staff] => Ok(staff),
        [] => Err(unknown(typed, active().filter(begins))),
        several => Err(unknown(typed, several.iter().copied())),
    }
}

/// The one of some staff members that a text names.
pub fn any<'a>(
    typed: &str,
    among: impl Iterator<Item = &'a Staff> + Clone,
) -> Result<&'a Staff, Refusal> {
    let mut meant: Vec<&Staff> = among.clone().filter(|staff| is_meant(staff, typed)).collect();
    // Whoever left and was hired again is the one who is here.
    if let [here] = meant.iter().copied().filter(|staff| staff.active).collect::<Vec<_>>()[..] {
        meant = vec![here];
    }
    let folded = fold(typed.trim());
    match meant.as_slice() {
        [staff] => Ok(staff),
        [] => {
            let begins = |s: &&Staff| !folded.is_empty() && fold(&s.name).starts_with(&folded);
            let near: Vec<&Staff> = among.filter(begins).collect();
            match near.as_slice() {
                [staff] => Ok(staff),
                several => Err(unknown(typed, several.iter().copied())),
            }
        }
        several => Err(unknown(typed, several.iter().copied())),
    }
}

/// Who has what was `from`'s: `from` first, then whoever took over from each one who has left. The
/// last one is here, or left without a successor, or is not known yet, or beyond `most`.
pub fn handed<'a>(
    from: StaffId,
    most: usize,
    staff: impl Fn(StaffId) -> Option<&'a Staff>,
) -> Vec<StaffId> {
    let mut chain = vec![from];
    for _ in 0..most {
        let next = chain.last().and_then(|id| staff(*id)).filter(|staff| !staff.active);
        match next.and_then(|staff| staff.handed_to) {
            Some(successor) => chain.push(successor),
            None => break,
        }
    }
    chain
}

fn unknown<'a>(typed: &str, near: impl Iterator<Item = &'a Staff>) -> Refusal {
    let nearest = near.map(brief).take(5).collect();
    Refusal::UnknownStaff { typed: typed.trim().to_owned(), nearest }
}

pub fn brief(staff: &Staff) -> NamedStaff {
    NamedStaff { id: staff.id, name: staff.name.clone() }
}
