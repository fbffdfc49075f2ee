//! Settings: showing and changing the record of the desk's settings and that of its bank account. Uses no other capability's
//! decisions.

pub mod bank;
pub mod change;
pub mod places;
pub mod types;

use crate::contract::image::{Group, Need, Stop};
use crate::contract::{Answer, Key};
use crate::decision::{Draft, Prefetch, Scene};
use crate::settings::types::Ask;

/// Names the records that an ask will look at: the settings, which every call reads, and the clients that
/// a change reaches.
pub fn needs(ask: &Ask, prefetch: &mut Prefetch<'_>) {
    match ask {
        Ask::SettingsSet { set } if set.reaches_clients() => {
            prefetch.needs.push(Need::Reach(Group::All));
        }
        Ask::SettingsSet { .. } | Ask::SettingsShow {} => {}
        Ask::BankSet { .. } | Ask::BankConfirm {} => {
            prefetch.needs.push(Need::Reach(Group::All));
            prefetch.item(Key::Bank);
        }
        Ask::BankCancel {} | Ask::BankShow {} => prefetch.item(Key::Bank),
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
        Ask::BankSet { account } => bank::set(scene, ask, account),
        Ask::BankConfirm {} => bank::confirm(scene, ask),
        Ask::BankCancel {} => bank::cancel(scene, ask),
        Ask::BankShow {} => Ok(Draft::Answer(Answer::Bank(scene.image.bank()?))),
    }
}
