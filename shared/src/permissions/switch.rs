//! The two-level MMS gate: the platform's switch, turned by billing, and each client's own, which
//! inherits from its parents unless it says otherwise. Turning MMS off keeps the credits.

use crate::clients::types::{Class, Client};
use crate::contract::change::{Expect, Write};
use crate::contract::image::{Group, Stop};
use crate::contract::refusal::Refusal;
use crate::contract::{self, Record};
use crate::decision::{Draft, Proposal, Scene};
use crate::kernel::id::{ClientId, Named};
use crate::ledger::account::Switch;
use crate::ledger::posting;
use crate::permissions::gate::mms;
use crate::permissions::types::{Ask, Facts, MmsGate, MmsOff, MmsTurn, MmsTurned};
use crate::plans::types::{Bound, Figure, Question};

pub(super) fn allow(scene: &Scene<'_>, ask: &Ask, admin: &Client, on: bool) -> Result<Draft, Stop> {
    if admin.class != Class::Admin {
        return Err(Refusal::Invalid {
            why: format!(
                "{} is a {}, and MMS is allowed for an admin’s whole platform: /mms allow {}. For \
                 one client, use /mms on {}.",
                admin.name,
                admin.class.word(),
                admin.root(),
                admin.login
            ),
        }
        .into());
    }
    let before = scene.image.mms_gate(admin.id)?;
    if before.is_some_and(|gate| gate.allowed == on) || (before.is_none() && !on) {
        return Err(already(on, &format!("the platform of {}", admin.name)));
    }
    let version = before.map_or(0, |gate| gate.version);
    let gate = MmsGate { admin: admin.id, version: version.saturating_add(1), allowed: on };
    let text = format!("MMS {} for the platform of {}", word(on), admin.id);
    let writes = vec![Write::Put(Record::MmsGate(gate), Expect::after(version))];
    let was = MmsTurned::Platform(!on);
    let turn = Turn { to: MmsTurned::Platform(on), before: Some(was), still_off: None };
    let clients = scene.image.reach(Group::Below(admin.id))?;
    let mut proposal = turned(scene, ask, admin, turn, writes, text);
    asks(&mut proposal, clients, on);
    Ok(Draft::Propose(proposal))
}

/// A switch that is turned.
struct Turn {
    to: MmsTurned,
    before: Option<MmsTurned>,
    still_off: Option<MmsOff>,
}

/// The ask as a plan keeps it: its client by its id.
fn kept(ask: &Ask, id: ClientId) -> Ask {
    let mut kept = ask.clone();
    match &mut kept {
        Ask::MmsAllow { client, .. } | Ask::MmsSwitch { turn: MmsTurn::One { client, .. } } => {
            *client = id.to_string();
        }
        Ask::MmsSwitch { turn: MmsTurn::AllOf { parent, .. } } => *parent = id.to_string(),
    }
    kept
}

/// Asks about MMS that is given to several clients, or taken from any.
fn asks(proposal: &mut Proposal, clients: u64, on: bool) {
    if let contract::Facts::Permissions(facts) = &mut proposal.facts {
        facts.reach = Some(clients);
    }
    proposal.questions.extend(Question::wide(clients));
    if !on {
        proposal.questions.push(Question::TakesAccess);
    }
    proposal.bound.extend(Bound::of(Vec::new(), vec![(Figure::Reach, clients.to_string())]));
}

/// A proposal that turns a switch.
fn turned(
    scene: &Scene<'_>,
    ask: &Ask,
    client: &Client,
    turn: Turn,
    writes: Vec<Write>,
    text: String,
) -> Proposal {
    let Turn { to, before, still_off } = turn;
    let was = format!("{before:?}");
    let facts = Facts { client: Named::from(client), turned: to, still_off, before, reach: None };
    let facts = contract::Facts::Permissions(facts);
    let ask = kept(ask, client.id);
    Proposal {
        bound: Bound::of(Vec::new(), vec![(Figure::Before, was)]),
        ..scene.proposal(ask, Some(client.id), facts, writes, text)
    }
}

/// One client's own switch; ACCOUNT's copy moves in the same change.
pub(super) fn own(
    scene: &Scene<'_>,
    ask: &Ask,
    client: &Client,
    on: Option<bool>,
) -> Result<Draft, Stop> {
    let switch = match on {
        Some(true) => Switch::On,
        Some(false) => Switch::Off,
        None => Switch::Inherit,
    };
    if client.class == Class::Admin {
        return Err(Refusal::Invalid {
            why: format!("{} is an admin: use /mms allow {} [off].", client.name, client.id),
        }
        .into());
    }
    if client.mms == switch {
        return Err(Refusal::NoChange {
            what: match switch {
                Switch::On => format!("{}’s own MMS switch is on already.", client.name),
                Switch::Off => format!("{}’s own MMS switch is off already.", client.name),
                Switch::Inherit => {
                    format!("{} follows its parent’s MMS setting already.", client.name)
                }
            },
        }
        .into());
    }
    let account = scene.account(client.id)?;
    let mut after = client.clone();
    after.version = after.version.saturating_add(1);
    after.mms = switch;
    let mut copy = posting::next(account);
    copy.mms = switch;
    let gate = scene.image.mms_gate(client.root())?;
    let parents = scene.parents(client)?;
    let was_on = mms(client.mms, client, &parents, gate).is_ok();
    let still_off = mms(switch, &after, &parents, gate).err();
    let text = format!("MMS {} for {}", on.map_or("as its parent says", word), client.id);
    let writes = vec![
        Write::Put(Record::Client(after), Expect::Version(client.version)),
        Write::Put(Record::Account(copy), Expect::Version(account.version)),
    ];
    let before = Some(MmsTurned::Own(client.mms));
    let turn = Turn { to: MmsTurned::Own(switch), before, still_off };
    let mut proposal = turned(scene, ask, client, turn, writes, text);
    if was_on && still_off.is_some() {
        proposal.questions.push(Question::TakesAccess);
    }
    Ok(Draft::Propose(proposal))
}

/// What all clients of a parent get that have no word of their own: one write.
pub(super) fn for_clients(
    scene: &Scene<'_>,
    ask: &Ask,
    parent: &Client,
    on: bool,
) -> Result<Draft, Stop> {
    if parent.class == Class::User {
        return Err(Refusal::Invalid {
            why: format!(
                "{} is a user and has no clients: use /mms {} {}.",
                parent.name,
                word(on),
                parent.login
            ),
        }
        .into());
    }
    if parent.mms_for_clients == Some(on) {
        return Err(already(on, &format!("all clients of {}", parent.name)));
    }
    let mut after = parent.clone();
    after.version = after.version.saturating_add(1);
    after.mms_for_clients = Some(on);
    let text = format!("MMS {} for all clients of {}", word(on), parent.id);
    let writes = vec![Write::Put(Record::Client(after), Expect::Version(parent.version))];
    let before = parent.mms_for_clients.map(MmsTurned::ForClients);
    let turn = Turn { to: MmsTurned::ForClients(on), before, still_off: None };
    let clients = scene.image.reach(Group::Inheriting(parent.id))?;
    let mut proposal = turned(scene, ask, parent, turn, writes, text);
    asks(&mut proposal, clients, on);
    Ok(Draft::Propose(proposal))
}

fn already(on: bool, whom: &str) -> Stop {
    Refusal::NoChange { what: format!("MMS is {} already for {whom}.", word(on)) }.into()
}

fn word(on: bool) -> &'static str {
    if on { "on" } else { "off" }
}
