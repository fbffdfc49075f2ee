//! The right to take a change back, and what taking it back is worth (DESIGN §7, LEDGER §5). A person's own
//! change that nobody approved is worth what it was when it was made. Every other change is taken back
//! like a deduct: at the highest price, from the role on that may deduct.

use crate::contract::image::Stop;
use crate::contract::plan::Worth;
use crate::contract::receipt::Receipt;
use crate::contract::refusal::Refusal;
use crate::decision::Scene;
use crate::kernel::actor::Role;
use crate::kernel::mode::Mode;

/// The role from which on staff take back what another person made or approved.
const TAKES_BACK: Role = Role::Billing;

/// The worth of the caller's own change that nobody approved; `None` for another one, which is measured
/// like a deduct.
///
/// # Errors
/// Another person made or approved it, and the caller may not deduct.
pub(super) fn own_worth(
    scene: &Scene<'_>,
    receipt: &Receipt,
    verb: &str,
) -> Result<Option<Worth>, Stop> {
    let is_theirs = receipt.by.id() == scene.actor_id();
    if is_theirs && receipt.approved_by.is_none() {
        let (mode, minor) =
            receipt.spent.map_or((Mode::Open, 0), |spent| (spent.mode, spent.minor));
        return Ok(Some(Worth { minor, mode, counts: false }));
    }
    if scene.has_role(TAKES_BACK) {
        return Ok(None);
    }
    let why = match &receipt.approved_by {
        Some(second) if is_theirs => format!("{} approved it; billing can {verb} it.", second.name),
        _ => format!("it is somebody else’s; billing can {verb} it."),
    };
    Err(Refusal::NotUndoable { op: receipt.op.clone(), why }.into())
}

/// The worth of a change that is taken back like a deduct.
pub(super) fn like_a_deduct(minor: u64) -> Worth {
    Worth { minor, mode: Mode::Open, counts: false }
}
