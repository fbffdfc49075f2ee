//! Moving credits between two accounts in one change: from a reseller to a client below it, and back.
//! No invoice, no price, no mail of the house, no overdraft.

use crate::clients::types::Client;
use crate::contract;
use crate::contract::Record;
use crate::contract::change::{Expect, Write};
use crate::contract::image::Stop;
use crate::contract::refusal::Refusal;
use crate::credits::guards::{can_spare, may_get, post};
use crate::credits::sentence::sentence;
use crate::credits::types::{Ask, Changed, Facts};
use crate::decision::{Proposal, Scene};
use crate::kernel::actor::Actor;
use crate::kernel::credit::{Kind, PerKind, signed};
use crate::kernel::id::{ClientId, Named};
use crate::kernel::movement::{Movement, Reason, Undo};
use crate::ledger::account::Account;
use crate::ledger::posting::Posting;

/// A client with its account.
pub(super) type Holder<'a> = (&'a Client, &'a Account);

/// Credits that move from one account to another.
pub(super) struct Move<'a> {
    pub from: Holder<'a>,
    pub to: Holder<'a>,
    /// `None` for a kind that does not move.
    pub credits: PerKind<Option<u64>>,
    /// The reason of the giver’s entry: a move out, or a deduct that returns credits to a reseller.
    pub out: Reason,
    pub note: Option<String>,
}

/// The movement and the writes of a move; the receiver is the client that it is about.
pub(super) fn between(scene: &Scene<'_>, step: &Move<'_>) -> Result<(Movement, Vec<Write>), Stop> {
    let Move { from: (giver, from), to: (receiver, to), credits, out, note } = step;
    let (giver_named, receiver_named) = (Named::from(*giver), Named::from(*receiver));
    can_spare(&giver_named, from, credits)?;
    let given = credits.map(|_, credits| credits.map(signed));
    let posting = |reason, granted, other| Posting {
        op: &scene.op,
        now: scene.now,
        actor: scene.actor_id(),
        reason,
        granted,
        note: note.clone(),
        invoice: None,
        reverses: None,
        takes_back: None,
        other: Some(other),
    };
    let taken = given.map(|_, change| change.map(i64::saturating_neg));
    let out = post(from, &giver_named, posting(*out, taken, receiver.id))?;
    let into = post(to, &receiver_named, posting(Reason::MoveIn, given, giver.id))?;
    let movement = Movement {
        posts: vec![into.post(receiver_named), out.post(giver_named)],
        document: None,
        undo: Undo::Posts,
    };
    let writes = vec![
        Write::Put(Record::Account(out.account), Expect::Version(from.version)),
        Write::Put(Record::Entry(out.entry), Expect::Absent),
        Write::Put(Record::Account(into.account), Expect::Version(to.version)),
        Write::Put(Record::Entry(into.entry), Expect::Absent),
    ];
    Ok((movement, writes))
}

/// A transfer by a client's own call: between its account and the account of a client below it.
pub(super) fn draft(scene: &Scene<'_>, ask: &Ask) -> Result<Proposal, Stop> {
    let Ask::Transfer { kind, client, count, back } = ask else {
        return Err(Refusal::invalid("This transfers no credits.").into());
    };
    let Actor::Client(caller) = scene.actor else {
        return Err(Refusal::WrongActor { actor: scene.actor.kind() }.into());
    };
    let below = scene.client(scene.hit(client)?.client)?;
    if !below.chain.contains(&caller) {
        return Err(Refusal::UnknownClient {
            typed: client.clone(),
            nearest: Vec::new(),
            behind: String::new(),
        }
        .into());
    }
    let (own, other) = (unfrozen(scene, caller)?, unfrozen(scene, below.id)?);
    let (from, to) = if *back { (other, own) } else { (own, other) };
    may_get(scene, to.0, to.1, *kind == Kind::Mms)?;
    let credits = PerKind::only(*kind, Some(count.get()));
    let (movement, writes) =
        between(scene, &Move { from, to, credits, out: Reason::MoveOut, note: None })?;
    let facts = Facts::of(Changed::Moved);
    let text = sentence(&movement, &facts);
    let facts = contract::Facts::Credits(facts);
    let about = to.0.id;
    Ok(Proposal {
        movement: Some(movement),
        ..scene.proposal(ask.clone(), Some(about), facts, writes, text)
    })
}

/// A side of a transfer: a frozen account takes no part in a move (LEDGER §1).
fn unfrozen<'a>(scene: &Scene<'a>, id: ClientId) -> Result<Holder<'a>, Stop> {
    let (client, account) = (scene.client(id)?, scene.account(id)?);
    if account.frozen {
        return Err(Refusal::Frozen { client: Named::from(client) }.into());
    }
    Ok((client, account))
}
