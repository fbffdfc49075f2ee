//! The payment that an add marked paid claims: a reference that is new, or one whose money is free because
//! the invoice that it paid was taken back.
//!
//! Invariant: money pays once. The same client pays with its free money after a question; another client
//! gets it only from billing, after a question that names both (LEDGER §6). A plan is bound to the free money
//! that it showed. The write is guarded by the payment's version, or by its absence.

use crate::clients::types::Client;
use crate::contract::Record;
use crate::contract::change::{Expect, Write};
use crate::contract::image::Stop;
use crate::contract::refusal::Refusal;
use crate::decision::Scene;
use crate::kernel::actor::Role;
use crate::kernel::id::{InvoiceNumber, Named};
use crate::kernel::money::Money;
use crate::payments::types::{Payment, Sums};
use crate::plans::types::{Bound, Figure, Question};

/// The role from which on staff move a payment from one client to another.
const MOVES: Role = Role::Billing;

/// The PAYMENT of a claim, the question about money that was free, and the figure that a plan shows of it.
pub(super) struct Claim {
    pub write: Write,
    pub question: Option<Question>,
    pub bound: Bound,
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
    let currency = scene.settings.currency.ok_or(Refusal::NoCurrency)?;
    let question = match known {
        Some(known) if !known.fits(currency) => return Err(used(known, typed).into()),
        Some(known) => of_known(scene, client, known, (typed, paid))?,
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
        claimed: before.claimed || before.events == 0,
        claimed_minor: before.claimed_minor.max(paid),
        op: scene.op.clone(),
        sums: Sums { received_minor, ..before.sums.clone() },
        ..before.clone()
    };
    let write = Write::Put(Record::Payment(payment), Expect::after(before.version));
    let bound = Bound::of(Vec::new(), vec![(Figure::Payment, free_money(known))]);
    Ok(Claim { write, question, bound })
}

/// The client, the invoice and the sum of free money, as a plan is bound to them; empty for money that no
/// client had before.
fn free_money(known: Option<&Payment>) -> String {
    let Some(known) = known else { return String::new() };
    let (Some(owner), Some(invoice)) = (known.client, known.invoice) else { return String::new() };
    format!("{owner} {invoice} {}", known.sums.net())
}

/// The question about a payment that the desk knows; none about money that no client had before.
fn of_known(
    scene: &Scene<'_>,
    client: &Client,
    known: &Payment,
    (typed, paid): (&str, u64),
) -> Result<Option<Question>, Stop> {
    // Money that was refunded or disputed pays nothing else.
    let net = known.sums.net();
    if known.applied() > 0 || known.same_as.is_some() || net == 0 || net < known.sums.received_minor
    {
        return Err(used(known, typed).into());
    }
    let (owner, invoice) = match (known.client, known.invoice) {
        (Some(owner), Some(invoice)) => (owner, invoice),
        (Some(owner), None) if owner != client.id => {
            let owner = &scene.client(owner)?.name;
            let text = format!("The payment “{typed}” is money credit of {owner}.");
            return Err(Refusal::invalid(text).into());
        }
        (Some(_), None) | (None, _) if known.events > 0 && paid > net => {
            let [paid, net] = [paid, net].map(|minor| Money { minor, currency: known.currency });
            let text = format!("The payment “{typed}” is over {net}; the invoice is over {paid}.");
            return Err(Refusal::invalid(text).into());
        }
        (Some(_), None) | (None, _) => return Ok(None),
    };
    let reference = typed.to_owned();
    let free = Money { minor: net, currency: known.currency };
    let takes = (paid > net).then_some(Money { minor: paid, ..free });
    // The account of the invoice's client sums the payment up.
    scene.open_account(invoice.client)?;
    if owner == client.id {
        return Ok(Some(Question::FreeMoney { reference, invoice, free, takes }));
    }
    let (owner, _) = scene.open_account(owner)?;
    if !scene.has_role(MOVES) {
        let client = Named::from(owner);
        return Err(Refusal::ReferenceOfOther { reference, client, invoice }.into());
    }
    let from = owner.name.clone();
    Ok(Some(Question::MovesPayment { reference, invoice, free, takes, from }))
}

/// The refusal of a payment whose money cannot pay.
fn used(known: &Payment, typed: &str) -> Refusal {
    match known.invoice {
        Some(invoice) => Refusal::ReferenceUsed { reference: typed.to_owned(), invoice },
        None => Refusal::invalid(format!(
            "The payment “{typed}” is known from its provider, and its money cannot pay this."
        )),
    }
}
