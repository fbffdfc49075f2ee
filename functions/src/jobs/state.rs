//! The state machine of a job: which transaction comes next. Pure; `worker` sends it.

use jiff::{SignedDuration, Timestamp};
use shared::contract::change::{Expect, Write};
use shared::contract::{Key, Record};
use shared::kernel::job::{Effect, Job};

use super::JobState;
use crate::effects::{After, Run, handler};

/// How long a claim holds.
const LEASE: SignedDuration = SignedDuration::from_secs(60);

/// The next step at a job.
#[derive(Debug)]
pub(super) struct Step {
    /// One transaction; none when it is empty.
    pub(super) writes: Vec<Write>,
    pub(super) then: Then,
}

/// The action after a step's transaction.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "one of these exists at a time")]
pub(super) enum Then {
    /// Run the claimed effect at this position of the job, which is now stored like this.
    Run {
        job: Job,
        position: usize,
        effect: Effect,
    },
    Leave(JobState),
}

/// The result of a run. It counts while its claim holds.
#[derive(Debug)]
pub(super) struct Ran {
    pub(super) position: usize,
    pub(super) fence: u64,
    pub(super) result: Result<After, String>,
}

/// The next step at a stored job, after the worker's last run.
pub(super) fn step(stored: &Job, ran: Option<&Ran>, now: Timestamp) -> Step {
    let mut job = Job { version: stored.version.saturating_add(1), ..stored.clone() };
    if let Some(ran) = ran {
        mark(&mut job, ran, now);
    }
    let mut writes = put_records(&mut job, now);
    let put = |job: &Job| Write::Put(Record::Job(job.clone()), Expect::Version(stored.version));
    if let Some((position, effect)) = claim(&mut job, now) {
        writes.push(put(&job));
        return Step { writes, then: Then::Run { job, position, effect } };
    }
    if job.effects.iter().any(|effect| is_leased(effect, now)) {
        if job.effects != stored.effects {
            writes.push(put(&job));
        }
        return Step { writes, then: Then::Leave(JobState::Leased) };
    }
    let open = job.effects.iter().filter(|effect| !effect.done && !is_exhausted(effect, now));
    let state = if let Some(due) = open.map(|effect| effect.due).min() {
        let again = Job { due, version: 1, ..job.clone() };
        writes.push(Write::Put(Record::Job(again), Expect::Absent));
        JobState::DueAgain(due)
    } else if job.effects.iter().all(|effect| effect.done) {
        JobState::Done
    } else {
        let reason = job.failed.clone().unwrap_or_else(|| "it was tried too often".to_owned());
        let failed = Job { failed: Some(reason), version: 1, ..job.clone() };
        writes.push(Write::Put(Record::FailedJob(failed), Expect::Anything));
        JobState::Failed
    };
    let key = Key::Job(job.shard(), job.due, job.op.clone());
    writes.push(Write::Delete(key, Expect::Version(stored.version)));
    Step { writes, then: Then::Leave(state) }
}

/// Marks an effect with the result of its run, unless another worker has claimed it since.
fn mark(job: &mut Job, ran: &Ran, now: Timestamp) {
    let Some(effect) = job.effects.get_mut(ran.position) else { return };
    if effect.fence != ran.fence || effect.leased_until.is_none() {
        return;
    }
    effect.leased_until = None;
    match &ran.result {
        Ok(After::Done) => effect.done = true,
        Ok(After::Next(next)) => *effect = Effect { fence: effect.fence, ..(**next).clone() },
        Err(reason) => {
            let failures = usize::try_from(effect.tries.saturating_sub(1)).unwrap_or(usize::MAX);
            let waits_s = waits_s(effect).unwrap_or_default();
            let wait = SignedDuration::from_secs(waits_s.get(failures).copied().unwrap_or(0));
            effect.due = now.checked_add(wait).unwrap_or(now);
            if is_exhausted(effect, now) {
                job.failed = Some(reason.clone());
            }
        }
    }
}

/// Puts the records of the repeatable effects that are due, and marks these done. Of two records with
/// one key only the later is put: a transaction takes each key once.
fn put_records(job: &mut Job, now: Timestamp) -> Vec<Write> {
    let mut records: Vec<Record> = Vec::new();
    for effect in job.effects.iter_mut().filter(|effect| !effect.done && effect.due <= now) {
        let Run::Put(some) = handler(&effect.what).run else { continue };
        effect.done = true;
        for record in some {
            records.retain(|earlier| earlier.key() != record.key());
            records.push(record);
        }
    }
    records.into_iter().map(|record| Write::Put(record, Expect::Anything)).collect()
}

/// Claims the first effect that is due and free; returns its position and the effect as claimed.
fn claim(job: &mut Job, now: Timestamp) -> Option<(usize, Effect)> {
    let is_ready = |effect: &Effect| {
        let open = !effect.done && !is_exhausted(effect, now);
        open && effect.due <= now && !is_leased(effect, now)
    };
    let position = job.effects.iter().position(is_ready)?;
    let effect = job.effects.get_mut(position)?;
    effect.leased_until = now.checked_add(LEASE).ok();
    effect.fence = effect.fence.saturating_add(1);
    effect.tries = effect.tries.saturating_add(1);
    Some((position, effect.clone()))
}

fn is_leased(effect: &Effect, now: Timestamp) -> bool {
    !effect.done && effect.leased_until.is_some_and(|until| now < until)
}

/// Whether an effect was tried as often as its schedule allows. While it is leased it is not; a try
/// whose worker died counts like any other.
fn is_exhausted(effect: &Effect, now: Timestamp) -> bool {
    let tries = usize::try_from(effect.tries).unwrap_or(usize::MAX);
    let tried_in_vain = waits_s(effect).is_some_and(|waits_s| tries > waits_s.len());
    tried_in_vain && !is_leased(effect, now)
}

/// The retry schedule; a repeatable effect has none.
fn waits_s(effect: &Effect) -> Option<&'static [i64]> {
    match handler(&effect.what).run {
        Run::Send { waits_s, .. } => Some(waits_s),
        Run::Put(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::kernel::actor::ActorId;
    use shared::kernel::audit::{Audit, Ended};
    use shared::kernel::id::{CallKey, ClientId, OpId, StaffId};
    use shared::kernel::job::What;
    use shared::kernel::mail::MailEvent;

    fn at(minute: u32) -> Timestamp {
        format!("2026-03-01T12:{minute:02}:00Z").parse().unwrap()
    }

    fn op() -> OpId {
        CallKey::new("local", "1").op()
    }

    /// An audit line of a staff member.
    fn line(staff: u64) -> Audit {
        Audit {
            by: Some(ActorId::Staff(StaffId(staff))),
            identity: None,
            at: at(0),
            op: op(),
            operation: "add_credit".to_owned(),
            client: None,
            ended: Ended::Done,
            text: String::new(),
            typed: None,
            credits: 0,
        }
    }

    /// An audit line that is due at once, and a mail ten minutes later.
    fn job() -> Job {
        let mail = What::Mail { client: ClientId(2), event: MailEvent::Activated };
        let effects = vec![Effect::new(What::Audit(line(1)), at(0)), Effect::new(mail, at(10))];
        Job::new(op(), effects)
    }

    fn leave(step: Step) -> (JobState, Vec<Write>) {
        match step.then {
            Then::Leave(state) => (state, step.writes),
            Then::Run { position, .. } => panic!("effect {position} was claimed"),
        }
    }

    /// The job after a step that claims an effect, and a result of that claim.
    fn run(step: Step, result: Result<After, String>) -> (Job, Ran) {
        match step.then {
            Then::Run { job, position, effect } => {
                (job, Ran { position, fence: effect.fence, result })
            }
            Then::Leave(state) => panic!("no effect was claimed: {state:?}"),
        }
    }

    fn put_again(writes: &[Write]) -> &Job {
        let again = writes.iter().find_map(|write| match write {
            Write::Put(Record::Job(job), Expect::Absent) => Some(job),
            _ => None,
        });
        again.unwrap_or_else(|| panic!("{writes:?}"))
    }

    #[test]
    fn job_of_audit_lines_ends_in_one_transaction() {
        let audit = Job::new(op(), vec![Effect::new(What::Audit(line(1)), at(0))]);

        let (state, writes) = leave(step(&audit, None, at(0)));

        assert_eq!(state, JobState::Done);
        let [Write::Put(Record::Audit(put), Expect::Anything), Write::Delete(_, guard)] =
            &writes[..]
        else {
            panic!("{writes:?}")
        };
        assert_eq!((put, *guard), (&line(1), Expect::Version(audit.version)));
    }

    #[test]
    fn audit_lines_with_one_key_are_put_once() {
        let effect = |number| Effect::new(What::Audit(line(number)), at(0));
        let mut later = line(1);
        later.text = "approved".to_owned();
        let approved = Effect::new(What::Audit(later.clone()), at(0));

        let (_, writes) =
            leave(step(&Job::new(op(), vec![effect(1), effect(2), approved]), None, at(0)));

        let puts: Vec<&Audit> = writes
            .iter()
            .filter_map(|write| match write {
                Write::Put(Record::Audit(line), _) => Some(line),
                _ => None,
            })
            .collect();
        assert_eq!(puts, [&line(2), &later]);
    }

    #[test]
    fn job_with_a_later_mail_is_put_again_at_its_due_time() {
        let (state, writes) = leave(step(&job(), None, at(0)));

        assert_eq!(state, JobState::DueAgain(at(10)));
        assert_eq!(writes.len(), 3, "the audit line, the job again, the deletion: {writes:?}");
        let later = put_again(&writes);
        assert_eq!(
            (later.due, later.effects[0].done, later.effects[1].done),
            (at(10), true, false)
        );
    }

    #[test]
    fn leased_mail_is_left_alone_until_its_lease_ends() {
        let due = put_again(&leave(step(&job(), None, at(0))).1).clone();
        let (claimed, _) = run(step(&due, None, at(10)), Ok(After::Done));

        let (state, writes) = leave(step(&claimed, None, at(10)));
        let (after_lease, ran) = run(step(&claimed, None, at(11)), Ok(After::Done));

        assert_eq!((state, writes), (JobState::Leased, Vec::new()));
        assert_eq!((claimed.effects[1].fence, ran.fence), (1, 2));
        assert_eq!((claimed.version, after_lease.version), (2, 3));
    }

    #[test]
    fn sent_mail_is_marked_by_the_deletion_of_its_job() {
        let due = put_again(&leave(step(&job(), None, at(0))).1).clone();
        let (claimed, ran) = run(step(&due, None, at(10)), Ok(After::Done));

        let (state, writes) = leave(step(&claimed, Some(&ran), at(10)));

        assert_eq!(state, JobState::Done);
        assert!(matches!(&writes[..], [Write::Delete(_, Expect::Version(2))]), "{writes:?}");
    }

    #[test]
    fn result_under_an_old_fence_marks_nothing() {
        let due = put_again(&leave(step(&job(), None, at(0))).1).clone();
        let (claimed, old) = run(step(&due, None, at(10)), Ok(After::Done));
        let (claimed_again, _) = run(step(&claimed, None, at(11)), Ok(After::Done));

        let (state, writes) = leave(step(&claimed_again, Some(&old), at(11)));

        assert_eq!((state, writes), (JobState::Leased, Vec::new()));
    }

    #[test]
    fn sent_mail_is_marked_while_another_worker_holds_the_other_mail() {
        let mail = || What::Mail { client: ClientId(2), event: MailEvent::Activated };
        let two = Job::new(op(), vec![Effect::new(mail(), at(0)), Effect::new(mail(), at(0))]);
        let (first, ran) = run(step(&two, None, at(0)), Ok(After::Done));
        let (both, _) = run(step(&first, None, at(0)), Ok(After::Done));

        let (state, writes) = leave(step(&both, Some(&ran), at(0)));

        assert_eq!(state, JobState::Leased);
        let [Write::Put(Record::Job(marked), Expect::Version(3))] = &writes[..] else {
            panic!("{writes:?}")
        };
        assert_eq!((marked.effects[0].done, marked.effects[1].done), (true, false));
    }

    #[test]
    fn effect_that_goes_on_takes_its_own_place_and_is_due_again() {
        let due = put_again(&leave(step(&job(), None, at(0))).1).clone();
        let reminder = |day, minute| {
            let invoice = "INV-2-0001".parse().unwrap();
            Effect::new(What::Remind { client: ClientId(2), invoice, day }, at(minute))
        };
        let (claimed, ran) =
            run(step(&due, None, at(10)), Ok(After::Next(Box::new(reminder(3, 30)))));

        let (state, writes) = leave(step(&claimed, Some(&ran), at(10)));

        assert_eq!(state, JobState::DueAgain(at(30)));
        let again = put_again(&writes);
        assert_eq!((again.due, again.effects[1].fence), (at(30), 1));
        assert_eq!(Effect { fence: 0, ..again.effects[1].clone() }, reminder(3, 30));
        let stale = step(&claimed, Some(&Ran { fence: 9, ..ran }), at(10));
        assert_eq!(leave(stale).0, JobState::Leased, "a stale claim changes nothing");
    }

    #[test]
    fn failing_mail_follows_its_schedule_and_then_fails_for_good() {
        let mut due = put_again(&leave(step(&job(), None, at(0))).1).clone();
        let mut waits_s = Vec::new();
        let (failed, now) = loop {
            let now = due.due;
            let (claimed, ran) = run(step(&due, None, now), Err("no route".to_owned()));
            match leave(step(&claimed, Some(&ran), now)) {
                (JobState::DueAgain(next), writes) => {
                    waits_s.push(next.duration_since(now).as_secs());
                    due = put_again(&writes).clone();
                }
                (state, writes) => {
                    assert_eq!(state, JobState::Failed);
                    let Write::Put(Record::FailedJob(failed), _) = &writes[0] else {
                        panic!("{writes:?}")
                    };
                    break (failed.clone(), now);
                }
            }
        };

        assert_eq!(waits_s, [60, 300, 1_800, 7_200, 43_200]);
        assert_eq!(failed.failed.as_deref(), Some("no route"));
        let revived = failed.again(now);
        assert!(revived.failed.is_none() && revived.effects[0].done);
        assert!(matches!(step(&revived, None, now).then, Then::Run { position: 1, .. }));
    }
}
