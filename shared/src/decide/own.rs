//! What each function decides of its own. A function is given its decisions and not their choice,
//! so that it carries no other's: the numbering plans of all countries, by which `clients` knows a
//! mobile, and the regular expressions in them are large.

use super::{
    Found, Scene, clients, correct, draft, invoices, mms, plans, prices, reverse, settings, staff,
    views,
};
use crate::answer::Answer;
use crate::operation::{Ask, Function};
use crate::record::Decision;
use crate::refusal::Refusal;

/// The decisions of one function, for somebody who may ask them.
pub type Own = fn(&Scene<'_>, &Ask, &Found) -> Result<Decision, Refusal>;

/// The decisions of `credits`.
///
/// # Errors
/// The refusal to answer.
pub fn credits(scene: &Scene<'_>, ask: &Ask, found: &Found) -> Result<Decision, Refusal> {
    match ask {
        Ask::AddCredit { .. } | Ask::DeductCredit { .. } => {
            let hit = scene.the_client(found)?;
            match draft::draft(scene, ask, Some(hit), None) {
                Ok(draft) => plans::settle(scene, ask, draft),
                Err(refusal) => plans::stored_refusal(scene, refusal),
            }
        }
        Ask::Undo { .. } | Ask::InvoiceVoid { .. } => match reverse::draft_call(scene, ask) {
            Ok((ask, draft)) => plans::settle(scene, &ask, draft),
            Err(refusal) => plans::stored_refusal(scene, refusal),
        },
        Ask::Correct { .. } => {
            let (ask, hit) = correct::asked(scene, ask, found)?;
            match draft::draft(scene, &ask, hit.as_ref(), None) {
                Ok(draft) => plans::settle(scene, &ask, draft),
                Err(refusal) => plans::stored_refusal(scene, refusal),
            }
        }
        Ask::Confirm { op, seen, .. } => plans::confirm(scene, op.as_ref(), *seen),
        Ask::Approve { op, seen, alone, .. } => {
            let alone = alone.then_some(found.everybody.as_slice());
            plans::approve(scene, op, *seen, alone)
        }
        Ask::Deny { op, reason } => plans::deny(scene, op, reason.as_deref()),
        Ask::Balance { .. } => views::balance(scene, scene.the_client(found)?),
        _ => nothing_here(),
    }
}

/// The decisions of `clients`.
///
/// # Errors
/// The refusal to answer.
pub fn clients(scene: &Scene<'_>, ask: &Ask, found: &Found) -> Result<Decision, Refusal> {
    match ask {
        Ask::ClientNew { .. } => clients::new(scene, ask, found),
        Ask::ClientView { .. } => views::client(scene, scene.the_client(found)?, found),
        Ask::ClientActivate { .. } => clients::activate(scene, scene.the_client(found)?),
        Ask::ClientSuspend { reason, .. } => {
            clients::suspend(scene, scene.the_client(found)?, reason)
        }
        Ask::ClientSet { set, .. } => clients::set(scene, scene.the_client(found)?, set, found),
        _ => nothing_here(),
    }
}

/// The decisions of `invoices`.
///
/// # Errors
/// The refusal to answer.
pub fn invoices(scene: &Scene<'_>, ask: &Ask, found: &Found) -> Result<Decision, Refusal> {
    match ask {
        Ask::InvoiceView { number } => invoices::view(scene, *number),
        Ask::PriceShow { client } => prices::show(scene, client.is_some(), found),
        Ask::PriceSet { kind, client, steps, from } => {
            prices::set(scene, *kind, client.is_some(), steps, *from, found)
        }
        Ask::SettingsShow {} => {
            Ok(Decision::Answer(Answer::Settings { settings: scene.settings.clone(), set: None }))
        }
        Ask::SettingsSet { set } => settings::set(scene, set),
        _ => nothing_here(),
    }
}

/// The decisions of `permissions`.
///
/// # Errors
/// The refusal to answer.
pub fn permissions(scene: &Scene<'_>, ask: &Ask, found: &Found) -> Result<Decision, Refusal> {
    match ask {
        Ask::MmsAllow { on, .. } => mms::allow(scene, scene.the_client(found)?, *on),
        Ask::MmsSwitch { turn } => mms::switch(scene, scene.the_client(found)?, turn),
        Ask::RoleGrant { who, role, name, same_as } => {
            staff::grant(scene, who, *role, name.as_deref(), same_as.as_deref(), found)
        }
        Ask::StaffLeave { who, hand_to } => staff::leave(scene, who, hand_to.as_deref(), found),
        Ask::Cover { who, role, until } => staff::cover(scene, who, *role, *until, found),
        Ask::Whoami {} => views::whoami(scene),
        _ => nothing_here(),
    }
}

/// The decisions of all functions, where one process is all of them.
///
/// # Errors
/// The refusal to answer.
pub fn all(scene: &Scene<'_>, ask: &Ask, found: &Found) -> Result<Decision, Refusal> {
    match ask.operation().function() {
        Function::Credits => credits(scene, ask, found),
        Function::Clients => clients(scene, ask, found),
        Function::Invoices => invoices(scene, ask, found),
        Function::Permissions => permissions(scene, ask, found),
    }
}

/// The call belongs elsewhere, or is read from many records: whoever answers calls has seen to both.
fn nothing_here() -> Result<Decision, Refusal> {
    Err(Refusal::Invalid { why: "This is not decided here.".to_owned() })
}
