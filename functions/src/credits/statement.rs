//! A statement: the entries of some days, newest first, between an opening and a closing balance.

use jiff::ToSpan;
use shared::contract;
use shared::contract::refusal::Refusal;
use shared::credits::types::Answer;
use shared::kernel::credit::{Kind, PerKind};
use shared::kernel::id::Named;
use shared::kernel::typed::TypedDay;
use shared::ledger::entry::Entry;

use super::{WALK_MAX, actors, balances};
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
    let is_on_page =
        |entry: &Entry| entry.at < end && before_entry.is_none_or(|number| entry.number < number);
    let walked = store.entries_back(account, from, WALK_MAX).await?;
    let mut entries = Vec::new();
    let mut opening = balances(account);
    let mut closing = opening;
    let mut cut = walked.cut;
    for entry in walked.entries {
        let on_page = is_on_page(&entry);
        if on_page && entries.len() >= ENTRIES_MAX {
            cut = true;
            break;
        }
        step_back(&mut opening, &entry);
        if !on_page {
            closing = opening;
        } else if kind.is_none_or(|kind| entry.lines.iter().any(|line| line.kind == kind)) {
            entries.push(entry);
        }
    }
    let staff = actors(store, &entries).await?;
    let client = Named::from(client);
    Ok(contract::Answer::Credits(Answer::Statement {
        staff,
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
