//! The proof of one account: reads it with everything that belongs to it, and compares.
//!
//! ACCOUNT is read first and entries only up to its count; when the account has moved by the end, it
//! is proved again. What still does not fit is a mismatch.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use shared::books::types::Proof;
use shared::clients::types::Client;
use shared::contract::Key;
use shared::contract::image::Image;
use shared::invoices::types::Invoice;
use shared::kernel::id::{ClientId, InvoiceNumber, Series};
use shared::ledger::account::Account;
use shared::ledger::entry::Entry;
use shared::payments::types::Payment;

use super::account::{Belongings, compare_belongings, compare_entries};
use super::documents::{
    compare_gives, compare_made, compare_paid, compare_state, compare_sums, payments_of,
};
use super::entries::Tally;
use super::operations::{self, DayOps};
use super::payments;
use crate::failure::Failure;
use crate::store::Store;
use crate::store::layout::Unreadable;
use crate::store::ranges::{Listed, first_of_month, last_entry_at, month_text};
use runtime::clock::{backoff, jitter};

/// How many entries one read brings.
const PAGE: usize = 1_000;

/// How often an account that keeps moving is proved again.
const TRIES: u32 = 20;

/// How often a mismatch has to be found at the same version.
const FINDINGS: u32 = 2;

/// How many months before its client was made an account's first entry is looked for: a clock may
/// have been wrong.
const EARLIER_MONTHS: i32 = 24;

/// The most months after an account's last entry in which a later one is looked for.
const LATER_MONTHS: usize = 1_200;

/// What the proof of one account came to.
#[derive(Debug, Default)]
pub(crate) struct ProvedAccount {
    /// What does not fit.
    pub(crate) wrong: Vec<String>,
    /// How many entries the account had.
    pub(crate) account_entries: u64,
    /// How far it came; `None` when the account cannot be read.
    pub(super) proof: Option<Proof>,
    pub(super) entries: u64,
    pub(super) documents: u64,
    pub(super) day_ops: DayOps,
}

/// Proves one account, from its first entry or from where a proof ended. `read` is the account as it was
/// read just now, if it was.
pub(crate) async fn prove(
    store: &Store,
    client: ClientId,
    mut read: Option<Account>,
    from: Option<Proof>,
) -> Result<ProvedAccount, Failure> {
    let mut found = 0_u32;
    let mut tried = 0_u32;
    loop {
        let before = match read.take() {
            Some(account) => Ok(account),
            None => account(store, client).await?,
        };
        let before = match before {
            Ok(account) => account,
            Err(sentence) => {
                return Ok(ProvedAccount { wrong: vec![sentence], ..ProvedAccount::default() });
            }
        };
        let proved = prove_once(store, &before, from.as_ref()).await?;
        if proved.wrong.is_empty() && tried == 0 {
            // What fits at once fits: every record that moved meanwhile would not.
            return Ok(proved);
        }
        let after = account(store, client).await?;
        tried = tried.saturating_add(1);
        let moved = after.is_ok_and(|after| after.version != before.version);
        found = if moved || proved.wrong.is_empty() { 0 } else { found.saturating_add(1) };
        let settled = !moved && (proved.wrong.is_empty() || found >= FINDINGS);
        if settled || tried >= TRIES {
            return Ok(proved);
        }
        store.clock().sleep(jitter(backoff(tried))).await;
    }
}

/// A client's account, or a sentence when there is none that can be read.
async fn account(store: &Store, client: ClientId) -> Result<Result<Account, String>, Failure> {
    let key = Key::Account(client);
    let image = store.image(std::slice::from_ref(&key)).await?;
    let account = image.peek::<Account>(&key).cloned();
    let reason = image.unreadable(&key).unwrap_or("the client has no account");
    Ok(account.ok_or_else(|| format!("{reason}.")))
}

async fn prove_once(
    store: &Store,
    account: &Account,
    from: Option<&Proof>,
) -> Result<ProvedAccount, Failure> {
    let client = account.client;
    let mut tally = from.map_or_else(|| Tally::new(client), Tally::after);
    let began_after = tally.number;
    let days = store.days(client).await?;
    tally.wrong.extend(days.unreadable.iter().map(sentence));
    tally.expect_days(&days.records);
    let mut day_ops = DayOps::default();
    read_entries(store, account, from, &mut tally, &mut day_ops).await?;
    let documents = documents(store, account, &mut tally).await?;
    let proved_below = from.map_or(0, |proof| proof.next_invoice);
    let is_for_others =
        |d: &&Invoice| d.client != client && d.corrects.is_none() && d.number.seq >= proved_below;
    let for_others: Vec<&Invoice> = documents.iter().filter(is_for_others).collect();
    let is_own = |number: &InvoiceNumber| number.client == client;
    let mut keys = vec![Key::Client(client)];
    keys.extend(tally.gives.keys().filter(|n| !is_own(n)).map(|n| Key::Invoice(*n)));
    keys.extend(documents.iter().flat_map(Invoice::references).map(Key::Payment));
    keys.extend(for_others.iter().flat_map(|d| entry_keys(d)));
    let without_entry = || documents.iter().filter(|document| document.entry.is_none());
    keys.extend(without_entry().map(|document| Key::Operation(document.op.clone())));
    keys.extend(later_entries(store, account));
    if has_no_document(account) {
        keys.extend(first_documents(client));
    }
    let mut image = store.image(&keys).await?;
    if has_no_document(account) && first_documents(client).iter().any(|key| !image.is_absent(key)) {
        tally.wrong.push("the account numbered no documents, and there are some.".to_owned());
    }
    let paid = all_payments(&documents, &image).into_iter().cloned().collect::<Vec<Payment>>();
    payments::read(store, &paid, &mut image).await?;
    add_changed(store, account, &documents, &image, began_after, &mut tally).await?;
    let mut wrong = compare(&tally, account, &documents, &image, from.is_none());
    for document in without_entry() {
        match compare_made(document, &image) {
            Ok(receipt) => day_ops.add(receipt),
            Err(sentence) => wrong.push(sentence),
        }
    }
    wrong.extend(for_others.iter().filter_map(|document| compare_billed(document, &image)));
    let belongings = Belongings {
        client: image.peek::<Client>(&Key::Client(client)),
        documents: &documents,
        payments: all_payments(&documents, &image),
        days: &days.records,
    };
    wrong.extend(compare_belongings(account, &belongings));
    wrong.extend(keys.iter().filter_map(|key| image.unreadable(key)).map(|why| format!("{why}.")));
    Ok(ProvedAccount {
        wrong,
        account_entries: account.entries,
        entries: tally.read,
        documents: u64::try_from(documents.len()).unwrap_or(u64::MAX),
        proof: Some(tally.proof(account)),
        day_ops,
    })
}

/// The payments of all documents, each once.
fn all_payments<'a>(documents: &[Invoice], image: &'a Image) -> Vec<&'a Payment> {
    let payments = documents.iter().flat_map(|document| payments_of(document, image));
    let each: BTreeMap<&str, &Payment> =
        payments.map(|payment| (payment.reference.as_str(), payment)).collect();
    each.into_values().collect()
}

/// Reads the entries that follow a tally, and compares each with its operation.
async fn read_entries(
    store: &Store,
    account: &Account,
    from: Option<&Proof>,
    tally: &mut Tally,
    day_ops: &mut DayOps,
) -> Result<(), Failure> {
    if account.entries == 0 {
        return Ok(());
    }
    let last_month = first_of_month(last_entry_at(account));
    let (mut month, mut read) = first_page(store, account, from, last_month).await?;
    while month <= last_month {
        let name = month_text(month);
        loop {
            let page = match read.take() {
                Some(page) => page,
                None => store.entries_after(account.client, &name, tally.number, PAGE).await?,
            };
            let is_full = page.records.len() >= PAGE;
            tally.wrong.extend(page.unreadable.iter().map(sentence));
            for entry in &page.records {
                tally.add(entry, &name, account.entries);
            }
            operations::compare(store, &page.records, &mut tally.wrong, day_ops).await?;
            if !is_full || tally.number >= account.entries {
                break;
            }
        }
        month = month.saturating_add(1.month());
    }
    Ok(())
}

/// The keys under which an entry after the account's last would be.
pub(super) fn later_entries(store: &Store, account: &Account) -> Vec<Key> {
    let number = account.entries.saturating_add(1);
    let until = first_of_month(store.clock().now());
    let mut month = first_of_month(last_entry_at(account)).max(until.saturating_sub(100.years()));
    let mut keys = Vec::new();
    while month <= until && keys.len() < LATER_MONTHS {
        keys.push(Key::Entry(account.client, month_text(month), number));
        month = month.saturating_add(1.month());
    }
    keys
}

/// An item that cannot be read, as a mismatch.
fn sentence(unreadable: &Unreadable) -> String {
    format!("{unreadable}.")
}

/// Where the entry of an invoice may be that another account pays: an entry is never older than the
/// one before it, so a clock that went back may have put it into the month after.
fn entry_keys(invoice: &Invoice) -> Vec<Key> {
    let month = first_of_month(invoice.at);
    let key = |entry| {
        [month, month.saturating_add(1.month())]
            .map(|month| Key::Entry(invoice.client, month_text(month), entry))
    };
    invoice.entry.map(key).into_iter().flatten().collect()
}

/// The documents that a client pays; none is looked for where it was given no number yet.
async fn documents(
    store: &Store,
    account: &Account,
    tally: &mut Tally,
) -> Result<Vec<Invoice>, Failure> {
    if has_no_document(account) {
        return Ok(Vec::new());
    }
    let documents = store.invoices(account.client).await?;
    tally.wrong.extend(documents.unreadable.iter().map(sentence));
    Ok(documents.records)
}

fn has_no_document(account: &Account) -> bool {
    (account.next_invoice, account.next_credit_note) == (1, 1)
}

/// The keys of an account's first documents.
pub(super) fn first_documents(client: ClientId) -> [Key; 2] {
    [Series::Invoice, Series::CreditNote]
        .map(|series| Key::Invoice(InvoiceNumber { series, client, seq: 1 }))
}

/// The month to begin with, and its first page if that was read: most accounts have all of their entries
/// in the month of the last one.
async fn first_page(
    store: &Store,
    account: &Account,
    from: Option<&Proof>,
    last_month: Date,
) -> Result<(Date, Option<Listed<Entry>>), Failure> {
    if from.is_none() {
        let page = store.entries_after(account.client, &month_text(last_month), 0, PAGE).await?;
        if page.records.first().is_some_and(|entry| entry.number <= 1) {
            return Ok((last_month, Some(page)));
        }
    }
    Ok((first_month(store, account, from).await?, None))
}

/// The month to begin with: that of the last proof, or of the first entry.
async fn first_month(
    store: &Store,
    account: &Account,
    from: Option<&Proof>,
) -> Result<Date, Failure> {
    let last = first_of_month(last_entry_at(account));
    if let Some(proof) = from.filter(|proof| proof.entries > 0) {
        let begun = Date::strptime("%Y%m%d", format!("{}01", proof.month));
        return Ok(begun.unwrap_or(last));
    }
    let image = store.image(&[Key::Client(account.client)]).await?;
    let made = image
        .peek::<Client>(&Key::Client(account.client))
        .map_or(last, |c| first_of_month(c.made_at));
    let floor = made.min(last).saturating_sub(EARLIER_MONTHS.months());
    let mut month = last;
    while month > floor {
        let name = month_text(month);
        let first = store.entries_after(account.client, &name, 0, 1).await?.records;
        if first.first().is_some_and(|entry| entry.number <= 1) {
            break;
        }
        month = month.saturating_sub(1.month());
    }
    Ok(month)
}

/// Adds what older entries gave by the invoices that were made before the proof began and changed since.
async fn add_changed(
    store: &Store,
    account: &Account,
    documents: &[Invoice],
    image: &Image,
    began_after: u64,
    tally: &mut Tally,
) -> Result<(), Failure> {
    let named = tally.gives.keys().filter_map(|n| image.peek::<Invoice>(&Key::Invoice(*n)));
    let changed: BTreeMap<InvoiceNumber, u64> = documents
        .iter()
        .chain(named)
        .filter(|d| d.client == account.client && tally.gives.contains_key(&d.number))
        .filter(|d| d.corrects.is_none())
        .filter_map(|d| Some((d.number, d.entry.filter(|entry| *entry <= began_after)?)))
        .collect();
    match changed.values().min() {
        Some(oldest) => add_older(store, account, *oldest, began_after, &changed, tally).await,
        None => Ok(()),
    }
}

/// Adds what entries `oldest` to `last` say about the invoices that changed since, going back month by
/// month. What they say about others is no whole sum, and nothing to compare.
async fn add_older(
    store: &Store,
    account: &Account,
    oldest: u64,
    last: u64,
    changed: &BTreeMap<InvoiceNumber, u64>,
    tally: &mut Tally,
) -> Result<(), Failure> {
    let names = |entry: &Entry| entry.invoice.is_some_and(|number| changed.contains_key(&number));
    let mut rest = last;
    let mut month = first_of_month(last_entry_at(account));
    // Three hundred years without an entry are none that will come.
    for _ in 0..3_600 {
        if rest < oldest {
            break;
        }
        let page = store.entries_before(account.client, &month_text(month), rest, PAGE).await?;
        // The proof of these entries named those that cannot be read.
        let page = page.records;
        let is_full = page.len() >= PAGE;
        for entry in page.iter().filter(|entry| entry.number >= oldest && names(entry)) {
            tally.name(entry);
        }
        rest = page.iter().map(|entry| entry.number.saturating_sub(1)).min().unwrap_or(rest);
        if !is_full {
            month = month.saturating_sub(1.month());
        }
    }
    Ok(())
}

/// Everything between an account, its entries and its documents that does not fit. With `whole`, the
/// tally is of all entries, so that every invoice can be compared; otherwise those that it names.
pub(super) fn compare(
    tally: &Tally,
    account: &Account,
    documents: &[Invoice],
    image: &Image,
    whole: bool,
) -> Vec<String> {
    let mut wrong = tally.wrong.clone();
    wrong.extend(compare_entries(account, tally));
    for document in documents {
        wrong.extend(compare_sums(document));
        let applied = payments_of(document, image);
        wrong.extend(compare_paid(document, &applied));
        for payment in applied {
            wrong.extend(payments::compare(payment, image));
        }
        if document.number.series == Series::Invoice {
            wrong.extend(compare_state(document, documents));
        }
        let is_own = document.client == account.client;
        if is_own && (whole || tally.gives.contains_key(&document.number)) {
            wrong.extend(compare_gives(document, tally));
        }
    }
    for number in tally.gives.keys().filter(|number| number.client != account.client) {
        match image.peek::<Invoice>(&Key::Invoice(*number)) {
            Some(document) if document.client == account.client => {
                wrong.extend(compare_gives(document, tally));
            }
            Some(_) | None => {
                wrong.push(format!(
                    "an entry names {number}, which is no invoice for this account."
                ));
            }
        }
    }
    let is_known = |number: &&InvoiceNumber| documents.iter().any(|d| d.number == **number);
    for number in tally.gives.keys().filter(|n| n.client == account.client && !is_known(n)) {
        wrong.push(format!("an entry names {number}, which is not found."));
    }
    let number = account.entries.saturating_add(1);
    let is_later = |record: &Entry| record.client == account.client && record.number == number;
    if image.records().filter_map(shared::contract::kept::Kept::of).any(is_later) {
        wrong.push(format!("entry {number} is beyond the account's last, {}.", account.entries));
    }
    wrong
}

/// An invoice that this account pays for another one, and the entry that it says gave the credits.
fn compare_billed(invoice: &Invoice, image: &Image) -> Option<String> {
    let names = |key: Key| {
        let entry = image.peek::<Entry>(&key);
        entry.is_some_and(|e| e.invoice == Some(invoice.number) && e.op == invoice.op)
    };
    (!entry_keys(invoice).into_iter().any(names)).then(|| {
        format!("{} was billed for {}, and no entry of it says so.", invoice.number, invoice.client)
    })
}
