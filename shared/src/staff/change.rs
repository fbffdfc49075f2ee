//! Granting a role, covering one, and leaving. Granting is an owner's own act; leaving takes effect
//! at once on all identities.

use jiff::civil::Date;

use crate::contract::change::{Expect, Write};
use crate::contract::image::{Counter, Stop};
use crate::contract::refusal::Refusal;
use crate::contract::{self, Key, Record};
use crate::decision::{Draft, Scene};
use crate::kernel::actor::Role;
use crate::kernel::fold::exact;
use crate::kernel::id::{Identity, StaffId};
use crate::kernel::text::required;
use crate::plans::types::{Bound, Figure, Question};
use crate::staff::people::{active, brief, first_name, gone, is_unnamed};
use crate::staff::types::{Ask, Cover, Facts, LinkedIdentity, Owners, Staff};

/// The longest time for which a role can be covered, in days.
const COVER_MAX_DAYS: i32 = 31;

/// The longest name of a staff member.
const NAME_MAX: usize = 60;

pub(super) fn grant(scene: &Scene<'_>, ask: &Ask) -> Result<Draft, Stop> {
    let Ask::RoleGrant { who, role, name, same_as } = ask else {
        return Err(Refusal::invalid("This grants no role.").into());
    };
    let (who, role) = (who.trim(), *role);
    let staff = scene.image.all_staff()?;
    let identity = match (active(who, staff), who.parse::<Identity>()) {
        (Ok(known), _) if same_as.is_some() => {
            return Err(Refusal::invalid(format!(
                "{who} is {}’s already; leave same-as away.",
                known.name
            ))
            .into());
        }
        (Ok(known), _) => return regrade(scene, ask, stored(scene, known.id)?, role, None),
        (Err(refusal), Err(_)) => return Err(refusal.into()),
        (Err(_), Ok(identity)) => identity,
    };
    // The list of staff was read before; the identity itself was read in this attempt.
    if let Some(linked) = scene.image.identity(&identity)?.filter(|linked| linked.active) {
        return Err(Refusal::invalid(format!(
            "{identity} was linked to {} just now; look at /role list.",
            linked.name
        ))
        .into());
    }
    if let Some(same_as) = same_as {
        let person = stored(scene, active(same_as, staff)?.id)?;
        return regrade(scene, ask, person, role, Some(identity));
    }
    hire(scene, ask, identity, role, name.as_deref())
}

/// The staff member as read strongly in this attempt.
fn stored<'a>(scene: &Scene<'a>, id: StaffId) -> Result<&'a Staff, Stop> {
    let unknown = || Refusal::UnknownStaff { typed: id.to_string(), nearest: Vec::new() };
    scene.image.staff(id)?.ok_or_else(|| unknown().into())
}

/// A new staff member.
fn hire(
    scene: &Scene<'_>,
    ask: &Ask,
    identity: Identity,
    role: Role,
    name: Option<&str>,
) -> Result<Draft, Stop> {
    // A plan keeps the number that it showed.
    let id = match scene.plan.map(|plan| &plan.facts) {
        Some(contract::Facts::Staff(Facts::RoleGranted { staff, .. })) => staff.id,
        Some(_) | None => StaffId(scene.image.number(Counter::Staff)?),
    };
    let first = first_name(id, &identity);
    let staff = Staff {
        id,
        version: 1,
        name: name_of(name.unwrap_or(&first))?,
        role,
        active: true,
        identities: vec![identity.clone()],
        handed_to: None,
        cover: None,
    };
    let mut writes = vec![Write::Put(Record::Staff(staff.clone()), Expect::Absent)];
    writes.extend(linked(scene, &staff)?);
    writes.extend(owners(scene, &staff, role == Role::Owner)?);
    let mut draft = granted(scene, ask, &staff, None, Some(identity), writes);
    gives_access(&mut draft);
    Ok(draft)
}

/// A staff member's name: nothing that reads as an id or an identity.
fn name_of(text: &str) -> Result<String, Stop> {
    let name = required("name", text, NAME_MAX)?;
    let folded = exact(&name);
    if folded.parse::<StaffId>().is_ok() || folded.parse::<Identity>().is_ok() {
        return Err(Refusal::NameTaken { name, client: None }.into());
    }
    Ok(name)
}

/// Another role, a further identity, or both.
fn regrade(
    scene: &Scene<'_>,
    ask: &Ask,
    before: &Staff,
    role: Role,
    further: Option<Identity>,
) -> Result<Draft, Stop> {
    if is_caller(scene, before) && (further.is_none() || role != before.role) {
        return Err(Refusal::OwnRole.into());
    }
    if before.role == role && further.is_none() {
        let sentence = format!("{} is {} already.", before.name, role.word());
        return Err(Refusal::NoChange { what: sentence }.into());
    }
    let mut after = before.clone();
    after.version = after.version.saturating_add(1);
    after.role = role;
    // A grant ends any cover.
    after.cover = None;
    after.identities.extend(further.clone());
    let mut writes =
        vec![Write::Put(Record::Staff(after.clone()), Expect::Version(before.version))];
    writes.extend(linked(scene, &after)?);
    writes.extend(owners(scene, &after, role == Role::Owner)?);
    let is_new = further.is_some();
    let mut draft = granted(scene, ask, &after, Some(before.role), further, writes);
    let is_lower = role < before.role_at(scene.now);
    if is_lower {
        takes_access(&mut draft, before);
    }
    // A further login gives access in any role.
    if is_new || (!is_lower && is_large(role)) {
        gives_access(&mut draft);
        binds(&mut draft, before);
    }
    Ok(draft)
}

/// Asks about a change after which a staff member may do less.
fn takes_access(draft: &mut Draft, before: &Staff) {
    if let Draft::Propose(proposal) = draft {
        proposal.questions.push(Question::TakesAccess);
    }
    binds(draft, before);
}

/// A role that reaches prices, staff and the money of all clients.
fn is_large(role: Role) -> bool {
    role >= Role::Manager
}

/// Asks about a change after which somebody may do more.
fn gives_access(draft: &mut Draft) {
    if let Draft::Propose(proposal) = draft {
        proposal.questions.push(Question::GivesAccess);
    }
}

/// Shows a question again when its staff member has another role by then.
fn binds(draft: &mut Draft, before: &Staff) {
    let Draft::Propose(proposal) = draft else { return };
    let was = format!("{:?} {:?} {}", before.role, before.cover, before.active);
    proposal.bound = Bound::of(Vec::new(), vec![(Figure::Before, was)]);
}

fn is_caller(scene: &Scene<'_>, staff: &Staff) -> bool {
    scene.actor_id().staff() == Some(staff.id)
}

fn granted(
    scene: &Scene<'_>,
    ask: &Ask,
    staff: &Staff,
    before: Option<Role>,
    linked: Option<Identity>,
    writes: Vec<Write>,
) -> Draft {
    let was = before.map(|role| format!(" (was {})", role.word())).unwrap_or_default();
    let text = format!("{} {} is {}{was}", staff.id, staff.name, staff.role.word());
    let facts = Facts::RoleGranted { staff: brief(staff), role: staff.role, before, linked };
    propose(scene, ask, facts, writes, text)
}

fn propose(scene: &Scene<'_>, ask: &Ask, facts: Facts, writes: Vec<Write>, text: String) -> Draft {
    let ask = kept(ask, &facts);
    let facts = contract::Facts::Staff(facts);
    Draft::Propose(scene.proposal(ask, None, facts, writes, text))
}

/// The ask as a plan keeps it: a known staff member by id.
fn kept(ask: &Ask, facts: &Facts) -> Ask {
    let mut kept = ask.clone();
    let id = match facts {
        Facts::RoleGranted { linked: Some(_), .. } => return kept,
        Facts::RoleGranted { staff, .. }
        | Facts::Covered { staff, .. }
        | Facts::Renamed { staff, .. }
        | Facts::StaffReturned { staff, .. }
        | Facts::StaffLeft { staff, .. } => staff.id.to_string(),
    };
    match &mut kept {
        Ask::RoleGrant { who, .. }
        | Ask::Cover { who, .. }
        | Ask::StaffReturn { who }
        | Ask::StaffName { who, .. } => *who = id,
        Ask::StaffLeave { who, hand_to } => {
            *who = id;
            if let Facts::StaffLeft { to, .. } = facts {
                *hand_to = to.as_ref().map(|to| to.id.to_string());
            }
        }
        Ask::RoleList {} | Ask::ProfileName { .. } => {}
    }
    kept
}

/// All identities of a staff member, with the content of STAFF.
fn linked(scene: &Scene<'_>, staff: &Staff) -> Result<Vec<Write>, Stop> {
    let mut writes = Vec::new();
    for identity in &staff.identities {
        let version = scene.image.identity(identity)?.map_or(0, |linked| linked.version);
        let linked = LinkedIdentity {
            identity: identity.clone(),
            version: version.saturating_add(1),
            staff: staff.id,
            name: staff.name.clone(),
            role: staff.role,
            active: staff.active,
            cover: staff.cover,
        };
        writes.push(Write::Put(Record::Identity(linked), Expect::after(version)));
    }
    Ok(writes)
}

/// The change of OWNERS, if ownership changes; the last owner stays an owner.
fn owners(scene: &Scene<'_>, staff: &Staff, owns: bool) -> Result<Option<Write>, Stop> {
    let before = scene.image.owners()?;
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
        return Err(Refusal::LastOwner { staff: brief(staff) }.into());
    }
    Ok(Some(Write::Put(Record::Owners(after), Expect::after(before.version))))
}

/// A staff member covers a higher role until the end of a day: an owner's own act, like granting one.
/// Never an owner's role, and never longer than a month.
pub(super) fn cover(
    scene: &Scene<'_>,
    ask: &Ask,
    who: &str,
    role: Option<Role>,
    until: Option<Date>,
) -> Result<Draft, Stop> {
    let before = stored(scene, active(who, scene.image.all_staff()?)?.id)?;
    if is_caller(scene, before) {
        return Err(Refusal::OwnRole.into());
    }
    let mut after = before.clone();
    after.version = after.version.saturating_add(1);
    after.cover = match role {
        None => None,
        Some(Role::Owner) => {
            return Err(Refusal::invalid("An owner’s role is granted, not covered.").into());
        }
        Some(role) if role <= before.role => {
            let sentence = format!("{} is {} already.", before.name, before.role.word());
            return Err(Refusal::NoChange { what: sentence }.into());
        }
        Some(role) => Some(Cover { role, until: cover_end(scene, until)? }),
    };
    if after.cover == before.cover {
        let what = match before.cover {
            Some(cover) => {
                format!(
                    "{} has the role {} until that day already.",
                    before.name,
                    cover.role.word()
                )
            }
            None => format!("{} covers no other role.", before.name),
        };
        return Err(Refusal::NoChange { what }.into());
    }
    let mut writes =
        vec![Write::Put(Record::Staff(after.clone()), Expect::Version(before.version))];
    writes.extend(linked(scene, &after)?);
    let text = match after.cover {
        Some(cover) => {
            format!("{} covers {} until {}", before.name, cover.role.word(), cover.until)
        }
        None => format!("{} no longer covers another role", before.name),
    };
    let facts = Facts::Covered { staff: brief(&after), cover: after.cover, before: before.cover };
    let mut draft = propose(scene, ask, facts, writes, text);
    if after.role_at(scene.now) < before.role_at(scene.now) {
        takes_access(&mut draft, before);
    } else if role.is_some_and(is_large) {
        gives_access(&mut draft);
        binds(&mut draft, before);
    }
    Ok(draft)
}

/// The end of the last day of a cover.
fn cover_end(scene: &Scene<'_>, until: Option<Date>) -> Result<jiff::Timestamp, Stop> {
    let today = scene.today();
    let last = until.unwrap_or(today);
    let most = today.saturating_add(jiff::Span::new().days(COVER_MAX_DAYS));
    if last < today || last > most {
        return Err(Refusal::invalid(format!(
            "A role is covered from today on, for at most {COVER_MAX_DAYS} days."
        ))
        .into());
    }
    let midnight =
        last.tomorrow().ok().and_then(|day| day.to_zoned(scene.settings.time_zone()).ok());
    Ok(midnight.map_or(scene.now, |zoned| zoned.timestamp()))
}

/// Another name, which no colleague has.
pub(super) fn rename(scene: &Scene<'_>, ask: &Ask, who: &str, name: &str) -> Result<Draft, Stop> {
    let everybody = scene.image.all_staff()?;
    renamed(scene, ask, stored(scene, active(who, everybody)?.id)?, name)
}

/// The caller's name from the platform's profile. A person who has a name keeps it.
pub(super) fn take_profile_name(scene: &Scene<'_>, ask: &Ask, name: &str) -> Result<Draft, Stop> {
    let caller = scene.staff()?;
    if !is_unnamed(caller.staff, &caller.name) {
        let sentence = format!("{} has a name already.", caller.name);
        return Err(Refusal::NoChange { what: sentence }.into());
    }
    renamed(scene, ask, stored(scene, caller.staff)?, name)
}

fn renamed(scene: &Scene<'_>, ask: &Ask, before: &Staff, name: &str) -> Result<Draft, Stop> {
    let name = name_of(name)?;
    if name == before.name {
        let sentence = format!("The name is {name} already.");
        return Err(Refusal::NoChange { what: sentence }.into());
    }
    let has_name = |other: &&Staff| {
        other.active && other.id != before.id && exact(&other.name) == exact(&name)
    };
    if let Some(other) = scene.image.all_staff()?.iter().find(has_name) {
        let sentence = format!("{} ({}) is called that already.", other.name, other.id);
        return Err(Refusal::invalid(sentence).into());
    }
    let mut after = before.clone();
    after.version = after.version.saturating_add(1);
    after.name = name;
    let mut writes =
        vec![Write::Put(Record::Staff(after.clone()), Expect::Version(before.version))];
    writes.extend(linked(scene, &after)?);
    let text = format!("{} is called {} (was {})", after.id, after.name, before.name);
    let facts = Facts::Renamed { staff: brief(&after), before: before.name.clone() };
    Ok(propose(scene, ask, facts, writes, text))
}

pub(super) fn leave(
    scene: &Scene<'_>,
    ask: &Ask,
    who: &str,
    hand_to: Option<&str>,
) -> Result<Draft, Stop> {
    let everybody = scene.image.all_staff()?;
    let before = stored(scene, active(who, everybody)?.id)?;
    if is_caller(scene, before) {
        return Err(Refusal::OwnRole.into());
    }
    if let Some(role) = scene.role().filter(|role| *role != Role::Owner)
        && before.role == Role::Owner
    {
        return Err(Refusal::Outranked { role, theirs: before.role }.into());
    }
    let to = match hand_to {
        Some(typed) => Some(stored(scene, active(typed, everybody)?.id)?),
        None => None,
    };
    if let Some(to) = to.filter(|to| to.id == before.id || !to.active) {
        return Err(Refusal::invalid(format!(
            "{} cannot take over: {} leaves, or has left.",
            to.name, to.name
        ))
        .into());
    }
    let mut after = before.clone();
    after.version = after.version.saturating_add(1);
    after.active = false;
    after.handed_to = to.map(|staff| staff.id);
    let mut writes =
        vec![Write::Put(Record::Staff(after.clone()), Expect::Version(before.version))];
    writes.extend(linked(scene, &after)?);
    writes.extend(owners(scene, &after, false)?);
    // The successor must not have left in the same second: nobody would have the clients and plans.
    writes.extend(to.map(|to| Write::Check(Key::Staff(to.id), Expect::Version(to.version))));
    let facts = Facts::StaffLeft {
        requests: scene.image.requests(before.id)?,
        staff: brief(&after),
        identities: u64::try_from(after.identities.len()).unwrap_or(u64::MAX),
        to: to.map(brief),
    };
    let handed = to
        .map(|staff| format!(", clients and waiting plans to {}", staff.name))
        .unwrap_or_default();
    let text = format!("{} {} left{handed}", after.id, after.name);
    let mut draft = propose(scene, ask, facts, writes, text);
    takes_access(&mut draft, before);
    Ok(draft)
}

/// A staff member who left works again, in the role of then and under the identities that are still
/// that person's. Clients and plans that were handed over stay with the successor.
pub(super) fn bring_back(scene: &Scene<'_>, ask: &Ask, who: &str) -> Result<Draft, Stop> {
    let before = stored(scene, gone(who, scene.image.all_staff()?)?.id)?;
    let mut after = before.clone();
    after.version = after.version.saturating_add(1);
    after.active = true;
    after.cover = None;
    after.handed_to = None;
    let mut identities = Vec::new();
    for identity in &before.identities {
        let linked = scene.image.identity(identity)?;
        if linked.is_none_or(|linked| linked.staff == before.id) {
            identities.push(identity.clone());
        }
    }
    if identities.is_empty() {
        return Err(Refusal::invalid(format!(
            "Every login of {} belongs to another staff member now; use /role grant.",
            before.name
        ))
        .into());
    }
    after.identities.clone_from(&identities);
    let mut writes =
        vec![Write::Put(Record::Staff(after.clone()), Expect::Version(before.version))];
    writes.extend(linked(scene, &after)?);
    writes.extend(owners(scene, &after, after.role == Role::Owner)?);
    let text = format!("{} {} is back as {}", after.id, after.name, after.role.word());
    let role = after.role;
    let facts = Facts::StaffReturned { staff: brief(&after), role, identities };
    let mut draft = propose(scene, ask, facts, writes, text);
    if is_large(role) {
        gives_access(&mut draft);
        binds(&mut draft, before);
    }
    Ok(draft)
}
