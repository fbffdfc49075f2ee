//! The hourly round over the events of the billing providers.

use jiff::SignedDuration;
use shared::payments::provider::types::RoundEnd;

use super::Run;
use crate::failure::Failure;

/// How often the providers are asked.
const RECONCILE_EVERY: SignedDuration = SignedDuration::from_hours(1);

impl Run<'_> {
    /// Books what webhooks did not bring. A round that was cut off goes on in the next minute; one that the
    /// provider did not answer is tried again in the next hour.
    pub(super) async fn reconcile(&mut self) -> Result<(), Failure> {
        let Some(reconciler) = self.sweep.reconciler.as_ref().filter(|one| one.is_on()) else {
            return Ok(());
        };
        if self.over() || self.recently(self.rounds.reconciled_at, RECONCILE_EVERY) {
            return Ok(());
        }
        let rounds = reconciler.run(None, self.until).await?;
        let new = rounds.iter().fold(0_u64, |sum, round| sum.saturating_add(round.new));
        self.report.reconciled = self.report.reconciled.saturating_add(new);
        if rounds.iter().all(|round| round.end != RoundEnd::Later) {
            self.rounds.reconciled_at = Some(self.now);
            self.keep_rounds().await?;
        }
        Ok(())
    }
}
