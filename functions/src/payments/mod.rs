//! Reads about payments that need more than records by their keys.

use std::time::Duration;

use shared::contract::Answer;
use shared::payments::types::Ask;
use tokio::time::Instant;

use crate::reads::{Read, Scene, no_range};

/// How long the caller of a round waits at most; then the next round goes on.
const PATIENCE: Duration = Duration::from_secs(20);

/// Answers an ask that reads ranges.
pub(crate) async fn read(scene: &Scene<'_>, ask: &Ask) -> Read {
    match ask {
        Ask::PaymentReconcile { days } => {
            let Some(reconciler) = scene.reconciler else {
                return Ok(Answer::Reconciled(Vec::new()));
            };
            let until = Instant::now().checked_add(PATIENCE).unwrap_or_else(Instant::now);
            Ok(Answer::Reconciled(reconciler.run(*days, until).await?))
        }
        Ask::PaymentBook(_)
        | Ask::PaymentSettle { .. }
        | Ask::PaymentRefund { .. }
        | Ask::EventNote { .. } => no_range(),
    }
}
