//! Credit notes: their lines, and the part of net and tax that each takes.
//!
//! Invariant: amounts are cumulative, so that the notes of an invoice add up to it, for each rate of tax and
//! for each kind of credits. Invoice, account and payments move with a note in [`super::documents`].

use crate::decision::Scene;
use crate::invoices::types::{CREDITS_PER, Invoice, InvoiceLine, InvoiceState, Item, TaxTotal};
use crate::kernel::credit::{Kind, PerKind};
use crate::kernel::id::{InvoiceNumber, OpId};
use crate::kernel::money::share;
use crate::kernel::tax::TaxRate;
use crate::ledger::entry::Entry;

/// The cause of a credit note: the operation, and the entry and the credits that it moved, if any.
pub(super) struct Cause<'a> {
    pub op: &'a OpId,
    pub entry: Option<&'a Entry>,
    /// The text of the lines of a note that takes no credits.
    pub reason: &'a str,
}

impl<'a> Cause<'a> {
    pub fn of(entry: &'a Entry) -> Self {
        Self { op: &entry.op, entry: Some(entry), reason: "" }
    }
}

/// The part of the gross that each kind's line has; the parts add up to the gross.
fn gross_by_kind(invoice: &Invoice) -> PerKind<u64> {
    let of = |kind| invoice.lines.iter().filter(move |line| line.kind() == Some(kind));
    let net = |kind| of(kind).map(|line| line.net_minor).sum();
    let has_mms = of(Kind::Mms).next().is_some();
    let sms = match (invoice.sold(Kind::Sms), has_mms) {
        (0, _) => 0,
        (_, false) => invoice.gross_minor,
        (_, true) => share(invoice.gross_minor, net(Kind::Sms), invoice.net_minor),
    };
    PerKind { sms, mms: invoice.gross_minor.saturating_sub(sms) }
}

/// The gross of the credits that an invoice does not give, those of refunds aside: floor(gross × taken /
/// sold) per kind.
pub(super) fn taken_gross(invoice: &Invoice) -> PerKind<u64> {
    let whole = gross_by_kind(invoice);
    invoice.gives_unrefunded().map(|kind, gives| {
        let sold = invoice.sold(kind);
        let taken = sold.saturating_sub(*gives);
        if taken == 0 { 0 } else { share(*whole.get(kind), taken, sold) }
    })
}

/// The credit note for the difference between two states of an invoice.
pub(super) fn credit_note(
    scene: &Scene<'_>,
    before: &Invoice,
    after: &mut Invoice,
    number: InvoiceNumber,
    cause: &Cause<'_>,
) -> Invoice {
    let amount = after.noted_minor.saturating_sub(before.noted_minor);
    let taxes = note_taxes(&mut after.taxes, amount);
    let net = taxes.iter().fold(0, |sum: u64, total| sum.saturating_add(total.net_minor));
    let lines = match cause.entry {
        Some(entry) => credit_lines(before, after, entry, (net, amount)),
        None => taxes.iter().map(|total| text_line(cause.reason, total)).collect(),
    };
    Invoice {
        number,
        version: 1,
        client: before.client,
        op: cause.op.clone(),
        entry: cause.entry.map(|entry| entry.number),
        receipt: String::new(),
        corrects: Some(before.number),
        at: scene.now,
        due: scene.today(),
        state: InvoiceState::Paid,
        lines,
        taxes,
        net_minor: net,
        tax_minor: amount.saturating_sub(net),
        gross_minor: amount,
        paid_minor: 0,
        noted_minor: 0,
        gives: PerKind::default(),
        refunded_credits: PerKind::default(),
        once_paid: false,
        reference: None,
        payments: Vec::new(),
        resent: None,
        ..before.clone()
    }
}

/// Divides the gross of a credit note among the rates of its invoice, by the gross that is left of each. The
/// net is cumulative like the gross, so that the notes of an invoice add up to it.
fn note_taxes(taxes: &mut [TaxTotal], amount: u64) -> Vec<TaxTotal> {
    let left = |total: &TaxTotal| total.gross_minor().saturating_sub(total.noted_minor);
    let whole = taxes.iter().fold(0, |sum: u64, total| sum.saturating_add(left(total)));
    let mut parts: Vec<u64> =
        taxes.iter().map(|total| share(amount, left(total), whole).min(left(total))).collect();
    let mut rest = parts.iter().fold(amount, |rest, part| rest.saturating_sub(*part));
    for (part, total) in parts.iter_mut().zip(&*taxes) {
        let more = left(total).saturating_sub(*part).min(rest);
        *part = part.saturating_add(more);
        rest = rest.saturating_sub(more);
    }
    let mut noted = Vec::new();
    for (part, total) in parts.into_iter().zip(taxes).filter(|(part, _)| *part > 0) {
        let (net, gross) = (total.net_minor, total.gross_minor());
        let net_up_to = |noted| share(noted, net, gross);
        let before = net_up_to(total.noted_minor);
        total.noted_minor = total.noted_minor.saturating_add(part);
        let net_minor = net_up_to(total.noted_minor).saturating_sub(before);
        let tax_minor = part.saturating_sub(net_minor);
        noted.push(TaxTotal { rate: total.rate, net_minor, tax_minor, noted_minor: 0 });
    }
    noted
}

/// The line of a credit note for one rate, where no credits are taken.
fn text_line(reason: &str, total: &TaxTotal) -> InvoiceLine {
    InvoiceLine {
        item: Item::Text(reason.to_owned()),
        quantity: 1,
        price_minor: total.net_minor,
        per: 1,
        tax: total.rate,
        net_minor: total.net_minor,
    }
}

/// The lines of a credit note for the credits that an entry took.
fn credit_lines(
    before: &Invoice,
    after: &Invoice,
    entry: &Entry,
    (net, amount): (u64, u64),
) -> Vec<InvoiceLine> {
    let (old, new) = (taken_gross(before), taken_gross(after));
    let mut lines = Vec::new();
    let mut rest = net;
    for (position, line) in entry.lines.iter().enumerate() {
        let is_last = position.saturating_add(1) == entry.lines.len();
        let part = new.get(line.kind).saturating_sub(*old.get(line.kind));
        let net_minor = if is_last { rest } else { share(net, part, amount).min(rest) };
        rest = rest.saturating_sub(net_minor);
        let sold = before.lines.iter().find(|sold| sold.kind() == Some(line.kind));
        lines.push(InvoiceLine {
            item: Item::Credits(line.kind),
            quantity: line.granted.unsigned_abs(),
            price_minor: sold.map_or(0, |sold| sold.price_minor),
            per: CREDITS_PER,
            tax: sold.map_or(TaxRate::ZERO, |sold| sold.tax),
            net_minor,
        });
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn total(rate: u32, net_minor: u64, tax_minor: u64) -> TaxTotal {
        TaxTotal { rate: TaxRate::per_cent(rate), net_minor, tax_minor, noted_minor: 0 }
    }

    #[test]
    fn notes_of_several_rates_add_up_to_the_invoice_in_any_parts() {
        for step in [1, 7, 100, 333] {
            let mut taxes = vec![total(0, 3, 0), total(5, 333, 17), total(20, 1_000, 200)];
            let gross: u64 = taxes.iter().map(TaxTotal::gross_minor).sum();
            let (mut left, mut net, mut tax) = (gross, 0, 0);
            while left > 0 {
                let amount = step.min(left);
                let parts = note_taxes(&mut taxes, amount);
                assert_eq!(parts.iter().map(TaxTotal::gross_minor).sum::<u64>(), amount);
                net += parts.iter().map(|part| part.net_minor).sum::<u64>();
                tax += parts.iter().map(|part| part.tax_minor).sum::<u64>();
                left -= amount;
            }
            assert_eq!((net, tax), (1_336, 217));
            assert!(taxes.iter().all(|total| total.noted_minor == total.gross_minor()));
        }
    }
}
