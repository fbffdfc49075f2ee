//! `/addcredit`: credits sold or given by the house with an invoice, or moved from the reseller.

use super::draft::{Draft, bound, changed, earlier, naming, open_account};
use super::{Scene, prices, said};
use crate::account::{Account, OPEN_INVOICES_MAX, OpenInvoice};
use crate::answer::{Changed, CreditChange, InvoiceBrief, Named, OtherSide};
use crate::client::{Class, Client, mms};
use crate::credit::{Count, Kind, PerKind};
use crate::entry::{NOTE_MAX, Reason};
use crate::id::{InvoiceNumber, Series};
use crate::invoice::{Invoice, InvoiceLine, InvoiceState, Payment, normal_reference};
use crate::job::What;
use crate::mail::MailEvent;
use crate::money::{Money, line_net, tax_on};
use crate::operation::may_receive;
use crate::plan::Why;
use crate::posting::{Posting, next, post};
use crate::record::{Expect, Record, Write};
use crate::refusal::Refusal;
use crate::search::Hit;
use crate::settings::Party;
use crate::staff::Mode;

/// For how long the mail about an add waits, so that a correction meanwhile sends nothing.
pub(super) const MAIL_AFTER: jiff::SignedDuration = jiff::SignedDuration::from_mins(10);

/// An add that is more than this many times the largest is asked about.
const LARGE_TIMES: u64 = 3;

/// The longest payment reference, in characters.
const REFERENCE_MAX: usize = 60;

/// What is asked of an add.
pub(super) struct Sale<'a> {
    pub kind: Kind,
    pub count: Count,
    pub mode: Mode,
    pub reference: Option<&'a str>,
    pub reason: Option<&'a str>,
    pub from_house: bool,
    /// The price that the plan showed, which holds.
    pub price: Option<u64>,
}

pub(super) fn draft(scene: &Scene<'_>, hit: &Hit, sale: &Sale<'_>) -> Result<Draft, Refusal> {
    let (client, account) = open_account(scene, hit.client)?;
    let named = Named::from(client);
    if !may_receive(account.status) {
        return Err(Refusal::ClientStatus { client: named, status: account.status });
    }
    if sale.kind == Kind::Mms {
        let gate = scene.image.mms_gate(client.root());
        mms(account.mms, client, &scene.parents(client), gate)
            .map_err(|off| Refusal::MmsOff { client: named.clone(), off })?;
    }
    let parent = client.parent().and_then(|parent| scene.image.client(parent));
    let mut draft = match parent {
        Some(parent) if parent.class == Class::Reseller && !sale.from_house => {
            by_move(scene, client, account, parent, sale)?
        }
        Some(parent) if parent.class == Class::Reseller => {
            let (_, payer) = open_account(scene, parent.id)?;
            by_sale(scene, client, account, Some((parent, payer)), sale)?
        }
        Some(_) | None => by_sale(scene, client, account, None, sale)?,
    };
    let mut why: Vec<Why> = naming(hit).into_iter().collect();
    match account.largest_add(sale.kind, scene.now) {
        _ if account.first_add(sale.kind) => why.push(Why::FirstAdd),
        Some(largest) if sale.count.get() > largest.saturating_mul(LARGE_TIMES) => {
            why.push(Why::Large { largest });
        }
        Some(_) | None => {}
    }
    why.extend(earlier(scene, account, sale.kind, sale.count.signed()));
    draft.why.splice(0..0, why);
    Ok(draft)
}

/// Sold or given by the house: credits, entry and invoice in one change. The payer is the client
/// itself, or its reseller when staff say `from:house`; then number and unpaid are the reseller's.
fn by_sale(
    scene: &Scene<'_>,
    client: &Client,
    account: &Account,
    payer: Option<(&Client, &Account)>,
    sale: &Sale<'_>,
) -> Result<Draft, Refusal> {
    let named = Named::from(client);
    let note = sale.reason.map(|text| said("reason", text, NOTE_MAX)).transpose()?;
    if sale.mode == Mode::Grant && note.is_none() {
        return Err(Refusal::Invalid { why: "A grant needs a reason.".to_owned() });
    }
    let reference = reference(sale)?;
    let currency = scene.settings.currency.ok_or(Refusal::NoCurrency)?;
    let list = prices::in_force(scene, client, sale.kind, sale.count.get());
    let per_1000 = sale
        .price
        .or(list)
        .ok_or_else(|| Refusal::NoPrice { client: named.clone(), kind: sale.kind })?;
    let too_large =
        || Refusal::Invalid { why: "That is more money than one invoice can state.".to_owned() };
    let net = line_net(sale.count.get(), per_1000).ok_or_else(too_large)?;
    let tax = tax_on(net, scene.settings.tax_bp).ok_or_else(too_large)?;
    let list_gross = net.checked_add(tax).ok_or_else(too_large)?;
    // A grant is zero-rated on paper, and worth its list price to the giver's limit.
    let (net, tax, gross) =
        if sale.mode == Mode::Grant { (0, 0, 0) } else { (net, tax, list_gross) };
    let (buyer, buyer_account) = payer.unwrap_or((client, account));
    let number = InvoiceNumber {
        series: Series::Invoice,
        client: buyer.id,
        seq: buyer_account.next_invoice,
    };
    let posting = Posting {
        op: &scene.op,
        now: scene.now,
        actor: scene.actor(),
        reason: Reason::Add,
        kind: sale.kind,
        granted: sale.count.signed(),
        note,
        invoice: Some(number),
        reverses: None,
        other: None,
    };
    let (mut after, entry) = post(account, &named, posting)?;
    let paid = if sale.mode == Mode::Paid { gross } else { 0 };
    let due = gross.saturating_sub(paid);
    let today = scene.today();
    let due_day = today
        .checked_add(jiff::Span::new().days(i64::from(scene.settings.due_days)))
        .unwrap_or(today);
    let invoice = Invoice {
        number,
        version: 1,
        client: client.id,
        op: scene.op.clone(),
        entry: entry.number,
        corrects: None,
        at: scene.now,
        due: due_day,
        state: if due == 0 { InvoiceState::Paid } else { InvoiceState::Open },
        mode: sale.mode,
        currency,
        lines: vec![InvoiceLine {
            kind: sale.kind,
            credits: sale.count.get(),
            per_1000_minor: if sale.mode == Mode::Grant { 0 } else { per_1000 },
            net_minor: net,
        }],
        tax_bp: scene.settings.tax_bp,
        net_minor: net,
        tax_minor: tax,
        gross_minor: gross,
        paid_minor: paid,
        noted_minor: 0,
        gives: PerKind::only(sale.kind, sale.count.get()),
        seller: seller(scene),
        buyer: Party { name: buyer.name.clone(), ..Party::default() },
        reference: reference.as_ref().map(|(typed, _)| typed.clone()),
    };
    let what = Changed::Added(sale.mode);
    let change = changed(scene, named, account, &after, sale.kind, &entry, what);
    let mut writes = Vec::new();
    match payer {
        None => bill(&mut after, &invoice),
        Some((_, buyer_account)) => {
            let mut billed = next(buyer_account);
            bill(&mut billed, &invoice);
            writes
                .push(Write::Put(Record::Account(billed), Expect::Version(buyer_account.version)));
        }
    }
    writes.push(Write::Put(Record::Account(after), Expect::Version(account.version)));
    let change = CreditChange {
        invoice: Some(InvoiceBrief {
            number,
            gross: invoice.gross(),
            due: due_day,
            settled: due == 0,
            reference: reference.as_ref().map(|(typed, _)| typed.clone()),
            credit_note: None,
        }),
        ..change
    };
    writes.push(Write::Put(Record::Entry(entry), Expect::Absent));
    writes.push(Write::Put(Record::Invoice(invoice), Expect::Absent));
    if let Some((typed, normal)) = reference {
        writes.push(claimed(scene, client, number, typed, normal, paid)?);
    }
    let mut why = Vec::new();
    if sale.mode == Mode::Grant {
        why.push(Why::Grant);
    }
    why.extend(same_gross(buyer, buyer_account, Money { minor: gross, currency }));
    let mail = MailEvent::CreditAdded { kind: sale.kind, count: sale.count, invoice: number };
    let later = scene.now.checked_add(MAIL_AFTER).unwrap_or(scene.now);
    Ok(Draft {
        op: scene.op.clone(),
        change,
        writes,
        mails: vec![(What::Mail { client: buyer.id, event: mail }, later)],
        why,
        bound: bound(client, account, sale.kind, Some(per_1000), list_gross, sale.mode),
        counts: true,
    })
}

/// Moved from the reseller's balance: two accounts, no invoice, price or mail of the house.
fn by_move(
    scene: &Scene<'_>,
    client: &Client,
    account: &Account,
    parent: &Client,
    sale: &Sale<'_>,
) -> Result<Draft, Refusal> {
    if sale.mode != Mode::Open || sale.reference.is_some() {
        return Err(Refusal::Invalid {
            why: format!(
                "Credits for {} come from the balance of its reseller {}, so there is nothing to \
                 bill. To sell them to the reseller instead, add from:house.",
                client.name, parent.name
            ),
        });
    }
    let note = sale.reason.map(|text| said("reason", text, NOTE_MAX)).transpose()?;
    let (_, from) = open_account(scene, parent.id)?;
    let giver = Named::from(parent);
    let spendable = from.totals.get(sale.kind).spendable();
    if spendable < sale.count.get() {
        return Err(Refusal::NotEnough {
            client: giver,
            kind: sale.kind,
            spendable,
            asked: sale.count.get(),
        });
    }
    let named = Named::from(client);
    let both = |reason, granted, other| Posting {
        op: &scene.op,
        now: scene.now,
        actor: scene.actor(),
        reason,
        kind: sale.kind,
        granted,
        note: note.clone(),
        invoice: None,
        reverses: None,
        other: Some(other),
    };
    let taken = sale.count.signed().saturating_neg();
    let (giver_after, out) = post(from, &giver, both(Reason::MoveOut, taken, client.id))?;
    let (after, into) =
        post(account, &named, both(Reason::MoveIn, sale.count.signed(), parent.id))?;
    let change = CreditChange {
        other: Some(OtherSide {
            client: giver,
            before: from.totals.get(sale.kind).balance(),
            after: giver_after.totals.get(sale.kind).balance(),
            entry: out.number,
        }),
        ..changed(scene, named, account, &after, sale.kind, &into, Changed::Moved)
    };
    let value = prices::value(scene, client, sale.kind, sale.count.get())?;
    Ok(Draft {
        op: scene.op.clone(),
        change,
        writes: vec![
            Write::Put(Record::Account(giver_after), Expect::Version(from.version)),
            Write::Put(Record::Entry(out), Expect::Absent),
            Write::Put(Record::Account(after), Expect::Version(account.version)),
            Write::Put(Record::Entry(into), Expect::Absent),
        ],
        // The client is its reseller’s: no mail of the house.
        mails: Vec::new(),
        why: Vec::new(),
        bound: bound(client, account, sale.kind, None, value, Mode::Open),
        counts: true,
    })
}

/// The reference of an add marked paid, as typed and as it is compared.
fn reference(sale: &Sale<'_>) -> Result<Option<(String, String)>, Refusal> {
    match (sale.mode, sale.reference) {
        (Mode::Paid, None) => Err(Refusal::Invalid {
            why: "An add marked paid needs the payment’s reference.".to_owned(),
        }),
        (Mode::Paid, Some(typed)) => {
            let typed = said("payment reference", typed, REFERENCE_MAX)?;
            let normal = normal_reference(&typed);
            if normal.chars().count() < 3 {
                return Err(Refusal::Invalid {
                    why: format!("“{typed}” is too short to tell one payment from another."),
                });
            }
            Ok(Some((typed, normal)))
        }
        (Mode::Open | Mode::Grant, None) => Ok(None),
        (Mode::Open | Mode::Grant, Some(_)) => Err(Refusal::Invalid {
            why: "Only an add marked paid has a payment reference.".to_owned(),
        }),
    }
}

/// The `claimed` PAYMENT of an add marked paid; its absence is a guard of the write.
fn claimed(
    scene: &Scene<'_>,
    client: &Client,
    invoice: InvoiceNumber,
    typed: String,
    normal: String,
    paid: u64,
) -> Result<Write, Refusal> {
    let known = scene.image.payment(&normal);
    // Money that an undo has freed may pay again; other money pays once.
    if let Some(used) = known.filter(|used| used.applied_minor > 0 || used.received_minor == 0) {
        return Err(Refusal::ReferenceUsed { reference: typed, invoice: used.invoice });
    }
    let version = known.map_or(0, |freed| freed.version);
    let payment = Payment {
        reference: normal,
        version: version.saturating_add(1),
        client: client.id,
        invoice,
        currency: scene.settings.currency.ok_or(Refusal::NoCurrency)?,
        // What came in is only ever raised; what this invoice does not take stays unapplied.
        received_minor: known.map_or(paid, |freed| freed.received_minor.max(paid)),
        applied_minor: paid,
        claimed: true,
        at: scene.now,
        op: scene.op.clone(),
    };
    Ok(Write::Put(Record::Payment(payment), Expect::after(version)))
}

/// Takes the next number, and what is due, onto the payer's account.
fn bill(account: &mut Account, invoice: &Invoice) {
    account.next_invoice = account.next_invoice.saturating_add(1);
    let due = invoice.due_minor();
    account.unpaid_minor = account.unpaid_minor.saturating_add(due);
    if due > 0 {
        account
            .open_invoices
            .push(OpenInvoice { seq: invoice.number.seq, gross_minor: invoice.gross_minor });
        let surplus = account.open_invoices.len().saturating_sub(OPEN_INVOICES_MAX);
        account.open_invoices.drain(..surplus);
    }
}

/// An open invoice of exactly this gross: perhaps the money is meant for that one.
fn same_gross(payer: &Client, account: &Account, gross: Money) -> Option<Why> {
    let equal = account
        .open_invoices
        .iter()
        .rev()
        .find(|row| gross.minor > 0 && row.gross_minor == gross.minor)?;
    let invoice = InvoiceNumber { series: Series::Invoice, client: payer.id, seq: equal.seq };
    Some(Why::SameGross { invoice, gross })
}

/// Who sells: what is set, or until then the root admin.
pub(super) fn seller(scene: &Scene<'_>) -> Party {
    scene.settings.seller.clone().unwrap_or_else(|| Party {
        name: scene.image.client(crate::id::ROOT).map(|c| c.name.clone()).unwrap_or_default(),
        ..Party::default()
    })
}
