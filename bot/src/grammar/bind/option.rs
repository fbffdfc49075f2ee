//! Words that look like an option: `paid=TX`, `(dry_run)`, `grnat`. Each is read as the option or
//! refused with the way to write it; none becomes part of a text.
//!
//! [`read`] rewrites what is certain before the words go to their parameters. A dry run that is not certain
//! stays a word, so that the line is asked about with all of its words. [`check`] refuses options
//! in a text that is one whole value. Between quotation marks words are text, except a `dry_run` that
//! stands there alone ([`super::dry_run`]).

use super::doubt::{Doubt, doubt};
use super::dry_run::{DryRun, dry_run, unclear_dry_run};
use super::flag::{apart, trimmed, with_value};
use super::login::malformed;
use super::trial::denies;
use super::word::Word;
use crate::command::{Command, ParamKind, ParamSpec, Usage, folded, is_slip, nearest};
use crate::grammar::token::{Piece, Token, is_separator, tokens};

/// The tokens of a line, with options in their plain form.
pub struct Read {
    pub tokens: Vec<Token>,
    /// What may be a dry run, and the tokens without it.
    pub unclear: Option<(Usage, Vec<Token>)>,
}

impl Read {
    /// The tokens, if no dry run is unclear.
    ///
    /// # Errors
    /// A word may be a dry run.
    pub fn sure(self) -> Result<Vec<Token>, Usage> {
        match self.unclear {
            Some((usage, _)) => Err(usage),
            None => Ok(self.tokens),
        }
    }
}

/// Rewrites the tokens of a line: options in another form become flags and pairs.
///
/// # Errors
/// A word may be an option, and it is not certain which.
pub fn read(command: &'static Command, tokens: &[Token]) -> Result<Read, Usage> {
    let (mut out, mut without) = (Vec::with_capacity(tokens.len()), Vec::new());
    let mut unclear = None;
    let mut rest = tokens;
    while let Some((token, behind)) = rest.split_first() {
        let used = match dry_run(command, token, behind)? {
            DryRun::Is(_, used) if is_denied(&out) => {
                while is_denied(&without) {
                    without.pop();
                }
                unclear = unclear.or(Some(unclear_dry_run(&token.raw)));
                out.extend(tokens_as_text(token, behind, used));
                used
            }
            DryRun::Unclear(usage, used) => {
                unclear = unclear.or(Some(usage));
                out.extend(tokens_as_text(token, behind, used));
                used
            }
            DryRun::Is(read, used) => {
                out.push(read.clone());
                without.push(read);
                used
            }
            DryRun::No => {
                let (read, used) = one(command, token, behind)?;
                out.push(read.clone());
                without.push(read);
                used
            }
        };
        rest = behind.get(used..).unwrap_or_default();
    }
    Ok(Read { tokens: out, unclear: unclear.map(|usage| (usage, without)) })
}

/// Whether the words before an option deny it. A quoted value is no word of the line: `paid:"no" --dry_run`.
fn is_denied(before: &[Token]) -> bool {
    let is_open = |token: &&Token| match &token.piece {
        Piece::Pair { value: Some(given), .. } | Piece::Flag { value: Some(given), .. } => {
            !given.quoted
        }
        _ => true,
    };
    let last: Vec<&Token> = before.iter().rev().take(3).take_while(is_open).collect();
    let last = last.into_iter().rev();
    denies(&last.map(|token| token.raw.as_str()).collect::<Vec<_>>().join(" "))
}

/// A token and those that belong to it as plain words.
fn tokens_as_text(token: &Token, behind: &[Token], used: usize) -> Vec<Token> {
    let all = std::iter::once(token).chain(behind.iter().take(used));
    all.map(text).collect()
}

/// A token as it is meant, and how many of those behind it belong to it.
fn one(
    command: &'static Command,
    token: &Token,
    behind: &[Token],
) -> Result<(Token, usize), Usage> {
    match &token.piece {
        Piece::Word(text) | Piece::Quoted(text) => {
            if let Some((value, raw)) = apart(behind.first())
                && !text.contains(char::is_whitespace)
            {
                let raw = format!("{} {raw}", token.raw);
                if let Some(param) = command.param(trimmed(text)) {
                    let piece = Piece::Pair { name: param.name.to_owned(), value: value.cloned() };
                    let (piece, used) = with_value(command, piece, behind.get(1..));
                    let used = used.saturating_add(1);
                    let pair = Token { piece, raw };
                    no_option_as_value(command, &pair, behind.get(used..).unwrap_or_default())?;
                    return Ok((pair, used));
                }
                if slip(command, trimmed(text)).is_some() {
                    return Err(unknown(command, trimmed(text), &raw));
                }
            }
            embedded(command, token, text)?;
            Ok((token.clone(), 0))
        }
        Piece::Apart { .. } => {
            let word = text(token);
            embedded(command, &word, &word.raw)?;
            Ok((word, 0))
        }
        Piece::Pair { .. } | Piece::Flag { .. } => {
            let (piece, used) = with_value(command, token.piece.clone(), Some(behind));
            let pair = Token { piece, raw: token.raw.clone() };
            no_option_as_value(command, &pair, behind.get(used..).unwrap_or_default())?;
            Ok((pair, used))
        }
        Piece::Mention { .. } => Ok((token.clone(), 0)),
    }
}

/// Refuses an option as the value of another: `reason:dry_run`, `reason:(paid=TX)`.
fn no_option_as_value(
    command: &'static Command,
    token: &Token,
    behind: &[Token],
) -> Result<(), Usage> {
    let (Piece::Pair { value: Some(given), .. } | Piece::Flag { value: Some(given), .. }) =
        &token.piece
    else {
        return Ok(());
    };
    let as_word = if given.quoted {
        Piece::Quoted(given.text.clone())
    } else {
        Piece::Word(given.text.clone())
    };
    let word = Token { piece: as_word, raw: token.raw.clone() };
    if command.is_write() && !matches!(dry_run(command, &word, behind)?, DryRun::No) {
        return Err(unclear_dry_run(&token.raw));
    }
    if given.quoted { Ok(()) } else { embedded(command, &word, &given.text) }
}

fn text(token: &Token) -> Token {
    Token { piece: Piece::Word(token.raw.clone()), raw: token.raw.clone() }
}

/// The parameter that a word misspells by one slip.
fn slip(command: &'static Command, name: &str) -> Option<&'static ParamSpec> {
    let name = folded(name);
    command.params().find(|param| is_slip(&name, param.name))
}

/// An option inside a word: `(paid:TX)`, `monthly,paid=TX`, `"paid:TX"`.
fn embedded(command: &'static Command, token: &Token, text: &str) -> Result<(), Usage> {
    let is_quoted = matches!(token.piece, Piece::Quoted(_));
    if is_quoted && text.contains(char::is_whitespace) {
        return Ok(());
    }
    for (at, _) in text.match_indices(is_separator) {
        let (before, behind) = text.split_at_checked(at).unwrap_or((text, ""));
        let value = behind.trim_start_matches(is_separator);
        // An address of the web has names of its own.
        if before.contains('/') || value.starts_with("//") || trimmed(value).is_empty() {
            continue;
        }
        let before = before.trim_end_matches(|c: char| !c.is_alphanumeric());
        let is_inside = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
        let start = before.rfind(|c| !is_inside(c));
        let start =
            start.and_then(|at| at.checked_add(before.get(at..)?.chars().next()?.len_utf8()));
        let name = before.get(start.unwrap_or(0)..).unwrap_or_default().trim_matches(['_', '-']);
        if let Some(param) = command.param(name) {
            let sentence = format!(
                "“{}” is unclear: write {}. As a part of the text put the whole text between \
                 quotation marks.",
                token.raw,
                param.option()
            );
            return Err(Usage::clash(sentence));
        }
        if !is_quoted && slip(command, name).is_some() {
            return Err(unknown(command, name, &token.raw));
        }
    }
    Ok(())
}

/// No parameter has this name: the nearest, or how it is written as text.
pub fn unknown(command: &'static Command, name: &str, raw: &str) -> Usage {
    if let Some(usage) = malformed(command, raw) {
        return usage;
    }
    let mut sentence = format!("/{} has no “{name}”.", command.name());
    let near = nearest(&folded(name), command.params().map(|param| param.name));
    if let Some(param) = near.and_then(|near| command.param(near)) {
        let option = match param.kind {
            ParamKind::Flag => param.option(),
            _ => format!("{}:", param.name),
        };
        sentence.push_str(&format!(" Did you mean {option}?"));
    } else if command.params.iter().any(|param| param.kind == ParamKind::Rest) {
        let hint = format!(" If “{raw}” belongs to the reason, write reason:\"… {raw} …\".");
        sentence.push_str(&hint);
    }
    Usage::new("unknown_option", sentence)
}

/// Whether the name of an option is near enough to one of the command's to be a slip of it.
pub fn is_near(command: &'static Command, name: &str) -> bool {
    nearest(name, command.params().map(|param| param.name)).is_some()
}

/// Refuses an option in a text that is the whole value of another: an option of a platform, or a field.
///
/// # Errors
/// A word is an option, or may be one.
pub fn check(command: &'static Command, param: &ParamSpec, text: &str) -> Result<(), Usage> {
    if !command.is_write() {
        return Ok(());
    }
    let word = |text: &str| Token { piece: Piece::Word(text.to_owned()), raw: text.to_owned() };
    let tokens = tokens(text).unwrap_or_else(|_| text.split_whitespace().map(word).collect());
    let read = read(command, &tokens)?.sure()?;
    for token in &read {
        let (Piece::Pair { name, .. } | Piece::Flag { name, .. }) = &token.piece else { continue };
        if command.param(name).is_some() || is_near(command, name) {
            let sentence = format!(
                "“{}” in the {} is unclear: it looks like the option {name}. As a part of the text put \
                 the whole text between quotation marks.",
                token.raw,
                param.name.replace('_', " ")
            );
            return Err(Usage::clash(sentence));
        }
    }
    let words = read.iter().filter_map(|token| match &token.piece {
        Piece::Word(text) => Some(Word::bare(text)),
        Piece::Quoted(text) => Some(Word { quoted: true, ..Word::bare(text) }),
        Piece::Pair { .. } | Piece::Flag { .. } | Piece::Apart { .. } | Piece::Mention { .. } => {
            None
        }
    });
    match param.kind {
        ParamKind::Rest => doubt(command, &words.collect::<Vec<_>>(), Doubt::Last),
        _ => Ok(()),
    }
}
