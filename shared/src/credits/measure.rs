//! The right to take a change back, and what taking it back is worth (DESIGN §7, LEDGER §5). A person's own
//! change that nobody approved is worth what it was when it was made. Every other change is taken back
//! like a deduct: at the highest price, from the role on that may deduct.

use jiff::SignedDuration;

use crate::contract::image::Stop;
use crate::contract::plan::Worth;
use crate::contract::receipt::Receipt;
use crate::contract::refusal::Refusal;
use crate::credits::types::Operation;
use crate::decision::Scene;
use crate::kernel::actor::Role;
use crate::kernel::mode::Mode;

/// For how long an operation can be undone, and a deduct may be meant for an add.
pub(super) const UNDO_FOR: SignedDuration = SignedDuration::from_hours(24);

/// Refuses to take back a change of another person, or one that another person approved, where the caller
/// may not deduct.
pub(super) fn may_take_back(scene: &Scene<'_>, receipt: &Receipt, verb: &str) -> Result<(), Stop> {
    let least = Operation::DeductCredit.spec().staff;
    if is_own(scene, receipt) || least.is_some_and(|least| scene.has_role(least)) {
        return Ok(());
    }
    let by = least.map_or("an owner", Role::word);
    let why = match &receipt.approved_by {
        Some(second) if is_author(scene, receipt) => {
            format!("{} approved it; {by} can {verb} it.", second.name)
        }
        _ => format!("it is somebody else’s; {by} can {verb} it."),
    };
    Err(Refusal::NotUndoable { op: receipt.op.clone(), why }.into())
}

/// The worth of the caller's own change that nobody approved; `None` for another one, which is measured
/// like a deduct.
pub(super) fn own_worth(scene: &Scene<'_>, receipt: &Receipt) -> Option<Worth> {
    let (mode, minor) = receipt.spent.map_or((Mode::Open, 0), |spent| (spent.mode, spent.minor));
    is_own(scene, receipt).then_some(Worth { minor, mode, counts: false })
}

fn is_author(scene: &Scene<'_>, receipt: &Receipt) -> bool {
    receipt.by.id() == scene.actor_id()
}

/// Whether the caller made the change, and nobody approved it.
fn is_own(scene: &Scene<'_>, receipt: &Receipt) -> bool {
    is_author(scene, receipt) && receipt.approved_by.is_none()
}

/// The worth of a change that is taken back like a deduct.
pub(super) fn like_a_deduct(minor: u64) -> Worth {
    Worth { minor, mode: Mode::Open, counts: false }
}
