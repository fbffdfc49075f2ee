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
use crate::kernel::id::{InvoiceNumber, Named};
use crate::kernel::money::Money;
use crate::kernel::movement::{Movement, Never, Reason, Undo};
use crate::ledger::account::Account;
use crate::ledger::posting::{self, Posting, next};
use crate::payments::allocate::{Allocated, Settled, allocate, refuses, waits};
use crate::payments::types::{
    Action, Answer, Application, Ask, BankLine, Event, EventSource, Facts, Payment, Report, Share,
    Stage, Waits,
};

/// Books an event.
pub(super) fn report(scene: &Scene<'_>, ask: &Ask, report: &Report) -> Result<Draft, Stop> {
    let Actor::Provider(by) = scene.actor else {
        let actor = scene.actor.kind();
        return Err(Refusal::WrongActor { actor }.into());
    };
    let reference = normal_reference(&report.payment);
    let known = scene.image.payment(&reference)?;
    let new = || Payment::new(reference, report.currency, scene.now, scene.op.clone());
    let before = known.cloned().unwrap_or_else(new);
    let mut after = with_report(&before, report);
    let facts = |payment: &Payment| {
        (payment.sums.clone(), payment.names.clone(), payment.mixed, payment.claimed)
    };
    if known.is_some() && facts(&before) == facts(&after) {
        let answer = Answer::NothingNew { payment: report.payment.clone() };
        return Ok(Draft::Answer(contract::Answer::Payments(answer)));
    }
    let event = event(scene, &before, &mut after, report, EventSource::Provider(by), None);
    book(scene, ask, &before, after, Some(event)).map(Draft::Propose)
}

/// The next event of a payment, which the payment counts.
pub(super) fn event(
    scene: &Scene<'_>,
    before: &Payment,
    after: &mut Payment,
    report: &Report,
    by: EventSource,
    line: Option<BankLine>,
) -> Write {
    after.events = before.events.saturating_add(1);
    let event = Event {
        reference: before.reference.clone(),
        number: after.events,
        by,
        op: scene.op.clone(),
        at: scene.now,
        report: report.clone(),
        line,
        previous: before.last_event.clone(),
        receipt: String::new(),
    };
    Write::Put(Record::Event(event), Expect::Absent)
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
    let ([number], None, false) = (payment.names.as_slice(), payment.invoice, payment.placed)
    else {
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

/// Writes a payment, and settles its invoices if it has some.
pub(super) fn book(
    scene: &Scene<'_>,
    ask: &Ask,
    before: &Payment,
    after: Payment,
    event: Option<Write>,
) -> Result<Proposal, Stop> {
    book_without(scene, ask, before, after, event, None)
}

/// As [`book`], in the place of another payment, which pays the invoices no more.
pub(super) fn book_without(
    scene: &Scene<'_>,
    ask: &Ask,
    before: &Payment,
    mut after: Payment,
    event: Option<Write>,
    replaced: Option<&str>,
) -> Result<Proposal, Stop> {
    let single = match (after.names.as_slice(), after.placed) {
        ([number], false) => Some(*number),
        _ => None,
    };
    let named = match single {
        Some(number) => scene.image.invoice(number)?,
        None => None,
    };
    if before.invoice.is_none()
        && let Some(invoice) = named.filter(|invoice| refuses(Some(*invoice), &after).is_none())
    {
        after.client = Some(invoice.client);
        after = after.with_applications(&[Application { invoice: invoice.number, minor: 0 }]);
    }
    let mut numbers: Vec<InvoiceNumber> =
        after.applications().iter().map(|application| application.invoice).collect();
    // Those that it pays no more come first: the account gets their amounts due.
    let left = before.applications().into_iter().map(|application| application.invoice);
    let left: Vec<InvoiceNumber> = left.filter(|number| !numbers.contains(number)).collect();
    numbers.splice(0..0, left);
    let mut invoices = Vec::new();
    for number in numbers {
        invoices.extend(scene.image.invoice(number)?);
    }
    after.version = before.version.saturating_add(1);
    after.op = scene.op.clone();
    let Some(first) = invoices.first() else {
        let facts = facts(ask, &after, named);
        let client = after.client;
        let mut writes = vec![put(after)];
        writes.extend(event);
        let text = sentence(&facts);
        let facts = contract::Facts::Payments(facts);
        return Ok(scene.proposal(ask.clone(), client, facts, writes, text));
    };
    let payer = scene.account(first.number.client)?;
    let account = (payer, invoices.as_slice());
    settle_all(scene, ask, before, account, (after, event), replaced)
}

/// Writes PAYMENT, ACCOUNT and each INVOICE; money that goes back takes credits.
fn settle_all(
    scene: &Scene<'_>,
    ask: &Ask,
    before: &Payment,
    (payer, invoices): (&Account, &[&Invoice]),
    (payment, event): (Payment, Option<Write>),
    replaced: Option<&str>,
) -> Result<Proposal, Stop> {
    let mut billed = next(payer);
    let withheld = before.sums.withheld();
    billed.disputed = count_disputed(before, &payment, billed.disputed);
    let Allocated { payment, others, invoices, is_claimed } =
        allocate(scene, invoices, payment, replaced, &mut billed)?;
    let first = payment.invoice;
    let own = invoices.iter().find(|settled| Some(settled.after.number) == first);
    let mut facts = facts(ask, &payment, own.map(|settled| &settled.after));
    if is_claimed && facts.waits == Some(Waits::Surplus) {
        facts.waits = Some(Waits::Claimed);
    }
    if payment.placed || invoices.len() > 1 {
        facts.shares = invoices.iter().map(|settled| share(&payment, settled)).collect();
    }
    let note = cause(&facts, payment.sums.withheld() != withheld);
    let client = invoices.first().map(|settled| settled.after.client);
    let mut writes = vec![put(payment)];
    writes.extend(event);
    writes.extend(others.into_iter().map(put));
    let movement = post(scene, &invoices, (payer, billed), &note, &mut writes)?;
    let mut mails = Vec::new();
    for settled in &invoices {
        mails.extend(receipt(scene, settled.before, &settled.after)?);
    }
    let text = sentence(&facts);
    writes.extend(invoices.into_iter().map(|settled| {
        Write::Put(Record::Invoice(settled.after), Expect::Version(settled.before.version))
    }));
    let facts = contract::Facts::Payments(facts);
    Ok(Proposal { movement, mails, ..scene.proposal(ask.clone(), client, facts, writes, text) })
}

/// An invoice as the reply shows it.
fn share(payment: &Payment, settled: &Settled<'_>) -> Share {
    let money = |minor| Money { minor, currency: settled.after.currency };
    Share {
        invoice: settled.after.number,
        part: money(payment.applied_to(settled.after.number)),
        due_before: money(settled.before.due_minor()),
        due: money(settled.after.due_minor()),
        state: settled.after.state,
    }
}

/// Writes the payer's account, and posts the credits that the invoices give more or less to the account of
/// their client: an entry for each invoice.
fn post(
    scene: &Scene<'_>,
    invoices: &[Settled<'_>],
    (payer, billed): (&Account, Account),
    note: &str,
    writes: &mut Vec<Write>,
) -> Result<Option<Movement>, Stop> {
    let moved = invoices.iter().filter(|settled| settled.credits != PerKind::default());
    let Some(first) = moved.clone().next() else {
        writes.push(Write::Put(Record::Account(billed), Expect::Version(payer.version)));
        return Ok(None);
    };
    let named = Named::from(scene.client(first.after.client)?);
    // The postings go on from the account that the payment has changed, in the same version.
    let (stored, mut account) = if payer.client == first.after.client {
        (payer, billed)
    } else {
        writes.push(Write::Put(Record::Account(billed), Expect::Version(payer.version)));
        let account = scene.account(first.after.client)?;
        (account, account.clone())
    };
    let mut posts = Vec::new();
    for Settled { before, after, credits } in moved.clone() {
        let posting = Posting {
            note: Some(note.to_owned()),
            invoice: Some(after.number),
            reverses: before.entry,
            ..Posting::new(&scene.op, scene.now, scene.actor_id(), Reason::Refund, *credits)
        };
        let too_many = |kind| Refusal::TooMany { client: named.clone(), kind };
        account.version = stored.version;
        let posted = posting::post(&account, posting).map_err(too_many)?;
        posts.push(posted.post(named.clone()));
        writes.push(Write::Put(Record::Entry(posted.entry), Expect::Absent));
        account = posted.account;
    }
    let document = Some(document(&first.after));
    writes.push(Write::Put(Record::Account(account), Expect::Version(stored.version)));
    let never = match scene.actor.role() {
        Some(_) => Never::Payment,
        None => Never::Provider,
    };
    Ok(Some(Movement { posts, document, undo: Undo::Never(never) }))
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

/// The write of a payment at its next version.
pub(super) fn put(payment: Payment) -> Write {
    let expect = Expect::after(payment.version.saturating_sub(1));
    Write::Put(Record::Payment(payment), expect)
}

pub(super) fn facts(ask: &Ask, payment: &Payment, invoice: Option<&Invoice>) -> Facts {
    let (written, action) = match ask {
        Ask::PaymentBook(report) => (report.payment.clone(), Action::Booked),
        Ask::PaymentImport { .. } => (payment.reference.clone(), Action::Imported),
        Ask::PaymentRecord(_) => (payment.reference.clone(), Action::Recorded),
        Ask::PaymentMatch { .. } => (payment.reference.clone(), Action::Matched),
        Ask::PaymentUnmatch { .. } => (payment.reference.clone(), Action::Unmatched),
        Ask::PaymentIgnore { .. } => (payment.reference.clone(), Action::Ignored),
        Ask::PaymentSettle { .. }
        | Ask::EventNote { .. }
        | Ask::PaymentRefund { .. }
        | Ask::PaymentReconcile { .. }
        | Ask::PaymentPreview(_)
        | Ask::PaymentUnmatched
        | Ask::PaymentView { .. } => (payment.reference.clone(), Action::Booked),
    };
    let money = |minor| Money { minor, currency: payment.currency };
    let paid = invoice.filter(|invoice| payment.pays(invoice.number));
    let of_invoice = |minor: fn(&Invoice) -> u64| {
        paid.map(|invoice| Money { minor: minor(invoice), currency: invoice.currency })
    };
    Facts {
        action,
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
        client: None,
        shares: Vec::new(),
        line: None,
        imported: 0,
        proposals: Vec::new(),
    }
}

/// The note of the entry of a change of credits.
fn cause(facts: &Facts, by_dispute: bool) -> String {
    let cause = match facts.action {
        Action::Matched => "match",
        Action::Unmatched => "unmatch",
        _ if by_dispute => "dispute",
        _ => "refund",
    };
    format!("{cause} of payment {}, of which {} is left", facts.payment, facts.net)
}

/// The sentence of the audit trail.
pub(super) fn sentence(facts: &Facts) -> String {
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
