//! The proof of the books: what the accounts say is compared with what the entries, documents and
//! payments say (LEDGER §8).
//!
//! A proof goes on from where the last one of the account ended. What it then compares is what moved
//! since: new entries, every invoice that one of them names (with what older entries gave by it,
//! whoever pays it), new invoices that the account pays for others, and all that is due.
//!
//! For one account: the totals are the sums of the lines, entries have no gaps and hash onto each
//! other, nothing is held without a hold, documents have no gaps, each invoice gives what the entries
//! that name it say, what was paid is what payments were applied, and `unpaid` is what is due.
//!
//! ACCOUNT is read first and entries only up to its count; when the account has moved by the end, it
//! is proved again. What still does not fit is a mismatch. Comparing is a pure function over what was
//! read ([`Tally`], [`compare`]); nothing here repairs anything.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use runtime::clock::{backoff, jitter};
use serde::{Deserialize, Serialize};
use shared::books::types::Proof;
use shared::clients::types::Client;
use shared::contract::image::Counter;
use shared::contract::image::Image;
use shared::contract::{Key, Record};
use shared::invoices::types::{Invoice, Payment};
use shared::kernel::credit::{Kind, PerKind, Totals};
use shared::kernel::id::{ClientId, InvoiceNumber, Series};
use shared::ledger::account::Account;
use shared::ledger::entry::Entry;

use crate::failure::Failure;
use crate::store::Store;
use crate::store::ranges::{first_of_month, last_entry_at, month_text};

/// How many clients are looked at together: three records of each are one read.
pub(crate) const SOME: u64 = 33;

/// How many entries one read brings.
const PAGE: usize = 1_000;

/// How often an account that keeps moving is proved again.
const TRIES: u32 = 20;

/// How often a mismatch has to be found at the same version.
const FINDINGS: u32 = 2;

/// How many months before its client was made an account's first entry is looked for: a clock may
/// have been wrong.
const EARLIER_MONTHS: i32 = 24;

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
    /// Whose account.
    pub client: ClientId,
    /// How many entries the account had then.
    pub entries: u64,
    /// What, as a sentence.
    pub what: String,
}

/// Proves the books of all clients: with `from_start` from the first entry of each, reading only;
/// otherwise from where the last proof ended, keeping how far this one came.
///
/// # Errors
/// The store did not answer, or holds something unreadable.
pub async fn verify(
    store: &Store,
    from_start: bool,
    mut progress: impl FnMut(u64, u64),
) -> Result<Report, Failure> {
    let last = store.last_number(Counter::Clients.name()).await?;
    let mut report = Report::default();
    let mut first = 1;
    while first <= last {
        let end = first.saturating_add(SOME).saturating_sub(1).min(last);
        let some = prove_some(store, first, end, from_start).await?;
        report.clients = report.clients.saturating_add(some.clients);
        report.entries = report.entries.saturating_add(some.entries);
        report.documents = report.documents.saturating_add(some.documents);
        report.mismatches.extend(some.mismatches);
        progress(end, last);
        first = end.saturating_add(1);
    }
    Ok(report)
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
}

/// Proves the accounts of the clients `first` to `last` (at most [`SOME`]).
pub(crate) async fn prove_some(
    store: &Store,
    first: u64,
    last: u64,
    from_start: bool,
) -> Result<Batch, Failure> {
    let ids: Vec<ClientId> = (first..=last).map(ClientId).collect();
    let keys: Vec<Key> =
        ids.iter().flat_map(|id| [Key::Client(*id), Key::Account(*id), Key::Proof(*id)]).collect();
    let mut image = Image::default();
    let mut proofs: BTreeMap<ClientId, Proof> = BTreeMap::new();
    for record in store.read(&keys).await? {
        match record {
            Record::Proof(proof) => {
                proofs.insert(proof.client, proof);
            }
            other => image.insert(other),
        }
    }
    let mut some = Batch::default();
    for id in ids {
        let Some(account) = image.peek::<Account>(&Key::Account(id)) else {
            // A number that was taken and never used is nobody's.
            if image.peek::<Client>(&Key::Client(id)).is_some() {
                let what = "the client has no account.".to_owned();
                some.mismatches.push(Mismatch { client: id, entries: 0, what });
            }
            continue;
        };
        some.clients = some.clients.saturating_add(1);
        // What is frozen is proved from its first entry each time: a clean proof lets staff go on.
        let kept = proofs.remove(&id).filter(|_| !from_start && !account.frozen);
        if kept.as_ref().is_some_and(|proof| unmoved(proof, account)) {
            continue;
        }
        let proved = prove(store, id, kept).await?;
        some.entries = some.entries.saturating_add(proved.entries);
        some.documents = some.documents.saturating_add(proved.documents);
        if proved.wrong.is_empty() && !from_start {
            store.put_proof(&proved.proof).await?;
            if account.frozen {
                some.clean_again.push(id);
            }
        }
        let entries = proved.account_entries;
        let mismatch = |what| Mismatch { client: id, entries, what };
        some.mismatches.extend(proved.wrong.into_iter().map(mismatch));
    }
    Ok(some)
}

/// Whether an account is just as the last proof left it.
fn unmoved(proof: &Proof, account: &Account) -> bool {
    proof.account_version == account.version
        && proof.entries == account.entries
        && proof.hash == account.last_hash
        && proof.totals == account.totals
}

/// What the proof of one account came to.
#[derive(Debug)]
pub(crate) struct Proved {
    /// What does not fit.
    pub(crate) wrong: Vec<String>,
    /// How many entries the account had.
    pub(crate) account_entries: u64,
    proof: Proof,
    entries: u64,
    documents: u64,
}

/// Proves one account, from its first entry or from where a proof ended.
pub(crate) async fn prove(
    store: &Store,
    client: ClientId,
    from: Option<Proof>,
) -> Result<Proved, Failure> {
    let mut found = 0_u32;
    let mut tried = 0_u32;
    loop {
        let before = account(store, client).await?;
        let proved = prove_once(store, &before, from.as_ref()).await?;
        let after = account(store, client).await?;
        tried = tried.saturating_add(1);
        let moved = before.version != after.version;
        found = if moved || proved.wrong.is_empty() { 0 } else { found.saturating_add(1) };
        let settled = !moved && (proved.wrong.is_empty() || found >= FINDINGS);
        if settled || tried >= TRIES {
            return Ok(proved);
        }
        store.clock().sleep(jitter(backoff(tried))).await;
    }
}

async fn account(store: &Store, client: ClientId) -> Result<Account, Failure> {
    let image = store.image(&[Key::Account(client)]).await?;
    let account = image.peek::<Account>(&Key::Account(client)).cloned();
    account.ok_or_else(|| Failure::unchanged("prove an account", format!("{client} has none")))
}

async fn prove_once(
    store: &Store,
    account: &Account,
    from: Option<&Proof>,
) -> Result<Proved, Failure> {
    let client = account.client;
    let mut tally = from.map_or_else(|| Tally::new(client), Tally::after);
    let began_after = tally.number;
    let last_month = first_of_month(last_entry_at(account));
    let mut month = match account.entries {
        0 => last_month.tomorrow().unwrap_or(Date::MAX),
        _ => first_month(store, account, from).await?,
    };
    while month <= last_month {
        let name = month_text(month);
        loop {
            let page = store.entries_after(client, &name, tally.number, PAGE).await?;
            let full = page.len() >= PAGE;
            for entry in &page {
                tally.add(entry, &name, account.entries);
            }
            if !full || tally.number >= account.entries {
                break;
            }
        }
        month = month.saturating_add(1.month());
    }
    let read = tally.read;
    let documents = store.invoices(client).await?;
    let mut keys: Vec<Key> = Vec::new();
    let own = |number: &InvoiceNumber| number.client == client;
    keys.extend(tally.gives.keys().filter(|n| !own(n)).map(|n| Key::Invoice(*n)));
    keys.extend(documents.iter().flat_map(Invoice::references).map(Key::Payment));
    let proved_below = from.map_or(0, |proof| proof.next_invoice);
    let for_others: Vec<&Invoice> = documents
        .iter()
        .filter(|d| d.client != client && d.corrects.is_none() && d.number.seq >= proved_below)
        .collect();
    keys.extend(for_others.iter().flat_map(|d| entry_keys(d)));
    let others = store.image(&keys).await?;
    // Invoices that were made before the proof began and changed since: what older entries gave.
    let changed: BTreeMap<InvoiceNumber, u64> = documents
        .iter()
        .chain(
            tally.gives.keys().filter_map(|number| others.peek::<Invoice>(&Key::Invoice(*number))),
        )
        .filter(|d| d.client == client && tally.gives.contains_key(&d.number))
        .filter(|d| d.corrects.is_none() && d.entry <= began_after)
        .map(|d| (d.number, d.entry))
        .collect();
    if let Some(oldest) = changed.values().min() {
        add_older(store, account, *oldest, began_after, &changed, &mut tally).await?;
    }
    let mut wrong = compare(&tally, account, &documents, &others, from.is_none());
    wrong.extend(for_others.iter().filter_map(|document| compare_billed(document, &others)));
    Ok(Proved {
        wrong,
        account_entries: account.entries,
        entries: read,
        documents: u64::try_from(documents.len()).unwrap_or(u64::MAX),
        proof: tally.proof(account),
    })
}

/// Where the entry of an invoice may be that another account pays: an entry is never older than the
/// one before it, so a clock that went back may have put it into the month after.
fn entry_keys(invoice: &Invoice) -> [Key; 2] {
    let month = first_of_month(invoice.at);
    [month, month.saturating_add(1.month())]
        .map(|month| Key::Entry(invoice.client, month_text(month), invoice.entry))
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
        let first = store.entries_after(account.client, &name, 0, 1).await?;
        if first.first().is_some_and(|entry| entry.number <= 1) {
            break;
        }
        month = month.saturating_sub(1.month());
    }
    Ok(month)
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
        let full = page.len() >= PAGE;
        for entry in page.iter().filter(|entry| entry.number >= oldest && names(entry)) {
            tally.name(entry);
        }
        rest = page.iter().map(|entry| entry.number.saturating_sub(1)).min().unwrap_or(rest);
        if !full {
            month = month.saturating_sub(1.month());
        }
    }
    Ok(())
}

/// The sums of an account's entries, as they are read in order.
#[derive(Debug, Clone)]
pub struct Tally {
    client: ClientId,
    number: u64,
    hash: String,
    month: String,
    totals: PerKind<Totals>,
    gives: BTreeMap<InvoiceNumber, PerKind<i64>>,
    wrong: Vec<String>,
    read: u64,
}

impl Tally {
    /// Before the first entry.
    #[must_use]
    pub fn new(client: ClientId) -> Self {
        Self {
            client,
            number: 0,
            hash: String::new(),
            month: String::new(),
            totals: PerKind::default(),
            gives: BTreeMap::new(),
            wrong: Vec::new(),
            read: 0,
        }
    }

    /// Where a proof ended.
    #[must_use]
    pub fn after(proof: &Proof) -> Self {
        Self {
            number: proof.entries,
            hash: proof.hash.clone(),
            month: proof.month.clone(),
            totals: proof.totals,
            ..Self::new(proof.client)
        }
    }

    /// Adds the next entry, read from a month's partition, of an account that counts `until`.
    pub fn add(&mut self, entry: &Entry, month: &str, until: u64) {
        let number = entry.number;
        if number > until {
            self.wrong.push(format!("entry {number} is beyond the account's last, {until}."));
            return;
        }
        self.read = self.read.saturating_add(1);
        if number != self.number.saturating_add(1) {
            self.wrong.push(format!("entry {number} follows entry {}.", self.number));
        }
        if entry.client != self.client {
            self.wrong.push(format!("entry {number} is of {}.", entry.client));
        }
        if entry.previous != self.hash {
            self.wrong.push(format!("entry {number} does not carry the hash of the one before."));
        }
        if entry.hash != entry.expected_hash() {
            self.wrong.push(format!("entry {number} is not what its hash says."));
        }
        if entry.month() != month {
            self.wrong.push(format!("entry {number} of {} is kept under {month}.", entry.at));
        }
        for line in &entry.lines {
            let totals = self.totals.get_mut(line.kind);
            totals.granted = totals.granted.saturating_add(line.granted);
            totals.used = totals.used.saturating_add(line.used);
            totals.held = totals.held.saturating_add(line.held);
            if line.balance != totals.balance() {
                self.wrong.push(format!(
                    "entry {number} says a balance of {} {} credits; the lines sum to {}.",
                    line.balance,
                    line.kind,
                    totals.balance()
                ));
            }
        }
        self.name(entry);
        self.number = number;
        self.hash.clone_from(&entry.hash);
        self.month = month.to_owned();
    }

    /// Adds what an entry gives by the invoice that it names.
    fn name(&mut self, entry: &Entry) {
        let Some(number) = entry.invoice else { return };
        let gives = self.gives.entry(number).or_default();
        for line in &entry.lines {
            let given = gives.get_mut(line.kind);
            *given = given.saturating_add(line.granted);
        }
    }

    /// How far this came with an account.
    #[must_use]
    pub fn proof(&self, account: &Account) -> Proof {
        Proof {
            client: self.client,
            account_version: account.version,
            next_invoice: account.next_invoice,
            entries: self.number,
            hash: self.hash.clone(),
            month: self.month.clone(),
            totals: self.totals,
        }
    }
}

/// Everything that does not fit, as sentences. `documents` are all that the account pays; `others`
/// holds the invoices of other payers that its entries name, and the payments. With `whole`, the
/// tally is of all entries, so that every invoice can be compared; otherwise those that it names.
#[must_use]
pub fn compare(
    tally: &Tally,
    account: &Account,
    documents: &[Invoice],
    others: &Image,
    whole: bool,
) -> Vec<String> {
    let mut wrong = tally.wrong.clone();
    if tally.number != account.entries {
        wrong.push(format!(
            "the account counts {} entries; the last one found is {}.",
            account.entries, tally.number
        ));
    }
    if tally.hash != account.last_hash {
        wrong.push("the account's last hash is not that of its last entry.".to_owned());
    }
    for kind in Kind::ALL {
        let (says, sums) = (account.totals.get(kind), tally.totals.get(kind));
        if says != sums {
            wrong.push(format!(
                "the account says {kind} granted {}, used {}, held {}; its entries sum to {}, {}, {}.",
                says.granted, says.used, says.held, sums.granted, sums.used, sums.held
            ));
        }
        if says.held != 0 {
            wrong.push(format!("{} {kind} credits are held, and there is no hold.", says.held));
        }
    }
    for (series, next) in
        [(Series::Invoice, account.next_invoice), (Series::CreditNote, account.next_credit_note)]
    {
        let numbers = documents.iter().map(|d| d.number).filter(|n| n.series == series);
        let found: Vec<u64> = numbers.map(|n| n.seq).collect();
        let expected: Vec<u64> = (1..next).collect();
        if found != expected {
            let (count, should) = (found.len(), expected.len());
            wrong.push(format!(
                "the account numbered {should} documents of series {series:?}; {count} are found, or they have a gap."
            ));
        }
    }
    let due = documents.iter().map(Invoice::due_minor).fold(0, u64::saturating_add);
    if due != account.unpaid_minor {
        wrong.push(format!(
            "the account says {} minor units are unpaid; its documents say {due}.",
            account.unpaid_minor
        ));
    }
    for document in documents {
        wrong.extend(compare_paid(document, others));
        let own = document.client == account.client;
        if own && (whole || tally.gives.contains_key(&document.number)) {
            wrong.extend(compare_gives(document, tally));
        }
    }
    for number in tally.gives.keys().filter(|number| number.client != account.client) {
        match others.peek::<Invoice>(&Key::Invoice(*number)) {
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
    let known = |number: &&InvoiceNumber| documents.iter().any(|d| d.number == **number);
    for number in tally.gives.keys().filter(|n| n.client == account.client && !known(n)) {
        wrong.push(format!("an entry names {number}, which is not found."));
    }
    wrong
}

/// What a document gives, and what the entries that name it say.
fn compare_gives(document: &Invoice, tally: &Tally) -> Option<String> {
    let named = tally.gives.get(&document.number).copied().unwrap_or_default();
    let fits = Kind::ALL
        .into_iter()
        .all(|kind| i64::try_from(*document.gives.get(kind)).ok() == Some(*named.get(kind)));
    (!fits).then(|| {
        format!(
            "{} gives {} SMS and {} MMS credits; the entries that name it give {} and {}.",
            document.number, document.gives.sms, document.gives.mms, named.sms, named.mms
        )
    })
}

/// An invoice that this account pays for another one, and the entry that it says gave the credits.
fn compare_billed(invoice: &Invoice, others: &Image) -> Option<String> {
    let names = |key: Key| {
        let entry = others.peek::<Entry>(&key);
        entry.is_some_and(|e| e.invoice == Some(invoice.number) && e.op == invoice.op)
    };
    (!entry_keys(invoice).into_iter().any(names)).then(|| {
        format!("{} was billed for {}, and no entry of it says so.", invoice.number, invoice.client)
    })
}

/// What was paid on a document, and what payments were applied to it.
fn compare_paid(document: &Invoice, others: &Image) -> Option<String> {
    let number = document.number;
    let applied = document
        .references()
        .into_iter()
        .filter_map(|reference| others.peek::<Payment>(&Key::Payment(reference)))
        .filter(|payment| payment.invoice == number)
        .map(|payment| payment.applied_minor)
        .fold(0, u64::saturating_add);
    (document.paid_minor != applied).then(|| {
        format!(
            "{number} was paid {} minor units; payments over {applied} were applied.",
            document.paid_minor
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::kernel::actor::ActorId;
    use shared::kernel::id::{CallKey, StaffId};
    use shared::kernel::movement::Reason;
    use shared::ledger::account::{Status, Switch};
    use shared::ledger::posting::{Posting, post};

    const ACME: ClientId = ClientId(2);

    /// An account with three adds, its entries, and the tally of them.
    fn books() -> (Account, Vec<Entry>) {
        let mut account = Account::new(ACME, Status::Active, Switch::Inherit);
        let mut entries = Vec::new();
        for (position, granted) in [500, 250, -100].into_iter().enumerate() {
            let op = CallKey::new("test", position.to_string()).op();
            let posting = Posting {
                op: &op,
                now: "2026-03-01T12:00:00Z".parse().unwrap(),
                actor: ActorId::Staff(StaffId(1)),
                reason: Reason::Add,
                granted: PerKind::only(Kind::Mms, Some(granted)),
                note: None,
                invoice: None,
                reverses: None,
                takes_back: None,
                other: None,
            };
            let posted = post(&account, posting).unwrap();
            account = posted.account;
            entries.push(posted.entry);
        }
        (account, entries)
    }

    fn found(account: &Account, entries: &[Entry]) -> Vec<String> {
        let mut tally = Tally::new(ACME);
        for entry in entries {
            tally.add(entry, "202603", account.entries);
        }
        compare(&tally, account, &[], &Image::default(), true)
    }

    #[test]
    fn right_books_prove_also_from_the_middle() {
        let (account, entries) = books();
        assert_eq!(found(&account, &entries), Vec::<String>::new());
        let mut first = Tally::new(ACME);
        first.add(&entries[0], "202603", account.entries);
        let mut rest = Tally::after(&first.proof(&account));
        rest.add(&entries[1], "202603", account.entries);
        rest.add(&entries[2], "202603", account.entries);
        assert!(compare(&rest, &account, &[], &Image::default(), false).is_empty());
        assert!(unmoved(&rest.proof(&account), &account));
    }

    #[test]
    fn whatever_is_changed_shows() {
        let (account, entries) = books();
        type Change = fn(&mut Account, &mut Vec<Entry>);
        let with = |change: Change| {
            let (mut account, mut entries) = (account.clone(), entries.clone());
            change(&mut account, &mut entries);
            found(&account, &entries)
        };
        let changes: [(&str, Change); 8] = [
            ("a total", |a, _| a.totals.mms.granted += 1),
            ("credits held by nothing", |a, _| a.totals.sms.held = 1),
            ("a count", |a, _| a.entries -= 1),
            ("a missing entry", |_, e| drop(e.remove(1))),
            ("an edited line", |_, e| e[1].lines[0].granted = 251),
            ("a rewritten entry", |_, e| {
                e[1] = Entry { note: Some("x".into()), ..e[1].clone() }.sealed()
            }),
            ("a document that is not there", |a, _| a.next_invoice = 2),
            ("a debt of nothing", |a, _| a.unpaid_minor = 1),
        ];
        for (what, change) in changes {
            assert!(!with(change).is_empty(), "{what}");
        }
    }
}
