//! How documents are made and changed: pricing, billing, credit notes, voiding, settling.
//!
//! An invoice remembers **the credits that its add still gives**, per kind. Undo, void, correction,
//! deduct and refund lower that under the invoice's version, in the change that moves the credits
//! (LEDGER §5–6). Amounts are computed from cumulative sums, so that repeated parts add up to the
//! whole.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::clients::types::Client;
use crate::contract::change::{Expect, Write};
use crate::contract::image::{Need, Stop};
use crate::contract::refusal::Refusal;
use crate::contract::{Key, Record};
use crate::decision::{Mail, Scene};
use crate::invoices::notes::{Cause, credit_note, taken_gross};
use crate::invoices::types::{
    Invoice, InvoiceLine, InvoiceState, Party, TaxTotal, normal_reference,
};
use crate::kernel::credit::PerKind;
use crate::kernel::id::{InvoiceNumber, OpId, ROOT, Series};
use crate::kernel::mail::MailEvent;
use crate::kernel::money::{MINOR_MAX, Money, line_net, share};
use crate::kernel::movement::DocumentRef;
use crate::kernel::tax::TaxRate;
use crate::ledger::account::{Account, OPEN_INVOICES_MAX, OpenInvoice};
use crate::ledger::entry::Entry;
use crate::plans::types::Question;

/// Lines with their sums, in minor units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Priced {
    pub lines: Vec<InvoiceLine>,
    /// Computed once for each rate, on the net total of that rate.
    pub taxes: Vec<TaxTotal>,
    pub net_minor: u64,
    pub tax_minor: u64,
    pub gross_minor: u64,
}

impl Priced {
    /// The sums of lines at their prices.
    ///
    /// # Errors
    /// The sums pass the largest amount of one document.
    pub fn of(mut lines: Vec<InvoiceLine>) -> Result<Self, Refusal> {
        let too_large = || Refusal::invalid("That is more money than one invoice can state.");
        let mut net_minor = 0_u64;
        for line in &mut lines {
            let net = line_net(line.quantity, line.price_minor, line.per).ok_or_else(too_large)?;
            line.net_minor = net;
            net_minor = net_minor.checked_add(net).ok_or_else(too_large)?;
        }
        let taxes = taxes(&lines).ok_or_else(too_large)?;
        let sum = taxes.iter().try_fold(0_u64, |sum, total| sum.checked_add(total.tax_minor));
        let tax_minor = sum.ok_or_else(too_large)?;
        let gross = net_minor.checked_add(tax_minor).filter(|gross| *gross <= MINOR_MAX);
        Ok(Self { lines, taxes, net_minor, tax_minor, gross_minor: gross.ok_or_else(too_large)? })
    }

    /// The same lines free of charge.
    #[must_use]
    pub fn free(self) -> Self {
        let free = |line: InvoiceLine| InvoiceLine { price_minor: 0, net_minor: 0, ..line };
        let untaxed = |total: TaxTotal| TaxTotal { net_minor: 0, tax_minor: 0, ..total };
        Self {
            lines: self.lines.into_iter().map(free).collect(),
            taxes: self.taxes.into_iter().map(untaxed).collect(),
            net_minor: 0,
            tax_minor: 0,
            gross_minor: 0,
        }
    }
}

/// The tax of each rate, once on the sum of its lines (LEDGER §6); `None` past the largest amount.
#[must_use]
pub fn taxes(lines: &[InvoiceLine]) -> Option<Vec<TaxTotal>> {
    let mut nets: BTreeMap<TaxRate, u64> = BTreeMap::new();
    for line in lines {
        let net = nets.entry(line.tax).or_default();
        *net = net.checked_add(line.net_minor)?;
    }
    let total = |(rate, net_minor): (TaxRate, u64)| {
        Some(TaxTotal { rate, net_minor, tax_minor: rate.on(net_minor)?, noted_minor: 0 })
    };
    nets.into_iter().map(total).collect()
}

/// The rate of tax of what a client pays: nothing where it is exempt.
#[must_use]
pub fn rate(scene: &Scene<'_>, payer: &Client) -> TaxRate {
    if payer.billing.exempt.is_some() { TaxRate::ZERO } else { scene.settings.tax }
}

/// A client as the buyer on a document.
#[must_use]
pub fn buyer(client: &Client) -> Party {
    Party {
        name: client.name.clone(),
        address: client.billing.address.clone(),
        tax_number: client.billing.tax_number.clone(),
    }
}

/// The due day of an invoice that is made today, by the payer's days or the desk's.
#[must_use]
pub fn due_day(scene: &Scene<'_>, payer: &Client) -> Date {
    let today = scene.today();
    let days = payer.billing.due_days.unwrap_or(scene.settings.due_days);
    let days = jiff::Span::new().days(i64::from(days));
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

/// The question about an open invoice of exactly this gross: the money may be meant for that one.
#[must_use]
pub fn same_gross(payer: &Client, account: &Account, gross: Money) -> Option<Question> {
    let equal = account
        .open_invoices
        .iter()
        .rev()
        .find(|row| gross.minor > 0 && row.gross_minor == gross.minor)?;
    let invoice = InvoiceNumber { series: Series::Invoice, client: payer.id, seq: equal.seq };
    Some(Question::SameGross { invoice, gross })
}

/// Refuses a document on which nothing is due.
///
/// # Errors
/// It is a credit note, or nothing is due on it.
pub fn open_document(invoice: &Invoice) -> Result<(), Refusal> {
    let number = invoice.number;
    if invoice.corrects.is_some() {
        let why = "it is a credit note; nothing is due on it.".to_owned();
        return Err(Refusal::InvoiceMismatch { number, why });
    }
    if invoice.due_minor() == 0 {
        return Err(Refusal::InvoiceState { number, state: invoice.state });
    }
    Ok(())
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
    settle_note(scene, invoice, after, amount, &Cause::of(entry), account)
}

/// Takes an amount off an invoice that gives no credits.
///
/// # Errors
/// As [`note_off`].
pub fn note_amount(
    scene: &Scene<'_>,
    invoice: &Invoice,
    amount: u64,
    reason: &str,
    account: &mut Account,
) -> Result<Noted, Stop> {
    let cause = Cause { op: &scene.op, entry: None, reason };
    settle_note(scene, invoice, invoice.clone(), amount, &cause, account)
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
    take_back_for(scene, invoice, &Cause::of(entry), account)
}

/// As [`take_back`], of an invoice that gives no credits.
///
/// # Errors
/// As [`note_off`].
pub fn take_back_items(
    scene: &Scene<'_>,
    invoice: &Invoice,
    reason: &str,
    account: &mut Account,
) -> Result<Noted, Stop> {
    take_back_for(scene, invoice, &Cause { op: &scene.op, entry: None, reason }, account)
}

fn take_back_for(
    scene: &Scene<'_>,
    invoice: &Invoice,
    cause: &Cause<'_>,
    account: &mut Account,
) -> Result<Noted, Stop> {
    let mut after = invoice.clone();
    after.gives = PerKind::default();
    // With money or a credit note against it, only a credit note for the rest closes it.
    if invoice.paid_minor > 0 || invoice.noted_minor > 0 || invoice.once_paid {
        after.state = InvoiceState::Refunded;
        let rest = invoice.total_minor();
        return settle_note(scene, invoice, after, rest, cause, account);
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
    cause: &Cause<'_>,
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
        writes.extend(free_payments(scene, before, cause.op, freed)?);
    }
    if after.state != InvoiceState::Refunded && after.due_minor() == 0 {
        let is_taken_back = match after.entry {
            Some(_) => after.gives.is_zero(),
            None => after.total_minor() == 0,
        };
        after.state = if is_taken_back {
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
    let note = credit_note(scene, before, &mut after, number, cause);
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

/// The payments that settled an invoice, with `freed` of their money unapplied again: first the last
/// one that was booked, the claimed one last.
fn free_payments(
    scene: &Scene<'_>,
    invoice: &Invoice,
    op: &OpId,
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
        unapplied.op = op.clone();
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

/// The receipt that its payer gets when a payment settles an invoice.
///
/// # Errors
/// The payer was never read.
pub fn receipt(scene: &Scene<'_>, before: &Invoice, after: &Invoice) -> Result<Option<Mail>, Stop> {
    if before.due_minor() == 0 || after.state != InvoiceState::Paid {
        return Ok(None);
    }
    let event = MailEvent::PaymentReceived { invoice: after.number };
    scene.mail(scene.client(after.number.client)?, event, scene.now)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refund_takes_credits_pro_rata_and_a_failed_refund_gives_them_back() {
        let sold = PerKind { sms: 100, mms: 7 };
        assert_eq!(gives_when_paid(&sold, 30, 30), sold);
        assert_eq!(gives_when_paid(&sold, 20, 30), PerKind { sms: 67, mms: 5 });
        assert_eq!(gives_when_paid(&sold, 0, 30), PerKind { sms: 0, mms: 0 });
        assert_eq!(gives_when_paid(&sold, 0, 0), sold, "a grant has no money to refund");
    }
}
