//! Range reads about plans.

use shared::clients::view::in_place_of;
use shared::contract::Answer;
use shared::contract::plan::Plan;

use crate::reads::{Read, Scene};
use crate::store::Store;

/// Lists the waiting plans, the oldest first.
pub(crate) async fn pending(store: &Store, scene: &Scene<'_>) -> Read {
    let mut plans = store.plans().await?.readable();
    plans.retain(|plan| plan.state.waits() && scene.now < plan.expires);
    plans.sort_by(|a, b| (a.at, &a.op).cmp(&(b.at, &b.op)));
    if !plans.is_empty() {
        let everybody = store.staff().await?;
        for plan in &mut plans {
            plan.by = in_place_of(&plan.by, &everybody);
        }
    }
    Ok(Answer::Pending { plans: plans.iter().map(Plan::card).collect() })
}
