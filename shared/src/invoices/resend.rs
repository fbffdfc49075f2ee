//! `/invoice resend`: mails a document again. It always asks, because mail cannot be taken back: the question
//! shows the address, and the last mail if that is less than an hour ago or still waits.

use jiff::{SignedDuration, Timestamp};

use crate::clients::contacts::types::Topic;
use crate::clients::types::masked_email;
use crate::contract::change::{Expect, Write};
use crate::contract::image::Stop;
use crate::contract::refusal::Refusal;
use crate::contract::{self, Record};
use crate::decision::{Draft, Proposal, Scene};
use crate::invoices::types::{Ask, Invoice, Mailed};
use crate::kernel::id::{InvoiceNumber, Named};
use crate::kernel::mail::{MAIL_AFTER, MailEvent};
use crate::plans::types::{Bound, Figure, Question};

/// A mail that is younger is asked about.
const RECENT: SignedDuration = SignedDuration::from_hours(1);

pub(super) fn resend(scene: &Scene<'_>, ask: &Ask, number: InvoiceNumber) -> Result<Draft, Stop> {
    let invoice = scene.image.invoice(number)?.ok_or(Refusal::UnknownInvoice { number })?;
    let payer = scene.client(number.client)?;
    let event = MailEvent::DocumentSent { invoice: number };
    let mail = scene.mail(payer, event, scene.now)?.ok_or_else(|| {
        let name = &payer.name;
        Refusal::invalid(format!("{name} gets no mail of the desk. /client view shows its email."))
    })?;
    let addresses = payer.addresses(Topic::Invoices);
    let masked: Vec<String> = addresses.iter().copied().map(masked_email).collect();
    let to = masked.join(", ");
    let mut after = invoice.clone();
    after.version = invoice.version.saturating_add(1);
    after.resent = Some(scene.now);
    let writes = vec![Write::Put(Record::Invoice(after), Expect::Version(invoice.version))];
    let sent_s = last_mail(invoice, scene.now).map(Timestamp::as_second);
    let figures = vec![(Figure::Before, format!("{} {:?}", addresses.join(" "), invoice.resent))];
    let text = format!("mailed {number} to {}", payer.id);
    let facts = Mailed { number, client: Named::from(payer), to: to.clone() };
    let facts = contract::Facts::Mailed(facts);
    Ok(Draft::Propose(Proposal {
        mails: vec![mail],
        questions: vec![Question::Resend { to, sent_s }],
        bound: Bound::of(Vec::new(), figures),
        ..scene.proposal(ask.clone(), Some(payer.id), facts, writes, text)
    }))
}

/// The last mail with the document, if it is recent or still waits: by staff, or the desk's own after it was
/// made.
fn last_mail(invoice: &Invoice, now: Timestamp) -> Option<Timestamp> {
    let own = invoice.at.checked_add(MAIL_AFTER).unwrap_or(invoice.at);
    let last = invoice.resent.unwrap_or(own);
    (now.duration_since(last) < RECENT).then_some(last)
}
