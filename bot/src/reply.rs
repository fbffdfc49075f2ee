//! The reply to a call: its view for people and its JSON for scripts.
//!
//! The words of an answer are in its command's file ([`crate::commands`]). Here is what all of them
//! share: the frame of a reply, plans, dry runs, refusals, announcements, common words.
//!
//! Invariants: a refusal says what happened and what to type or whom to ask next; "Nothing was
//! changed" is said only of a write whose outcome is known. Names, reasons and whatever was typed go
//! into [`crate::view::Span::Input`]. Telephone numbers and email addresses are masked, because a
//! public reply stays in its channel for years.

mod dry_run;
mod notice;
mod pick;
pub mod plan;
mod refused;
pub mod unsure;
pub mod words;

use serde_json::{Value, json};
use shared::contract::Ask;
use shared::contract::call::{Failed, Outcome, Reply};
use shared::credits::types as credits;
use shared::kernel::id::OpId;
use shared::kernel::spec::Spec;

use crate::command::{self, ParamKind, ParamSpec};
use crate::commands;
use crate::grammar::Parsed;
use crate::view::{Mark, View};
use words::fixed;

pub use notice::view as notice;
pub use refused::{no_form, no_operation, not_asked, too_late, unanswered, usage};

/// How many rows a table shows, where no command has a number of its own.
pub const ROWS_MAX: usize = 25;

/// How many rows a table shows on the lowest screen.
const ROWS_MIN: usize = 3;

/// The words for the page behind the one that is shown, where the newest come first.
pub const OLDER: (&str, &str) = ("Older", "the ones before these");

/// A reply to a call.
#[derive(Debug, Clone, PartialEq)]
pub struct Content {
    /// The kind of answer, or the code of a refusal or failure.
    pub code: &'static str,
    /// The reply for people.
    pub view: View,
    /// The reply for scripts.
    pub json: Value,
}

impl Content {
    /// A reply.
    #[must_use]
    pub fn new(code: &'static str, view: View, json: Value) -> Self {
        Self { code, view, json }
    }
}

/// The call, as far as the reply to it depends on it.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// What was asked.
    pub ask: &'a Ask,
    /// Whether it was only tried.
    pub dry_run: bool,
    /// The command, if one was typed.
    pub parsed: Option<&'a Parsed>,
    /// The rows of a table that fit the reader's screen, where that is known.
    pub rows: Option<usize>,
}

impl Context<'_> {
    /// How many rows a table shows that has `most` without a known screen.
    #[must_use]
    pub fn rows(&self, most: usize) -> usize {
        self.rows.map_or(most, |rows| rows.clamp(ROWS_MIN, ROWS_MAX))
    }

    /// The operation that was typed: of a command that lists or changes something, the change.
    #[must_use]
    pub fn operation(&self) -> &'static Spec {
        let typed = self.parsed.and_then(|parsed| parsed.command.operation());
        typed.unwrap_or_else(|| self.ask.spec())
    }

    /// Whether it takes back an operation that it does not name.
    fn names_no_operation(&self) -> bool {
        matches!(self.ask, Ask::Credits(credits::Ask::Undo { op: None, .. }))
    }

    /// Whether the call could have changed something.
    #[must_use]
    pub fn writes(&self) -> bool {
        self.operation().is_write() && !self.dry_run
    }

    /// The typed command with another staff member in place of `typed`.
    fn with_staff(&self, typed: &str, staff: &str) -> Option<String> {
        let parsed = self.parsed?;
        if let Some((client, text)) = self.undivided() {
            let before = text.strip_suffix(typed).filter(|_| self.behind_param().is_some())?;
            let text = format!("{before}{staff}");
            let mut other = parsed.clone();
            other.args.set(client, command::Value::Undivided(text));
            return Some(other.line());
        }
        let names = |name: &str| parsed.args.text(name).is_some_and(|text| text.trim() == typed);
        let mut params = parsed.command.params.iter();
        let param = params.find(|param| param.kind == ParamKind::Staff && names(param.name))?;
        Some(parsed.with(param.name, staff).line())
    }

    /// The typed command with another client, and the text `behind` it where that was not divided.
    fn with_client(&self, client: &str, behind: &str) -> Option<String> {
        let parsed = self.parsed?;
        let mut params = parsed.command.params.iter();
        let param = params.find(|param| param.kind == ParamKind::Client)?;
        // `all of <parent>` stays one.
        let typed = parsed.args.text(param.name).unwrap_or_default().to_lowercase();
        let all = if typed.starts_with("all of ") { "all of " } else { "" };
        let divided = parsed.with(param.name, format!("{all}{client}"));
        let text = self.behind_param().filter(|_| !behind.is_empty() && self.undivided().is_some());
        Some(text.map_or(divided.clone(), |text| divided.with(text, behind)).line())
    }

    /// The undivided argument, with its name.
    fn undivided(&self) -> Option<(&'static str, String)> {
        let parsed = self.parsed?;
        let mut params = parsed.command.params.iter();
        let param = params.find(|param| parsed.args.is_undivided(param.name))?;
        let text = match parsed.args.get(param.name)? {
            command::Value::AfterAmount { lead, text } => format!("{lead} {text}"),
            _ => parsed.args.text(param.name)?,
        };
        Some((param.name, text))
    }

    /// The parameter whose text an undivided client ends in.
    fn behind_param(&self) -> Option<&'static str> {
        let parsed = self.parsed?;
        let is_open = |param: &&ParamSpec| {
            let is_text = param.kind.follows_a_name();
            is_text && param.is_in_place() && parsed.args.get(param.name).is_none()
        };
        parsed.command.params.iter().find(is_open).map(|param| param.name)
    }

    /// The text behind a name in an undivided client.
    fn behind(&self, name: &str) -> String {
        let behind = self
            .undivided()
            .and_then(|(_, text)| text.strip_prefix(name).map(|behind| behind.trim().to_owned()));
        behind.unwrap_or_default()
    }
}

/// The reply to a call.
#[must_use]
pub fn content(reply: &Reply, context: &Context<'_>) -> Content {
    let content = match &reply.outcome {
        Outcome::Done(receipt) => commands::done(receipt),
        Outcome::Answer(answer) => commands::answer(answer, context),
        Outcome::Tried(tried) => dry_run::content(tried, context),
        Outcome::Planned(waiting) => {
            Content::new("planned", plan::view(waiting), plan::json(waiting))
        }
        Outcome::Refused(refusal) => Content::new(
            refusal.code(),
            refused::view(refusal, context, &reply.op),
            refused::json(refusal),
        ),
        Outcome::Failed(failed) => {
            let code = if failed.nothing_changed { "failed" } else { "unknown_outcome" };
            let json = json!({
                "reference": failed.reference, "nothing_changed": failed.nothing_changed,
            });
            Content::new(code, failure(&reply.op, failed, context), json)
        }
        Outcome::Elsewhere(_) => {
            let failed = Failed { reference: reply.op.to_string(), nothing_changed: true };
            Content::new("failed", failure(&reply.op, &failed, context), json!({}))
        }
    };
    Content { view: framed(content.view, reply, context), ..content }
}

/// The view of a reply with its frame: who sees it, and whether it repeats an earlier one.
fn framed(view: View, reply: &Reply, context: &Context<'_>) -> View {
    let public = view.public && !reply.told_elsewhere && !reply.aside && !context.dry_run;
    let mut view = View { public, ..view };
    if let Some(found) = &reply.found {
        let typed = fixed("Found by “").input(found.typed.clone()).fixed("”: ");
        view.lines.insert(0, typed.then(words::name(&found.client)).fixed("."));
    }
    match reply.replay_of {
        Some(at) => {
            view.line(fixed("This repeats the reply of ").time(at).fixed("; it was done once."))
        }
        None => view,
    }
}

fn failure(op: &OpId, failed: &Failed, context: &Context<'_>) -> View {
    let footer = fixed(format!("Ref {op} · {}", failed.reference));
    if !failed.nothing_changed && context.writes() {
        return refused::unknown(op, context).footer(footer);
    }
    let nothing = if context.writes() { " Nothing was changed." } else { "" };
    View::new(Mark::Failed, fixed(format!("Something failed on the desk’s side.{nothing}")))
        .line(fixed("Try again in a minute. If it fails again, give an owner this reference."))
        .footer(footer)
}

#[cfg(test)]
mod tests;
