//! Announcements: what was done, what waits for somebody, and the reminder of it.

use shared::notice::{Notice, Told};
use shared::operation::{Ask, Outcome, Reply};

use super::{Asked, credit, person};
use crate::card::{Card, Text};

/// What is said in a channel.
#[must_use]
pub fn card(notice: &Notice) -> Card {
    match &notice.told {
        Told::Done(answer) => {
            let reply = Reply::of(notice.op.clone(), Outcome::Answer(answer.clone()));
            // Nothing that is announced is worded by how it was asked for.
            let asked = Asked { ask: &Ask::Whoami {}, dry_run: false, parsed: None };
            super::card(&reply, &asked).public()
        }
        Told::Plan(plan) if plan.state.waits() => credit::plan(plan).public(),
        Told::Plan(plan) => credit::ended(plan, None),
        Told::Reminder(plan) => {
            let card = credit::plan(plan).public();
            let headline = Text::new().own("Still waiting: ").then(card.headline.clone());
            let asked = Text::new().own("Asked by ").then(person(&plan.by)).own(" at ");
            Card { headline, ..card }.line(asked.time(plan.change.at).own("."))
        }
    }
}
