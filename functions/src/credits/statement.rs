//! A statement: the entries of some days, newest first, between the opening and the closing balance of
//! these days. A page has a limit: it closes where the page before it ended, and its opening balance is
//! that of the days, whatever their number of entries.

use jiff::ToSpan;
use shared::contract;
use shared::contract::refusal::Refusal;
use shared::credits::types::Answer;
use shared::kernel::credit::{Kind, PerKind};
use shared::kernel::id::Named;
use shared::kernel::typed::TypedDay;
use shared::ledger::entry::Entry;

use super::{Beside, balances, beside};
use crate::reads::{Read, Scene};
use crate::store::Store;

/// The most entries on one page.
const ENTRIES_MAX: usize = 1_000;

/// Reads a page of a statement: the entries before the entry of number `before_entry`.
pub(crate) async fn statement(
    store: &Store,
    scene: &Scene<'_>,
    typed: &str,
    kind: Option<Kind>,
    (since, until): (Option<TypedDay>, Option<TypedDay>),
    before_entry: Option<u64>,
) -> Read {
    let (client, account) = scene.client(typed)?;
    let today = scene.today();
    let until = until.map_or(today, |day| day.at(today));
    let since = since.map_or_else(|| until.saturating_sub(29.days()), |day| day.at(today));
    if until < since {
        let text = "The last day of a statement comes before its first.".to_owned();
        return Err(Refusal::Invalid { why: text }.into());
    }
    let (from, end) = (scene.start_of(since), scene.start_of(until.saturating_add(1.day())));
    let walked = store.entries_back(account, from, usize::MAX).await?;
    let mut entries = Vec::new();
    let mut opening = balances(account);
    let mut closing = opening;
    let mut cut = false;
    for entry in walked.entries {
        step_back(&mut opening, &entry);
        let is_newer = before_entry.is_some_and(|number| entry.number >= number);
        if entry.at >= end || is_newer {
            closing = opening;
            continue;
        }
        let is_of_kind = kind.is_none_or(|kind| entry.lines.iter().any(|line| line.kind == kind));
        if !is_of_kind {
            continue;
        }
        if entries.len() < ENTRIES_MAX {
            entries.push(entry);
        } else {
            cut = true;
        }
    }
    let Beside { staff, documents } = beside(store, &entries).await?;
    let client = Named::from(client);
    Ok(contract::Answer::Credits(Answer::Statement {
        staff,
        documents,
        client,
        entries,
        opening,
        closing,
        since,
        until,
        cut,
    }))
}

/// The balances before an entry, from those after it.
fn step_back(balances: &mut PerKind<i64>, entry: &Entry) {
    for line in &entry.lines {
        let balance = balances.get_mut(line.kind);
        *balance = balance.saturating_sub(line.change());
    }
}
