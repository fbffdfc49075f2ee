//! The end of a plan, and the announcement of it to its author.
//!
//! Invariant: whoever ends a plan that waited for a second person, its author is told how it ended, and
//! why, in the channel where it was asked for. An author who ended it has the reply instead.

use crate::contract::Record;
use crate::contract::change::{Change, Expect, Write};
use crate::contract::plan::Plan;
use crate::decision::Scene;
use crate::kernel::id::Channel;
use crate::kernel::job::{About, Effect, Job, What};
use crate::plans::settle::announced_as;
use crate::plans::types::{Bound, PlanState};

/// A plan that ends without being done. What it showed is over, which makes room for the reason.
pub(super) fn ended(plan: &Plan, state: PlanState, reason: Option<String>) -> Plan {
    let mut over = plan.clone();
    over.state = state;
    over.reason = reason;
    over.questions.clear();
    over.bound = Bound::default();
    over
}

/// An announcement about a plan or its commit.
pub(super) fn announcement(scene: &Scene<'_>, channel: &Channel, about: &About) -> Effect {
    let what = What::Announce { channel: channel.clone(), about: about.clone() };
    Effect::new(what, scene.now)
}

/// The channel where the author of a plan is told of its end: none where another announcement or the
/// public reply is there already.
pub(super) fn authors_channel<'a>(scene: &Scene<'_>, plan: &'a Plan) -> Option<&'a Channel> {
    plan.channel.as_ref().filter(|channel| Some(*channel) != scene.at)
}

/// Adds an announcement for the author to the job of a change.
pub(super) fn tell_author(scene: &Scene<'_>, change: &mut Change, plan: &Plan, about: &About) {
    let Some(channel) = authors_channel(scene, plan) else { return };
    for write in &mut change.writes {
        if let Write::Put(Record::Job(job), _) = write
            && !job.effects.iter().any(|effect| is_in(effect, channel))
        {
            job.effects.push(announcement(scene, channel, about));
        }
    }
}

/// The job that tells of the end of a plan which no operation did: at once, once in each channel.
pub(super) fn end_job<'a>(
    scene: &Scene<'_>,
    over: &Plan,
    channels: impl Iterator<Item = &'a Channel>,
) -> Option<Write> {
    let about = About::Plan { op: over.op.clone(), version: over.version };
    let mut effects: Vec<Effect> = Vec::new();
    for channel in channels {
        if !effects.iter().any(|effect| is_in(effect, channel)) {
            effects.push(announcement(scene, channel, &about));
        }
    }
    let job = (!effects.is_empty()).then(|| Job::new(announced_as(over), effects))?;
    Some(Write::Put(Record::Job(job), Expect::Absent))
}

fn is_in(effect: &Effect, channel: &Channel) -> bool {
    matches!(&effect.what, What::Announce { channel: known, .. } if known == channel)
}
