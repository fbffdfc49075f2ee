//! Recording: a line of a bank's statement, as staff type it, becomes a payment.
//!
//! Invariant: a line is stored once. Its reference is its key; without one, the facts of the line are, so
//! the same line typed again names the first. A line that equals a claim confirms the claim and adds no
//! money. A recorded payment pays nothing until a person matches it.

use jiff::civil::Date;

use crate::contract::image::{Need, Stop};
use crate::contract::refusal::Refusal;
use crate::contract::{self, Key};
use crate::decision::{Draft, Prefetch, Proposal, Scene};
use crate::invoices::types::normal_reference;
use crate::kernel::id::{ClientId, Named};
use crate::kernel::money::{Money, parse_minor};
use crate::payments::allocate::waits;
use crate::payments::book::{book, event, with_report};
use crate::payments::matching::types::{LineQuery, ShownProposal};
use crate::payments::statement::identity::line_key;
use crate::payments::statement::types::{Flow, StatementLine};
use crate::payments::types::{
    Action, Answer, Ask, BankLine, Event, EventSource, Facts, NewLine, Payment, PaymentCard,
    Report, Sums, TEXT_MAX,
};
use crate::settings::types::Settings;

/// How many equal lines the desk records.
const EQUALS_MAX: usize = 100;

/// Names the payment of a line, as far as it can be told.
pub(super) fn needs(line: &NewLine, prefetch: &mut Prefetch<'_>) {
    let settings = prefetch.image.peek::<Settings>(&Key::Settings);
    let Some(settings) = settings else { return };
    if let Ok(read) = LineRead::of(line, settings, settings.today(prefetch.now)) {
        let reference = read.key(line, 0);
        prefetch.item(Key::Event(reference.clone(), 1));
        prefetch.item(Key::Payment(reference));
        prefetch.needs.push(Need::Proposals(read.query()));
    }
    if let Some(client) = line.client.as_deref().and_then(|client| client.parse().ok()) {
        prefetch.client(client);
    }
}

/// A line with its values read.
struct LineRead {
    amount: Money,
    line: BankLine,
}

impl LineRead {
    fn of(line: &NewLine, settings: &Settings, today: Date) -> Result<Self, Refusal> {
        let currency = settings.currency.ok_or(Refusal::NoCurrency)?;
        let minor = parse_minor(&line.amount, currency).map_err(Refusal::invalid)?;
        if minor == 0 {
            return Err(Refusal::invalid("A payment is more than nothing."));
        }
        let on = line.on.at(today);
        if on > today {
            let text = format!("{on} is not here yet: a payment is recorded when it is booked.");
            return Err(Refusal::invalid(text));
        }
        let text = line.text.trim().to_owned();
        if text.chars().count() > TEXT_MAX {
            let text = format!("The statement text has at most {TEXT_MAX} characters.");
            return Err(Refusal::invalid(text));
        }
        Ok(Self { amount: Money { minor, currency }, line: BankLine::typed(on, text) })
    }

    /// The key of its payment.
    fn key(&self, line: &NewLine, occurrence: usize) -> String {
        match &line.reference {
            Some(reference) => normal_reference(reference),
            None => {
                let text = self.line.text.clone();
                let plain = StatementLine::plain("", self.line.on, Flow::In, self.amount);
                line_key(&StatementLine { text, ..plain }, occurrence)
            }
        }
    }

    fn query(&self) -> LineQuery {
        let (on, text) = (self.line.on, self.line.text.clone());
        LineQuery { on, minor: self.amount.minor, text }
    }

    fn report(&self, payment: String) -> Report {
        let sums = Sums { received_minor: self.amount.minor, ..Sums::default() };
        Report { payment, invoice: None, currency: self.amount.currency, sums }
    }
}

/// Records a line.
pub(super) fn record(scene: &Scene<'_>, ask: &Ask, line: &NewLine) -> Result<Draft, Stop> {
    let by = scene.by()?.id;
    let read = LineRead::of(line, &scene.settings, scene.today())?;
    let client = match &line.client {
        Some(client) => Some(scene.hit(client)?.client),
        None => None,
    };
    let first = read.key(line, 0);
    let known = scene.image.payment(&first)?;
    let known = match known {
        Some(known) if known.claimed => {
            return confirm(scene, ask, known, &read, client).map(Draft::Propose);
        }
        Some(known)
            if line.reference.is_some() && known.sums.received_minor != read.amount.minor =>
        {
            let net = Money { minor: known.sums.received_minor, currency: known.currency };
            let text = format!(
                "The payment “{first}” is known over {net}; this line states {}. Another payment has \
                 another reference.",
                read.amount
            );
            return Err(Refusal::invalid(text).into());
        }
        Some(known) if line.reference.is_some() || !line.again => {
            let card = card(scene, known)?;
            let answer = Answer::Known { card, has_reference: line.reference.is_some() };
            return Ok(Draft::Answer(contract::Answer::Payments(answer)));
        }
        known => known,
    };
    let reference = match known {
        Some(_) => free_key(scene, line, &read)?,
        None => first,
    };
    let before = Payment::new(reference.clone(), read.amount.currency, scene.now, scene.op.clone());
    let report = read.report(reference);
    let mut after = with_report(&before, &report);
    after.placed = client.is_some();
    after.client = client;
    let source = EventSource::Staff(by);
    let event = event(scene, &before, &mut after, &report, source, Some(read.line.clone()));
    let proposal = book(scene, ask, &before, after, Some(event))?;
    let mut proposal = with_line(scene, proposal, &read.line, Action::Recorded, client)?;
    if let contract::Facts::Payments(facts) = &mut proposal.facts {
        let may_pay = scene.image.proposals(&read.query())?.iter();
        let is_its = |shown: &&ShownProposal| client.is_none_or(|id| shown.client.id == id);
        facts.proposals = may_pay.filter(is_its).cloned().collect();
    }
    Ok(Draft::Propose(proposal))
}

/// The key of the next one of equal lines.
fn free_key(scene: &Scene<'_>, line: &NewLine, read: &LineRead) -> Result<String, Stop> {
    for occurrence in 1..EQUALS_MAX {
        let key = read.key(line, occurrence);
        if scene.image.payment(&key)?.is_none() {
            return Ok(key);
        }
    }
    Err(Refusal::invalid(format!("The desk has {EQUALS_MAX} equal payments of that day.")).into())
}

/// Confirms a claim by its line: the money is what staff said, so nothing is added.
fn confirm(
    scene: &Scene<'_>,
    ask: &Ask,
    claim: &Payment,
    read: &LineRead,
    client: Option<ClientId>,
) -> Result<Proposal, Stop> {
    let name = &claim.reference;
    let claimed = Money { minor: claim.claimed_minor, currency: claim.currency };
    if claimed != read.amount {
        let text = format!(
            "The payment “{name}” was claimed over {claimed}; this line states {}. Correct the add \
             first, or record the line under another reference.",
            read.amount
        );
        return Err(Refusal::invalid(text).into());
    }
    if client.is_some() && client != claim.client {
        let text = format!("The payment “{name}” was claimed for another client.");
        return Err(Refusal::invalid(text).into());
    }
    let report = read.report(name.clone());
    let mut after = with_report(claim, &report);
    let source = EventSource::Staff(scene.by()?.id);
    let event = event(scene, claim, &mut after, &report, source, Some(read.line.clone()));
    let client = after.client;
    let proposal = book(scene, ask, claim, after, Some(event))?;
    with_line(scene, proposal, &read.line, Action::Confirmed, client)
}

/// A proposal whose reply shows the line and the client.
fn with_line(
    scene: &Scene<'_>,
    mut proposal: Proposal,
    line: &BankLine,
    action: Action,
    client: Option<ClientId>,
) -> Result<Proposal, Stop> {
    if let contract::Facts::Payments(Facts { action: stated, line: shown, client: named, .. }) =
        &mut proposal.facts
    {
        *stated = action;
        *shown = Some(line.clone());
        *named = match client {
            Some(client) => Some(Named::from(scene.client(client)?)),
            None => None,
        };
    }
    Ok(proposal)
}

/// A payment that the desk has, as the reply shows it.
fn card(scene: &Scene<'_>, payment: &Payment) -> Result<PaymentCard, Stop> {
    let first = Key::Event(payment.reference.clone(), 1);
    let line = scene.image.get::<Event>(&first)?.and_then(|event| event.line.clone());
    let client = match payment.client {
        Some(client) => Some(Named::from(scene.client(client)?)),
        None => None,
    };
    let invoice = match payment.invoice {
        Some(number) => scene.image.invoice(number)?,
        None => None,
    };
    Ok(PaymentCard {
        waits: waits(payment, invoice),
        payment: payment.clone(),
        client,
        line,
        proposals: Vec::new(),
    })
}
