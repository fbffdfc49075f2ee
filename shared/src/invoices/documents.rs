//! How documents are made and changed: pricing, billing, credit notes, voiding, settling.
//!
//! An invoice remembers **the credits that its add still gives**, per kind. Undo, void, correction,
//! deduct and refund lower that under the invoice's version, in the change that moves the credits
//! (LEDGER §5–6). Amounts are computed from cumulative sums, so that repeated parts add up to the
//! whole.

use jiff::civil::Date;

use crate::contract::change::{Expect, Write};
use crate::contract::image::{Need, Stop};
use crate::contract::refusal::Refusal;
use crate::contract::{Key, Record};
use crate::decision::Scene;
use crate::invoices::types::{Invoice, InvoiceLine, InvoiceState, Party, normal_reference};
use crate::kernel::credit::{Kind, PerKind};
use crate::kernel::id::{InvoiceNumber, ROOT, Series};
use crate::kernel::money::{Money, line_net};
use crate::kernel::movement::DocumentRef;
use crate::kernel::tax::TaxRate;
use crate::ledger::account::{Account, OPEN_INVOICES_MAX, OpenInvoice};
use crate::ledger::entry::Entry;

/// Lines with their sums, in minor units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Priced {
    pub lines: Vec<InvoiceLine>,
    pub net_minor: u64,
    /// Computed once, on the net total.
    pub tax_minor: u64,
    pub gross_minor: u64,
}

impl Priced {
    /// The sums of lines at their prices.
    ///
    /// # Errors
    /// The sums pass the largest amount of one document.
    pub fn of(lines: &[(Kind, u64, u64)], tax: TaxRate) -> Result<Self, Refusal> {
        let too_large = || Refusal::invalid("That is more money than one invoice can state.");
        let mut priced = Vec::new();
        let mut net = 0_u64;
        for (kind, credits, per_1000_minor) in lines.iter().copied() {
            let net_minor = line_net(credits, per_1000_minor).ok_or_else(too_large)?;
            net = net.checked_add(net_minor).ok_or_else(too_large)?;
            priced.push(InvoiceLine { kind, credits, per_1000_minor, net_minor });
        }
        let tax_minor = tax.on(net).ok_or_else(too_large)?;
        let gross = net.checked_add(tax_minor).ok_or_else(too_large)?;
        Ok(Self { lines: priced, net_minor: net, tax_minor, gross_minor: gross })
    }

    /// The same lines free of charge.
    #[must_use]
    pub fn free(self) -> Self {
        let free = |line: InvoiceLine| InvoiceLine { per_1000_minor: 0, net_minor: 0, ..line };
        Self {
            lines: self.lines.into_iter().map(free).collect(),
            net_minor: 0,
            tax_minor: 0,
            gross_minor: 0,
        }
    }
}

/// The due day of an invoice that is made today.
#[must_use]
pub fn due_day(scene: &Scene<'_>) -> Date {
    let today = scene.today();
    let days = jiff::Span::new().days(i64::from(scene.settings.due_days));
    today.checked_add(days).unwrap_or(today)
}

/// The seller on a document: the seller that is set, or until then the root admin.
///
/// # Errors
/// The root admin was never read.
pub fn seller(scene: &Scene<'_>) -> Result<Party, Stop> {
    if let Some(seller) = &scene.settings.seller {
        return Ok(seller.clone());
    }
    let name = scene.image.client(ROOT)?.map(|root| root.name.clone()).unwrap_or_default();
    Ok(Party { name, ..Party::default() })
}

/// An invoice as movements and replies name it.
#[must_use]
pub fn document(invoice: &Invoice) -> DocumentRef {
    DocumentRef {
        number: invoice.number,
        gross: invoice.gross(),
        due: invoice.due,
        settled: invoice.due_minor() == 0,
        void: false,
        reference: invoice.reference.clone(),
        credit_note: None,
    }
}

/// Takes the next number, and the amount due, onto the payer's account.
pub fn bill(account: &mut Account, invoice: &Invoice) {
    account.next_invoice = account.next_invoice.saturating_add(1);
    let due = invoice.due_minor();
    account.unpaid_minor = account.unpaid_minor.saturating_add(due);
    if due > 0 {
        let row = OpenInvoice { seq: invoice.number.seq, gross_minor: invoice.gross_minor };
        account.open_invoices.push(row);
        let surplus = account.open_invoices.len().saturating_sub(OPEN_INVOICES_MAX);
        account.open_invoices.drain(..surplus);
    }
}

/// The part of the gross that each kind's line has; the parts add up to the gross.
fn gross_by_kind(invoice: &Invoice) -> PerKind<u64> {
    let net = |kind| invoice.lines.iter().filter(|l| l.kind == kind).map(|l| l.net_minor).sum();
    let has_mms = invoice.lines.iter().any(|line| line.kind == Kind::Mms);
    let sms = match (invoice.sold(Kind::Sms), has_mms) {
        (0, _) => 0,
        (_, false) => invoice.gross_minor,
        (_, true) => share(invoice.gross_minor, net(Kind::Sms), invoice.net_minor),
    };
    PerKind { sms, mms: invoice.gross_minor.saturating_sub(sms) }
}

/// The gross of the credits that an invoice does not give, those of refunds aside: floor(gross × taken /
/// sold) per kind.
fn taken_gross(invoice: &Invoice) -> PerKind<u64> {
    let whole = gross_by_kind(invoice);
    invoice.gives_unrefunded().map(|kind, gives| {
        let sold = invoice.sold(kind);
        let taken = sold.saturating_sub(*gives);
        if taken == 0 { 0 } else { share(*whole.get(kind), taken, sold) }
    })
}

/// A change of an invoice and its credit note.
pub struct Noted {
    pub writes: Vec<Write>,
    pub document: DocumentRef,
}

/// Takes credits off an invoice, with the credit note for them: floor(gross × taken / sold) per kind,
/// cumulative, at most the rest. On an open invoice the note lowers the amount due; on a paid invoice
/// the money becomes unapplied.
///
/// # Errors
/// A payment that settled the invoice was never read, or moved meanwhile.
pub fn note_off(
    scene: &Scene<'_>,
    invoice: &Invoice,
    credits: &PerKind<u64>,
    entry: &Entry,
    account: &mut Account,
) -> Result<Noted, Stop> {
    let mut after = invoice.clone();
    after.gives = invoice.gives.map(|kind, gives| gives.saturating_sub(*credits.get(kind)));
    let target = taken_gross(&after);
    let target = target.sms.saturating_add(target.mms);
    let amount = target.saturating_sub(invoice.noted_minor);
    settle_note(scene, invoice, after, amount, entry, account)
}

/// Takes a whole invoice back: void, or refunded by a credit note for the rest of it.
///
/// # Errors
/// As [`note_off`].
pub fn take_back(
    scene: &Scene<'_>,
    invoice: &Invoice,
    entry: &Entry,
    account: &mut Account,
) -> Result<Noted, Stop> {
    let mut after = invoice.clone();
    after.gives = PerKind::default();
    // With money or a credit note against it, only a credit note for the rest closes it.
    if invoice.paid_minor > 0 || invoice.noted_minor > 0 || invoice.once_paid {
        after.state = InvoiceState::Refunded;
        let rest = invoice.total_minor();
        return settle_note(scene, invoice, after, rest, entry, account);
    }
    after.version = after.version.saturating_add(1);
    after.state = InvoiceState::Void;
    account.unpaid_minor = account.unpaid_minor.saturating_sub(invoice.due_minor());
    account.open_invoices.retain(|row| row.seq != invoice.number.seq);
    let document = DocumentRef { settled: true, void: true, ..document(invoice) };
    let writes = vec![Write::Put(Record::Invoice(after), Expect::Version(invoice.version))];
    Ok(Noted { writes, document })
}

/// Writes a credit note over `amount` and its consequences: the invoice, the amount due on the
/// payer's account, and the payment whose money becomes free.
fn settle_note(
    scene: &Scene<'_>,
    before: &Invoice,
    mut after: Invoice,
    amount: u64,
    entry: &Entry,
    account: &mut Account,
) -> Result<Noted, Stop> {
    let mut writes = Vec::new();
    after.version = after.version.saturating_add(1);
    after.noted_minor = after.noted_minor.saturating_add(amount);
    let off_due = amount.min(before.due_minor());
    account.unpaid_minor = account.unpaid_minor.saturating_sub(off_due);
    // What was refunded is no longer there to be freed.
    let freed = amount.saturating_sub(off_due).min(before.paid_minor);
    if freed > 0 {
        after.paid_minor = after.paid_minor.saturating_sub(freed);
        writes.extend(free_payments(scene, before, entry, freed)?);
    }
    if after.state != InvoiceState::Refunded && after.due_minor() == 0 {
        let gives_nothing = after.gives == PerKind::default();
        after.state = if gives_nothing {
            InvoiceState::Refunded
        } else if after.paid_minor < after.total_minor() {
            refunded_state(after.paid_minor)
        } else {
            InvoiceState::Paid
        };
    }
    if after.due_minor() == 0 {
        account.open_invoices.retain(|row| row.seq != before.number.seq);
    }
    let settled = after.due_minor() == 0;
    if amount == 0 {
        // A zero-rated invoice has no money to note; it only gives less.
        let document = DocumentRef { settled, ..document(before) };
        writes.push(Write::Put(Record::Invoice(after), Expect::Version(before.version)));
        return Ok(Noted { writes, document });
    }
    let number = InvoiceNumber {
        series: Series::CreditNote,
        client: before.number.client,
        seq: account.next_credit_note,
    };
    account.next_credit_note = account.next_credit_note.saturating_add(1);
    let note = credit_note(scene, before, &after, number, entry);
    let document = DocumentRef {
        gross: Money { minor: amount, currency: before.currency },
        settled,
        credit_note: Some(number),
        ..document(before)
    };
    writes.push(Write::Put(Record::Invoice(after), Expect::Version(before.version)));
    writes.push(Write::Put(Record::Invoice(note), Expect::Absent));
    Ok(Noted { writes, document })
}

/// The credit note for the difference between two states of an invoice.
fn credit_note(
    scene: &Scene<'_>,
    before: &Invoice,
    after: &Invoice,
    number: InvoiceNumber,
    entry: &Entry,
) -> Invoice {
    let amount = after.noted_minor.saturating_sub(before.noted_minor);
    // Cumulative like the gross, so that the notes of an invoice add up to it.
    let net_up_to = |noted| share(noted, before.net_minor, before.gross_minor);
    let net = net_up_to(after.noted_minor).saturating_sub(net_up_to(before.noted_minor));
    let (old, new) = (taken_gross(before), taken_gross(after));
    let mut lines = Vec::new();
    let mut rest = net;
    for (position, line) in entry.lines.iter().enumerate() {
        let is_last = position.saturating_add(1) == entry.lines.len();
        let part = new.get(line.kind).saturating_sub(*old.get(line.kind));
        let net_minor = if is_last { rest } else { share(net, part, amount).min(rest) };
        rest = rest.saturating_sub(net_minor);
        let sold = before.lines.iter().find(|sold| sold.kind == line.kind);
        lines.push(InvoiceLine {
            kind: line.kind,
            credits: line.granted.unsigned_abs(),
            per_1000_minor: sold.map_or(0, |sold| sold.per_1000_minor),
            net_minor,
        });
    }
    Invoice {
        number,
        version: 1,
        client: before.client,
        op: entry.op.clone(),
        entry: entry.number,
        corrects: Some(before.number),
        at: scene.now,
        due: scene.today(),
        state: InvoiceState::Paid,
        lines,
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
        ..before.clone()
    }
}

/// The payments that settled an invoice, with `freed` of their money unapplied again: first the last
/// one that was booked, the claimed one last.
fn free_payments(
    scene: &Scene<'_>,
    invoice: &Invoice,
    entry: &Entry,
    freed: u64,
) -> Result<Vec<Write>, Stop> {
    let claimed = invoice.reference.as_deref().map(normal_reference);
    let booked = invoice.payments.iter().filter(|booked| Some(*booked) != claimed.as_ref());
    let mut rest = freed;
    let mut writes = Vec::new();
    for reference in booked.rev().chain(&claimed) {
        let Some(payment) = scene.image.payment(reference)? else { continue };
        let applied = payment.applied_to(invoice.number);
        let part = applied.min(rest);
        if part == 0 {
            continue;
        }
        rest = rest.saturating_sub(part);
        let left = applied.saturating_sub(part);
        let mut unapplied = payment.clone().with_part(invoice.number, left);
        unapplied.version = unapplied.version.saturating_add(1);
        unapplied.op = entry.op.clone();
        writes.push(Write::Put(Record::Payment(unapplied), Expect::Version(payment.version)));
    }
    if rest > 0 {
        // Invoice and payments were read at different moments, and a payment moved in between.
        let payments = invoice.references().into_iter().map(Key::Payment);
        let keys = payments.chain([Key::Invoice(invoice.number)]);
        return Err(Stop::Lacks(keys.map(Need::Item).collect()));
    }
    Ok(writes)
}

/// An invoice after its payments changed, and the amount due moved on the payer's account. Of an
/// invoice that is void nothing is paid.
#[must_use]
pub fn with_paid(
    invoice: &Invoice,
    paid_minor: u64,
    once_paid: bool,
    account: &mut Account,
) -> Invoice {
    let mut after = invoice.clone();
    after.version = after.version.saturating_add(1);
    after.once_paid = once_paid;
    if (invoice.paid_minor, invoice.once_paid) == (paid_minor, once_paid) {
        return after;
    }
    after.paid_minor = paid_minor;
    after.state = if paid_minor >= invoice.total_minor() {
        InvoiceState::Paid
    } else if once_paid {
        refunded_state(paid_minor)
    } else if paid_minor > 0 {
        InvoiceState::PartlyPaid
    } else {
        InvoiceState::Open
    };
    account.unpaid_minor =
        account.unpaid_minor.saturating_sub(invoice.due_minor()).saturating_add(after.due_minor());
    account.open_invoices.retain(|row| row.seq != invoice.number.seq);
    if after.due_minor() > 0 {
        let row = OpenInvoice { seq: invoice.number.seq, gross_minor: invoice.gross_minor };
        account.open_invoices.push(row);
        let surplus = account.open_invoices.len().saturating_sub(OPEN_INVOICES_MAX);
        account.open_invoices.drain(..surplus);
    }
    after
}

/// The state of an invoice whose money was refunded or withdrawn down to `paid_minor`.
fn refunded_state(paid_minor: u64) -> InvoiceState {
    if paid_minor > 0 { InvoiceState::PartlyRefunded } else { InvoiceState::Refunded }
}

/// The credits that an invoice gives while only `paid` of `total` is paid: credits − floor(credits ×
/// (total − paid) / total) per kind, of the credits that no credit note has taken (LEDGER §6).
#[must_use]
pub fn gives_when_paid(credits: &PerKind<u64>, paid: u64, total: u64) -> PerKind<u64> {
    let missing = total.saturating_sub(paid);
    credits.map(|_, credits| {
        let taken = if missing == 0 { 0 } else { share(*credits, missing, total) };
        credits.saturating_sub(taken)
    })
}

/// floor(amount × part / whole), in 128 bits; all of it when the whole is nothing.
#[must_use]
pub fn share(amount: u64, part: u64, whole: u64) -> u64 {
    u128::from(amount)
        .checked_mul(u128::from(part))
        .and_then(|product| product.checked_div(u128::from(whole)))
        .and_then(|minor| u64::try_from(minor).ok())
        .unwrap_or(amount)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_rounded_down_and_whole_when_the_whole_is_nothing() {
        assert_eq!(share(100, 1, 3), 33);
        assert_eq!(share(u64::MAX, u64::MAX, u64::MAX), u64::MAX);
        assert_eq!(share(7, 1, 0), 7);
    }

    #[test]
    fn a_refund_takes_credits_pro_rata_and_a_failed_refund_gives_them_back() {
        let sold = PerKind { sms: 100, mms: 7 };
        assert_eq!(gives_when_paid(&sold, 30, 30), sold);
        assert_eq!(gives_when_paid(&sold, 20, 30), PerKind { sms: 67, mms: 5 });
        assert_eq!(gives_when_paid(&sold, 0, 30), PerKind { sms: 0, mms: 0 });
        assert_eq!(gives_when_paid(&sold, 0, 0), sold, "a grant has no money to refund");
    }
}
