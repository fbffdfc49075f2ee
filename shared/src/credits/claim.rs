//! The payment that an add marked paid claims: a reference that is new, or one whose money is free because
//! the invoice that it paid was taken back.
//!
//! Invariant: money pays once. The same client pays with its free money after a question; another client
//! gets it only from billing, after a question that names both (LEDGER §6). The write is guarded by the
//! payment's version, or by its absence.

use crate::clients::types::Client;
use crate::contract::Record;
use crate::contract::change::{Expect, Write};
use crate::contract::image::Stop;
use crate::contract::refusal::Refusal;
use crate::decision::Scene;
use crate::invoices::types::Payment;
use crate::kernel::actor::Role;
use crate::kernel::id::{InvoiceNumber, Named};
use crate::kernel::money::Money;
use crate::plans::types::Question;

/// The role from which on staff move a payment from one client to another.
const MOVES: Role = Role::Billing;

/// The PAYMENT of a claim, and the question about money that was free.
pub(super) struct Claim {
    pub write: Write,
    pub question: Option<Question>,
}

/// Claims a payment, by its reference as typed and as it is compared.
pub(super) fn claimed(
    scene: &Scene<'_>,
    client: &Client,
    invoice: InvoiceNumber,
    (typed, normal): &(String, String),
    paid: u64,
) -> Result<Claim, Stop> {
    let known = scene.image.payment(normal)?;
    let question = known.map(|known| of_known(scene, client, known, typed)).transpose()?;
    let version = known.map_or(0, |freed| freed.version);
    let payment = Payment {
        reference: normal.clone(),
        version: version.saturating_add(1),
        client: client.id,
        invoice,
        currency: scene.settings.currency.ok_or(Refusal::NoCurrency)?,
        // The received amount only increases; money that this invoice does not take stays unapplied.
        received_minor: known.map_or(paid, |freed| freed.received_minor.max(paid)),
        refunded_minor: known.map_or(0, |freed| freed.refunded_minor),
        applied_minor: paid,
        claimed: true,
        at: scene.now,
        op: scene.op.clone(),
        receipt: String::new(),
    };
    let write = Write::Put(Record::Payment(payment), Expect::after(version));
    Ok(Claim { write, question })
}

/// The question about a payment that the desk knows.
fn of_known(
    scene: &Scene<'_>,
    client: &Client,
    known: &Payment,
    typed: &str,
) -> Result<Question, Stop> {
    let (reference, invoice) = (typed.to_owned(), known.invoice);
    let net = known.received_minor.saturating_sub(known.refunded_minor);
    if known.applied_minor > 0 || net == 0 {
        return Err(Refusal::ReferenceUsed { reference, invoice }.into());
    }
    let free = Money { minor: net, currency: known.currency };
    if known.client == client.id {
        return Ok(Question::FreeMoney { reference, invoice, free });
    }
    let owner = scene.client(known.client)?;
    if !scene.has_role(MOVES) {
        let client = Named::from(owner);
        return Err(Refusal::ReferenceOfOther { reference, client, invoice }.into());
    }
    Ok(Question::MovesPayment { reference, invoice, free, from: owner.name.clone() })
}
