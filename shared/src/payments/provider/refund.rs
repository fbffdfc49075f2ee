//! A refund of a provider's payment. The decision writes the request and a job that sends it; the provider's
//! event books the money and the credits.
//!
//! Invariant: at most one request of a payment is open, and it is for at most the money that was received and
//! neither refunded nor withheld.

use crate::contract::change::{Expect, Write};
use crate::contract::image::Stop;
use crate::contract::plan::Worth;
use crate::contract::refusal::Refusal;
use crate::contract::{self, Key, Record};
use crate::decision::{Draft, Prefetch, Proposal, Scene};
use crate::invoices::types::{Invoice, normal_reference};
use crate::kernel::actor::Provider;
use crate::kernel::id::{InvoiceNumber, Named};
use crate::kernel::job::{Effect, What};
use crate::kernel::mode::Mode;
use crate::kernel::money::{Money, parse_minor};
use crate::payments::provider::types::{AskedState, RefundAsked, RefundFacts, known_of};
use crate::payments::types::{Ask, Event, EventSource, Payment};
use crate::plans::types::{Bound, Figure, Question};

/// Puts up a refund.
pub fn refund(scene: &Scene<'_>, ask: &Ask, typed: &str, amount: &str) -> Result<Draft, Stop> {
    let invalid = |why: String| Stop::from(Refusal::Invalid { why });
    let reference = reference_of(scene, typed)?;
    let Some(payment) = scene.image.payment(&reference)? else {
        return Err(invalid(format!("There is no payment “{typed}”.")));
    };
    let first = match payment.events {
        0 => None,
        _ => scene.image.get::<Event>(&Key::Event(reference.clone(), 1))?,
    };
    let Some((first, provider)) = first.and_then(|first| Some((first, asked_of(first)?))) else {
        let why = format!(
            "{typed} did not come through Stripe or Paystack, so the desk cannot send it back."
        );
        return Err(invalid(why));
    };
    if payment.mixed {
        return Err(invalid(format!("The events of {typed} state several currencies.")));
    }
    let minor = parse_minor(amount, payment.currency).map_err(invalid)?;
    let money = |minor| Money { minor, currency: payment.currency };
    let left = left_of(payment);
    if minor == 0 || minor > left {
        let (left, received) = (money(left), money(payment.sums.received_minor));
        let refunded = money(payment.sums.refunded().saturating_add(payment.sums.withheld()));
        let why = format!(
            "At most {left} of {typed} can be refunded: {received} was received, {refunded} went back."
        );
        return Err(invalid(why));
    }
    let client = payment.client.map(|client| scene.client(client)).transpose()?;
    let key = Key::RefundAsked(reference.clone());
    let last = scene.image.get::<RefundAsked>(&key)?;
    if let Some(open) = last.filter(|asked| asked.is_open(payment, scene.now)) {
        let why = format!(
            "A refund of {} of {typed} was asked for already ({}), and waits for the provider’s report. Nothing is refunded twice.",
            money(open.minor),
            open.op,
        );
        return Err(invalid(why));
    }
    let version = last.map_or(0, |last| last.version);
    let asked = RefundAsked {
        reference: reference.clone(),
        version: version.saturating_add(1),
        op: scene.op.clone(),
        at: scene.now,
        provider,
        payment: first.report.payment.clone(),
        minor,
        currency: payment.currency,
        invoice: payment.invoice,
        known: known_of(payment, minor),
        refunded_minor: payment.sums.refunded(),
        state: AskedState::Unknown,
    };
    let facts = RefundFacts {
        payment: asked.payment.clone(),
        provider: asked.provider,
        amount: money(minor),
        before: money(left),
        after: money(left.saturating_sub(minor)),
        invoice: payment.invoice,
        client: client.map(Named::from),
    };
    let text =
        format!("asked {} to refund {} of {}", asked.provider.word(), facts.amount, facts.payment);
    let writes = vec![
        Write::Put(Record::RefundAsked(asked), Expect::after(version)),
        Write::Check(Key::Payment(reference.clone()), Expect::Version(payment.version)),
    ];
    let facts = contract::Facts::Refund(facts);
    let refund = What::Refund { payment: reference, op: scene.op.clone() };
    Ok(Draft::Propose(Proposal {
        questions: vec![Question::SendsBack],
        worth: Some(Worth { minor, mode: Mode::Open, counts: false }),
        bound: Bound::of(Vec::new(), vec![(Figure::Payment, left.to_string())]),
        effects: vec![Effect::new(refund, scene.now)],
        ..scene.proposal(ask.clone(), payment.client, facts, writes, text)
    }))
}

/// The provider that can send the money of an event back.
fn asked_of(event: &Event) -> Option<Provider> {
    match event.by {
        EventSource::Provider(Provider::Billing) | EventSource::Staff(_) => None,
        EventSource::Provider(provider) => Some(provider),
    }
}

/// The records that a refund looks at.
pub fn needs(typed: &str, prefetch: &mut Prefetch<'_>) {
    let mut references = vec![normal_reference(typed)];
    if let Ok(number) = typed.parse::<InvoiceNumber>() {
        let key = Key::Invoice(number);
        let invoice = prefetch.image.peek::<Invoice>(&key);
        references.extend(invoice.map(|invoice| invoice.payments.clone()).unwrap_or_default());
        prefetch.item(key);
    }
    for reference in references {
        let payment = prefetch.image.peek::<Payment>(&Key::Payment(reference.clone()));
        let client = payment.and_then(|payment| payment.client);
        prefetch.items(client.map(Key::Client));
        prefetch.items([
            Key::Payment(reference.clone()),
            Key::Event(reference.clone(), 1),
            Key::RefundAsked(reference),
        ]);
    }
}

/// The reference of a payment that is named by itself, or by the invoice of which it is the only one.
fn reference_of(scene: &Scene<'_>, typed: &str) -> Result<String, Stop> {
    let reference = normal_reference(typed);
    let Ok(number) = typed.parse::<InvoiceNumber>() else { return Ok(reference) };
    if scene.image.payment(&reference)?.is_some() {
        return Ok(reference);
    }
    let invoice = scene.image.invoice(number)?.ok_or(Refusal::UnknownInvoice { number })?;
    match invoice.payments.as_slice() {
        [only] => Ok(only.clone()),
        [] => {
            let why = format!("No payment of a provider is booked on {number}.");
            Err(Refusal::Invalid { why }.into())
        }
        several => {
            let why = format!("{number} has several payments: name one of {}.", several.join(", "));
            Err(Refusal::Invalid { why }.into())
        }
    }
}

/// The money of a payment that can be refunded.
fn left_of(payment: &Payment) -> u64 {
    payment.sums.net().min(payment.sums.received_minor)
}
