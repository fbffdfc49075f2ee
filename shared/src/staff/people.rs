//! The staff member that a typed text names, and the successors of people who have left.
//!
//! Only a whole id, identity or name is certain, letter case aside. Anything weaker only finds: a read
//! takes the one person who is found, and a change asks first.

use crate::contract::refusal::Refusal;
use crate::kernel::fold::{exact, suffixes, typed_words};
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

/// The staff member that a text names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Person<'a> {
    Certain(&'a Staff),
    /// By the whole name, which also begins another's.
    NameBeginsOthers(&'a Staff),
    /// By less than a whole name.
    Found(&'a Staff),
    Several(Vec<&'a Staff>),
    Nobody,
}

/// Whether a text is the whole id or an identity of a staff member.
fn is_id(staff: &Staff, typed: &str) -> bool {
    staff.id.to_string().eq_ignore_ascii_case(typed)
        || staff.identities.iter().any(|identity| exact(identity.as_str()) == exact(typed))
}

/// The one among the active staff that a text names.
#[must_use]
pub fn find<'a>(typed: &str, everybody: &'a [Staff]) -> Person<'a> {
    among(typed, everybody.iter().filter(|staff| staff.active))
}

fn among<'a>(typed: &str, staff: impl Iterator<Item = &'a Staff>) -> Person<'a> {
    let typed = typed.trim();
    let staff: Vec<&Staff> = staff.collect();
    let is_of = |holds: &dyn Fn(&Staff) -> bool| -> Vec<&'a Staff> {
        staff.iter().copied().filter(|staff| holds(staff)).collect()
    };
    if let [person] = is_of(&|staff| is_id(staff, typed)).as_slice() {
        return Person::Certain(person);
    }
    let name = exact(typed);
    match is_of(&|staff| exact(&staff.name) == name).as_slice() {
        [] => {}
        [person] => {
            let begins = |other: &Staff| {
                let longer = exact(&other.name);
                longer != name && longer.starts_with(&name)
            };
            let is_alone = is_of(&begins).is_empty();
            return if is_alone {
                Person::Certain(person)
            } else {
                Person::NameBeginsOthers(person)
            };
        }
        several => return Person::Several(several.to_vec()),
    }
    let words = typed_words(typed);
    let has_words = |staff: &Staff| {
        let texts = suffixes(&staff.name);
        !words.is_empty() && words.iter().all(|word| texts.iter().any(|t| t.starts_with(word)))
    };
    match is_of(&has_words).as_slice() {
        [] => Person::Nobody,
        [person] => Person::Found(person),
        several => Person::Several(several.to_vec()),
    }
}

/// The active staff member of a whole id, identity or name.
///
/// # Errors
/// The text is less than that, or several people's.
pub fn active<'a>(typed: &str, everybody: &'a [Staff]) -> Result<&'a Staff, Refusal> {
    match find(typed, everybody) {
        Person::Certain(person) | Person::NameBeginsOthers(person) => Ok(person),
        Person::Found(person) => Err(unclear(typed, &[person])),
        Person::Several(people) => Err(unclear(typed, &people)),
        Person::Nobody => Err(unclear(typed, &[])),
    }
}

/// The one staff member who left that a text names whole.
///
/// # Errors
/// The text is less than a whole id, identity or name, or several people's.
pub fn gone<'a>(typed: &str, everybody: &'a [Staff]) -> Result<&'a Staff, Refusal> {
    match among(typed, everybody.iter().filter(|staff| !staff.active)) {
        Person::Certain(person) | Person::NameBeginsOthers(person) => Ok(person),
        Person::Found(person) => Err(unclear(typed, &[person])),
        Person::Several(people) => Err(unclear(typed, &people)),
        Person::Nobody => Err(unclear(typed, &[])),
    }
}

/// The one of some staff members, who may have left, that a text names or finds.
///
/// # Errors
/// It fits several people, or nobody.
pub fn any<'a>(
    typed: &str,
    staff: impl Iterator<Item = &'a Staff> + Clone,
) -> Result<&'a Staff, Refusal> {
    // Whoever left and was hired again is the person who is here.
    let here = among(typed, staff.clone().filter(|staff| staff.active));
    let person = if here == Person::Nobody { among(typed, staff) } else { here };
    match person {
        Person::Certain(person) | Person::NameBeginsOthers(person) | Person::Found(person) => {
            Ok(person)
        }
        Person::Several(people) => Err(unclear(typed, &people)),
        Person::Nobody => Err(unclear(typed, &[])),
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

/// The refusal of a text that fits none or several people.
#[must_use]
pub fn unclear(typed: &str, near: &[&Staff]) -> Refusal {
    let nearest = near.iter().map(|staff| brief(staff)).take(5).collect();
    Refusal::UnknownStaff { typed: typed.trim().to_owned(), nearest }
}

#[must_use]
pub fn brief(staff: &Staff) -> NamedStaff {
    NamedStaff { id: staff.id, name: staff.name.clone() }
}
