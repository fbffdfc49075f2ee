//! The options of a form's select while somebody types ([`crate::complete::choices`]).
//!
//! A select accepts only an offered option, so the typed text is offered as well: the desk reads a
//! client's mobile, email or login as it does in a line, and refuses it when nothing matches.

use serde_json::{Value, json};

use super::message::{OPTION_VALUE_MAX, OPTIONS_MAX};
use super::text::option;
use crate::complete::Choice;

/// Slack's answer.
#[must_use]
pub fn answer(choices: &[Choice], typed: &str) -> Value {
    let mut options: Vec<Value> = choices
        .iter()
        .filter(|choice| choice.value.chars().count() <= OPTION_VALUE_MAX)
        .take(OPTIONS_MAX.saturating_sub(1))
        .map(|choice| option(&choice.label, None, &choice.value))
        .collect();
    let typed = typed.trim();
    let offered = choices.iter().any(|choice| choice.value.eq_ignore_ascii_case(typed));
    if !typed.is_empty() && !offered && typed.chars().count() <= OPTION_VALUE_MAX {
        options.push(option(&format!("As typed: {typed}"), None, typed));
    }
    json!({ "options": options })
}
