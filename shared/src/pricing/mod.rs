//! Prices: showing and setting price lists, and the price that is in force for a client. Uses
//! `clients` (the chain of parents) and `settings` (currency, tax).

pub mod lists;
pub mod types;

use crate::contract::image::{Group, Need, Stop};
use crate::contract::{Answer, Key};
use crate::decision::{Draft, Prefetch, Scene};
use crate::kernel::credit::Kind;
use crate::pricing::types::{Ask, Scope};

/// Names the records that an ask will look at.
pub fn needs(ask: &Ask, prefetch: &mut Prefetch<'_>) {
    match ask {
        Ask::PriceSet { kind, client: Some(client), .. } => {
            if let Some(hit) = prefetch.named(client) {
                prefetch.items(lists::needs(hit.client, &hit.chain, *kind));
            }
        }
        Ask::PriceSet { kind, client: None, .. } => {
            prefetch.item(Key::Prices(Scope::Default, *kind));
            prefetch.needs.push(Need::Reach(Group::All));
        }
        Ask::PriceShow { client: Some(client) } => {
            let Some(hit) = prefetch.named(client) else { return };
            for kind in Kind::ALL {
                prefetch.items(lists::needs(hit.client, &hit.chain, kind));
            }
        }
        Ask::PriceShow { client: None } => {
            prefetch.items(Kind::ALL.map(|kind| Key::Prices(Scope::Default, kind)));
        }
    }
}

/// Decides an ask.
///
/// # Errors
/// The refusal, or what was never read.
pub fn decide(scene: &Scene<'_>, ask: &Ask) -> Result<Draft, Stop> {
    match ask {
        Ask::PriceShow { client } => {
            lists::show(scene, client.as_deref()).map(|lists| Draft::Answer(Answer::Pricing(lists)))
        }
        Ask::PriceSet { kind, client, steps, from } => {
            let new = lists::NewList { kind: *kind, client: client.as_deref(), steps, from: *from };
            lists::set(scene, ask, &new)
        }
    }
}
