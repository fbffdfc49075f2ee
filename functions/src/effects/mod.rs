//! The side effects of a commit. Each has one file or folder, with its word for the log, its retry
//! schedule and its run.
//!
//! `jobs` knows an effect only as its [`Handler`]. To add an effect, add a variant of
//! `shared::kernel::job::What`, a file here, and its line in [`handler`].
//!
//! Absent on purpose: leases, fences and marks. `jobs` keeps them, the same way for every effect.

pub mod announcement;
mod audit;
pub mod mail;
mod refund;

use std::pin::Pin;

use runtime::causes::Causes;
use shared::contract::Record;
use shared::kernel::job::{Effect, What};

use self::announcement::announcer::Announcer;
use self::mail::mailer::Mailer;
use crate::access::link::Links;
use crate::billing::api::Api;
use crate::failure::Failure;
use crate::store::Store;

/// The ports that effects use.
#[derive(Debug, Clone)]
pub struct Ports {
    pub store: Store,
    pub mailer: Mailer,
    pub announcer: Announcer,
    /// Makes the links of letters.
    pub links: Links,
    /// Asks the billing providers, where there is an account.
    pub api: Option<Api>,
}

/// The run of one effect. The error is a sentence for the log and for the list of failed jobs.
pub type Running<'a> = Pin<Box<dyn Future<Output = Result<After, String>> + Send + 'a>>;

/// How the run of an effect ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum After {
    Done,
    /// The job goes on with this effect in its place.
    Next(Box<Effect>),
}

/// Starts the run of one effect. The text is the effect's id, the same at every retry.
pub(crate) type Start<'a> = Box<dyn FnOnce(&'a Ports, String) -> Running<'a> + Send + 'a>;

/// How one effect is carried out.
pub(crate) struct Handler<'a> {
    /// Names the effect in the log.
    pub(crate) word: &'static str,
    pub(crate) run: Run<'a>,
}

/// The two ways to carry out an effect.
pub(crate) enum Run<'a> {
    /// Repeatable: these records are the effect, and the same ones at every repeat. The job's next
    /// transaction puts them and marks the effect done, so the effect needs no lease and no schedule.
    Put(Vec<Record>),
    /// Leaves the desk, so a repeat can be noticed: it runs under a lease and a fence.
    Send {
        /// The wait after each failed try, in seconds. After one try more, the effect has failed for
        /// good.
        waits_s: &'static [i64],
        start: Start<'a>,
    },
}

/// The handler of an effect.
pub(crate) fn handler(what: &What) -> Handler<'_> {
    match what {
        What::Audit(line) => audit::handler(line),
        What::Mail { client, event } => mail::handler(*client, event),
        What::Remind { client, invoice, day } => mail::reminder::handler(*client, *invoice, *day),
        What::Statement { client, since, until } => {
            mail::statement::handler(*client, *since, *until)
        }
        What::Announce { channel, about } => announcement::handler(channel, about),
        What::Refund { payment, op } => refund::handler(payment, op),
    }
}

/// A failure as a sentence for the log.
fn sentence(failure: &Failure) -> String {
    format!("{failure}: {}", Causes(failure))
}
