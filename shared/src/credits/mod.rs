//! Credits: adding, deducting, moving and taking back. Uses `invoices` (documents), `pricing`,
//! `permissions` (the MMS gate), and `plans` (the state of an operation that is to be taken back).
//!
//! Invariant: every change of credits is a [`crate::decision::Proposal`] whose movement equals the
//! entries that it writes. Staff take credits back whole or not at all, of every kind.

pub mod add;
pub mod bare;
mod bound;
pub mod correct;
mod deducted;
pub mod deduct;
mod duplicate;
mod guards;
mod mails;
mod measure;
mod moved;
pub mod reverse;
pub mod sentence;
pub mod transfer;
pub mod types;

use crate::clients::card::balance_of;
use crate::clients::types::Client;
use crate::clients::view::{mms_off, unpaid};
use crate::contract::image::Stop;
use crate::contract::{Answer as AnyAnswer, Key};
use crate::credits::duplicate::needs_earlier;
use crate::credits::reverse::Needed;
use crate::credits::types::{Answer, Ask};
use crate::decision::{Draft, Prefetch, Scene};
use crate::invoices::types::normal_reference;
use crate::kernel::credit::PerKind;
use crate::kernel::id::{Named, ROOT};
use crate::pricing::lists;

/// Names the records that an ask will look at.
pub fn needs(ask: &Ask, prefetch: &mut Prefetch<'_>) {
    match ask {
        Ask::AddCredit { kind, client, count, reference, .. } => {
            let hit = prefetch.named(client.text());
            let reference = reference.as_deref().map(normal_reference);
            prefetch.items(reference.filter(|r| !r.is_empty()).map(Key::Payment));
            let Some(hit) = hit else { return };
            prefetch.items(lists::needs(hit.client, &hit.chain, *kind));
            prefetch.items(hit.chain.first().map(|parent| Key::Account(*parent)));
            let amounts = PerKind::only(*kind, Some(count.signed()));
            needs_earlier(hit.client, &amounts, prefetch);
        }
        Ask::DeductCredit { kind, client, count, invoice, to_house, .. } => {
            let hit = prefetch.named(client.text());
            if let Some(number) = invoice {
                reverse::needs_document(*number, Needed::Payment, prefetch);
            }
            let Some(hit) = hit else { return };
            prefetch.items(lists::needs(hit.client, &hit.chain, *kind));
            let amounts = PerKind::only(*kind, Some(count.signed().saturating_neg()));
            needs_earlier(hit.client, &amounts, prefetch);
            if invoice.is_none() {
                let parent = hit.chain.first().filter(|parent| **parent != ROOT && !to_house);
                prefetch.items(parent.map(|parent| Key::Account(*parent)));
                deduct::needs_open(hit.client, *kind, *count, prefetch);
            }
        }
        Ask::Transfer { client, .. } => {
            if let Some(hit) = prefetch.named(client) {
                for parent in hit.chain {
                    prefetch.client(parent);
                }
            }
        }
        Ask::Undo { op, .. } => {
            reverse::needs_undo(op.as_ref(), prefetch);
        }
        Ask::Correct { op, to, .. } => correct::needs(op, to, prefetch),
        Ask::InvoiceVoid { number, .. } => {
            prefetch.client(number.client);
            reverse::needs_document(*number, Needed::All, prefetch);
            reverse::needs_plan(prefetch);
        }
        Ask::Balance { client } | Ask::Statement { client, .. } | Ask::Why { client, .. } => {
            prefetch.named(client);
        }
    }
}

/// Decides an ask.
///
/// # Errors
/// The refusal, or what was never read.
pub fn decide(scene: &Scene<'_>, ask: &Ask) -> Result<Draft, Stop> {
    match ask {
        Ask::AddCredit { kind, client, count, mode, reference, reason, from_house, tell } => {
            let hit = scene.hit(client.text())?;
            let sale = add::Sale {
                credits: PerKind::only(*kind, Some(*count)),
                mode: *mode,
                reference: reference.as_deref(),
                reason: reason.as_deref(),
                from_house: *from_house,
                tell: tell.as_deref(),
                prices: scene.plan.map(|plan| plan.prices).unwrap_or_default(),
            };
            add::draft(scene, ask.clone(), &hit, &sale).map(Draft::Propose)
        }
        Ask::DeductCredit { .. } => deduct::draft(scene, ask).map(Draft::Propose),
        Ask::Transfer { .. } => transfer::draft(scene, ask).map(Draft::Propose),
        Ask::Undo { .. } => reverse::undo(scene, ask).map(Draft::Propose),
        Ask::Correct { op, to, spent, reason, deducted, tell } => {
            let correction = correct::Correction {
                target: op,
                to,
                spent: *spent,
                reason: reason.as_deref(),
                deducted: *deducted,
                tell: tell.as_deref(),
            };
            correct::draft(scene, &correction).map(Draft::Propose)
        }
        Ask::InvoiceVoid { .. } => reverse::void(scene, ask).map(Draft::Propose),
        Ask::Balance { client } => balance(scene, client),
        Ask::Statement { .. } | Ask::Why { .. } => Ok(Draft::Ranges),
    }
}

fn balance(scene: &Scene<'_>, typed: &str) -> Result<Draft, Stop> {
    let hit = scene.hit(typed)?;
    let client: &Client = scene.client(hit.client)?;
    let account = scene.account(hit.client)?;
    Ok(Draft::Answer(AnyAnswer::Credits(Answer::Balance {
        client: Named::from(client),
        status: account.status,
        balances: balance_of(account),
        mms_off: mms_off(scene, client)?,
        unpaid: unpaid(scene, account),
    })))
}
