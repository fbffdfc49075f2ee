//! An announcement in a channel. [`announcer`] hands it to the chat shell.
//!
//! The notice is made at each try from the stored operation or plan. If the plan has changed since,
//! nothing is announced: the change has its own announcement.

pub mod announcer;

use shared::id::Channel;
use shared::notice::{About, Notice, Told};
use shared::plan::PlanState;
use shared::record::{Key, StoredOutcome};

use super::{Handler, Ports, Run, sentence};
use crate::failure::Failure;
use crate::store::Store;

/// Short: after an hour an announcement is old news.
const WAITS_S: [i64; 4] = [5, 30, 300, 1_800];

pub(super) fn handler<'a>(channel: &'a Channel, about: &'a About) -> Handler<'a> {
    Handler {
        word: "announcement",
        run: Run::Send {
            waits_s: &WAITS_S,
            start: Box::new(move |ports, _| Box::pin(announce(ports, channel, about))),
        },
    }
}

async fn announce(ports: &Ports, channel: &Channel, about: &About) -> Result<(), String> {
    let notice = notice(&ports.store, channel, about).await;
    match notice.map_err(|failure| sentence(&failure))? {
        Some(notice) => ports.announcer.announce(notice).await,
        None => Ok(()),
    }
}

/// The notice as of now; `None` when it is out of date.
async fn notice(
    store: &Store,
    channel: &Channel,
    about: &About,
) -> Result<Option<Notice>, Failure> {
    let (op, key) = match about {
        About::Done(op) => (op, Key::Operation(op.clone())),
        About::Plan { op, .. } | About::Reminder { op, .. } => (op, Key::Plan(op.clone())),
    };
    let image = store.image(&[key]).await?;
    let told = match about {
        About::Done(_) => match image.operation(op).map(|stored| stored.outcome.clone()) {
            Some(StoredOutcome::Done(answer)) => Some(Told::Done(answer)),
            Some(StoredOutcome::Refused(_) | StoredOutcome::Took(_)) | None => None,
        },
        About::Plan { version, .. } => image
            .plan(op)
            .filter(|plan| plan.version == *version)
            .map(|plan| Told::Plan(plan.card())),
        About::Reminder { version, .. } => image
            .plan(op)
            .filter(|plan| plan.version == *version)
            .filter(|plan| plan.state == PlanState::AwaitsApproval)
            .filter(|plan| store.clock().now() < plan.expires)
            .map(|plan| Told::Reminder(plan.card())),
    };
    Ok(told.map(|told| Notice { channel: channel.clone(), op: op.clone(), told }))
}
