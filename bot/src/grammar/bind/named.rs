//! Arguments with a name: options and flags.

use shared::kernel::id::Identity;

use super::position::last_client;
use super::value::value;
use super::word::{Word, is_dry_run, mention};
use crate::command::{Args, Command, ParamKind, ParamSpec, Usage, Value, nearest};
use crate::grammar::token::{Given, Piece, Token};

/// An argument by name whose value is still being read.
pub struct Open {
    param: &'static ParamSpec,
    words: Vec<Word>,
}

/// Takes what carries a name; returns the words that stand alone.
pub fn named(
    command: &'static Command,
    tokens: &[Token],
    from: &Identity,
) -> Result<(Args, Vec<Word>), Usage> {
    let mut args = Args::default();
    let mut alone: Vec<Word> = Vec::new();
    let mut open: Option<Open> = None;
    // Where the amount has no name, a client's name reaches up to the first number.
    let amount_in_place = command.params.iter().any(|param| {
        param.kind == ParamKind::Amount
            && !tokens.iter().any(|token| name_of(token).is_some_and(|name| name == param.name))
    });
    for token in tokens {
        let word = match &token.piece {
            Piece::Word(text) => Word::bare(text),
            Piece::Quoted(text) => Word { quoted: true, ..Word::bare(text) },
            Piece::Mention { user, name } => mention(user, name.as_deref(), from),
            Piece::Pair { name, value } | Piece::Flag { name, value } => {
                if let Some(param) = command.param(name) {
                    close(command, open.take(), &mut args)?;
                    open = begin(command, param, value.as_ref(), &mut args)?;
                    continue;
                }
                // Inside a reason that was begun by its name, only a slip of a name is not text.
                let reason = open.as_ref().is_some_and(|open| open.param.kind == ParamKind::Rest);
                if !reason || nearest(name, command.params().map(|p| p.name)).is_some() {
                    return Err(unknown_option(command, name, &token.raw));
                }
                Word::bare(&token.raw)
            }
        };
        // Whoever wants only to try is never taken to want it done, wherever the word stands.
        if is_dry_run(&word) {
            alone.push(word);
            continue;
        }
        match &mut open {
            Some(one) if !one.param.kind.is_long() => {
                one.words.push(word);
                close(command, open.take(), &mut args)?;
            }
            Some(one) => {
                let reaches =
                    !(amount_in_place && one.param.kind != ParamKind::Rest && word.is_number());
                if reaches {
                    one.words.push(word);
                } else {
                    close(command, open.take(), &mut args)?;
                    alone.push(word);
                }
            }
            None => alone.push(word),
        }
    }
    close(command, open, &mut args)?;
    Ok((args, alone))
}

fn name_of(token: &Token) -> Option<String> {
    match &token.piece {
        Piece::Pair { name, .. } | Piece::Flag { name, .. } => {
            Some(name.to_lowercase().replace('-', "_"))
        }
        Piece::Word(_) | Piece::Quoted(_) | Piece::Mention { .. } => None,
    }
}

pub fn begin(
    command: &'static Command,
    param: &'static ParamSpec,
    given: Option<&Given>,
    args: &mut Args,
) -> Result<Option<Open>, Usage> {
    if args.get(param.name).is_some() {
        let sentence = format!("The {} is given twice.", param.name.replace('_', " "));
        return Err(Usage::clash(sentence));
    }
    if param.kind == ParamKind::Flag {
        let said = given.map_or("true", |given| given.text.as_str()).to_lowercase();
        match said.as_str() {
            "true" | "yes" | "on" | "1" => args.set(param.name, Value::Flag),
            "false" | "no" | "off" | "0" => {}
            other => {
                let sentence = format!("“{other}”: {} is true or false.", param.name);
                return Err(Usage::new("bad_value", sentence));
            }
        }
        return Ok(None);
    }
    let words: Vec<Word> = given
        .map(|given| Word { quoted: given.quoted, ..Word::bare(&given.text) })
        .into_iter()
        .collect();
    let open = Open { param, words };
    let complete = given.is_some_and(|given| given.quoted || !param.kind.is_long());
    if complete {
        close(command, Some(open), args)?;
        return Ok(None);
    }
    Ok(Some(open))
}

fn close(command: &'static Command, open: Option<Open>, args: &mut Args) -> Result<(), Usage> {
    let Some(Open { param, words }) = open else { return Ok(()) };
    if words.is_empty() {
        let sentence = format!("{}: needs a value: {}.", param.name, param.about);
        return Err(Usage::new("missing", sentence));
    }
    let value = match param.kind {
        ParamKind::Client => last_client(command, args, &words),
        _ => value(command, args, param, &words)?,
    };
    args.set(param.name, value);
    Ok(())
}

pub fn unknown_option(command: &'static Command, name: &str, raw: &str) -> Usage {
    let folded = name.to_lowercase().replace('-', "_");
    let mut sentence = format!("/{} has no “{name}”.", command.name());
    let near = nearest(&folded, command.params().map(|param| param.name));
    if let Some(param) = near.and_then(|near| command.param(near)) {
        let form = match param.kind {
            ParamKind::Flag => format!("--{}", param.name),
            ParamKind::Client
            | ParamKind::Amount
            | ParamKind::Number
            | ParamKind::Text
            | ParamKind::Word
            | ParamKind::Rest
            | ParamKind::Choice(_)
            | ParamKind::Invoice
            | ParamKind::Op
            | ParamKind::Plan
            | ParamKind::Staff
            | ParamKind::Date
            | ParamKind::Email
            | ParamKind::Phone
            | ParamKind::Steps => format!("{}:", param.name),
        };
        sentence.push_str(&format!(" Did you mean {form}?"));
    } else if command.params.iter().any(|param| param.kind == ParamKind::Rest) {
        let hint = format!(" If “{raw}” belongs to the reason, write reason:\"… {raw} …\".");
        sentence.push_str(&hint);
    }
    Usage::new("unknown_option", sentence)
}

/// Flags as bare words at the end: `statement acme csv`. The first word is never one.
pub fn trailing_flags(command: &'static Command, args: &mut Args, words: &mut Vec<Word>) {
    if command.params.iter().any(|param| param.kind == ParamKind::Rest) {
        return;
    }
    while words.len() > 1 {
        let Some(flag) = words.last().and_then(|last| bare_flag(command, last)) else { return };
        args.set(flag.name, Value::Flag);
        words.pop();
    }
}

pub fn bare_flag(command: &'static Command, word: &Word) -> Option<&'static ParamSpec> {
    command.params().find(|param| param.kind == ParamKind::Flag && word.is(param.name))
}
