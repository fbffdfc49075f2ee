//! What follows a commit. A job lists the side effects of one operation; a worker carries them out
//! and deletes the job.
//!
//! `effects` knows each effect, [`queue`] carries the hints, `state` decides a step, `worker` takes
//! it. A step is one transaction, conditioned on the version of the job that was read (LEDGER §2, JOB):
//!
//! | step | its transaction |
//! |---|---|
//! | write | puts the records of every repeatable effect that is due, and marks it done; part of each step below |
//! | mark | the last run counts, under its own fence only: done, or failed and due again; part of each step below |
//! | claim | one effect that leaves the desk gets a lease of 60 s and the next fence; then it runs |
//! | due again | puts the next item (if absent) and deletes this one: the due time is its key |
//! | done | deletes the job |
//! | failed for good | puts the job under FAILED, and deletes it |
//!
//! So a job of repeatable effects takes one read and one transaction. Another effect may run twice: when
//! its worker dies after the run, the lease ends and another worker runs it again. Retries keep its id.

pub mod queue;
mod state;
mod worker;

pub use self::worker::{JobState, Worker, work};
