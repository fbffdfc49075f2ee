//! Settings: showing and changing the one record of the desk's settings. Uses no other capability's
//! decisions.

pub mod change;
pub mod places;
pub mod types;

use crate::contract::Answer;
use crate::contract::image::{Group, Need, Stop};
use crate::decision::{Draft, Prefetch, Scene};
use crate::settings::types::Ask;

/// Names the records that an ask will look at: the settings, which every call reads, and the clients that
/// a change reaches.
pub fn needs(ask: &Ask, prefetch: &mut Prefetch<'_>) {
    if let Ask::SettingsSet { set } = ask
        && set.reaches_clients()
    {
        prefetch.needs.push(Need::Reach(Group::All));
    }
}

/// Decides an ask.
///
/// # Errors
/// The refusal, or what was never read.
pub fn decide(scene: &Scene<'_>, ask: &Ask) -> Result<Draft, Stop> {
    match ask {
        Ask::SettingsShow {} => Ok(Draft::Answer(Answer::Settings(scene.settings.clone()))),
        Ask::SettingsSet { set } => change::set(scene, ask, set),
    }
}
