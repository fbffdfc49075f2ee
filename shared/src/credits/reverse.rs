//! Taking back: `/undo` and `/invoice void`. Both lower the credits that the invoice still gives, under
//! the invoice's version, in the change that moves the credits, whole or not at all, of every kind. Of a
//! deduct or move, the credits are given back that its returns have not given back yet
//! ([`crate::credits::bare`]). Deductions since the add are asked about ([`crate::credits::deducted`]).

use jiff::Timestamp;

use crate::clients::types::Client;
use crate::contract::change::{Expect, Write};
use crate::contract::image::{Image, Stop};
use crate::contract::plan::Worth;
use crate::contract::receipt::Receipt;
use crate::contract::refusal::Refusal;
use crate::contract::{self, Key, Record};
use crate::credits::bare::{self, unreturned};
use crate::credits::bound::{bound, bound_change};
use crate::credits::deducted::{TakenAdd, counted, give_back};
use crate::credits::guards::{can_spare, post};
use crate::credits::mails::{less_given, mail, tell};
use crate::credits::measure::{UNDO_FOR, like_a_deduct, may_take_back, own_worth};
use crate::credits::moved;
use crate::credits::sentence::sentence;
use crate::credits::types::{Ask, Changed, CorrectTo, Deducted, Facts};
use crate::decision::{Prefetch, Proposal, Scene};
use crate::invoices::documents::take_back;
use crate::invoices::types::{Invoice, InvoiceState, normal_reference};
use crate::invoices::void;
use crate::kernel::credit::{PerKind, signed};
use crate::kernel::day::utc_date;
use crate::kernel::id::{InvoiceNumber, Named, OpId, ROOT, StaffId};
use crate::kernel::mail::{MAIL_AFTER, MailEvent};
use crate::kernel::movement::{Movement, Never, Reason, Undo};
use crate::kernel::text::required;
use crate::ledger::account::Account;
use crate::ledger::entry::NOTE_MAX;
use crate::ledger::posting::{LoweredAdd, Posted, Posting, lower_largest, next, remember_rest};
use crate::plans::standing;
use crate::plans::types::Question;
use crate::pricing::lists::{self, worth_of};
use crate::staff::types::Spend;

/// Which records of a document are prefetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needed {
    /// The document and its payment.
    Payment,
    /// Also the payer's and the client's account.
    All,
}

/// Names the records that an undo will look at.
pub(super) fn needs_undo(op: Option<&OpId>, prefetch: &mut Prefetch<'_>) {
    let target = match (op, prefetch.caller) {
        (Some(op), _) => Some(op.clone()),
        (None, Some(caller)) => {
            prefetch.items(yesterday(caller, prefetch.now));
            peek_last_op(prefetch.image, caller, prefetch.now)
        }
        (None, None) => None,
    };
    if let Some(target) = target {
        needs_target(&target, prefetch);
    }
}

/// Names the records that taking an operation back will look at: its receipt names them all.
pub(super) fn needs_target(target: &OpId, prefetch: &mut Prefetch<'_>) {
    prefetch.item(Key::Operation(target.clone()));
    let receipt = prefetch.image.peek::<Receipt>(&Key::Operation(target.clone()));
    if let Some((movement, _)) = receipt.and_then(Receipt::credits) {
        needs_movement(&movement.clone(), prefetch);
    }
    needs_plan(prefetch);
}

/// Names the records that a plan to take something back will look at: it shows the movement that takes
/// the other one back, and the accounts are the same.
pub(super) fn needs_plan(prefetch: &mut Prefetch<'_>) {
    if let Some(movement) = prefetch.plan.and_then(|plan| plan.movement.clone()) {
        needs_movement(&movement, prefetch);
    }
}

fn needs_movement(movement: &Movement, prefetch: &mut Prefetch<'_>) {
    for side in movement.sides() {
        prefetch.client(side.client.id);
    }
    if let Some(document) = &movement.document {
        prefetch.item(Key::Invoice(document.number));
        prefetch.client(document.number.client);
        let reference = document.reference.as_deref().map(normal_reference);
        prefetch.items(reference.map(Key::Payment));
        needs_payments(document.number, prefetch);
        needs_deducted(document.number, prefetch);
    }
    // Its worth needs a price, of the parents too, once they are known.
    let Some(main) = movement.main() else { return };
    let client = main.client.id;
    let stored = prefetch.image.peek::<Client>(&Key::Client(client));
    let chain = match (stored, prefetch.plan) {
        (Some(stored), _) => stored.chain.clone(),
        (None, Some(plan)) => plan.bound.chain(),
        // Most clients are the house's own: a guess saves a round trip.
        (None, None) => vec![ROOT],
    };
    for change in &main.changes {
        prefetch.items(lists::needs(client, &chain, change.kind));
    }
    let account = prefetch.image.peek::<Account>(&Key::Account(client));
    if let (Some(account), Undo::Posts) = (account, movement.undo) {
        bare::needs(account, main.entry, prefetch);
    }
}

/// Names the records of a document that is named by its number.
pub(super) fn needs_document(number: InvoiceNumber, which: Needed, prefetch: &mut Prefetch<'_>) {
    prefetch.item(Key::Invoice(number));
    let Some(invoice) = prefetch.image.peek::<Invoice>(&Key::Invoice(number)) else { return };
    let (client, kinds) = (invoice.client, invoice.kinds());
    needs_payments(number, prefetch);
    if which == Needed::All {
        prefetch.client(client);
        let stored = prefetch.image.peek::<Client>(&Key::Client(client));
        let chain = stored.map_or_else(|| vec![ROOT], |stored| stored.chain.clone());
        for kind in kinds {
            prefetch.items(lists::needs(client, &chain, kind));
        }
        needs_deducted(number, prefetch);
    }
}

/// Names the payments of an invoice, whose money may become free.
fn needs_payments(number: InvoiceNumber, prefetch: &mut Prefetch<'_>) {
    if let Some(invoice) = prefetch.image.peek::<Invoice>(&Key::Invoice(number)) {
        prefetch.items(invoice.references().into_iter().map(Key::Payment));
    }
}

/// Names the deductions since the add of an invoice.
fn needs_deducted(number: InvoiceNumber, prefetch: &mut Prefetch<'_>) {
    let Some(invoice) = prefetch.image.peek::<Invoice>(&Key::Invoice(number)) else { return };
    let account = prefetch.image.peek::<Account>(&Key::Account(invoice.client));
    if let (Some(account), Some(entry)) = (account, invoice.entry) {
        bare::needs(account, entry, prefetch);
    }
}

/// A staff member's day before this one.
pub(crate) fn yesterday(staff: StaffId, now: Timestamp) -> Option<Key> {
    utc_date(now).yesterday().ok().map(|day| Key::Spend(staff, day))
}

fn peek_last_op(image: &Image, staff: StaffId, now: Timestamp) -> Option<OpId> {
    let today = utc_date(now);
    let of = |day| image.peek::<Spend>(&Key::Spend(staff, day)).and_then(|s| s.last_op.clone());
    of(today).or_else(|| today.yesterday().ok().and_then(of))
}

fn last_op(scene: &Scene<'_>, staff: StaffId) -> Result<Option<OpId>, Stop> {
    let today = scene.today();
    if let Some(op) = scene.image.spend(staff, today)?.last_op {
        return Ok(Some(op));
    }
    match today.yesterday() {
        Ok(day) => Ok(scene.image.spend(staff, day)?.last_op),
        Err(_) => Ok(None),
    }
}

/// Takes back one operation: the caller's last one if none is named.
pub(super) fn undo(scene: &Scene<'_>, ask: &Ask) -> Result<Proposal, Stop> {
    let Ask::Undo { op, deducted, tell: text } = ask else {
        return Err(Refusal::invalid("This takes nothing back.").into());
    };
    let target = match op {
        Some(op) => op.clone(),
        None => last_op(scene, scene.staff()?.staff)?.ok_or(Refusal::NothingToUndo)?,
    };
    let receipt = standing::receipt(scene, &target)?;
    let not =
        |why: &str| Stop::from(Refusal::NotUndoable { op: target.clone(), why: why.to_owned() });
    let (movement, facts) = receipt.credits().ok_or_else(|| match op {
        Some(_) => not("it changed no credits."),
        None => {
            not("it is your last change, and it changed no credits. Name the one that is meant.")
        }
    })?;
    may_take_back(scene, receipt, "undo")?;
    let own = own_worth(scene, receipt);
    if scene.now.duration_since(receipt.at) > UNDO_FOR {
        return Err(not("it is older than 24 hours; void its invoice, or deduct."));
    }
    let tell = tell(text.as_deref())?;
    let (op, deducted) = (Some(target.clone()), *deducted);
    let ask = Ask::Undo { op, deducted, tell: tell.clone() };
    let change = Changed::Undone(target.clone());
    match (movement.undo, &movement.document) {
        (Undo::WithDocument, Some(document)) => {
            let back =
                TakenBack { change, reason: None, target: Some(&target), own, deducted, tell };
            by_invoice(scene, ask, document.number, back)
        }
        (Undo::WithDocument, None) => Err(not("its invoice is not known.")),
        (Undo::Posts, _) if movement.other().is_some() => {
            let back = moved::Back {
                target: &target,
                receipt,
                to: &CorrectTo::All,
                change: Some(change),
                spent: None,
                reason: None,
                own,
                deducted,
                tell: tell.as_deref(),
            };
            moved::draft(scene, ask, &back)
        }
        (Undo::Posts, _) => by_posts(scene, ask, receipt, &target, own, tell),
        (Undo::Never(never), _) => {
            let way_back = moved::way_back(scene, &target, (movement, facts))?;
            Err(not(way_back.as_deref().unwrap_or(never.sentence())))
        }
    }
}

/// Voids an invoice of any age, with the credits that it still gives.
pub(super) fn void(scene: &Scene<'_>, ask: &Ask) -> Result<Proposal, Stop> {
    let Ask::InvoiceVoid { number, reason, deducted, tell: text } = ask else {
        return Err(Refusal::invalid("This voids no invoice.").into());
    };
    let reason = Some(required("reason", reason, NOTE_MAX)?);
    let (deducted, tell) = (*deducted, tell(text.as_deref())?);
    let change = Changed::Voided;
    let back = TakenBack { change, reason, target: None, own: None, deducted, tell };
    by_invoice(scene, ask.clone(), *number, back)
}

/// How an invoice is taken back.
struct TakenBack<'a> {
    change: Changed,
    reason: Option<String>,
    /// The add, where an operation was named.
    target: Option<&'a OpId>,
    /// Its worth, where it is the caller's own ([`own_worth`]).
    own: Option<Worth>,
    /// The caller’s answer about deductions since the add.
    deducted: Option<Deducted>,
    tell: Option<String>,
}

/// Takes back the credits that an invoice still gives, of every kind, and with them the invoice: void
/// when nothing was paid, else a credit note.
fn by_invoice(
    scene: &Scene<'_>,
    ask: Ask,
    number: InvoiceNumber,
    back: TakenBack<'_>,
) -> Result<Proposal, Stop> {
    let invoice = scene.image.invoice(number)?.ok_or(Refusal::UnknownInvoice { number })?;
    if invoice.corrects.is_some() {
        return Err(Refusal::InvoiceMismatch {
            number,
            why: "it is a credit note; only an invoice can be taken back.".to_owned(),
        }
        .into());
    }
    if matches!(invoice.state, InvoiceState::Void | InvoiceState::Refunded) {
        return Err(match back.target {
            Some(op) => Refusal::AlreadyReversed { op: op.clone() }.into(),
            None => Refusal::InvoiceState { number, state: invoice.state }.into(),
        });
    }
    let Some(entry) = invoice.entry else {
        if back.deducted.is_some() || back.tell.is_some() {
            let sentence = format!("{number} gave no credits: leave out deducted: and tell:.");
            return Err(Refusal::invalid(sentence).into());
        }
        return void::items(scene, ask.into(), invoice, &back.reason.unwrap_or_default());
    };
    let (client, account) = scene.open_account(invoice.client)?;
    let named = Named::from(client);
    let kinds = invoice.kinds();
    let add = TakenAdd { client, account, op: &invoice.op, entry, reseller: None };
    let counted = counted(scene, &add, &invoice.gives, back.deducted)?;
    let given_back = give_back(scene, &add, &counted)?;
    let gives = invoice.gives.map(|kind, gives| kinds.contains(&kind).then_some(*gives));
    can_spare(&named, &given_back.account, &gives)?;
    let posting = Posting {
        op: &scene.op,
        now: scene.now,
        actor: scene.actor_id(),
        reason: Reason::Reversal,
        granted: gives.map(|_, gives| gives.map(|gives| signed(gives).saturating_neg())),
        note: back.reason.clone(),
        invoice: Some(number),
        reverses: Some(entry),
        takes_back: Some(&invoice.op),
        other: None,
    };
    let posted = post(&given_back.account, &named, posting)?;
    let mut posts = given_back.posts;
    posts.push(posted.post(named));
    let Posted { account: mut after, entry } = posted;
    lower_sold(&mut after, invoice, PerKind::default());
    let payer = payer_of(scene, invoice)?;
    let mut billed = payer.map(next);
    let taken = take_back(scene, invoice, &entry, billed.as_mut().unwrap_or(&mut after))?;
    let mut writes = given_back.writes;
    writes.extend(taken.writes);
    if let (Some(billed), Some(payer)) = (billed, payer) {
        writes.push(Write::Put(Record::Account(billed), Expect::Version(payer.version)));
    }
    writes.push(Write::Put(Record::Account(after), Expect::Version(account.version)));
    writes.push(Write::Put(Record::Entry(entry), Expect::Absent));
    let movement =
        Movement { posts, document: Some(taken.document), undo: Undo::Never(Never::Reversal) };
    let deducted = counted.credits;
    let facts = Facts { reason: back.reason, deducted, ..Facts::of(back.change) };
    let worth = match back.own {
        Some(own) => own,
        None => like_a_deduct(worth_of(scene, client, &invoice.gives, invoice.gross_minor)?),
    };
    let mut bound = bound(client, account, kinds);
    bound.extend(bound_change(&movement, &facts.change));
    let mail = less_given(scene, invoice, &invoice.gives, &PerKind::default(), back.tell)?;
    let text = sentence(&movement, &facts);
    let facts = contract::Facts::Credits(facts);
    Ok(Proposal {
        movement: Some(movement),
        mails: mail.into_iter().collect(),
        questions: vec![Question::Reversal],
        worth: Some(worth),
        bound,
        ..scene.proposal(ask, Some(client.id), facts, writes, text)
    })
}

/// Lets the add of an invoice count as the credits that it still gives, for the duplicate guard and among the
/// largest adds.
pub(super) fn lower_sold(after: &mut Account, invoice: &Invoice, rest: PerKind<u64>) {
    remember_rest(after, &invoice.op, &rest);
    let added = rest.map(|kind, _| invoice.sold(kind));
    lower_largest(after, &LoweredAdd { op: &invoice.op, at: invoice.at, added, rest });
}

/// The account that pays an invoice, where that is not the client's own.
pub(super) fn payer_of<'a>(
    scene: &Scene<'a>,
    invoice: &Invoice,
) -> Result<Option<&'a Account>, Stop> {
    if invoice.number.client == invoice.client {
        return Ok(None);
    }
    Ok(Some(scene.open_account(invoice.number.client)?.1))
}

/// Gives back the credits of a deduct that were not given back yet. The client is told if it was told of
/// the deduct.
fn by_posts(
    scene: &Scene<'_>,
    ask: Ask,
    receipt: &Receipt,
    target: &OpId,
    own: Option<Worth>,
    tell: Option<String>,
) -> Result<Proposal, Stop> {
    let missing =
        || Refusal::NotUndoable { op: target.clone(), why: "it changed no credits.".to_owned() };
    let (movement, _) = receipt.credits().ok_or_else(missing)?;
    let main = movement.main().ok_or_else(missing)?;
    let (client, account) = scene.open_account(main.client.id)?;
    let credits = unreturned(scene, target, &main, account)?;
    let worth = match own {
        Some(own) => own,
        None => like_a_deduct(lists::value(scene, client, &credits)?),
    };
    let named = Named::from(client);
    let posting = Posting {
        op: &scene.op,
        now: scene.now,
        actor: scene.actor_id(),
        reason: Reason::Return,
        granted: credits.map(|_, credits| (*credits > 0).then(|| signed(*credits))),
        note: None,
        invoice: None,
        reverses: Some(main.entry),
        takes_back: Some(target),
        other: None,
    };
    let posted = post(account, &named, posting)?;
    let posts = vec![posted.post(named)];
    let writes = vec![
        Write::Put(Record::Account(posted.account), Expect::Version(account.version)),
        Write::Put(Record::Entry(posted.entry), Expect::Absent),
    ];
    let is_announced = scene.now.duration_since(receipt.at) >= MAIL_AFTER;
    let mail = if is_announced || tell.is_some() {
        mail(scene, client, MailEvent::CreditReturned { credits, tell })?
    } else {
        None
    };
    let reversal = Movement { posts, document: None, undo: Undo::Never(Never::Reversal) };
    let facts = Facts::of(Changed::Undone(target.clone()));
    let mut bound = bound(client, account, reversal.kinds());
    bound.extend(bound_change(&reversal, &facts.change));
    let text = sentence(&reversal, &facts);
    let facts = contract::Facts::Credits(facts);
    Ok(Proposal {
        movement: Some(reversal),
        mails: mail.into_iter().collect(),
        questions: vec![Question::Reversal],
        worth: Some(worth),
        bound,
        ..scene.proposal(ask, Some(client.id), facts, writes, text)
    })
}
