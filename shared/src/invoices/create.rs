//! `/invoice create`: an invoice for anything owed. It gives no credits, so no entry belongs to it; number and
//! amount due move on the payer's account.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::clients::types::{Class, Client};
use crate::contract::change::{Expect, Write};
use crate::contract::image::Stop;
use crate::contract::plan::Worth;
use crate::contract::refusal::Refusal;
use crate::contract::{self, Record};
use crate::decision::{Draft, Proposal, Scene};
use crate::invoices::documents::{
    Priced, bill, buyer, document, due_day, rate, same_gross, seller,
};
use crate::invoices::lines;
use crate::invoices::reminders;
use crate::invoices::types::{
    Ask, DocumentChange, Facts, Invoice, InvoiceState, SUMMARY_MAX, TypedDue,
};
use crate::kernel::credit::PerKind;
use crate::kernel::id::{InvoiceNumber, Named, Series};
use crate::kernel::mode::Mode;
use crate::kernel::money::Money;
use crate::kernel::tax::TaxRate;
use crate::ledger::account::{Account, Status};
use crate::ledger::posting::next;
use crate::plans::types::{Bound, Figure, Lapse};

/// The longest time until an invoice is due, in days.
const DUE_MAX: u32 = 365;

pub(super) fn draft(scene: &Scene<'_>, ask: &Ask) -> Result<Draft, Stop> {
    let Ask::InvoiceCreate { client, items, tax, due } = ask else {
        return Err(Refusal::invalid("This makes no invoice.").into());
    };
    let (client, account) = scene.open_account(scene.hit(client.text())?.client)?;
    may_be_billed(scene, client, account)?;
    let currency = scene.settings.currency.ok_or(Refusal::NoCurrency)?;
    let rate = tax.unwrap_or_else(|| rate(scene, client));
    let lines = lines::read(items, currency, rate).map_err(Refusal::invalid)?;
    let is_taxed = lines.iter().any(|line| line.tax != TaxRate::ZERO);
    if let Some(reason) = client.billing.exempt.as_ref().filter(|_| is_taxed) {
        let sentence = format!("{} pays no tax ({reason}): leave out the tax.", client.name);
        return Err(Refusal::invalid(sentence).into());
    }
    let priced = Priced::of(lines)?;
    if priced.gross_minor == 0 {
        return Err(
            Refusal::invalid("This comes to nothing, so there is nothing to invoice.").into()
        );
    }
    let due = due_on(scene, client, *due)?;
    let seq = account.next_invoice;
    let number = InvoiceNumber { series: Series::Invoice, client: client.id, seq };
    let invoice = made(scene, number, client, (priced, due, currency))?;
    let mut billed = next(account);
    bill(&mut billed, &invoice);
    let (status, gross) = (account.status, invoice.gross());
    let facts = Facts {
        client: Named::from(client),
        change: DocumentChange::Made {
            net: Money { minor: invoice.net_minor, currency },
            tax: Money { minor: invoice.tax_minor, currency },
            lines: summary(&invoice),
        },
        invoice: document(&invoice),
        due: gross,
    };
    let text = format!("{number} over {gross} for {}: {}", client.id, summary(&invoice));
    let reminder = reminders::first(scene, client, &invoice)?;
    let writes = vec![
        Write::Put(Record::Account(billed), Expect::Version(account.version)),
        Write::Put(Record::Invoice(invoice), Expect::Absent),
    ];
    let bound = Bound::of(
        vec![(Lapse::Status, status.word().to_owned()), Bound::parents(&client.chain)],
        vec![(Figure::Worth, gross.to_string())],
    );
    Ok(Draft::Propose(Proposal {
        effects: reminder.into_iter().collect(),
        questions: same_gross(client, account, gross).into_iter().collect(),
        worth: Some(Worth { minor: gross.minor, mode: Mode::Open, counts: true }),
        bound,
        ..scene.proposal(
            ask.clone(),
            Some(client.id),
            contract::Facts::Invoices(facts),
            writes,
            text,
        )
    }))
}

/// The house bills its own clients; a reseller bills those below it.
fn may_be_billed(scene: &Scene<'_>, client: &Client, account: &Account) -> Result<(), Stop> {
    if account.status == Status::Closed {
        let status = account.status;
        return Err(Refusal::ClientStatus { client: Named::from(client), status }.into());
    }
    if client.class == Class::Admin {
        let (name, id) = (&client.name, client.id);
        let sentence = format!("{name} ({id}) is an admin, and the desk bills no admin.");
        return Err(Refusal::invalid(sentence).into());
    }
    match scene.reseller_of(client)? {
        Some(reseller) => Err(Refusal::invalid(format!(
            "{} is a client of the reseller {} ({}), which bills it. Invoice the reseller instead.",
            client.name, reseller.name, reseller.id
        ))
        .into()),
        None => Ok(()),
    }
}

fn due_on(scene: &Scene<'_>, client: &Client, typed: Option<TypedDue>) -> Result<Date, Stop> {
    let today = scene.today();
    let due = match typed {
        None => due_day(scene, client),
        Some(TypedDue::Days(days)) => {
            today.saturating_add(i64::from(days.min(DUE_MAX.saturating_add(1))).days())
        }
        Some(TypedDue::On(date)) => date,
    };
    if due < today {
        return Err(
            Refusal::invalid(format!("{due} is over: an invoice is due today or later.")).into()
        );
    }
    if due > today.saturating_add(i64::from(DUE_MAX).days()) {
        let sentence = format!("An invoice is due within {DUE_MAX} days.");
        return Err(Refusal::invalid(sentence).into());
    }
    Ok(due)
}

fn made(
    scene: &Scene<'_>,
    number: InvoiceNumber,
    client: &Client,
    (priced, due, currency): (Priced, Date, iso_currency::Currency),
) -> Result<Invoice, Stop> {
    Ok(Invoice {
        number,
        version: 1,
        client: client.id,
        op: scene.op.clone(),
        entry: None,
        receipt: String::new(),
        corrects: None,
        at: scene.now,
        due,
        state: InvoiceState::Open,
        mode: Mode::Open,
        currency,
        lines: priced.lines,
        taxes: priced.taxes,
        net_minor: priced.net_minor,
        tax_minor: priced.tax_minor,
        gross_minor: priced.gross_minor,
        paid_minor: 0,
        noted_minor: 0,
        gives: PerKind::default(),
        refunded_credits: PerKind::default(),
        once_paid: false,
        seller: seller(scene)?,
        buyer: buyer(client),
        exempt: client.billing.exempt.clone(),
        reference: None,
        payments: Vec::new(),
        resent: None,
    })
}

/// The lines in words, as many as fit.
fn summary(invoice: &Invoice) -> String {
    let mut text = String::new();
    for (position, line) in invoice.lines.iter().enumerate() {
        let words = line.words(invoice.currency);
        let joined = if text.is_empty() { words } else { format!("{text}, {words}") };
        if joined.chars().count() > SUMMARY_MAX {
            let more = invoice.lines.len().saturating_sub(position);
            return format!("{text} and {more} more");
        }
        text = joined;
    }
    text
}
