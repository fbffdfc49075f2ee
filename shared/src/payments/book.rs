//! Booking: an event becomes a part of its payment, and the payment's money settles its invoice.
//!
//! Invariant: an event is kept if it changes its payment, and only then. PAYMENT, INVOICE and ACCOUNT move
//! in one change, each under its version.

use crate::contract::change::{Expect, Write};
use crate::contract::image::Stop;
use crate::contract::refusal::Refusal;
use crate::contract::{self, Record};
use crate::decision::{Draft, Proposal, Scene};
use crate::invoices::documents::{document, receipt};
use crate::invoices::types::{Invoice, normal_reference};
use crate::kernel::actor::Actor;
use crate::kernel::audit::Ended;
use crate::kernel::credit::PerKind;
use crate::kernel::id::Named;
use crate::kernel::money::Money;
use crate::kernel::movement::{Movement, Never, Reason, Undo};
use crate::ledger::account::Account;
use crate::ledger::posting::{self, Posting, next};
use crate::payments::allocate::{Allocated, allocate, refuses, waits};
use crate::payments::types::{Answer, Ask, Event, Facts, Payment, Report, Stage, Waits};

/// Books an event.
pub(super) fn report(scene: &Scene<'_>, ask: &Ask, report: &Report) -> Result<Draft, Stop> {
    let Actor::Provider(by) = scene.actor else {
        let actor = scene.actor.kind();
        return Err(Refusal::WrongActor { actor }.into());
    };
    let reference = normal_reference(&report.payment);
    let known = scene.image.payment(&reference)?;
    let new = || Payment::new(reference.clone(), report.currency, scene.now, scene.op.clone());
    let before = known.cloned().unwrap_or_else(new);
    let mut after = with_report(&before, report);
    let facts = |payment: &Payment| {
        (payment.sums.clone(), payment.names.clone(), payment.mixed, payment.claimed)
    };
    if known.is_some() && facts(&before) == facts(&after) {
        let answer = Answer::NothingNew { payment: report.payment.clone() };
        return Ok(Draft::Answer(contract::Answer::Payments(answer)));
    }
    after.events = before.events.saturating_add(1);
    let event = Event {
        reference,
        number: after.events,
        by,
        op: scene.op.clone(),
        at: scene.now,
        report: report.clone(),
        previous: before.last_event.clone(),
        receipt: String::new(),
    };
    let event = Write::Put(Record::Event(event), Expect::Absent);
    book(scene, ask, &before, after, Some(event)).map(Draft::Propose)
}

/// A payment with what an event says of it.
#[must_use]
pub fn with_report(before: &Payment, report: &Report) -> Payment {
    let mut after = before.clone();
    after.sums = before.sums.merged(&report.sums);
    after.mixed |= before.currency != report.currency;
    // An event confirms the claim of staff if it reports at least the claimed amount.
    after.claimed &= report.sums.received_minor < after.claimed_minor;
    if let Some(number) = report.invoice
        && let Err(at) = after.names.binary_search(&number)
    {
        after.names.insert(at, number);
    }
    after
}

/// Tries again to find the invoice of a payment that waits.
pub(super) fn settle(scene: &Scene<'_>, ask: &Ask, reference: &str) -> Result<Draft, Stop> {
    let nothing = || Refusal::NoChange { what: format!("The payment {reference} stands so.") };
    let payment = scene.image.payment(reference)?.ok_or_else(nothing)?;
    let ([number], None) = (payment.names.as_slice(), payment.invoice) else {
        return Err(nothing().into());
    };
    if refuses(scene.image.invoice(*number)?, payment).is_some() {
        return Err(nothing().into());
    }
    book(scene, ask, payment, payment.clone(), None).map(Draft::Propose)
}

/// Notes an event that the desk does not use.
pub(super) fn note(scene: &Scene<'_>, event: &str, kind: &str) -> Draft {
    let text = format!("the event {event} of type {kind} is not used");
    let line = scene.audit(None, Ended::Done, text);
    let writes = vec![Write::Put(Record::Audit(line), Expect::Anything)];
    Draft::Write(writes, contract::Answer::Payments(Answer::Noted))
}

/// Writes a payment, and settles its invoice if it has one.
fn book(
    scene: &Scene<'_>,
    ask: &Ask,
    before: &Payment,
    mut after: Payment,
    event: Option<Write>,
) -> Result<Proposal, Stop> {
    after.version = before.version.saturating_add(1);
    after.op = scene.op.clone();
    let single = match after.names.as_slice() {
        [number] => Some(*number),
        _ => None,
    };
    let invoice = match before.invoice.or(single) {
        Some(number) => scene.image.invoice(number)?,
        None => None,
    };
    let takes =
        |invoice: &&Invoice| before.invoice.is_some() || refuses(Some(*invoice), &after).is_none();
    if let Some(invoice) = invoice.filter(takes) {
        after.client = Some(invoice.client);
        after.invoice = Some(invoice.number);
        return with_invoice(scene, ask, before, invoice, after, event);
    }
    let facts = facts(ask, &after, invoice);
    let mut writes = vec![put(after)];
    writes.extend(event);
    let text = sentence(&facts);
    Ok(scene.proposal(ask.clone(), None, contract::Facts::Payments(facts), writes, text))
}

/// Writes PAYMENT, INVOICE and ACCOUNT; money that goes back takes credits.
fn with_invoice(
    scene: &Scene<'_>,
    ask: &Ask,
    before: &Payment,
    invoice: &Invoice,
    payment: Payment,
    event: Option<Write>,
) -> Result<Proposal, Stop> {
    let payer = scene.account(invoice.number.client)?;
    let mut billed = next(payer);
    let withheld = before.sums.withheld();
    billed.disputed = count_disputed(before, &payment, billed.disputed);
    let Allocated { invoice: settled, payment, others, credits, is_claimed } =
        allocate(scene, invoice, payment, &mut billed)?;
    let mut facts = facts(ask, &payment, Some(&settled));
    if is_claimed && facts.waits == Some(Waits::Surplus) {
        facts.waits = Some(Waits::Claimed);
    }
    let note = cause(&facts, payment.sums.withheld() != withheld);
    let mut writes = vec![put(payment)];
    writes.extend(event);
    writes.extend(others.into_iter().map(put));
    let mut movement = None;
    if credits == PerKind::default() {
        writes.push(Write::Put(Record::Account(billed), Expect::Version(payer.version)));
    } else {
        let posting = Posting {
            op: &scene.op,
            now: scene.now,
            actor: scene.actor_id(),
            reason: Reason::Refund,
            granted: credits,
            note: Some(note),
            invoice: Some(invoice.number),
            reverses: invoice.entry,
            takes_back: None,
            other: None,
        };
        movement = Some(post(scene, invoice, &settled, (payer, billed), posting, &mut writes)?);
    }
    let mails = receipt(scene, invoice, &settled)?.into_iter().collect();
    let text = sentence(&facts);
    writes.push(Write::Put(Record::Invoice(settled), Expect::Version(invoice.version)));
    let facts = contract::Facts::Payments(facts);
    Ok(Proposal {
        movement,
        mails,
        ..scene.proposal(ask.clone(), Some(invoice.client), facts, writes, text)
    })
}

/// Posts the credits that the invoice gives more or less, to the account of its client.
fn post(
    scene: &Scene<'_>,
    invoice: &Invoice,
    settled: &Invoice,
    (payer, billed): (&Account, Account),
    posting: Posting<'_>,
    writes: &mut Vec<Write>,
) -> Result<Movement, Stop> {
    let named = Named::from(scene.client(invoice.client)?);
    let too_many = |kind| Refusal::TooMany { client: named.clone(), kind };
    let posted = if invoice.number.client == invoice.client {
        // The posting goes on from the account that the payment has changed, in the same version.
        let changed = Account { version: payer.version, ..billed };
        posting::post(&changed, posting).map_err(too_many)?
    } else {
        writes.push(Write::Put(Record::Account(billed), Expect::Version(payer.version)));
        posting::post(scene.account(invoice.client)?, posting).map_err(too_many)?
    };
    let movement = Movement {
        posts: vec![posted.post(named)],
        document: Some(document(settled)),
        undo: Undo::Never(Never::Provider),
    };
    writes.push(Write::Put(Record::Entry(posted.entry), Expect::Absent));
    let version = posted.account.version.saturating_sub(1);
    writes.push(Write::Put(Record::Account(posted.account), Expect::Version(version)));
    Ok(movement)
}

/// How many payments of an account are disputed after one of them changed.
fn count_disputed(before: &Payment, after: &Payment, disputed: u64) -> u64 {
    let was = before.invoice.is_some() && before.sums.is_disputed();
    match (was, after.sums.is_disputed()) {
        (false, true) => disputed.saturating_add(1),
        (true, false) => disputed.saturating_sub(1),
        (true, true) | (false, false) => disputed,
    }
}

fn put(payment: Payment) -> Write {
    let expect = Expect::after(payment.version.saturating_sub(1));
    Write::Put(Record::Payment(payment), expect)
}

fn facts(ask: &Ask, payment: &Payment, invoice: Option<&Invoice>) -> Facts {
    let written = match ask {
        Ask::PaymentBook(report) => report.payment.clone(),
        Ask::PaymentSettle { .. }
        | Ask::EventNote { .. }
        | Ask::PaymentRefund { .. }
        | Ask::PaymentReconcile { .. } => payment.reference.clone(),
    };
    let money = |minor| Money { minor, currency: payment.currency };
    let paid = invoice.filter(|invoice| payment.invoice == Some(invoice.number));
    let of_invoice = |minor: fn(&Invoice) -> u64| {
        paid.map(|invoice| Money { minor: minor(invoice), currency: invoice.currency })
    };
    Facts {
        payment: written,
        net: money(payment.sums.net()),
        invoice: payment.invoice.or(payment.names.first().copied()),
        state: paid.map(|invoice| invoice.state),
        paid: of_invoice(|invoice| invoice.paid_minor),
        due: of_invoice(Invoice::due_minor),
        unapplied: money(payment.unapplied()),
        waits: waits(payment, invoice),
        stage: if payment.sums.received_minor == 0 { payment.sums.stage } else { Stage::Unknown },
        disputed: payment.sums.is_disputed(),
    }
}

/// The note of the entry of a change of credits.
fn cause(facts: &Facts, by_dispute: bool) -> String {
    let cause = if by_dispute { "dispute" } else { "refund" };
    format!("{cause} of payment {}, of which {} is left", facts.payment, facts.net)
}

/// The sentence of the audit trail.
fn sentence(facts: &Facts) -> String {
    let mut text = format!("payment {} over {}", facts.payment, facts.net);
    if let Some(number) = facts.invoice {
        text.push_str(&format!(" for {number}"));
    }
    if let (Some(state), Some(paid)) = (facts.state, facts.paid) {
        text.push_str(&format!(": {}, {paid} paid", state.word()));
    }
    if facts.unapplied.minor > 0 {
        text.push_str(&format!(", {} not applied", facts.unapplied));
    }
    text
}
