//! Transactions of double entry, and the balances that must follow.
//!
//! | Record | Debit | Credit |
//! |--|--|--|
//! | entry | `Equity:Credits:Granted` (or `Used`) | `Liabilities:Credits:C<n>`, in SMS or MMS |
//! | invoice | `Assets:Receivable:C<n>` | `Income:Credits:<kind>`, `Income:Other`, `Liabilities:Tax` |
//! | credit note, void invoice | the same, the other way round | |
//! | event of a payment | `Assets:Bank:<source>` | `Liabilities:Prepaid:C<n>` |
//! | money applied | `Liabilities:Prepaid:C<n>` | `Assets:Receivable:C<n>` |
//! | refund of a paid invoice | `Income:Refunds` | `Assets:Receivable:C<n>` |
//!
//! Invariant: each transaction sums to zero in each commodity. Amounts are in minor units and signed.
//!
//! Money is applied on the day on which its payment last changed: the records do not keep the days of
//! earlier splits.

use std::collections::{BTreeMap, BTreeSet};

use iso_currency::Currency;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, civil::Date};
use shared::invoices::types::{Invoice, InvoiceState};
use shared::kernel::actor::Provider;
use shared::kernel::credit::Kind;
use shared::kernel::id::{ClientId, InvoiceNumber};
use shared::kernel::movement::Reason;
use shared::ledger::entry::Entry;
use shared::payments::types::{Application, EventSource, Payment, Sums};

use super::read::{ClientRecords, PaymentRecords, Records};

/// The unit of an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Commodity {
    Credits(Kind),
    /// In minor units.
    Money(Currency),
}

impl Commodity {
    pub(super) fn code(self) -> &'static str {
        match self {
            Commodity::Credits(Kind::Sms) => "SMS",
            Commodity::Credits(Kind::Mms) => "MMS",
            Commodity::Money(currency) => currency.code(),
        }
    }
}

/// One leg of a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Posting {
    pub account: String,
    pub amount: i128,
    pub commodity: Commodity,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Transaction {
    pub date: Date,
    pub payee: String,
    pub text: String,
    /// The invoice or operation that it belongs to.
    pub link: String,
    pub postings: Vec<Posting>,
}

/// A balance at the end of the last day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Assertion {
    pub account: String,
    pub amount: i128,
    pub commodity: Commodity,
}

/// The transactions of some days.
pub(super) struct Journal {
    /// The first day with a transaction.
    pub from: Date,
    pub until: Date,
    /// In order of their days.
    pub transactions: Vec<Transaction>,
    pub assertions: Vec<Assertion>,
}

/// Sums by account and code of the commodity.
type Balances = BTreeMap<(String, &'static str), (Commodity, i128)>;

impl Journal {
    /// The journal of the days from `from` (or the first day of the books) to `until`.
    pub(super) fn of(records: &Records, from: Option<Date>, until: Date) -> Self {
        let zone = records.settings.time_zone();
        let all = transactions(records, &zone);
        let first = all.iter().map(|one| one.date).min().unwrap_or(until);
        let from = from.unwrap_or(first);
        let mut transactions = opening(all.iter().filter(|one| one.date < from), from);
        let within = |one: &&Transaction| one.date >= from && one.date <= until;
        transactions.extend(all.iter().filter(within).cloned());
        let later = sums(all.iter().filter(|one| one.date > until));
        let mut assertions = assertions(records);
        for one in &mut assertions {
            let key = (one.account.clone(), one.commodity.code());
            let moved = later.get(&key).map_or(0, |(_, amount)| *amount);
            one.amount = one.amount.saturating_sub(moved);
        }
        Self { from: from.min(until), until, transactions, assertions }
    }

    /// The accounts that are used.
    pub(super) fn accounts(&self) -> BTreeSet<&str> {
        let posted = self.transactions.iter().flat_map(|one| &one.postings);
        let posted = posted.map(|posting| posting.account.as_str());
        posted.chain(self.assertions.iter().map(|one| one.account.as_str())).collect()
    }
}

/// All transactions, oldest first.
fn transactions(records: &Records, zone: &TimeZone) -> Vec<Transaction> {
    let book = Book { zone, voided: voided(records), names: names(records) };
    let mut all = Vec::new();
    for client in &records.clients {
        all.extend(client.entries.iter().rev().map(|entry| book.entry(entry)));
        for document in &client.documents {
            all.extend(book.document(document));
            all.extend(book.refund(document, &records.payments));
        }
    }
    for payment in records.payments.values() {
        all.extend(book.received(payment));
        all.extend(book.applied(payment));
    }
    all.retain(|one| !one.postings.is_empty());
    all.sort_by_key(|one| one.date);
    all
}

/// When invoices were voided: at the last entry that took their credits back.
fn voided(records: &Records) -> BTreeMap<InvoiceNumber, Timestamp> {
    let entries = records.clients.iter().flat_map(|client| client.entries.iter().rev());
    let back = entries.filter(|entry| entry.reason == Reason::Reversal);
    back.filter_map(|entry| entry.invoice.map(|number| (number, entry.at))).collect()
}

fn names(records: &Records) -> BTreeMap<ClientId, String> {
    records.clients.iter().map(|one| (one.client.id, one.client.name.clone())).collect()
}

/// What the transactions of all records share.
struct Book<'a> {
    zone: &'a TimeZone,
    voided: BTreeMap<InvoiceNumber, Timestamp>,
    names: BTreeMap<ClientId, String>,
}

impl Book<'_> {
    fn day(&self, at: Timestamp) -> Date {
        at.to_zoned(self.zone.clone()).date()
    }

    fn transaction(
        &self,
        at: Timestamp,
        client: Option<ClientId>,
        (text, link): (String, String),
        postings: Vec<Posting>,
    ) -> Transaction {
        let payee = client.and_then(|client| self.names.get(&client)).cloned().unwrap_or_default();
        let postings = postings.into_iter().filter(|posting| posting.amount != 0).collect();
        Transaction { date: self.day(at), payee, text, link, postings }
    }

    fn entry(&self, entry: &Entry) -> Transaction {
        let mut postings = Vec::new();
        for line in &entry.lines {
            let commodity = Commodity::Credits(line.kind);
            let (granted, used) = (i128::from(line.granted), i128::from(line.used));
            postings.extend([
                posting(credits_of(entry.client), used.saturating_sub(granted), commodity),
                posting("Equity:Credits:Granted".to_owned(), granted, commodity),
                posting("Equity:Credits:Used".to_owned(), used.saturating_neg(), commodity),
            ]);
        }
        let text = match &entry.note {
            Some(note) => format!("entry {}: {note}", entry.number),
            None => format!("entry {}", entry.number),
        };
        self.transaction(entry.at, Some(entry.client), (text, entry.op.to_string()), postings)
    }

    /// An invoice when it was made, and again when it was voided; or a credit note.
    fn document(&self, document: &Invoice) -> Vec<Transaction> {
        let client = Some(document.number.client);
        let link = document.corrects.unwrap_or(document.number).to_string();
        let sign = if document.corrects.is_some() { -1 } else { 1 };
        let noun = if document.corrects.is_some() { "credit note" } else { "invoice" };
        let text = format!("{noun} {}", document.number);
        let mut made = vec![self.transaction(
            document.at,
            client,
            (text.clone(), link.clone()),
            billed(document, sign),
        )];
        if document.state == InvoiceState::Void {
            let at = self.voided.get(&document.number).copied().unwrap_or(document.at);
            made.push(self.transaction(
                at,
                client,
                (format!("{text} void"), link),
                billed(document, -1),
            ));
        }
        made
    }

    /// The part of an invoice that was paid once and refunded: nothing is due for it.
    fn refund(
        &self,
        invoice: &Invoice,
        payments: &BTreeMap<String, PaymentRecords>,
    ) -> Option<Transaction> {
        if invoice.corrects.is_some() || invoice.state == InvoiceState::Void {
            return None;
        }
        let left = invoice.total_minor().saturating_sub(invoice.paid_minor);
        let refunded = i128::from(left.saturating_sub(invoice.due_minor()));
        let references = invoice.references();
        let changed = references.iter().filter_map(|one| payments.get(one)).map(last_change).max();
        let at = changed.unwrap_or(invoice.at);
        let commodity = Commodity::Money(invoice.currency);
        let postings = vec![
            posting("Income:Refunds".to_owned(), refunded, commodity),
            posting(receivable(invoice.number.client), refunded.saturating_neg(), commodity),
        ];
        let text = format!("refund of invoice {}", invoice.number);
        let client = Some(invoice.number.client);
        Some(self.transaction(at, client, (text, invoice.number.to_string()), postings))
    }

    /// The money of a payment: a transaction for each change of its net sum.
    fn received(&self, records: &PaymentRecords) -> Vec<Transaction> {
        let payment = &records.payment;
        let commodity = Commodity::Money(payment.currency);
        let change = |(at, source, amount): (Timestamp, &str, i128)| {
            let postings = vec![
                posting(format!("Assets:Bank:{source}"), amount, commodity),
                posting(prepaid(payer(payment)), amount.saturating_neg(), commodity),
            ];
            let text = format!("payment {}", payment.reference);
            let link = payment.invoice.map(|number| number.to_string()).unwrap_or_default();
            self.transaction(at, payer(payment), (text, link), postings)
        };
        changes(records).into_iter().map(change).collect()
    }

    /// The money of a payment that its invoices use.
    fn applied(&self, records: &PaymentRecords) -> Vec<Transaction> {
        let payment = &records.payment;
        let commodity = Commodity::Money(payment.currency);
        let at = last_change(records);
        let of = |Application { invoice: number, minor }: Application| {
            let amount = i128::from(minor);
            let postings = vec![
                posting(prepaid(Some(number.client)), amount, commodity),
                posting(receivable(number.client), amount.saturating_neg(), commodity),
            ];
            let text = format!("payment {} of invoice {number}", payment.reference);
            self.transaction(at, Some(number.client), (text, number.to_string()), postings)
        };
        payment.applications().into_iter().map(of).collect()
    }
}

/// The changes of a payment's net sum, with the source of each.
fn changes(records: &PaymentRecords) -> Vec<(Timestamp, &'static str, i128)> {
    let payment = &records.payment;
    let claimed = Sums { received_minor: payment.claimed_minor, ..Sums::default() };
    let mut changes = vec![(payment.at, "Claimed", i128::from(claimed.net()))];
    let mut merged = claimed;
    for event in &records.events {
        let next = merged.merged(&event.report.sums);
        let change = i128::from(next.net()).saturating_sub(i128::from(merged.net()));
        changes.push((event.at, source(event.by), change));
        merged = next;
    }
    changes.retain(|(_, _, change)| *change != 0);
    changes
}

/// When the net sum of a payment last changed.
fn last_change(records: &PaymentRecords) -> Timestamp {
    changes(records).last().map_or(records.payment.at, |(at, _, _)| *at)
}

fn source(by: EventSource) -> &'static str {
    match by {
        EventSource::Provider(Provider::Stripe) => "Stripe",
        EventSource::Provider(Provider::Paystack) => "Paystack",
        EventSource::Provider(Provider::Billing) => "Billing",
        EventSource::Staff(_) => "Statement",
    }
}

/// The postings of a document: `sign` is 1 where it is owed, −1 where it is taken back.
fn billed(document: &Invoice, sign: i128) -> Vec<Posting> {
    let commodity = Commodity::Money(document.currency);
    let owed = |minor: u64| i128::from(minor).saturating_mul(sign);
    let earned = |minor: u64| owed(minor).saturating_neg();
    let mut postings =
        vec![posting(receivable(document.number.client), owed(document.gross_minor), commodity)];
    let mut rest = document.net_minor;
    for kind in document.kinds() {
        let lines = document.lines.iter().filter(|line| line.kind() == Some(kind));
        let net = lines.fold(0, |sum: u64, line| sum.saturating_add(line.net_minor));
        rest = rest.saturating_sub(net);
        let account = format!("Income:Credits:{}", Commodity::Credits(kind).code());
        postings.push(posting(account, earned(net), commodity));
    }
    postings.push(posting("Income:Other".to_owned(), earned(rest), commodity));
    postings.push(posting("Liabilities:Tax".to_owned(), earned(document.tax_minor), commodity));
    postings
}

fn posting(account: String, amount: i128, commodity: Commodity) -> Posting {
    Posting { account, amount, commodity }
}

fn receivable(client: ClientId) -> String {
    format!("Assets:Receivable:C{}", client.0)
}

fn credits_of(client: ClientId) -> String {
    format!("Liabilities:Credits:C{}", client.0)
}

fn prepaid(client: Option<ClientId>) -> String {
    match client {
        Some(client) => format!("Liabilities:Prepaid:C{}", client.0),
        None => "Liabilities:Prepaid:Unmatched".to_owned(),
    }
}

/// The client whose money a payment is.
fn payer(payment: &Payment) -> Option<ClientId> {
    payment.invoice.map(|number| number.client).or(payment.client)
}

fn sums<'a>(transactions: impl Iterator<Item = &'a Transaction>) -> Balances {
    let mut sums = Balances::new();
    for posting in transactions.flat_map(|one| &one.postings) {
        let key = (posting.account.clone(), posting.commodity.code());
        let (_, sum) = sums.entry(key).or_insert((posting.commodity, 0));
        *sum = sum.saturating_add(posting.amount);
    }
    sums
}

/// One transaction for all earlier ones. Income of earlier days is closed into equity.
fn opening<'a>(earlier: impl Iterator<Item = &'a Transaction>, date: Date) -> Vec<Transaction> {
    let mut opening = Balances::new();
    for ((account, code), (commodity, amount)) in sums(earlier) {
        let is_income = account.starts_with("Income:");
        let account = if is_income { "Equity:Opening".to_owned() } else { account };
        let (_, sum) = opening.entry((account, code)).or_insert((commodity, 0));
        *sum = sum.saturating_add(amount);
    }
    let of = |((account, _), (commodity, amount))| posting(account, amount, commodity);
    let postings: Vec<Posting> =
        opening.into_iter().map(of).filter(|posting| posting.amount != 0).collect();
    if postings.is_empty() {
        return Vec::new();
    }
    let date = date.saturating_sub(1.day());
    let (payee, link) = (String::new(), String::new());
    vec![Transaction { date, payee, text: "opening balances".to_owned(), link, postings }]
}

/// The balances of now, as ACCOUNT, INVOICE and PAYMENT state them.
fn assertions(records: &Records) -> Vec<Assertion> {
    let mut assertions = Vec::new();
    for client in &records.clients {
        assertions.extend(of_client(client, records));
    }
    let mut unapplied = BTreeMap::new();
    for PaymentRecords { payment, .. } in records.payments.values() {
        let key = (prepaid(payer(payment)), payment.currency.code());
        let (_, sum) = unapplied.entry(key).or_insert((payment.currency, 0_i128));
        let free = i128::from(payment.sums.net()).saturating_sub(i128::from(payment.applied()));
        *sum = sum.saturating_sub(free);
    }
    assertions.extend(unapplied.into_iter().map(|((account, _), (currency, amount))| Assertion {
        account,
        amount,
        commodity: Commodity::Money(currency),
    }));
    assertions
}

fn of_client(records: &ClientRecords, all: &Records) -> Vec<Assertion> {
    let ClientRecords { client, account, documents, .. } = records;
    let mut assertions = Vec::new();
    for kind in Kind::ALL {
        let balance = i128::from(account.totals.get(kind).balance());
        if balance != 0 || !records.entries.is_empty() {
            assertions.push(Assertion {
                account: credits_of(client.id),
                amount: balance.saturating_neg(),
                commodity: Commodity::Credits(kind),
            });
        }
    }
    let Some(currency) = all.settings.currency.filter(|_| !documents.is_empty()) else {
        return assertions;
    };
    let due = documents.iter().fold(0, |sum: u64, one| sum.saturating_add(one.due_minor()));
    // The two sums are equal unless a record is wrong; then one of the two assertions fails.
    for minor in [account.unpaid_minor, due] {
        assertions.push(Assertion {
            account: receivable(client.id),
            amount: i128::from(minor),
            commodity: Commodity::Money(currency),
        });
    }
    assertions
}
