//! Clients: making, finding, viewing and changing them. Uses `permissions` (the MMS gate), `pricing`
//! (the worth of an overdraft) and `staff` (account managers).
//!
//! Invariant: CLIENT and ACCOUNT's copies of status, MMS switch and overdraft move in one change, and so do
//! CLIENT and the items of its names.

mod alike;
pub mod billing;
pub mod brand;
pub mod card;
pub mod change;
pub mod changes {
    pub mod types;
}
pub mod contacts;
pub mod dialling;
pub mod names;
pub mod pages {
    pub mod types;
}
pub mod phone;
pub mod search;
pub mod types;
pub mod view;

use crate::clients::names::index::whole_key;
use crate::clients::names::types::Hit;
use crate::clients::types::{Ask, Client, Particular};
use crate::contract::Key;
use crate::contract::image::{Counter, Image, Stop};
use crate::decision::{Draft, Prefetch, Scene};
use crate::pricing::lists;
use crate::settings::types::Settings;

/// Names the records that an ask will look at.
pub fn needs(ask: &Ask, prefetch: &mut Prefetch<'_>) {
    match ask {
        Ask::List { under: Some(typed), .. } => {
            prefetch.named(typed);
        }
        Ask::List { .. } | Ask::ClientFind { .. } | Ask::Suggest { .. } => {}
        Ask::ClientNew { name, login, email, mobile, parent, .. } => {
            prefetch.named(parent.as_deref().unwrap_or(change::ROOT_PARENT));
            let number = prefetch.image.number(Counter::Clients).ok();
            let login = alike::login_for(name, login.as_deref(), number);
            for text in login.iter().chain([name, email]) {
                prefetch.item(whole_key(text));
            }
            if let Some(mobile) = mobile {
                needs_mobile(mobile, prefetch);
            }
            prefetch.item(Key::Hierarchy);
        }
        Ask::ClientView { client } => {
            prefetch.named(client);
            prefetch.all_staff();
        }
        Ask::ClientActivate { client } | Ask::ClientContact { client, .. } => {
            prefetch.named(client);
        }
        Ask::ClientSuspend { client, .. } => {
            prefetch.named(client.text());
        }
        Ask::ClientSet { client, set } => {
            let hit = prefetch.named(client.text());
            let names = hit.and_then(|hit| old_names(&hit, prefetch.image));
            match (set, names) {
                (Particular::Name(text), names) => {
                    prefetch.item(whole_key(text));
                    prefetch.items(names.map(|(name, _, _)| whole_key(&name)));
                }
                (Particular::Email(text), names) => {
                    prefetch.item(whole_key(text));
                    prefetch.items(names.map(|(_, email, _)| whole_key(&email)));
                }
                (Particular::Mobile(text), names) => {
                    needs_mobile(text, prefetch);
                    prefetch.items(names.and_then(|(_, _, mobile)| mobile).map(|m| whole_key(&m)));
                }
                (Particular::Manager(_), _) => prefetch.all_staff(),
                (Particular::Referral(_) | Particular::Script(_) | Particular::Zone(_), _) => {}
            }
        }
        Ask::BrandSet { client, .. } | Ask::BrandShow { client } => {
            if let Some(hit) = prefetch.named(client) {
                prefetch.item(Key::Brand(hit.client));
            }
        }
        Ask::ClientBilling { client, .. } => {
            prefetch.named(client.text());
        }
        Ask::ClientOverdraft { client, kind, .. } => {
            if let Some(hit) = prefetch.named(client) {
                prefetch.items(lists::needs(hit.client, &hit.chain, *kind));
            }
        }
    }
}

/// The name, email and mobile of a client, as stored or as one of its names has them.
fn old_names(hit: &Hit, image: &Image) -> Option<(String, String, Option<String>)> {
    if let Some(client) = image.peek::<Client>(&Key::Client(hit.client)) {
        return Some((client.name.clone(), client.email.clone(), client.mobile.clone()));
    }
    let term = image.peek_term(hit.client)?;
    Some((term.name.clone(), term.email.clone(), term.mobile.clone()))
}

/// The holders of a mobile as it will be stored.
fn needs_mobile(typed: &str, prefetch: &mut Prefetch<'_>) {
    let settings = prefetch.image.peek::<Settings>(&Key::Settings);
    let home = settings.and_then(|settings| settings.country.as_ref());
    prefetch.items(dialling::stored(typed, home).map(|mobile| whole_key(&mobile)));
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
        Ask::ClientSuspend { client, reason } => change::suspend(scene, client.text(), reason),
        Ask::ClientSet { client, set } => change::set(scene, ask, client.text(), set),
        Ask::BrandSet { .. } => brand::set(scene, ask),
        Ask::BrandShow { client } => brand::show(scene, client),
        Ask::ClientBilling { client, set } => billing::set(scene, ask, client.text(), set),
        Ask::ClientContact { client, email, topic, add } => {
            contacts::set(scene, ask, (client, email), *topic, *add)
        }
        Ask::ClientOverdraft { client, kind, credits } => {
            change::overdraft(scene, client, *kind, *credits)
        }
    }
}
