//! Matching: staff say which invoices a payment pays, or for which client its money is kept.
//!
//! Invariant: the invoices of a payment have one payer, one client and one currency, and are at most
//! [`SHARES_MAX`]. An application that is undone leaves the invoice as if it had never had the payment.
//! Settling and crediting are one change, each record under its version.
//!
//! Absent on purpose: a choice of invoices. The person names them; `matching` only proposes.

use crate::contract::image::Stop;
use crate::contract::refusal::Refusal;
use crate::contract::{self, Key};
use crate::decision::{Draft, Prefetch, Proposal, Scene};
use crate::invoices::types::{Invoice, InvoiceState, PAYMENTS_MAX, normal_reference};
use crate::kernel::id::{ClientId, InvoiceNumber, Named};
use crate::payments::book::book;
use crate::payments::matching::types::SHARES_MAX;
use crate::payments::types::{Application, Ask, Payment};

/// Names a payment with its invoices, the named ones, and what these name.
pub(super) fn needs(typed: &str, named: &[InvoiceNumber], prefetch: &mut Prefetch<'_>) {
    let key = Key::Payment(normal_reference(typed));
    let stored = prefetch.image.peek::<Payment>(&key).map(Payment::applications);
    prefetch.item(key);
    let own = stored.unwrap_or_default().into_iter().map(|application| application.invoice);
    let numbers: Vec<InvoiceNumber> = own.chain(named.iter().copied()).collect();
    for number in numbers {
        prefetch.item(Key::Invoice(number));
        prefetch.client(number.client);
        let invoice = prefetch.image.peek::<Invoice>(&Key::Invoice(number));
        if let Some((client, references)) = invoice.map(|i| (i.client, i.references())) {
            prefetch.client(client);
            prefetch.items(references.into_iter().map(Key::Payment));
        }
    }
}

/// Spreads the money of a payment over invoices, or keeps it for a client.
pub(super) fn match_to(
    scene: &Scene<'_>,
    ask: &Ask,
    typed: &str,
    invoices: &[InvoiceNumber],
    client: Option<&str>,
) -> Result<Draft, Stop> {
    let before = payment(scene, typed)?;
    let mut after = before.clone();
    after.placed = true;
    if before.unapplied() == 0 {
        let text = format!("Nothing of the payment “{typed}” is left to match.");
        return Err(Refusal::invalid(text).into());
    }
    if before.sums.is_disputed() || before.mixed {
        let text = format!("The payment “{typed}” is disputed, or in two currencies.");
        return Err(Refusal::invalid(text).into());
    }
    // Parts that are free of an invoice which was taken back name it no more.
    let mut applications = before.applications();
    applications.retain(|application| application.minor > 0);
    let client = match client {
        Some(client) => scene.hit(client)?.client,
        None => {
            let mut client = None;
            for number in invoices {
                let invoice = open_invoice(scene, before, *number)?;
                let payer = invoices.first().map(|first| first.client);
                if *client.get_or_insert(invoice.client) != invoice.client
                    || payer != Some(number.client)
                {
                    return Err(several(invoices));
                }
                if applications.iter().any(|known| known.invoice == *number) {
                    continue;
                }
                let mut own = before.applications().into_iter();
                if own.any(|known| known.invoice.client != number.client) {
                    return Err(several(invoices));
                }
                applications.push(Application { invoice: *number, minor: 0 });
            }
            client.ok_or_else(|| Refusal::invalid("Name the invoices or the client."))?
        }
    };
    if applications.len() > SHARES_MAX {
        let text = format!("A payment pays at most {SHARES_MAX} invoices.");
        return Err(Refusal::invalid(text).into());
    }
    if before.client.is_some_and(|owner| owner != client) {
        let text = format!("The payment “{typed}” is money of another client. Free it first.");
        return Err(Refusal::invalid(text).into());
    }
    scene.open_account(client)?;
    after.client = Some(client);
    let after = after.with_applications(&applications);
    if after == *before {
        let what = format!("The payment “{typed}” stands so.");
        return Err(Refusal::NoChange { what }.into());
    }
    let proposal = book(scene, ask, before, after, None)?;
    named(scene, proposal, client).map(Draft::Propose)
}

/// Frees the money of a payment from one invoice, or from all and from its client.
pub(super) fn unmatch(
    scene: &Scene<'_>,
    ask: &Ask,
    typed: &str,
    invoice: Option<InvoiceNumber>,
) -> Result<Draft, Stop> {
    let before = payment(scene, typed)?;
    if before.claimed {
        let text = format!(
            "The payment “{typed}” was claimed with an add, and no statement confirms it: undo the \
             add instead."
        );
        return Err(Refusal::invalid(text).into());
    }
    if before.sums.is_disputed() {
        let text = format!("The payment “{typed}” is disputed: the dispute is decided first.");
        return Err(Refusal::invalid(text).into());
    }
    let mut applications = before.applications();
    match invoice {
        Some(number) if !before.pays(number) => {
            let text = format!("The payment “{typed}” does not pay {number}.");
            return Err(Refusal::invalid(text).into());
        }
        Some(number) => applications.retain(|application| application.invoice != number),
        None => applications.clear(),
    }
    let mut after = before.clone().with_applications(&applications);
    after.placed = true;
    let owner = before.client;
    if invoice.is_none() {
        after.client = None;
    }
    if before.invoice.is_none() && owner.is_none() {
        let what = format!("The payment “{typed}” is matched to nothing.");
        return Err(Refusal::NoChange { what }.into());
    }
    let Some(owner) = owner else {
        return book(scene, ask, before, after, None).map(Draft::Propose);
    };
    scene.open_account(owner)?;
    let proposal = book(scene, ask, before, after, None)?;
    named(scene, proposal, owner).map(Draft::Propose)
}

/// The payment of a typed reference.
fn payment<'a>(scene: &Scene<'a>, typed: &str) -> Result<&'a Payment, Stop> {
    let unknown = || Refusal::invalid(format!("There is no payment “{typed}”."));
    scene.image.payment(&normal_reference(typed))?.ok_or_else(|| unknown().into())
}

/// An invoice that may take money of a payment.
fn open_invoice<'a>(
    scene: &Scene<'a>,
    payment: &Payment,
    number: InvoiceNumber,
) -> Result<&'a Invoice, Stop> {
    let refused = |text: String| Err(Refusal::invalid(text).into());
    let Some(invoice) = scene.image.invoice(number)? else {
        return refused(format!("There is no invoice {number}."));
    };
    let is_new = !invoice.references().contains(&payment.reference);
    let is_owed = invoice.due_minor() > 0
        || matches!(invoice.state, InvoiceState::PartlyRefunded | InvoiceState::Refunded)
            && invoice.paid_minor < invoice.total_minor();
    if invoice.corrects.is_some() {
        refused(format!("{number} is a credit note: it is nothing to pay."))
    } else if !is_owed && !payment.pays(number) {
        refused(format!("{number} is {}: nothing is due.", invoice.state.word()))
    } else if invoice.currency != payment.currency {
        let (owed, paid) = (invoice.currency.code(), payment.currency.code());
        refused(format!("{number} is in {owed}, and the payment is in {paid}."))
    } else if is_new && invoice.payments.len() >= PAYMENTS_MAX {
        refused(format!("{number} has {PAYMENTS_MAX} payments already."))
    } else {
        Ok(invoice)
    }
}

fn several(invoices: &[InvoiceNumber]) -> Stop {
    let numbers: Vec<String> = invoices.iter().map(ToString::to_string).collect();
    let numbers = numbers.join(", ");
    Refusal::invalid(format!("{numbers}: a payment pays the invoices of one client.")).into()
}

/// A proposal whose reply names the client.
fn named(scene: &Scene<'_>, mut proposal: Proposal, client: ClientId) -> Result<Proposal, Stop> {
    if let contract::Facts::Payments(facts) = &mut proposal.facts {
        facts.client = Some(Named::from(scene.client(client)?));
    }
    proposal.client = Some(client);
    Ok(proposal)
}
