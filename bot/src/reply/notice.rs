//! Announcements: what was done, what waits for somebody, and the reminder of it.

use shared::contract::notice::{Notice, Told};

use super::plan;
use super::words::{fixed, person};
use crate::commands;
use crate::view::View;

/// What is said in a channel.
#[must_use]
pub fn view(notice: &Notice) -> View {
    match &notice.told {
        Told::Done(receipt) => commands::done(receipt).view.public(),
        Told::Plan(waiting) if waiting.state.waits() => plan::view(waiting).public(),
        Told::Plan(over) => {
            plan::ended(over).line(fixed("Asked for by ").then(person(&over.by)).fixed("."))
        }
        Told::Reminder(waiting) => {
            let view = plan::view(waiting).public();
            let headline = fixed("Still waiting: ").then(view.headline.clone());
            let author = fixed("Asked by ").then(person(&waiting.by)).fixed(" at ");
            View { headline, ..view }.line(author.time(waiting.at).fixed("."))
        }
    }
}
