//! Jobs that failed for good: the list, and the replay of one.

use jiff::Timestamp;
use shared::answer::Answer;
use shared::audit::{Audit, Ended};
use shared::id::OpId;
use shared::job::{Effect, Job, What};
use shared::operation::Call;
use shared::record::{Change, Decision, Expect, Key, Record, Stored, StoredOutcome, Then, Write};
use shared::refusal::Refusal;
use shared::staff::LinkedIdentity;

use crate::jobs::revived;
use crate::reads::{Read, answer};
use crate::store::Store;

pub(crate) async fn list(store: &Store) -> Read {
    answer(Answer::Jobs { jobs: store.jobs_failed().await?, replayed: None })
}

/// Makes a failed job due again. The change puts an OPERATION, so that a repeat of the call makes the
/// job due once.
pub(crate) async fn replay(
    store: &Store,
    call: &Call,
    caller: &LinkedIdentity,
    op: &OpId,
    now: Timestamp,
) -> Read {
    let records = store.read(&[Key::FailedJob(op.clone())]).await?;
    let Some(Record::FailedJob(failed)) = records.into_iter().next() else {
        return Err(Refusal::UnknownOperation { op: op.clone() }.into());
    };
    let text = format!("the job of {op} is tried again");
    let replayed = Answer::Jobs { jobs: Vec::new(), replayed: Some(op.clone()) };
    if call.dry_run {
        return answer(Answer::DryRun {
            change: None,
            why: Vec::new(),
            text: Some(text),
            done: Some(Box::new(replayed)),
        });
    }
    let stored = Stored {
        op: call.key.op(),
        fingerprint: call.ask.fingerprint(),
        by: caller.staff,
        at: now,
        outcome: StoredOutcome::Done(replayed.clone()),
    };
    let audit = Audit {
        staff: Some(caller.staff),
        identity: Some(call.by.clone()),
        at: now,
        op: call.key.op(),
        operation: call.ask.operation(),
        client: None,
        ended: Ended::Done,
        text,
    };
    let audit_job = Job::new(call.key.op(), vec![Effect::new(What::Audit(audit), now)]);
    let delete = Write::Delete(Key::FailedJob(op.clone()), Expect::Version(failed.version));
    Ok(Decision::Commit(Change {
        writes: vec![
            Write::Put(Record::Operation(stored), Expect::Absent),
            delete,
            Write::Put(Record::Job(revived(&failed, now)), Expect::Absent),
            Write::Put(Record::Job(audit_job), Expect::Absent),
        ],
        then: Then::Answer(replayed),
    }))
}
