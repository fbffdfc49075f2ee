//! What the desk says in a channel without being asked there: committed writes, plans that wait for an
//! approval, reminders of these. Facts only; the chat shell has the words.
//!
//! A notice is made when it is sent, from what is stored then, so nobody is asked to approve a plan
//! that is over.

use serde::{Deserialize, Serialize};

use crate::contract::plan::PlanCard;
use crate::contract::receipt::Receipt;
use crate::kernel::id::{Channel, OpId};

/// Something to be said in a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    pub channel: Channel,
    /// The operation that it is about.
    pub op: OpId,
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
    Done(Receipt),
    /// This waits, or has ended.
    Plan(PlanCard),
    /// This still waits.
    Reminder(PlanCard),
}
