//! `/correct`: an add that was wrong made right: fewer credits, another client, none at all. Of any
//! age, linked to the add, by the same means as an undo: what the invoice still gives goes down under
//! the invoice's version, in the change that moves the credits.
//!
//! When the credits are spent already, nothing is guessed. Whoever corrects says which of three it
//! is: take what is left and leave the rest invoiced, let the client owe the rest, or write it off,
//! which somebody else has to approve.

use super::add::{self, Sale};
use super::draft::{Draft, bound, changed, earlier, naming, open_account};
use super::reverse::{Noted, credit_change, note_off, take_back};
use super::{Found, Scene, hit_by_id, prices};
use crate::account::Account;
use crate::answer::{Changed, Named, OtherSide};
use crate::client::{Class, Client};
use crate::credit::{Count, Kind};
use crate::entry::{Entry, Reason};
use crate::id::{ClientId, OpId};
use crate::invoice::{Invoice, InvoiceState};
use crate::job::What;
use crate::mail::MailEvent;
use crate::operation::{Ask, CorrectTo, Spent};
use crate::plan::{Plan, Why};
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
    keys.extend(prices::scopes(client, &stored.chain).map(|scope| Key::Prices(scope, kind)));
}

/// The ask in the form that a plan keeps, the right client by its id, and that client's hit. Without
/// another client only the add itself counts, which is named exactly.
pub(super) fn asked(scene: &Scene<'_>, ask: &Ask, found: &Found) -> Result<(Ask, Hit), Refusal> {
    let mut ask = ask.clone();
    match &mut ask {
        Ask::Correct { to: CorrectTo::Move { client }, .. } => {
            let hit = scene.the_client(found)?.clone();
            *client = hit.client.to_string();
            Ok((ask, hit))
        }
        _ => Ok((ask, hit_by_id(crate::id::ROOT, scene.image))),
    }
}

/// Drafts a correction. The hit is the right client's, where the credits go to another one.
pub(super) fn draft(
    scene: &Scene<'_>,
    correction: &Correction<'_>,
    hit: &Hit,
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
    let mut writes = Vec::new();
    let side = take(scene, client, account, invoice, kind, taken, reason.clone(), &mut writes)?;
    let what = Changed::Corrected((*target).clone());
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
    let mut worth = if own { 0 } else { invoice.gross_minor };
    let mut per_1000 = None;
    // Who was not told of the add yet is not told of its correction either.
    let told = scene.now.duration_since(invoice.at) >= add::MAIL_AFTER;
    let count = Count::try_new(taken.off_invoice).ok();
    let event = match count.filter(|_| taken.off_invoice < gives) {
        None => MailEvent::InvoiceVoided { invoice: number },
        Some(count) => {
            let why = reason.clone().unwrap_or_else(|| "a correction".to_owned());
            MailEvent::CreditDeducted { kind, count, reason: why }
        }
    };
    let mail = (What::Mail { client: number.client, event }, scene.now);
    let mut mails: Vec<_> = told.then_some(mail).into_iter().collect();
    if let CorrectTo::Move { .. } = to {
        let resold = resell(scene, hit, invoice, *mode, gives, reason, plan)?;
        corrected.other = Some(OtherSide {
            client: resold.change.client.clone(),
            before: resold.change.before,
            after: resold.change.after,
            entry: resold.change.entry,
        });
        corrected.replaced_by.clone_from(&resold.change.invoice);
        worth = worth.max(resold.bound.worth_minor);
        per_1000 = resold.bound.per_1000_minor;
        why.extend(naming(hit));
        why.extend(resold.why);
        writes.extend(resold.writes);
        mails.extend(resold.mails);
    }
    Ok(Draft {
        op: scene.op.clone(),
        change: corrected,
        writes,
        mails,
        why,
        bound: bound(client, account, kind, per_1000, worth, *mode),
        counts: false,
    })
}

fn too_many(scene: &Scene<'_>, invoice: &Invoice, kind: Kind, count: u64) -> Refusal {
    let gives = *invoice.gives.get(kind);
    let name = scene.image.client(invoice.client).map(|c| c.login.clone()).unwrap_or_default();
    let more = count.saturating_sub(gives);
    Refusal::Invalid {
        why: if more == 0 {
            format!("It gives {} {kind} credits already.", crate::credit::grouped(gives))
        } else {
            format!(
                "It gives {} {kind} credits; a correction only takes away. Add the rest: \
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

/// The side from which credits are taken.
struct Side {
    after: Account,
    entry: Entry,
    brief: crate::answer::InvoiceBrief,
}

/// Takes credits off an invoice and its client's account, and writes off what is forgiven.
#[expect(clippy::too_many_arguments, reason = "they are what one entry and its invoice say")]
fn take(
    scene: &Scene<'_>,
    client: &Client,
    account: &Account,
    invoice: &Invoice,
    kind: Kind,
    taken: Taken,
    note: Option<String>,
    writes: &mut Vec<Write>,
) -> Result<Side, Refusal> {
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
    // What is forgiven comes first, so that no line of the account is below zero; it is an entry of
    // its own, because the invoice gives that much less all the same.
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

/// Sells what the wrong client had to the right one. What was paid stays on its payment, free to be
/// matched with the new invoice, which is therefore open.
fn resell(
    scene: &Scene<'_>,
    hit: &Hit,
    invoice: &Invoice,
    mode: Mode,
    credits: u64,
    reason: Option<String>,
    plan: Option<&Plan>,
) -> Result<Draft, Refusal> {
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
    let kind = invoice.lines.first().map_or(Kind::Sms, |line| line.kind);
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
    let resold = add::draft(scene, hit, &sale)?;
    let again = earlier_of(scene, &resold, kind);
    Ok(Draft { why: again, ..resold })
}

/// Of what an add is asked about, only a possible duplicate matters here: the author was asked about
/// the correction as a whole.
fn earlier_of(scene: &Scene<'_>, resold: &Draft, kind: Kind) -> Vec<Why> {
    let account = scene.image.account(resold.change.client.id);
    let again = account.and_then(|account| earlier(scene, account, kind, resold.change.amount));
    again.into_iter().collect()
}
