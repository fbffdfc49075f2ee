//! What a change of credits would write, before it is known whether it may be done at once.

use jiff::Timestamp;

use super::{Scene, add, correct, deduct, reverse};
use crate::account::{Account, RecentChange};
use crate::answer::{Changed, CreditChange, Named};
use crate::client::Client;
use crate::credit::Kind;
use crate::entry::Entry;
use crate::id::{CallKey, ClientId, OpId, StaffId};
use crate::job::What;
use crate::money::Money;
use crate::operation::Ask;
use crate::plan::{Bound, Plan, Why};
use crate::record::{Key, Write};
use crate::refusal::Refusal;
use crate::search::{Hit, How};
use crate::staff::Mode;

/// Within how many seconds an equal change is asked about.
const DUPLICATE_S: i64 = 24 * 60 * 60;

/// Within how many seconds an equal change by the same person is called a repetition.
const JUST_NOW_S: i64 = 2 * 60;

/// A change of credits, drafted.
pub(super) struct Draft {
    /// The operation that it is stored as: the call's own, but for the reversal of an entry.
    pub op: OpId,
    /// What is answered.
    pub change: CreditChange,
    /// Accounts, entries, invoices, payments.
    pub writes: Vec<Write>,
    /// The mails that follow.
    pub mails: Vec<(What, Timestamp)>,
    /// Why it should be asked about first; limits are not among them.
    pub why: Vec<Why>,
    /// The facts that a plan for it is bound to.
    pub bound: Bound,
    /// Whether it counts against its author's budget.
    pub counts: bool,
}

/// Drafts what an ask would do. The hit is of the client that gets or loses what it names; what is
/// taken back names none, but for the right client of a correction. A plan that is being committed brings the price that it showed.
pub(super) fn draft(
    scene: &Scene<'_>,
    ask: &Ask,
    hit: Option<&Hit>,
    plan: Option<&Plan>,
) -> Result<Draft, Refusal> {
    let named =
        || hit.ok_or_else(|| Refusal::UnknownClient { typed: String::new(), nearest: Vec::new() });
    match ask {
        Ask::AddCredit { kind, count, mode, reference, reason, from_house, .. } => {
            let sale = add::Sale {
                kind: *kind,
                count: *count,
                mode: *mode,
                reference: reference.as_deref(),
                reason: reason.as_deref(),
                from_house: *from_house,
                price: plan.and_then(|plan| plan.bound.per_1000_minor),
            };
            add::draft(scene, named()?, &sale)
        }
        Ask::DeductCredit { kind, count, reason, invoice, .. } => {
            deduct::draft(scene, named()?, *kind, *count, reason, *invoice)
        }
        Ask::Correct { op, to, spent, reason } => {
            let correction =
                correct::Correction { target: op, to, spent: *spent, reason: reason.as_deref() };
            correct::draft(scene, &correction, hit, plan)
        }
        Ask::Undo { op: Some(target) } => reverse::undo(scene, target),
        Ask::InvoiceVoid { number, reason } => reverse::void(scene, *number, reason),
        _ => Err(Refusal::Invalid { why: "This changes no credits.".to_owned() }),
    }
}

/// The account of a client that was resolved, if staff may change its credits at all.
pub(super) fn open_account<'a>(
    scene: &Scene<'a>,
    client: ClientId,
) -> Result<(&'a Client, &'a Account), Refusal> {
    let stored = scene.client(client)?;
    let account = scene
        .image
        .account(client)
        .ok_or_else(|| Refusal::UnknownClient { typed: client.to_string(), nearest: Vec::new() })?;
    if account.frozen {
        return Err(Refusal::Frozen { client: Named::from(stored) });
    }
    Ok((stored, account))
}

/// What is odd about how the client was named.
pub(super) fn naming(hit: &Hit) -> Option<Why> {
    match hit.how {
        How::Exactly => None,
        How::NameBeginsOthers => Some(Why::NameBeginsOthers { typed: hit.typed.clone() }),
        How::Prefix => Some(Why::ByPrefix { typed: hit.typed.clone() }),
    }
}

/// The newest equal change of the last 24 hours that is not this operation itself.
pub(super) fn earlier(
    scene: &Scene<'_>,
    account: &Account,
    kind: Kind,
    amount: i64,
) -> Option<Why> {
    let equal = equal_change(account, kind, amount, scene.now, Some(&scene.op))?;
    let age = scene.now.as_second().saturating_sub(equal.at_s);
    let mine = equal.who == scene.caller.staff.to_string();
    let by = if mine {
        Some(scene.caller.name.clone())
    } else {
        staff_of(equal).and_then(|id| scene.image.staff(id)).map(|staff| staff.name.clone())
    };
    Some(Why::Again { earlier: equal.clone(), by, just_now: mine && age <= JUST_NOW_S })
}

/// The staff member whose name the question about an earlier change needs: nobody while there is none,
/// or while it is the caller's own.
pub(super) fn needs_earlier(
    account: &Account,
    kind: Kind,
    amount: i64,
    caller: Option<StaffId>,
    now: Timestamp,
) -> Option<Key> {
    let who = staff_of(equal_change(account, kind, amount, now, None)?)?;
    (Some(who) != caller).then_some(Key::Staff(who))
}

fn equal_change<'a>(
    account: &'a Account,
    kind: Kind,
    amount: i64,
    now: Timestamp,
    own: Option<&OpId>,
) -> Option<&'a RecentChange> {
    let since = now.as_second().saturating_sub(DUPLICATE_S);
    account.recent.iter().rev().find(|row| {
        row.kind == kind && row.amount == amount && row.at_s > since && Some(&row.op) != own
    })
}

fn staff_of(change: &RecentChange) -> Option<StaffId> {
    change.who.parse().ok()
}

/// What one operation is worth to its author's limits.
pub(super) fn worth(scene: &Scene<'_>, minor: u64) -> Option<Money> {
    scene.settings.currency.map(|currency| Money { minor, currency })
}

/// What a posting changed of one account, as it is answered; `after` has its new totals already. A
/// document and the other account of a move are the caller's to add.
pub(super) fn changed(
    scene: &Scene<'_>,
    client: Named,
    before: &Account,
    after: &Account,
    kind: Kind,
    entry: &Entry,
    what: Changed,
) -> CreditChange {
    let balance = |account: &Account| account.totals.get(kind).balance();
    CreditChange {
        client,
        kind,
        amount: entry.lines.first().map_or(0, |line| line.granted),
        before: balance(before),
        after: balance(after),
        what,
        entry: entry.number,
        invoice: None,
        replaced_by: None,
        reason: entry.note.clone(),
        other: None,
        by: scene.by(),
        approved_by: None,
        at: scene.now,
    }
}

/// The facts that a plan about this account is bound to.
pub(super) fn bound(
    client: &Client,
    account: &Account,
    kind: Kind,
    per_1000_minor: Option<u64>,
    worth_minor: u64,
    mode: Mode,
) -> Bound {
    Bound {
        status: account.status,
        chain: client.chain.clone(),
        kind,
        per_1000_minor,
        staff_changes: *account.staff_changes.get(kind),
        worth_minor,
        mode,
        receiver: None,
    }
}

/// The key under which the reversal of an entry is stored, whoever asks for it.
pub(super) fn reversal_op(client: ClientId, entry: u64) -> OpId {
    CallKey::new("reverse", format!("{client}#{entry}")).op()
}
