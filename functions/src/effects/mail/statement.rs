//! A statement of account: the invoices with money due, the payments of some days, what is due in all.
//!
//! The text is made when it is sent, from the records as they stand then.

use std::collections::BTreeSet;

use jiff::civil::Date;
use shared::clients::contacts::types::Topic;
use shared::clients::types::Client;
use shared::contract::Key;
use shared::invoices::types::Invoice;
use shared::kernel::id::ClientId;
use shared::kernel::letter::{AccountStatement, Letter as Content, PaymentLine};
use shared::kernel::money::Money;
use shared::ledger::account::Account;
use shared::payments::types::Payment;
use shared::settings::types::Settings;

use super::letters::{Facts, written};
use super::reminder::listed;
use super::{gathered, send_to};
use crate::effects::{After, Handler, Ports, Run, sentence};
use crate::failure::Failure;
use crate::store::Store;

const WAITS_S: [i64; 5] = [60, 300, 1_800, 7_200, 43_200];

pub(in crate::effects) fn handler<'a>(client: ClientId, since: Date, until: Date) -> Handler<'a> {
    Handler {
        word: "statement of account",
        run: Run::Send {
            waits_s: &WAITS_S,
            start: Box::new(move |ports, id| Box::pin(run(ports, client, (since, until), id))),
        },
    }
}

async fn run(
    ports: &Ports,
    id: ClientId,
    days: (Date, Date),
    letter: String,
) -> Result<After, String> {
    let failed = |failure: Failure| sentence(&failure);
    let keys = [Key::Client(id), Key::Account(id), Key::Settings];
    let image = gathered(ports, id, &keys).await.map_err(failed)?;
    let [of_client, of_account, _] = &keys;
    let (Some(client), Some(account)) =
        (image.peek::<Client>(of_client), image.peek::<Account>(of_account))
    else {
        return Err(format!("{id} or its account cannot be read"));
    };
    let settings = image.peek::<Settings>(&Key::Settings).cloned().unwrap_or_default();
    let statement = statement(&ports.store, account, &settings, days).await.map_err(failed)?;
    let Some(statement) = statement else { return Ok(After::Done) };
    let now = ports.store.clock().now();
    let facts = Facts { client, image: &image, settings, links: &ports.links, now };
    let addresses = client.addresses(Topic::Statements);
    let content = Content::Statement(statement);
    if let Some(letter) = written(&content, (None, None), &facts, (&letter, &addresses))? {
        send_to(ports, &letter, &addresses).await?;
    }
    Ok(After::Done)
}

/// The statement of a client as of now; `None` before the desk has a currency.
async fn statement(
    store: &Store,
    account: &Account,
    settings: &Settings,
    (since, until): (Date, Date),
) -> Result<Option<AccountStatement>, Failure> {
    let Some(currency) = settings.currency else { return Ok(None) };
    let today = settings.today(store.clock().now());
    let invoices = store.invoices(account.client).await?.whole()?;
    let due = invoices.iter().filter(|invoice| invoice.due_minor() > 0);
    let mut unpaid: Vec<_> = due.map(|invoice| listed(invoice, today)).collect();
    unpaid.sort_by_key(|one| (one.by, one.number));
    let references: BTreeSet<String> = invoices.iter().flat_map(Invoice::references).collect();
    let keys: Vec<Key> = references.into_iter().map(Key::Payment).collect();
    let image = store.image(&keys).await?;
    let known = keys.iter().filter_map(|key| image.peek::<Payment>(key));
    let paying =
        known.filter(|payment| payment.invoice.is_some_and(|paid| paid.client == account.client));
    let waiting = store.waiting_payments().await?.whole()?;
    let is_kept = |one: &&Payment| one.invoice.is_none() && one.client == Some(account.client);
    let own: Vec<&Payment> = paying.chain(waiting.iter().filter(is_kept)).collect();
    let mut payments: Vec<PaymentLine> =
        own.iter().map(|payment| received(payment, settings)).collect();
    payments.retain(|one| one.on >= since && one.on <= until && one.amount.minor > 0);
    payments.sort_by_key(|one| one.on);
    let free = own.iter().filter(|payment| payment.currency == currency);
    let credit = free.fold(0, |sum: u64, payment| sum.saturating_add(payment.unapplied()));
    let money = |minor| Money { minor, currency };
    let (due, credit) = (money(account.unpaid_minor), money(credit));
    Ok(Some(AccountStatement { since, until, unpaid, payments, due, credit }))
}

fn received(payment: &Payment, settings: &Settings) -> PaymentLine {
    PaymentLine {
        on: settings.today(payment.at),
        amount: Money { minor: payment.sums.net(), currency: payment.currency },
        reference: payment.reference.clone(),
        invoice: payment.invoice,
    }
}
