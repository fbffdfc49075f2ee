//! A dry run in any form is the option or refused, so that no line that was only to be tried is done.

use unicode_normalization::UnicodeNormalization;

use super::flag::{apart, is_on, trimmed, with_value};
use crate::command::{Command, DRY_RUN, Usage, is_slip};
use crate::grammar::token::{Given, Piece, Token, is_separator};

/// The letters of `dry_run`, in any form.
const TRY: &str = "dryrun";

/// The letters and digits of a text, in lower case and in their plain form.
fn letters(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric()).collect()
}

/// The part before the first colon or equals sign, and the part behind it.
fn halves(text: &str) -> (&str, Option<&str>) {
    match text.split_once(is_separator) {
        Some((name, value)) => (name, Some(value.trim_start_matches(is_separator))),
        None => (text, None),
    }
}

/// What a token is to a dry run, and how many of the tokens behind it belong to it.
#[derive(Debug)]
pub enum DryRun {
    No,
    Is(Token, usize),
    /// It may be the option, or a part of a text.
    Unclear(Usage, usize),
}

/// A dry run in any form: `dry_run`, `DRY-RUN=true`, `(dry_run)`, `"dry run"`, `--dryrun true`.
pub fn dry_run(
    command: &'static Command,
    token: &Token,
    behind: &[Token],
) -> Result<DryRun, Usage> {
    let is_quoted = matches!(token.piece, Piece::Quoted(_));
    let (name, value) = match &token.piece {
        Piece::Word(text) | Piece::Quoted(text) => halves(text),
        Piece::Pair { name, value } | Piece::Flag { name, value } => {
            (name.as_str(), value.as_ref().map(|given| given.text.as_str()))
        }
        Piece::Apart { value: Some(given) } => halves(&given.text),
        Piece::Apart { value: None } | Piece::Mention { .. } => return Ok(DryRun::No),
    };
    let letters_of_name = letters(name);
    let value = value.map(trimmed).filter(|value| !value.is_empty());
    let is_it = letters_of_name == TRY && (!is_quoted || value.is_none_or(|v| is_on(v).is_some()));
    if !command.is_write() {
        if is_it && !is_quoted {
            let sentence = format!("/{} changes nothing, so there is no dry run.", command.name());
            return Err(Usage::new("unknown_option", sentence));
        }
        return Ok(DryRun::No);
    }
    if is_it {
        let given = value.map(|text| Given { text: text.to_owned(), quoted: false });
        let name = DRY_RUN.name.to_owned();
        let (mut piece, mut used) = (Piece::Flag { name: name.clone(), value: given }, 0);
        if value.is_none() {
            // `dry_run: true`, `dry_run = true`.
            let is_open = token.raw.ends_with(is_separator) || apart(behind.first()).is_some();
            used = usize::from(matches!(apart(behind.first()), Some((None, _))));
            let open = if is_open { Piece::Pair { name, value: None } } else { piece };
            let (read, more) = with_value(command, open, behind.get(used..));
            (piece, used) = (read, used.saturating_add(more));
        }
        return Ok(DryRun::Is(Token { piece, raw: token.raw.clone() }, used));
    }
    if is_quoted {
        return Ok(DryRun::No);
    }
    if is_slip(&letters_of_name, TRY) {
        let sentence =
            format!("/{} has no “{}”. Did you mean --{}?", command.name(), token.raw, DRY_RUN.name);
        let usage = Usage::new("unknown_option", sentence);
        return match token.piece {
            Piece::Pair { .. } | Piece::Flag { .. } => Err(usage),
            _ => Ok(DryRun::Unclear(usage, 0)),
        };
    }
    // `monthly,dry_run`. The scheme of a web address ends at its colon.
    if parts(name).any(|part| letters(part).starts_with(TRY)) {
        return Ok(DryRun::Unclear(unclear_dry_run(&token.raw), 0));
    }
    let last = parts(name).last().map(letters).unwrap_or_default();
    Ok(two_words(token, &last, behind))
}

/// The words between the marks of a text.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let is_inside = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    text.split(move |c| !is_inside(c)).filter(|part| !part.is_empty())
}

/// `dry run` as two words: certain between brackets, else asked about.
fn two_words(token: &Token, first: &str, behind: &[Token]) -> DryRun {
    if first.is_empty() {
        return DryRun::No;
    }
    // Marks that stand alone are no words: `dry - run`.
    let is_mark = |token: &&Token| letters(&token.raw).is_empty();
    let marks = behind.iter().take_while(is_mark).count();
    let Some(next) = behind.get(marks) else { return DryRun::No };
    let (name, value) = match &next.piece {
        Piece::Word(text) => halves(text),
        Piece::Pair { name, .. } | Piece::Flag { name, .. } => (name.as_str(), Some("")),
        Piece::Quoted(_) | Piece::Apart { .. } | Piece::Mention { .. } => return DryRun::No,
    };
    let second = parts(name).next().map(letters).unwrap_or_default();
    let both = format!("{first}{second}");
    let is_near = first.len() > 1 && second.len() > 1 && is_slip(&both, TRY);
    if second.is_empty() || second == TRY || !(both == TRY || is_near) {
        return DryRun::No;
    }
    let brackets = [('(', ')'), ('[', ']'), ('{', '}'), ('<', '>'), ('*', '*'), ('`', '`')];
    let is_between = |(open, end): (char, char)| {
        token.raw.starts_with(open)
            && next.raw.trim_end_matches(['.', ',', '!', ';']).ends_with(end)
    };
    if both == TRY && value.is_none() && brackets.into_iter().any(is_between) {
        let raw = format!("{} {}", token.raw, next.raw);
        let piece = Piece::Flag { name: DRY_RUN.name.to_owned(), value: None };
        return DryRun::Is(Token { piece, raw }, marks.saturating_add(1));
    }
    let usage = unclear_dry_run(&format!("{} {}", token.raw, next.raw));
    DryRun::Unclear(usage, marks.saturating_add(1))
}

/// A dry run may be meant, or a text.
pub fn unclear_dry_run(typed: &str) -> Usage {
    Usage::clash(format!(
        "“{typed}” is unclear: --{} tries it. As a part of the text put the whole text between \
         quotation marks.",
        DRY_RUN.name
    ))
}
