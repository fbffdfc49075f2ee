//! The question about an equal change of the last 24 hours.
//!
//! Invariant: the changes that ACCOUNT remembers decide, so the question is a guard of the commit. A change
//! that was taken back is no longer among them.

use crate::contract::Key;
use crate::contract::image::Stop;
use crate::decision::{Prefetch, Scene};
use crate::kernel::credit::PerKind;
use crate::kernel::id::{ClientId, OpId, StaffId};
use crate::ledger::account::{Account, RecentChange};
use crate::plans::types::Question;

/// Within how many seconds an equal change is asked about.
const DUPLICATE_S: i64 = 24 * 60 * 60;

/// Within how many seconds an equal change by the same person is called a repetition.
const JUST_NOW_S: i64 = 2 * 60;

/// The question about the newest equal change of the last 24 hours that is not this operation.
pub(super) fn earlier(
    scene: &Scene<'_>,
    account: &Account,
    amounts: &PerKind<Option<i64>>,
) -> Result<Option<Question>, Stop> {
    // A provider's or a client's own call is repeated under its own key, and nobody could answer.
    let Some(linked) = scene.linked else { return Ok(None) };
    let now_s = scene.now.as_second();
    let Some(equal) = equal_change(account, amounts, now_s, Some(&scene.op)) else {
        return Ok(None);
    };
    let age = now_s.saturating_sub(equal.at_s);
    let mine = equal.who == linked.staff.to_string();
    let by = match staff_of(equal) {
        _ if mine => Some(linked.name.clone()),
        Some(id) => scene.image.staff(id)?.map(|staff| staff.name.clone()),
        None => None,
    };
    let just_now = mine && age <= JUST_NOW_S;
    Ok(Some(Question::Again { earlier: equal.clone(), by, just_now }))
}

/// Names the staff member whose name the question about an earlier change needs.
pub(super) fn needs_earlier(
    client: ClientId,
    amounts: &PerKind<Option<i64>>,
    prefetch: &mut Prefetch<'_>,
) {
    let Some(account) = prefetch.image.peek::<Account>(&Key::Account(client)) else { return };
    let equal = equal_change(account, amounts, prefetch.now.as_second(), None);
    let who = equal.and_then(staff_of).filter(|who| Some(*who) != prefetch.caller);
    prefetch.items(who.map(Key::Staff));
}

fn equal_change<'a>(
    account: &'a Account,
    amounts: &PerKind<Option<i64>>,
    now_s: i64,
    except: Option<&OpId>,
) -> Option<&'a RecentChange> {
    let since = now_s.saturating_sub(DUPLICATE_S);
    account.recent.iter().rev().find(|row| {
        *amounts.get(row.kind) == Some(row.amount) && row.at_s > since && Some(&row.op) != except
    })
}

fn staff_of(change: &RecentChange) -> Option<StaffId> {
    change.who.parse().ok()
}
