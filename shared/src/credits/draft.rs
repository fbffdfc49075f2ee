//! What drafts of credit changes share: the questions about a name or an earlier change, the facts
//! that a plan is bound to, and the sentence of the audit trail.

use crate::clients::types::Client;
use crate::contract::Key;
use crate::contract::image::Stop;
use crate::contract::refusal::Refusal;
use crate::credits::types::{Changed, Facts};
use crate::decision::{Mail, Prefetch, Scene};
use crate::invoices::types::Invoice;
use crate::kernel::credit::{Kind, PerKind, grouped, grouped_signed};
use crate::kernel::id::{ClientId, Named, OpId, StaffId, digest};
use crate::kernel::mail::{MAIL_AFTER, MailEvent};
use crate::kernel::movement::Movement;
use crate::kernel::text::required;
use crate::ledger::account::{Account, RecentChange, Status};
use crate::ledger::entry::NOTE_MAX;
use crate::ledger::posting::{self, Posted, Posting};
use crate::permissions::gate::mms;
use crate::plans::types::{Bound, Figure, Lapse, Question};

/// Within how many seconds an equal change is asked about.
const DUPLICATE_S: i64 = 24 * 60 * 60;

/// Within how many seconds an equal change by the same person is called a repetition.
const JUST_NOW_S: i64 = 2 * 60;

/// Which records of a document are prefetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needed {
    /// The document and its payment.
    Payment,
    /// Also the payer's and the client's account.
    All,
}

/// The text that staff address to the client.
pub(super) fn tell(text: Option<&str>) -> Result<Option<String>, Stop> {
    Ok(text.map(|text| required("text for the client", text, NOTE_MAX)).transpose()?)
}

/// The mail about a change of credits, after the wait.
pub(super) fn mail(
    scene: &Scene<'_>,
    client: &Client,
    event: MailEvent,
) -> Result<Option<Mail>, Stop> {
    let due = scene.now.checked_add(MAIL_AFTER).unwrap_or(scene.now);
    let is_told = event.tell().is_some();
    match scene.mail(client, event, due)? {
        None if is_told => Err(no_mail(client)),
        mail => Ok(mail),
    }
}

/// The mail to the payer of an invoice that gives fewer credits. A payer that was not told of the add
/// yet is not told of this either: the mail about the add states the credits that it still gives. A
/// text that staff address to the client is always sent.
pub(super) fn less_given(
    scene: &Scene<'_>,
    invoice: &Invoice,
    off: &PerKind<u64>,
    forgiven: &PerKind<u64>,
    tell: Option<String>,
) -> Result<Option<Mail>, Stop> {
    let is_announced = scene.now.duration_since(invoice.at) >= MAIL_AFTER;
    // Forgiven credits were never taken from the client.
    let credits = off.map(|kind, off| off.saturating_sub(*forgiven.get(kind)));
    let is_whole = *off == invoice.gives;
    let number = invoice.number;
    if tell.is_none() && (!is_announced || (!is_whole && credits == PerKind::default())) {
        return Ok(None);
    }
    let event = if is_whole {
        MailEvent::InvoiceVoided { invoice: number, tell }
    } else {
        MailEvent::InvoiceCorrected { invoice: number, credits, tell }
    };
    mail(scene, scene.client(number.client)?, event)
}

/// The refusal of a text for a client that reads no mail of the desk.
pub(super) fn no_mail(client: &Client) -> Stop {
    let why = if client.address().is_some() {
        "it is a reseller’s client, and its reseller has no brand (/brand set)"
    } else {
        "it has no email address"
    };
    Refusal::invalid(format!("{} cannot be told: {why}. Leave out tell:.", client.name)).into()
}

/// Posts a change on an account.
pub(super) fn post(
    account: &Account,
    client: &Named,
    posting: Posting<'_>,
) -> Result<Posted, Stop> {
    posting::post(account, posting)
        .map_err(|kind| Refusal::TooMany { client: client.clone(), kind }.into())
}

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

/// The facts and figures of one account that a plan shows.
pub(super) fn bound(
    client: &Client,
    account: &Account,
    kinds: impl IntoIterator<Item = Kind>,
) -> Bound {
    let counts: Vec<String> =
        kinds.into_iter().map(|kind| account.staff_changes.get(kind).to_string()).collect();
    Bound::of(
        vec![(Lapse::Status, account.status.word().to_owned()), Bound::parents(&client.chain)],
        vec![(Figure::OtherChange, counts.join("."))],
    )
}

/// The facts and figures of the whole change. How much of a wrong add is left to take, owed or forgiven
/// are figures; every other change has an amount that was asked for.
pub(super) fn bound_change(movement: &Movement, change: &Changed) -> Bound {
    let amounts = movement.main().map(|side| side.amounts()).unwrap_or_default();
    // Facts are plain data with string keys: their JSON always exists.
    let json = |amounts: &PerKind<i64>, change: &Changed| {
        serde_json::to_string(&(amounts, change)).unwrap_or_default()
    };
    match change {
        Changed::Corrected { op, .. } => Bound::of(
            vec![(Lapse::Target, op.to_string())],
            vec![(Figure::Spent, json(&amounts, change))],
        ),
        Changed::Added(_)
        | Changed::Moved
        | Changed::Deducted
        | Changed::Undone(_)
        | Changed::Voided => {
            let target = digest(&[&json(&amounts, change)]).chars().take(16).collect();
            Bound::of(vec![(Lapse::Target, target)], Vec::new())
        }
    }
}

/// The audit trail's sentence about a change.
#[must_use]
pub fn sentence(movement: &Movement, facts: &Facts) -> String {
    let Some(main) = movement.main() else { return String::new() };
    let invoice = movement.document.as_ref().map(|i| format!(", {}", i.number)).unwrap_or_default();
    let reason = facts.reason.as_ref().map(|r| format!(": {r}")).unwrap_or_default();
    let corrected = corrections(movement, &facts.change);
    let changes: Vec<String> = main
        .changes
        .iter()
        .map(|change| {
            let sign = if change.amount > 0 { "+" } else { "" };
            format!(
                "{sign}{} {} for {} ({} → {})",
                grouped_signed(change.amount),
                change.kind,
                main.client.id,
                grouped_signed(change.before),
                grouped_signed(change.after),
            )
        })
        .collect();
    format!("{}{invoice}{corrected}{reason}", changes.join(", "))
}

fn corrections(movement: &Movement, change: &Changed) -> String {
    let Changed::Corrected { op, off_invoice, written_off, owed, moved } = change else {
        return String::new();
    };
    let to = movement.other().map(|other| other.client.id.to_string()).unwrap_or_default();
    let parts = [
        (off_invoice, "off the invoice".to_owned()),
        (written_off, "written off".to_owned()),
        (owed, "owed".to_owned()),
        (moved, format!("moved to {to}")),
    ];
    let mut text = format!(", corrects {op}");
    let single = movement.kinds().len() == 1;
    for (credits, words) in parts {
        for kind in Kind::ALL {
            let count = *credits.get(kind);
            match count {
                0 => {}
                _ if single => text.push_str(&format!(", {} {words}", grouped(count))),
                _ => text.push_str(&format!(", {} {kind} {words}", grouped(count))),
            }
        }
    }
    text
}

/// Whether a client may be given credits: its status, and for MMS the gate, by ACCOUNT's copies.
pub(super) fn may_get(
    scene: &Scene<'_>,
    client: &Client,
    account: &Account,
    with_mms: bool,
) -> Result<(), Stop> {
    let named = Named::from(client);
    if !may_receive(account.status) {
        return Err(Refusal::ClientStatus { client: named, status: account.status }.into());
    }
    if with_mms {
        let gate = scene.image.mms_gate(client.root())?;
        mms(account.mms, client, &scene.parents(client)?, gate)
            .map_err(|off| Refusal::MmsOff { client: named, off })?;
    }
    Ok(())
}

/// Whether a client in this status may be given credits.
#[must_use]
pub fn may_receive(status: Status) -> bool {
    match status {
        Status::Active | Status::Suspended => true,
        Status::Pending | Status::Closed => false,
    }
}
