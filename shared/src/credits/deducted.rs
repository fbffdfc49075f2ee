//! Deductions since an add. Staff who take an add back may have deducted a part of it by hand before;
//! taken twice, the client would lose it twice. Nothing is guessed: the caller says whether the
//! deductions were a part of it.
//!
//! A deduction counts with the credits of it that are not given back yet, oldest first, up to the credits
//! that are taken. Counted credits are given back by an entry of their own, in the change that takes the
//! add's credits whole: so invoice and entries agree, the client loses only the rest, and no credit of a
//! deduction counts twice.
//!
//! The deductions are the account's bare entries ([`crate::credits::bare`]). A deduct that names an invoice
//! is not among them: its invoice gives less already.

use jiff::Timestamp;

use crate::clients::types::Client;
use crate::contract::Record;
use crate::contract::change::{Expect, Write};
use crate::contract::image::Stop;
use crate::contract::refusal::Refusal;
use crate::credits::bare::{BARE_MAX, BareEntries};
use crate::credits::guards::post;
use crate::credits::measure::UNDO_FOR;
use crate::credits::types::{Deducted, DeductedSince, Deduction};
use crate::decision::Scene;
use crate::kernel::credit::{Kind, PerKind, signed};
use crate::kernel::id::{ClientId, Named, OpId};
use crate::kernel::movement::{Post, Reason};
use crate::ledger::account::{Account, RecentChange};
use crate::ledger::posting::Posting;

/// The most deductions that count in one change: each is given back by an entry.
const COUNTED_MAX: usize = 20;

/// An add that is to be taken back, or a move to the client.
pub(super) struct TakenAdd<'a> {
    pub client: &'a Client,
    pub account: &'a Account,
    pub op: &'a OpId,
    /// The entry on the client’s account.
    pub entry: u64,
    /// Of a move, the reseller that gave the credits.
    pub reseller: Option<ClientId>,
}

/// The deductions that count as a part of an add.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Counted {
    pub credits: PerKind<u64>,
    /// Each with the credits of it that count.
    deductions: Vec<(Deduction, u64)>,
}

/// The deductions since an add, with the credits of them that are not given back, oldest first.
fn since(scene: &Scene<'_>, add: &TakenAdd<'_>) -> Result<Vec<Deduction>, Stop> {
    let Some(bare) = BareEntries::after(scene.image, add.account, add.entry)? else {
        return Err(Refusal::invalid(format!(
            "Staff deducted from {} or gave back more than {BARE_MAX} times since {}: the desk cannot \
             tell which deductions may be a part of it. With deducted:else all of it is taken.",
            add.client.name, add.op
        ))
        .into());
    };
    let mut deductions = Vec::new();
    for entry in bare.deducts() {
        let left = bare.left(entry.number, entry.moved());
        let kinds = Kind::ALL.into_iter().filter(|kind| *left.get(*kind) > 0);
        deductions.extend(kinds.map(|kind| Deduction {
            op: entry.op.clone(),
            entry: entry.number,
            kind,
            credits: *left.get(kind),
            at: entry.at,
            reason: entry.note.clone(),
            returned_to: entry.other,
        }));
    }
    Ok(deductions)
}

/// The part of `off` that counts as deducted already, by the caller’s answer.
pub(super) fn counted(
    scene: &Scene<'_>,
    add: &TakenAdd<'_>,
    off: &PerKind<u64>,
    answer: Option<Deducted>,
) -> Result<Counted, Stop> {
    if scene.linked.is_none() || answer == Some(Deducted::Else) {
        return Ok(Counted::default());
    }
    let mut rest = *off;
    let mut counted = Counted::default();
    let mut deductions = since(scene, add)?;
    deductions.retain(|deduction| *off.get(deduction.kind) > 0);
    for deduction in &deductions {
        let kind = deduction.kind;
        let part = deduction.credits.min(*rest.get(kind));
        if part == 0 {
            continue;
        }
        *rest.get_mut(kind) = rest.get(kind).saturating_sub(part);
        let credits = counted.credits.get_mut(kind);
        *credits = credits.saturating_add(part);
        counted.deductions.push((deduction.clone(), part));
    }
    let is_many = counted.deductions.len() > COUNTED_MAX;
    match (answer, counted.deductions.is_empty()) {
        (Some(Deducted::Part), false) if is_many => Err(Refusal::invalid(format!(
            "{} deductions would count as a part of {}, and one change gives at most {COUNTED_MAX} \
             back. Correct it in smaller steps: /correct {} to:… deducted:part.",
            counted.deductions.len(),
            add.op,
            add.op
        ))
        .into()),
        (Some(Deducted::Part), true) => Err(Refusal::invalid(format!(
            "Nothing that was deducted from {} since {} is left to count as a part of it. Leave out \
             deducted:part.",
            add.client.name, add.op
        ))
        .into()),
        (None, false) => Err(Refusal::DeductedSince(Box::new(DeductedSince {
            client: Named::from(add.client),
            op: add.op.clone(),
            deductions,
            off: *off,
            counted: counted.credits,
            balance: add.account.totals.map(|_, totals| totals.balance()),
        }))
        .into()),
        (Some(_) | None, _) => Ok(counted),
    }
}

/// An account to which deductions were given back, still at the version that was read.
pub(super) struct GivenBack {
    pub account: Account,
    pub posts: Vec<Post>,
    pub writes: Vec<Write>,
}

/// Gives the counted deductions back, each by an entry of its own.
pub(super) fn give_back(
    scene: &Scene<'_>,
    add: &TakenAdd<'_>,
    counted: &Counted,
) -> Result<GivenBack, Stop> {
    let named = Named::from(add.client);
    let mut back =
        GivenBack { account: add.account.clone(), posts: Vec::new(), writes: Vec::new() };
    for (deduction, credits) in &counted.deductions {
        if deduction.returned_to != add.reseller {
            return Err(elsewhere(scene, add, deduction).into());
        }
        let is_whole = *credits == deduction.credits;
        let posting = Posting {
            op: &scene.op,
            now: scene.now,
            actor: scene.actor_id(),
            reason: Reason::Return,
            granted: PerKind::only(deduction.kind, Some(signed(*credits))),
            note: None,
            invoice: None,
            reverses: Some(deduction.entry),
            takes_back: is_whole.then_some(&deduction.op),
            other: deduction.returned_to,
        };
        let posted = post(&back.account, &named, posting)?;
        back.posts.push(posted.post(named.clone()));
        back.writes.push(Write::Put(Record::Entry(posted.entry), Expect::Absent));
        // All entries of the change are one write of the account.
        back.account = Account { version: add.account.version, ..posted.account };
    }
    Ok(back)
}

/// The refusal of a deduction whose credits went to another account than the add’s would go back to. An
/// undo is offered only while it is possible.
fn elsewhere(scene: &Scene<'_>, add: &TakenAdd<'_>, deduction: &Deduction) -> Refusal {
    let (op, client) = (&deduction.op, &add.client.name);
    let is_new = scene.now.duration_since(deduction.at) <= UNDO_FOR;
    let (place, back) = match deduction.returned_to {
        Some(_) => (
            format!("returned its credits to the reseller of {client}"),
            format!("/correct {op} --all"),
        ),
        None => (
            format!("gave its credits to the house, and these are of the reseller of {client}"),
            format!("/undo {op}"),
        ),
    };
    let first = match is_new || deduction.returned_to.is_some() {
        true => format!(", or take it back first with {back}"),
        false => String::new(),
    };
    Refusal::invalid(format!("{op} {place}: answer deducted:else{first}."))
}

/// The newest add that still gives at least as many credits, among the changes of a day that ACCOUNT
/// remembers.
pub(super) fn fitting_add(
    account: &Account,
    kind: Kind,
    credits: u64,
    now: Timestamp,
) -> Option<&RecentChange> {
    let since_s = now.as_second().saturating_sub(UNDO_FOR.as_secs());
    let fits = |row: &RecentChange| {
        let is_add = u64::try_from(row.amount).is_ok_and(|added| added >= credits);
        row.kind == kind && is_add && row.at_s > since_s
    };
    account.standing().rev().find(|row| fits(row))
}
