//! The mails that a change of credits sends to a client.
//!
//! Invariant: a client that reads no mail of the desk gets none, and a text for it is refused. A payer that
//! was not told of an add is not told of its correction either, unless staff address a text to it.

use crate::clients::types::Client;
use crate::contract::image::Stop;
use crate::contract::refusal::Refusal;
use crate::decision::{Mail, Scene};
use crate::invoices::types::Invoice;
use crate::kernel::credit::PerKind;
use crate::kernel::mail::{MAIL_AFTER, MailEvent};
use crate::kernel::text::required;
use crate::ledger::entry::NOTE_MAX;

/// The text that staff address to the client.
pub(super) fn tell(text: Option<&str>) -> Result<Option<String>, Stop> {
    Ok(text.map(|text| required("text for the client", text, NOTE_MAX)).transpose()?)
}

/// The mail about a change of credits, after the wait.
pub(super) fn mail(
    scene: &Scene<'_>,
    client: &Client,
    event: MailEvent,
) -> Result<Option<Mail>, Stop> {
    let due = scene.now.checked_add(MAIL_AFTER).unwrap_or(scene.now);
    let is_told = event.tell().is_some();
    match scene.mail(client, event, due)? {
        None if is_told => Err(no_mail(client)),
        mail => Ok(mail),
    }
}

/// The mail to the payer of an invoice that gives fewer credits. A payer that was not told of the add
/// yet is not told of this either: the mail about the add states the credits that it still gives. A
/// text that staff address to the client is always sent.
pub(super) fn less_given(
    scene: &Scene<'_>,
    invoice: &Invoice,
    off: &PerKind<u64>,
    forgiven: &PerKind<u64>,
    tell: Option<String>,
) -> Result<Option<Mail>, Stop> {
    let is_announced = scene.now.duration_since(invoice.at) >= MAIL_AFTER;
    // Forgiven credits were never taken from the client.
    let credits = off.map(|kind, off| off.saturating_sub(*forgiven.get(kind)));
    let is_whole = *off == invoice.gives;
    let number = invoice.number;
    if tell.is_none() && (!is_announced || (!is_whole && credits.is_zero())) {
        return Ok(None);
    }
    let event = if is_whole {
        MailEvent::InvoiceVoided { invoice: number, tell }
    } else {
        MailEvent::InvoiceCorrected { invoice: number, credits, tell }
    };
    mail(scene, scene.client(number.client)?, event)
}

/// The refusal of a text for a client that reads no mail of the desk.
pub(super) fn no_mail(client: &Client) -> Stop {
    let why = if client.address().is_some() {
        "it is a reseller’s client, and its reseller has no brand (/brand set)"
    } else {
        "it has no email address"
    };
    Refusal::invalid(format!("{} cannot be told: {why}. Leave out tell:.", client.name)).into()
}
