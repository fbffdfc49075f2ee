//! Arguments to parameters. An argument with a name goes to that name, an argument without one goes
//! to its position, and a client's name reaches up to the amount.
//!
//! The steps, a file each: [`word`], an argument without a name; [`value`], words to one typed value;
//! [`position`], words to the parameters in their order; [`named`], options and flags by name;
//! [`around_amount`], the words around the amount.
//!
//! Invariant: no word is dropped and none is used twice. A word that fits nowhere is refused.

mod around_amount;
mod named;
mod position;
mod value;
mod word;

use shared::kernel::id::Identity;

use super::normal::{Front, normal};
use super::token::{Given, Piece, Token};
use super::{Parsed, Reading};
use crate::command::{Action, Args, Command, DRY_RUN, ParamKind, Usage, Value};
use around_amount::around_amount;
use named::{begin, named, trailing_flags, unknown_option};
use position::{extra_word, in_place, missing, places};
use value::value;
use word::{Word, is_dry_run, mention};

/// Whether a line ends in `dry run`, which is no option and may be meant as one.
fn ends_in_dry_run(tokens: &[Token]) -> bool {
    let word = |token: &Token, is: &str| match &token.piece {
        Piece::Word(text) => text.eq_ignore_ascii_case(is),
        Piece::Quoted(_) | Piece::Mention { .. } | Piece::Pair { .. } | Piece::Flag { .. } => false,
    };
    match tokens {
        [.., one, two] => word(one, "dry") && word(two, "run"),
        _ => false,
    }
}

/// Reads the arguments of a command.
///
/// # Errors
/// What is missing, too much, or not what it has to be.
pub fn bind(
    command: &'static Command,
    tokens: &[Token],
    from: &Identity,
) -> Result<Reading, Usage> {
    if matches!(command.action, Action::Help) {
        let what: Vec<&str> = tokens.iter().map(|token| token.raw.as_str()).collect();
        let mut args = Args::default();
        if !what.is_empty() {
            args.set("what", Value::Text(what.join(" ")));
        }
        return Ok(Reading::One(Parsed { command, args }));
    }
    if command.is_write() && ends_in_dry_run(tokens) {
        return Err(Usage::clash(
            "“dry run” at the end is unclear: --dry_run tries it. As a part of the text put it \
             between quotation marks.",
        ));
    }
    let (mut args, mut words) = named(command, tokens, from)?;
    let before = words.len();
    words.retain(|word| !is_dry_run(word));
    if words.len() < before {
        if !command.is_write() {
            let sentence = format!("/{} changes nothing, so there is no dry run.", command.name());
            return Err(Usage::new("unknown_option", sentence));
        }
        args.set(DRY_RUN.name, Value::Flag);
    }
    let amount_open = command
        .params
        .iter()
        .any(|param| param.kind == ParamKind::Amount && args.get(param.name).is_none());
    if amount_open {
        return around_amount(command, args, &words);
    }
    let amount_named = command.params.iter().any(|param| param.kind == ParamKind::Amount);
    if let Some(other) = words.iter().find(|word| amount_named && word.is_number()) {
        // `amount:1 000` and `500 amount:600` are not guessed at: money would follow the guess.
        let sentence = format!(
            "“{}” stands beside an amount that is named: which one is it? A name or reason with a \
             number in it goes between quotation marks.",
            other.text
        );
        return Err(Usage::new("unclear_amount", sentence).of(command));
    }
    trailing_flags(command, &mut args, &mut words);
    let args = in_place(command, args, &words)?;
    Ok(Reading::One(Parsed { command, args }))
}

/// Reads the arguments of a command as far as they go: what is missing is left out, because a form
/// asks for it.
///
/// # Errors
/// What is there is too much, or not what it has to be.
pub fn partly(command: &'static Command, tokens: &[Token], from: &Identity) -> Result<Args, Usage> {
    let (mut args, words) = named(command, tokens, from)?;
    let mut rest = words.as_slice();
    for param in places(command, &args) {
        if rest.is_empty() {
            break;
        }
        // A line that the desk wrote has one word, or a quoted name, for each parameter.
        let length = if param.kind == ParamKind::Rest { rest.len() } else { 1 };
        let (mine, behind) = rest.split_at_checked(length).unwrap_or((rest, &[]));
        let parsed = value(command, &args, param, mine)?;
        args.set(param.name, parsed);
        rest = behind;
    }
    match rest.first() {
        Some(extra) => Err(extra_word(command, extra)),
        None => Ok(args),
    }
}

/// Sets parameters from texts that are whole values each: options that a platform has taken apart,
/// or the fields of a form. An empty text is none.
///
/// # Errors
/// A value is not what it has to be, no parameter has that name, or one is missing.
pub fn given(
    command: &'static Command,
    mut args: Args,
    values: &[(String, String)],
    from: &Identity,
) -> Result<Args, Usage> {
    for (name, text) in values {
        let Some(param) = command.param(name) else {
            return Err(unknown_option(command, name, text));
        };
        // Options and fields are spoiled by keyboards like lines; no front end wraps or escapes them.
        let text = normal(text, Front::Plain);
        let text = text.trim();
        if text.is_empty() {
            continue;
        }
        if param.kind == ParamKind::Flag {
            begin(
                command,
                param,
                Some(&Given { text: text.to_owned(), quoted: false }),
                &mut args,
            )?;
            continue;
        }
        let word = match text.strip_prefix("<@").and_then(|rest| rest.strip_suffix('>')) {
            Some(user) if param.kind == ParamKind::Staff => {
                mention(user.trim_start_matches('!'), None, from)
            }
            Some(_) | None => Word::bare(text),
        };
        let parsed = value(command, &args, param, &[word])?;
        args.set(param.name, parsed);
    }
    match places(command, &args).iter().find(|param| param.is_required()) {
        Some(param) => Err(missing(command, &args, param)),
        None => Ok(args),
    }
}
