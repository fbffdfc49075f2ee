//! What a decision has to see and no item holds: counts, and what a statement line may pay.

use shared::contract::image::{Image, Need};

use crate::clients::reach::{reach, requests};
use crate::failure::Failure;
use crate::payments::proposals;
use crate::store::Store;

/// Computes one need into an image; every other need is read.
pub(super) async fn compute(store: &Store, image: &mut Image, need: Need) -> Result<(), Failure> {
    match need {
        Need::Reach(group) => {
            let count = reach(store, group).await?;
            image.insert_reach(group, count);
        }
        Need::Requests(staff) => {
            let count = requests(store, staff).await?;
            image.insert_requests(staff, count);
        }
        Need::Proposals(line) => {
            let shown = proposals::shown(store, &line).await?;
            image.insert_proposals(line, shown);
        }
        Need::Item(_) | Need::Terms(_) | Need::Staff | Need::Number(_) => {}
    }
    Ok(())
}
