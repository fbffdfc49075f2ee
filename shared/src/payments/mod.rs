//! Payments that a billing provider reports. Uses `invoices` (settling and the credits that a refund
//! leaves).
//!
//! Invariant: amounts are cumulative and only increase, so that any order and repetition of reports
//! ends in the same state. A report is never declined for want of credits: a refund after the credits
//! were spent leaves the client owing.
//!
//! Absent on purpose: roles, limits, budgets and plans, which apply to staff only.

pub mod matching;
pub mod statement;
pub mod types;

use crate::contract::change::{Expect, Write};
use crate::contract::image::Stop;
use crate::contract::refusal::Refusal;
use crate::contract::{self, Key, Record};
use crate::decision::{Draft, Prefetch, Proposal, Scene};
use crate::invoices::documents::{document, gives_when_paid, with_paid};
use crate::invoices::types::{Invoice, InvoiceState, PAYMENTS_MAX, Payment, normal_reference};
use crate::kernel::credit::{Kind, PerKind};
use crate::kernel::id::{InvoiceNumber, Named};
use crate::kernel::money::Money;
use crate::kernel::movement::{Movement, Never, Reason, Undo};
use crate::ledger::account::Account;
use crate::ledger::posting::{self, Posting, next};
use crate::payments::types::{Ask, Facts};

/// Names the records that an ask will look at.
pub fn needs(ask: &Ask, prefetch: &mut Prefetch<'_>) {
    let Ask::PaymentBook { payment, invoice, .. } = ask;
    prefetch.item(Key::Payment(normal_reference(payment)));
    prefetch.item(Key::Invoice(*invoice));
    prefetch.client(invoice.client);
    let stored = prefetch.image.peek::<Invoice>(&Key::Invoice(*invoice));
    if let Some(client) = stored.map(|invoice| invoice.client) {
        prefetch.client(client);
    }
}

/// Decides an ask.
///
/// # Errors
/// The refusal, or what was never read.
pub fn decide(scene: &Scene<'_>, ask: &Ask) -> Result<Draft, Stop> {
    let Ask::PaymentBook { payment, invoice: number, currency, received_minor, refunded_minor } =
        ask;
    let invoice = known(scene, *number)?;
    let mut after = payment_after(scene, invoice, payment, (*received_minor, *refunded_minor))?;
    let before_applied = after.applied_minor;
    let other_paid = invoice.paid_minor.saturating_sub(before_applied);
    after.applied_minor = if *currency == invoice.currency && after.currency == *currency {
        takes(invoice, other_paid).min(after.received_minor.saturating_sub(after.refunded_minor))
    } else {
        0
    };
    after.currency = *currency;
    book(scene, ask, invoice, other_paid, after).map(Draft::Propose)
}

fn known<'a>(scene: &Scene<'a>, number: InvoiceNumber) -> Result<&'a Invoice, Stop> {
    let invoice = scene.image.invoice(number)?.ok_or(Refusal::UnknownInvoice { number })?;
    if invoice.corrects.is_some() {
        let why = "it is a credit note.".to_owned();
        return Err(Refusal::InvoiceMismatch { number, why }.into());
    }
    Ok(invoice)
}

/// The payment with the new cumulative amounts; its `applied_minor` is still the old one.
fn payment_after(
    scene: &Scene<'_>,
    invoice: &Invoice,
    typed: &str,
    (received_minor, refunded_minor): (u64, u64),
) -> Result<Payment, Stop> {
    let reference = normal_reference(typed);
    let known = scene.image.payment(&reference)?;
    if let Some(other) = known.filter(|known| known.invoice != invoice.number) {
        return Err(
            Refusal::ReferenceUsed { reference: typed.to_owned(), invoice: other.invoice }.into()
        );
    }
    let before = known.cloned().unwrap_or(Payment {
        reference,
        version: 0,
        client: invoice.client,
        invoice: invoice.number,
        currency: invoice.currency,
        received_minor: 0,
        refunded_minor: 0,
        applied_minor: 0,
        claimed: false,
        at: scene.now,
        op: scene.op.clone(),
        receipt: String::new(),
    });
    Ok(Payment {
        op: scene.op.clone(),
        version: before.version.saturating_add(1),
        received_minor: before.received_minor.max(received_minor),
        refunded_minor: before.refunded_minor.max(refunded_minor),
        claimed: false,
        ..before
    })
}

/// The most that an invoice takes of one payment, while other payments paid `other_paid` of it.
fn takes(invoice: &Invoice, other_paid: u64) -> u64 {
    match invoice.state {
        InvoiceState::Void | InvoiceState::Refunded => 0,
        InvoiceState::Open | InvoiceState::PartlyPaid | InvoiceState::Paid => {
            let total = invoice.gross_minor.saturating_sub(invoice.noted_minor);
            total.saturating_sub(other_paid)
        }
    }
}

/// Writes PAYMENT, INVOICE and ACCOUNT; a refund of an invoice that was paid in full takes credits.
fn book(
    scene: &Scene<'_>,
    ask: &Ask,
    invoice: &Invoice,
    other_paid: u64,
    payment: Payment,
) -> Result<Proposal, Stop> {
    let client = scene.client(invoice.client)?;
    let account = scene.account(invoice.client)?;
    let (payer, is_own) = if invoice.number.client == invoice.client {
        (account, true)
    } else {
        (scene.account(invoice.number.client)?, false)
    };
    let paid = other_paid.saturating_add(payment.applied_minor);
    let mut billed = next(payer);
    let mut settled = with_paid(invoice, paid, &mut billed).unwrap_or_else(|| Invoice {
        version: invoice.version.saturating_add(1),
        ..invoice.clone()
    });
    let total = invoice.gross_minor.saturating_sub(invoice.noted_minor);
    settled.once_paid = invoice.once_paid || (total > 0 && paid >= total);
    if !settled.references().contains(&payment.reference) {
        if settled.payments.len() >= PAYMENTS_MAX {
            let why = format!("{PAYMENTS_MAX} payments are booked on it already.");
            return Err(Refusal::InvoiceMismatch { number: invoice.number, why }.into());
        }
        settled.payments.push(payment.reference.clone());
    }
    let mut writes = vec![Write::Put(
        Record::Payment(payment.clone()),
        Expect::after(payment.version.saturating_sub(1)),
    )];
    let mut movement = None;
    let change = credits_after(invoice, &mut settled, paid, total);
    let touched = if is_own { billed.clone() } else { account.clone() };
    if change != PerKind::default() {
        let posting = Posting {
            op: &scene.op,
            now: scene.now,
            actor: scene.actor_id(),
            reason: Reason::Refund,
            granted: change,
            note: None,
            invoice: Some(invoice.number),
            reverses: Some(invoice.entry),
            takes_back: None,
            other: None,
        };
        let named = Named::from(client);
        let posted = posting::post(&touched, posting)
            .map_err(|kind| Refusal::TooMany { client: named.clone(), kind })?;
        movement = Some(Movement {
            posts: vec![posted.post(named)],
            document: Some(document(&settled)),
            undo: Undo::Never(Never::Provider),
        });
        writes.push(Write::Put(Record::Entry(posted.entry), Expect::Absent));
        let version = account.version.saturating_add(1);
        let after = Account { version, ..posted.account };
        writes.push(Write::Put(Record::Account(after), Expect::Version(account.version)));
        if !is_own {
            writes.push(Write::Put(Record::Account(billed), Expect::Version(payer.version)));
        }
    } else {
        writes.push(Write::Put(Record::Account(billed), Expect::Version(payer.version)));
    }
    let money = |minor| Money { minor, currency: payment.currency };
    let facts = Facts {
        payment: payment.reference.clone(),
        invoice: invoice.number,
        mode: invoice.mode,
        paid: Money { minor: settled.paid_minor, currency: settled.currency },
        unapplied: money(
            payment
                .received_minor
                .saturating_sub(payment.refunded_minor)
                .saturating_sub(payment.applied_minor),
        ),
    };
    let text = format!("payment {} for {}: {} paid", facts.payment, facts.invoice, facts.paid);
    writes.push(Write::Put(Record::Invoice(settled), Expect::Version(invoice.version)));
    let facts = contract::Facts::Payments(facts);
    Ok(Proposal {
        movement,
        ..scene.proposal(ask.clone(), Some(invoice.client), facts, writes, text)
    })
}

/// Moves the credits that the invoice gives to those of the paid part, and returns the change.
fn credits_after(
    before: &Invoice,
    after: &mut Invoice,
    paid: u64,
    total: u64,
) -> PerKind<Option<i64>> {
    if !after.once_paid || total == 0 {
        return PerKind::default();
    }
    let base = before.gives.map(|kind, g| g.saturating_add(*before.refunded_credits.get(kind)));
    after.gives = gives_when_paid(&base, paid.min(total), total);
    after.refunded_credits = base.map(|kind, base| base.saturating_sub(*after.gives.get(kind)));
    let signed = |credits: u64| i64::try_from(credits).unwrap_or(i64::MAX);
    let change = |kind: Kind| {
        let (old, new) = (*before.gives.get(kind), *after.gives.get(kind));
        (old != new).then(|| signed(new).saturating_sub(signed(old)))
    };
    PerKind { sms: change(Kind::Sms), mms: change(Kind::Mms) }
}
