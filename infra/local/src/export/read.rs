//! Reads the records of an export: each client with its entries and documents, and all payments.
//!
//! Invariant: the records of one client belong to one version of its account. An account that moves
//! meanwhile is read again.

use std::collections::BTreeMap;

use functions::failure::Failure;
use functions::store::Store;
use jiff::Timestamp;
use shared::clients::types::Client;
use shared::contract::Key;
use shared::contract::image::Counter;
use shared::invoices::types::Invoice;
use shared::kernel::id::ClientId;
use shared::ledger::account::Account;
use shared::ledger::entry::Entry;
use shared::payments::types::{Event, Payment};
use shared::settings::types::Settings;

/// How often the records of an account that keeps moving are read.
const TRIES: usize = 20;

/// The records of the books.
pub(super) struct Records {
    pub settings: Settings,
    pub clients: Vec<ClientRecords>,
    /// By reference.
    pub payments: BTreeMap<String, PaymentRecords>,
}

/// The records of one client.
pub(super) struct ClientRecords {
    pub client: Client,
    pub account: Account,
    /// Newest first.
    pub entries: Vec<Entry>,
    /// Invoices and credit notes that it pays.
    pub documents: Vec<Invoice>,
}

/// A payment with its events.
pub(super) struct PaymentRecords {
    pub payment: Payment,
    /// Oldest first.
    pub events: Vec<Event>,
}

/// Reads the books of all clients.
pub(super) async fn read(
    store: &Store,
    mut progress: impl FnMut(u64, u64),
) -> Result<Records, Failure> {
    let settings = store.image(&[Key::Settings]).await?;
    let settings = settings.peek::<Settings>(&Key::Settings).cloned().unwrap_or_default();
    let last = store.last_number(Counter::Clients.name()).await?;
    let mut records = Records { settings, clients: Vec::new(), payments: BTreeMap::new() };
    for number in 1..=last {
        if let Some(client) = one(store, ClientId(number), &mut records.payments).await? {
            records.clients.push(client);
        }
        progress(number, last);
    }
    let waiting = store.waiting_payments().await?.whole()?;
    let alone = waiting.into_iter().filter(|payment| payment.invoice.is_none());
    for payment in alone {
        let events = events(store, &payment).await?;
        records.payments.insert(payment.reference.clone(), PaymentRecords { payment, events });
    }
    Ok(records)
}

/// The records of one client, and the payments for its documents.
async fn one(
    store: &Store,
    id: ClientId,
    payments: &mut BTreeMap<String, PaymentRecords>,
) -> Result<Option<ClientRecords>, Failure> {
    for _ in 0..TRIES {
        let Some((client, account)) = head(store, id).await? else { return Ok(None) };
        let entries = store.entries_back(&account, Timestamp::MIN, usize::MAX).await?.entries;
        let documents = store.invoices(id).await?.whole()?;
        let references = documents.iter().flat_map(Invoice::references);
        let keys: Vec<Key> = references.map(Key::Payment).collect();
        let image = store.image(&keys).await?;
        let mut read = Vec::new();
        for key in &keys {
            // A claim that another payment confirmed has no money of its own.
            let payment = image.peek::<Payment>(key).filter(|payment| payment.same_as.is_none());
            if let Some(payment) = payment.cloned() {
                let events = events(store, &payment).await?;
                read.push(PaymentRecords { payment, events });
            }
        }
        let after = head(store, id).await?;
        if after.is_some_and(|(_, after)| after.version == account.version) {
            let named = |one: PaymentRecords| (one.payment.reference.clone(), one);
            payments.extend(read.into_iter().map(named));
            return Ok(Some(ClientRecords { client, account, entries, documents }));
        }
    }
    Err(Failure::unchanged("read the books", format!("{id} changes all the time")))
}

/// A client with its account; `None` if the number was never used.
async fn head(store: &Store, id: ClientId) -> Result<Option<(Client, Account)>, Failure> {
    let keys = [Key::Client(id), Key::Account(id)];
    let image = store.image(&keys).await?;
    if let Some(reason) = keys.iter().find_map(|key| image.unreadable(key)) {
        return Err(Failure::unchanged("read the books", format!("{id}: {reason}")));
    }
    let [client, account] = keys;
    let client = image.peek::<Client>(&client).cloned();
    Ok(client.zip(image.peek::<Account>(&account).cloned()))
}

async fn events(store: &Store, payment: &Payment) -> Result<Vec<Event>, Failure> {
    let key = |number| Key::Event(payment.reference.clone(), number);
    let keys: Vec<Key> = (1..=payment.events).map(key).collect();
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let image = store.image(&keys).await?;
    Ok(keys.iter().filter_map(|key| image.peek::<Event>(key).cloned()).collect())
}
