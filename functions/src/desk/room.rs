//! The range reads of the room `desk`: the audit trail, the status and failed jobs.

use shared::desk::types::Ask;

use super::{failed_jobs, history, status};
use crate::reads::{Read, Scene, no_range};
use crate::store::Store;

/// Answers an ask that reads ranges.
pub(crate) async fn read(store: &Store, scene: &Scene<'_>, ask: &Ask) -> Read {
    match ask {
        Ask::History { .. } => history::history(store, scene, ask).await,
        Ask::Status {} => status::status(store, scene).await,
        Ask::JobsFailed {} => failed_jobs::list(store).await,
        Ask::Whoami {} | Ask::JobReplay { .. } => no_range(),
    }
}
