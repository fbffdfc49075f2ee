//! Whether a client may use MMS.

use crate::clients::types::Client;
use crate::ledger::account::Switch;
use crate::permissions::types::{MmsGate, MmsOff};

/// Whether a client may use MMS: the platform's switch and its own must both hold. `own` is the
/// client's, where a write follows that of ACCOUNT, whose version the write is conditioned on.
/// `parents` are the clients of its chain, nearest first; without any word from above a client that
/// inherits is off.
///
/// # Errors
/// The first thing that stands in the way.
pub fn mms(
    switch: Switch,
    client: &Client,
    parents: &[&Client],
    gate: Option<&MmsGate>,
) -> Result<(), MmsOff> {
    if !gate.is_some_and(|gate| gate.allowed) {
        return Err(MmsOff::Platform(client.root()));
    }
    match switch {
        Switch::On => Ok(()),
        Switch::Off => Err(MmsOff::Own),
        Switch::Inherit => {
            let setting = parents.iter().find_map(|p| p.mms_for_clients.map(|on| (p.id, on)));
            match setting {
                Some((_, true)) => Ok(()),
                Some((parent, false)) => Err(MmsOff::Parent(parent)),
                // Above an admin there is nobody to inherit from: the platform's switch decides.
                None => client.parent().map_or(Ok(()), |parent| Err(MmsOff::Parent(parent))),
            }
        }
    }
}
