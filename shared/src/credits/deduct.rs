//! `/deductcredit`: credits taken away, with a credit note when an invoice is named.

use crate::clients::types::Hit;
use crate::contract;
use crate::contract::Record;
use crate::contract::change::{Expect, Write};
use crate::contract::image::Stop;
use crate::contract::plan::Worth;
use crate::contract::refusal::Refusal;
use crate::credits::draft::{bound, bound_change, earlier, naming, post, sentence};
use crate::credits::transfer::can_spare;
use crate::credits::types::{Ask, Changed, Facts};
use crate::decision::{Proposal, Scene};
use crate::invoices::documents::note_off;
use crate::invoices::types::{Invoice, InvoiceState};
use crate::kernel::credit::{Count, Kind, PerKind, grouped};
use crate::kernel::id::{InvoiceNumber, Named};
use crate::kernel::job::What;
use crate::kernel::mail::MailEvent;
use crate::kernel::mode::Mode;
use crate::kernel::movement::{Movement, Never, Reason, Undo};
use crate::kernel::text::required;
use crate::ledger::entry::NOTE_MAX;
use crate::ledger::posting::{Posted, Posting};
use crate::plans::types::Question;
use crate::pricing::lists;

pub(super) fn draft(scene: &Scene<'_>, ask: &Ask) -> Result<Proposal, Stop> {
    let Ask::DeductCredit { kind, client, count, reason, invoice } = ask else {
        return Err(Refusal::invalid("This deducts no credits.").into());
    };
    let hit = scene.hit(client)?;
    let reason = required("reason", reason, NOTE_MAX)?;
    let (client, account) = scene.open_account(hit.client)?;
    let named = Named::from(client);
    let noted = match invoice {
        Some(number) => Some(covering(scene, &hit, *kind, *count, *number)?),
        None => None,
    };
    can_spare(&named, account, &PerKind::only(*kind, Some(count.get())))?;
    let granted = PerKind::only(*kind, Some(count.signed().saturating_neg()));
    let posting = Posting {
        op: &scene.op,
        now: scene.now,
        actor: scene.actor_id(),
        reason: Reason::Deduct,
        granted,
        note: Some(reason.clone()),
        invoice: *invoice,
        reverses: None,
        other: None,
    };
    let posted = post(account, &named, posting)?;
    let posts = vec![posted.post(named)];
    let Posted { account: mut after, entry } = posted;
    let credits = PerKind::only(*kind, count.get());
    let mut writes = Vec::new();
    let mut movement = Movement { posts, document: None, undo: Undo::Posts };
    if let Some(invoice) = noted {
        let noted = note_off(scene, invoice, &credits, &entry, &mut after)?;
        movement.document = Some(noted.document);
        movement.undo = Undo::Never(Never::CreditNote);
        writes.extend(noted.writes);
    }
    writes.push(Write::Put(Record::Account(after), Expect::Version(account.version)));
    writes.push(Write::Put(Record::Entry(entry), Expect::Absent));
    let mut questions = vec![Question::Deduct];
    questions.extend(naming(&hit));
    questions.extend(earlier(scene, account, &granted)?);
    let minor = lists::value(scene, client, &credits)?;
    let facts =
        Facts { change: Changed::Deducted, replaced_by: None, reason: Some(reason.clone()) };
    let mut bound = bound(client, account, [*kind]);
    bound.extend(bound_change(&movement, &facts.change));
    let mut kept = ask.clone();
    if let Ask::DeductCredit { client, .. } = &mut kept {
        *client = hit.client.to_string();
    }
    let event = MailEvent::CreditDeducted { credits, reason };
    let text = sentence(&movement, &facts);
    let facts = contract::Facts::Credits(facts);
    Ok(Proposal {
        movement: Some(movement),
        mails: vec![(What::Mail { client: client.id, event }, scene.now)],
        questions,
        worth: Some(Worth { minor, mode: Mode::Open, counts: true }),
        bound,
        ..scene.proposal(kept, Some(client.id), facts, writes, text)
    })
}

/// The invoice that a deduct names, if it covers the credits that are taken.
fn covering<'a>(
    scene: &Scene<'a>,
    hit: &Hit,
    kind: Kind,
    count: Count,
    number: InvoiceNumber,
) -> Result<&'a Invoice, Stop> {
    let invoice = scene.image.invoice(number)?.ok_or(Refusal::UnknownInvoice { number })?;
    let mismatch = |why: String| Refusal::InvoiceMismatch { number, why };
    if invoice.client != hit.client || invoice.corrects.is_some() {
        let sentence = "it is not an invoice for credits of this client.".to_owned();
        return Err(mismatch(sentence).into());
    }
    if number.client != hit.client {
        let sentence = "it was billed to the reseller; void it, or undo its add.".to_owned();
        return Err(mismatch(sentence).into());
    }
    match invoice.state {
        InvoiceState::Open | InvoiceState::PartlyPaid | InvoiceState::Paid => {}
        InvoiceState::Void | InvoiceState::Refunded => {
            return Err(Refusal::InvoiceState { number, state: invoice.state }.into());
        }
    }
    let gives = *invoice.gives.get(kind);
    if gives < count.get() {
        let sentence =
            format!("only {} {kind} credits of it are not reversed yet.", grouped(gives));
        return Err(mismatch(sentence).into());
    }
    Ok(invoice)
}
