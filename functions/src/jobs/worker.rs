//! The worker: reads a job, writes the step that `state` decides, and runs the claimed effect.

use std::time::Duration;

use jiff::Timestamp;
use shared::contract::Key;
use shared::contract::change::Write;
use shared::kernel::id::OpId;
use shared::kernel::job::{Effect, Job};

use super::queue::{Hint, Queue};
use super::state::{Ran, Then, step};
use crate::effects::{After, Ports, Run, handler};
use crate::failure::Failure;
use crate::store::commit::{Budget, Committed};

/// The most steps that one worker takes at one job.
const STEPS_MAX: usize = 64;

/// Carries out jobs.
#[derive(Debug, Clone)]
pub struct Worker {
    pub ports: Ports,
    /// Takes hints about jobs that are due again.
    pub queue: Queue,
}

/// The state in which a worker left a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// There is no such job: another worker finished it.
    Absent,
    NotDue,
    /// Every effect is done; the job is deleted.
    Done,
    /// The open effects are due later.
    DueAgain(Timestamp),
    /// Another worker holds the lease of an open effect.
    Leased,
    /// An effect failed for good; the job is under FAILED.
    Failed,
}

/// Carries out the effects of a job that are due.
///
/// # Errors
/// The store did not answer; the job stays for the sweep.
pub async fn work(
    worker: &Worker,
    shard: u8,
    due: Timestamp,
    op: &OpId,
) -> Result<JobState, Failure> {
    let key = Key::Job(shard, due, op.clone());
    let mut known = None;
    let mut ran = None;
    for _ in 0..STEPS_MAX {
        let job = match known.take() {
            Some(job) => job,
            None => match worker.read(&key).await? {
                Some(job) => job,
                None => return Ok(JobState::Absent),
            },
        };
        let now = worker.ports.store.clock().now();
        if now < job.due && ran.is_none() {
            return Ok(JobState::NotDue);
        }
        // The clock may have been set back during the run.
        let step = step(&job, ran.as_ref(), now.max(job.due));
        if !worker.write(&step.writes).await? {
            // Another worker changed the job: read it again, and keep the result of the run.
            continue;
        }
        match step.then {
            Then::Run { job, position, effect } => {
                let result = worker.run(op, position, &effect).await;
                ran = Some(Ran { position, fence: effect.fence, result });
                known = Some(job);
            }
            Then::Leave(state) => {
                if let JobState::DueAgain(due) = state {
                    worker.queue.hint(&Hint { shard, due, op: op.clone() }, now).await;
                }
                return Ok(state);
            }
        }
    }
    Ok(JobState::Leased)
}

impl Worker {
    async fn read(&self, key: &Key) -> Result<Option<Job>, Failure> {
        let image = self.ports.store.image(std::slice::from_ref(key)).await?;
        match image.get::<Job>(key) {
            Ok(job) => Ok(job.cloned()),
            Err(stop) => Err(Failure::unchanged("read a job", format!("{stop:?}"))),
        }
    }

    /// Writes a step; false when the job has changed since it was read.
    async fn write(&self, writes: &[Write]) -> Result<bool, Failure> {
        if writes.is_empty() {
            return Ok(true);
        }
        let budget = Budget { busy: Duration::from_secs(2), unknown: Duration::from_secs(4) };
        let written = self.ports.store.commit_within(writes, budget).await?;
        Ok(written == Committed::Done)
    }

    async fn run(&self, op: &OpId, position: usize, effect: &Effect) -> Result<After, String> {
        let handler = handler(&effect.what);
        let result = match handler.run {
            Run::Send { start, .. } => start(&self.ports, format!("{op}-{position}")).await,
            // Never claimed: a step puts the records.
            Run::Put(_) => Ok(After::Done),
        };
        if let Err(reason) = &result {
            let (kind, tries) = (handler.word, effect.tries);
            tracing::warn!(%op, kind, tries, reason, "an effect failed");
        }
        result
    }
}
