//! `/invoice close` and `/invoice credit`: a credit note by money. A rest that will not come is closed; of an
//! invoice that gives no credits any part is taken off.
//!
//! Invariant: a note takes at most the rest of its invoice, and never any credits.

use crate::contract::change::{Expect, Write};
use crate::contract::image::Stop;
use crate::contract::plan::Worth;
use crate::contract::refusal::Refusal;
use crate::contract::{self, Record};
use crate::decision::{Draft, Proposal, Scene};
use crate::invoices::documents::{note_amount, open_document};
use crate::invoices::types::{Ask, DocumentChange, Facts, Invoice, InvoiceState, Rest, TEXT_MAX};
use crate::kernel::id::{InvoiceNumber, Named};
use crate::kernel::mode::Mode;
use crate::kernel::money::{Money, parse_minor};
use crate::kernel::text::required;
use crate::ledger::posting::next;
use crate::plans::types::{Bound, Lapse, Question};

/// Closes the rest of an invoice that is at least half paid or credited.
pub(super) fn rest(
    scene: &Scene<'_>,
    ask: &Ask,
    number: InvoiceNumber,
    rest: Rest,
) -> Result<Draft, Stop> {
    let invoice = scene.image.invoice(number)?.ok_or(Refusal::UnknownInvoice { number })?;
    open_document(invoice)?;
    let due = Money { minor: invoice.due_minor(), currency: invoice.currency };
    let settled = Money { minor: invoice.gross_minor.saturating_sub(due.minor), ..due };
    if due.minor > settled.minor {
        let sentence = format!(
            "{due} of {number} is due and {settled} is settled: only a smaller rest is closed. To take \
             the invoice back, void it."
        );
        return Err(Refusal::invalid(sentence).into());
    }
    let change = DocumentChange::Closed { rest, amount: due };
    noted(scene, ask, invoice, (due, rest.words()), change)
}

/// Takes an amount off an invoice that gives no credits.
pub(super) fn credit(
    scene: &Scene<'_>,
    ask: &Ask,
    number: InvoiceNumber,
    (amount, reason): (&str, &str),
) -> Result<Draft, Stop> {
    let invoice = scene.image.invoice(number)?.ok_or(Refusal::UnknownInvoice { number })?;
    let reason = required("reason", reason, TEXT_MAX)?;
    if invoice.corrects.is_some() {
        return Err(Refusal::InvoiceMismatch {
            number,
            why: "it is a credit note; only an invoice is credited.".to_owned(),
        }
        .into());
    }
    if invoice.entry.is_some() {
        let sentence = format!(
            "{number} gave credits. /correct and /invoice void take them back with a credit note, and \
             so does a deduct with invoice:{number}."
        );
        return Err(Refusal::invalid(sentence).into());
    }
    if invoice.state == InvoiceState::Void || invoice.total_minor() == 0 {
        return Err(Refusal::InvoiceState { number, state: invoice.state }.into());
    }
    let minor = parse_minor(amount, invoice.currency).map_err(Refusal::invalid)?;
    let rest = Money { minor: invoice.total_minor(), currency: invoice.currency };
    let amount = Money { minor, ..rest };
    if minor == 0 || minor > rest.minor {
        let sentence =
            format!("A credit note for {number} is more than nothing and at most {rest}.");
        return Err(Refusal::invalid(sentence).into());
    }
    let change = DocumentChange::Credited { amount, reason: reason.clone() };
    noted(scene, ask, invoice, (amount, &reason), change)
}

/// A credit note over an amount, with the text of its lines.
fn noted(
    scene: &Scene<'_>,
    ask: &Ask,
    invoice: &Invoice,
    (amount, text): (Money, &str),
    change: DocumentChange,
) -> Result<Draft, Stop> {
    let number = invoice.number;
    let (client, account) = scene.open_account(number.client)?;
    let mut billed = next(account);
    let unpaid = account.unpaid_minor;
    let taken = note_amount(scene, invoice, amount.minor, text, &mut billed)?;
    let off_due = unpaid.saturating_sub(billed.unpaid_minor);
    let due = invoice.due_minor().saturating_sub(off_due);
    let mut writes = taken.writes;
    writes.push(Write::Put(Record::Account(billed), Expect::Version(account.version)));
    let facts = Facts {
        client: Named::from(client),
        change,
        invoice: taken.document,
        due: Money { minor: due, ..amount },
    };
    let text = format!("credit note of {amount} for {number} of {}: {text}", client.id);
    let facts = contract::Facts::Invoices(facts);
    Ok(Draft::Propose(Proposal {
        questions: vec![Question::GivesUp { amount }],
        // Money that is given up is a gift: no payment comes for it.
        worth: Some(Worth { minor: amount.minor, mode: Mode::Grant, counts: true }),
        bound: Bound::of(vec![(Lapse::Target, invoice.version.to_string())], Vec::new()),
        ..scene.proposal(ask.clone(), Some(client.id), facts, writes, text)
    }))
}
