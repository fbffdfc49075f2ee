//! Words without a name to the parameters in their order.

use super::doubt::{Doubt, doubt};
use super::value::{step, value};
use super::word::{Word, joined};
use crate::command::{Args, Command, ParamKind, ParamSpec, Usage, Value};
use crate::grammar::Parsed;
use crate::grammar::amount::looks_like_a_phone;
use crate::grammar::normal::digits;
use crate::grammar::unit;

/// The parameters that have a place and no value yet.
pub fn places(command: &'static Command, args: &Args) -> Vec<&'static ParamSpec> {
    let open = |param: &&ParamSpec| param.is_in_place() && args.get(param.name).is_none();
    command.params.iter().filter(open).collect()
}

/// Fills the parameters in their order.
pub fn in_place(command: &'static Command, mut args: Args, words: &[Word]) -> Result<Args, Usage> {
    let params = places(command, &args);
    let mut rest = words;
    for (at, param) in params.iter().enumerate() {
        let following = params.get(at.saturating_add(1)).copied();
        if rest.is_empty() {
            if param.is_required() {
                return Err(missing(command, &args, param));
            }
            continue;
        }
        if let Some(undivided) = undivided(param, following, rest) {
            // `for` may also be a word of the name: it only shows where a reason would begin.
            let mark = rest.iter().skip(1).position(Word::begins_a_reason).unwrap_or(0);
            free_text(command, rest.get(mark.saturating_add(1)..).unwrap_or_default())?;
            args.set(param.name, undivided);
            return Ok(args);
        }
        let length = reach(command, &args, param, following, rest)?;
        let (mine, behind) = rest.split_at_checked(length).unwrap_or((rest, &[]));
        if matches!(param.kind, ParamKind::Rest | ParamKind::Text) {
            free_text(command, mine)?;
        }
        let parsed = value(command, &args, param, mine)?;
        if let (ParamKind::Amount | ParamKind::Number, [number], Some(unit)) =
            (param.kind, mine, behind.first().filter(|word| word.is_unit()))
        {
            return Err(unit::unclear(&number.text, &[&unit.text]));
        }
        args.set(param.name, parsed);
        rest = behind;
    }
    match rest.first() {
        Some(extra) => {
            Err(a_mobile(command, &args, rest).unwrap_or_else(|| extra_word(command, extra)))
        }
        None => match named_like_a_mobile(command, &args, words) {
            Some(usage) => Err(usage),
            None => Ok(args),
        },
    }
}

/// `/client new Bay Taxi cabs@bay.example 07700 900123`: the same with the name of the number.
fn a_mobile(command: &'static Command, args: &Args, words: &[Word]) -> Option<Usage> {
    let param = command.params.iter().find(|param| {
        param.kind == ParamKind::Phone && !param.is_in_place() && args.get(param.name).is_none()
    })?;
    let text = joined(words);
    let number: String = digits(&text).chars().filter(|c| !" ()-./".contains(*c)).collect();
    if !looks_like_a_phone(&number) || words.iter().any(|word| word.quoted) {
        return None;
    }
    let mut meant = args.clone();
    meant.set(param.name, Value::Text(text.clone()));
    let sentence = format!("“{text}” looks like the {}: write {}.", param.name, param.option());
    let line = Parsed { command, args: meant }.line();
    Some(Usage::new("extra", sentence).suggest(line, format!("with the {}", param.name)))
}

/// `/client new Bay Taxi 07700 900123 cabs@bay.example`: the number is not a part of the name.
fn named_like_a_mobile(command: &'static Command, args: &Args, typed: &[Word]) -> Option<Usage> {
    let param = command.params.iter().find(|p| p.kind == ParamKind::Text && p.is_in_place())?;
    let text = args.text(param.name)?;
    let words: Vec<Word> = text.split_whitespace().map(Word::bare).collect();
    let is_digits = |word: &&Word| !word.text.contains(char::is_alphabetic);
    let length = words.iter().rev().take_while(is_digits).count();
    let (name, number) = words.split_at_checked(words.len().saturating_sub(length))?;
    let mut rest = args.clone();
    rest.set(param.name, Value::Text(joined(name)));
    let is_plain = typed.iter().all(|word| !word.quoted);
    a_mobile(command, &rest, number).filter(|_| is_plain && !name.is_empty())
}

/// Refuses an option without its mark in a text at its position. `for` and `because` mark a text.
///
/// # Errors
/// A word may be an option.
pub fn free_text(command: &'static Command, words: &[Word]) -> Result<(), Usage> {
    let is_marked = words.first().is_some_and(Word::begins_a_reason);
    doubt(command, words, if is_marked { Doubt::Last } else { Doubt::All })
}

/// How many words are the client where a text follows it. Clients cannot be seen here: a label, a
/// quotation mark, `for` and `because` end the name, else it is the first word.
fn client_length(words: &[Word]) -> usize {
    let is_id = |word: &Word| word.text.parse::<shared::kernel::id::ClientId>().is_ok();
    let label = words.windows(2).position(|pair| match pair {
        [point, id] => point.text == "·" && is_id(id),
        _ => false,
    });
    if words.first().is_some_and(|word| word.quoted) {
        return 1;
    }
    let begins = |(at, word): &(usize, &Word)| *at > 0 && (word.quoted || word.begins_a_reason());
    let text = words.iter().enumerate().find(begins).map(|(at, _)| at);
    // `ACME Ltd (c_2)`.
    let in_brackets = words.iter().position(|word| {
        let inside = word.text.strip_prefix('(').and_then(|text| text.strip_suffix(')'));
        inside.is_some_and(|id| is_id(&Word::bare(id)))
    });
    let label = label.map(|at| at.saturating_add(2));
    let label = label.or(in_brackets.filter(|at| *at > 0).map(|at| at.saturating_add(1)));
    label.into_iter().chain(text).min().unwrap_or(1)
}

pub fn extra_word(command: &'static Command, word: &Word) -> Usage {
    let sentence = format!("I don’t know what to do with “{}” here.", word.text);
    if let Some(param) = command.params().find(|param| word.is(param.name)) {
        return Usage::new("extra", format!("{sentence} The option is {}.", param.option()));
    }
    let long = command.params.iter().any(|p| matches!(p.kind, ParamKind::Client | ParamKind::Text));
    let hint = " A name of several words goes between quotation marks.";
    Usage::new("extra", if long { format!("{sentence}{hint}") } else { sentence })
}

/// A client and the text behind it, where nothing marks the end of its name: only the function can tell.
fn undivided(
    param: &'static ParamSpec,
    following: Option<&'static ParamSpec>,
    words: &[Word],
) -> Option<Value> {
    let following = following?;
    let is_text = following.kind.follows_a_name();
    let is_plain = words.iter().all(|word| !word.quoted && word.who.is_none());
    let is_client = param.kind == ParamKind::Client && words.len() > 1;
    (is_client && is_text && is_plain).then(|| Value::Undivided(joined(words)))
}

/// A client that is named behind everything else: the reason may follow it, if the command still takes one.
pub fn last_client(command: &'static Command, args: &Args, words: &[Word]) -> Value {
    let reason = places(command, args).into_iter().find(|param| param.kind == ParamKind::Rest);
    let client = command.params.iter().find(|param| param.kind == ParamKind::Client);
    let undivided = client.and_then(|client| undivided(client, reason, words));
    undivided.unwrap_or_else(|| Value::Text(joined(words)))
}

/// How many of the words belong to a parameter.
fn reach(
    command: &'static Command,
    args: &Args,
    param: &'static ParamSpec,
    following: Option<&'static ParamSpec>,
    words: &[Word],
) -> Result<usize, Usage> {
    let all = words.len();
    if !param.kind.is_long() {
        return Ok(1);
    }
    if matches!(param.kind, ParamKind::Rest | ParamKind::Items) {
        return Ok(all);
    }
    let Some(following) = following else {
        let one = words.first().is_some_and(|word| word.quoted);
        return Ok(if one { 1 } else { all });
    };
    if words.first().is_some_and(|word| word.quoted) {
        return Ok(1);
    }
    if param.kind == ParamKind::Client
        && matches!(following.kind, ParamKind::Rest | ParamKind::Items)
    {
        return Ok(client_length(words));
    }
    let begins = |(at, word): &(usize, &Word)| {
        *at > 0 && recognises(following, word, at.saturating_add(1) == all)
    };
    let found = words.iter().enumerate().find(begins).map(|(at, _)| at);
    match (found, following.kind) {
        (Some(at), _) => Ok(at),
        // Nothing marks where a reason or another name begins: the first word is the client.
        (None, ParamKind::Rest | ParamKind::Text | ParamKind::Staff) => Ok(1),
        (None, _) if !following.is_required() => Ok(all),
        // The last word was meant for the next parameter; reading it says what is wrong with it.
        (None, _) => match words.split_last() {
            Some((last, before)) if !before.is_empty() => {
                value(command, args, following, std::slice::from_ref(last))?;
                Ok(before.len())
            }
            Some(_) | None => Ok(all),
        },
    }
}

/// Whether a word begins the value of a parameter, so that the name before it ends.
fn recognises(param: &ParamSpec, word: &Word, last: bool) -> bool {
    if word.quoted {
        return param.kind.follows_a_name();
    }
    let text = digits(&word.text);
    match param.kind {
        ParamKind::Amount => word.is_number(),
        ParamKind::Choice(choices) => {
            let known = choices.iter().any(|(choice, _)| word.is(choice));
            known && (param.is_required() || last)
        }
        ParamKind::Email => text.contains('@'),
        ParamKind::Phone => text.starts_with(|c: char| c == '+' || c.is_ascii_digit()),
        ParamKind::Steps => step(&text).is_some(),
        ParamKind::Invoice => text.parse::<shared::kernel::id::InvoiceNumber>().is_ok(),
        ParamKind::Op | ParamKind::Plan(_) => {
            text.to_lowercase().parse::<shared::kernel::id::OpId>().is_ok()
        }
        ParamKind::Date => text.parse::<jiff::civil::Date>().is_ok(),
        ParamKind::Number | ParamKind::Word | ParamKind::Reference => last,
        ParamKind::Rest => word.begins_a_reason(),
        ParamKind::Client
        | ParamKind::Text
        | ParamKind::Items
        | ParamKind::Staff
        | ParamKind::Flag => false,
    }
}

/// A parameter is missing: asks for it, with the line as far as it goes.
pub fn missing(command: &'static Command, args: &Args, param: &'static ParamSpec) -> Usage {
    // Not every text gives a reason.
    let is_asked = param.kind != ParamKind::Rest || param.name == "reason";
    let question = param.kind.form().question.filter(|_| is_asked).map_or_else(
        || format!("The {} is missing.", param.shown.replace('_', " ")),
        str::to_owned,
    );
    let mut line = Parsed { command, args: args.clone() }.line();
    for param in places(command, args).iter().filter(|param| param.is_required()) {
        line.push(' ');
        line.push_str(&param.usage());
    }
    // An ellipsis ends a sentence as well.
    let end = if line.ends_with('…') { "" } else { "." };
    Usage::new("missing", format!("{question} {line}{end}"))
}
