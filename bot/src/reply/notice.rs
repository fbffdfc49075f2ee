//! Announcements: what was done, what waits for somebody, and the reminder of it.

use shared::notice::{Notice, Told};
use shared::operation::{Ask, Outcome, Reply};

use super::words::{fixed, person};
use super::{Context, content, plan};
use crate::view::View;

/// What is said in a channel.
#[must_use]
pub fn view(notice: &Notice) -> View {
    match &notice.told {
        Told::Done(answer) => {
            let reply = Reply::of(notice.op.clone(), Outcome::Answer(answer.clone()));
            // Nothing that is announced is worded by how it was asked for.
            let context = Context { ask: &Ask::Whoami {}, dry_run: false, parsed: None };
            content(&reply, &context).view.public()
        }
        Told::Plan(waiting) if waiting.state.waits() => plan::view(waiting).public(),
        Told::Plan(over) => plan::ended(over, None),
        Told::Reminder(waiting) => {
            let view = plan::view(waiting).public();
            let headline = fixed("Still waiting: ").then(view.headline.clone());
            let author = fixed("Asked by ").then(person(&waiting.by)).fixed(" at ");
            View { headline, ..view }.line(author.time(waiting.change.at).fixed("."))
        }
    }
}
