//! The record of an operation that awaits a confirmation or an approval. It commits under its own
//! key, so the call, its repeats and every click are one operation. It binds the facts that it showed,
//! and it bills the price that it showed. Before and after are computed again at the commit; when they
//! changed, it is shown again.
//!
//! It stays below 1 KB; only a price list with every step at its limits makes it larger, by 1.25 KB at
//! most.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::contract::{Ask, Facts};
use crate::kernel::credit::PerKind;
use crate::kernel::id::{Channel, ClientId, Identity, Named, NamedStaff, OpId, StaffId};
use crate::kernel::mail::MailSort;
use crate::kernel::mode::Mode;
use crate::kernel::movement::Movement;
use crate::plans::types::{Answerable, Bound, PlanState, Question};

/// What a change of credits is worth to its author's limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Worth {
    /// In minor units.
    #[serde(rename = "m")]
    pub minor: u64,
    pub mode: Mode,
    /// It counts against the author's daily budget.
    #[serde(rename = "c", default, skip_serializing_if = "std::ops::Not::not")]
    pub counts: bool,
}

/// An operation that awaits a confirmation or an approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The operation that it is, and will be.
    pub op: OpId,
    pub version: u64,
    pub state: PlanState,
    /// With clients by their ids.
    pub ask: Ask,
    /// The fingerprint of the call as received.
    #[serde(rename = "fp")]
    pub fingerprint: String,
    #[serde(rename = "q")]
    pub questions: Vec<Question>,
    /// What it showed.
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    pub movement: Option<Movement>,
    #[serde(rename = "f")]
    pub facts: Facts,
    #[serde(rename = "b")]
    pub bound: Bound,
    #[serde(rename = "w")]
    pub worth: Worth,
    /// The price that it showed, which holds: minor units per 1,000 credits.
    #[serde(rename = "pr", default, skip_serializing_if = "is_empty")]
    pub prices: PerKind<Option<u64>>,
    pub by: NamedStaff,
    #[serde(rename = "id")]
    pub identity: Identity,
    /// The first author, before it was handed over: that person never approves it.
    #[serde(rename = "a")]
    pub asker: StaffId,
    /// The first author's identity: its present owner does not approve the plan either.
    #[serde(rename = "ai")]
    pub asker_identity: Identity,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub at: Timestamp,
    /// Where it was asked for: its author is told of its end there.
    #[serde(rename = "ch", default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// Until then it can be confirmed or approved. Times are in milliseconds, because the item stays
    /// below 1 KB.
    #[serde(rename = "x", with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub expires: Timestamp,
    /// Since then it waits for an approval.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "jiff::fmt::serde::timestamp::millisecond::optional"
    )]
    pub up: Option<Timestamp>,
    /// The staff member who approved or denied it.
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none")]
    pub second: Option<StaffId>,
    /// The calls that moved it. A call that comes again has been answered: it does not confirm what it
    /// was shown in answer. Any other call that finds the plan over is a later press.
    #[serde(rename = "c", default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<OpId>,
    /// Why it was denied, or lapsed.
    #[serde(rename = "why", default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The mails that follow: to whom, and of which sort.
    #[serde(rename = "ml", default, skip_serializing_if = "Vec::is_empty")]
    pub mails: Vec<(ClientId, MailSort)>,
    /// The name of the reseller that gets a mail about its client's credits, and is no side of the change.
    #[serde(rename = "pn", default, skip_serializing_if = "Option::is_none")]
    pub payer: Option<String>,
}

fn is_empty(prices: &PerKind<Option<u64>>) -> bool {
    *prices == PerKind::default()
}

impl Plan {
    /// The client that it is about.
    #[must_use]
    pub fn client(&self) -> Option<&Named> {
        self.movement.as_ref().and_then(Movement::client)
    }

    /// The mails that follow, as their clients will read them.
    fn letters(&self) -> Vec<PlannedLetter> {
        let (Facts::Credits(facts), Some(movement)) = (&self.facts, &self.movement) else {
            return Vec::new();
        };
        let tell = match &self.ask {
            Ask::Credits(ask) => ask.tell(),
            _ => None,
        };
        let sides = movement.sides();
        let planned = |(to, sort): &(ClientId, MailSort)| {
            let letter = facts.letter(movement, *sort, *to)?;
            let name = sides.iter().find(|side| side.client.id == *to).map(|side| side.client);
            let to = match (name, &self.payer) {
                (Some(client), _) => client.name.clone(),
                (None, Some(payer)) => payer.clone(),
                (None, None) => to.to_string(),
            };
            Some(PlannedLetter { to, subject: letter.subject(), lines: letter.lines(tell) })
        };
        self.mails.iter().filter_map(planned).collect()
    }

    /// As it is shown.
    #[must_use]
    pub fn card(&self) -> PlanCard {
        PlanCard {
            op: self.op.clone(),
            version: self.version,
            movement: self.movement.clone(),
            facts: self.facts.clone(),
            questions: self.questions.clone(),
            state: self.state,
            by: self.by.clone(),
            at: self.at,
            expires: self.expires,
            reason: self.reason.clone(),
            letters: self.letters(),
        }
    }
}

/// A plan as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanCard {
    pub op: OpId,
    /// A button carries the version that was seen.
    pub version: u64,
    /// With before and after as they were when it was shown.
    pub movement: Option<Movement>,
    pub facts: Facts,
    pub questions: Vec<Question>,
    pub state: PlanState,
    pub by: NamedStaff,
    pub at: Timestamp,
    /// Until then it can be confirmed or approved.
    pub expires: Timestamp,
    /// Why it was denied, or lapsed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The mails that follow it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub letters: Vec<PlannedLetter>,
}

/// A waiting plan in a list, as one person sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    pub plan: PlanCard,
    /// What the reader may do to it.
    pub may: Vec<Answerable>,
    /// The people beside the reader who may confirm or approve it.
    pub waits_for: Vec<NamedStaff>,
    /// Other waiting plans that ask for the same.
    pub equals: Vec<OpId>,
}

/// A mail that follows a plan, as its client will read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedLetter {
    /// The client’s name, or its id.
    pub to: String,
    pub subject: String,
    pub lines: Vec<String>,
}

impl PlanCard {
    /// The client that it is about.
    #[must_use]
    pub fn client(&self) -> Option<&Named> {
        self.movement.as_ref().and_then(Movement::client)
    }
}
