//! Dry runs: a decision that was made and not committed, as it would be answered.

use serde_json::{Value, json};
use shared::contract::call::{Tried, TriedResult};
use shared::kernel::id::NamedStaff;
use shared::plans::types::Question;

use super::plan::sentence;
use super::words::fixed;
use super::{Content, Context};
use crate::command::DRY_RUN;
use crate::commands;
use crate::commands::credits::change::{self, CreditChange, Phase};
use crate::json::put;
use crate::view::{Mark, View, Weight};

const NOTHING: &str = "Nothing was changed.";

/// The reply to a dry run.
pub fn content(tried: &Tried, context: &Context<'_>) -> Content {
    let (mut object, view) = match &tried.result {
        TriedResult::Done(receipt) => {
            let change = receipt
                .credits()
                .and_then(|(movement, facts)| CreditChange::of(Some(movement), facts, receipt));
            let (object, view) = match change {
                Some(change) => {
                    let mut object = change::json(&change, Phase::Proposed);
                    put(&mut object, "would", Value::Null);
                    (object, of_change(&change))
                }
                None => (would(tried), of_answer(commands::done(receipt).view)),
            };
            (object, asking(view, &tried.questions, receipt.by.staff().as_ref()))
        }
        TriedResult::Answer(answer) => {
            (would(tried), of_answer(commands::answer(answer, context).view))
        }
    };
    put(&mut object, "why", json!(tried.questions));
    Content::new("dry_run", with_its_line(ended(view), context), object)
}

/// With the line that does what was tried.
fn with_its_line(view: View, context: &Context<'_>) -> View {
    let Some(parsed) = context.parsed else { return view };
    let mut done = parsed.clone();
    done.args.unset(DRY_RUN.name);
    view.suggest_as(("Do it", Weight::Main), done.line(), "runs it")
}

fn would(tried: &Tried) -> Value {
    json!({ "would": tried.text })
}

/// The answer without buttons and suggestions.
fn of_answer(answer: View) -> View {
    let headline = fixed("Dry run. The reply would be: ").then(answer.headline);
    View { lines: answer.lines, ..View::new(Mark::DryRun, headline) }
}

/// A change of credits.
fn of_change(change: &CreditChange<'_>) -> View {
    let action = change::action(change, Phase::Proposed);
    View::new(Mark::DryRun, fixed("Dry run: would ").then(action))
        .lines(change::lines(change, Phase::Proposed))
}

/// With the questions that would come first.
fn asking(view: View, questions: &[Question], by: Option<&NamedStaff>) -> View {
    if questions.is_empty() {
        return view;
    }
    let view = view.line(fixed(if questions.iter().any(Question::needs_approval) {
        "Another person would have to approve it:"
    } else {
        "You would be asked to confirm it:"
    }));
    let line = |view: View, question| view.line(fixed("• ").then(sentence(question, by)));
    questions.iter().fold(view, line)
}

/// With the sentence that nothing was changed, unless the view ends with it.
fn ended(view: View) -> View {
    if view.lines.last().is_some_and(|line| line.plain().ends_with(NOTHING)) {
        return view;
    }
    view.line(fixed(NOTHING))
}
