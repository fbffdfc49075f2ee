//! `/invoice paid`: the money for all that is due on an open invoice, as a claimed payment.
//!
//! Invariant: the rules of the claim are those of an add marked paid ([`super::claim`]); a reference that pays
//! already books nothing.

use crate::contract::change::{Expect, Write};
use crate::contract::image::Stop;
use crate::contract::plan::Worth;
use crate::contract::refusal::Refusal;
use crate::contract::{self, Record};
use crate::decision::{Draft, Proposal, Scene};
use crate::invoices::claim::{Claim, claimed, reference};
use crate::invoices::documents::{document, open_document, with_paid};
use crate::invoices::types::{Ask, DocumentChange, Facts, Invoice, PAYMENTS_MAX};
use crate::kernel::id::{InvoiceNumber, Named};
use crate::kernel::mode::Mode;
use crate::kernel::money::Money;
use crate::ledger::posting::next;
use crate::plans::types::{Bound, Lapse};

pub(super) fn draft(
    scene: &Scene<'_>,
    ask: &Ask,
    number: InvoiceNumber,
    typed: &str,
) -> Result<Draft, Stop> {
    let typed = reference(typed)?;
    let invoice = scene.image.invoice(number)?.ok_or(Refusal::UnknownInvoice { number })?;
    let pays = scene.image.payment(&typed.1)?.filter(|known| known.applied() > 0);
    if let Some(first) = pays.and_then(|known| known.invoice) {
        return Err(Refusal::ReferenceUsed { reference: typed.0, invoice: first }.into());
    }
    open_document(invoice)?;
    let due = invoice.due_minor();
    let (client, _) = scene.open_account(invoice.client)?;
    let (payer, account) = scene.open_account(number.client)?;
    let Claim { write, question, bound } = claimed(scene, client, number, &typed, due)?;
    let mut billed = next(account);
    let paid = invoice.paid_minor.saturating_add(due);
    let settled = with_reference(with_paid(invoice, paid, true, &mut billed), typed)?;
    let amount = Money { minor: due, currency: invoice.currency };
    let facts = Facts {
        client: Named::from(payer),
        change: DocumentChange::Paid { amount, reference: settled.1 },
        invoice: document(&settled.0),
        due: Money { minor: 0, ..amount },
    };
    let text = format!("{number} of {}: {amount} paid", payer.id);
    let writes = vec![
        write,
        Write::Put(Record::Invoice(settled.0), Expect::Version(invoice.version)),
        Write::Put(Record::Account(billed), Expect::Version(account.version)),
    ];
    let mut shown = Bound::of(vec![(Lapse::Target, invoice.version.to_string())], Vec::new());
    shown.extend(bound);
    Ok(Draft::Propose(Proposal {
        questions: question.into_iter().collect(),
        worth: Some(Worth { minor: due, mode: Mode::Paid, counts: true }),
        bound: shown,
        ..scene.proposal(
            ask.clone(),
            Some(payer.id),
            contract::Facts::Invoices(facts),
            writes,
            text,
        )
    }))
}

/// An invoice that names the payment: as its own reference, or behind the one that it has.
fn with_reference(
    mut invoice: Invoice,
    (typed, normal): (String, String),
) -> Result<(Invoice, String), Stop> {
    if invoice.reference.is_none() {
        invoice.reference = Some(typed.clone());
    } else if !invoice.references().contains(&normal) {
        if invoice.payments.len() >= PAYMENTS_MAX {
            let sentence = format!("{} has {PAYMENTS_MAX} payments already.", invoice.number);
            return Err(Refusal::invalid(sentence).into());
        }
        invoice.payments.push(normal);
    }
    Ok((invoice, typed))
}
