//! The desk about itself: history, status, the caller, and failed jobs. Uses `plans` (the limits, the
//! rest of the daily budget, and the state of an operation).

pub mod types;

use crate::contract::change::{Expect, Write};
use crate::contract::image::Stop;
use crate::contract::{self, Key, Record};
use crate::decision::{Draft, Prefetch, Scene, named_staff};
use crate::desk::types::{Answer, Ask, Facts};
use crate::kernel::id::OpId;
use crate::plans::{limits, standing};

/// Names the records that an ask will look at.
pub fn needs(ask: &Ask, prefetch: &mut Prefetch<'_>) {
    match ask {
        Ask::History { client, staff, .. } => {
            if let Some(client) = client {
                prefetch.named(client);
            }
            if staff.is_some() {
                prefetch.all_staff();
            }
        }
        Ask::Status {} | Ask::Whoami {} | Ask::JobsFailed {} => {}
        Ask::JobReplay { op } => prefetch.item(Key::FailedJob(op.clone())),
    }
}

/// Decides an ask.
///
/// # Errors
/// The refusal, or what was never read.
pub fn decide(scene: &Scene<'_>, ask: &Ask) -> Result<Draft, Stop> {
    match ask {
        Ask::History { .. } | Ask::Status {} | Ask::JobsFailed {} => Ok(Draft::Ranges),
        Ask::Whoami {} => whoami(scene),
        Ask::JobReplay { op } => replay(scene, ask, op),
    }
}

fn whoami(scene: &Scene<'_>) -> Result<Draft, Stop> {
    let linked = scene.staff()?;
    Ok(Draft::Answer(contract::Answer::Desk(Answer::Whoami {
        staff: named_staff(linked),
        role: linked.role_at(scene.now),
        identity: linked.identity.clone(),
        limits: limits::budget(scene)?,
    })))
}

/// Brings a failed job back, under a receipt, so that it is brought back once.
fn replay(scene: &Scene<'_>, ask: &Ask, op: &OpId) -> Result<Draft, Stop> {
    let Some(failed) = scene.image.failed_job(op)? else {
        return Err(standing::not_open(scene, op, "none of its jobs has failed")?.into());
    };
    let writes = vec![
        Write::Delete(Key::FailedJob(op.clone()), Expect::Version(failed.version)),
        Write::Put(Record::Job(failed.again(scene.now)), Expect::Absent),
    ];
    let text = format!("the job of {op} is tried again");
    let facts = contract::Facts::Desk(Facts { replayed: op.clone() });
    Ok(Draft::Propose(scene.proposal(ask.clone(), None, facts, writes, text)))
}
