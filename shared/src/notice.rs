//! What the desk says in a channel without being asked there: committed writes, plans that wait for
//! somebody's approval, reminders of these. The facts; the words are the chat shell's.
//!
//! A notice is an effect of a job ([`crate::job::What::Announce`]): it names what it is about, and is
//! made from what is stored when it is sent, so that nobody is asked to approve what is over.

use serde::{Deserialize, Serialize};

use crate::answer::{Answer, PlanCard};
use crate::id::{Channel, OpId};

/// What an announcement is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// An operation was committed.
    Done(OpId),
    /// A plan waits for an approval, or has ended. It is only told at the version that it is about:
    /// what became of the plan since is told by itself.
    Plan {
        /// Which.
        op: OpId,
        /// At which version.
        version: u64,
    },
    /// A plan still waits for an approval, at the version at which it was put up.
    Reminder {
        /// Which.
        op: OpId,
        /// At which version.
        version: u64,
    },
}

/// Something to be said in a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Where.
    pub channel: Channel,
    /// The operation that it is about.
    pub op: OpId,
    /// What.
    pub told: Told,
}

impl Notice {
    /// Its name in its channel, of at most 25 characters: what is sent again has the same one. What
    /// is told of a plan has another one than what came of it, though both are about one operation;
    /// only the reminders of a plan, hours apart, share theirs.
    #[must_use]
    pub fn name(&self) -> String {
        let op = &self.op;
        match &self.told {
            Told::Done(_) => op.to_string(),
            Told::Plan(plan) => format!("{op}.{}", plan.version),
            Told::Reminder(plan) => format!("{op}+{}", plan.version),
        }
    }
}

/// What is said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// This was done.
    Done(Answer),
    /// This waits, or has ended.
    Plan(PlanCard),
    /// This still waits.
    Reminder(PlanCard),
}
