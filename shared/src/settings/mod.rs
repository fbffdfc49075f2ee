//! Settings: showing and changing the one record of the desk's settings. Uses no other capability's
//! decisions.

pub mod change;
pub mod types;

use crate::contract::Answer;
use crate::contract::image::Stop;
use crate::decision::{Draft, Prefetch, Scene};
use crate::settings::types::Ask;

/// Names the records that an ask will look at: only the settings, which every call reads.
pub fn needs(_ask: &Ask, _prefetch: &mut Prefetch<'_>) {}

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
