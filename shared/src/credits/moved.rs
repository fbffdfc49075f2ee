//! Takes back a move between a reseller and its client, all of it or a part, in either direction. It also
//! puts another client of the same reseller in the place of a wrong one. A move changes two accounts and has
//! no document, no mail and no overdraft.
//!
//! A deduct whose credits the reseller has is made right by a deduct of the right client: what counts
//! deductions later finds it, and the entry names the reseller.
//!
//! A move can be made right again and again: each return names the move's entry, and only credits move
//! that were not given back yet ([`crate::credits::bare`]). Deductions since a move are asked about
//! ([`crate::credits::deducted`]): the reseller has the credits of those that count already, and only the
//! rest moves.

use crate::clients::types::Client;
use crate::contract;
use crate::contract::Record;
use crate::contract::change::{Expect, Write};
use crate::contract::image::Stop;
use crate::contract::plan::Worth;
use crate::contract::receipt::Receipt;
use crate::contract::refusal::Refusal;
use crate::credits::bare::unreturned;
use crate::credits::bound::{bound, bound_change};
use crate::credits::deducted::{GivenBack, TakenAdd, counted, give_back};
use crate::credits::duplicate::earlier;
use crate::credits::guards::{can_spare, may_get, post};
use crate::credits::mails::no_mail;
use crate::credits::measure::like_a_deduct;
use crate::credits::sentence::sentence;
use crate::credits::transfer::Holder;
use crate::credits::types::{Ask, Changed, CorrectTo, Deducted, Facts, Spent};
use crate::decision::{Proposal, Scene};
use crate::kernel::credit::{Kind, PerKind, grouped, signed};
use crate::kernel::id::{ClientId, Named, OpId};
use crate::kernel::movement::{self as movements, Movement, Never, Post, Reason, Undo};
use crate::ledger::account::Account;
use crate::ledger::posting::{LoweredAdd, Posted, Posting, lower_largest, next};
use crate::plans::types::Question;
use crate::pricing::lists;

/// How a move is taken back.
pub(super) struct Back<'a> {
    pub target: &'a OpId,
    pub receipt: &'a Receipt,
    pub to: &'a CorrectTo,
    /// `None` for a correction.
    pub change: Option<Changed>,
    pub spent: Option<Spent>,
    pub reason: Option<String>,
    /// Its worth, where it is the caller's own.
    pub own: Option<Worth>,
    pub deducted: Option<Deducted>,
    pub tell: Option<&'a str>,
}

/// The two accounts of a move.
pub(super) struct Ends<'a> {
    /// The client that got or lost the credits.
    pub main: movements::Side<'a>,
    /// The client where they came from or went, and the entry there; a correction has none.
    far: ClientId,
    far_entry: Option<u64>,
}

/// The accounts of a move, or of a correction that moved the credits of one to another client of the same
/// reseller; `None` for any other change.
pub(super) fn ends<'a>(
    scene: &Scene<'_>,
    movement: &'a Movement,
) -> Result<Option<Ends<'a>>, Stop> {
    let (Some(main), Some(other)) = (movement.main(), movement.other()) else { return Ok(None) };
    if movement.undo == Undo::Posts {
        let (far, far_entry) = (other.client.id, Some(other.entry));
        return Ok(Some(Ends { main, far, far_entry }));
    }
    if movement.document.is_some() {
        return Ok(None);
    }
    let parent = |side: &movements::Side<'_>| Ok::<_, Stop>(scene.client(side.client.id)?.parent());
    let reseller = parent(&main)?;
    let is_sibling = parent(&other)? == reseller;
    let far = reseller.filter(|_| is_sibling);
    Ok(far.map(|far| Ends { main: other, far, far_entry: None }))
}

/// Whether the client got credits, by a move; a deduct that returned credits to its reseller took them.
fn is_got(main: &movements::Side<'_>) -> bool {
    main.changes.iter().any(|change| change.amount > 0)
}

/// The line that takes back what a correction moved to another client.
pub(super) fn way_back(
    scene: &Scene<'_>,
    target: &OpId,
    (movement, facts): (&Movement, &Facts),
) -> Result<Option<String>, Stop> {
    if let Some(document) = &facts.replaced_by {
        let number = document.number;
        let line =
            format!("its credits are on {number}: /invoice void {number} <reason> voids it.");
        return Ok(Some(line));
    }
    let ends = ends(scene, movement)?;
    Ok(ends.map(|Ends { main, .. }| {
        let Named { name, id, .. } = main.client;
        if is_got(&main) {
            format!("its credits are at {name} ({id}): /correct {target} --all takes them back.")
        } else {
            format!("{name} ({id}) gave the credits: /correct {target} --all gives them back.")
        }
    }))
}

/// Drafts the way back of a move.
pub(super) fn draft(scene: &Scene<'_>, ask: Ask, back: &Back<'_>) -> Result<Proposal, Stop> {
    let unknown = || Refusal::NotUndoable {
        op: back.target.clone(),
        why: "it moved no credits between two clients.".to_owned(),
    };
    let (movement, _) = back.receipt.credits().ok_or_else(unknown)?;
    let Ends { main, far: far_id, far_entry } = ends(scene, movement)?.ok_or_else(unknown)?;
    let near = scene.open_account(main.client.id)?;
    let far = scene.open_account(far_id)?;
    let left = unreturned(scene, back.target, &main, near.1)?;
    if back.tell.is_some() {
        return Err(no_mail(near.0));
    }
    let right = right(scene, back, (&main, near.0), far.0)?;
    let is_got = is_got(&main);
    let asked = asked(&left, &main, back.to)?;
    let add = TakenAdd {
        client: near.0,
        account: near.1,
        op: back.target,
        entry: main.entry,
        reseller: Some(far_id),
    };
    let counted =
        if is_got { counted(scene, &add, &asked, back.deducted)? } else { <_>::default() };
    let rest = asked.map(|kind, asked| asked.saturating_sub(*counted.credits.get(kind)));
    let partner = right.unwrap_or(far);
    let loser = if is_got { near } else { partner };
    let moved = spendable(loser, &rest, back.spent)?;
    // With a right client, deductions that count alone would move nothing to it.
    if moved.is_zero() && (right.is_some() || counted.credits.is_zero()) {
        return Err(Refusal::invalid("Nothing is left to move.").into());
    }
    let returned = moved.map(|kind, moved| moved.saturating_add(*counted.credits.get(kind)));
    let entries = (main.entry, far_entry);
    let way = Way { back, near, far, right, entries, is_got, is_whole: returned == left };
    let given_back = give_back(scene, &add, &counted)?;
    let lowered = is_got.then(|| LoweredAdd {
        op: back.target,
        at: back.receipt.at,
        added: main.amounts().map(|_, amount| amount.unsigned_abs()),
        rest: left.map(|kind, left| left.saturating_sub(*returned.get(kind))),
    });
    let (posts, writes) =
        way.post(scene, given_back, &counted.credits, &moved, lowered.as_ref())?;
    let movement = Movement { posts, document: None, undo: Undo::Never(Never::Reversal) };
    let facts = facts(back, &moved, counted.credits);
    let kinds = movement.kinds();
    let mut bound_to = bound(near.0, near.1, kinds.iter().copied());
    bound_to.extend(bound(partner.0, partner.1, kinds));
    bound_to.extend(bound_change(&movement, &facts.change));
    let worth = match back.own.filter(|_| right.is_none()) {
        Some(own) => own,
        None => {
            Worth { counts: right.is_some(), ..like_a_deduct(lists::value(scene, near.0, &moved)?) }
        }
    };
    let mut questions = vec![Question::Reversal];
    if let Some((_, account)) = right {
        let amounts = moved.map(|_, n| {
            (*n > 0).then(|| if is_got { signed(*n) } else { signed(*n).saturating_neg() })
        });
        questions.extend(earlier(scene, account, &amounts)?);
    }
    let text = sentence(&movement, &facts);
    let facts = contract::Facts::Credits(facts);
    Ok(Proposal {
        movement: Some(movement),
        questions,
        worth: Some(worth),
        bound: bound_to,
        ..scene.proposal(ask, Some(near.0.id), facts, writes, text)
    })
}

fn facts(back: &Back<'_>, moved: &PerKind<u64>, deducted: PerKind<u64>) -> Facts {
    let nothing = PerKind::default();
    let change = back.change.clone().unwrap_or_else(|| Changed::Corrected {
        op: back.target.clone(),
        off_invoice: nothing,
        written_off: nothing,
        owed: nothing,
        moved: *moved,
    });
    Facts { reason: back.reason.clone(), deducted, ..Facts::of(change) }
}

/// The client that takes the place of the reseller in a correction: another client of the same reseller.
fn right<'a>(
    scene: &Scene<'a>,
    back: &Back<'_>,
    (main, wrong): (&movements::Side<'_>, &Client),
    reseller: &Client,
) -> Result<Option<Holder<'a>>, Stop> {
    let CorrectTo::Move { client } = back.to else { return Ok(None) };
    let hit = scene.hit(client.text())?;
    let side = scene.open_account(hit.client)?;
    if hit.client == wrong.id {
        return Err(Refusal::invalid("The credits are this client’s already.").into());
    }
    if side.0.parent() != Some(reseller.id) {
        return Err(Refusal::invalid(format!(
            "{} is no client of {}, whose credits these are: take them back with --all, and add \
             them to {} anew.",
            side.0.name, reseller.name, side.0.name
        ))
        .into());
    }
    if is_got(main) {
        let with_mms = main.changes.iter().any(|change| change.kind == Kind::Mms);
        may_get(scene, side.0, side.1, with_mms)?;
    }
    Ok(Some(side))
}

/// The credits that should be moved back, per kind, of those that were not.
fn asked(
    left: &PerKind<u64>,
    main: &movements::Side<'_>,
    to: &CorrectTo,
) -> Result<PerKind<u64>, Stop> {
    let count = match to {
        CorrectTo::All | CorrectTo::Move { .. } => return Ok(*left),
        CorrectTo::Count(count) => *count,
    };
    let [change] = main.changes[..] else {
        return Err(Refusal::invalid(
            "This moved SMS and MMS credits: take all of it back, and move the right numbers.",
        )
        .into());
    };
    let left = *left.get(change.kind);
    match left.checked_sub(count).filter(|less| *less > 0) {
        Some(less) => Ok(PerKind::only(change.kind, less)),
        None => Err(Refusal::invalid(format!(
            "It moves {} {} credits; a correction only takes away. Move the rest by a command of \
             its own.",
            grouped(left),
            change.kind
        ))
        .into()),
    }
}

/// The credits that can be moved: all, or with `spent:take` those that are left.
fn spendable(
    (client, account): Holder<'_>,
    asked: &PerKind<u64>,
    spent: Option<Spent>,
) -> Result<PerKind<u64>, Stop> {
    match spent {
        None => {
            let some = asked.map(|_, credits| (*credits > 0).then_some(*credits));
            can_spare(&Named::from(client), account, &some)?;
            Ok(*asked)
        }
        Some(Spent::Take) => {
            Ok(asked.map(|kind, asked| (*asked).min(account.totals.get(kind).spendable())))
        }
        Some(Spent::Owe | Spent::WriteOff) => Err(Refusal::invalid(
            "Moved credits are neither owed nor forgiven: spent:take moves back what is left.",
        )
        .into()),
    }
}

/// The way back of a move.
struct Way<'a> {
    back: &'a Back<'a>,
    /// The client of the move, and its reseller.
    near: Holder<'a>,
    far: Holder<'a>,
    /// The client in the place of the reseller.
    right: Option<Holder<'a>>,
    /// The entries of the move on both accounts; a correction has none on the reseller's.
    entries: (u64, Option<u64>),
    /// The client got credits by the move.
    is_got: bool,
    /// Nothing of it stays moved: the duplicate guard forgets it.
    is_whole: bool,
}

impl Way<'_> {
    /// Posts the credits that count as deducted already and those that move. Each entry names the account
    /// that has its credits: the reseller has the deducted ones.
    fn post(
        &self,
        scene: &Scene<'_>,
        given_back: GivenBack,
        deducted: &PerKind<u64>,
        moved: &PerKind<u64>,
        lowered: Option<&LoweredAdd<'_>>,
    ) -> Result<(Vec<Post>, Vec<Write>), Stop> {
        let Way { near, far, right, is_got, .. } = *self;
        let GivenBack { account: mut after, mut posts, mut writes } = given_back;
        let sign = if is_got { -1_i64 } else { 1 };
        let returned = moved.map(|kind, moved| moved.saturating_add(*deducted.get(kind)));
        let shares = match right {
            Some((right, _)) => vec![(deducted, far.0.id), (moved, right.id)],
            None => vec![(&returned, far.0.id)],
        };
        for (kinds, holder) in shares.into_iter().filter(|(kinds, _)| !kinds.is_zero()) {
            let share = (kinds, sign);
            let posted =
                self.share((near.0, &after), scene, share, Some(self.entries.0), holder)?;
            posts.push(posted.post(Named::from(near.0)));
            writes.push(Write::Put(Record::Entry(posted.entry), Expect::Absent));
            // All entries of the change are one write of the account.
            after = Account { version: near.1.version, ..posted.account };
        }
        let mut after = next(&after);
        if let Some(lowered) = lowered {
            lower_largest(&mut after, lowered);
        }
        writes.push(Write::Put(Record::Account(after), Expect::Version(near.1.version)));
        if !moved.is_zero() {
            let partner = right.unwrap_or(far);
            let entry = self.entries.1.filter(|_| right.is_none());
            // What a right client loses is the reseller's since the wrong deduct.
            let holder = if is_got || right.is_none() { near.0.id } else { far.0.id };
            let share = (moved, sign.saturating_neg());
            let posted = self.share(partner, scene, share, entry, holder)?;
            posts.push(posted.post(Named::from(partner.0)));
            writes.push(Write::Put(Record::Entry(posted.entry), Expect::Absent));
            let version = Expect::Version(partner.1.version);
            writes.push(Write::Put(Record::Account(posted.account), version));
        }
        Ok((posts, writes))
    }

    /// Posts credits on one account. `reverses` is the entry of the move there, if it has one.
    fn share(
        &self,
        (client, account): Holder<'_>,
        scene: &Scene<'_>,
        (kinds, sign): (&PerKind<u64>, i64),
        reverses: Option<u64>,
        other: ClientId,
    ) -> Result<Posted, Stop> {
        let reason = match (reverses, sign > 0) {
            (Some(_), _) => Reason::Return,
            (None, true) => Reason::MoveIn,
            // The reseller gives back the credits that a deduct of its client had returned.
            (None, false) if self.right.is_none() => Reason::MoveOut,
            (None, false) => Reason::Deduct,
        };
        let change = |credits: &u64| signed(*credits).saturating_mul(sign);
        let posting = Posting {
            op: &scene.op,
            now: scene.now,
            actor: scene.actor_id(),
            reason,
            granted: kinds.map(|_, credits| (*credits > 0).then(|| change(credits))),
            note: self.back.reason.clone(),
            invoice: None,
            reverses,
            takes_back: (reverses.is_some() && self.is_whole).then_some(self.back.target),
            other: Some(other),
        };
        post(account, &Named::from(client), posting)
    }
}
