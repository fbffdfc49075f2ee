//! The payment that staff claim for an invoice (an add marked paid, `/invoice paid`): a new reference, a payment
//! that its provider reported without an invoice, or a payment of which its invoice uses nothing (taken back,
//! or paid by others).
//!
//! Invariant: money pays once. A payment that names another invoice, was refunded in part or is disputed
//! pays nothing. The same client pays with unapplied money after a question; another client gets it only
//! from billing, after a question that names both (LEDGER §6). An invoice above the received amount asks. A
//! plan is bound to the money that it showed. The write is guarded by the payment's version or absence.

use crate::clients::types::Client;
use crate::contract::Record;
use crate::contract::change::{Expect, Write};
use crate::contract::image::Stop;
use crate::contract::refusal::Refusal;
use crate::decision::Scene;
use crate::invoices::types::normal_reference;
use crate::kernel::actor::Role;
use crate::kernel::id::{InvoiceNumber, Named};
use crate::kernel::money::Money;
use crate::kernel::text::required;
use crate::payments::types::{Payment, Sums};
use crate::plans::types::{Bound, Figure, Question};

/// The role from which on staff move a payment from one client to another.
const MOVES: Role = Role::Billing;

/// The PAYMENT of a claim, the question about a known payment, and the figure that a plan shows of it.
pub struct Claim {
    pub write: Write,
    pub question: Option<Question>,
    pub bound: Bound,
}

/// The longest payment reference, in characters.
const REFERENCE_MAX: usize = 60;

/// A payment reference as typed, and as it is compared.
///
/// # Errors
/// It is too long, or too short to tell one payment from another.
pub fn reference(typed: &str) -> Result<(String, String), Refusal> {
    let typed = required("payment reference", typed, REFERENCE_MAX)?;
    let normal = normal_reference(&typed);
    if normal.chars().filter(|c| c.is_alphanumeric()).count() < 3 {
        let sentence = format!("“{typed}” is too short to tell one payment from another.");
        return Err(Refusal::invalid(sentence));
    }
    Ok((typed, normal))
}

/// Claims a payment, by its reference as typed and as it is compared.
///
/// # Errors
/// Its money cannot pay, or belongs to another client and the caller may not move it, or something that tells
/// was never read.
pub fn claimed(
    scene: &Scene<'_>,
    client: &Client,
    invoice: InvoiceNumber,
    (typed, normal): &(String, String),
    paid: u64,
) -> Result<Claim, Stop> {
    let known = scene.image.payment(normal)?;
    let currency = scene.settings.currency.ok_or(Refusal::NoCurrency)?;
    let question = match known {
        Some(known) if !known.fits(currency) => return Err(used(known, typed).into()),
        Some(known) => of_known(scene, client, invoice, known, (typed, paid))?,
        None => None,
    };
    let new = || Payment::new(normal.clone(), currency, scene.now, scene.op.clone());
    let before = known.cloned().unwrap_or_else(new);
    // The received amount only increases; money that this invoice does not take stays unapplied.
    let received_minor = before.sums.received_minor.max(paid);
    let payment = Payment {
        version: before.version.saturating_add(1),
        client: Some(client.id),
        invoice: Some(invoice),
        applied_minor: paid,
        further: Vec::new(),
        // Money that events reported needs no other confirmation.
        claimed: before.claimed || paid > before.sums.received_minor,
        claimed_minor: before.claimed_minor.max(paid),
        op: scene.op.clone(),
        sums: Sums { received_minor, ..before.sums.clone() },
        ..before.clone()
    };
    let write = Write::Put(Record::Payment(payment), Expect::after(before.version));
    let bound = Bound::of(Vec::new(), vec![(Figure::Payment, known_money(known))]);
    Ok(Claim { write, question, bound })
}

/// The sum of a known payment with its client and invoice, as a plan is bound to them; empty for a new one.
fn known_money(known: Option<&Payment>) -> String {
    let Some(known) = known else { return String::new() };
    let owner = known.client.map(|owner| owner.to_string()).unwrap_or_default();
    let invoice = known.invoice.map(|invoice| invoice.to_string()).unwrap_or_default();
    format!("{owner} {invoice} {}", known.sums.net())
}

/// The question about a payment that the desk knows; none if it has no invoice and covers the new one.
fn of_known(
    scene: &Scene<'_>,
    client: &Client,
    new_invoice: InvoiceNumber,
    known: &Payment,
    (typed, paid): (&str, u64),
) -> Result<Option<Question>, Stop> {
    let net = known.sums.net();
    let is_refunded = net == 0 || net < known.sums.received_minor;
    let is_settled = known.ignored || known.same_as.is_some();
    if known.applied() > 0 || is_refunded || is_settled || known.sums.is_disputed() {
        return Err(used(known, typed).into());
    }
    let reference = typed.to_owned();
    let free = Money { minor: net, currency: known.currency };
    let takes = (paid > net).then_some(Money { minor: paid, ..free });
    let (Some(owner), Some(invoice)) = (known.client, known.invoice) else {
        if let Some(owner) = known.client.filter(|owner| *owner != client.id) {
            let owner = &scene.client(owner)?.name;
            let text = format!("The payment “{typed}” is money credit of {owner}.");
            return Err(Refusal::invalid(text).into());
        }
        if !known.placed && known.names.iter().any(|named| *named != new_invoice) {
            return Err(used(known, typed).into());
        }
        let short = |takes| Question::ShortPayment { reference, received: free, takes };
        return Ok(takes.map(short));
    };
    // The account of the invoice's client sums the payment up.
    scene.open_account(invoice.client)?;
    if owner == client.id {
        return Ok(Some(Question::FreeMoney { reference, invoice, free, takes }));
    }
    let (owner, _) = scene.open_account(owner)?;
    if !scene.has_role(MOVES) {
        let client = Named::from(owner);
        return Err(Refusal::ReferenceOfOther { reference, client, invoice, needs: MOVES }.into());
    }
    let from = owner.name.clone();
    Ok(Some(Question::MovesPayment { reference, invoice, free, takes, from }))
}

/// The refusal of a payment whose money cannot pay.
fn used(known: &Payment, typed: &str) -> Refusal {
    match known.invoice.or(known.names.first().copied()) {
        Some(invoice) => Refusal::ReferenceUsed { reference: typed.to_owned(), invoice },
        None => Refusal::invalid(format!(
            "The payment “{typed}” is known from its provider, and its money cannot pay this."
        )),
    }
}
