//! The application of money: what an invoice is paid by the sums of its payments, and the credits that it
//! then gives (LEDGER §6).
//!
//! Invariant: the amount paid, the state and the credits of an invoice follow from the sums of its
//! payments alone. A payment keeps what was applied of it as far as it still has the money; then the
//! others fill the rest, in their order. Only the split among them knows an order.

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

/// An invoice with its payments, after one of them changed.
pub(super) struct Allocated {
    pub invoice: Invoice,
    /// The payment that changed.
    pub payment: Payment,
    /// The other payments of the invoice, at their next versions.
    pub others: Vec<Payment>,
    /// The change of credits by kind.
    pub credits: PerKind<Option<i64>>,
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

/// Applies the money of all payments of an invoice anew, and moves the amount due on `account`.
///
/// # Errors
/// A payment of the invoice was never read.
pub(super) fn allocate(
    scene: &Scene<'_>,
    before: &Invoice,
    mut payment: Payment,
    account: &mut Account,
) -> Result<Allocated, Stop> {
    let mut others = Vec::new();
    for reference in before.references() {
        if reference != payment.reference
            && let Some(other) = scene.image.payment(&reference)?
            && other.invoice == Some(before.number)
        {
            others.push(other);
        }
    }
    let total = match before.state {
        InvoiceState::Void => 0,
        InvoiceState::Open
        | InvoiceState::PartlyPaid
        | InvoiceState::Paid
        | InvoiceState::PartlyRefunded
        | InvoiceState::Refunded => before.total_minor(),
    };
    let money = |payment: &Payment| match payment.fits(before.currency) {
        true => payment.sums.net(),
        false => 0,
    };
    let mut rest = total;
    let mut keep = |payment: &Payment| {
        let kept = payment.applied_minor.min(money(payment)).min(rest);
        rest = rest.saturating_sub(kept);
        kept
    };
    let kept: Vec<u64> = others.iter().map(|other| keep(other)).collect();
    payment.applied_minor = keep(&payment);
    let mut fill = |payment: &Payment, kept: u64| {
        let more = money(payment).saturating_sub(kept).min(rest);
        rest = rest.saturating_sub(more);
        kept.saturating_add(more)
    };
    payment.applied_minor = fill(&payment, payment.applied_minor);
    let applied: Vec<u64> =
        others.iter().zip(kept).map(|(other, kept)| fill(other, kept)).collect();
    let paid = total.saturating_sub(rest);
    let is_claimed = others.iter().any(|other| is_same_claim(other, &payment, scene.now));
    let received = others.iter().copied().chain([&payment]).filter(|p| p.fits(before.currency));
    let received = received.fold(0, |sum: u64, p| sum.saturating_add(p.sums.received_minor));
    let once_paid = before.once_paid || (total > 0 && received >= total);
    let mut after = with_paid(before, paid, once_paid, account);
    if !after.references().contains(&payment.reference) {
        after.payments.push(payment.reference.clone());
    }
    let credits = credits_after(before, &mut after);
    // Those that keep their part are written too: what was read of them is a guard.
    let others = others
        .into_iter()
        .zip(applied)
        .map(|(other, applied_minor)| Payment {
            version: other.version.saturating_add(1),
            applied_minor,
            op: scene.op.clone(),
            ..other.clone()
        })
        .collect();
    Ok(Allocated { invoice: after, payment, others, credits, is_claimed })
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
    if !after.once_paid || total == 0 || after.state == InvoiceState::Void {
        return PerKind::default();
    }
    let base = before.gives_unrefunded();
    after.gives = gives_when_paid(&base, after.paid_minor.min(total), total);
    after.refunded_credits = base.map(|kind, base| base.saturating_sub(*after.gives.get(kind)));
    let change = |kind: Kind| {
        let (old, new) = (*before.gives.get(kind), *after.gives.get(kind));
        (old != new).then(|| signed(new).saturating_sub(signed(old)))
    };
    PerKind { sms: change(Kind::Sms), mms: change(Kind::Mms) }
}

/// Why money of a payment waits, after it was applied as far as that went.
pub(super) fn waits(payment: &Payment, invoice: Option<&Invoice>) -> Option<Waits> {
    if !payment.waits() {
        return None;
    }
    Some(match invoice {
        _ if payment.names.len() > 1 => Waits::SeveralInvoices,
        _ if payment.mixed => Waits::OtherCurrency,
        Some(invoice) if payment.invoice == Some(invoice.number) => {
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
