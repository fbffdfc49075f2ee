//! Range reads about plans.

use shared::answer::Answer;
use shared::decide;
use shared::plan::Plan;

use crate::reads::{Read, Scene, answer};
use crate::store::Store;

/// Lists the waiting plans, the oldest first.
pub(crate) async fn pending(store: &Store, scene: &Scene<'_>) -> Read {
    let mut plans = store.plans().await?;
    plans.retain(|plan| plan.state.waits() && scene.now < plan.expires);
    plans.sort_by(|a, b| (a.at, &a.op).cmp(&(b.at, &b.op)));
    if !plans.is_empty() {
        let everybody = store.staff().await?;
        for plan in &mut plans {
            plan.by = decide::in_place_of(&plan.by, &everybody);
        }
    }
    answer(Answer::Pending { plans: plans.iter().map(Plan::card).collect() })
}
