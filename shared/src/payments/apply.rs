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
use crate::payments::book::{book, book_without, facts, put, sentence};
use crate::payments::matching::types::SHARES_MAX;
use crate::payments::types::{Action, Application, Ask, Payment};

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
    if let ([number], None) = (invoices, client)
        && let Some(claim) = claim(scene, before, *number)?
    {
        return confirm(scene, ask, before, claim).map(Draft::Propose);
    }
    let mut after = Payment { placed: true, ignored: false, ..before.clone() };
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

/// The claim of an invoice that a payment is the money of: equal amounts, and nothing of the payment is used.
fn claim<'a>(
    scene: &Scene<'a>,
    payment: &Payment,
    number: InvoiceNumber,
) -> Result<Option<&'a Payment>, Stop> {
    let Some(invoice) = scene.image.invoice(number)? else { return Ok(None) };
    let is_free = payment.applied() == 0 && payment.claim.is_none() && !payment.claimed;
    for reference in invoice.references() {
        if let Some(claim) = scene.image.payment(&reference)?
            && is_free
            && claim.claimed
            && claim.pays(number)
            && claim.claimed_minor == payment.unapplied()
            && claim.currency == payment.currency
        {
            return Ok(Some(claim));
        }
    }
    Ok(None)
}

/// Confirms a claim by the payment that is its money: it pays in the place of the claim, and adds nothing.
fn confirm(
    scene: &Scene<'_>,
    ask: &Ask,
    before: &Payment,
    claim: &Payment,
) -> Result<Proposal, Stop> {
    if before.client.is_some() && before.client != claim.client {
        let text = format!("The payment “{}” is money of another client.", before.reference);
        return Err(Refusal::invalid(text).into());
    }
    let after = Payment {
        placed: true,
        client: claim.client,
        claim: Some(claim.reference.clone()),
        ..before.clone()
    };
    let after = after.with_applications(&claim.applications());
    let same_as = Some(before.reference.clone());
    let claimed = Payment { claimed: false, same_as, ..next(scene, claim).with_applications(&[]) };
    let mut proposal = book_without(scene, ask, before, after, None, Some(&claim.reference))?;
    proposal.writes.push(put(claimed));
    if let contract::Facts::Payments(facts) = &mut proposal.facts {
        facts.action = Action::Confirmed;
    }
    match claim.client {
        Some(client) => named(scene, proposal, client),
        None => Ok(proposal),
    }
}

/// Takes back that a payment is the money of a claim: the claim pays again.
fn unconfirm(
    scene: &Scene<'_>,
    ask: &Ask,
    payment: &Payment,
    claim: &Payment,
) -> Result<Proposal, Stop> {
    let after = Payment { claimed: true, same_as: None, ..claim.clone() };
    let after = after.with_applications(&payment.applications());
    let freed =
        Payment { client: None, claim: None, ..next(scene, payment).with_applications(&[]) };
    let mut proposal = book_without(scene, ask, claim, after, None, Some(&payment.reference))?;
    let facts = facts(ask, &freed, None);
    proposal.text = sentence(&facts);
    proposal.facts = contract::Facts::Payments(facts);
    proposal.writes.push(put(freed));
    Ok(proposal)
}

/// A payment at its next version.
fn next(scene: &Scene<'_>, payment: &Payment) -> Payment {
    let version = payment.version.saturating_add(1);
    Payment { version, op: scene.op.clone(), ..payment.clone() }
}

/// Frees the money of a payment from one invoice, or from all and from its client.
pub(super) fn unmatch(
    scene: &Scene<'_>,
    ask: &Ask,
    typed: &str,
    invoice: Option<InvoiceNumber>,
) -> Result<Draft, Stop> {
    let before = payment(scene, typed)?;
    if let Some(reference) = &before.claim
        && let Some(claim) = scene.image.payment(reference)?
    {
        return unconfirm(scene, ask, before, claim).map(Draft::Propose);
    }
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
    (after.placed, after.ignored) = (true, false);
    let owner = before.client;
    if invoice.is_none() {
        after.client = None;
    }
    if before.invoice.is_none() && owner.is_none() && !before.ignored {
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

/// Takes a payment off the list of those that wait: it is a payout, a fee or a transfer of the house.
pub(super) fn ignore(scene: &Scene<'_>, ask: &Ask, typed: &str) -> Result<Draft, Stop> {
    let before = payment(scene, typed)?;
    if before.client.is_some() || before.claimed || before.applied() > 0 {
        let text = format!("The payment “{typed}” is money of a client. Free it first.");
        return Err(Refusal::invalid(text).into());
    }
    if before.ignored {
        let what = format!("The payment “{typed}” pays no invoice already.");
        return Err(Refusal::NoChange { what }.into());
    }
    let after = Payment { placed: true, ignored: true, ..before.clone() };
    book(scene, ask, before, after, None).map(Draft::Propose)
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
