//! An announcement in a channel. [`announcer`] hands it to the chat shell.
//!
//! The notice is made at each try from the stored operation or plan. If the plan has changed since,
//! nothing is announced: the change has its own announcement.

pub mod announcer;

use shared::contract::Key;
use shared::contract::notice::{Notice, Told};
use shared::contract::plan::Plan;
use shared::contract::receipt::{Outcome, Receipt};
use shared::kernel::id::Channel;
use shared::kernel::job::About;
use shared::plans::types::PlanState;

use super::{After, Handler, Ports, Run, sentence};
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

async fn announce(ports: &Ports, channel: &Channel, about: &About) -> Result<After, String> {
    let notice = notice(&ports.store, channel, about).await;
    if let Some(notice) = notice.map_err(|failure| sentence(&failure))? {
        ports.announcer.announce(notice).await?;
    }
    Ok(After::Done)
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
    let plan = || image.peek::<Plan>(&Key::Plan(op.clone()));
    let content = match about {
        About::Done(_) => {
            let receipt = image.peek::<Receipt>(&Key::Operation(op.clone()));
            let is_done = |receipt: &&Receipt| matches!(receipt.outcome, Outcome::Done { .. });
            receipt.filter(is_done).cloned().map(Told::Done)
        }
        About::Plan { version, .. } => {
            plan().filter(|plan| plan.version == *version).map(|plan| Told::Plan(plan.card()))
        }
        About::Reminder { version, .. } => plan()
            .filter(|plan| plan.version == *version)
            .filter(|plan| plan.state == PlanState::AwaitsApproval)
            .filter(|plan| store.clock().now() < plan.expires)
            .map(|plan| Told::Reminder(plan.card())),
    };
    Ok(content.map(|told| Notice { channel: channel.clone(), op: op.clone(), told }))
}
