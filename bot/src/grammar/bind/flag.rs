//! A flag and its value: `dry_run=true`, `grant: yes`, `--grant true`.

use crate::command::{Command, ParamKind};
use crate::grammar::token::{Given, Piece, Token};

/// The words for on and off.
const ON: [&str; 4] = ["true", "yes", "on", "1"];
const OFF: [&str; 4] = ["false", "no", "off", "0"];

/// Whether a flag is on, from its value.
pub fn is_on(text: &str) -> Option<bool> {
    let word = text.to_lowercase();
    let word = trimmed(&word);
    ON.contains(&word).then_some(true).or(OFF.contains(&word).then_some(false))
}

/// A text without the marks around it.
pub fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| !c.is_alphanumeric())
}

/// The value of a token that stands apart from its name.
pub fn apart(token: Option<&Token>) -> Option<(Option<&Given>, &str)> {
    match token {
        Some(Token { piece: Piece::Apart { value }, raw }) => Some((value.as_ref(), raw)),
        Some(_) | None => None,
    }
}

/// A flag whose `true` or `false` stands behind it.
pub fn with_value(
    command: &'static Command,
    piece: Piece,
    behind: Option<&[Token]>,
) -> (Piece, usize) {
    let next = behind.and_then(<[Token]>::first);
    let (Piece::Pair { name, value: None } | Piece::Flag { name, value: None }) = &piece else {
        return (piece, 0);
    };
    if command.param(name).is_none_or(|param| param.kind != ParamKind::Flag) {
        return (piece, 0);
    }
    let word = match next.map(|token| &token.piece) {
        Some(Piece::Word(text)) => text.as_str(),
        Some(Piece::Apart { value: Some(given) }) => given.text.as_str(),
        Some(_) | None => return (piece, 0),
    };
    // `--grant on Monday`: behind a flag with dashes only the plainest words are its value.
    let is_pair = matches!(piece, Piece::Pair { .. });
    let is_plain = ["true", "false"].contains(&trimmed(&word.to_lowercase()));
    let is_value = is_plain || (is_pair && is_on(word).is_some());
    if !is_value {
        return (piece, 0);
    }
    let value = Some(Given { text: trimmed(word).to_owned(), quoted: false });
    (Piece::Flag { name: name.clone(), value }, 1)
}
