//! What the desk does about money that a client owes: stops further adds on open invoices, and mails a
//! statement of account. Staff ask for either, and so does the schedule: two weeks after an invoice was due,
//! and each month while an invoice is overdue.
//!
//! Invariant: an add on an open invoice is conditioned on the account at the version that says whether they
//! are stopped.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::books::types::Ask;
use crate::clients::contacts::types::Topic;
use crate::clients::types::{ClientChange, Facts, OverdueInvoice};
use crate::clients::view::{successor, unpaid};
use crate::contract::change::{Expect, Write};
use crate::contract::image::Stop;
use crate::contract::refusal::Refusal;
use crate::contract::{self, Record};
use crate::decision::{Draft, Proposal, Scene};
use crate::kernel::id::{InvoiceNumber, Named};
use crate::kernel::job::{Effect, What};
use crate::kernel::money::Money;
use crate::ledger::posting;
use crate::plans::types::Question;

/// Stops further adds of a client on open invoices, or allows them again.
pub(super) fn open_adds(
    scene: &Scene<'_>,
    ask: &Ask,
    typed: &str,
    stopped: bool,
    invoice: Option<InvoiceNumber>,
) -> Result<Draft, Stop> {
    let client = scene.client(scene.hit(typed)?.client)?;
    let account = scene.account(client.id)?;
    let overdue = match invoice {
        Some(number) => Some(overdue(scene, number)?),
        None if account.open_adds_stopped == stopped => {
            let word = if stopped { "stopped" } else { "allowed" };
            let sentence = format!("Adds on open invoices are {word} for {} already.", client.name);
            return Err(Refusal::NoChange { what: sentence }.into());
        }
        None => None,
    };
    let mut after = posting::next(account);
    after.open_adds_stopped = stopped;
    let staff = scene.image.all_staff()?;
    let change = ClientChange::OpenAdds {
        stopped,
        overdue,
        unpaid: unpaid(scene, account),
        manager: client.manager.and_then(|id| successor(id, staff)),
    };
    let facts = Facts { client: Named::from(client), change, twins: Vec::new(), like: None };
    let word = if stopped { "stopped" } else { "allowed again" };
    let reason = invoice.map(|number| format!(": {number} is overdue")).unwrap_or_default();
    let text = format!("{} adds on open invoices {word}{reason}", client.id);
    let writes = vec![Write::Put(Record::Account(after), Expect::Version(account.version))];
    let facts = contract::Facts::Clients(facts);
    Ok(Draft::Propose(scene.proposal(ask.clone(), Some(client.id), facts, writes, text)))
}

/// An invoice that is still overdue.
fn overdue(scene: &Scene<'_>, number: InvoiceNumber) -> Result<OverdueInvoice, Stop> {
    let invoice = scene.image.invoice(number)?;
    let invoice = invoice
        .filter(|invoice| invoice.overdue(scene.today()))
        .ok_or_else(|| Refusal::NoChange { what: format!("{number} is not overdue.") })?;
    let due = Money { minor: invoice.due_minor(), currency: invoice.currency };
    Ok(OverdueInvoice { number, due, by: invoice.due })
}

/// Mails a client its statement of account.
pub(super) fn statement(
    scene: &Scene<'_>,
    ask: &Ask,
    typed: &str,
    days: Option<(Date, Date)>,
) -> Result<Draft, Stop> {
    let client = scene.client(scene.hit(typed)?.client)?;
    if scene.reseller_of(client)?.is_some() {
        let sentence =
            format!("{} is a reseller’s client: the house writes to its reseller.", client.name);
        return Err(Refusal::invalid(sentence).into());
    }
    let to = client.addresses(Topic::Statements).join(", ");
    if to.is_empty() {
        return Err(Refusal::invalid(format!("{} has no email address.", client.name)).into());
    }
    let today = scene.today();
    let (since, until) = days.unwrap_or((today.saturating_sub(29.days()), today));
    let change = ClientChange::Statement { since, until };
    let facts = Facts { client: Named::from(client), change, twins: Vec::new(), like: None };
    let what = What::Statement { client: client.id, since, until };
    let text = format!("{} statement of account, {since} to {until}", client.id);
    let facts = contract::Facts::Clients(facts);
    Ok(Draft::Propose(Proposal {
        effects: vec![Effect::new(what, scene.now)],
        questions: vec![Question::Mails { to }],
        ..scene.proposal(ask.clone(), Some(client.id), facts, Vec::new(), text)
    }))
}
