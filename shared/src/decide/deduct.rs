//! `/deductcredit`: credits taken away, with a credit note when an invoice is named.

use super::draft::{Draft, bound, changed, earlier, naming, open_account};
use super::reverse::{Noted, note_off};
use super::{Scene, prices, said};
use crate::answer::{Changed, CreditChange, Named};
use crate::credit::{Count, Kind};
use crate::entry::{NOTE_MAX, Reason};
use crate::id::InvoiceNumber;
use crate::invoice::{Invoice, InvoiceState};
use crate::job::What;
use crate::mail::MailEvent;
use crate::plan::Why;
use crate::posting::{Posting, post};
use crate::record::{Expect, Record, Write};
use crate::refusal::Refusal;
use crate::search::Hit;
use crate::staff::Mode;

pub(super) fn draft(
    scene: &Scene<'_>,
    hit: &Hit,
    kind: Kind,
    count: Count,
    reason: &str,
    invoice: Option<InvoiceNumber>,
) -> Result<Draft, Refusal> {
    let reason = said("reason", reason, NOTE_MAX)?;
    let (client, account) = open_account(scene, hit.client)?;
    let named = Named::from(client);
    let noted = invoice.map(|number| covering(scene, hit, kind, count, number)).transpose()?;
    let spendable = account.totals.get(kind).spendable();
    if spendable < count.get() {
        return Err(Refusal::NotEnough { client: named, kind, spendable, asked: count.get() });
    }
    let posting = Posting {
        op: &scene.op,
        now: scene.now,
        actor: scene.actor(),
        reason: Reason::Deduct,
        kind,
        granted: count.signed().saturating_neg(),
        note: Some(reason.clone()),
        invoice,
        reverses: None,
        other: None,
    };
    let (mut after, entry) = post(account, &named, posting)?;
    let mut writes = Vec::new();
    let mut brief = None;
    if let Some(noted) = noted {
        let (extra, note) = note_off(scene, noted, &entry, &mut after)?;
        brief = Some(note);
        writes.extend(extra);
    }
    let change = CreditChange {
        invoice: brief,
        ..changed(scene, named, account, &after, kind, &entry, Changed::Deducted)
    };
    writes.push(Write::Put(Record::Account(after), Expect::Version(account.version)));
    writes.push(Write::Put(Record::Entry(entry), Expect::Absent));
    let mut why = vec![Why::Deduct];
    why.extend(naming(hit));
    why.extend(earlier(scene, account, kind, count.signed().saturating_neg()));
    let value = prices::value(scene, client, kind, count.get())?;
    let event = MailEvent::CreditDeducted { kind, count, reason };
    Ok(Draft {
        op: scene.op.clone(),
        change,
        writes,
        mails: vec![(What::Mail { client: client.id, event }, scene.now)],
        why,
        bound: bound(client, account, kind, None, value, Mode::Open),
        counts: true,
    })
}

/// The invoice that a deduct names, if it covers what is taken.
fn covering<'a>(
    scene: &Scene<'a>,
    hit: &Hit,
    kind: Kind,
    count: Count,
    number: InvoiceNumber,
) -> Result<Noted<'a>, Refusal> {
    let invoice: &Invoice =
        scene.image.invoice(number).ok_or(Refusal::UnknownInvoice { number })?;
    let mismatch = |why: String| Refusal::InvoiceMismatch { number, why };
    if invoice.client != hit.client || invoice.corrects.is_some() {
        return Err(mismatch("it is not an invoice for credits of this client.".to_owned()));
    }
    if number.client != hit.client {
        return Err(mismatch(
            "it was billed to the reseller; void it, or undo its add.".to_owned(),
        ));
    }
    match invoice.state {
        InvoiceState::Open | InvoiceState::PartlyPaid | InvoiceState::Paid => {}
        InvoiceState::Void | InvoiceState::Refunded => {
            return Err(Refusal::InvoiceState { number, state: invoice.state });
        }
    }
    let gives = *invoice.gives.get(kind);
    if gives < count.get() {
        return Err(mismatch(format!(
            "it still gives {} {kind} credits.",
            crate::credit::grouped(gives)
        )));
    }
    Ok(Noted { invoice, kind, count: count.get() })
}
