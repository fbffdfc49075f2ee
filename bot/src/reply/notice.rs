//! Announcements: what was done, what waits for somebody, and the reminder of it.

use shared::notice::{Notice, Told};
use shared::operation::{Ask, Outcome, Reply};

use super::{Asked, credit, person};
use crate::view::{Text, View};

/// What is said in a channel.
#[must_use]
pub fn view(notice: &Notice) -> View {
    match &notice.told {
        Told::Done(answer) => {
            let reply = Reply::of(notice.op.clone(), Outcome::Answer(answer.clone()));
            // Nothing that is announced is worded by how it was asked for.
            let asked = Asked { ask: &Ask::Whoami {}, dry_run: false, parsed: None };
            super::view(&reply, &asked).public()
        }
        Told::Plan(plan) if plan.state.waits() => credit::plan(plan).public(),
        Told::Plan(plan) => credit::ended(plan, None),
        Told::Reminder(plan) => {
            let view = credit::plan(plan).public();
            let headline = Text::new().fixed("Still waiting: ").then(view.headline.clone());
            let asked = Text::new().fixed("Asked by ").then(person(&plan.by)).fixed(" at ");
            View { headline, ..view }.line(asked.time(plan.change.at).fixed("."))
        }
    }
}
