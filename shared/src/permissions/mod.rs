//! Permissions: the MMS gate. Uses `clients` (the client record that holds a client's own switch).

pub mod gate;
pub mod switch;
pub mod types;

use crate::contract::image::Stop;
use crate::decision::{Draft, Prefetch, Scene};
use crate::permissions::types::{Ask, MmsTurn};

/// Names the records that an ask will look at.
pub fn needs(ask: &Ask, prefetch: &mut Prefetch<'_>) {
    prefetch.named(client_of(ask));
}

fn client_of(ask: &Ask) -> &str {
    match ask {
        Ask::MmsAllow { client, .. } | Ask::MmsSwitch { turn: MmsTurn::One { client, .. } } => {
            client
        }
        Ask::MmsSwitch { turn: MmsTurn::AllOf { parent, .. } } => parent,
    }
}

/// Decides an ask.
///
/// # Errors
/// The refusal, or what was never read.
pub fn decide(scene: &Scene<'_>, ask: &Ask) -> Result<Draft, Stop> {
    let client = scene.client(scene.hit(client_of(ask))?.client)?;
    match ask {
        Ask::MmsAllow { on, .. } => switch::allow(scene, ask, client, *on),
        Ask::MmsSwitch { turn: MmsTurn::One { on, .. } } => switch::own(scene, ask, client, *on),
        Ask::MmsSwitch { turn: MmsTurn::AllOf { on, .. } } => {
            switch::for_clients(scene, ask, client, *on)
        }
    }
}
