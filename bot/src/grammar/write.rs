//! A command written as a line: the inverse of reading, for offering exact commands to type.

use shared::clients::card::masked_phone;
use shared::clients::types::masked_email;
use shared::pricing::types::TypedStep;

use super::Parsed;
use super::amount::looks_like_one;
use super::bind::trial::only_tries;
use crate::command::{ParamKind, ParamSpec, Position, Value};

/// The line that reads as `parsed`.
pub fn line(parsed: &Parsed) -> String {
    let mut line = format!("/{}", parsed.command.name());
    // A client that is not divided from the text behind it stands last, and all else has its name.
    let is_undivided = |param: &&ParamSpec| match parsed.args.get(param.name) {
        Some(Value::AfterAmount { text, .. }) => text.contains(' '),
        _ => parsed.args.is_undivided(param.name),
    };
    let last = parsed.command.takes().find(is_undivided);
    let others = parsed.command.takes().filter(|param| !is_undivided(param));
    for param in others.chain(last) {
        let Some(value) = parsed.args.get(param.name) else { continue };
        let text = match value {
            // Behind a client only quotation marks say where its name ends.
            Value::Text(text) if param.kind == ParamKind::Items => text.clone(),
            Value::Text(text) if follows_a_client(parsed, param) => quoted(text, ParamKind::Rest),
            Value::Text(text) => match text.strip_prefix("all of ") {
                // `/mms on all of c_4`, as its help writes it.
                Some(parent) if parsed.command.first_word() == "mms" => {
                    format!("all of {}", quoted(parent, param.kind))
                }
                Some(_) | None => quoted(text, param.kind),
            },
            Value::AfterAmount { text, .. } if !text.contains(' ') => quoted(text, param.kind),
            Value::Undivided(text) | Value::AfterAmount { text, .. } => text.clone(),
            Value::Count(count) => count.get().to_string(),
            Value::Number(number) => number.to_string(),
            Value::Choice(word) => (*word).to_owned(),
            Value::Invoice(number) => number.to_string(),
            Value::Op(op) => op.to_string(),
            Value::Date(date) => date.to_string(),
            Value::Steps(steps) => written(steps),
            Value::Flag => String::new(),
        };
        line.push(' ');
        match (param.position, param.kind) {
            (_, ParamKind::Flag) => line.push_str(&format!("--{}", param.name)),
            // A choice left out before an optional value would shift it: names never do.
            (Position::Required, _) if last.is_none_or(|last| last.name == param.name) => {
                line.push_str(&text);
            }
            (Position::Required, _) => line.push_str(&format!("{}:{text}", param.name)),
            (Position::Optional | Position::Named | Position::Button, _) => {
                line.push_str(&format!("{}:{text}", param.name));
            }
        }
    }
    line
}

/// The longest masked line, in characters: the audit line stays one small item.
pub const MASKED_MAX: usize = 200;

/// A text with the telephone numbers and email addresses in it masked.
pub fn masked(text: &str) -> String {
    if is_phone(text) {
        return masked_phone(text);
    }
    let word = |word: &str| match word {
        word if is_phone(word) => masked_phone(word),
        word if word.contains('@') => masked_email(word),
        word => word.to_owned(),
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let begins = text.trim_start_matches("tel:").starts_with(['+', '0', '(']);
    begins
        && digits > 6
        && text
            .trim_start_matches("tel:")
            .chars()
            .all(|c| c.is_ascii_digit() || " +()-./".contains(c))
}

/// Whether a parameter has its place right behind a client.
fn follows_a_client(parsed: &Parsed, param: &ParamSpec) -> bool {
    let params = parsed.command.params;
    let before = params.iter().zip(params.iter().skip(1)).find(|(_, next)| next.name == param.name);
    let is_text = matches!(param.kind, ParamKind::Text | ParamKind::Staff) && param.is_required();
    is_text && before.is_some_and(|(before, _)| before.kind == ParamKind::Client)
}

fn written(steps: &[TypedStep]) -> String {
    let step = |step: &TypedStep| format!("{}:{}", step.quantity, step.price);
    steps.iter().map(step).collect::<Vec<_>>().join(" ")
}

/// Quoted unless it is one plain word that reads as nothing else.
pub fn quoted(text: &str, kind: ParamKind) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '@' | '+');
    let word = !text.is_empty()
        && text.chars().all(plain)
        && !looks_like_one(text)
        && !matches!(kind, ParamKind::Rest | ParamKind::Reference)
        && (kind != ParamKind::Text || !only_tries(text))
        && !["for", "because", "to", "all"].contains(&text.to_lowercase().as_str());
    if word {
        return text.to_owned();
    }
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
