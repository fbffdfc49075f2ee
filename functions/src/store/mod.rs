//! The two tables: strong reads by key, reads of ranges, and one way to write ([`commit`]).
//!
//! Every read is strongly consistent. Nothing is scanned: what is listed has a partition, or is
//! read by number up to its counter. The SDK's own retries are off; a read that was throttled or
//! lost is repeated a few times here, because repeating a read changes nothing.

pub mod commit;
pub mod layout;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{Credentials, Region, SharedHttpClient};
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes, ReturnValue};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use shared::books::types::Proof;
use shared::clients::search::TermQuery;
use shared::clients::types::Term;
use shared::contract::image::Image;
use shared::contract::plan::Plan;
use shared::contract::{Key, Record};
use shared::invoices::types::Invoice;
use shared::kernel::audit::Audit;
use shared::kernel::id::{ClientId, StaffId};
use shared::kernel::job::Job;
use shared::ledger::account::Account;
use shared::ledger::entry::Entry;
use shared::staff::types::Staff;

use crate::clock::{Clock, backoff, jitter};
use crate::failure::{Causes, Failure};
use layout::{Item, Place, Table};

/// The most that one BatchGetItem may ask for.
const BATCH_MAX: usize = 100;

/// How often a read is tried.
const READ_TRIES: u32 = 4;

/// How many terms one query reads: a page. What is beyond fits no list to pick from, and whole
/// words come first, because `#` sorts before letters and digits.
pub(crate) const TERMS_MAX: usize = 1_000;

/// How long the store may take to answer one request.
pub const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(2);

/// The names of the two tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tables {
    /// Credits and money.
    pub ledger: String,
    /// Everything else.
    pub desk: String,
}

impl Tables {
    fn name(&self, table: Table) -> &str {
        match table {
            Table::Ledger => &self.ledger,
            Table::Desk => &self.desk,
        }
    }
}

/// A client for the tables at a plain address, with the timeouts and without the retries that
/// [`Store`] counts on.
#[must_use]
pub fn client_for(endpoint: &str, http: SharedHttpClient) -> Client {
    let credentials = Credentials::new("local", "local", None, None, "local");
    let (region, url) = (Region::from_static("eu-west-1"), Some(endpoint.to_owned()));
    Client::new(&runtime::aws::settings(http, region, credentials, url, ATTEMPT_TIMEOUT))
}

/// The two tables.
#[derive(Debug, Clone)]
pub struct Store {
    client: Client,
    tables: Arc<Tables>,
    clock: Clock,
}

impl Store {
    /// The tables behind a client.
    #[must_use]
    pub fn new(client: Client, tables: Tables, clock: Clock) -> Self {
        Self { client, tables: Arc::new(tables), clock }
    }

    /// The clock by which this store waits.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The records that are there, of those that are asked for, over both tables in one strong
    /// read (one for each hundred keys).
    ///
    /// # Errors
    /// The store did not answer, or holds something unreadable.
    pub async fn read(&self, keys: &[Key]) -> Result<Vec<Record>, Failure> {
        let places: BTreeSet<Place> = keys.iter().map(layout::place).collect();
        let places: Vec<Place> = places.into_iter().collect();
        let mut records = Vec::with_capacity(places.len());
        for batch in places.chunks(BATCH_MAX) {
            for (table, item) in self.batch(batch).await? {
                let record = layout::from_item(table, item)
                    .map_err(|e| Failure::unchanged("read the tables", e))?;
                records.push(record);
            }
        }
        Ok(records)
    }

    /// As [`Store::read`], by key; the absent ones are known to be absent.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn image(&self, keys: &[Key]) -> Result<Image, Failure> {
        let mut image = Image::default();
        self.read_into(&mut image, keys).await?;
        Ok(image)
    }

    /// As [`Store::image`], into an image that has other records already. An item that cannot be read
    /// stops only the decision that looks at it.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn read_into(&self, image: &mut Image, keys: &[Key]) -> Result<(), Failure> {
        let places: BTreeMap<Place, &Key> =
            keys.iter().map(|key| (layout::place(key), key)).collect();
        let wanted: Vec<Place> = places.keys().cloned().collect();
        for batch in wanted.chunks(BATCH_MAX) {
            for (table, item) in self.batch(batch).await? {
                let place = layout::place_of(table, &item);
                match layout::from_item(table, item) {
                    Ok(record) => image.insert(record),
                    Err(unreadable) => {
                        if let Some(key) = places.get(&place) {
                            image.insert_unreadable((*key).clone(), unreadable.to_string());
                        }
                    }
                }
            }
        }
        for key in keys {
            image.insert_absent(key.clone());
        }
        Ok(())
    }

    /// One BatchGetItem, repeated for what it left out.
    async fn batch(&self, places: &[Place]) -> Result<Vec<(Table, Item)>, Failure> {
        let doing = "read the tables";
        let mut wanted: HashMap<String, KeysAndAttributes> = HashMap::new();
        for table in [Table::Ledger, Table::Desk] {
            let keys: Vec<Item> =
                places.iter().filter(|p| p.table == table).map(Place::key).collect();
            if keys.is_empty() {
                continue;
            }
            let keys = KeysAndAttributes::builder().set_keys(Some(keys)).consistent_read(true);
            let keys = keys.build().map_err(|e| Failure::unchanged(doing, e))?;
            wanted.insert(self.tables.name(table).to_owned(), keys);
        }
        let mut found = Vec::with_capacity(places.len());
        for repeat in 0_u32.. {
            if wanted.is_empty() {
                break;
            }
            if repeat > 0 {
                self.clock.sleep(jitter(backoff(repeat))).await;
            }
            let answer = self
                .reading(doing, || {
                    let request = self.client.batch_get_item();
                    request.set_request_items(Some(wanted.clone())).send()
                })
                .await?;
            for (name, items) in answer.responses.unwrap_or_default() {
                let table = if name == self.tables.ledger { Table::Ledger } else { Table::Desk };
                found.extend(items.into_iter().map(|item| (table, item)));
            }
            wanted = answer.unprocessed_keys.unwrap_or_default();
            if repeat > READ_TRIES.saturating_mul(2) {
                return Err(Failure::unchanged(doing, "the store left keys unprocessed"));
            }
        }
        Ok(found)
    }

    /// Repeats a read that was throttled, lost or answered with a server's error.
    async fn reading<T, E, F>(
        &self,
        doing: &'static str,
        mut request: impl FnMut() -> F,
    ) -> Result<T, Failure>
    where
        F: Future<Output = Result<T, SdkError<E>>>,
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        let mut tried = 1;
        loop {
            match request().await {
                Ok(answer) => return Ok(answer),
                Err(error) if tried < READ_TRIES && may_pass(&error) => {
                    tracing::warn!(tried, cause = %Causes(&error), "could not {doing} at once");
                    self.clock.sleep(jitter(backoff(tried))).await;
                    tried = tried.saturating_add(1);
                }
                Err(error) => return Err(Failure::unchanged(doing, error)),
            }
        }
    }

    /// The items of a partition that a query names, at most `most`.
    async fn query(&self, ask: Range<'_>, most: usize) -> Result<Vec<Item>, Failure> {
        let mut items: Vec<Item> = Vec::new();
        let mut from: Option<Item> = None;
        loop {
            let rest = most.saturating_sub(items.len());
            let answer = self
                .reading(ask.doing, || {
                    let request = ask.request(&self.client, &self.tables);
                    let limit = i32::try_from(rest).unwrap_or(i32::MAX);
                    let request = request.limit(limit.max(1));
                    request.set_exclusive_start_key(from.clone()).send()
                })
                .await?;
            items.extend(answer.items.unwrap_or_default());
            from = answer.last_evaluated_key;
            if from.is_none() || items.len() >= most {
                return Ok(items);
            }
        }
    }

    /// As [`Store::query`], as records.
    async fn records(&self, ask: Range<'_>, most: usize) -> Result<Vec<Record>, Failure> {
        let (table, doing) = (ask.table, ask.doing);
        let items = self.query(ask, most).await?;
        let records = items.into_iter().map(|item| layout::from_item(table, item));
        records.collect::<Result<_, _>>().map_err(|e| Failure::unchanged(doing, e))
    }

    /// The search terms that begin with a word.
    ///
    /// # Errors
    /// The store did not answer, or holds something unreadable.
    pub async fn terms(&self, query: &TermQuery) -> Result<Vec<Term>, Failure> {
        self.some_terms(query, TERMS_MAX).await
    }

    /// As [`Store::terms`], at most so many.
    pub(crate) async fn some_terms(
        &self,
        query: &TermQuery,
        most: usize,
    ) -> Result<Vec<Term>, Failure> {
        let partition = layout::term_partition(&query.partition);
        let ask = Range {
            sort: Sort::Begins(query.prefix.clone()),
            ..Range::of("look for clients", Table::Desk, &partition)
        };
        let records = self.records(ask, most).await?;
        Ok(records.into_iter().filter_map(as_term).collect())
    }

    /// The entries of an account in one month, from number `after` + 1 on, oldest first.
    ///
    /// # Errors
    /// The store did not answer, or holds something unreadable.
    pub async fn entries_after(
        &self,
        client: ClientId,
        month: &str,
        after: u64,
        most: usize,
    ) -> Result<Vec<Entry>, Failure> {
        let first = layout::entry_sort(after.saturating_add(1));
        self.entries(client, month, Sort::Between(first, "E#~".to_owned()), true, most).await
    }

    /// The entries of an account in one month, up to number `last`, newest first.
    ///
    /// # Errors
    /// The store did not answer, or holds something unreadable.
    pub async fn entries_before(
        &self,
        client: ClientId,
        month: &str,
        last: u64,
        most: usize,
    ) -> Result<Vec<Entry>, Failure> {
        let until = Sort::Between(layout::entry_sort(0), layout::entry_sort(last));
        self.entries(client, month, until, false, most).await
    }

    /// The entries of an account, newest first, down to a time, over as many months as that takes.
    ///
    /// # Errors
    /// The store did not answer, or holds something unreadable.
    pub async fn entries_back(
        &self,
        account: &Account,
        from: Timestamp,
        most: usize,
    ) -> Result<Walked, Failure> {
        let mut walked = Walked { entries: Vec::new(), cut: false };
        let mut last = account.entries;
        let mut month = first_of_month(last_entry_at(account));
        let stop = first_of_month(from);
        while last > 0 && month >= stop {
            let rest = most.saturating_sub(walked.entries.len());
            if rest == 0 {
                walked.cut = true;
                break;
            }
            let name = month_text(month);
            for entry in self.entries_before(account.client, &name, last, rest).await? {
                if entry.at < from {
                    return Ok(walked);
                }
                last = entry.number.saturating_sub(1);
                walked.entries.push(entry);
            }
            if walked.entries.len() < most {
                month = month.saturating_sub(1.month());
            }
        }
        Ok(walked)
    }

    async fn entries(
        &self,
        client: ClientId,
        month: &str,
        sort: Sort,
        forward: bool,
        most: usize,
    ) -> Result<Vec<Entry>, Failure> {
        let partition = layout::entry_partition(client, month);
        let ask = Range { sort, forward, ..Range::of("read entries", Table::Ledger, &partition) };
        let records = self.records(ask, most).await?;
        Ok(records.into_iter().filter_map(as_entry).collect())
    }

    /// All documents that a client pays, by series and number.
    ///
    /// # Errors
    /// The store did not answer, or holds something unreadable.
    pub async fn invoices(&self, client: ClientId) -> Result<Vec<Invoice>, Failure> {
        let partition = layout::invoice_partition(client);
        let ask = Range::of("read invoices", Table::Ledger, &partition);
        let records = self.records(ask, usize::MAX).await?;
        Ok(records.into_iter().filter_map(as_invoice).collect())
    }

    /// The audit lines of a staff member (or of nobody) in one month, between two times, newest
    /// first.
    ///
    /// # Errors
    /// The store did not answer, or holds something unreadable.
    pub async fn audit(
        &self,
        staff: Option<StaffId>,
        month: &str,
        from: Timestamp,
        until: Timestamp,
        most: usize,
    ) -> Result<Vec<Audit>, Failure> {
        let partition = layout::audit_partition(staff, month);
        let until = format!("{}#~", layout::stamp(until));
        let ask = Range {
            sort: Sort::Between(layout::stamp(from), until),
            forward: false,
            ..Range::of("read the audit trail", Table::Desk, &partition)
        };
        let records = self.records(ask, most).await?;
        Ok(records.into_iter().filter_map(as_audit).collect())
    }

    /// The plans that are kept, waiting or over.
    ///
    /// # Errors
    /// The store did not answer, or holds something unreadable.
    pub async fn plans(&self) -> Result<Vec<Plan>, Failure> {
        let ask = Range::of("read plans", Table::Desk, layout::PLAN);
        let records = self.records(ask, usize::MAX).await?;
        Ok(records.into_iter().filter_map(as_plan).collect())
    }

    /// All staff members, by number.
    ///
    /// # Errors
    /// The store did not answer, or holds something unreadable.
    pub async fn staff(&self) -> Result<Vec<Staff>, Failure> {
        let ask = Range::of("read the staff", Table::Desk, layout::STAFF);
        let records = self.records(ask, usize::MAX).await?;
        Ok(records.into_iter().filter_map(as_staff).collect())
    }

    /// The jobs of one shard that are due before a time, the longest waiting first.
    ///
    /// # Errors
    /// The store did not answer, or holds something unreadable.
    pub async fn jobs_due(
        &self,
        shard: u8,
        before: Timestamp,
        most: usize,
    ) -> Result<Vec<Job>, Failure> {
        let partition = layout::job_partition(shard);
        let ask = Range {
            sort: Sort::Below(format!("{}#~", layout::stamp(before))),
            ..Range::of("read due jobs", Table::Desk, &partition)
        };
        let records = self.records(ask, most).await?;
        Ok(records.into_iter().filter_map(as_job).collect())
    }

    /// The jobs that failed for good.
    ///
    /// # Errors
    /// The store did not answer, or holds something unreadable.
    pub async fn jobs_failed(&self) -> Result<Vec<Job>, Failure> {
        let ask = Range::of("read failed jobs", Table::Desk, layout::FAILED);
        let records = self.records(ask, usize::MAX).await?;
        Ok(records.into_iter().filter_map(as_job).collect())
    }

    /// The items of one of the partitions that hold no records of decisions.
    ///
    /// # Errors
    /// The store did not answer.
    pub(crate) async fn plain_items(
        &self,
        doing: &'static str,
        partition: &str,
    ) -> Result<Vec<Item>, Failure> {
        self.query(Range::of(doing, Table::Desk, partition), usize::MAX).await
    }

    /// One item that is no record of a decision.
    ///
    /// # Errors
    /// The store did not answer.
    pub(crate) async fn plain_item(
        &self,
        doing: &'static str,
        place: &Place,
    ) -> Result<Option<Item>, Failure> {
        let answer = self
            .reading(doing, || {
                self.client
                    .get_item()
                    .table_name(self.tables.name(place.table))
                    .set_key(Some(place.key()))
                    .consistent_read(true)
                    .send()
            })
            .await?;
        Ok(answer.item)
    }

    /// Puts an item that is no record of a decision; with `only_new`, unless it is there already.
    /// False when it was.
    ///
    /// # Errors
    /// The store did not answer: it may have been put.
    pub(crate) async fn put_plain(
        &self,
        doing: &'static str,
        place: &Place,
        item: Item,
        only_new: bool,
    ) -> Result<bool, Failure> {
        // Putting the same item again changes nothing, so it is repeated like a read.
        let put = self
            .reading(doing, || {
                self.client
                    .put_item()
                    .table_name(self.tables.name(place.table))
                    .set_item(Some(item.clone()))
                    .set_condition_expression(
                        only_new.then(|| "attribute_not_exists(pk)".to_owned()),
                    )
                    .send()
            })
            .await;
        match put {
            Ok(_) => Ok(true),
            Err(failure) if only_new && was_conditional(&failure) => Ok(false),
            Err(failure) => Err(Failure::unknown(doing, failure)),
        }
    }

    /// Puts a line of the audit trail. The same line again is the same line.
    ///
    /// # Errors
    /// The store did not answer: it may have been put.
    pub async fn put_audit(&self, audit: &Audit) -> Result<(), Failure> {
        let doing = "write the audit trail";
        let record = Record::Audit(audit.clone());
        let item = layout::to_item(&record).map_err(|e| Failure::unchanged(doing, e))?;
        self.put_plain(doing, &layout::place(&record.key()), item, false).await.map(|_| ())
    }

    /// Puts how far an account's books were proved.
    ///
    /// # Errors
    /// The store did not answer: it may have been put.
    pub async fn put_proof(&self, proof: &Proof) -> Result<(), Failure> {
        let doing = "keep a proof";
        let record = Record::Proof(proof.clone());
        let item = layout::to_item(&record).map_err(|e| Failure::unchanged(doing, e))?;
        self.put_plain(doing, &layout::place(&record.key()), item, false).await.map(|_| ())
    }

    /// Takes the next number of a counter. A number may be lost, never given twice.
    ///
    /// # Errors
    /// The store did not answer: a number may have been taken.
    pub async fn next_number(&self, counter: &str) -> Result<u64, Failure> {
        let doing = "take a number";
        let place = layout::counter_place(counter);
        let answer = self
            .reading(doing, || {
                self.client
                    .update_item()
                    .table_name(self.tables.name(place.table))
                    .set_key(Some(place.key()))
                    .update_expression("ADD n :one")
                    .expression_attribute_values(":one", AttributeValue::N("1".to_owned()))
                    .return_values(ReturnValue::UpdatedNew)
                    .send()
            })
            .await?;
        let item = answer.attributes.unwrap_or_default();
        layout::number(&item, "n").ok_or_else(|| Failure::unchanged(doing, "no number came back"))
    }

    /// The last number that was taken from a counter; 0 before the first.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn last_number(&self, counter: &str) -> Result<u64, Failure> {
        let item = self.plain_item("read a counter", &layout::counter_place(counter)).await?;
        Ok(item.and_then(|item| layout::number(&item, "n")).unwrap_or(0))
    }

    /// Makes a counter begin after `last`, unless it has begun.
    ///
    /// # Errors
    /// The store did not answer.
    pub(crate) async fn begin_counter(&self, counter: &str, last: u64) -> Result<(), Failure> {
        let place = layout::counter_place(counter);
        let mut item = place.key();
        item.insert("n".to_owned(), AttributeValue::N(last.to_string()));
        self.put_plain("begin a counter", &place, item, true).await.map(|_| ())
    }
}

/// Entries of an account, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walked {
    /// The entries.
    pub entries: Vec<Entry>,
    /// There are older ones that were asked for and not read.
    pub cut: bool,
}

/// When the last entry of an account was made; the beginning of time before the first.
pub(crate) fn last_entry_at(account: &Account) -> Timestamp {
    Timestamp::from_millisecond(account.last_at_ms).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// The first day of the UTC month of a time.
pub(crate) fn first_of_month(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date().first_of_month()
}

/// A month as it stands in a partition: `yyyymm`.
pub(crate) fn month_text(first: Date) -> String {
    format!("{:04}{:02}", first.year(), first.month())
}

/// Whether a repeat may be answered differently.
fn may_pass<E: ProvideErrorMetadata>(error: &SdkError<E>) -> bool {
    match error {
        SdkError::ConstructionFailure(_) => false,
        SdkError::ServiceError(service) => {
            let status = service.raw().status().as_u16();
            status >= 500 || service.err().code().is_some_and(commit::is_throttling)
        }
        // A lost answer, and whatever the SDK adds: reading again does no harm.
        _ => true,
    }
}

fn was_conditional(failure: &Failure) -> bool {
    use aws_sdk_dynamodb::operation::put_item::PutItemError;
    let source = std::error::Error::source(failure);
    source
        .and_then(|e| e.downcast_ref::<SdkError<PutItemError>>())
        .and_then(SdkError::as_service_error)
        .is_some_and(PutItemError::is_conditional_check_failed_exception)
}

/// Which items of a partition a query reads.
struct Range<'a> {
    doing: &'static str,
    table: Table,
    partition: &'a str,
    sort: Sort,
    forward: bool,
}

enum Sort {
    All,
    Begins(String),
    Between(String, String),
    Below(String),
}

impl<'a> Range<'a> {
    /// A whole partition, in order.
    fn of(doing: &'static str, table: Table, partition: &'a str) -> Self {
        Self { doing, table, partition, sort: Sort::All, forward: true }
    }

    fn request(&self, client: &Client, tables: &Tables) -> QueryFluentBuilder {
        let value = |text: &str| AttributeValue::S(text.to_owned());
        let request = client
            .query()
            .table_name(tables.name(self.table))
            .consistent_read(true)
            .scan_index_forward(self.forward)
            .expression_attribute_values(":pk", value(self.partition));
        match &self.sort {
            Sort::All => request.key_condition_expression("pk = :pk"),
            Sort::Begins(prefix) => request
                .key_condition_expression("pk = :pk AND begins_with(sk, :a)")
                .expression_attribute_values(":a", value(prefix)),
            Sort::Between(first, last) => request
                .key_condition_expression("pk = :pk AND sk BETWEEN :a AND :b")
                .expression_attribute_values(":a", value(first))
                .expression_attribute_values(":b", value(last)),
            Sort::Below(end) => request
                .key_condition_expression("pk = :pk AND sk < :a")
                .expression_attribute_values(":a", value(end)),
        }
    }
}

fn as_term(record: Record) -> Option<Term> {
    if let Record::Term(term) = record { Some(term) } else { None }
}

fn as_entry(record: Record) -> Option<Entry> {
    if let Record::Entry(entry) = record { Some(entry) } else { None }
}

fn as_invoice(record: Record) -> Option<Invoice> {
    if let Record::Invoice(invoice) = record { Some(invoice) } else { None }
}

fn as_audit(record: Record) -> Option<Audit> {
    if let Record::Audit(audit) = record { Some(audit) } else { None }
}

fn as_plan(record: Record) -> Option<Plan> {
    if let Record::Plan(plan) = record { Some(plan) } else { None }
}

fn as_staff(record: Record) -> Option<Staff> {
    if let Record::Staff(staff) = record { Some(staff) } else { None }
}

fn as_job(record: Record) -> Option<Job> {
    match record {
        Record::Job(job) | Record::FailedJob(job) => Some(job),
        _ => None,
    }
}
