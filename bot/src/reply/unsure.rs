//! The refusal of a change under `--yes` in which a client or staff member was not named whole. `--yes`
//! confirms sizes and consequences; a name is confirmed by a person, or typed whole.
//!
//! Invariant: the line that is offered names everybody by an id and drops no typed word.

use serde_json::json;
use shared::contract::plan::PlanCard;
use shared::plans::types::Question;

use super::words::fixed;
use super::{Content, Context, plan};
use crate::command::{ParamKind, Value};
use crate::grammar::Parsed;
use crate::view::{Mark, View};

/// The refusal, where a plan asks about a name.
#[must_use]
pub fn refused_yes(plan: &PlanCard, context: &Context<'_>) -> Option<Content> {
    let names = || plan.questions.iter().filter(|question| question.of_name().is_some());
    names().next()?;
    let headline = fixed("--yes confirms no client and no colleague. Nothing was changed.");
    let view = View::new(Mark::Refused, headline)
        .lines(names().map(|question| plan::sentence(question, Some(&plan.by))));
    let line = context.parsed.and_then(|parsed| with_ids(parsed, names(), context));
    let json = json!({ "line": line, "why": names().collect::<Vec<_>>() });
    let view = match line {
        Some(line) => view.suggest(line, "names it by its id"),
        None => view.line(fixed("Type the id instead: /client find and /role list show it.")),
    };
    Some(Content::new("not_named", view, json))
}

/// The typed command with an id in the place of each name.
fn with_ids<'a>(
    parsed: &Parsed,
    names: impl Iterator<Item = &'a Question>,
    context: &Context<'_>,
) -> Option<String> {
    let mut parsed = parsed.clone();
    for (typed, _, id) in names.filter_map(Question::of_name) {
        parsed = with_id(&parsed, typed, id, context)?;
    }
    Some(parsed.line())
}

/// The typed command with an id in the place of one name: of a whole argument, of a parent behind
/// `all of`, or of the beginning or the end of an undivided text.
fn with_id(parsed: &Parsed, typed: &str, id: &str, context: &Context<'_>) -> Option<Parsed> {
    let is_named = |kind| matches!(kind, ParamKind::Client | ParamKind::Staff);
    for param in parsed.command.params.iter().filter(|param| is_named(param.kind)) {
        let Some(text) = parsed.args.text(param.name) else { continue };
        let text = text.trim();
        if parsed.args.is_undivided(param.name) {
            continue;
        }
        if text == typed {
            return Some(parsed.with(param.name, id));
        }
        if text.to_lowercase().starts_with("all of ") && text.ends_with(typed) {
            return Some(parsed.with(param.name, format!("all of {id}")));
        }
    }
    let context = Context { parsed: Some(parsed), ..*context };
    let (name, text) = context.undivided()?;
    let behind_param = context.behind_param();
    // Words between an amount and the name may stand before it.
    let is_after_amount = matches!(parsed.args.get(name), Some(Value::AfterAmount { .. }));
    let behind = match is_after_amount {
        true => text.split_once(typed).map(|(_, behind)| behind),
        false => text.strip_prefix(typed),
    };
    if let Some(behind) = behind {
        let divided = parsed.with(name, id);
        let behind = behind.trim();
        return Some(match behind_param.filter(|_| !behind.is_empty()) {
            Some(param) => divided.with(param, behind),
            None => divided,
        });
    }
    let before = text.strip_suffix(typed)?;
    let mut other = parsed.clone();
    other.args.set(name, Value::Undivided(format!("{before}{id}")));
    Some(other)
}
