//! The application of money: what an invoice is paid by the sums of its payments, and the credits that it
//! then gives (LEDGER §6).
//!
//! Invariant: the amount paid, the state and the credits of an invoice follow from the sums of its
//! payments alone. A payment keeps what was applied of it as far as it still has the money; then the
//! others fill the rest, in their order. Only the split among them knows an order. Of a payment over
//! several invoices a refund first takes the unapplied money, then the parts of the invoices, the last one
//! first; money that comes back fills them from the first one on.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::contract::image::Stop;
use crate::decision::Scene;
use crate::invoices::documents::{gives_when_paid, with_paid};
use crate::invoices::types::{Invoice, InvoiceState, PAYMENTS_MAX};
use crate::kernel::credit::{Kind, PerKind, signed};
use crate::ledger::account::Account;
use crate::payments::types::{Payment, Waits};

/// For how long a claim may be the payment that a provider reports.
const CLAIMED_FOR: SignedDuration = SignedDuration::from_hours(5 * 24);

/// An invoice of a payment, before and after the payment changed.
pub(super) struct Settled<'a> {
    pub before: &'a Invoice,
    pub after: Invoice,
    /// The change of credits by kind.
    pub credits: PerKind<Option<i64>>,
}

/// A payment with its invoices, after it changed.
pub(super) struct Allocated<'a> {
    /// The payment that changed.
    pub payment: Payment,
    /// The other payments of its invoices, at their next versions.
    pub others: Vec<Payment>,
    pub invoices: Vec<Settled<'a>>,
    /// Staff claimed a payment of the same amount, and nothing has confirmed it.
    pub is_claimed: bool,
}

/// The reason that an invoice does not take a payment at all, if there is one.
pub(super) fn refuses(invoice: Option<&Invoice>, payment: &Payment) -> Option<Waits> {
    match invoice {
        None => Some(Waits::UnknownInvoice),
        // A credit note is nothing to pay.
        Some(invoice) if invoice.corrects.is_some() => Some(Waits::UnknownInvoice),
        Some(invoice) => {
            let is_new = !invoice.references().contains(&payment.reference);
            (is_new && invoice.payments.len() >= PAYMENTS_MAX).then_some(Waits::TooMany)
        }
    }
}

/// Applies the money of a payment anew to its invoices, and with it the money of their other payments.
/// Moves the amounts due on `account`. `invoices` are those of the payment, and those that it pays no more.
/// The payment `replaced` counts no more.
///
/// # Errors
/// A payment of an invoice was never read.
pub(super) fn allocate<'a>(
    scene: &Scene<'_>,
    invoices: &[&'a Invoice],
    payment: Payment,
    replaced: Option<&str>,
    account: &mut Account,
) -> Result<Allocated<'a>, Stop> {
    let mut peers: BTreeMap<String, Payment> = BTreeMap::new();
    for invoice in invoices {
        for reference in invoice.references() {
            if reference != payment.reference
                && Some(reference.as_str()) != replaced
                && let Some(peer) = scene.image.payment(&reference)?
                && peer.pays(invoice.number)
            {
                peers.insert(reference, peer.clone());
            }
        }
    }
    let is_claimed = peers.values().any(|peer| is_same_claim(peer, &payment, scene.now));
    let mut payment = covered(payment);
    let settle_one = |before: &&'a Invoice| {
        let mut settled = settle(before, &mut payment, &mut peers, account);
        settled.after.payments.retain(|reference| Some(reference.as_str()) != replaced);
        settled
    };
    let settled = invoices.iter().map(settle_one).collect();
    // Those that keep their part are written too: what was read of them is a guard.
    let others = peers.into_values().map(|peer| Payment {
        version: peer.version.saturating_add(1),
        op: scene.op.clone(),
        ..peer
    });
    Ok(Allocated { payment, others: others.collect(), invoices: settled, is_claimed })
}

/// A payment with the parts for which it still has the money: the last invoices lose theirs first.
fn covered(payment: Payment) -> Payment {
    let mut rest = payment.sums.net();
    let mut applications = payment.applications();
    for application in &mut applications {
        application.minor = application.minor.min(rest);
        rest = rest.saturating_sub(application.minor);
    }
    payment.with_applications(&applications)
}

/// The money that a payment has for one of its invoices.
fn money(payment: &Payment, invoice: &Invoice) -> u64 {
    if !payment.pays(invoice.number) || !payment.fits(invoice.currency) {
        return 0;
    }
    let elsewhere = payment.applied().saturating_sub(payment.applied_to(invoice.number));
    payment.sums.net().saturating_sub(elsewhere)
}

/// The money that a payment received for one of its invoices. Of a payment that staff spread it is the part
/// that the invoice uses.
fn received(payment: &Payment, invoice: &Invoice) -> u64 {
    if !payment.pays(invoice.number) || !payment.fits(invoice.currency) {
        0
    } else if payment.placed || !payment.further.is_empty() {
        payment.applied_to(invoice.number)
    } else {
        payment.sums.received_minor
    }
}

/// Applies the money of all payments of one invoice anew.
fn settle<'a>(
    before: &'a Invoice,
    payment: &mut Payment,
    peers: &mut BTreeMap<String, Payment>,
    account: &mut Account,
) -> Settled<'a> {
    let total = match before.state {
        InvoiceState::Void => 0,
        InvoiceState::Open
        | InvoiceState::PartlyPaid
        | InvoiceState::Paid
        | InvoiceState::PartlyRefunded
        | InvoiceState::Refunded => before.total_minor(),
    };
    let mut rest = total;
    let mut keep = |payment: &mut Payment| {
        let kept = payment.applied_to(before.number).min(money(payment, before)).min(rest);
        rest = rest.saturating_sub(kept);
        *payment = payment.clone().with_part(before.number, kept);
    };
    peers.values_mut().for_each(&mut keep);
    keep(payment);
    let mut fill = |payment: &mut Payment| {
        let kept = payment.applied_to(before.number);
        let more = money(payment, before).saturating_sub(kept).min(rest);
        rest = rest.saturating_sub(more);
        *payment = payment.clone().with_part(before.number, kept.saturating_add(more));
    };
    fill(payment);
    peers.values_mut().for_each(&mut fill);
    let paid = total.saturating_sub(rest);
    let all = peers.values().chain([&*payment]).map(|payment| received(payment, before));
    let received = all.fold(0, |sum: u64, part| sum.saturating_add(part));
    // Without the payment that is freed, the invoice stands as if it had never had it.
    let was_paid = before.once_paid && (payment.pays(before.number) || total == 0);
    let once_paid = was_paid || (total > 0 && (received >= total || paid >= total));
    let mut after = with_paid(before, paid, once_paid, account);
    after.payments.retain(|reference| *reference != payment.reference);
    if payment.pays(before.number) && !after.references().contains(&payment.reference) {
        let at = before.payments.iter().position(|reference| *reference == payment.reference);
        after.payments.insert(at.unwrap_or(after.payments.len()), payment.reference.clone());
    }
    let credits = credits_after(before, &mut after);
    Settled { before, after, credits }
}

/// Whether a claim of the last days may be the payment that a provider reports now.
fn is_same_claim(claim: &Payment, payment: &Payment, now: Timestamp) -> bool {
    claim.claimed
        && claim.claimed_minor == payment.sums.received_minor
        && claim.currency == payment.currency
        && now.duration_since(claim.at) <= CLAIMED_FOR
}

/// Moves the credits that the invoice gives to those of the paid part, and returns the change.
fn credits_after(before: &Invoice, after: &mut Invoice) -> PerKind<Option<i64>> {
    let total = after.total_minor();
    if total == 0 || after.state == InvoiceState::Void {
        return PerKind::default();
    }
    let base = before.gives_unrefunded();
    after.gives = match after.once_paid {
        true => gives_when_paid(&base, after.paid_minor.min(total), total),
        false => base,
    };
    after.refunded_credits = base.map(|kind, base| base.saturating_sub(*after.gives.get(kind)));
    let change = |kind: Kind| {
        let (old, new) = (*before.gives.get(kind), *after.gives.get(kind));
        (old != new).then(|| signed(new).saturating_sub(signed(old)))
    };
    PerKind { sms: change(Kind::Sms), mms: change(Kind::Mms) }
}

/// Why money of a payment waits, after it was applied as far as that went.
#[must_use]
pub fn waits(payment: &Payment, invoice: Option<&Invoice>) -> Option<Waits> {
    if !payment.waits() {
        return None;
    }
    Some(match invoice {
        _ if payment.ignored => Waits::Ignored,
        _ if payment.placed && payment.invoice.is_none() && payment.client.is_some() => {
            Waits::Credit
        }
        None if payment.placed => Waits::NoInvoice,
        _ if payment.names.len() > 1 && !payment.placed => Waits::SeveralInvoices,
        _ if payment.mixed => Waits::OtherCurrency,
        Some(invoice) if payment.pays(invoice.number) => {
            if invoice.currency != payment.currency {
                Waits::OtherCurrency
            } else if invoice.total_minor() == 0 || invoice.state == InvoiceState::Void {
                Waits::InvoiceOver
            } else {
                Waits::Surplus
            }
        }
        Some(_) => refuses(invoice, payment).unwrap_or(Waits::UnknownInvoice),
        None if payment.names.is_empty() => Waits::NoInvoice,
        None => Waits::UnknownInvoice,
    })
}
