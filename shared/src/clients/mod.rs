//! Clients: making, finding, viewing and changing them. Uses `permissions` (the MMS gate), `pricing`
//! (the worth of an overdraft) and `staff` (account managers).
//!
//! Invariant: CLIENT and ACCOUNT's copies of status, MMS switch and overdraft move in one change.

pub mod card;
pub mod change;
pub mod search;
pub mod types;
pub mod view;

use crate::clients::types::{Ask, Particular};
use crate::contract::Key;
use crate::contract::image::{Counter, Stop};
use crate::decision::{Draft, Prefetch, Scene};
use crate::pricing::lists;

/// Names the records that an ask will look at.
pub fn needs(ask: &Ask, prefetch: &mut Prefetch<'_>) {
    match ask {
        Ask::List { under: Some(typed), .. } => {
            prefetch.named(typed);
        }
        Ask::List { .. } | Ask::ClientFind { .. } | Ask::Suggest { .. } => {}
        Ask::ClientNew { name, login, email, mobile, parent, .. } => {
            prefetch.named(parent.as_deref().unwrap_or(change::ROOT_PARENT));
            // Another client with the same email or mobile is flagged.
            for text in std::iter::once(email).chain(mobile) {
                prefetch.named(text);
            }
            let number = prefetch.image.number(Counter::Clients).ok();
            if let Some(login) = change::login_for(name, login.as_deref(), number) {
                prefetch.item(Key::Login(login));
            }
            prefetch.item(Key::Hierarchy);
        }
        Ask::ClientView { client } => {
            prefetch.named(client);
            prefetch.all_staff();
        }
        Ask::ClientActivate { client } | Ask::ClientSuspend { client, .. } => {
            prefetch.named(client);
        }
        Ask::ClientSet { client, set } => {
            prefetch.named(client);
            match set {
                Particular::Email(text) | Particular::Mobile(text) => {
                    prefetch.named(text);
                }
                Particular::Manager(_) => prefetch.all_staff(),
                Particular::Name(_) | Particular::Referral(_) => {}
            }
        }
        Ask::ClientOverdraft { client, kind, .. } => {
            if let Some(hit) = prefetch.named(client) {
                prefetch.items(lists::needs(hit.client, &hit.chain, *kind));
            }
        }
    }
}

/// Decides an ask.
///
/// # Errors
/// The refusal, or what was never read.
pub fn decide(scene: &Scene<'_>, ask: &Ask) -> Result<Draft, Stop> {
    match ask {
        Ask::List { .. } | Ask::ClientFind { .. } | Ask::Suggest { .. } => Ok(Draft::Ranges),
        Ask::ClientNew { .. } => change::new(scene, ask),
        Ask::ClientView { client } => view::view(scene, client),
        Ask::ClientActivate { client } => change::activate(scene, ask, client),
        Ask::ClientSuspend { client, reason } => change::suspend(scene, ask, client, reason),
        Ask::ClientSet { client, set } => change::set(scene, ask, client, set),
        Ask::ClientOverdraft { client, kind, credits } => {
            change::overdraft(scene, client, *kind, *credits)
        }
    }
}
