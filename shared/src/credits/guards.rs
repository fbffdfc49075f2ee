//! The guards of an account whose credits change: its status, its MMS gate, the credits that it can spare,
//! and the largest total.

use crate::clients::types::Client;
use crate::contract::image::Stop;
use crate::contract::refusal::Refusal;
use crate::decision::Scene;
use crate::kernel::credit::{Kind, PerKind};
use crate::kernel::id::Named;
use crate::ledger::account::{Account, Status};
use crate::ledger::posting::{self, Posted, Posting};
use crate::permissions::gate::mms;

/// Posts a change on an account.
pub(super) fn post(
    account: &Account,
    client: &Named,
    posting: Posting<'_>,
) -> Result<Posted, Stop> {
    posting::post(account, posting)
        .map_err(|kind| Refusal::TooMany { client: client.clone(), kind }.into())
}

/// Refuses what is more than an account has to spend.
pub(super) fn can_spare(
    client: &Named,
    account: &Account,
    credits: &PerKind<Option<u64>>,
) -> Result<(), Stop> {
    for kind in Kind::ALL {
        let Some(asked) = *credits.get(kind) else { continue };
        let spendable = account.totals.get(kind).spendable();
        if spendable < asked {
            return Err(
                Refusal::NotEnough { client: client.clone(), kind, spendable, asked }.into()
            );
        }
    }
    Ok(())
}

/// Whether a client may be given credits: its status, and for MMS the gate, by ACCOUNT's copies.
pub(super) fn may_get(
    scene: &Scene<'_>,
    client: &Client,
    account: &Account,
    with_mms: bool,
) -> Result<(), Stop> {
    let named = Named::from(client);
    if !may_receive(account.status) {
        return Err(Refusal::ClientStatus { client: named, status: account.status }.into());
    }
    if with_mms {
        let gate = scene.image.mms_gate(client.root())?;
        mms(account.mms, client, &scene.parents(client)?, gate)
            .map_err(|off| Refusal::MmsOff { client: named, off })?;
    }
    Ok(())
}

/// Whether a client in this status may be given credits.
#[must_use]
pub fn may_receive(status: Status) -> bool {
    match status {
        Status::Active | Status::Suspended => true,
        Status::Pending | Status::Closed => false,
    }
}
