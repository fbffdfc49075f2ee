//! Range reads about plans.

use shared::contract::Answer;
use shared::contract::plan::Waiting;
use shared::contract::refusal::Refusal;
use shared::kernel::actor::ActorKind;
use shared::kernel::id::OpId;
use shared::plans::types::{Answerable, Ask};
use shared::plans::waiting::People;

use crate::reads::{PAGE_MAX, Read, Scene, no_range};
use crate::store::Store;

/// Answers an ask that reads ranges.
pub(crate) async fn read(store: &Store, scene: &Scene<'_>, ask: &Ask) -> Read {
    match ask {
        Ask::Pending { only, after } => pending(store, scene, *only, after.as_ref()).await,
        Ask::Confirm { .. } | Ask::Approve { .. } | Ask::Deny { .. } | Ask::Expire { .. } => {
            no_range()
        }
    }
}

/// Lists the waiting plans as the caller sees them, behind the plan where the page before ended. That plan
/// may be over by now: it keeps its place.
async fn pending(
    store: &Store,
    scene: &Scene<'_>,
    only: Option<Answerable>,
    after: Option<&OpId>,
) -> Read {
    let plans = store.plans().await?.readable();
    let everybody = store.staff().await?;
    let linked = match scene.caller {
        Some(identity) => scene.image.identity(identity)?,
        None => None,
    };
    let reader = everybody.iter().find(|staff| linked.is_some_and(|one| one.staff == staff.id));
    let reader = reader.ok_or(Refusal::WrongActor { actor: ActorKind::Staff })?;
    let people = People { everybody: &everybody, settings: &scene.settings, now: scene.now };
    let is_wanted = |row: &Waiting| only.is_none_or(|only| row.may.contains(&only));
    let mut rows = people.sorted(&plans, reader);
    rows.retain(is_wanted);
    let last = match after {
        Some(op) => scene.image.plan(op)?,
        None => None,
    };
    let skipped = last.map_or(0, |last| people.count_up_to(&rows, last, reader));
    let total = rows.len();
    let page = rows.into_iter().skip(skipped).take(PAGE_MAX).collect();
    let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    Ok(Answer::Pending { only, total: number(total), skipped: number(skipped), page })
}
