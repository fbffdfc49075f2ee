//! ACCOUNT: totals, counts and hashes are those of the entries; numbers, `unpaid` and the open invoices
//! are those of the documents; status, MMS and overdraft are CLIENT's; the sums are those of the stored
//! records ([`shared::books::witness`]).

use shared::books::types::Day;
use shared::books::witness;
use shared::clients::types::Client;
use shared::contract::Record;
use shared::invoices::types::Invoice;
use shared::kernel::credit::Kind;
use shared::kernel::id::Series;
use shared::ledger::account::{Account, Witness};
use shared::payments::types::Payment;

use super::entries::Tally;

/// The records that an account sums up.
pub(super) struct Belongings<'a> {
    pub(super) client: Option<&'a Client>,
    pub(super) documents: &'a [Invoice],
    pub(super) payments: Vec<&'a Payment>,
    pub(super) days: &'a [Day],
}

/// What does not fit between an account and its entries.
pub(super) fn compare_entries(account: &Account, tally: &Tally) -> Vec<String> {
    let mut wrong = Vec::new();
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
    if account.last_bare != tally.last_bare {
        wrong.push("the account's last bare entry is not that of its entries.".to_owned());
    }
    let state = match tally.number {
        0 => Account::new(account.client, account.status, account.mms).state(),
        _ => tally.state.clone(),
    };
    if account.state() != state {
        let sentence = "the account's totals, recent changes, counts or largest adds are not those \
                        that its last entry left.";
        wrong.push(sentence.to_owned());
    }
    wrong
}

/// What does not fit between an account and the records that belong to it.
pub(super) fn compare_belongings(account: &Account, belongings: &Belongings<'_>) -> Vec<String> {
    let mut wrong = compare_client(account, belongings.client);
    wrong.extend(compare_numbers(account, belongings.documents));
    for row in &account.open_invoices {
        let is_row = |document: &&Invoice| {
            document.number.series == Series::Invoice && document.number.seq == row.seq
        };
        let listed = belongings.documents.iter().find(is_row);
        if listed.is_none_or(|l| l.due_minor() == 0 || l.gross_minor != row.gross_minor) {
            wrong.push(format!("the account lists invoice {} as open; it is not so.", row.seq));
        }
    }
    let disputed = belongings.payments.iter().filter(|payment| payment.sums.is_disputed()).count();
    if u64::try_from(disputed).ok() != Some(account.disputed) {
        wrong.push(format!(
            "the account says that {} of its payments are disputed; {disputed} are.",
            account.disputed
        ));
    }
    let sums = sums(account, belongings);
    let says = account.witness;
    let parts = [
        (says.client == sums.client, "the client's record"),
        (says.documents == sums.documents, "the invoices and credit notes"),
        (says.payments == sums.payments, "the payments"),
        (
            says.days == sums.days,
            "the closed days, or the account's version, freeze, disputes or open invoices,",
        ),
    ];
    for (fits, words) in parts {
        if !fits {
            wrong.push(format!("{words} are not those that the account sums up."));
        }
    }
    wrong
}

/// The sums that the account should have.
fn sums(account: &Account, belongings: &Belongings<'_>) -> Witness {
    let Belongings { client, documents, payments, days } = belongings;
    let records = client.iter().map(|r| Record::Client((*r).clone()));
    let records = records.chain(documents.iter().map(|r| Record::Invoice(r.clone())));
    let records = records.chain(payments.iter().map(|r| Record::Payment((*r).clone())));
    let records = records.chain(days.iter().map(|r| Record::Day(r.clone())));
    records
        .filter_map(|record| witness::part(&record))
        .filter(|(client, _)| *client == account.client)
        .fold(account.guards(), |sums, (_, part)| sums.plus(part))
}

fn compare_client(account: &Account, client: Option<&Client>) -> Vec<String> {
    let Some(client) = client else {
        return vec!["the account has no client.".to_owned()];
    };
    let mut wrong = Vec::new();
    let same = [
        (account.status == client.status, "status"),
        (account.mms == client.mms, "MMS switch"),
        (account.overdraft == client.overdraft, "overdraft"),
    ];
    for (fits, word) in same {
        if !fits {
            wrong.push(format!("the account's {word} is not the client's."));
        }
    }
    wrong
}

fn compare_numbers(account: &Account, documents: &[Invoice]) -> Vec<String> {
    let mut wrong = Vec::new();
    for (series, next) in
        [(Series::Invoice, account.next_invoice), (Series::CreditNote, account.next_credit_note)]
    {
        let numbers = documents.iter().map(|d| d.number).filter(|n| n.series == series);
        let found: Vec<u64> = numbers.map(|n| n.seq).collect();
        if next == 0 || found.iter().copied().ne(1..next) {
            let count = found.len();
            wrong.push(format!(
                "the account's next document of series {series:?} has number {next}; {count} are found, or they have a gap."
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
    wrong
}
