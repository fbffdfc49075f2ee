//! Arguments with a name: options and flags.
//!
//! A value without quotation marks reaches to the next option. Where that may be too far, its kind
//! divides it, and the words behind it stand alone again.

use shared::kernel::id::Identity;

use super::doubt::{Doubt, doubt};
use super::flag::is_on;
use super::option::{is_near, unknown};
use super::position::last_client;
use super::reference::{reference_length, unclear_reference};
use super::value::value;
use super::word::{Word, mention};
use crate::command::{Args, Command, ParamKind, ParamSpec, Usage, Value, folded};
use crate::grammar::token::{Given, Piece, Token};
use crate::grammar::unit;

/// An argument by name whose value is still being read.
struct Open {
    param: &'static ParamSpec,
    words: Vec<Word>,
}

/// The arguments with a name so far, and the words that stand alone.
struct Named<'a> {
    command: &'static Command,
    tokens: &'a [Token],
    args: Args,
    alone: Vec<Word>,
    open: Option<Open>,
    /// The number of the option before, until the next word.
    number: Option<String>,
}

/// Takes what carries a name; returns the words that stand alone.
///
/// # Errors
/// An option is unknown, given twice, or its value is not what it has to be.
pub fn named(
    command: &'static Command,
    tokens: &[Token],
    from: &Identity,
) -> Result<(Args, Vec<Word>), Usage> {
    let args = Args::default();
    let mut named = Named { command, tokens, args, alone: Vec::new(), open: None, number: None };
    for token in tokens {
        named.take(token, from)?;
    }
    named.close()?;
    Ok((named.args, named.alone))
}

impl Named<'_> {
    fn take(&mut self, token: &Token, from: &Identity) -> Result<(), Usage> {
        let word = match &token.piece {
            Piece::Word(text) => Word::bare(text),
            Piece::Quoted(text) => Word { quoted: true, ..Word::bare(text) },
            Piece::Mention { user, name } => mention(user, name.as_deref(), from),
            Piece::Apart { .. } => Word::bare(&token.raw),
            Piece::Pair { name, value } | Piece::Flag { name, value } => {
                if let Some(param) = self.command.param(name) {
                    return self.begin(param, value.as_ref());
                }
                // Inside a reason that was begun by its name, only a slip of a name is not text.
                if !self.is_in_a_reason() || is_near(self.command, name) {
                    return Err(unknown(self.command, name, &token.raw));
                }
                Word::bare(&token.raw)
            }
        };
        self.word(word)
    }

    fn is_in_a_reason(&self) -> bool {
        self.open.as_ref().is_some_and(|open| open.param.kind == ParamKind::Rest)
    }

    fn begin(&mut self, param: &'static ParamSpec, given: Option<&Given>) -> Result<(), Usage> {
        // A flag takes no words, so the value before it goes on behind it.
        if param.kind == ParamKind::Flag {
            return set_flag(param, given, &mut self.args);
        }
        self.close()?;
        self.number = None;
        free(param, &self.args)?;
        let words = given.map(|given| Word { quoted: given.quoted, ..Word::bare(&given.text) });
        self.open = Some(Open { param, words: words.into_iter().collect() });
        // The first text of an invoice's lines ends none of them.
        let ends = |given: &Given| given.quoted && param.kind != ParamKind::Items;
        if given.is_some_and(|given| ends(given) || !param.kind.is_long()) {
            return self.close();
        }
        Ok(())
    }

    fn word(&mut self, word: Word) -> Result<(), Usage> {
        if let Some(number) = self.number.take().filter(|_| word.is_unit()) {
            return Err(unit::unclear(&number, &[&word.text]));
        }
        // Where the amount has no name, a client's name reaches up to the first number.
        let ends_a_name = word.is_number() && self.is_amount_in_place();
        match &mut self.open {
            Some(open) if !open.param.kind.is_long() => {
                open.words.push(word);
                self.close()
            }
            Some(open) if ends_a_name && !open.param.kind.takes_numbers() => {
                self.close_before(true)?;
                self.alone.push(word);
                Ok(())
            }
            Some(open) => {
                open.words.push(word);
                Ok(())
            }
            None => {
                self.alone.push(word);
                Ok(())
            }
        }
    }

    fn is_amount_in_place(&self) -> bool {
        let has_name = |param: &ParamSpec| self.tokens.iter().any(|token| is_named(token, param));
        let mut params = self.command.params.iter();
        params.any(|param| param.kind == ParamKind::Amount && !has_name(param))
    }

    /// Ends the value that is being read. The words that are no part of it stand alone.
    fn close(&mut self) -> Result<(), Usage> {
        self.close_before(false)
    }

    /// As [`Named::close`]; an amount that follows marks the end of a client's name.
    fn close_before(&mut self, is_at_amount: bool) -> Result<(), Usage> {
        let Some(Open { param, words }) = self.open.take() else { return Ok(()) };
        if words.is_empty() {
            let sentence = format!("{}: needs a value: {}.", param.name, param.about);
            return Err(Usage::new("missing", sentence));
        }
        if param.kind == ParamKind::Client && !is_at_amount && !self.is_text_named() {
            let client = last_client(self.command, &self.args, &words);
            if matches!(client, Value::Undivided(_)) {
                doubt(self.command, words.get(1..).unwrap_or_default(), Doubt::Last)?;
            }
            self.args.set(param.name, client);
            return Ok(());
        }
        let length = self.length(param, &words)?;
        let (mine, behind) = words.split_at_checked(length).unwrap_or((&words, &[]));
        if matches!(param.kind, ParamKind::Rest | ParamKind::Text) {
            doubt(self.command, mine, Doubt::Last)?;
        }
        let value = value(self.command, &self.args, param, mine)?;
        if matches!(param.kind, ParamKind::Amount | ParamKind::Number) {
            self.number = mine.first().map(|word| word.text.clone());
        }
        self.args.set(param.name, value);
        self.alone.extend_from_slice(behind);
        Ok(())
    }

    /// How many of the words are the value.
    fn length(&self, param: &'static ParamSpec, words: &[Word]) -> Result<usize, Usage> {
        let is_text_named = self.is_text_named();
        if param.kind == ParamKind::Reference {
            if self.lacks_a_client_or_amount() {
                return Ok(1);
            }
            let has_text = is_text_named || self.words_behind_the_amount();
            return reference_length(words, has_text).ok_or_else(|| unclear_reference(words));
        }
        Ok(words.len())
    }

    /// Whether the command's free text has its name in the line.
    fn is_text_named(&self) -> bool {
        let text = self.command.params.iter().find(|param| param.kind == ParamKind::Rest);
        text.is_some_and(|text| self.tokens.iter().any(|token| is_named(token, text)))
    }

    fn has(&self, kind: ParamKind) -> bool {
        let mut params = self.command.params.iter().filter(|param| param.kind == kind);
        params.any(|param| self.args.get(param.name).is_some())
    }

    /// Whether a client or an amount without a name is still to come.
    fn lacks_a_client_or_amount(&self) -> bool {
        let client = self.has(ParamKind::Client) || self.alone.iter().any(|w| !w.is_number());
        let amount = self.has(ParamKind::Amount) || self.alone.iter().any(Word::is_number);
        !(client && amount)
    }

    /// Whether words that stand alone make a reason already.
    fn words_behind_the_amount(&self) -> bool {
        let amount = self.alone.iter().rposition(Word::is_number);
        match amount {
            Some(0) | None => false,
            Some(at) => at.saturating_add(1) < self.alone.len(),
        }
    }
}

/// Whether a token names this parameter.
fn is_named(token: &Token, param: &ParamSpec) -> bool {
    match &token.piece {
        Piece::Pair { name, .. } | Piece::Flag { name, .. } => folded(name) == param.name,
        Piece::Word(_) | Piece::Quoted(_) | Piece::Apart { .. } | Piece::Mention { .. } => false,
    }
}

/// Refuses a second value.
fn free(param: &ParamSpec, args: &Args) -> Result<(), Usage> {
    if args.get(param.name).is_some() {
        let sentence = format!("The {} is given twice.", param.name.replace('_', " "));
        return Err(Usage::clash(sentence));
    }
    Ok(())
}

/// Sets a flag from its value; a flag without one is on.
///
/// # Errors
/// The value is neither on nor off, or the flag is set already.
pub fn set_flag(
    param: &'static ParamSpec,
    given: Option<&Given>,
    args: &mut Args,
) -> Result<(), Usage> {
    free(param, args)?;
    match given.map_or(Some(true), |given| is_on(&given.text)) {
        Some(true) => args.set(param.name, Value::Flag),
        Some(false) => {}
        None => {
            let text = given.map(|given| given.text.to_lowercase()).unwrap_or_default();
            let sentence = format!("“{text}”: {} is true or false.", param.name);
            return Err(Usage::new("bad_value", sentence));
        }
    }
    Ok(())
}

/// Flags as bare words at the end: `statement acme csv`. The first word is one only where no other word is
/// required: `history csv`.
pub fn trailing_flags(command: &'static Command, args: &mut Args, words: &mut Vec<Word>) {
    if command.params.iter().any(|param| param.kind == ParamKind::Rest) {
        return;
    }
    let is_required = command.params.iter().any(ParamSpec::is_required);
    while words.len() > usize::from(is_required) {
        let Some(flag) = words.last().and_then(|last| bare_flag(command, last)) else { return };
        args.set(flag.name, Value::Flag);
        words.pop();
    }
}

/// The flag that a bare word names.
pub fn bare_flag(command: &'static Command, word: &Word) -> Option<&'static ParamSpec> {
    command.params().find(|param| param.kind == ParamKind::Flag && word.is(param.name))
}
