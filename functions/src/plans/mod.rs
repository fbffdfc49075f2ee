//! Range reads about plans.

use shared::clients::view::in_place_of;
use shared::contract::Answer;
use shared::contract::plan::Plan;
use shared::plans::types::Ask;

use crate::reads::{Read, Scene, no_range};
use crate::store::Store;

/// Answers an ask that reads ranges.
pub(crate) async fn read(store: &Store, scene: &Scene<'_>, ask: &Ask) -> Read {
    match ask {
        Ask::Pending {} => pending(store, scene).await,
        Ask::Confirm { .. } | Ask::Approve { .. } | Ask::Deny { .. } | Ask::Expire { .. } => {
            no_range()
        }
    }
}

/// Lists the waiting plans, the oldest first.
async fn pending(store: &Store, scene: &Scene<'_>) -> Read {
    let mut plans = store.plans().await?;
    plans.retain(|plan| scene.now < plan.expires);
    plans.sort_by(|a, b| (a.at, &a.op).cmp(&(b.at, &b.op)));
    if !plans.is_empty() {
        let everybody = store.staff().await?;
        for plan in &mut plans {
            plan.by = in_place_of(&plan.by, &everybody);
        }
    }
    Ok(Answer::Pending { plans: plans.iter().map(Plan::card).collect() })
}
