//! A form as a modal, and what was filled in. The modal carries what it was opened for and where
//! its reply goes; nothing is kept on the desk's side while somebody fills it in.
//!
//! A field is drawn by its [`Input`]; an input that takes a file would be one more arm of `element`
//! and of `value`.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shared::kernel::id::Identity;

use super::text::{block, label_of, mrkdwn, option, words_of};
use crate::button::Button;
use crate::command::Input;
use crate::form::{Field, Form};
use crate::grammar;
use crate::handover::Pass;
use crate::view::Text;

/// The `callback_id` of every form.
pub const CALLBACK: &str = "form";

/// The most that a modal carries along, in characters.
pub const METADATA_MAX: usize = 3_000;

/// The longest title.
const TITLE_MAX: usize = 24;

/// The longest hint.
const HINT_MAX: usize = 150;

/// The longest value of a text field.
const INPUT_MAX: usize = 3_000;

/// What a modal carries along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// The line that is filled in, as the button's token.
    pub token: String,
    /// The channel in which the button was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// Where the reply goes.
    pub url: Pass,
    /// The reply takes the place of the message with the button.
    #[serde(default)]
    pub private: bool,
}

/// The modal; `None` when what it has to carry along is too long.
#[must_use]
pub fn draw(form: &Form, metadata: &Metadata) -> Option<Value> {
    let carried = serde_json::to_string(metadata).ok()?;
    if carried.chars().count() > METADATA_MAX {
        return None;
    }
    let line = Text::new().code(form.line.clone()).fixed(" ").fixed(form.command.about);
    let mut blocks = vec![block(&mrkdwn(&line))];
    blocks.extend(form.fields.iter().map(field));
    Some(json!({
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": carried,
        "title": words_of(&form.command.name(), TITLE_MAX),
        "submit": words_of("Send", TITLE_MAX),
        "close": words_of("Cancel", TITLE_MAX),
        "blocks": blocks,
    }))
}

fn field(field: &Field) -> Value {
    json!({
        "type": "input",
        "block_id": field.name,
        "optional": !field.required,
        "label": label_of(&field.label),
        "hint": words_of(field.hint, HINT_MAX),
        "element": element(field),
    })
}

fn element(field: &Field) -> Value {
    let text = |is_multiline: bool, most: usize| {
        json!({
            "type": "plain_text_input",
            "action_id": "text",
            "multiline": is_multiline,
            "max_length": most,
        })
    };
    match field.input {
        Input::Search(source) => json!({
            "type": "external_select",
            "action_id": source.name(),
            "min_query_length": source.min_letters(),
            "placeholder": label_of("Type a few letters"),
        }),
        Input::Select(choices) => {
            let options: Vec<Value> =
                choices.iter().map(|(word, about)| option(word, Some(about), word)).collect();
            json!({ "type": "static_select", "action_id": "choice", "options": options })
        }
        Input::Date => json!({ "type": "datepicker", "action_id": "date" }),
        Input::Lines => text(true, shared::ledger::entry::NOTE_MAX),
        Input::Line => text(false, INPUT_MAX),
    }
}

/// The filled-in fields by name; those that were left empty are not there.
#[must_use]
pub fn values(state: &Value) -> Vec<(String, String)> {
    let Some(blocks) = state.get("values").and_then(Value::as_object) else { return Vec::new() };
    let filled = blocks.iter().filter_map(|(name, elements)| {
        let element = elements.as_object()?.values().next()?;
        Some((name.clone(), value(element)?))
    });
    filled.collect()
}

fn value(element: &Value) -> Option<String> {
    let text = |value: &Value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    [
        element.get("value"),
        element.get("selected_date"),
        element.get("selected_option").and_then(|option| option.get("value")),
    ]
    .into_iter()
    .flatten()
    .find_map(text)
}

/// The first field whose value cannot be read, with why, as far as that can be told without asking
/// anybody.
#[must_use]
pub fn wrong(
    token: &str,
    values: &[(String, String)],
    from: &Identity,
) -> Option<(String, String)> {
    let before = grammar::partly(Button::read(token)?.line(), from).ok()?;
    values.iter().find_map(|one| {
        let read = grammar::given(before.clone(), std::slice::from_ref(one), from);
        // The other fields are missing because they are not looked at.
        let usage = read.err().filter(|usage| usage.code != "missing")?;
        Some((one.0.clone(), usage.sentence))
    })
}
