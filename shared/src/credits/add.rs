//! `/addcredit`: credits sold or given by the house with an invoice, or moved from the reseller.

use iso_currency::Currency;

use crate::clients::names::types::Hit;
use crate::clients::types::Client;
use crate::clients::view::unpaid;
use crate::contract::change::{Expect, Write};
use crate::contract::image::Stop;
use crate::contract::plan::Worth;
use crate::contract::refusal::Refusal;
use crate::contract::{self, Record};
use crate::credits::bound::{bound, bound_change};
use crate::credits::duplicate::earlier;
use crate::credits::guards::{may_get, post};
use crate::credits::mails::{mail, no_mail, tell};
use crate::credits::sentence::sentence;
use crate::credits::transfer::{Holder, Move, between};
use crate::credits::types::{Ask, Changed, Facts};
use crate::decision::{Proposal, Scene};
use crate::invoices::claim::{self, Claim, claimed};
use crate::invoices::documents::{
    Priced, bill, buyer, document, due_day, rate, same_gross, seller,
};
use crate::invoices::reminders;
use crate::invoices::types::{Invoice, InvoiceLine, InvoiceState};
use crate::kernel::credit::{Count, Kind, PerKind};
use crate::kernel::id::{ClientId, InvoiceNumber, Named, Series};
use crate::kernel::mail::MailEvent;
use crate::kernel::mode::Mode;
use crate::kernel::movement::{Movement, Reason, Undo};
use crate::kernel::tax::TaxRate;
use crate::kernel::text::required;
use crate::ledger::account::{Account, is_large};
use crate::ledger::entry::NOTE_MAX;
use crate::ledger::posting::{Posted, Posting, next};
use crate::plans::types::Question;
use crate::pricing::lists::{self, worth_of};

/// A sale of any number of kinds.
pub struct Sale<'a> {
    /// `None` for a kind that is not sold.
    pub credits: PerKind<Option<Count>>,
    pub mode: Mode,
    pub reference: Option<&'a str>,
    pub reason: Option<&'a str>,
    pub from_house: bool,
    /// A text for the client’s mail.
    pub tell: Option<&'a str>,
    /// The prices that a plan showed, which hold.
    pub prices: PerKind<Option<u64>>,
}

impl Sale<'_> {
    /// The kinds that are sold, SMS first.
    fn kinds(&self) -> impl Iterator<Item = Kind> {
        Kind::ALL.into_iter().filter(|kind| self.credits.get(*kind).is_some())
    }

    /// The changes of `granted`.
    fn granted(&self) -> PerKind<Option<i64>> {
        self.credits.map(|_, count| count.map(Count::signed))
    }
}

/// Drafts an add.
///
/// # Errors
/// The refusal, or what was never read.
pub fn draft(scene: &Scene<'_>, ask: Ask, hit: &Hit, sale: &Sale<'_>) -> Result<Proposal, Stop> {
    let (client, account) = scene.open_account(hit.client)?;
    may_get(scene, client, account, sale.credits.mms.is_some())?;
    let mut proposal = match scene.reseller_of(client)? {
        Some(reseller) if !sale.from_house => {
            by_move(scene, ask, (client, account), reseller, sale)?
        }
        Some(reseller) => {
            let payer = scene.open_account(reseller.id)?;
            by_sale(scene, ask, (client, account), Some(payer), sale)?
        }
        None => by_sale(scene, ask, (client, account), None, sale)?,
    };
    let mut questions: Vec<Question> = Vec::new();
    for kind in sale.kinds() {
        let count = sale.credits.get(kind).map_or(0, Count::get);
        match account.largest_add(kind, scene.now) {
            _ if account.first_add(kind) => questions.push(Question::FirstAdd { kind }),
            Some(largest) if is_large(count, largest) => {
                questions.push(Question::Large { kind, largest });
            }
            Some(_) | None => {}
        }
    }
    questions.extend(earlier(scene, account, &sale.granted())?);
    proposal.questions.splice(0..0, questions);
    Ok(proposal)
}

/// Sold or given by the house: credits, entry and invoice in one change. The payer is the client
/// itself, or its reseller when staff type `from:house`; then number and unpaid are the reseller's.
fn by_sale(
    scene: &Scene<'_>,
    ask: Ask,
    (client, account): Holder<'_>,
    payer: Option<Holder<'_>>,
    sale: &Sale<'_>,
) -> Result<Proposal, Stop> {
    let named = Named::from(client);
    let note = note(sale)?;
    if sale.mode == Mode::Grant && note.is_none() {
        return Err(Refusal::invalid("A grant needs a reason.").into());
    }
    let reference = reference(sale)?;
    let currency = scene.settings.currency.ok_or(Refusal::NoCurrency)?;
    let (buyer, buyer_account) = payer.unwrap_or((client, account));
    let (listed, prices) = priced(scene, client, rate(scene, buyer), sale)?;
    // A grant is zero-rated on paper, and a client's own price may be lower than the default.
    let worth_minor = worth_of(scene, client, &sold(sale), listed.gross_minor)?;
    let priced = if sale.mode == Mode::Grant { listed.free() } else { listed };
    may_owe(scene, (buyer, buyer_account), sale.mode)?;
    let seq = buyer_account.next_invoice;
    let number = InvoiceNumber { series: Series::Invoice, client: buyer.id, seq };
    let posting = Posting {
        op: &scene.op,
        now: scene.now,
        actor: scene.actor_id(),
        reason: Reason::Add,
        granted: sale.granted(),
        note: note.clone(),
        invoice: Some(number),
        reverses: None,
        takes_back: None,
        other: None,
    };
    let posted = post(account, &named, posting)?;
    let reference_text = reference.as_ref().map(|(typed, _)| typed.clone());
    let invoice = Invoice {
        reference: reference_text,
        ..invoiced(
            scene,
            sale,
            (buyer, number),
            (client.id, posted.entry.number),
            priced,
            currency,
        )?
    };
    let paid = invoice.paid_minor;
    let facts = Facts { reason: note, ..Facts::of(Changed::Added(sale.mode)) };
    let movement = Movement {
        posts: vec![posted.post(named)],
        document: Some(document(&invoice)),
        undo: Undo::WithDocument,
    };
    let mut bound = bound(client, account, sale.kinds());
    bound.extend(bound_change(&movement, &facts.change));
    let mut questions = Vec::new();
    if sale.mode == Mode::Grant {
        questions.push(Question::Grant);
    }
    questions.extend(same_gross(buyer, buyer_account, invoice.gross()));
    let claim = match &reference {
        Some(reference) => Some(claimed(scene, client, number, reference, paid)?),
        None => None,
    };
    let below = (buyer.id != client.id).then(|| client.name.clone());
    let event = MailEvent::CreditAdded { invoice: number, tell: tell(sale.tell)?, below };
    let mails = mail(scene, buyer, event)?.into_iter().collect();
    let billed = invoice.clone();
    let mut writes = sale_writes(posted, account, payer.map(|(_, account)| account), invoice);
    if let Some(Claim { write, question, bound: payment }) = claim {
        questions.extend(question);
        bound.extend(payment);
        writes.push(write);
    }
    let text = sentence(&movement, &facts);
    let facts = contract::Facts::Credits(facts);
    let worth = Worth { minor: worth_minor, mode: sale.mode, counts: true };
    Ok(Proposal {
        movement: Some(movement),
        mails,
        effects: reminders::first(scene, buyer, &billed)?.into_iter().collect(),
        questions,
        worth: Some(worth),
        bound,
        prices,
        ..scene.proposal(ask, Some(client.id), facts, writes, text)
    })
}

/// Refuses an open invoice to a payer whose adds on open invoices are stopped.
fn may_owe(scene: &Scene<'_>, (payer, account): Holder<'_>, mode: Mode) -> Result<(), Refusal> {
    if mode == Mode::Open && account.open_adds_stopped {
        let (client, unpaid) = (Named::from(payer), unpaid(scene, account));
        return Err(Refusal::OpenAddsStopped { client, unpaid });
    }
    Ok(())
}

/// The invoice of a sale, without the reference of its payment.
fn invoiced(
    scene: &Scene<'_>,
    sale: &Sale<'_>,
    (payer, number): (&Client, InvoiceNumber),
    (client, entry): (ClientId, u64),
    priced: Priced,
    currency: Currency,
) -> Result<Invoice, Stop> {
    let paid = if sale.mode == Mode::Paid { priced.gross_minor } else { 0 };
    let settled = priced.gross_minor == paid;
    Ok(Invoice {
        number,
        version: 1,
        client,
        op: scene.op.clone(),
        entry: Some(entry),
        receipt: String::new(),
        corrects: None,
        at: scene.now,
        due: due_day(scene, payer),
        state: if settled { InvoiceState::Paid } else { InvoiceState::Open },
        mode: sale.mode,
        currency,
        lines: priced.lines,
        taxes: priced.taxes,
        net_minor: priced.net_minor,
        tax_minor: priced.tax_minor,
        gross_minor: priced.gross_minor,
        paid_minor: paid,
        noted_minor: 0,
        gives: sale.credits.map(|_, count| count.map_or(0, Count::get)),
        refunded_credits: PerKind::default(),
        once_paid: paid > 0 && settled,
        seller: seller(scene)?,
        buyer: buyer(payer),
        exempt: payer.billing.exempt.clone(),
        reference: None,
        payments: Vec::new(),
        resent: None,
    })
}

/// The writes of a sale: the invoice is billed to the client's account, or to the payer's.
fn sale_writes(
    posted: Posted,
    account: &Account,
    payer: Option<&Account>,
    invoice: Invoice,
) -> Vec<Write> {
    let Posted { account: mut after, entry } = posted;
    let mut writes = Vec::new();
    match payer {
        None => bill(&mut after, &invoice),
        Some(payer) => {
            let mut billed = next(payer);
            bill(&mut billed, &invoice);
            writes.push(Write::Put(Record::Account(billed), Expect::Version(payer.version)));
        }
    }
    writes.push(Write::Put(Record::Account(after), Expect::Version(account.version)));
    writes.push(Write::Put(Record::Entry(entry), Expect::Absent));
    writes.push(Write::Put(Record::Invoice(invoice), Expect::Absent));
    writes
}

/// The lines at the prices that a plan showed, or else at today's list prices.
fn priced(
    scene: &Scene<'_>,
    client: &Client,
    rate: TaxRate,
    sale: &Sale<'_>,
) -> Result<(Priced, PerKind<Option<u64>>), Stop> {
    let mut lines = Vec::new();
    let mut prices = PerKind::default();
    for kind in sale.kinds() {
        let credits = sale.credits.get(kind).map_or(0, Count::get);
        let list = lists::in_force(scene, client, kind, credits)?;
        let price = sale.prices.get(kind).or(list);
        let price = price.ok_or_else(|| Refusal::NoPrice { client: client.into(), kind })?;
        lines.push(InvoiceLine::of_credits(kind, credits, price, rate));
        *prices.get_mut(kind) = Some(price);
    }
    Ok((Priced::of(lines)?, prices))
}

/// Moved from the reseller's balance: two accounts, no invoice, price or mail of the house.
fn by_move(
    scene: &Scene<'_>,
    ask: Ask,
    (client, account): Holder<'_>,
    parent: &Client,
    sale: &Sale<'_>,
) -> Result<Proposal, Stop> {
    if sale.mode != Mode::Open || sale.reference.is_some() {
        return Err(Refusal::invalid(format!(
            "Credits for {} come from the balance of its reseller {}, so there is nothing to bill. \
             To sell them to the reseller instead, add from:house.",
            client.name, parent.name
        ))
        .into());
    }
    if sale.tell.is_some() {
        return Err(no_mail(client));
    }
    let note = note(sale)?;
    let (_, from) = scene.open_account(parent.id)?;
    let credits = sale.credits.map(|_, count| count.map(Count::get));
    let step = Move {
        from: (parent, from),
        to: (client, account),
        credits,
        out: Reason::MoveOut,
        note: note.clone(),
    };
    let (movement, writes) = between(scene, &step)?;
    let facts = Facts { reason: note, ..Facts::of(Changed::Moved) };
    let minor = lists::value(scene, client, &sold(sale))?;
    let mut bound = bound(client, account, sale.kinds());
    bound.extend(bound_change(&movement, &facts.change));
    let text = sentence(&movement, &facts);
    let facts = contract::Facts::Credits(facts);
    Ok(Proposal {
        movement: Some(movement),
        worth: Some(Worth { minor, mode: Mode::Open, counts: true }),
        bound,
        ..scene.proposal(ask, Some(client.id), facts, writes, text)
    })
}

/// The credits that are sold, 0 for a kind that is not.
fn sold(sale: &Sale<'_>) -> PerKind<u64> {
    sale.credits.map(|_, count| count.map_or(0, Count::get))
}

fn note(sale: &Sale<'_>) -> Result<Option<String>, Stop> {
    Ok(sale.reason.map(|text| required("reason", text, NOTE_MAX)).transpose()?)
}

/// The reference of an add marked paid, as typed and as it is compared.
fn reference(sale: &Sale<'_>) -> Result<Option<(String, String)>, Stop> {
    match (sale.mode, sale.reference) {
        (Mode::Paid, None) => {
            Err(Refusal::invalid("An add marked paid needs the payment’s reference.").into())
        }
        (Mode::Paid, Some(typed)) => Ok(Some(claim::reference(typed)?)),
        (Mode::Open | Mode::Grant, None) => Ok(None),
        (Mode::Open | Mode::Grant, Some(_)) => {
            Err(Refusal::invalid("Only an add marked paid has a payment reference.").into())
        }
    }
}
