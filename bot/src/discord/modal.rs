//! A form as a modal, each field under a label of its own.
//!
//! Made by hand: serenity's builders only know the older rows of inputs.

use serde_json::{Value, json};

use super::text::plain;
use crate::command::Input;
use crate::form::{Field, Form};

const TITLE_MAX: usize = 45;
const LABEL_MAX: usize = 45;
const HINT_MAX: usize = 100;
const INPUT_MAX: usize = 500;
const OPTIONS_MAX: usize = 25;
const OPTION_MAX: usize = 100;

/// The modal of a form; `token` comes back with the fields.
#[must_use]
pub fn draw(form: &Form, token: &str) -> Value {
    let fields: Vec<Value> = form.fields.iter().map(field).collect();
    json!({
        "title": plain(&format!("/{}", form.command.name()), TITLE_MAX),
        "custom_id": token,
        "components": fields,
    })
}

fn field(field: &Field) -> Value {
    let text = |style: u8, most: usize| {
        json!({
            "type": 4,
            "custom_id": field.name,
            "style": style,
            "required": field.required,
            "max_length": most,
        })
    };
    let input = match field.input {
        Input::Select(choices) => {
            let options = choices.iter().take(OPTIONS_MAX).map(|(word, about)| {
                json!({ "label": word, "value": word, "description": plain(about, OPTION_MAX) })
            });
            json!({
                "type": 3,
                "custom_id": field.name,
                "options": options.collect::<Vec<_>>(),
                "required": field.required,
            })
        }
        Input::Lines => text(2, shared::ledger::entry::NOTE_MAX),
        Input::Line | Input::Search(_) | Input::Date => text(1, INPUT_MAX),
    };
    json!({
        "type": 18,
        "label": plain(&field.label, LABEL_MAX),
        "description": plain(field.hint, HINT_MAX),
        "component": input,
    })
}
