//! Places of a usage line that nobody filled in: `<client>`, `[reason]`, `paid:<reference>`.
//!
//! Invariant: no such place becomes a name, a reason or a reference. Between quotation marks it is text.
//! A button never gets here with one: its line ends before the first place.

use crate::command::{Command, ParamKind, Usage};
use crate::grammar::token::{Piece, Token};

/// Refuses a line in which a place was left as it is.
///
/// # Errors
/// A word or the value of an option is a place of a usage line.
pub fn check(command: &Command, tokens: &[Token]) -> Result<(), Usage> {
    let texts = tokens.iter().filter_map(|token| match &token.piece {
        Piece::Word(text) => Some(text),
        Piece::Pair { value: Some(given), .. } | Piece::Flag { value: Some(given), .. } => {
            (!given.quoted).then_some(&given.text)
        }
        Piece::Pair { value: None, .. }
        | Piece::Flag { value: None, .. }
        | Piece::Quoted(_)
        | Piece::Apart { .. }
        | Piece::Mention { .. } => None,
    });
    texts.map(String::as_str).try_for_each(|text| filled(command, text))
}

/// Refuses a value that is a place of a usage line.
///
/// # Errors
/// It is one.
pub fn filled(command: &Command, text: &str) -> Result<(), Usage> {
    let Some(place) = place(command, text) else { return Ok(()) };
    Err(Usage::new(
        "not_filled_in",
        format!(
            "“{place}” marks a place: write the value there, without brackets. If it is meant as \
             text, put it between quotation marks."
        ),
    ))
}

/// The place that a word is: any `<word>`, or a parameter between square brackets. A single letter is
/// none, as in `<b>`.
fn place<'a>(command: &Command, text: &'a str) -> Option<&'a str> {
    let word = text.trim_end_matches(['.', ',', ';']);
    let inside = |opens, closes| word.strip_prefix(opens)?.strip_suffix(closes);
    let is_name = |c: char| c.is_ascii_lowercase() || matches!(c, '_' | '-' | '|');
    let must = inside('<', '>').or_else(|| inside('‹', '›'));
    let is_place = must.is_some_and(|name| name.len() > 1 && name.chars().all(is_name));
    let may = inside('[', ']').and_then(|name| command.param(name));
    (is_place || may.is_some_and(|param| param.kind != ParamKind::Flag)).then_some(word)
}

#[cfg(test)]
mod tests {
    use crate::grammar::{Reading, read};

    fn code(line: &str) -> &'static str {
        match read(line, &"local:dana".parse().unwrap()) {
            Ok(Reading::One(_)) => "read",
            Err(usage) => usage.code,
            Ok(other) => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn places_of_a_usage_line_are_refused_in_every_command() {
        for command in crate::commands::all().filter(|command| command.operation().is_some()) {
            let usage = command.usage();
            if usage.contains('<') {
                // Some usage lines hold options that exclude each other.
                assert!(["not_filled_in", "clash"].contains(&code(&usage)), "{usage}");
            }
        }
        for line in [
            "/balance <client>",
            "/balance ‹client›",
            "/role grant local:eve support <name>",
            "/addcredit sms acme 5 <reason>",
            "/addcredit sms acme 5 [reason]",
            "/addcredit sms acme 5 paid:<reference>",
            "/addcredit sms acme 5 paid=<reference> monthly",
            "/addcredit sms acme 5 monthly tell:<text>",
            "/price set sms <default|client> 1:5.00",
            "/correct op_0123456789abcdef <what>",
        ] {
            assert_eq!(code(line), "not_filled_in", "{line}");
        }
    }

    #[test]
    fn brackets_that_mark_no_place_stay_text() {
        for line in [
            "/addcredit sms acme 5 \"<reason>\"",
            "/addcredit sms acme 5 [late]",
            "/addcredit sms acme 5 <b>late</b>",
            "/addcredit sms acme 5 <Q3>",
            "/addcredit sms acme 5 <dry_run>",
            "/client find <i>",
        ] {
            assert_eq!(code(line), "read", "{line}");
        }
    }
}
