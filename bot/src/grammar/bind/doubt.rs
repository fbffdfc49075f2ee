//! Bare words in a text that may be an option: `grant`, `paid TX-1`, `from house`.

use shared::kernel::id::{InvoiceNumber, OpId};

use super::flag::trimmed;
use super::word::Word;
use crate::command::{Command, ParamKind, ParamSpec, Position, Usage, folded, is_slip};
use crate::grammar::amount::{looks_like_a_phone, looks_like_one};

/// How much of a text may hold an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// All words: nothing marks them as a text.
    All,
    /// The last word, and a name with its value behind it: the text was begun by its name, or by `for`
    /// or `because`.
    Last,
}

/// Refuses a text with a word that may be an option without its mark: `grant`, `paid-TX1`, `from house`.
///
/// # Errors
/// A word may be an option.
pub fn doubt(command: &'static Command, words: &[Word], doubt: Doubt) -> Result<(), Usage> {
    let last = words.len().saturating_sub(1);
    for (at, word) in words.iter().enumerate().filter(|(_, word)| !word.quoted) {
        let text = trimmed(&word.text).to_lowercase();
        let whole = folded(&text);
        // The name in `paid-TX1`.
        let name = text.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or(&text);
        let next = words.get(at.saturating_add(1)).filter(|next| !next.quoted);
        let is_free = doubt == Doubt::All;
        // `tax number` is the option `tax_number`.
        let both = next.map(|next| format!("{whole}_{}", folded(trimmed(&next.text))));
        let has_text = command.params.iter().any(|param| param.kind == ParamKind::Rest);
        let is_meant = |param: &&'static ParamSpec| {
            let has_value = next.is_some_and(|next| is_value(param, &next.text));
            let is_exact = whole == param.name || name == param.name;
            let is_slip = name.len() > 3 && is_slip(name, param.name);
            match (param.kind, param.position) {
                (ParamKind::Flag, _) => {
                    let is_later = at > 0 || !word.is(param.name);
                    (is_exact && is_later && (is_free || at == last))
                        || (is_slip && ((is_free && at == 0) || at == last))
                }
                (ParamKind::Reference, _) => {
                    (is_exact && is_free && (at > 0 || !word.is(param.name)))
                        || (is_slip && is_free && at == 0)
                        || ((is_exact || is_slip) && has_value)
                }
                (ParamKind::Text, Position::Named) if !has_text => {
                    is_free
                        && at > 0
                        && (is_exact && has_digit(words, at) || is_both(param, both.as_deref()))
                }
                (_, Position::Named) => is_exact && (has_value || (whole.contains('_') && is_free)),
                (_, Position::Required | Position::Optional | Position::Button) => false,
            }
        };
        if let Some(param) = command.params().find(is_meant) {
            let sentence = format!(
                "“{}” in the {} is unclear: the option is {}. As a part of the text put the whole \
                 text between quotation marks.",
                word.text,
                text_of(command),
                param.option()
            );
            return Err(Usage::clash(sentence));
        }
    }
    Ok(())
}

/// Whether two words are the name of a parameter.
fn is_both(param: &ParamSpec, both: Option<&str>) -> bool {
    both == Some(param.name)
}

/// Whether the word behind a place has a digit, as an address or a number has.
fn has_digit(words: &[Word], at: usize) -> bool {
    let next = words.get(at.saturating_add(1));
    next.is_some_and(|next| next.text.contains(|c: char| c.is_numeric()))
}

/// The name of a command's free text.
fn text_of(command: &'static Command) -> &'static str {
    let text = command.params.iter().find(|param| param.kind == ParamKind::Rest);
    text.map_or("text", |param| param.name)
}

/// Whether a word can hardly be anything but the value of this parameter.
fn is_value(param: &ParamSpec, text: &str) -> bool {
    match param.kind {
        ParamKind::Choice(choices) => choices.iter().any(|(word, _)| *word == folded(text)),
        ParamKind::Invoice => text.parse::<InvoiceNumber>().is_ok(),
        ParamKind::Op | ParamKind::Plan(_) => text.parse::<OpId>().is_ok(),
        ParamKind::Date => text.parse::<jiff::civil::Date>().is_ok(),
        ParamKind::Number | ParamKind::Amount => looks_like_one(text),
        ParamKind::Reference => text.contains(|c: char| c.is_numeric()),
        ParamKind::Phone => looks_like_a_phone(text),
        ParamKind::Email => text.contains('@'),
        ParamKind::Client
        | ParamKind::Text
        | ParamKind::Word
        | ParamKind::Rest
        | ParamKind::Staff
        | ParamKind::Steps
        | ParamKind::Items
        | ParamKind::Flag => false,
    }
}
