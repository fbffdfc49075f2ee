//! The two-level MMS gate: the platform's switch, turned by billing, and each client's own, which
//! inherits from its parents unless it says otherwise. Turning MMS off keeps the credits.

use super::Scene;
use crate::answer::{Answer, MmsTurned, Named};
use crate::client::{Class, Client, MmsGate, Switch, mms};
use crate::operation::MmsTurn;
use crate::posting;
use crate::record::{Decision, Expect, Record, Write};
use crate::refusal::Refusal;
use crate::search::Hit;

pub(super) fn allow(scene: &Scene<'_>, hit: &Hit, on: bool) -> Result<Decision, Refusal> {
    let admin = scene.client(hit.client)?;
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
        });
    }
    let before = scene.image.mms_gate(admin.id);
    if before.is_some_and(|gate| gate.allowed == on) || (before.is_none() && !on) {
        return Err(already(on, &format!("the platform of {}", admin.name)));
    }
    let version = before.map_or(0, |gate| gate.version);
    let gate = MmsGate { admin: admin.id, version: version.saturating_add(1), allowed: on };
    let answer = Answer::Mms {
        client: Named::from(admin),
        turned: MmsTurned::Platform(on),
        still_off: None,
    };
    let text = format!("MMS {} for the platform of {}", word(on), admin.id);
    let write = Write::Put(Record::MmsGate(gate), Expect::after(version));
    Ok(scene.plain(Some(admin.id), vec![write], Vec::new(), answer, text))
}

pub(super) fn switch(scene: &Scene<'_>, hit: &Hit, turn: &MmsTurn) -> Result<Decision, Refusal> {
    let client = scene.client(hit.client)?;
    match turn {
        MmsTurn::One { on, .. } => one(scene, client, *on),
        MmsTurn::AllOf { on, .. } => all_of(scene, client, *on),
    }
}

/// One client's own switch; ACCOUNT's copy moves in the same change.
fn one(scene: &Scene<'_>, client: &Client, on: Option<bool>) -> Result<Decision, Refusal> {
    let switch = match on {
        Some(true) => Switch::On,
        Some(false) => Switch::Off,
        None => Switch::Inherit,
    };
    if client.class == Class::Admin {
        return Err(Refusal::Invalid {
            why: format!("{} is an admin: use /mms allow {} [off].", client.name, client.id),
        });
    }
    if client.mms == switch {
        return Err(Refusal::NoChange {
            what: match switch {
                Switch::On => format!("{}’s own MMS switch is on already.", client.name),
                Switch::Off => format!("{}’s own MMS switch is off already.", client.name),
                Switch::Inherit => {
                    format!("{} has MMS as its parent’s clients have it already.", client.name)
                }
            },
        });
    }
    let account = scene.image.account(client.id).ok_or_else(|| Refusal::UnknownClient {
        typed: client.id.to_string(),
        nearest: Vec::new(),
    })?;
    let mut after = client.clone();
    after.version = after.version.saturating_add(1);
    after.mms = switch;
    let mut copy = posting::next(account);
    copy.mms = switch;
    let gate = scene.image.mms_gate(client.root());
    let still_off = mms(switch, &after, &scene.parents(client), gate).err();
    let answer =
        Answer::Mms { client: Named::from(client), turned: MmsTurned::Own(switch), still_off };
    let text = format!("MMS {} for {}", on.map_or("as its parent says", word), client.id);
    let writes = vec![
        Write::Put(Record::Client(after), Expect::Version(client.version)),
        Write::Put(Record::Account(copy), Expect::Version(account.version)),
    ];
    Ok(scene.plain(Some(client.id), writes, Vec::new(), answer, text))
}

/// What all clients of a parent get that have no word of their own: one write.
fn all_of(scene: &Scene<'_>, parent: &Client, on: bool) -> Result<Decision, Refusal> {
    if parent.class == Class::User {
        return Err(Refusal::Invalid {
            why: format!(
                "{} is a user and has no clients: use /mms {} {}.",
                parent.name,
                word(on),
                parent.login
            ),
        });
    }
    if parent.mms_for_clients == Some(on) {
        return Err(already(on, &format!("all clients of {}", parent.name)));
    }
    let mut after = parent.clone();
    after.version = after.version.saturating_add(1);
    after.mms_for_clients = Some(on);
    let answer = Answer::Mms {
        client: Named::from(parent),
        turned: MmsTurned::ForClients(on),
        still_off: None,
    };
    let text = format!("MMS {} for all clients of {}", word(on), parent.id);
    let write = Write::Put(Record::Client(after), Expect::Version(parent.version));
    Ok(scene.plain(Some(parent.id), vec![write], Vec::new(), answer, text))
}

fn already(on: bool, whom: &str) -> Refusal {
    Refusal::NoChange { what: format!("MMS is {} already for {whom}.", word(on)) }
}

fn word(on: bool) -> &'static str {
    if on { "on" } else { "off" }
}
