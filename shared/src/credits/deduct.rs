//! `/deductcredit`: credits taken away, with a credit note when an invoice is named. Credits of a
//! reseller’s client return to the reseller, unless staff say that the house takes them.
//!
//! A deduct that fits a recent add or an open invoice offers the command that mends both.

use crate::clients::names::types::Hit;
use crate::clients::types::Client;
use crate::contract::change::{Expect, Write};
use crate::contract::image::Stop;
use crate::contract::plan::Worth;
use crate::contract::refusal::Refusal;
use crate::contract::{self, Key, Record};
use crate::credits::bound::{bound, bound_change};
use crate::credits::deducted::fitting_add;
use crate::credits::duplicate::earlier;
use crate::credits::guards::{can_spare, may_receive, post};
use crate::credits::mails::{less_given, mail, no_mail, tell};
use crate::credits::sentence::sentence;
use crate::credits::transfer::{Holder, Move, between};
use crate::credits::types::{Ask, Changed, Facts};
use crate::decision::{Mail, Prefetch, Proposal, Scene};
use crate::invoices::documents::note_off;
use crate::invoices::types::{Invoice, InvoiceState};
use crate::kernel::credit::{Count, Kind, PerKind, grouped};
use crate::kernel::id::{ClientId, InvoiceNumber, Named, Series};
use crate::kernel::mail::MailEvent;
use crate::kernel::mode::Mode;
use crate::kernel::movement::{Movement, Never, Reason, Undo};
use crate::kernel::text::required;
use crate::ledger::account::Account;
use crate::ledger::entry::NOTE_MAX;
use crate::ledger::posting::{Posted, Posting};
use crate::plans::types::{Bound, Question};
use crate::pricing::lists;

/// The parameters of a deduct.
struct Deduct<'a> {
    hit: &'a Hit,
    kind: Kind,
    count: Count,
    reason: String,
    invoice: Option<InvoiceNumber>,
    tell: Option<String>,
}

impl Deduct<'_> {
    fn credits(&self) -> PerKind<u64> {
        PerKind::only(self.kind, self.count.get())
    }

    fn granted(&self) -> PerKind<Option<i64>> {
        PerKind::only(self.kind, Some(self.count.signed().saturating_neg()))
    }
}

/// The movement of a deduct, with its writes, and the facts that it is bound to beside the client’s.
struct Taken {
    movement: Movement,
    writes: Vec<Write>,
    mail: Option<Mail>,
    bound: Bound,
}

/// Names the open invoices that a deduct may fit, where it fits no recent add.
pub(super) fn needs_open(client: ClientId, kind: Kind, count: Count, prefetch: &mut Prefetch<'_>) {
    let Some(account) = prefetch.image.peek::<Account>(&Key::Account(client)) else { return };
    if fitting_add(account, kind, count.get(), prefetch.now).is_none() {
        prefetch.items(open_numbers(account).map(Key::Invoice));
    }
}

/// Drafts a deduct.
pub(super) fn draft(scene: &Scene<'_>, ask: &Ask) -> Result<Proposal, Stop> {
    let Ask::DeductCredit { kind, client, count, reason, invoice, to_house, tell: text } = ask
    else {
        return Err(Refusal::invalid("This deducts no credits.").into());
    };
    let (kind, count, invoice) = (*kind, *count, *invoice);
    let hit = scene.hit(client.text())?;
    let reason = required("reason", reason, NOTE_MAX)?;
    let (client, account) = scene.open_account(hit.client)?;
    let tell = tell(text.as_deref())?;
    let deduct = Deduct { hit: &hit, kind, count, reason, invoice, tell };
    let reseller = scene.reseller_of(client)?.filter(|_| invoice.is_none() && !to_house);
    let taken = match reseller {
        Some(reseller) => to_reseller(scene, &deduct, (client, account), reseller)?,
        None => to_the_house(scene, &deduct, (client, account))?,
    };
    let Taken { movement, writes, mail, bound: also } = taken;
    let mut questions = vec![Question::Deduct];
    questions.extend(fitting(scene, &deduct, account)?);
    questions.extend(earlier(scene, account, &deduct.granted())?);
    let minor = lists::value(scene, client, &deduct.credits())?;
    let facts = Facts { reason: Some(deduct.reason), ..Facts::of(Changed::Deducted) };
    let mut bound = bound(client, account, [kind]);
    bound.extend(also);
    bound.extend(bound_change(&movement, &facts.change));
    let text = sentence(&movement, &facts);
    let facts = contract::Facts::Credits(facts);
    Ok(Proposal {
        movement: Some(movement),
        mails: mail.into_iter().collect(),
        questions,
        worth: Some(Worth { minor, mode: Mode::Open, counts: true }),
        bound,
        ..scene.proposal(ask.clone(), Some(client.id), facts, writes, text)
    })
}

/// Returned to the reseller that the client’s credits came from: two accounts, no document, no mail.
fn to_reseller(
    scene: &Scene<'_>,
    deduct: &Deduct<'_>,
    from: Holder<'_>,
    reseller: &Client,
) -> Result<Taken, Stop> {
    if deduct.tell.is_some() {
        return Err(no_mail(from.0));
    }
    let (_, to) = scene.open_account(reseller.id)?;
    if !may_receive(to.status) {
        return Err(Refusal::ClientStatus { client: reseller.into(), status: to.status }.into());
    }
    let credits = PerKind::only(deduct.kind, Some(deduct.count.get()));
    let note = Some(deduct.reason.clone());
    let (mut movement, writes) =
        between(scene, &Move { from, to: (reseller, to), credits, out: Reason::Deduct, note })?;
    // The deduct is about the client.
    movement.posts.reverse();
    let bound = bound(reseller, to, [deduct.kind]);
    Ok(Taken { movement, writes, mail: None, bound })
}

/// Taken by the house, with a credit note where an invoice is named.
fn to_the_house(
    scene: &Scene<'_>,
    deduct: &Deduct<'_>,
    (client, account): Holder<'_>,
) -> Result<Taken, Stop> {
    let named = Named::from(client);
    let (kind, count) = (deduct.kind, deduct.count);
    let noted = match deduct.invoice {
        Some(number) => Some(covering(scene, deduct.hit, kind, count, number)?),
        None => None,
    };
    can_spare(&named, account, &PerKind::only(kind, Some(count.get())))?;
    let posting = Posting {
        op: &scene.op,
        now: scene.now,
        actor: scene.actor_id(),
        reason: Reason::Deduct,
        granted: deduct.granted(),
        note: Some(deduct.reason.clone()),
        invoice: deduct.invoice,
        reverses: None,
        takes_back: None,
        other: None,
    };
    let posted = post(account, &named, posting)?;
    let posts = vec![posted.post(named)];
    let Posted { account: mut after, entry } = posted;
    let (credits, tell) = (deduct.credits(), deduct.tell.clone());
    let mut writes = Vec::new();
    let mut movement = Movement { posts, document: None, undo: Undo::Posts };
    let mail = match noted {
        Some(invoice) => {
            let noted = note_off(scene, invoice, &credits, &entry, &mut after)?;
            movement.document = Some(noted.document);
            movement.undo = Undo::Never(Never::CreditNote);
            writes.extend(noted.writes);
            less_given(scene, invoice, &credits, &PerKind::default(), tell)?
        }
        None => {
            let (entry, at) = (entry.number, scene.now);
            mail(scene, client, MailEvent::CreditDeducted { credits, entry, at, tell })?
        }
    };
    writes.push(Write::Put(Record::Account(after), Expect::Version(account.version)));
    writes.push(Write::Put(Record::Entry(entry), Expect::Absent));
    Ok(Taken { movement, writes, mail, bound: Bound::default() })
}

/// The offer of another command for a deduct that may take back a part of an add.
fn fitting(
    scene: &Scene<'_>,
    deduct: &Deduct<'_>,
    account: &Account,
) -> Result<Option<Question>, Stop> {
    if deduct.invoice.is_some() {
        return Ok(None);
    }
    let (kind, credits) = (deduct.kind, deduct.count.get());
    if let Some(row) = fitting_add(account, kind, credits, scene.now) {
        let op = row.op.clone();
        let credits = row.amount.unsigned_abs();
        return Ok(Some(Question::FitsAdd { op, credits, at_s: row.at_s }));
    }
    for number in open_numbers(account) {
        let Some(invoice) = scene.image.invoice(number)? else { continue };
        let gives = *invoice.gives.get(kind);
        if invoice.client == account.client && gives >= credits {
            return Ok(Some(Question::FitsInvoice { invoice: number, gives }));
        }
    }
    Ok(None)
}

/// The open invoices that ACCOUNT remembers, newest first.
fn open_numbers(account: &Account) -> impl Iterator<Item = InvoiceNumber> {
    let number = |seq| InvoiceNumber { series: Series::Invoice, client: account.client, seq };
    account.open_invoices.iter().rev().map(move |row| number(row.seq))
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
        InvoiceState::Open
        | InvoiceState::PartlyPaid
        | InvoiceState::Paid
        | InvoiceState::PartlyRefunded => {}
        InvoiceState::Void | InvoiceState::Refunded => {
            return Err(Refusal::InvoiceState { number, state: invoice.state }.into());
        }
    }
    let gives = *invoice.gives.get(kind);
    if gives < count.get() {
        let sentence = match invoice.sold(kind) {
            0 => format!("it is not for {kind} credits."),
            _ => format!("only {} {kind} credits of it are not reversed yet.", grouped(gives)),
        };
        return Err(mismatch(sentence).into());
    }
    Ok(invoice)
}
