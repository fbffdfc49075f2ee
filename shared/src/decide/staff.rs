//! Roles: granting one is an owner's own act; leaving takes effect at once on all identities.
//! STAFF, all its identities and, where ownership changes, OWNERS move in one change, so that two
//! owners cannot demote each other.

use super::{Found, Scene, said};
use crate::answer::{Answer, NamedStaff};
use crate::id::{Identity, StaffId};
use crate::operation::{Ask, Call};
use crate::record::{Decision, Expect, Image, Key, Record, Write};
use crate::refusal::Refusal;
use crate::search::fold;
use crate::staff::{Cover, LinkedIdentity, Owners, Role, Staff};

/// For how many days a role can be covered.
const COVER_MAX_DAYS: i32 = 31;

/// The longest name of a staff member.
const NAME_MAX: usize = 60;

/// The records that a change of staff has to see: whoever it names, on all identities.
pub(super) fn needs(call: &Call, found: &Found, keys: &mut Vec<Key>) {
    keys.push(Key::Owners);
    let typed: Vec<&str> = match &call.ask {
        Ask::RoleGrant { who, same_as, .. } => {
            std::iter::once(who.as_str()).chain(same_as.as_deref()).collect()
        }
        Ask::StaffLeave { who, hand_to } => {
            std::iter::once(who.as_str()).chain(hand_to.as_deref()).collect()
        }
        Ask::Cover { who, .. } => vec![who.as_str()],
        _ => Vec::new(),
    };
    for text in typed {
        keys.extend(text.parse::<Identity>().ok().map(Key::Identity));
        if let Ok(staff) = named(text, &found.everybody) {
            keys.push(Key::Staff(staff.id));
            keys.extend(staff.identities.iter().cloned().map(Key::Identity));
        }
    }
}

/// Whether a text names a staff member: by its id, one of its identities, or its name.
pub(super) fn is_meant(staff: &Staff, typed: &str) -> bool {
    let typed = typed.trim();
    staff.id.to_string() == typed
        || staff.identities.iter().any(|identity| identity.as_str() == typed)
        || fold(&staff.name) == fold(typed)
}

/// The one active staff member that a text names: by id, identity, name, or a whole word of the name
/// that nobody else has. The beginning of a word is not enough, because roles follow from it.
pub(super) fn named<'a>(typed: &str, everybody: &'a [Staff]) -> Result<&'a Staff, Refusal> {
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
pub(super) fn meant<'a>(
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
pub(super) fn handed<'a>(
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

fn brief(staff: &Staff) -> NamedStaff {
    NamedStaff { id: staff.id, name: staff.name.clone() }
}

pub(super) fn grant(
    scene: &Scene<'_>,
    who: &str,
    role: Role,
    name: Option<&str>,
    same_as: Option<&str>,
    found: &Found,
) -> Result<Decision, Refusal> {
    let who = who.trim();
    let identity = match (named(who, &found.everybody), who.parse::<Identity>()) {
        (Ok(known), _) if same_as.is_some() => {
            return Err(Refusal::Invalid {
                why: format!("{who} is {}’s already; leave same-as away.", known.name),
            });
        }
        (Ok(known), _) => return regrade(scene, stored(scene.image, known.id)?, role, None),
        (Err(refusal), Err(_)) => return Err(refusal),
        (Err(_), Ok(identity)) => identity,
    };
    // The list of staff was read before; the identity itself was read in this attempt.
    if let Some(linked) = scene.image.identity(&identity).filter(|linked| linked.active) {
        return Err(Refusal::Invalid {
            why: format!("{identity} was linked to {} just now; look at /role list.", linked.name),
        });
    }
    if let Some(same_as) = same_as {
        let person = stored(scene.image, named(same_as, &found.everybody)?.id)?;
        return regrade(scene, person, role, Some(identity));
    }
    hire(scene, identity, role, name, found)
}

/// The staff member as read strongly in this attempt.
fn stored(image: &Image, id: StaffId) -> Result<&Staff, Refusal> {
    image
        .staff(id)
        .ok_or_else(|| Refusal::UnknownStaff { typed: id.to_string(), nearest: Vec::new() })
}

/// A new staff member.
fn hire(
    scene: &Scene<'_>,
    identity: Identity,
    role: Role,
    name: Option<&str>,
    found: &Found,
) -> Result<Decision, Refusal> {
    let last = identity.as_str().rsplit(':').next().unwrap_or_default().to_owned();
    let staff = Staff {
        id: StaffId(
            found
                .next_number
                .ok_or_else(|| Refusal::Invalid { why: "No number is left.".to_owned() })?,
        ),
        version: 1,
        name: said("name", name.unwrap_or(&last), NAME_MAX)?,
        role,
        active: true,
        identities: vec![identity.clone()],
        handed_to: None,
        cover: None,
    };
    let mut writes = vec![Write::Put(Record::Staff(staff.clone()), Expect::Absent)];
    writes.extend(linked(scene.image, &staff));
    writes.extend(owners(scene, &staff, role == Role::Owner)?);
    Ok(granted(scene, &staff, None, Some(identity), writes))
}

/// Another role, a further identity, or both.
fn regrade(
    scene: &Scene<'_>,
    before: &Staff,
    role: Role,
    further: Option<Identity>,
) -> Result<Decision, Refusal> {
    if before.id == scene.caller.staff && (further.is_none() || role != before.role) {
        return Err(Refusal::OwnRole);
    }
    if before.role == role && further.is_none() {
        return Err(Refusal::NoChange {
            what: format!("{} is {} already.", before.name, role.word()),
        });
    }
    let mut after = before.clone();
    after.version = after.version.saturating_add(1);
    after.role = role;
    // A grant is the last word: what was covered before is over.
    after.cover = None;
    after.identities.extend(further.clone());
    let mut writes =
        vec![Write::Put(Record::Staff(after.clone()), Expect::Version(before.version))];
    writes.extend(linked(scene.image, &after));
    writes.extend(owners(scene, &after, role == Role::Owner)?);
    Ok(granted(scene, &after, Some(before.role), further, writes))
}

fn granted(
    scene: &Scene<'_>,
    staff: &Staff,
    before: Option<Role>,
    linked: Option<Identity>,
    writes: Vec<Write>,
) -> Decision {
    let was = before.map(|role| format!(" (was {})", role.word())).unwrap_or_default();
    let text = format!("{} {} is {}{was}", staff.id, staff.name, staff.role.word());
    let answer = Answer::RoleGranted { staff: brief(staff), role: staff.role, before, linked };
    scene.plain(None, writes, Vec::new(), answer, text)
}

/// All identities of a staff member, saying what STAFF says.
fn linked(image: &Image, staff: &Staff) -> Vec<Write> {
    let put = |identity: &Identity| {
        let version = image.identity(identity).map_or(0, |linked| linked.version);
        let linked = LinkedIdentity {
            identity: identity.clone(),
            version: version.saturating_add(1),
            staff: staff.id,
            name: staff.name.clone(),
            role: staff.role,
            active: staff.active,
            cover: staff.cover,
        };
        Write::Put(Record::Identity(linked), Expect::after(version))
    };
    staff.identities.iter().map(put).collect()
}

/// The change of OWNERS, if ownership changes; the last owner stays one.
fn owners(scene: &Scene<'_>, staff: &Staff, owns: bool) -> Result<Option<Write>, Refusal> {
    let before = scene.image.owners();
    if before.staff.contains(&staff.id) == owns {
        return Ok(None);
    }
    let mut after =
        Owners { version: before.version.saturating_add(1), staff: before.staff.clone() };
    after.staff.retain(|id| *id != staff.id);
    if owns {
        after.staff.push(staff.id);
    }
    if after.staff.is_empty() {
        return Err(Refusal::LastOwner { staff: brief(staff) });
    }
    Ok(Some(Write::Put(Record::Owners(after), Expect::after(before.version))))
}

/// Somebody covers a higher role until the end of a day: an owner's own act, like granting one. Never
/// an owner's role, which is not lent, and never longer than a month.
pub(super) fn cover(
    scene: &Scene<'_>,
    who: &str,
    role: Option<Role>,
    until: Option<jiff::civil::Date>,
    found: &Found,
) -> Result<Decision, Refusal> {
    let before = stored(scene.image, named(who, &found.everybody)?.id)?;
    if before.id == scene.caller.staff {
        return Err(Refusal::OwnRole);
    }
    let invalid = |why: String| Refusal::Invalid { why };
    let mut after = before.clone();
    after.version = after.version.saturating_add(1);
    after.cover = match role {
        None => None,
        Some(Role::Owner) => {
            return Err(invalid("An owner’s role is granted, not covered.".to_owned()));
        }
        Some(role) if role <= before.role => {
            return Err(Refusal::NoChange {
                what: format!("{} is {} already.", before.name, before.role.word()),
            });
        }
        Some(role) => {
            let today = scene.today();
            let last = until.unwrap_or(today);
            let most = today.saturating_add(jiff::Span::new().days(COVER_MAX_DAYS));
            if last < today || last > most {
                return Err(invalid(format!(
                    "A role is covered from today on, for at most {COVER_MAX_DAYS} days."
                )));
            }
            let midnight = last
                .tomorrow()
                .ok()
                .and_then(|day| day.to_zoned(super::zone(&scene.settings)).ok());
            let until = midnight.map_or(scene.now, |zoned| zoned.timestamp());
            Some(Cover { role, until })
        }
    };
    if after.cover == before.cover {
        let what = match before.cover {
            Some(cover) => {
                format!("{} covers {} until that day already.", before.name, cover.role.word())
            }
            None => format!("{} covers no other role.", before.name),
        };
        return Err(Refusal::NoChange { what });
    }
    let mut writes =
        vec![Write::Put(Record::Staff(after.clone()), Expect::Version(before.version))];
    writes.extend(linked(scene.image, &after));
    let text = match after.cover {
        Some(cover) => {
            format!("{} covers {} until {}", before.name, cover.role.word(), cover.until)
        }
        None => format!("{} covers no other role any more", before.name),
    };
    let answer = Answer::Covered { staff: brief(&after), cover: after.cover };
    Ok(scene.plain(None, writes, Vec::new(), answer, text))
}

pub(super) fn leave(
    scene: &Scene<'_>,
    who: &str,
    hand_to: Option<&str>,
    found: &Found,
) -> Result<Decision, Refusal> {
    let before = stored(scene.image, named(who, &found.everybody)?.id)?;
    if before.id == scene.caller.staff {
        return Err(Refusal::OwnRole);
    }
    if before.role == Role::Owner && scene.role() != Role::Owner {
        return Err(Refusal::Outranked { role: scene.role(), theirs: before.role });
    }
    let to =
        hand_to.map(|text| stored(scene.image, named(text, &found.everybody)?.id)).transpose()?;
    if let Some(to) = to.filter(|to| to.id == before.id || !to.active) {
        return Err(Refusal::Invalid {
            why: format!("{} cannot take over: {} leaves, or has left.", to.name, to.name),
        });
    }
    let mut after = before.clone();
    after.version = after.version.saturating_add(1);
    after.active = false;
    after.handed_to = to.map(|staff| staff.id);
    let mut writes =
        vec![Write::Put(Record::Staff(after.clone()), Expect::Version(before.version))];
    writes.extend(linked(scene.image, &after));
    writes.extend(owners(scene, &after, false)?);
    // Whoever takes over must not have left in the same second: nobody would have what is handed over.
    writes.extend(to.map(|to| Write::Check(Key::Staff(to.id), Expect::Version(to.version))));
    let answer = Answer::StaffLeft {
        staff: brief(&after),
        identities: u64::try_from(after.identities.len()).unwrap_or(u64::MAX),
        to: to.map(brief),
    };
    let handed = to
        .map(|staff| format!(", clients and waiting plans to {}", staff.name))
        .unwrap_or_default();
    let text = format!("{} {} left{handed}", after.id, after.name);
    Ok(scene.plain(None, writes, Vec::new(), answer, text))
}
