//! `/correct`: an add that was wrong made right: fewer credits, another client, none at all. Of any
//! age, linked to the add, by the same means as an undo: what the invoice still gives goes down under
//! the invoice's version, in the change that moves the credits.
//!
//! When the credits are spent already, nothing is guessed. Whoever corrects says which of three it
//! is: take what is left and leave the rest invoiced, let the client owe the rest, or write it off,
//! which somebody else has to approve.

use jiff::Timestamp;

use super::add::{self, Sale};
use super::draft::{Draft, bound, changed, naming, needs_earlier, open_account};
use super::reverse::{Noted, credit_change, note_off, take_back};
use super::{Found, Scene, prices};
use crate::account::Account;
use crate::answer::{Changed, CreditChange, Named, OtherSide};
use crate::client::{Class, Client};
use crate::credit::{Count, Kind};
use crate::entry::{Entry, Reason};
use crate::id::{ClientId, OpId, StaffId};
use crate::invoice::{Invoice, InvoiceState};
use crate::job::What;
use crate::mail::MailEvent;
use crate::operation::{Ask, CorrectTo, Spent};
use crate::plan::{BoundReceiver, Plan, Why};
use crate::posting::{Posting, next, post};
use crate::record::{Expect, Image, Key, Record, Write};
use crate::refusal::Refusal;
use crate::search::Hit;
use crate::staff::{Mode, Role};

/// What is asked of a correction.
pub(super) struct Correction<'a> {
    pub target: &'a OpId,
    pub to: &'a CorrectTo,
    pub spent: Option<Spent>,
    pub reason: Option<&'a str>,
}

/// The records that selling to a client has to see, when it is known by its id only.
pub(super) fn needs_receiver(client: ClientId, kind: Kind, image: &Image, keys: &mut Vec<Key>) {
    keys.extend([Key::Client(client), Key::Account(client)]);
    let Some(stored) = image.client(client) else { return };
    keys.extend(stored.chain.iter().map(|parent| Key::Client(*parent)));
    keys.push(Key::MmsGate(stored.root()));
    keys.extend(prices::needs(client, &stored.chain, kind));
}

/// The prices by which what is forgiven is measured.
pub(super) fn needs_measure(
    client: ClientId,
    kind: Kind,
    spent: Option<Spent>,
    image: &Image,
    keys: &mut Vec<Key>,
) {
    match (spent, image.client(client)) {
        (Some(Spent::WriteOff), Some(stored)) => {
            keys.extend(prices::needs(client, &stored.chain, kind));
        }
        (Some(Spent::WriteOff | Spent::Owe | Spent::Take) | None, _) => {}
    }
}

/// The staff member who made the change of the right client that a move may repeat.
pub(super) fn named_earlier(
    added: &CreditChange,
    receiver: ClientId,
    caller: Option<StaffId>,
    image: &Image,
    now: Timestamp,
) -> Option<Key> {
    let invoice = image.invoice(added.invoice.as_ref()?.number)?;
    let count = Count::try_new(*invoice.gives.get(added.kind)).ok()?;
    needs_earlier(image.account(receiver)?, added.kind, count.signed(), caller, now)
}

/// The ask in the form that a plan keeps, the right client by its id, and that client's hit. Without
/// another client only the add itself counts, which is named exactly.
pub(super) fn asked(
    scene: &Scene<'_>,
    ask: &Ask,
    found: &Found,
) -> Result<(Ask, Option<Hit>), Refusal> {
    let mut ask = ask.clone();
    match &mut ask {
        Ask::Correct { to: CorrectTo::Move { client }, .. } => {
            let hit = scene.the_client(found)?.clone();
            *client = hit.client.to_string();
            Ok((ask, Some(hit)))
        }
        _ => Ok((ask, None)),
    }
}

/// Drafts a correction. The hit is the right client's, where the credits go to another one.
pub(super) fn draft(
    scene: &Scene<'_>,
    correction: &Correction<'_>,
    hit: Option<&Hit>,
    plan: Option<&Plan>,
) -> Result<Draft, Refusal> {
    let Correction { target, to, spent, reason } = correction;
    let stored = scene
        .image
        .operation(target)
        .ok_or_else(|| Refusal::UnknownOperation { op: (*target).clone() })?;
    let not = |why: &str| Refusal::NotUndoable { op: (*target).clone(), why: why.to_owned() };
    let change = credit_change(stored).ok_or_else(|| not("it changed no credits."))?;
    let own = stored.by == scene.caller.staff;
    if !own && scene.role() < Role::Billing {
        return Err(not("it is somebody else’s; billing can correct it."));
    }
    let (Changed::Added(mode), Some(brief)) = (&change.what, &change.invoice) else {
        return Err(not("only an add with an invoice is corrected; /undo takes others back."));
    };
    let number = brief.number;
    let invoice = scene.image.invoice(number).ok_or(Refusal::UnknownInvoice { number })?;
    if matches!(invoice.state, InvoiceState::Void | InvoiceState::Refunded) {
        return Err(Refusal::AlreadyReversed { op: (*target).clone() });
    }
    let reason =
        reason.map(|text| super::said("reason", text, crate::entry::NOTE_MAX)).transpose()?;
    let kind = change.kind;
    let gives = *invoice.gives.get(kind);
    let asked = match to {
        CorrectTo::All | CorrectTo::Move { .. } => gives,
        CorrectTo::Count(count) => gives
            .checked_sub(*count)
            .filter(|less| *less > 0)
            .ok_or_else(|| too_many(scene, invoice, kind, *count))?,
    };
    let (client, account) = open_account(scene, invoice.client)?;
    let taken = taken(client, account, kind, asked, *spent, target)?;
    let wrong = Wrong { client, account, invoice, kind };
    let mut writes = Vec::new();
    let side = take(scene, &wrong, taken, reason.clone(), &mut writes)?;
    let what = Changed::Corrected {
        op: (*target).clone(),
        off_invoice: taken.off_invoice,
        written_off: taken.written_off,
        owed: taken.owed,
        moved: 0,
    };
    let named = Named::from(client);
    let mut corrected = changed(scene, named, account, &side.after, kind, &side.entry, what);
    corrected.amount = corrected.after.saturating_sub(corrected.before);
    corrected.invoice = Some(side.brief);
    writes.push(Write::Put(Record::Entry(side.entry), Expect::Absent));
    writes.push(Write::Put(Record::Account(side.after), Expect::Version(account.version)));
    let mut why = vec![Why::Reversal];
    why.extend(
        (taken.written_off > 0).then_some(Why::WriteOff { kind, credits: taken.written_off }),
    );
    why.extend((taken.owed > 0).then_some(Why::Owes { kind, credits: taken.owed }));
    // Taking back one's own is no new risk; what is forgiven is given away, whoever added it, and
    // worth its list price also where the add was a grant.
    let mut worth = if own { 0 } else { invoice.gross_minor };
    if taken.written_off > 0 {
        worth = worth.max(prices::value(scene, client, kind, taken.written_off)?);
    }
    let mut bound = bound(client, account, kind, None, worth, Mode::Open);
    let mut mails: Vec<_> = mail(scene, &wrong, taken, reason.as_deref()).into_iter().collect();
    let mut counts = false;
    if let CorrectTo::Move { client } = to {
        let hit = hit
            .ok_or_else(|| Refusal::UnknownClient { typed: client.clone(), nearest: Vec::new() })?;
        let resold = resell(scene, hit, &wrong, taken.off_invoice, *mode, reason, plan)?;
        corrected.other = Some(OtherSide {
            client: resold.change.client.clone(),
            before: resold.change.before,
            after: resold.change.after,
            entry: resold.change.entry,
        });
        if let Changed::Corrected { moved, .. } = &mut corrected.what {
            *moved = resold.change.amount.unsigned_abs();
        }
        corrected.replaced_by.clone_from(&resold.change.invoice);
        // What is sold anew is an add like any other: of its mode, and of its author's day.
        counts = resold.counts;
        bound.worth_minor = worth.max(resold.bound.worth_minor);
        bound.per_1000_minor = resold.bound.per_1000_minor;
        bound.mode = resold.bound.mode;
        bound.receiver = Some(BoundReceiver {
            status: resold.bound.status,
            chain: resold.bound.chain,
            staff_changes: resold.bound.staff_changes,
        });
        why.extend(naming(hit));
        // The author is asked about the correction as a whole; of what an add is asked about, only a
        // possible duplicate matters here.
        why.extend(resold.why.into_iter().filter(Why::is_duplicate));
        writes.extend(resold.writes);
        mails.extend(resold.mails);
    }
    Ok(Draft { op: scene.op.clone(), change: corrected, writes, mails, why, bound, counts })
}

/// What is told of a correction: its payer of an invoice that is void, its client of credits that are
/// gone. Who was not told of the add yet is not told of its correction either: the mail about the add
/// says what it still gives when it is sent.
fn mail(
    scene: &Scene<'_>,
    wrong: &Wrong<'_>,
    taken: Taken,
    reason: Option<&str>,
) -> Option<(What, Timestamp)> {
    let Wrong { invoice, kind, .. } = wrong;
    if scene.now.duration_since(invoice.at) < add::MAIL_AFTER {
        return None;
    }
    let number = invoice.number;
    if taken.off_invoice == *invoice.gives.get(*kind) {
        let event = MailEvent::InvoiceVoided { invoice: number };
        return Some((What::Mail { client: number.client, event }, scene.now));
    }
    // What is forgiven was never taken from the client.
    let count = Count::try_new(taken.off_invoice.saturating_sub(taken.written_off)).ok()?;
    let reason = reason.unwrap_or("a correction").to_owned();
    let event = MailEvent::CreditDeducted { kind: *kind, count, reason };
    Some((What::Mail { client: invoice.client, event }, scene.now))
}

fn too_many(scene: &Scene<'_>, invoice: &Invoice, kind: Kind, count: u64) -> Refusal {
    let gives = *invoice.gives.get(kind);
    let name = scene.image.client(invoice.client).map(|c| c.login.clone()).unwrap_or_default();
    let more = count.saturating_sub(gives);
    Refusal::Invalid {
        why: if more == 0 {
            format!("This add gives {} {kind} credits already.", crate::credit::grouped(gives))
        } else {
            format!(
                "This add gives {} {kind} credits; a correction only takes away. Add the rest: \
                 /addcredit {} {name} {more}.",
                crate::credit::grouped(gives),
                kind.word()
            )
        },
    }
}

/// How many credits go where.
#[derive(Clone, Copy)]
struct Taken {
    /// What the invoice gives less.
    off_invoice: u64,
    /// What of it is not there and forgiven.
    written_off: u64,
    /// What of it is not there and owed.
    owed: u64,
}

fn taken(
    client: &Client,
    account: &Account,
    kind: Kind,
    asked: u64,
    spent: Option<Spent>,
    target: &OpId,
) -> Result<Taken, Refusal> {
    let spendable = account.totals.get(kind).spendable();
    let short = asked.saturating_sub(spendable);
    let none = Taken { off_invoice: asked, written_off: 0, owed: 0 };
    match (short, spent) {
        (0, _) => Ok(none),
        (_, None) => Err(Refusal::Spent {
            client: Named::from(client),
            op: target.clone(),
            kind,
            spendable,
            asked,
        }),
        (_, Some(Spent::Take)) if spendable == 0 => Err(Refusal::NotUndoable {
            op: target.clone(),
            why: "nothing of it is left to take; let it owe, or write it off.".to_owned(),
        }),
        (_, Some(Spent::Take)) => Ok(Taken { off_invoice: spendable, ..none }),
        (_, Some(Spent::Owe)) => Ok(Taken { owed: short, ..none }),
        (_, Some(Spent::WriteOff)) => Ok(Taken { written_off: short, ..none }),
    }
}

/// What was wrong: whose account has the credits, and the invoice that gave them.
struct Wrong<'a> {
    client: &'a Client,
    account: &'a Account,
    invoice: &'a Invoice,
    kind: Kind,
}

/// The side from which credits are taken.
struct Side {
    after: Account,
    entry: Entry,
    brief: crate::answer::InvoiceBrief,
}

/// Takes credits off an invoice and its client's account, and writes off what is forgiven.
fn take(
    scene: &Scene<'_>,
    wrong: &Wrong<'_>,
    taken: Taken,
    note: Option<String>,
    writes: &mut Vec<Write>,
) -> Result<Side, Refusal> {
    let Wrong { client, account, invoice, kind } = *wrong;
    let named = Named::from(client);
    let posting = |reason, granted, note, of_invoice: bool| Posting {
        op: &scene.op,
        now: scene.now,
        actor: scene.actor(),
        reason,
        kind,
        granted,
        note,
        invoice: of_invoice.then_some(invoice.number),
        reverses: of_invoice.then_some(invoice.entry),
        other: None,
    };
    let off = i64::try_from(taken.off_invoice).unwrap_or(i64::MAX).saturating_neg();
    // What is forgiven comes first, so that the line that takes the credits is below zero only by what
    // the client owes from then on. It is an entry of its own, because the invoice gives that much less
    // all the same.
    let forgiven = i64::try_from(taken.written_off).unwrap_or(i64::MAX);
    let raised = if forgiven == 0 {
        account.clone()
    } else {
        let write_off = posting(Reason::WriteOff, forgiven, note.clone(), false);
        let (raised, entry) = post(account, &named, write_off)?;
        writes.push(Write::Put(Record::Entry(entry), Expect::Absent));
        // Both are one write of the account.
        Account { version: account.version, ..raised }
    };
    let (mut after, entry) = post(&raised, &named, posting(Reason::Reversal, off, note, true))?;
    let payer = if invoice.number.client == invoice.client {
        None
    } else {
        Some(open_account(scene, invoice.number.client)?.1)
    };
    let mut billed = payer.map(next);
    let (extra, brief) = {
        let on = billed.as_mut().unwrap_or(&mut after);
        if taken.off_invoice == *invoice.gives.get(kind) {
            take_back(scene, invoice, &entry, on)?
        } else {
            note_off(scene, Noted { invoice, kind, count: taken.off_invoice }, &entry, on)?
        }
    };
    writes.extend(extra);
    if let (Some(billed), Some(payer)) = (billed, payer) {
        writes.push(Write::Put(Record::Account(billed), Expect::Version(payer.version)));
    }
    Ok(Side { after, entry, brief })
}

/// Sells what was taken from the wrong client to the right one: no more, or one add could be moved
/// again and again while its credits are spent. What was paid stays on its payment, free to be
/// matched with the new invoice, which is therefore open.
fn resell(
    scene: &Scene<'_>,
    hit: &Hit,
    wrong: &Wrong<'_>,
    credits: u64,
    mode: Mode,
    reason: Option<String>,
    plan: Option<&Plan>,
) -> Result<Draft, Refusal> {
    let Wrong { invoice, kind, .. } = *wrong;
    let right = scene.client(hit.client)?;
    let parent = right.parent().and_then(|parent| scene.image.client(parent));
    if parent.is_some_and(|parent| parent.class == Class::Reseller) {
        return Err(Refusal::Invalid {
            why: format!(
                "{} gets its credits from its reseller: take these back with --all, and add them \
                 to {} anew.",
                right.name, right.name
            ),
        });
    }
    if [invoice.client, invoice.number.client].contains(&hit.client) {
        return Err(Refusal::Invalid {
            why: "The credits are this client’s already.".to_owned()
        });
    }
    let reason = reason.or_else(|| (mode == Mode::Grant).then(|| "moved grant".to_owned()));
    let sale = Sale {
        kind,
        count: Count::try_new(credits).map_err(|_| Refusal::Invalid {
            why: "Nothing of it is left to be moved.".to_owned(),
        })?,
        mode: if mode == Mode::Paid { Mode::Open } else { mode },
        reference: None,
        reason: reason.as_deref(),
        from_house: false,
        price: plan.and_then(|plan| plan.bound.per_1000_minor),
    };
    add::draft(scene, hit, &sale)
}
