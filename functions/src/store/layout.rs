//! The one place that knows how records are laid out in the two tables. String keys `pk` and `sk`,
//! no index; nothing is ever scanned, so everything that is listed has a partition.
//!
//! | Record        | Table  | pk                        | sk                       | Notes |
//! |---------------|--------|---------------------------|--------------------------|-------|
//! | ACCOUNT       | Ledger | `C#<n>`                   | `ACCOUNT`                | versioned |
//! | ENTRY         | Ledger | `C#<n>#<yyyymm>`          | `E#<12 digits>`          | month of its time, UTC |
//! | INVOICE       | Ledger | `C#<n>#INV`               | `<I or C>#<8 digits>`    | of who pays; `C` is a credit note; versioned |
//! | OPERATION     | Ledger | `OP#<16 characters>`      | `O`                      | never expires |
//! | PAYMENT       | Ledger | `PAY#<hash of reference>` | `P`                      | versioned |
//! | event of a payment | Ledger | `PAY#<hash of reference>` | `E#<12 digits>`       | |
//! | SPEND         | Ledger | `SPEND#<n>`               | `<date>`                 | UTC date; versioned |
//! | DAY           | Ledger | `DAY#<n>`                 | `<date>`                 | date of the desk's zone |
//! | OWNERS        | Ledger | `OWNERS`                  | `OWNERS`                 | versioned |
//! | HIERARCHY     | Ledger | `HIERARCHY`               | `HIERARCHY`              | versioned |
//! | RIGHTS        | Ledger | `RIGHTS`                  | `END`                    | versioned |
//! | change of rights | Ledger | `RIGHTS`               | `R#<12 digits>`          | |
//! | CLIENT        | Desk   | `C#<n>`                   | `CLIENT`                 | versioned |
//! | brand         | Desk   | `C#<n>`                   | `BRAND`                  | versioned |
//! | search term   | Desk   | `T#<1 or 2 letters>`      | `<loose text>#<n>`       | |
//! | whole name    | Desk   | `W#<exact text>`          | `W`                      | versioned |
//! | STAFF         | Desk   | `STAFF`                   | `<8 digits>`             | versioned |
//! | IDENTITY      | Desk   | `ID#<identity>`           | `ID`                     | versioned |
//! | prices        | Desk   | `PRICE#<default or n>`    | `<kind>`                 | versioned |
//! | SETTINGS      | Desk   | `SETTINGS`                | `SETTINGS`               | versioned |
//! | bank account  | Desk   | `SETTINGS`                | `BANK`                   | versioned |
//! | MMS gate      | Desk   | `SWITCH#<n>`              | `MMS`                    | versioned |
//! | PLAN          | Desk   | `PLAN#<op>`               | `P`                      | versioned; `ttl` 30 days after its expiry |
//! | waiting plan  | Desk   | `PLAN`                    | `<op>`                   | while the plan waits, and no longer |
//! | waiting money | Desk   | `MONEY`                   | `<hash of reference>`    | while a payment waits; `reference` |
//! | statement line | Desk  | `LINES#<yyyymm>`          | `<date>#<hash of reference>` | a mark, as above |
//! | JOB           | Desk   | `JOB#<0 to 15>`           | `<due>#<op>`             | the due-index; versioned |
//! | failed JOB    | Desk   | `FAILED`                  | `<op>`                   | versioned |
//! | AUDIT         | Desk   | `AUDIT#<s or none>#<yyyymm>` | `<time>#<op>`         | |
//! | PROOF         | Desk   | `PROOF#<n>`               | `PROOF`                  | |
//! | refund asked for | Desk | `REFUND#<hash of reference>` | `REFUND`            | the last one of a payment; versioned |
//! | counter       | Desk   | `COUNTER`                 | `<name>`                 | `n`: the last number taken |
//! | SUMMARY       | Desk   | `SUMMARY`                 | `<8 digits>`             | a page of client cards |
//! | sweep's rounds | Desk  | `SWEEP`                   | `SWEEP`                  | |
//! | place in a provider's events | Desk | `RECONCILE` | `<provider>`          | |
//! | last payment page | Desk | `CHECKOUT`            | `<number of the invoice>` | |
//! | claimed day of reminders | Desk | `REMINDED#<n>`        | `<date>`                 | date of the client's zone; `ttl` |
//! | outbox        | Desk   | `OUTBOX`                  | `<time>#<message id>`    | local desk only |
//!
//! The waiting plan and waiting money are marks that [`super::commit`] sets and removes with the plan or
//! payment itself, so that the list of what waits never grows with what is over. They and the last eight are no records of decisions: the
//! store counts, and `summary`, `sweep`, `reconcile`, `checkout`, `reminder` and `mailer` keep what only they read. Every other item carries
//! `z`, its seal ([`seal`]). A versioned record carries `version`, which
//! [`shared::contract::change::Expect::Version`] compares. Times in keys are UTC in whole milliseconds and of
//! one width, so that they sort.

mod attributes;
mod seal;

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use shared::contract::{Key, Record};
use shared::kernel::fold::partition;
use shared::kernel::id::{ClientId, OpId, Series, StaffId, digest};
use shared::pricing::types::Scope;

use attributes::{from_attributes, to_attribute};
pub use attributes::{number, text};
pub(super) use seal::canonical;
pub use seal::{SEAL, seal};

/// An item as the SDK has it.
pub type Item = HashMap<String, AttributeValue>;

/// The attribute that [`shared::contract::change::Expect::Version`] compares.
pub const VERSION: &str = "version";

/// The attribute by which DynamoDB deletes what has expired, in seconds since 1970.
pub const TTL: &str = "ttl";

/// For how long a plan is kept after its expiry.
const PLAN_KEPT_S: i64 = 30 * 24 * 60 * 60;

/// One of the two tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Table {
    /// Credits and money: nothing in it is deleted, balances change only inside a transaction.
    Ledger,
    /// Everything else.
    Desk,
}

/// Where an item is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// In which table.
    pub table: Table,
    /// Its partition.
    pub pk: String,
    /// Its sort key.
    pub sk: String,
}

impl Place {
    fn ledger(pk: impl Into<String>, sk: impl Into<String>) -> Self {
        Self { table: Table::Ledger, pk: pk.into(), sk: sk.into() }
    }

    fn desk(pk: impl Into<String>, sk: impl Into<String>) -> Self {
        Self { table: Table::Desk, pk: pk.into(), sk: sk.into() }
    }

    /// Its key as the SDK wants it.
    #[must_use]
    pub fn key(&self) -> Item {
        let text = |text: &String| AttributeValue::S(text.clone());
        HashMap::from([("pk".to_owned(), text(&self.pk)), ("sk".to_owned(), text(&self.sk))])
    }
}

/// Where the record of a key is.
#[must_use]
pub fn place(key: &Key) -> Place {
    match key {
        Key::Account(client) => Place::ledger(account_partition(*client), "ACCOUNT"),
        Key::Entry(client, month, number) => {
            Place::ledger(entry_partition(*client, month), entry_sort(*number))
        }
        Key::Operation(op) => Place::ledger(format!("OP#{}", letters(op)), "O"),
        Key::Invoice(number) => {
            let series = match number.series {
                Series::Invoice => 'I',
                Series::CreditNote => 'C',
            };
            Place::ledger(invoice_partition(number.client), format!("{series}#{:08}", number.seq))
        }
        Key::Payment(reference) => Place::ledger(payment_partition(reference), "P"),
        Key::Event(reference, number) => {
            Place::ledger(payment_partition(reference), entry_sort(*number))
        }
        Key::Spend(staff, date) => Place::ledger(format!("SPEND#{}", staff.0), date.to_string()),
        Key::Day(client, date) => Place::ledger(day_partition(*client), date.to_string()),
        Key::Owners => Place::ledger("OWNERS", "OWNERS"),
        Key::Hierarchy => Place::ledger("HIERARCHY", "HIERARCHY"),
        Key::Rights => Place::ledger(RIGHTS, "END"),
        Key::RightsChange(number) => Place::ledger(RIGHTS, rights_sort(*number)),
        Key::Client(client) => Place::desk(format!("C#{}", client.0), "CLIENT"),
        Key::Brand(client) => Place::desk(format!("C#{}", client.0), "BRAND"),
        Key::Term(key, client) => {
            Place::desk(term_partition(&partition(key)), format!("{key}#{}", client.0))
        }
        Key::WholeName(text) => Place::desk(format!("W#{text}"), "W"),
        Key::Staff(staff) => Place::desk(STAFF, format!("{:08}", staff.0)),
        Key::Identity(identity) => Place::desk(format!("ID#{identity}"), "ID"),
        Key::Prices(scope, kind) => {
            let scope = match scope {
                Scope::Default => "default".to_owned(),
                Scope::Client(client) => client.0.to_string(),
            };
            Place::desk(format!("PRICE#{scope}"), kind.word())
        }
        Key::Settings => Place::desk("SETTINGS", "SETTINGS"),
        Key::Bank => Place::desk("SETTINGS", "BANK"),
        Key::MmsGate(admin) => Place::desk(format!("SWITCH#{}", admin.0), "MMS"),
        Key::Plan(op) => Place::desk(format!("{PLAN}#{}", letters(op)), "P"),
        Key::Job(shard, due, op) => {
            Place::desk(job_partition(*shard), format!("{}#{}", stamp(*due), letters(op)))
        }
        Key::FailedJob(op) => Place::desk(FAILED, letters(op)),
        Key::Audit(staff, at, op) => Place::desk(
            audit_partition(*staff, &shared::kernel::day::month_name(*at)),
            format!("{}#{}", stamp(*at), letters(op)),
        ),
        Key::Proof(client) => Place::desk(format!("PROOF#{}", client.0), "PROOF"),
        Key::RefundAsked(reference) => {
            Place::desk(format!("REFUND#{}", hash_of(reference)), "REFUND")
        }
    }
}

/// Where the mark of a waiting plan is.
#[must_use]
pub fn waiting_place(op: &OpId) -> Place {
    Place::desk(PLAN, letters(op))
}

/// The plan that a mark is about.
pub(super) fn waiting_plan(mark: &Item) -> Option<OpId> {
    format!("op_{}", text(mark, "sk")).parse().ok()
}

/// Where the mark of a payment that waits is.
#[must_use]
pub fn money_place(reference: &str) -> Place {
    Place::desk(MONEY, hash_of(reference))
}

/// Where the mark of a statement line is.
#[must_use]
pub fn line_place(on: Date, reference: &str) -> Place {
    Place::desk(lines_partition(on), format!("{on}#{}", hash_of(reference)))
}

/// The partition of the marks of the statement lines of a month.
#[must_use]
pub fn lines_partition(on: Date) -> String {
    format!("LINES#{}", on.strftime("%Y%m"))
}

/// The reference of the payment that a mark is about.
pub const REFERENCE: &str = "reference";

/// Where the last number of a counter is.
#[must_use]
pub fn counter_place(name: &str) -> Place {
    Place::desk("COUNTER", name)
}

/// Where a page of client cards is.
#[must_use]
pub fn summary_place(page: u64) -> Place {
    Place::desk(SUMMARY, format!("{page:08}"))
}

/// Where the sweep keeps how far its rounds are.
#[must_use]
pub fn sweep_place() -> Place {
    Place::desk("SWEEP", "SWEEP")
}

/// Where the place in a provider's events is kept.
#[must_use]
pub fn reconcile_place(provider: &str) -> Place {
    Place::desk("RECONCILE", provider)
}

/// Where the last payment page of an invoice is kept.
#[must_use]
pub fn checkout_place(invoice: &str) -> Place {
    Place::desk("CHECKOUT", invoice)
}

/// Where it is noted that a client was reminded on a day.
#[must_use]
pub fn reminded_place(client: ClientId, day: Date) -> Place {
    Place::desk(format!("REMINDED#{}", client.0), day.to_string())
}

/// A whole number as an attribute.
#[must_use]
pub fn whole_number(number: i64) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

/// Where the local desk keeps what it would have sent.
#[must_use]
pub fn outbox_place(at: Timestamp, id: &str) -> Place {
    Place::desk(OUTBOX, format!("{}#{id}", stamp(at)))
}

/// The partition of the chain of rights.
pub const RIGHTS: &str = "RIGHTS";
/// The partition of the staff.
pub const STAFF: &str = "STAFF";
/// The partition of the marks of the plans that wait.
pub const PLAN: &str = "PLAN";
/// The partition of the marks of the payments that wait.
pub const MONEY: &str = "MONEY";
/// The partition of the jobs that failed for good.
pub const FAILED: &str = "FAILED";
/// The partition of the pages of client cards.
pub const SUMMARY: &str = "SUMMARY";
/// The partition of what the local desk would have sent.
pub const OUTBOX: &str = "OUTBOX";

/// The sort key of a change of rights.
#[must_use]
pub fn rights_sort(number: u64) -> String {
    format!("R#{number:012}")
}

/// The partition of an account's closed days.
#[must_use]
pub fn day_partition(client: ClientId) -> String {
    format!("DAY#{}", client.0)
}

fn payment_partition(reference: &str) -> String {
    format!("PAY#{}", hash_of(reference))
}

fn hash_of(reference: &str) -> String {
    digest(&[reference]).chars().take(26).collect()
}

fn account_partition(client: ClientId) -> String {
    format!("C#{}", client.0)
}

/// The partition of an account's entries of one month (`yyyymm`).
#[must_use]
pub fn entry_partition(client: ClientId, month: &str) -> String {
    format!("C#{}#{month}", client.0)
}

/// The sort key of an entry.
#[must_use]
pub fn entry_sort(number: u64) -> String {
    format!("E#{number:012}")
}

/// The partition of the documents that a client pays.
#[must_use]
pub fn invoice_partition(client: ClientId) -> String {
    format!("C#{}#INV", client.0)
}

/// The partition of the search terms that begin with these letters.
#[must_use]
pub fn term_partition(letters: &str) -> String {
    format!("T#{letters}")
}

/// The partition of a shard of the due-index.
#[must_use]
pub fn job_partition(shard: u8) -> String {
    format!("JOB#{shard}")
}

/// The partition of somebody's audit lines of one month (`yyyymm`).
#[must_use]
pub fn audit_partition(staff: Option<StaffId>, month: &str) -> String {
    match staff {
        Some(staff) => format!("AUDIT#{}#{month}", staff.0),
        None => format!("AUDIT#none#{month}"),
    }
}

/// A time as it stands in a sort key.
#[must_use]
pub fn stamp(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// The 16 characters of an operation's id.
fn letters(op: &OpId) -> String {
    let shown = op.to_string();
    shown.strip_prefix("op_").unwrap_or(&shown).to_owned()
}

/// An item that is not what its place says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the item {pk} / {sk} cannot be read: {why}")]
pub struct Unreadable {
    pk: String,
    sk: String,
    why: String,
}

/// A record as it is stored.
///
/// # Errors
/// The record holds something that an item cannot.
pub fn to_item(record: &Record) -> Result<Item, Unreadable> {
    let place = place(&record.key());
    let mut item = match record {
        Record::Account(r) => plain(&place, r),
        Record::Entry(r) => plain(&place, r),
        Record::Operation(r) => plain(&place, r),
        Record::Invoice(r) => plain(&place, r),
        Record::Payment(r) => plain(&place, r),
        Record::Event(r) => plain(&place, r),
        Record::Spend(r) => plain(&place, r),
        Record::Day(r) => plain(&place, r),
        Record::Owners(r) => plain(&place, r),
        Record::Hierarchy(r) => plain(&place, r),
        Record::Rights(r) => plain(&place, r),
        Record::RightsChange(r) => plain(&place, r),
        Record::Client(r) => plain(&place, r),
        Record::Term(r) => plain(&place, r),
        Record::WholeName(r) => plain(&place, r),
        Record::Staff(r) => plain(&place, r),
        Record::Identity(r) => plain(&place, r),
        Record::Prices(r) => plain(&place, r),
        Record::Settings(r) => plain(&place, r),
        Record::Brand(r) => plain(&place, r),
        Record::Bank(r) => plain(&place, r),
        Record::MmsGate(r) => plain(&place, r),
        Record::Plan(r) => plain(&place, r),
        Record::Job(r) | Record::FailedJob(r) => plain(&place, r),
        Record::Audit(r) => plain(&place, r),
        Record::Proof(r) => plain(&place, r),
        Record::RefundAsked(r) => plain(&place, r),
    }?;
    if let Record::Plan(plan) = record {
        let kept_until_s = plan.expires.as_second().saturating_add(PLAN_KEPT_S);
        item.insert(TTL.to_owned(), whole_number(kept_until_s));
    }
    seal(&mut item);
    Ok(item)
}

/// Plain data as the item of a place. What is not there is not stored as a null: it would cost
/// its name.
///
/// # Errors
/// The data holds something that an item cannot.
pub fn plain(place: &Place, data: &impl Serialize) -> Result<Item, Unreadable> {
    let unreadable = |why: String| Unreadable { pk: place.pk.clone(), sk: place.sk.clone(), why };
    let value = serde_json::to_value(data).map_err(|e| unreadable(e.to_string()))?;
    let Value::Object(fields) = value else { return Err(unreadable("it has no names".to_owned())) };
    let kept = fields.into_iter().filter(|(_, value)| !value.is_null());
    let mut item: Item = kept.map(|(name, value)| (name, to_attribute(value))).collect();
    item.extend(place.key());
    Ok(item)
}

/// The place of an item that was read from a table.
#[must_use]
pub fn place_of(table: Table, item: &Item) -> Place {
    Place { table, pk: text(item, "pk"), sk: text(item, "sk") }
}

/// The record that an item is.
///
/// # Errors
/// The item is at no record's place, not what its place says, or was changed outside the desk.
pub fn from_item(table: Table, mut item: Item) -> Result<Record, Unreadable> {
    let (pk, sk) = (text(&item, "pk"), text(&item, "sk"));
    if let Err(why) = seal::open(&mut item) {
        return Err(Unreadable { pk, sk, why });
    }
    let whole = pk.as_str();
    let kind = whole.split('#').next().unwrap_or_default();
    let record = match (table, kind, sk.as_str()) {
        (Table::Ledger, "C", "ACCOUNT") => data(item).map(Record::Account),
        (Table::Ledger, "C", _) if whole.ends_with("#INV") => data(item).map(Record::Invoice),
        (Table::Ledger, "C", _) => data(item).map(Record::Entry),
        (Table::Ledger, "OP", _) => data(item).map(Record::Operation),
        (Table::Ledger, "PAY", "P") => data(item).map(Record::Payment),
        (Table::Ledger, "PAY", _) => data(item).map(Record::Event),
        (Table::Ledger, "SPEND", _) => data(item).map(Record::Spend),
        (Table::Ledger, "DAY", _) => data(item).map(Record::Day),
        (Table::Ledger, "OWNERS", _) => data(item).map(Record::Owners),
        (Table::Ledger, "HIERARCHY", _) => data(item).map(Record::Hierarchy),
        (Table::Ledger, "RIGHTS", "END") => data(item).map(Record::Rights),
        (Table::Ledger, "RIGHTS", _) => data(item).map(Record::RightsChange),
        (Table::Desk, "C", "BRAND") => data(item).map(Record::Brand),
        (Table::Desk, "C", _) => data(item).map(Record::Client),
        (Table::Desk, "T", _) => data(item).map(Record::Term),
        (Table::Desk, "W", _) => data(item).map(Record::WholeName),
        (Table::Desk, "STAFF", _) => data(item).map(Record::Staff),
        (Table::Desk, "ID", _) => data(item).map(Record::Identity),
        (Table::Desk, "PRICE", _) => data(item).map(Record::Prices),
        (Table::Desk, "SETTINGS", "BANK") => data(item).map(Record::Bank),
        (Table::Desk, "SETTINGS", _) => data(item).map(Record::Settings),
        (Table::Desk, "SWITCH", _) => data(item).map(Record::MmsGate),
        (Table::Desk, "PLAN", _) => data(item).map(Record::Plan),
        (Table::Desk, "JOB", _) => data(item).map(Record::Job),
        (Table::Desk, "FAILED", _) => data(item).map(Record::FailedJob),
        (Table::Desk, "AUDIT", _) => data(item).map(Record::Audit),
        (Table::Desk, "PROOF", _) => data(item).map(Record::Proof),
        (Table::Desk, "REFUND", _) => data(item).map(Record::RefundAsked),
        (Table::Ledger | Table::Desk, _, _) => Err("no record has its place".to_owned()),
    };
    record.map_err(|why| Unreadable { pk, sk, why })
}

/// The plain data of an item.
///
/// # Errors
/// A sentence when the item is something else.
pub fn data<T: DeserializeOwned>(item: Item) -> Result<T, String> {
    serde_json::from_value(from_attributes(item)?).map_err(|e| e.to_string())
}

#[cfg(test)]
pub(super) mod tests;
