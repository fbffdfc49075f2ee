//! Reads of single records: a balance, a client, oneself.

use super::staff::handed;
use super::{Found, Scene, plans};
use crate::account::Account;
use crate::answer::{Answer, BalanceOf, ClientCard, Named, NamedStaff};
use crate::client::{Client, MmsOff, mms};
use crate::credit::{PerKind, Totals};
use crate::id::StaffId;
use crate::money::Money;
use crate::record::Decision;
use crate::refusal::Refusal;
use crate::search::{Hit, last_four};
use crate::staff::Staff;

/// The figures of both kinds.
#[must_use]
pub fn balance_of(account: &Account) -> PerKind<BalanceOf> {
    let of = |totals: Totals| BalanceOf {
        spendable: totals.spendable(),
        used: totals.used,
        held: totals.held,
        owed: totals.owed(),
    };
    PerKind { sms: of(account.totals.sms), mms: of(account.totals.mms) }
}

/// A client with everything that tells alike ones apart.
#[must_use]
pub fn card(client: &Client, account: &Account) -> ClientCard {
    ClientCard {
        client: Named::from(client),
        class: client.class,
        status: account.status,
        town: client.town.clone(),
        mobile_end: client.mobile.as_deref().map(last_four),
        balances: balance_of(account),
        last_change: account
            .recent
            .last()
            .and_then(|row| jiff::Timestamp::from_second(row.at_s).ok()),
    }
}

fn found<'a>(scene: &Scene<'a>, hit: &Hit) -> Result<(&'a Client, &'a Account), Refusal> {
    let client = scene.client(hit.client)?;
    let account = scene
        .image
        .account(hit.client)
        .ok_or_else(|| Refusal::UnknownClient { typed: hit.typed.clone(), nearest: Vec::new() })?;
    Ok((client, account))
}

fn mms_off(scene: &Scene<'_>, client: &Client) -> Option<MmsOff> {
    mms(client.mms, client, &scene.parents(client), scene.image.mms_gate(client.root())).err()
}

fn unpaid(scene: &Scene<'_>, account: &Account) -> Option<Money> {
    let currency = scene.settings.currency?;
    (account.unpaid_minor > 0).then_some(Money { minor: account.unpaid_minor, currency })
}

pub(super) fn balance(scene: &Scene<'_>, hit: &Hit) -> Result<Decision, Refusal> {
    let (client, account) = found(scene, hit)?;
    Ok(Decision::Answer(Answer::Balance {
        client: Named::from(client),
        status: account.status,
        balances: balance_of(account),
        mms_off: mms_off(scene, client),
        unpaid: unpaid(scene, account),
    }))
}

pub(super) fn client(scene: &Scene<'_>, hit: &Hit, known: &Found) -> Result<Decision, Refusal> {
    let (client, account) = found(scene, hit)?;
    let parent = client.parent().and_then(|parent| scene.image.client(parent)).map(Named::from);
    Ok(Decision::Answer(Answer::Client {
        client: client.clone(),
        parent,
        manager: client.manager.and_then(|id| looked_after_by(id, &known.everybody)),
        balances: balance_of(account),
        mms_off: mms_off(scene, client),
        unpaid: unpaid(scene, account),
    }))
}

/// Whoever has what was somebody's: that person, unless another one took over.
#[must_use]
pub fn in_place_of(person: &NamedStaff, everybody: &[Staff]) -> NamedStaff {
    looked_after_by(person.id, everybody).unwrap_or_else(|| person.clone())
}

/// Who looks after a client whose manager is `id`: whoever took over from those who have left.
fn looked_after_by(id: StaffId, everybody: &[Staff]) -> Option<NamedStaff> {
    let known = |id| everybody.iter().find(|staff| staff.id == id);
    // Each step leaves one person behind, so a chain is never longer than the staff.
    let chain = handed(id, everybody.len(), known);
    let last = chain.last().and_then(|id| known(*id)).filter(|staff| staff.active)?;
    Some(NamedStaff { id: last.id, name: last.name.clone() })
}

pub(super) fn whoami(scene: &Scene<'_>) -> Result<Decision, Refusal> {
    Ok(Decision::Answer(Answer::Whoami {
        staff: scene.by(),
        role: scene.role(),
        identity: scene.caller.identity.clone(),
        limits: plans::budget(scene),
    }))
}
