//! Makes the writes of one change prove each other (KERNEL of the proof: an item that was changed outside
//! the desk differs from what another item says about it).
//!
//! | Written | Its witness, in the same change |
//! |---|---|
//! | OPERATION | its hash is in each ENTRY, in each new document without an entry, in the PAYMENT and its event, and in the change of rights |
//! | ACCOUNT: totals, recent changes, last bare entry, counts, largest adds | their hash is in the last ENTRY |
//! | event of a payment | the chain of its hashes ends in PAYMENT |
//! | CLIENT, INVOICE, PAYMENT with an invoice, DAY, ACCOUNT's version, freeze, stop of open adds and open invoices | sums in ACCOUNT ([`Witness`]) |
//! | STAFF, IDENTITY, prices, SETTINGS, BANK, BRAND, MMS gate, OWNERS, HIERARCHY | their hashes are in the chain of rights |
//!
//! Invariant: every change passes through [`seal`] as the last step of its decision. So no capability
//! knows of witnesses, and none can forget one.

use std::collections::BTreeMap;

use crate::clients::types as clients;
use crate::contract::change::{Expect, Write};
use crate::contract::image::{Image, Stop};
use crate::contract::receipt::Receipt;
use crate::contract::rights::{Rights, RightsChange, rights_hash};
use crate::contract::{Ask, Key, Record};
use crate::decision::Prefetch;
use crate::kernel::hash::{Sum, short_hash};
use crate::kernel::id::ClientId;
use crate::ledger::account::{Account, Witness};
use crate::ledger::posting::next;

/// Names the record that the witnesses of a change of rights will look at.
pub fn needs(ask: &Ask, prefetch: &mut Prefetch<'_>) {
    let changes_rights = match ask {
        Ask::Staff(_) | Ask::Permissions(_) | Ask::Pricing(_) | Ask::Settings(_) => true,
        Ask::Clients(ask) => {
            matches!(ask, clients::Ask::ClientNew { .. } | clients::Ask::BrandSet { .. })
        }
        Ask::Credits(_)
        | Ask::Plans(_)
        | Ask::Invoices(_)
        | Ask::Payments(_)
        | Ask::Desk(_)
        | Ask::Books(_) => false,
    };
    if changes_rights && ask.spec().is_write() {
        prefetch.item(Key::Rights);
    }
}

/// Completes the writes of one change with their witnesses.
///
/// # Errors
/// An earlier state of a record was never read.
pub fn seal(mut writes: Vec<Write>, image: &Image) -> Result<Vec<Write>, Stop> {
    let receipt = receipt(&writes).cloned();
    let receipt = receipt.as_ref().map(|receipt| (receipt, short_hash(receipt)));
    if let Some((_, hash)) = &receipt {
        name_receipt(&mut writes, hash);
    }
    chain_events(&mut writes);
    let moved = moved(&writes, image)?;
    for client in moved.keys() {
        touch(&mut writes, *client, image)?;
    }
    chain_entries(&mut writes);
    sum_up(&mut writes, &moved, image)?;
    note_rights(&mut writes, receipt.as_ref().map(|(r, hash)| (*r, hash.as_str())), image)?;
    Ok(writes)
}

/// The receipt of the change: the first one, where a call also keeps which plan it took.
fn receipt(writes: &[Write]) -> Option<&Receipt> {
    writes.iter().find_map(|write| match write {
        Write::Put(Record::Operation(receipt), _) => Some(receipt),
        Write::Put(..) | Write::Delete(..) | Write::Check(..) => None,
    })
}

/// Names the receipt in the entries, documents without an entry, payments and events that it made.
fn name_receipt(writes: &mut [Write], hash: &str) {
    for write in writes {
        match write {
            Write::Put(Record::Entry(entry), _) => hash.clone_into(&mut entry.receipt),
            Write::Put(Record::Invoice(made), Expect::Absent) if made.entry.is_none() => {
                hash.clone_into(&mut made.receipt);
            }
            Write::Put(Record::Payment(payment), _) => hash.clone_into(&mut payment.receipt),
            Write::Put(Record::Event(event), _) => hash.clone_into(&mut event.receipt),
            Write::Put(..) | Write::Delete(..) | Write::Check(..) => {}
        }
    }
}

/// Names each new event in its payment, whose events are a chain.
fn chain_events(writes: &mut [Write]) {
    let mut last: Vec<(String, String)> = Vec::new();
    for write in &*writes {
        if let Write::Put(Record::Event(event), _) = write {
            last.push((event.reference.clone(), short_hash(event)));
        }
    }
    for write in writes {
        if let Write::Put(Record::Payment(payment), _) = write
            && let Some((_, hash)) = last.iter().find(|(of, _)| *of == payment.reference)
        {
            hash.clone_into(&mut payment.last_event);
        }
    }
}

/// The account that sums a record up, and the record's part of the sums.
#[must_use]
pub fn part(record: &Record) -> Option<(ClientId, Witness)> {
    let none = Witness::default();
    match record {
        Record::Client(r) => Some((r.id, Witness { client: Sum::of(r), ..none })),
        Record::Invoice(r) => Some((r.number.client, Witness { documents: Sum::of(r), ..none })),
        Record::Payment(r) => {
            r.invoice.map(|paid| (paid.client, Witness { payments: Sum::of(r), ..none }))
        }
        Record::Day(r) => Some((r.client, Witness { days: Sum::of(r), ..none })),
        Record::Account(_)
        | Record::Entry(_)
        | Record::Operation(_)
        | Record::Event(_)
        | Record::Spend(_)
        | Record::Owners(_)
        | Record::Hierarchy(_)
        | Record::Term(_)
        | Record::WholeName(_)
        | Record::Staff(_)
        | Record::Identity(_)
        | Record::Prices(_)
        | Record::Settings(_)
        | Record::Brand(_)
        | Record::Bank(_)
        | Record::MmsGate(_)
        | Record::Rights(_)
        | Record::RightsChange(_)
        | Record::Plan(_)
        | Record::Job(_)
        | Record::FailedJob(_)
        | Record::Audit(_)
        | Record::Proof(_)
        | Record::RefundAsked(_) => None,
    }
}

/// The change of each account's sums.
fn moved(writes: &[Write], image: &Image) -> Result<BTreeMap<ClientId, Witness>, Stop> {
    let mut moved: BTreeMap<ClientId, Witness> = BTreeMap::new();
    for write in writes {
        let Write::Put(record, expect) = write else { continue };
        let joins = part(record);
        // A payment that staff free is no account's any more.
        if joins.is_none() && !matches!(record, Record::Payment(_)) {
            continue;
        }
        if *expect != Expect::Absent
            && let Some((client, leaves)) = image.record(&record.key())?.and_then(part)
        {
            let sums = moved.entry(client).or_default();
            *sums = sums.minus(leaves);
        }
        if let Some((client, joins)) = joins {
            let sums = moved.entry(client).or_default();
            *sums = sums.plus(joins);
        }
    }
    Ok(moved)
}

/// Writes an account's next version, unless the change does.
fn touch(writes: &mut Vec<Write>, client: ClientId, image: &Image) -> Result<(), Stop> {
    let is_written =
        writes.iter().any(|w| matches!(w, Write::Put(Record::Account(a), _) if a.client == client));
    if !is_written && let Some(account) = image.account(client)? {
        let write = Write::Put(Record::Account(next(account)), Expect::Version(account.version));
        writes.push(write);
    }
    Ok(())
}

/// Seals the entries with the state of their accounts, and each with the hash of the one before.
fn chain_entries(writes: &mut [Write]) {
    let mut accounts: Vec<Account> = Vec::new();
    for write in &*writes {
        if let Write::Put(Record::Account(account), _) = write {
            accounts.push(account.clone());
        }
    }
    for account in &mut accounts {
        let mut last: Option<String> = None;
        // The order of the writes is that of the entries' numbers.
        for write in &mut *writes {
            let Write::Put(Record::Entry(entry), _) = write else { continue };
            if entry.client != account.client {
                continue;
            }
            if entry.number == account.entries {
                entry.state = account.state();
            }
            if let Some(previous) = last {
                entry.previous = previous;
            }
            entry.hash = entry.expected_hash();
            last = Some(entry.hash.clone());
        }
        if let Some(hash) = last {
            account.last_hash = hash;
        }
    }
    for write in writes {
        if let Write::Put(Record::Account(written), _) = write
            && let Some(chained) = accounts.iter().find(|a| a.client == written.client)
        {
            written.last_hash.clone_from(&chained.last_hash);
        }
    }
}

/// Moves the sums of the written accounts.
fn sum_up(
    writes: &mut [Write],
    moved: &BTreeMap<ClientId, Witness>,
    image: &Image,
) -> Result<(), Stop> {
    for write in writes {
        let Write::Put(Record::Account(account), expect) = write else { continue };
        let before = match expect {
            Expect::Absent => None,
            Expect::Version(_) | Expect::Anything => image.account(account.client)?,
        };
        let sums = before.map(|before| before.witness.minus(before.guards())).unwrap_or_default();
        let moved = moved.get(&account.client).copied().unwrap_or_default();
        account.witness = sums.plus(moved).plus(account.guards());
    }
    Ok(())
}

/// Adds the written records that give rights to their chain.
fn note_rights(
    writes: &mut Vec<Write>,
    receipt: Option<(&Receipt, &str)>,
    image: &Image,
) -> Result<(), Stop> {
    let mut records: Vec<(Key, String)> = Vec::new();
    for write in &*writes {
        if let Write::Put(record, _) = write {
            records.extend(rights_hash(record).map(|hash| (record.key(), hash)));
        }
    }
    if records.is_empty() {
        return Ok(());
    }
    let end = image.get::<Rights>(&Key::Rights)?.cloned().unwrap_or_default();
    let change = RightsChange {
        number: end.changes.saturating_add(1),
        at: receipt.map(|(receipt, _)| receipt.at),
        op: receipt.map(|(receipt, _)| receipt.op.clone()),
        receipt: receipt.map(|(_, hash)| hash.to_owned()),
        records,
        previous: end.hash,
        hash: String::new(),
    }
    .sealed();
    let version = end.version.saturating_add(1);
    let after = Rights { version, changes: change.number, hash: change.hash.clone() };
    writes.push(Write::Put(Record::RightsChange(change), Expect::Absent));
    writes.push(Write::Put(Record::Rights(after), Expect::after(end.version)));
    Ok(())
}
