//! Dry runs: a decision that was made and not committed, as it would be answered.

use serde_json::{Value, json};
use shared::answer::CreditChange;
use shared::plan::Why;

use super::plan::sentence;
use super::words::fixed;
use crate::commands::credits::change::{self, Phase};
use crate::json::put;
use crate::view::{Mark, Text, View};

const NOTHING: &str = "Nothing was changed.";

/// A dry run of an operation whose answer is known: the answer without buttons and suggestions.
pub fn of_answer(answer: View) -> View {
    let headline = fixed("Dry run, as it would be: ").then(answer.headline);
    let view = View { lines: answer.lines, ..View::new(Mark::DryRun, headline) };
    if view.lines.last().is_some_and(|line| line.plain().ends_with(NOTHING)) {
        return view;
    }
    view.line(fixed(NOTHING))
}

/// A dry run of a change of credits, or of an operation of which only the audit text is known.
pub fn of_change(change: Option<&CreditChange>, reasons: &[Why], text: Option<&str>) -> View {
    let mut view = match (change, text) {
        (Some(change), _) => {
            let action = change::action(change, Phase::Proposed);
            View::new(Mark::DryRun, fixed("Dry run: would ").then(action))
                .line(change::figures(change, Phase::Proposed))
                .line(change::other_side(change, Phase::Proposed))
        }
        (None, Some(text)) => View::new(Mark::DryRun, fixed("Dry run: ").input(text)),
        (None, None) => View::new(Mark::DryRun, fixed("Dry run: it would be done.")),
    };
    if !reasons.is_empty() {
        view = view.line(fixed(if reasons.iter().any(Why::needs_approval) {
            "Somebody else would have to approve it:"
        } else {
            "You would be asked to confirm it:"
        }));
        for reason in reasons {
            view = view.line(fixed("• ").then(sentence(reason, change)));
        }
    }
    view.line(Text::new().fixed(NOTHING))
}

/// A dry run for scripts.
pub fn json(change: Option<&CreditChange>, reasons: &[Why], text: Option<&str>) -> Value {
    let mut object =
        change.map_or_else(|| json!({}), |change| change::json(change, Phase::Proposed));
    put(&mut object, "why", json!(reasons));
    put(&mut object, "would", json!(text));
    object
}
