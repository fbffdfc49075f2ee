//! Deductions since an add. Staff who take an add back may have deducted a part of it by hand before;
//! taken twice, the client would lose it twice. Nothing is guessed: the caller says whether the
//! deductions were a part of it.
//!
//! A deduction that counts as a part is given back by an entry of its own, in the change that takes
//! the add back whole, so that invoice and entries agree and the client loses only the rest. A receipt
//! under the key of its reversal says so: no deduction counts twice, or is taken back later.
//!
//! Only the changes that ACCOUNT remembers are looked at. A deduct that names an invoice is not among
//! them: its invoice gives less already.

use jiff::Timestamp;

use crate::clients::types::Client;
use crate::contract::change::{Expect, Write};
use crate::contract::image::Stop;
use crate::contract::receipt::{Outcome, Receipt};
use crate::contract::refusal::Refusal;
use crate::contract::{self, Key, Record};
use crate::credits::draft::post;
use crate::credits::transfer::signed;
use crate::credits::types::{Changed, Deducted, DeductedSince, Deduction, Facts};
use crate::decision::{Prefetch, Scene};
use crate::kernel::credit::{Kind, PerKind};
use crate::kernel::id::{Named, OpId, StaffId};
use crate::kernel::movement::{Post, Reason, reversal_op};
use crate::ledger::account::{Account, RecentChange};
use crate::ledger::posting::Posting;

/// An add that is to be taken back.
pub(super) struct TakenAdd<'a> {
    pub client: &'a Client,
    pub account: &'a Account,
    pub op: &'a OpId,
    /// The entry on the client’s account.
    pub entry: u64,
    pub at: Timestamp,
}

/// The deductions that count as a part of an add.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Counted {
    pub credits: PerKind<u64>,
    /// Each with the credits of it that count.
    deductions: Vec<(Deduction, u64)>,
}

/// Names the receipts of the deductions since an add, and of their reversals.
pub(super) fn needs(account: &Account, at: Timestamp, prefetch: &mut Prefetch<'_>) {
    let ops: Vec<OpId> = deducts(account, at).map(|row| row.op.clone()).collect();
    for op in ops {
        let receipt = prefetch.image.peek::<Receipt>(&Key::Operation(op.clone()));
        let entry = receipt.and_then(|receipt| bare_deduct(receipt, account)).map(|p| p.entry);
        prefetch.items(entry.map(|entry| Key::Operation(reversal_op(account.client, entry))));
        prefetch.item(Key::Operation(op));
    }
}

/// The changes since an add by which staff took credits away.
fn deducts(account: &Account, at: Timestamp) -> impl Iterator<Item = &RecentChange> {
    let by_staff = |row: &&RecentChange| row.who.parse::<StaffId>().is_ok();
    let since = move |row: &&RecentChange| row.amount < 0 && row.at_s >= at.as_second();
    account.recent.iter().filter(since).filter(by_staff)
}

/// The client’s post of a deduct that named no invoice.
fn bare_deduct<'a>(receipt: &'a Receipt, account: &Account) -> Option<&'a Post> {
    let (movement, facts) = receipt.credits()?;
    let is_bare = facts.change == Changed::Deducted && movement.document.is_none();
    movement.posts_of(account.client).next().filter(|_| is_bare)
}

/// The deductions since an add that were not taken back, oldest first.
fn since(scene: &Scene<'_>, add: &TakenAdd<'_>) -> Result<Vec<Deduction>, Stop> {
    let mut found = Vec::new();
    for row in deducts(add.account, add.at) {
        let Some(receipt) = scene.image.operation(&row.op)? else { continue };
        let Some(post) = bare_deduct(receipt, add.account) else { continue };
        let reversal = reversal_op(add.account.client, post.entry);
        if post.entry <= add.entry || scene.image.operation(&reversal)?.is_some() {
            continue;
        }
        let (movement, facts) = receipt.credits().ok_or(Refusal::no_client(add.client.id))?;
        found.push(Deduction {
            op: row.op.clone(),
            entry: post.entry,
            kind: row.kind,
            credits: row.amount.unsigned_abs(),
            at: receipt.at,
            reason: facts.reason.clone(),
            to_reseller: movement.other().is_some(),
        });
    }
    Ok(found)
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
    for deduction in since(scene, add)? {
        let kind = deduction.kind;
        let part = deduction.credits.min(*rest.get(kind));
        if part == 0 {
            continue;
        }
        *rest.get_mut(kind) = rest.get(kind).saturating_sub(part);
        let credits = counted.credits.get_mut(kind);
        *credits = credits.saturating_add(part);
        counted.deductions.push((deduction, part));
    }
    match (answer, counted.deductions.is_empty()) {
        (Some(Deducted::Part), true) => Err(Refusal::invalid(format!(
            "Nothing was deducted from {} since {}. Leave out deducted:part.",
            add.client.name, add.op
        ))
        .into()),
        (None, false) => Err(Refusal::DeductedSince(Box::new(DeductedSince {
            client: Named::from(add.client),
            op: add.op.clone(),
            deductions: counted.deductions.into_iter().map(|(deduction, _)| deduction).collect(),
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
        if deduction.to_reseller {
            return Err(Refusal::invalid(format!(
                "{} returned its credits to the reseller of {}: take it back first with /correct \
                 {} --all.",
                deduction.op, add.client.name, deduction.op
            ))
            .into());
        }
        let posting = Posting {
            op: &scene.op,
            now: scene.now,
            actor: scene.actor_id(),
            reason: Reason::Return,
            granted: PerKind::only(deduction.kind, Some(signed(*credits))),
            note: None,
            invoice: None,
            reverses: Some(deduction.entry),
            takes_back: Some(&deduction.op),
            other: None,
        };
        let posted = post(&back.account, &named, posting)?;
        back.posts.push(posted.post(named.clone()));
        back.writes.push(Write::Put(Record::Entry(posted.entry), Expect::Absent));
        // All entries of the change are one write of the account.
        back.account = Account { version: add.account.version, ..posted.account };
    }
    back.writes.extend(marks(scene, add, counted));
    Ok(back)
}

/// The receipts that mark the counted deductions as taken back.
pub(super) fn marks(scene: &Scene<'_>, add: &TakenAdd<'_>, counted: &Counted) -> Vec<Write> {
    let mark = |(deduction, _): &(Deduction, u64)| {
        let facts = contract::Facts::Credits(Facts::of(Changed::Undone(deduction.op.clone())));
        let outcome = Outcome::Done { movement: None, facts };
        let receipt = scene.receipt(reversal_op(add.client.id, deduction.entry), outcome);
        Write::Put(Record::Operation(receipt), Expect::Absent)
    };
    counted.deductions.iter().map(mark).collect()
}

/// The newest add of at least as many credits, among the changes that ACCOUNT remembers.
pub(super) fn fitting_add(account: &Account, kind: Kind, credits: u64) -> Option<&RecentChange> {
    let fits = |row: &&RecentChange| {
        row.kind == kind && u64::try_from(row.amount).is_ok_and(|added| added >= credits)
    };
    account.recent.iter().rev().find(fits)
}
