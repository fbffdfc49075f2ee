//! Reads of ranges: the items of one partition, or a part of them in their order.
//!
//! A query reads page after page until it has the most that was asked for, so no list is cut by the
//! size of a page.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use shared::books::types::Day;
use shared::clients::names::types::{Term, TermQuery, Terms};
use shared::contract::plan::Plan;
use shared::contract::rights::RightsChange;
use shared::contract::{Key, Record};
use shared::invoices::types::Invoice;
use shared::kernel::audit::Audit;
use shared::kernel::id::{ClientId, StaffId};
use shared::kernel::job::Job;
use shared::ledger::account::Account;
use shared::ledger::entry::Entry;
use shared::payments::types::Payment;
use shared::staff::types::Staff;

use super::layout::{self, Item, Place, Table, Unreadable};
use super::{BATCH_MAX, Store, Tables};
use crate::failure::Failure;

/// How many terms one query reads: a page. A list that is cut here decides nothing; whole texts come first,
/// because `#` sorts before letters and digits.
pub(crate) const TERMS_MAX: usize = 1_000;

/// Entries of an account, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walked {
    /// The entries.
    pub entries: Vec<Entry>,
    /// There are older ones that were asked for and not read.
    pub cut: bool,
}

/// The records of a range, and the items among them that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed<T> {
    doing: &'static str,
    pub records: Vec<T>,
    pub unreadable: Vec<Unreadable>,
}

impl<T> Listed<T> {
    /// All records.
    ///
    /// # Errors
    /// An item among them cannot be read.
    pub fn whole(self) -> Result<Vec<T>, Failure> {
        match self.unreadable.into_iter().next() {
            Some(unreadable) => Err(Failure::unchanged(self.doing, unreadable)),
            None => Ok(self.records),
        }
    }

    /// The records that can be read; logs the other items. One bad item takes no list away.
    #[must_use]
    pub fn readable(self) -> Vec<T> {
        for unreadable in &self.unreadable {
            tracing::error!(%unreadable, "left out of a list");
        }
        self.records
    }
}

/// Items as records of one type.
fn as_listed<T>(
    doing: &'static str,
    items: impl IntoIterator<Item = (Table, Item)>,
    of: fn(Record) -> Option<T>,
) -> Listed<T> {
    let mut listed = Listed { doing, records: Vec::new(), unreadable: Vec::new() };
    for (table, item) in items {
        match layout::from_item(table, item) {
            Ok(record) => listed.records.extend(of(record)),
            Err(unreadable) => listed.unreadable.push(unreadable),
        }
    }
    listed
}

impl Store {
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

    /// As [`Store::query`], as records of one type.
    async fn records<T>(
        &self,
        ask: Range<'_>,
        most: usize,
        of: fn(Record) -> Option<T>,
    ) -> Result<Listed<T>, Failure> {
        let (table, doing) = (ask.table, ask.doing);
        let items = self.query(ask, most).await?.into_iter().map(|item| (table, item));
        Ok(as_listed(doing, items, of))
    }

    /// The search terms that begin with a text.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn terms(&self, query: &TermQuery) -> Result<Terms, Failure> {
        self.some_terms(query, TERMS_MAX).await
    }

    /// As [`Store::terms`], at most so many.
    pub(crate) async fn some_terms(
        &self,
        query: &TermQuery,
        most: usize,
    ) -> Result<Terms, Failure> {
        let partition = layout::term_partition(&query.partition);
        let ask = Range {
            sort: Sort::Begins(query.prefix.clone()),
            ..Range::of("look for clients", Table::Desk, &partition)
        };
        let listed = self.records(ask, most, as_term).await?;
        // A term that cannot be read may be of one more client.
        let is_cut = listed.records.len() >= most || !listed.unreadable.is_empty();
        Ok(Terms { terms: listed.readable(), is_cut })
    }

    /// The entries of an account in one month, from number `after` + 1 on, oldest first.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn entries_after(
        &self,
        client: ClientId,
        month: &str,
        after: u64,
        most: usize,
    ) -> Result<Listed<Entry>, Failure> {
        let first = layout::entry_sort(after.saturating_add(1));
        self.entries(client, month, Sort::Between(first, "E#~".to_owned()), true, most).await
    }

    /// The entries of an account in one month, up to number `last`, newest first.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn entries_before(
        &self,
        client: ClientId,
        month: &str,
        last: u64,
        most: usize,
    ) -> Result<Listed<Entry>, Failure> {
        let until = Sort::Between(layout::entry_sort(0), layout::entry_sort(last));
        self.entries(client, month, until, false, most).await
    }

    /// The entries of an account, newest first, down to a time, over as many months as that takes.
    ///
    /// # Errors
    /// The store did not answer, or an entry cannot be read.
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
            let page = self.entries_before(account.client, &name, last, rest).await?;
            for entry in page.whole()? {
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
    ) -> Result<Listed<Entry>, Failure> {
        let partition = layout::entry_partition(client, month);
        let ask = Range { sort, forward, ..Range::of("read entries", Table::Ledger, &partition) };
        self.records(ask, most, as_entry).await
    }

    /// All documents that a client pays, by series and number.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn invoices(&self, client: ClientId) -> Result<Listed<Invoice>, Failure> {
        let partition = layout::invoice_partition(client);
        let ask = Range::of("read invoices", Table::Ledger, &partition);
        self.records(ask, usize::MAX, as_invoice).await
    }

    /// The closed days of an account, in order.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn days(&self, client: ClientId) -> Result<Listed<Day>, Failure> {
        let partition = layout::day_partition(client);
        let ask = Range::of("read closed days", Table::Ledger, &partition);
        self.records(ask, usize::MAX, as_day).await
    }

    /// The chain of rights, from its beginning.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn rights(&self) -> Result<Listed<RightsChange>, Failure> {
        let first = layout::rights_sort(0);
        let ask = Range {
            sort: Sort::Between(first, "R#~".to_owned()),
            ..Range::of("read the chain of rights", Table::Ledger, layout::RIGHTS)
        };
        self.records(ask, usize::MAX, as_rights_change).await
    }

    /// The audit lines of a staff member (or of nobody) in one month, between two times, newest
    /// first.
    ///
    /// # Errors
    /// The store did not answer.
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
        Ok(self.records(ask, most, as_audit).await?.readable())
    }

    /// The plans that wait.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn plans(&self) -> Result<Listed<Plan>, Failure> {
        let ask = Range::of("read plans", Table::Desk, layout::PLAN);
        let doing = ask.doing;
        let marks = self.query(ask, usize::MAX).await?;
        let plans = marks.iter().filter_map(layout::waiting_plan).map(Key::Plan);
        let places: Vec<Place> = plans.map(|key| layout::place(&key)).collect();
        let mut listed = self.listed(doing, &places, as_plan).await?;
        // One may have ended between the two reads.
        listed.records.retain(|plan| plan.state.waits());
        Ok(listed)
    }

    /// The payments that wait for a person or for their invoice.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn waiting_payments(&self) -> Result<Listed<Payment>, Failure> {
        let keys = self.waiting_references().await?.into_iter().map(Key::Payment);
        let places: Vec<Place> = keys.map(|key| layout::place(&key)).collect();
        let mut listed = self.listed("read payments", &places, as_payment).await?;
        // One may have been applied between the two reads.
        listed.records.retain(Payment::waits);
        Ok(listed)
    }

    /// The references of the payments that wait, by their marks.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn waiting_references(&self) -> Result<Vec<String>, Failure> {
        let ask = Range::of("read payments", Table::Desk, layout::MONEY);
        let marks = self.query(ask, usize::MAX).await?;
        Ok(marks.iter().map(|mark| layout::text(mark, layout::REFERENCE)).collect())
    }

    /// The references of the payments of statement lines in the month of a day, by their marks.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn line_references(&self, month: Date) -> Result<Vec<String>, Failure> {
        let partition = layout::lines_partition(month);
        let ask = Range::of("read statement lines", Table::Desk, &partition);
        let marks = self.query(ask, usize::MAX).await?;
        Ok(marks.iter().map(|mark| layout::text(mark, layout::REFERENCE)).collect())
    }

    /// The records of some places that are there.
    async fn listed<T>(
        &self,
        doing: &'static str,
        places: &[Place],
        of: fn(Record) -> Option<T>,
    ) -> Result<Listed<T>, Failure> {
        let mut items = Vec::with_capacity(places.len());
        for batch in places.chunks(BATCH_MAX) {
            items.extend(self.batch(batch).await?);
        }
        Ok(as_listed(doing, items, of))
    }

    /// All staff members, by number.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn staff(&self) -> Result<Vec<Staff>, Failure> {
        let ask = Range::of("read the staff", Table::Desk, layout::STAFF);
        Ok(self.records(ask, usize::MAX, as_staff).await?.readable())
    }

    /// The jobs of one shard that are due before a time, the longest waiting first.
    ///
    /// # Errors
    /// The store did not answer.
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
        Ok(self.records(ask, most, as_job).await?.readable())
    }

    /// The jobs that failed for good.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn jobs_failed(&self) -> Result<Listed<Job>, Failure> {
        let ask = Range::of("read failed jobs", Table::Desk, layout::FAILED);
        self.records(ask, usize::MAX, as_job).await
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

fn as_day(record: Record) -> Option<Day> {
    if let Record::Day(day) = record { Some(day) } else { None }
}

fn as_rights_change(record: Record) -> Option<RightsChange> {
    if let Record::RightsChange(change) = record { Some(change) } else { None }
}

fn as_audit(record: Record) -> Option<Audit> {
    if let Record::Audit(audit) = record { Some(audit) } else { None }
}

fn as_payment(record: Record) -> Option<Payment> {
    if let Record::Payment(payment) = record { Some(payment) } else { None }
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
