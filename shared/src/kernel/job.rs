//! What is to be done after a commit. All side effects of one write are listed in one JOB item that
//! is written in the same transaction as their cause; a queue message is only a hint that it is due.
//! No secret is ever in a job.
//!
//! A job is named by the operation that was done. Asking for an approval, and telling that nobody
//! gave it in time, does no operation: such a job has a name of its own, made from the plan and its
//! version, so that no two jobs ever have one name.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::kernel::audit::Audit;
use crate::kernel::id::{Channel, ClientId, InvoiceNumber, OpId};
use crate::kernel::mail::MailEvent;

/// How many shards the due-index has.
pub const SHARDS: u8 = 16;

/// The side effects of one operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// The operation that caused it, or the name of what was asked or told about a plan.
    pub op: OpId,
    /// When its earliest effect is due; part of its key, so it never changes in place.
    pub due: Timestamp,
    /// Moves with every claim and mark.
    pub version: u64,
    /// What is to be done.
    pub effects: Vec<Effect>,
    /// Set when it has failed for good, with why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<String>,
}

impl Job {
    /// A job whose effects are all still to be done.
    #[must_use]
    pub fn new(op: OpId, effects: Vec<Effect>) -> Self {
        let due = effects.iter().map(|e| e.due).min().unwrap_or(Timestamp::UNIX_EPOCH);
        Self { op, due, version: 1, effects, failed: None }
    }

    /// A job that failed for good, as it is tried again: effects that are done stay done.
    #[must_use]
    pub fn again(&self, now: Timestamp) -> Job {
        let mut job = Job { due: now, version: 1, failed: None, ..self.clone() };
        for effect in job.effects.iter_mut().filter(|effect| !effect.done) {
            effect.due = now;
            effect.tries = 0;
            effect.leased_until = None;
        }
        job
    }

    /// The shard of the due-index that holds it.
    #[must_use]
    pub fn shard(&self) -> u8 {
        shard_of(&self.op)
    }
}

/// The shard of the due-index for an operation's job.
#[must_use]
pub fn shard_of(op: &OpId) -> u8 {
    let sum = op.to_string().bytes().fold(0_u8, u8::wrapping_add);
    sum.checked_rem(SHARDS).unwrap_or(0)
}

/// One side effect, with its own lease, fence and done mark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    /// What is to be done.
    pub what: What,
    /// Not before.
    pub due: Timestamp,
    /// It was done.
    pub done: bool,
    /// How often it was tried.
    pub tries: u32,
    /// Somebody is at it until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leased_until: Option<Timestamp>,
    /// Counts the claims: who holds an older one may not mark it done.
    pub fence: u64,
}

impl Effect {
    /// An effect that nobody has tried.
    #[must_use]
    pub fn new(what: What, due: Timestamp) -> Self {
        Self { what, due, done: false, tries: 0, leased_until: None, fence: 0 }
    }
}

/// What a side effect is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Put the commit into the audit trail.
    Audit(Audit),
    /// Send a mail to a client.
    Mail { client: ClientId, event: MailEvent },
    /// Remind a client of an invoice, and go on with its next reminder.
    Remind {
        client: ClientId,
        invoice: InvoiceNumber,
        /// The days from its due date.
        day: i8,
    },
    /// Send a client its statement of account.
    Statement {
        client: ClientId,
        /// The first day.
        since: Date,
        /// The last day.
        until: Date,
    },
    /// Say something in a channel.
    Announce { channel: Channel, about: About },
    /// The request of a refund that an operation made, to the provider.
    Refund {
        /// The normalised reference of the payment.
        payment: String,
        op: OpId,
    },
}

/// The subject of an announcement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// An operation was committed.
    Done(OpId),
    /// A plan waits for an approval, or has ended. Announced only while the plan is at `version`;
    /// later changes have their own announcements.
    Plan { op: OpId, version: u64 },
    /// A plan still waits for an approval, at the version at which it was put up.
    Reminder { op: OpId, version: u64 },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn effect(due_s: i64) -> Effect {
        let mail = What::Mail { client: ClientId(2), event: MailEvent::Activated };
        Effect::new(mail, Timestamp::from_second(due_s).unwrap())
    }

    fn op() -> OpId {
        "op_0123456789abcdef".parse().unwrap()
    }

    #[test]
    fn job_is_due_with_its_earliest_effect() {
        let job = Job::new(op(), vec![effect(30), effect(20)]);
        assert_eq!((job.due.as_second(), job.version, job.failed), (20, 1, None));
    }

    #[test]
    fn failed_job_is_tried_again_without_the_effects_that_are_done() {
        let now = Timestamp::from_second(100).unwrap();
        let tried = |done| Effect {
            done,
            tries: 7,
            leased_until: Some(Timestamp::from_second(50).unwrap()),
            fence: 9,
            ..effect(20)
        };
        let failed = Job {
            version: 12,
            failed: Some("no route".to_owned()),
            ..Job::new(op(), vec![tried(true), tried(false)])
        };

        let again = failed.again(now);

        let left = Effect { due: now, tries: 0, leased_until: None, ..tried(false) };
        let job =
            Job { due: now, version: 1, failed: None, op: op(), effects: vec![tried(true), left] };
        assert_eq!(again, job);
    }

    #[test]
    fn shard_of_a_job_is_the_sum_of_its_name_below_the_number_of_shards() {
        let job = |name: &str| Job::new(name.parse().unwrap(), Vec::new());
        for name in ["op_0123456789abcdeh", "op_zzzzzzzzzzzzzzzz"] {
            let sum: u32 = name.bytes().map(u32::from).sum();
            assert_eq!(u32::from(job(name).shard()), sum % 256 % u32::from(SHARDS), "{name}");
        }
        assert_ne!(job("op_0123456789abcdeh").shard(), job("op_0123456789abcdej").shard());
    }
}
