//! Voiding an invoice that gives no credits: void while nothing was paid, else closed by a credit note for
//! the rest of it, whose money becomes the client's credit.

use crate::contract::change::{Expect, Write};
use crate::contract::image::Stop;
use crate::contract::plan::Worth;
use crate::contract::{self, Record};
use crate::decision::{Proposal, Scene};
use crate::invoices::documents::take_back_items;
use crate::invoices::types::{DocumentChange, Facts, Invoice};
use crate::kernel::id::Named;
use crate::kernel::mode::Mode;
use crate::kernel::money::Money;
use crate::ledger::posting::next;
use crate::plans::types::{Bound, Lapse, Question};

/// Drafts the void of an invoice without an entry.
///
/// # Errors
/// What was never read.
pub fn items(
    scene: &Scene<'_>,
    ask: contract::Ask,
    invoice: &Invoice,
    reason: &str,
) -> Result<Proposal, Stop> {
    let (client, account) = scene.open_account(invoice.number.client)?;
    let mut billed = next(account);
    let taken = take_back_items(scene, invoice, reason, &mut billed)?;
    let mut writes = taken.writes;
    writes.push(Write::Put(Record::Account(billed), Expect::Version(account.version)));
    let facts = Facts {
        client: Named::from(client),
        change: DocumentChange::Voided { reason: reason.to_owned() },
        invoice: taken.document,
        due: Money { minor: 0, currency: invoice.currency },
    };
    let text = format!("{} of {} taken back: {reason}", invoice.number, client.id);
    let facts = contract::Facts::Invoices(facts);
    Ok(Proposal {
        questions: vec![Question::Reversal],
        worth: Some(Worth { minor: invoice.gross_minor, mode: Mode::Open, counts: false }),
        // Any change of the invoice makes it another void.
        bound: Bound::of(vec![(Lapse::Target, invoice.version.to_string())], Vec::new()),
        ..scene.proposal(ask, Some(client.id), facts, writes, text)
    })
}
