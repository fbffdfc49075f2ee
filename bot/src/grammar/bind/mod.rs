//! Arguments to parameters. An argument with a name goes to that name, an argument without one goes
//! to its position, and a client's name reaches up to the amount.
//!
//! | Step | File |
//! |--|--|
//! | takes away the marks of a copied line | [`copied`] |
//! | reads the words that look like options | [`option`]; two sorts: [`dry_run`], [`flag`] |
//! | refuses the places of a usage line | [`place`] |
//! | takes options and flags by name | [`named`]; divides one of them: [`reference`] |
//! | reads the words around the amount | [`around_amount`]; its units: [`kind`] |
//! | reads the others in the order of the parameters | [`position`] |
//! | refuses what stays doubtful in a text | [`doubt`] |
//! | makes words one typed value | [`value`] |
//! | asks about a reason that contradicts its line | [`contradiction`]; words for a try: [`trial`], for a grant: [`free`], for not now: [`hold`], for a payment: [`payment`], for another amount: [`correction`], for another direction or kind: [`second_meaning`] |
//! | offers the lines that an unclear line may mean | [`choices`] |
//!
//! Invariant: no word is dropped and none is used twice. A word that fits nowhere is refused.

mod around_amount;
mod choices;
mod contradiction;
mod copied;
mod correction;
mod doubt;
mod dry_run;
mod flag;
mod free;
mod hold;
mod hold_words;
mod kind;
mod login;
mod named;
mod numbers;
mod option;
mod payment;
mod phrase;
mod place;
mod position;
mod reference;
mod second_meaning;
mod terms;
pub mod trial;
mod trial_words;
mod value;
mod word;

use shared::kernel::id::Identity;

use super::line::in_a_value;
use super::normal::{Front, normal};
use super::token::{Given, Piece, Token, tokens};
use super::{Parsed, Reading};
use crate::command::{Action, Args, Command, ParamKind, ParamSpec, Usage, Value};
use around_amount::around_amount;
use choices::{offer, try_or_do};
use named::{named, set_flag, trailing_flags};
use position::{extra_word, in_place, missing, places};
pub use trial::is_heading;
pub use value::invoice as typed_invoice;
use value::value;
use word::{Word, mention};

/// Reads the arguments of a command.
///
/// # Errors
/// What is missing, too much, or not what it has to be, with the lines that may be meant.
pub fn bind(
    command: &'static Command,
    tokens: &[Token],
    from: &Identity,
) -> Result<Reading, Usage> {
    if matches!(command.action, Action::Help) {
        let about: Vec<&str> = tokens.iter().map(|token| token.raw.as_str()).collect();
        let mut args = Args::default();
        if !about.is_empty() {
            args.set("what", Value::Text(about.join(" ")));
        }
        return Ok(Reading::One(Parsed { command, args }));
    }
    let option::Read { tokens, unclear } =
        option::read(command, &copied::without_marks(command, tokens))?;
    place::check(command, &tokens)?;
    let mut reading =
        bound(command, &tokens, from).map_err(|usage| offer(usage, command, &tokens, from));
    let doubt = |parsed: &Parsed| {
        let contradicts = contradiction::check(parsed, &tokens).err();
        contradicts.or_else(|| contradiction::second_amount(parsed, &tokens))
    };
    match &mut reading {
        Ok(Reading::One(parsed)) => {
            if let Some(usage) = doubt(parsed) {
                return Err(usage);
            }
        }
        Ok(Reading::Several(several)) => {
            for (reading, known) in several.readings.iter().zip(&mut several.doubts) {
                *known = known.take().or_else(|| doubt(reading));
            }
        }
        Ok(Reading::Empty | Reading::HelpOn(_)) | Err(_) => {}
    }
    match unclear {
        Some((usage, without)) => Err(try_or_do(usage, command, &without, from)),
        None => reading,
    }
}

/// Reads arguments whose options have their plain form.
fn bound(command: &'static Command, tokens: &[Token], from: &Identity) -> Result<Reading, Usage> {
    let (mut args, mut words) = named(command, tokens, from)?;
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
    let tokens = option::read(command, tokens)?.sure()?;
    let (mut args, words) = named(command, &tokens, from)?;
    let mut rest = words.as_slice();
    for param in places(command, &args) {
        if rest.is_empty() {
            break;
        }
        // A line that the desk wrote has one word, or a quoted name, for each parameter.
        let is_last = matches!(param.kind, ParamKind::Rest | ParamKind::Items);
        let length = if is_last { rest.len() } else { 1 };
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
            return Err(option::unknown(command, name, text));
        };
        if param.kind.is_text()
            && let Some(usage) = in_a_value(param.name, text)
        {
            return Err(usage);
        }
        // Options and fields are spoiled by keyboards like lines; no front end wraps or escapes them.
        let text = normal(text, Front::Plain);
        let text = text.trim();
        if text.is_empty() {
            continue;
        }
        if param.kind == ParamKind::Flag {
            let given = Given { text: text.to_owned(), quoted: false };
            set_flag(param, Some(&given), &mut args)?;
            continue;
        }
        let word = whole(command, param, text, from)?;
        let parsed = value(command, &args, param, &[word])?;
        args.set(param.name, parsed);
    }
    if let Some(param) = places(command, &args).iter().find(|param| param.is_required()) {
        return Err(missing(command, &args, param));
    }
    let texts =
        values.iter().filter(|(name, _)| command.param(name).is_some_and(|p| p.kind.is_text()));
    let texts: Vec<&str> = texts.map(|(_, text)| text.trim()).filter(|t| !t.is_empty()).collect();
    if texts.is_empty() {
        return Ok(args);
    }
    let parsed = Parsed { command, args };
    let read = |text: &&str| tokens(&normal(text, Front::Plain)).unwrap_or_default();
    let tokens: Vec<Token> = texts.iter().flat_map(read).collect();
    contradiction::check(&parsed, &tokens)?;
    match contradiction::second_amount(&parsed, &tokens) {
        Some(usage) => Err(usage),
        None => Ok(parsed.args),
    }
}

/// A text that is one whole value. Between quotation marks it is taken as it stands.
fn whole(
    command: &'static Command,
    param: &'static ParamSpec,
    text: &str,
    from: &Identity,
) -> Result<Word, Usage> {
    let user = text.strip_prefix("<@").and_then(|rest| rest.strip_suffix('>'));
    if let (Some(user), ParamKind::Staff) = (user, param.kind) {
        return Ok(mention(user.trim_start_matches('!'), None, from));
    }
    if param.kind.is_text() {
        option::check(command, param, text)?;
        if let Ok([Token { piece: Piece::Quoted(inside), .. }]) = tokens(text).as_deref() {
            return Ok(Word { quoted: true, ..Word::bare(inside) });
        }
        place::filled(command, text)?;
    }
    Ok(Word::bare(text))
}
