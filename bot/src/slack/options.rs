//! What a select of a form offers while somebody types: clients, staff, documents, waiting plans,
//! what the reader has done.
//!
//! A select takes nothing but what it offers, so what was typed is offered as well: the desk reads a
//! client's mobile, email or login as it does in a line, and says so when it finds nothing.

use serde_json::{Value, json};

use super::message::{OPTION_VALUE_MAX, OPTIONS_MAX, option};
use crate::command::ParamKind;
use crate::complete::Choice;

/// The kind of what a select looks for, by its `action_id`: [`super::modal`] gives it that name.
#[must_use]
pub fn kind(action: &str) -> Option<ParamKind> {
    match action {
        "client" => Some(ParamKind::Client),
        "staff" => Some(ParamKind::Staff),
        "invoice" => Some(ParamKind::Invoice),
        "op" => Some(ParamKind::Op),
        "plan" => Some(ParamKind::Plan),
        _ => None,
    }
}

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
