//! The proof of the books: what each record says is compared with what others say about it (LEDGER §8).
//! `creditdesk verify` and the nightly proof run the same code.
//!
//! | Record | Proved in |
//! |---|---|
//! | ENTRY, DAY | [`entries`] |
//! | OPERATION, SPEND | [`operations`] |
//! | ACCOUNT, CLIENT | [`account`] |
//! | INVOICE, credit note | [`documents`] |
//! | PAYMENT and its events | [`documents`], [`payments`] |
//! | STAFF, IDENTITY, prices, SETTINGS, MMS gate, OWNERS, HIERARCHY | [`rights`] |
//!
//! A nightly proof goes on from where the last one of an account ended, and proves one account of
//! [`NIGHTS`] from its first entry. Comparing is pure; nothing here repairs anything. An item that
//! cannot be read is a mismatch of its own account, and the proof goes on.

mod account;
mod documents;
mod entries;
mod one;
mod operations;
mod payments;
mod rights;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use jiff::ToSpan;
use serde::{Deserialize, Serialize};
use shared::books::types::Proof;
use shared::clients::types::Client;
use shared::contract::Key;
use shared::contract::image::Image;
use shared::kernel::id::ClientId;
use shared::ledger::account::Account;
use tokio::task::JoinSet;

use self::account::{Belongings, compare_belongings, compare_entries};
use self::entries::Tally;
pub(crate) use self::one::prove;
use self::one::{first_documents, later_entries};
use self::operations::DayOps;
use crate::failure::Failure;
use crate::store::Store;

/// How many clients are looked at together: three records of each are one read.
pub(crate) const SOME: u64 = 33;

/// How many of these groups are looked at at once.
const AT_ONCE: usize = 8;

/// In how many nights every account is proved once from its first entry.
const NIGHTS: u64 = 28;

/// What a proof found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Report {
    /// How many accounts were proved.
    pub clients: u64,
    /// How many entries were read.
    pub entries: u64,
    /// How many invoices and credit notes were read.
    pub documents: u64,
    /// What does not fit.
    pub mismatches: Vec<Mismatch>,
}

/// Something that does not fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mismatch {
    /// The account; `None` for a record that belongs to no client.
    pub client: Option<ClientId>,
    /// How many entries the account had then.
    pub entries: u64,
    /// What, as a sentence.
    pub what: String,
}

impl Mismatch {
    fn of_desk(what: String) -> Self {
        Self { client: None, entries: 0, what }
    }
}

/// How much of each account is proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// From the first entry. Reads only.
    Whole,
    /// From where the last proof ended, and of one account in [`NIGHTS`] from the first entry; keeps
    /// how far it came.
    Night(u64),
}

impl Extent {
    fn is_whole(self, client: ClientId) -> bool {
        match self {
            Extent::Whole => true,
            Extent::Night(night) => client.0.wrapping_add(night) % NIGHTS == 0,
        }
    }
}

/// Proves the books of all clients from their first entries, and the rights. Writes nothing.
///
/// # Errors
/// The store did not answer.
pub async fn verify(store: &Store, mut progress: impl FnMut(u64, u64)) -> Result<Report, Failure> {
    let mut day_ops = DayOps::default();
    let rights = rights::prove(store, &mut day_ops).await?;
    let last = rights.last_client;
    let mut report = Report::default();
    let mut tasks: JoinSet<Result<(u64, Batch), Failure>> = JoinSet::new();
    let (mut first, mut done) = (1, 0_u64);
    loop {
        while tasks.len() < AT_ONCE && first <= last {
            let end = first.saturating_add(SOME).saturating_sub(1).min(last);
            let (store, begin) = (store.clone(), first);
            tasks.spawn(async move {
                let batch = prove_some(&store, begin, end, Extent::Whole).await?;
                Ok((end.saturating_sub(begin).saturating_add(1), batch))
            });
            first = end.saturating_add(1);
        }
        let Some(ended) = tasks.join_next().await else { break };
        let (count, some) = ended.map_err(|e| Failure::unchanged("prove the books", e))??;
        report.clients = report.clients.saturating_add(some.clients);
        report.entries = report.entries.saturating_add(some.entries);
        report.documents = report.documents.saturating_add(some.documents);
        report.mismatches.extend(some.mismatches);
        day_ops.join(some.day_ops);
        done = done.saturating_add(count);
        progress(done, last);
    }
    let mut wrong = rights.wrong;
    wrong.extend(day_ops.compare_spend(store).await?);
    report.mismatches.extend(wrong.into_iter().map(Mismatch::of_desk));
    report.mismatches.sort_by_key(|mismatch| mismatch.client);
    Ok(report)
}

/// Proves the rights, and the other items that belong to no client.
pub(crate) async fn prove_rights(store: &Store) -> Result<Vec<Mismatch>, Failure> {
    let rights = rights::prove(store, &mut DayOps::default()).await?;
    Ok(rights.wrong.into_iter().map(Mismatch::of_desk).collect())
}

/// What the proof of some accounts came to.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    clients: u64,
    entries: u64,
    documents: u64,
    pub(crate) mismatches: Vec<Mismatch>,
    /// Accounts that are frozen, and prove.
    pub(crate) clean_again: Vec<ClientId>,
    day_ops: DayOps,
}

impl Batch {
    fn mismatch(&mut self, client: ClientId, entries: u64, what: String) {
        self.mismatches.push(Mismatch { client: Some(client), entries, what });
    }
}

/// Proves the accounts of the clients `first` to `last` (at most [`SOME`]).
pub(crate) async fn prove_some(
    store: &Store,
    first: u64,
    last: u64,
    extent: Extent,
) -> Result<Batch, Failure> {
    let ids: Vec<ClientId> = (first..=last).map(ClientId).collect();
    let keys: Vec<Key> =
        ids.iter().flat_map(|id| [Key::Client(*id), Key::Account(*id), Key::Proof(*id)]).collect();
    let image = store.image(&keys).await?;
    let unused = unused(store, &ids, &image).await?;
    let mut some = Batch::default();
    for id in ids {
        let Some(account) = readable(id, &image, &mut some) else { continue };
        some.clients = some.clients.saturating_add(1);
        if unused.contains(&id) {
            let client = image.peek::<Client>(&Key::Client(id));
            for what in compare_unused(account, client) {
                some.mismatch(id, 0, what);
            }
            continue;
        }
        // A frozen account is proved from its first entry each time: a clean proof lets staff go on.
        let kept = image.peek::<Proof>(&Key::Proof(id)).cloned();
        let kept = kept.filter(|_| !extent.is_whole(id) && !account.frozen);
        if kept.as_ref().is_some_and(|proof| unmoved(proof, account)) {
            continue;
        }
        let proved = prove(store, id, Some(account.clone()), kept).await?;
        some.entries = some.entries.saturating_add(proved.entries);
        some.documents = some.documents.saturating_add(proved.documents);
        some.day_ops.join(proved.day_ops);
        if let Some(proof) =
            proved.proof.filter(|_| proved.wrong.is_empty() && extent != Extent::Whole)
        {
            store.put_proof(&proof).await?;
            if account.frozen {
                some.clean_again.push(id);
            }
        }
        for what in proved.wrong {
            some.mismatch(id, proved.account_entries, what);
        }
    }
    Ok(some)
}

/// The account of a client, if it can be read; otherwise a mismatch, unless the number is nobody's.
fn readable<'a>(id: ClientId, image: &'a Image, some: &mut Batch) -> Option<&'a Account> {
    let keys = [Key::Client(id), Key::Account(id)];
    let unreadable = keys.iter().find_map(|key| image.unreadable(key));
    if let Some(reason) = unreadable {
        some.mismatch(id, 0, format!("{reason}."));
        return None;
    }
    let account = image.peek::<Account>(&Key::Account(id));
    if account.is_none() && image.peek::<Client>(&Key::Client(id)).is_some() {
        some.mismatch(id, 0, "the client has no account.".to_owned());
    }
    account
}

/// The accounts without an entry or a document. One read for all of them shows that there is none.
async fn unused(
    store: &Store,
    ids: &[ClientId],
    image: &Image,
) -> Result<BTreeSet<ClientId>, Failure> {
    let is_unused =
        |a: &&Account| !a.frozen && (a.entries, a.next_invoice, a.next_credit_note) == (0, 1, 1);
    let accounts = ids.iter().filter_map(|id| image.peek::<Account>(&Key::Account(*id)));
    let mut keys: Vec<(ClientId, Key)> = Vec::new();
    for account in accounts.filter(is_unused) {
        let client = account.client;
        let made = image.peek::<Client>(&Key::Client(client)).map(|client| client.made_at);
        let since = made.unwrap_or_else(|| store.clock().now()).saturating_sub(24.hours());
        let at = since.map_or(0, |since| since.as_millisecond());
        let since = Account { last_at_ms: at, ..account.clone() };
        keys.extend(later_entries(store, &since).into_iter().map(|key| (client, key)));
        keys.extend(first_documents(client).map(|key| (client, key)));
    }
    let mut unused: BTreeSet<ClientId> = keys.iter().map(|(client, _)| *client).collect();
    let all: Vec<Key> = keys.iter().map(|(_, key)| key.clone()).collect();
    let read = store.image(&all).await?;
    for (client, key) in keys {
        if !read.is_absent(&key) {
            unused.remove(&client);
        }
    }
    Ok(unused)
}

fn compare_unused(account: &Account, client: Option<&Client>) -> Vec<String> {
    let mut wrong = compare_entries(account, &Tally::new(account.client));
    let belongings = Belongings { client, documents: &[], payments: Vec::new(), days: &[] };
    wrong.extend(compare_belongings(account, &belongings));
    wrong
}

/// Whether an account is just as the last proof left it.
fn unmoved(proof: &Proof, account: &Account) -> bool {
    proof.account_version == account.version
        && proof.entries == account.entries
        && proof.hash == account.last_hash
        && proof.totals == account.totals
}
