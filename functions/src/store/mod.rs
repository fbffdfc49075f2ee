//! The two tables: strong reads by key, reads of ranges, and one way to write ([`commit`]).
//!
//! Every read is strongly consistent. Nothing is scanned: what is listed has a partition, or is
//! read by number up to its counter. The SDK's own retries are off; a read that was throttled or
//! lost is repeated a few times here, because repeating a read changes nothing.

pub mod commit;
pub mod layout;
mod marks;
pub mod ranges;

use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{Credentials, Region, SharedHttpClient};
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes, ReturnValue};
use runtime::causes::Causes;
use runtime::clock::{Clock, backoff, jitter};
use shared::books::types::Proof;
use shared::contract::image::Image;
use shared::contract::{Key, Record};
use shared::kernel::audit::Audit;

use crate::failure::Failure;
use layout::{Item, Place, Table};

/// The most that one BatchGetItem may ask for.
const BATCH_MAX: usize = 100;

/// How often a read is tried.
const READ_TRIES: u32 = 4;

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

    /// The records of some keys over both tables, in one strong read for each hundred keys. Absent ones
    /// are known to be absent, and an item that cannot be read is known to be unreadable.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn image(&self, keys: &[Key]) -> Result<Image, Failure> {
        let mut image = Image::default();
        self.read_into(&mut image, keys).await?;
        Ok(image)
    }

    /// The records that `needs` names, until it names none: it sees those that were read so far.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn gather(&self, needs: impl Fn(&Image) -> Vec<Key>) -> Result<Image, Failure> {
        let mut image = Image::default();
        loop {
            let keys = needs(&image);
            if keys.is_empty() {
                return Ok(image);
            }
            self.read_into(&mut image, &keys).await?;
        }
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
        let mut stored = Vec::with_capacity(places.len());
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
                stored.extend(items.into_iter().map(|item| (table, item)));
            }
            wanted = answer.unprocessed_keys.unwrap_or_default();
            if repeat > READ_TRIES.saturating_mul(2) {
                return Err(Failure::unchanged(doing, "the store left keys unprocessed"));
            }
        }
        Ok(stored)
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
