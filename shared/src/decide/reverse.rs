//! Taking back: `/undo` and `/invoice void`. Both lower what the invoice still gives, under the
//! invoice's version, in the change that moves the credits, whole or not at all. An entry without an
//! invoice is reversed whole under a key of its own, so that it is reversed once whoever asks.

use jiff::{SignedDuration, Timestamp};

use super::add::MAIL_AFTER;
use super::draft::{Draft, bound, changed, draft, open_account, reversal_op};
use super::prices;
use super::{Scene, said, today_utc};
use crate::account::Account;
use crate::answer::{Answer, Changed, CreditChange, InvoiceBrief, Named, OtherSide};
use crate::credit::{Kind, PerKind};
use crate::entry::{Entry, NOTE_MAX, Reason};
use crate::id::{ClientId, InvoiceNumber, OpId, Series, StaffId};
use crate::invoice::{Invoice, InvoiceLine, InvoiceState, normal_reference};
use crate::job::What;
use crate::mail::MailEvent;
use crate::money::Money;
use crate::operation::Ask;
use crate::plan::{Plan, Why};
use crate::posting::{Posting, next, post};
use crate::record::{Expect, Image, Key, Record, Stored, StoredOutcome, Write};
use crate::refusal::Refusal;
use crate::staff::{Mode, Role};

/// For how long an operation can be undone.
const UNDO_FOR: SignedDuration = SignedDuration::from_hours(24);

/// The records that an undo has to see.
pub(super) fn needs_undo(
    op: Option<&OpId>,
    caller: Option<StaffId>,
    image: &Image,
    now: Timestamp,
    keys: &mut Vec<Key>,
) {
    if op.is_none() {
        keys.extend(caller.and_then(|staff| yesterday(staff, now)));
    }
    let last = || last_op(image, caller?, now);
    let Some(target) = op.cloned().or_else(last) else { return };
    keys.push(Key::Operation(target.clone()));
    if let Some(change) = image.operation(&target).and_then(credit_change) {
        let chain = image.client(change.client.id).map_or(&[][..], |client| &client.chain);
        needs_reversed(change, chain, keys);
    }
}

/// The records that taking back a change has to see: the change itself names them all.
fn needs_reversed(change: &CreditChange, chain: &[ClientId], keys: &mut Vec<Key>) {
    let client = change.client.id;
    keys.extend([Key::Client(client), Key::Account(client)]);
    match &change.invoice {
        Some(brief) => {
            let payer = brief.number.client;
            keys.extend([Key::Invoice(brief.number), Key::Client(payer), Key::Account(payer)]);
            keys.extend(brief.reference.as_deref().map(|r| Key::Payment(normal_reference(r))));
        }
        None => {
            // What it is worth needs a price: of the parents too, once they are known.
            keys.extend(prices::needs(client, chain, change.kind));
            keys.push(Key::Operation(reversal_op(client, change.entry)));
            if let Some(other) = &change.other {
                keys.extend([Key::Client(other.client.id), Key::Account(other.client.id)]);
            }
        }
    }
}

/// The records that a plan to take something back has to see: what it showed names them.
pub(super) fn needs_plan(plan: &Plan, keys: &mut Vec<Key>) {
    needs_reversed(&plan.change, &plan.bound.chain, keys);
    if let Ask::Undo { op: Some(target) } = &plan.ask {
        keys.push(Key::Operation(target.clone()));
    }
}

/// The records that taking an invoice back has to see.
pub(super) fn needs_invoice(number: InvoiceNumber, image: &Image, keys: &mut Vec<Key>) {
    // The payer is in the number; who got the credits is on the invoice.
    let mut clients = vec![number.client];
    clients.extend(image.invoice(number).map(|invoice| invoice.client));
    keys.push(Key::Invoice(number));
    keys.extend(clients.into_iter().flat_map(|c| [Key::Client(c), Key::Account(c)]));
    keys.extend(payment_key(image, number));
}

/// The payment that an invoice names, once the invoice was read.
pub(super) fn payment_key(image: &Image, number: InvoiceNumber) -> Option<Key> {
    let reference = image.invoice(number)?.reference.as_deref()?;
    Some(Key::Payment(normal_reference(reference)))
}

/// Where a staff member's day before this one is kept.
pub(super) fn yesterday(staff: StaffId, now: Timestamp) -> Option<Key> {
    today_utc(now).yesterday().ok().map(|day| Key::Spend(staff, day))
}

fn last_op(image: &Image, staff: StaffId, now: Timestamp) -> Option<OpId> {
    let today = today_utc(now);
    let before = today.yesterday().ok();
    image
        .spend(staff, today)
        .last_op
        .or_else(|| before.and_then(|day| image.spend(staff, day).last_op))
}

/// What a stored operation changed, if it was a commit that changed credits.
pub(super) fn credit_change(stored: &Stored) -> Option<&CreditChange> {
    match &stored.outcome {
        StoredOutcome::Done(Answer::Credit(change)) => Some(change),
        StoredOutcome::Done(_) | StoredOutcome::Refused(_) | StoredOutcome::Took(_) => None,
    }
}

/// Drafts the reversal that a call asks for, with the ask in the form that a plan keeps.
pub(super) fn draft_call(scene: &Scene<'_>, ask: &Ask) -> Result<(Ask, Draft), Refusal> {
    let ask = match ask {
        Ask::Undo { op: None } => Ask::Undo {
            op: Some(
                last_op(scene.image, scene.caller.staff, scene.now)
                    .ok_or(Refusal::NothingToUndo)?,
            ),
        },
        ask => ask.clone(),
    };
    let drafted = draft(scene, &ask, None, None)?;
    Ok((ask, drafted))
}

/// Takes back one operation.
pub(super) fn undo(scene: &Scene<'_>, target: &OpId) -> Result<Draft, Refusal> {
    let stored = scene
        .image
        .operation(target)
        .ok_or_else(|| Refusal::UnknownOperation { op: target.clone() })?;
    let not = |why: &str| Refusal::NotUndoable { op: target.clone(), why: why.to_owned() };
    let change = credit_change(stored).ok_or_else(|| not("it changed no credits."))?;
    if stored.by != scene.caller.staff && scene.role() < Role::Billing {
        return Err(not("it is somebody else’s; billing can undo it."));
    }
    if scene.now.duration_since(stored.at) > UNDO_FOR {
        return Err(not("it is older than 24 hours; void its invoice, or deduct."));
    }
    let what = Changed::Undone(target.clone());
    // Taking back one's own is no new risk; somebody else's is measured like a deduct.
    let own = stored.by == scene.caller.staff;
    match (&change.what, &change.invoice) {
        (Changed::Added(_), Some(brief)) => {
            by_invoice(scene, brief.number, what, None, Some(target), own)
        }
        (Changed::Deducted, None) => give_back(scene, change, what, target, own),
        (Changed::Moved, _) => move_back(scene, change, what, target),
        (Changed::Deducted, Some(_)) => {
            Err(not("it made a credit note; add the credits again instead."))
        }
        (Changed::Added(_), None) => Err(not("its invoice is not known.")),
        (Changed::Undone(_) | Changed::Voided | Changed::Corrected { .. }, _) => {
            Err(not("what was taken back is not brought back; add the credits again."))
        }
    }
}

/// Voids an invoice, of any age, with what it still gives.
pub(super) fn void(
    scene: &Scene<'_>,
    number: InvoiceNumber,
    reason: &str,
) -> Result<Draft, Refusal> {
    let reason = said("reason", reason, NOTE_MAX)?;
    by_invoice(scene, number, Changed::Voided, Some(reason), None, false)
}

/// Takes back what an invoice still gives, and with it the invoice: void when nothing was paid, a
/// credit note when it was.
fn by_invoice(
    scene: &Scene<'_>,
    number: InvoiceNumber,
    what: Changed,
    reason: Option<String>,
    target: Option<&OpId>,
    own: bool,
) -> Result<Draft, Refusal> {
    let invoice = scene.image.invoice(number).ok_or(Refusal::UnknownInvoice { number })?;
    if invoice.corrects.is_some() {
        return Err(Refusal::InvoiceMismatch {
            number,
            why: "it is a credit note; only an invoice can be taken back.".to_owned(),
        });
    }
    if matches!(invoice.state, InvoiceState::Void | InvoiceState::Refunded) {
        return Err(match target {
            Some(op) => Refusal::AlreadyReversed { op: op.clone() },
            None => Refusal::InvoiceState { number, state: invoice.state },
        });
    }
    let kind = invoice.lines.first().map_or(Kind::Sms, |line| line.kind);
    let gives = *invoice.gives.get(kind);
    let (client, account) = open_account(scene, invoice.client)?;
    let named = Named::from(client);
    let spendable = account.totals.get(kind).spendable();
    if spendable < gives {
        return Err(Refusal::NotEnough { client: named, kind, spendable, asked: gives });
    }
    let taken = i64::try_from(gives).unwrap_or(i64::MAX).saturating_neg();
    let posting = Posting {
        op: &scene.op,
        now: scene.now,
        actor: scene.actor(),
        reason: Reason::Reversal,
        kind,
        granted: taken,
        note: reason,
        invoice: Some(number),
        reverses: Some(invoice.entry),
        other: None,
    };
    let (mut after, entry) = post(account, &named, posting)?;
    let payer = if number.client == invoice.client {
        None
    } else {
        Some(open_account(scene, number.client)?.1)
    };
    let mut writes = Vec::new();
    let mut billed = payer.map(next);
    let (extra, brief) = {
        let on = billed.as_mut().unwrap_or(&mut after);
        take_back(scene, invoice, &entry, on)?
    };
    writes.extend(extra);
    if let (Some(billed), Some(payer)) = (billed, payer) {
        writes.push(Write::Put(Record::Account(billed), Expect::Version(payer.version)));
    }
    let change = CreditChange {
        invoice: Some(brief),
        ..changed(scene, named, account, &after, kind, &entry, what)
    };
    writes.push(Write::Put(Record::Account(after), Expect::Version(account.version)));
    writes.push(Write::Put(Record::Entry(entry), Expect::Absent));
    // Who was not told of the invoice yet is not told that it is void either.
    let told = scene.now.duration_since(invoice.at) >= MAIL_AFTER;
    let event = MailEvent::InvoiceVoided { invoice: number };
    Ok(Draft {
        op: scene.op.clone(),
        change,
        writes,
        mails: told
            .then_some((What::Mail { client: number.client, event }, scene.now))
            .into_iter()
            .collect(),
        why: vec![Why::Reversal],
        bound: bound(
            client,
            account,
            kind,
            None,
            if own { 0 } else { invoice.gross_minor },
            Mode::Open,
        ),
        counts: false,
    })
}

/// Reverses a deduct that named no invoice.
fn give_back(
    scene: &Scene<'_>,
    deduct: &CreditChange,
    what: Changed,
    target: &OpId,
    own: bool,
) -> Result<Draft, Refusal> {
    let (client, account) = open_account(scene, deduct.client.id)?;
    let credits = deduct.amount.unsigned_abs();
    let worth = if own { 0 } else { super::prices::value(scene, client, deduct.kind, credits)? };
    let op = unreversed(scene, client.id, deduct.entry, target)?;
    let named = Named::from(client);
    let posting = Posting {
        op: &op,
        now: scene.now,
        actor: scene.actor(),
        reason: Reason::Return,
        kind: deduct.kind,
        granted: deduct.amount.saturating_neg(),
        note: None,
        invoice: None,
        reverses: Some(deduct.entry),
        other: None,
    };
    let (after, entry) = post(account, &named, posting)?;
    let change = changed(scene, named, account, &after, deduct.kind, &entry, what);
    Ok(Draft {
        op,
        change,
        writes: vec![
            Write::Put(Record::Account(after), Expect::Version(account.version)),
            Write::Put(Record::Entry(entry), Expect::Absent),
        ],
        mails: Vec::new(),
        why: vec![Why::Reversal],
        bound: bound(client, account, deduct.kind, None, worth, Mode::Open),
        counts: false,
    })
}

/// Reverses a move: the credits go back to the account that gave them.
fn move_back(
    scene: &Scene<'_>,
    moved: &CreditChange,
    what: Changed,
    target: &OpId,
) -> Result<Draft, Refusal> {
    let other = moved.other.as_ref().ok_or_else(|| Refusal::NotUndoable {
        op: target.clone(),
        why: "the account that gave the credits is not known.".to_owned(),
    })?;
    let (client, account) = open_account(scene, moved.client.id)?;
    let (giver, giver_account) = open_account(scene, other.client.id)?;
    let op = unreversed(scene, client.id, moved.entry, target)?;
    let (named, giver_named) = (Named::from(client), Named::from(giver));
    let count = moved.amount.unsigned_abs();
    let spendable = account.totals.get(moved.kind).spendable();
    if spendable < count {
        return Err(Refusal::NotEnough {
            client: named,
            kind: moved.kind,
            spendable,
            asked: count,
        });
    }
    let both = |granted: i64, reverses: u64, other: ClientId| Posting {
        op: &op,
        now: scene.now,
        actor: scene.actor(),
        reason: Reason::Return,
        kind: moved.kind,
        granted,
        note: None,
        invoice: None,
        reverses: Some(reverses),
        other: Some(other),
    };
    let back = moved.amount.saturating_neg();
    let (after, out) = post(account, &named, both(back, moved.entry, giver.id))?;
    let (giver_after, into) =
        post(giver_account, &giver_named, both(moved.amount, other.entry, client.id))?;
    let change = CreditChange {
        other: Some(OtherSide {
            client: giver_named,
            before: giver_account.totals.get(moved.kind).balance(),
            after: giver_after.totals.get(moved.kind).balance(),
            entry: into.number,
        }),
        ..changed(scene, named, account, &after, moved.kind, &out, what)
    };
    Ok(Draft {
        op,
        change,
        writes: vec![
            Write::Put(Record::Account(giver_after), Expect::Version(giver_account.version)),
            Write::Put(Record::Entry(into), Expect::Absent),
            Write::Put(Record::Account(after), Expect::Version(account.version)),
            Write::Put(Record::Entry(out), Expect::Absent),
        ],
        mails: Vec::new(),
        why: vec![Why::Reversal],
        bound: bound(client, account, moved.kind, None, 0, Mode::Open),
        counts: false,
    })
}

/// The key of an entry's reversal, unless it was reversed already.
fn unreversed(
    scene: &Scene<'_>,
    client: ClientId,
    entry: u64,
    target: &OpId,
) -> Result<OpId, Refusal> {
    let op = reversal_op(client, entry);
    if scene.image.operation(&op).is_some() {
        return Err(Refusal::AlreadyReversed { op: target.clone() });
    }
    Ok(op)
}

/// Credits of an invoice that a deduct takes back in part.
pub(super) struct Noted<'a> {
    pub invoice: &'a Invoice,
    pub kind: Kind,
    pub count: u64,
}

/// The credit note of a deduct: floor(gross × taken / credits), cumulative, at most what remains. On
/// an open invoice it lowers what is due; on a paid one the money becomes unapplied.
pub(super) fn note_off(
    scene: &Scene<'_>,
    noted: Noted<'_>,
    entry: &Entry,
    account: &mut Account,
) -> Result<(Vec<Write>, InvoiceBrief), Refusal> {
    let Noted { invoice, kind, count } = noted;
    let sold = invoice.lines.iter().filter(|line| line.kind == kind).map(|line| line.credits).sum();
    let left = invoice.gives.get(kind).saturating_sub(count);
    let taken = u64::saturating_sub(sold, left);
    let target = u128::from(invoice.gross_minor)
        .checked_mul(u128::from(taken))
        .and_then(|product| product.checked_div(u128::from(sold)))
        .and_then(|minor| u64::try_from(minor).ok())
        .unwrap_or(invoice.gross_minor);
    let amount = target.saturating_sub(invoice.noted_minor);
    let mut after = invoice.clone();
    *after.gives.get_mut(kind) = left;
    settle_note(scene, invoice, after, amount, entry, account)
}

/// The whole invoice taken back: void, or refunded by a credit note for all that remains of it.
pub(super) fn take_back(
    scene: &Scene<'_>,
    invoice: &Invoice,
    entry: &Entry,
    account: &mut Account,
) -> Result<(Vec<Write>, InvoiceBrief), Refusal> {
    let mut after = invoice.clone();
    after.gives = PerKind::default();
    // Where money or a credit note stands against it, only a credit note for the rest closes it.
    if invoice.paid_minor > 0 || invoice.noted_minor > 0 {
        after.state = InvoiceState::Refunded;
        let rest = invoice.gross_minor.saturating_sub(invoice.noted_minor);
        return settle_note(scene, invoice, after, rest, entry, account);
    }
    after.version = after.version.saturating_add(1);
    after.state = InvoiceState::Void;
    account.unpaid_minor = account.unpaid_minor.saturating_sub(invoice.due_minor());
    account.open_invoices.retain(|row| row.seq != invoice.number.seq);
    let brief = InvoiceBrief {
        number: invoice.number,
        gross: invoice.gross(),
        due: invoice.due,
        settled: true,
        reference: invoice.reference.clone(),
        credit_note: None,
    };
    Ok((vec![Write::Put(Record::Invoice(after), Expect::Version(invoice.version))], brief))
}

/// Writes a credit note over `amount` and what it changes: the invoice, what is due on the payer's
/// account, and the payment whose money it sets free.
fn settle_note(
    scene: &Scene<'_>,
    before: &Invoice,
    mut after: Invoice,
    amount: u64,
    entry: &Entry,
    account: &mut Account,
) -> Result<(Vec<Write>, InvoiceBrief), Refusal> {
    let mut writes = Vec::new();
    after.version = after.version.saturating_add(1);
    after.noted_minor = after.noted_minor.saturating_add(amount);
    let off_due = amount.min(before.due_minor());
    account.unpaid_minor = account.unpaid_minor.saturating_sub(off_due);
    let freed = amount.saturating_sub(off_due);
    if freed > 0 {
        after.paid_minor = after.paid_minor.saturating_sub(freed);
        let reference = before.reference.as_deref().map(normal_reference).unwrap_or_default();
        let payment = scene.image.payment(&reference).ok_or_else(|| Refusal::InvoiceMismatch {
            number: before.number,
            why: "the payment that settled it is not known.".to_owned(),
        })?;
        let mut unapplied = payment.clone();
        unapplied.version = unapplied.version.saturating_add(1);
        unapplied.applied_minor = unapplied.applied_minor.saturating_sub(freed);
        writes.push(Write::Put(Record::Payment(unapplied), Expect::Version(payment.version)));
    }
    if after.state != InvoiceState::Refunded && after.due_minor() == 0 {
        after.state = if after.gives == PerKind::default() {
            InvoiceState::Refunded
        } else {
            InvoiceState::Paid
        };
    }
    if after.due_minor() == 0 {
        account.open_invoices.retain(|row| row.seq != before.number.seq);
    }
    if amount == 0 {
        // A zero-rated invoice has no money to note; it only gives less.
        let brief = InvoiceBrief {
            number: before.number,
            gross: before.gross(),
            due: before.due,
            settled: after.due_minor() == 0,
            reference: before.reference.clone(),
            credit_note: None,
        };
        writes.push(Write::Put(Record::Invoice(after), Expect::Version(before.version)));
        return Ok((writes, brief));
    }
    let number = InvoiceNumber {
        series: Series::CreditNote,
        client: before.number.client,
        seq: account.next_credit_note,
    };
    account.next_credit_note = account.next_credit_note.saturating_add(1);
    // Cumulative like the gross, so that the notes of an invoice foot with it.
    let net_up_to = |noted| share(noted, before.net_minor, before.gross_minor);
    let net = net_up_to(after.noted_minor).saturating_sub(net_up_to(before.noted_minor));
    let note = Invoice {
        number,
        version: 1,
        client: before.client,
        op: entry.op.clone(),
        entry: entry.number,
        corrects: Some(before.number),
        at: scene.now,
        due: scene.today(),
        state: InvoiceState::Paid,
        lines: entry
            .lines
            .iter()
            .map(|line| InvoiceLine {
                kind: line.kind,
                credits: line.granted.unsigned_abs(),
                per_1000_minor: before.lines.first().map_or(0, |l| l.per_1000_minor),
                net_minor: net,
            })
            .collect(),
        net_minor: net,
        tax_minor: amount.saturating_sub(net),
        gross_minor: amount,
        paid_minor: 0,
        noted_minor: 0,
        gives: PerKind::default(),
        reference: None,
        ..before.clone()
    };
    let brief = InvoiceBrief {
        number: before.number,
        gross: Money { minor: amount, currency: before.currency },
        due: before.due,
        settled: after.due_minor() == 0,
        reference: before.reference.clone(),
        credit_note: Some(number),
    };
    writes.push(Write::Put(Record::Invoice(after), Expect::Version(before.version)));
    writes.push(Write::Put(Record::Invoice(note), Expect::Absent));
    Ok((writes, brief))
}

/// floor(amount × part / whole); all of it when the whole is nothing.
fn share(amount: u64, part: u64, whole: u64) -> u64 {
    u128::from(amount)
        .checked_mul(u128::from(part))
        .and_then(|product| product.checked_div(u128::from(whole)))
        .and_then(|minor| u64::try_from(minor).ok())
        .unwrap_or(amount)
}
