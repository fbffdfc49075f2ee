//! What happens after a commit. A job lists the side effects of one operation; a worker claims one
//! that is due, runs it and marks it done, until nothing is left.
//!
//! Every step is a conditional write of the job's version:
//!
//! | step | write |
//! |---|---|
//! | claim | the effect gets a lease of 60 s and the next fence |
//! | mark | done, or tried in vain and due again on its kind's schedule; only under the own fence |
//! | due again | the next item (if absent) and the deletion of this one: the due time is its key |
//! | done | deleted |
//! | failed for good | put under FAILED, and deleted |
//!
//! A worker that dies loses its lease, and the effect runs again: so an effect may run twice and has
//! to bear it. An audit line is the same item again; a mail carries the same message id.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use shared::id::{Channel, OpId};
use shared::job::{Effect, Job, What};
use shared::mail::MailEvent;
use shared::notice::{About, Notice, Told};
use shared::plan::PlanState;
use shared::record::{Expect, Key, Record, StoredOutcome, Write};

use crate::announcer::Announcer;
use crate::failure::{Causes, Failure};
use crate::letters::{self, Facts};
use crate::mailer::Mailer;
use crate::queue::{Hint, Queue};
use crate::store::Store;
use crate::store::commit::{Budget, Committed};

/// For how long a claim holds.
const LEASE: SignedDuration = SignedDuration::from_secs(60);

/// How many steps one worker takes at one job.
const STEPS_MAX: usize = 64;

/// After each try in vain, how long to wait before the next; after the last one it is over.
const AUDIT_AGAIN_S: [i64; 6] = [5, 30, 300, 1_800, 7_200, 43_200];
/// As above, for what is said in a channel: after an hour nobody wants to read it any more.
const ANNOUNCE_AGAIN_S: [i64; 4] = [5, 30, 300, 1_800];
/// As above, for mail.
const MAIL_AGAIN_S: [i64; 5] = [60, 300, 1_800, 7_200, 43_200];

/// Does what jobs say.
#[derive(Debug, Clone)]
pub struct Worker {
    /// The two tables.
    pub store: Store,
    /// Where mail goes.
    pub mailer: Mailer,
    /// Who speaks in channels.
    pub announcer: Announcer,
    /// Where hints about jobs that are due again go.
    pub queue: Queue,
}

/// How a worker left a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Left {
    /// It is not there: somebody finished it.
    Gone,
    /// It is not due yet.
    Early,
    /// Everything was done, and it is deleted.
    Done,
    /// What is left is due later.
    Again(Timestamp),
    /// Somebody else is at what is left.
    Busy,
    /// What is left failed for good.
    Failed,
}

/// Works at a job until nothing of it is due.
///
/// # Errors
/// The store did not answer; the job stays for the sweep.
pub async fn work(worker: &Worker, shard: u8, due: Timestamp, op: &OpId) -> Result<Left, Failure> {
    let key = Key::Job(shard, due, op.clone());
    for _ in 0..STEPS_MAX {
        let now = worker.store.clock().now();
        let records = worker.store.read(std::slice::from_ref(&key)).await?;
        let Some(Record::Job(job)) = records.into_iter().next() else { return Ok(Left::Gone) };
        if now < job.due {
            return Ok(Left::Early);
        }
        let (claimed, position) = match next(&job, now) {
            Next::Claim(claimed, position) => (claimed, position),
            Next::Leave(left, writes) => {
                if !worker.write(&writes).await? {
                    continue;
                }
                if let Left::Again(due) = left {
                    let hint = Hint { shard, due, op: op.clone() };
                    worker.queue.hint(&hint, now).await;
                }
                return Ok(left);
            }
        };
        if !worker.write(&[put(&claimed, job.version)]).await? {
            continue;
        }
        let Some(effect) = claimed.effects.get(position) else { continue };
        let ran = worker.run(&claimed, position, effect).await;
        if let Err(why) = &ran {
            tracing::warn!(%op, kind = kind(&effect.what), tries = effect.tries, why, "an effect failed");
        }
        worker.mark(&claimed, position, ran).await?;
    }
    Ok(Left::Busy)
}

/// What there is to do at a job.
#[derive(Debug)]
enum Next {
    /// The job with one effect claimed, and which one.
    Claim(Job, usize),
    /// Nothing is due here: how to leave it, and what to write for that.
    Leave(Left, Vec<Write>),
}

fn next(job: &Job, now: Timestamp) -> Next {
    let free = |effect: &Effect| effect.leased_until.is_none_or(|until| until <= now);
    let open = |effect: &&Effect| !effect.done && !exhausted(effect, now);
    let ready = |effect: &Effect| open(&effect) && effect.due <= now && free(effect);
    if let Some(position) = job.effects.iter().position(ready) {
        let mut claimed = job.clone();
        claimed.version = job.version.saturating_add(1);
        if let Some(effect) = claimed.effects.get_mut(position) {
            effect.leased_until = now.checked_add(LEASE).ok();
            effect.fence = effect.fence.saturating_add(1);
            effect.tries = effect.tries.saturating_add(1);
        }
        return Next::Claim(claimed, position);
    }
    let leased = |effect: &Effect| !effect.done && !free(effect);
    if job.effects.iter().any(leased) {
        return Next::Leave(Left::Busy, Vec::new());
    }
    let gone =
        Write::Delete(Key::Job(job.shard(), job.due, job.op.clone()), Expect::Version(job.version));
    if let Some(due) = job.effects.iter().filter(open).map(|effect| effect.due).min() {
        let again = Job { due, version: 1, ..job.clone() };
        let writes = vec![Write::Put(Record::Job(again), Expect::Absent), gone];
        return Next::Leave(Left::Again(due), writes);
    }
    if job.effects.iter().all(|effect| effect.done) {
        return Next::Leave(Left::Done, vec![gone]);
    }
    let why = job.failed.clone().unwrap_or_else(|| "it was tried too often".to_owned());
    let failed = Job { failed: Some(why), version: 1, ..job.clone() };
    let writes = vec![Write::Put(Record::FailedJob(failed), Expect::Anything), gone];
    Next::Leave(Left::Failed, writes)
}

/// A job that failed for good, as it is tried again: what was done stays done.
#[must_use]
pub fn again(failed: &Job, now: Timestamp) -> Job {
    let mut job = Job { due: now, version: 1, failed: None, ..failed.clone() };
    for effect in job.effects.iter_mut().filter(|effect| !effect.done) {
        effect.due = now;
        effect.tries = 0;
        effect.leased_until = None;
    }
    job
}

fn schedule(what: &What) -> &'static [i64] {
    match what {
        What::Audit(_) => &AUDIT_AGAIN_S,
        What::Mail { .. } => &MAIL_AGAIN_S,
        What::Announce { .. } => &ANNOUNCE_AGAIN_S,
    }
}

/// Whether an effect was tried as often as its schedule allows. One that somebody holds is not over;
/// one whose workers died each time is, like any other.
fn exhausted(effect: &Effect, now: Timestamp) -> bool {
    let tries = usize::try_from(effect.tries).unwrap_or(usize::MAX);
    let held = effect.leased_until.is_some_and(|until| now < until);
    !held && tries > schedule(&effect.what).len()
}

/// The effect after a try that ended so.
fn marked(effect: &Effect, ran: &Result<(), String>, now: Timestamp) -> Effect {
    let mut after = Effect { leased_until: None, ..effect.clone() };
    after.done = ran.is_ok();
    if ran.is_err() {
        let tried = usize::try_from(effect.tries.saturating_sub(1)).unwrap_or(usize::MAX);
        let wait_s = schedule(&effect.what).get(tried).copied().unwrap_or(0);
        after.due = now.checked_add(SignedDuration::from_secs(wait_s)).unwrap_or(now);
    }
    after
}

fn put(job: &Job, version: u64) -> Write {
    Write::Put(Record::Job(job.clone()), Expect::Version(version))
}

fn kind(what: &What) -> &'static str {
    match what {
        What::Audit(_) => "audit",
        What::Mail { event, .. } => event.name(),
        What::Announce { .. } => "announcement",
    }
}

impl Worker {
    /// Writes a step; false when the job moved meanwhile.
    async fn write(&self, writes: &[Write]) -> Result<bool, Failure> {
        if writes.is_empty() {
            return Ok(true);
        }
        let budget = Budget { busy: Duration::from_secs(2), unknown: Duration::from_secs(4) };
        let written = self.store.commit_within(writes, budget).await?;
        Ok(written == Committed::Done)
    }

    /// Marks what a claimed effect came to, unless somebody claimed it after the lease was over.
    async fn mark(
        &self,
        claimed: &Job,
        position: usize,
        ran: Result<(), String>,
    ) -> Result<(), Failure> {
        let key = Key::Job(claimed.shard(), claimed.due, claimed.op.clone());
        let mut job = claimed.clone();
        for _ in 0..STEPS_MAX {
            let now = self.store.clock().now();
            let fence = claimed.effects.get(position).map(|effect| effect.fence);
            let Some(effect) = job.effects.get_mut(position) else { return Ok(()) };
            if Some(effect.fence) != fence || effect.leased_until.is_none() {
                return Ok(());
            }
            *effect = marked(effect, &ran, now);
            if !effect.done && exhausted(effect, now) {
                job.failed = ran.as_ref().err().cloned();
            }
            let read_at = job.version;
            job.version = read_at.saturating_add(1);
            if self.write(&[put(&job, read_at)]).await? {
                return Ok(());
            }
            match self.store.read(std::slice::from_ref(&key)).await?.into_iter().next() {
                Some(Record::Job(moved)) => job = moved,
                Some(_) | None => return Ok(()),
            }
        }
        Ok(())
    }

    /// Runs one effect; why not, if it could not be done.
    async fn run(&self, job: &Job, position: usize, effect: &Effect) -> Result<(), String> {
        let said = |failure: Failure| format!("{failure}: {}", Causes(&failure));
        match &effect.what {
            What::Audit(line) => self.store.put_audit(line).await.map_err(said),
            What::Mail { client, event } => {
                let mut keys = vec![Key::Client(*client), Key::Settings];
                match event {
                    MailEvent::CreditAdded { invoice, .. }
                    | MailEvent::InvoiceVoided { invoice } => keys.push(Key::Invoice(*invoice)),
                    MailEvent::CreditDeducted { .. }
                    | MailEvent::Activated
                    | MailEvent::Suspended => {}
                }
                let image = self.store.image(&keys).await.map_err(said)?;
                let Some(client) = image.client(*client) else {
                    return Err(format!("{client} is not known"));
                };
                let facts = Facts { client, image: &image, settings: image.settings() };
                let id = format!("{}-{position}", job.op);
                match letters::letter(event, &facts, &id) {
                    Some(letter) => self.mailer.send(&letter, self.store.clock().now()).await,
                    // The add was taken back meanwhile, or there is nobody to write to.
                    None => Ok(()),
                }
            }
            What::Announce { channel, about } => {
                match self.notice(channel, about).await.map_err(said)? {
                    Some(notice) => self.announcer.announce(notice).await,
                    None => Ok(()),
                }
            }
        }
    }

    /// What is to be said about something, as it stands now; `None` when it is over.
    async fn notice(&self, channel: &Channel, about: &About) -> Result<Option<Notice>, Failure> {
        let (op, key) = match about {
            About::Done(op) => (op, Key::Operation(op.clone())),
            About::Plan { op, .. } | About::Reminder { op, .. } => (op, Key::Plan(op.clone())),
        };
        let image = self.store.image(&[key]).await?;
        let told = match about {
            About::Done(_) => match image.operation(op).map(|stored| stored.outcome.clone()) {
                Some(StoredOutcome::Done(answer)) => Some(Told::Done(answer)),
                Some(StoredOutcome::Refused(_) | StoredOutcome::Took(_)) | None => None,
            },
            // What became of it since is announced by itself.
            About::Plan { version, .. } => image
                .plan(op)
                .filter(|plan| plan.version == *version)
                .map(|plan| Told::Plan(plan.card())),
            About::Reminder { version, .. } => image
                .plan(op)
                .filter(|plan| plan.version == *version)
                .filter(|plan| plan.state == PlanState::AwaitsApproval)
                .filter(|plan| self.store.clock().now() < plan.expires)
                .map(|plan| Told::Reminder(plan.card())),
        };
        Ok(told.map(|told| Notice { channel: channel.clone(), op: op.clone(), told }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::audit::{Audit, Ended};
    use shared::id::{CallKey, ClientId};
    use shared::operation::Operation;

    fn at(minute: u32) -> Timestamp {
        format!("2026-03-01T12:{minute:02}:00Z").parse().unwrap()
    }

    fn op() -> OpId {
        CallKey::new("local", "1").op()
    }

    fn job() -> Job {
        let line = Audit {
            staff: None,
            identity: None,
            at: at(0),
            op: op(),
            operation: Operation::AddCredit,
            client: None,
            ended: Ended::Done,
            text: String::new(),
        };
        let mail = What::Mail { client: ClientId(2), event: MailEvent::Activated };
        let effects = vec![Effect::new(What::Audit(line), at(0)), Effect::new(mail, at(10))];
        Job::new(op(), effects)
    }

    fn run(job: &Job, position: usize, ran: Result<(), String>, now: Timestamp) -> Job {
        let mut job = job.clone();
        job.effects[position] = marked(&job.effects[position], &ran, now);
        job
    }

    #[test]
    fn each_effect_is_claimed_done_and_only_then_the_job_goes() {
        let Next::Claim(claimed, 0) = next(&job(), at(0)) else { panic!("the audit line is due") };
        assert_eq!(claimed.effects[0].fence, 1);
        assert_eq!(claimed.version, 2);
        let Next::Leave(Left::Busy, writes) = next(&claimed, at(0)) else { panic!("it is leased") };
        assert!(writes.is_empty());
        let Next::Claim(again, 0) = next(&claimed, at(1)) else { panic!("the lease is over") };
        assert_eq!(again.effects[0].fence, 2);
        let told = run(&claimed, 0, Ok(()), at(0));
        let Next::Leave(Left::Again(due), writes) = next(&told, at(1)) else {
            panic!("mail waits")
        };
        assert_eq!(due, at(10));
        let Write::Put(Record::Job(later), Expect::Absent) = &writes[0] else {
            panic!("{writes:?}")
        };
        assert!(later.effects[0].done);
        let Next::Claim(claimed, 1) = next(later, at(10)) else { panic!("the mail is due") };
        let sent = run(&claimed, 1, Ok(()), at(10));
        let Next::Leave(Left::Done, writes) = next(&sent, at(11)) else { panic!("all is done") };
        assert!(matches!(writes.as_slice(), [Write::Delete(..)]));
    }

    #[test]
    fn mail_is_tried_on_its_own_schedule_and_then_fails_for_good() {
        let mut job = run(&job(), 0, Ok(()), at(0));
        let mut now = at(10);
        let mut waits = Vec::new();
        while let Next::Claim(claimed, 1) = next(&job, now) {
            job = run(&claimed, 1, Err("no route".to_owned()), now);
            waits.push(job.effects[1].due.duration_since(now).as_secs());
            now = job.effects[1].due;
        }
        assert_eq!(waits, [60, 300, 1_800, 7_200, 43_200, 0]);
        let Next::Leave(Left::Failed, writes) = next(&job, now) else { panic!("it is over") };
        let Write::Put(Record::FailedJob(failed), _) = &writes[0] else { panic!("{writes:?}") };
        let replayed = again(failed, now);
        assert!(replayed.failed.is_none() && replayed.effects[0].done);
        assert!(matches!(next(&replayed, now), Next::Claim(_, 1)));
    }
}
