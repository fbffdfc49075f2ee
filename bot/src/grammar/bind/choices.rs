//! The lines that an unclear line may mean: each is the line again with one of the meanings in place of
//! the unclear words.

use shared::kernel::credit::grouped;
use shared::kernel::id::Identity;

use super::bound;
use super::reference::possible_lengths;
use super::word::Word;
use crate::command::{Command, ParamKind, Usage, folded};
use crate::grammar::Reading;
use crate::grammar::amount::{NotAnAmount, looks_like_one, number};
use crate::grammar::token::{Given, Piece, Token};
use crate::grammar::unit::{factors, meanings};

/// A usage error with the lines that may be meant.
pub fn offer(usage: Usage, command: &'static Command, tokens: &[Token], from: &Identity) -> Usage {
    if !usage.suggestions.is_empty() {
        return usage;
    }
    let choices: Vec<(Vec<Token>, String)> = match usage.code {
        "unclear_amount" | "bad_amount" | "bad_value" => amounts(command, tokens),
        "unclear_reference" => references(command, tokens),
        _ => return usage,
    };
    choices.into_iter().fold(usage, |usage, (tokens, effect)| match bound(command, &tokens, from) {
        Ok(Reading::One(parsed)) => usage.suggest(parsed.line(), effect),
        Ok(_) | Err(_) => usage,
    })
}

/// The tokens with each meaning of the first unclear number.
fn amounts(command: &'static Command, tokens: &[Token]) -> Vec<(Vec<Token>, String)> {
    for (at, token) in tokens.iter().enumerate() {
        let Some(text) = number_of(command, token) else { continue };
        let behind = tokens.get(at.saturating_add(1)..).unwrap_or_default();
        let units: Vec<&str> = behind.iter().map_while(unit_of).collect();
        let numbers = match (units.is_empty(), number(text)) {
            (false, _) => meanings(text, &units),
            (true, Err(NotAnAmount::Unclear { choices, .. })) => choices,
            (true, Ok(_) | Err(NotAnAmount::Negative(_) | NotAnAmount::Wrong(_))) => continue,
        };
        let with = |number: u64| {
            let mut with = tokens.to_vec();
            let end = at.saturating_add(1).saturating_add(units.len());
            with.splice(at..end, [with_text(token, &number.to_string(), false)]);
            (with, format!("{} credits", grouped(number)))
        };
        return numbers.into_iter().map(with).collect();
    }
    Vec::new()
}

/// The text of a token where a number of credits may stand.
fn number_of<'a>(command: &'static Command, token: &'a Token) -> Option<&'a str> {
    match &token.piece {
        Piece::Word(text) => Some(text.as_str()).filter(|text| looks_like_one(text)),
        Piece::Pair { name, value: Some(value) } | Piece::Flag { name, value: Some(value) } => {
            let kind = command.param(name)?.kind;
            matches!(kind, ParamKind::Amount | ParamKind::Number).then_some(value.text.as_str())
        }
        Piece::Quoted(_)
        | Piece::Apart { .. }
        | Piece::Mention { .. }
        | Piece::Pair { .. }
        | Piece::Flag { .. } => None,
    }
}

fn unit_of(token: &Token) -> Option<&str> {
    match &token.piece {
        Piece::Word(text) if !factors(text).is_empty() => Some(text),
        _ => None,
    }
}

/// The token with another text in the same place.
fn with_text(token: &Token, text: &str, quoted: bool) -> Token {
    let given = Some(Given { text: text.to_owned(), quoted });
    let piece = match &token.piece {
        Piece::Pair { name, .. } | Piece::Flag { name, .. } => {
            Piece::Pair { name: name.clone(), value: given }
        }
        Piece::Word(_) | Piece::Quoted(_) | Piece::Apart { .. } | Piece::Mention { .. } => {
            Piece::Word(text.to_owned())
        }
    };
    Token { piece, raw: text.to_owned() }
}

/// The tokens with each end that an unclear reference may have.
fn references(command: &'static Command, tokens: &[Token]) -> Vec<(Vec<Token>, String)> {
    let is_reference = |token: &&Token| match &token.piece {
        Piece::Pair { name, .. } | Piece::Flag { name, .. } => {
            let mut params = command.params.iter();
            params.any(|p| p.kind == ParamKind::Reference && p.name == folded(name))
        }
        Piece::Word(_) | Piece::Quoted(_) | Piece::Apart { .. } | Piece::Mention { .. } => false,
    };
    let Some(at) = tokens.iter().position(|token| is_reference(&token)) else { return Vec::new() };
    let (before, behind) = tokens.split_at_checked(at).unwrap_or((tokens, &[]));
    let Some((token, behind)) = behind.split_first() else { return Vec::new() };
    let first = match &token.piece {
        Piece::Pair { value: Some(value), .. } | Piece::Flag { value: Some(value), .. } => {
            Some(Word::bare(&value.text))
        }
        _ => None,
    };
    let given = usize::from(first.is_some());
    let rest = behind.iter().map_while(|token| match &token.piece {
        Piece::Word(text) => Some(Word::bare(text)),
        _ => None,
    });
    let words: Vec<Word> = first.into_iter().chain(rest).collect();
    let with = |length: usize| {
        let reference = super::word::joined(words.get(..length).unwrap_or(&words));
        let mut with = before.to_vec();
        with.push(with_text(token, &reference, true));
        with.extend_from_slice(behind.get(length.saturating_sub(given)..).unwrap_or_default());
        (with, format!("the reference is “{reference}”"))
    };
    possible_lengths(&words).into_iter().map(with).collect()
}
