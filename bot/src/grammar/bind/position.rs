//! Words without a name to the parameters in their order.

use super::value::{step, value};
use super::word::{Word, joined};
use crate::command::{Args, Command, ParamKind, ParamSpec, Usage, Value};
use crate::grammar::Parsed;
use crate::grammar::normal::digits;

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
        let following_word = |word| following.is_some_and(|next| recognises(next, word, false));
        let is_marked = rest.iter().skip(1).any(following_word);
        if let Some(undivided) = undivided(param, following, rest).filter(|_| !is_marked) {
            args.set(param.name, undivided);
            return Ok(args);
        }
        let length = reach(command, &args, param, following, rest)?;
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

pub fn extra_word(command: &'static Command, word: &Word) -> Usage {
    let sentence = format!("I don’t know what to do with “{}” here.", word.text);
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
    let is_text = matches!(following.kind, ParamKind::Rest | ParamKind::Text | ParamKind::Staff);
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
    if param.kind == ParamKind::Rest {
        return Ok(all);
    }
    let Some(following) = following else {
        let one = words.first().is_some_and(|word| word.quoted);
        return Ok(if one { 1 } else { all });
    };
    if words.first().is_some_and(|word| word.quoted) {
        return Ok(1);
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
        return matches!(param.kind, ParamKind::Rest | ParamKind::Text | ParamKind::Staff);
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
        ParamKind::Op | ParamKind::Plan => {
            text.to_lowercase().parse::<shared::kernel::id::OpId>().is_ok()
        }
        ParamKind::Date => text.parse::<jiff::civil::Date>().is_ok(),
        ParamKind::Number | ParamKind::Word => last,
        ParamKind::Rest => word.begins_a_reason(),
        ParamKind::Client | ParamKind::Text | ParamKind::Staff | ParamKind::Flag => false,
    }
}

/// A parameter is missing: asks for it, with the line as far as it goes.
pub fn missing(command: &'static Command, args: &Args, param: &'static ParamSpec) -> Usage {
    let question = match param.kind {
        ParamKind::Amount => "How many?".to_owned(),
        ParamKind::Client => "Which client?".to_owned(),
        ParamKind::Staff => "Who?".to_owned(),
        ParamKind::Rest => "Why?".to_owned(),
        ParamKind::Op => "Which operation?".to_owned(),
        ParamKind::Plan => "Which plan?".to_owned(),
        ParamKind::Invoice => "Which invoice?".to_owned(),
        ParamKind::Steps => "At which prices?".to_owned(),
        ParamKind::Number
        | ParamKind::Text
        | ParamKind::Word
        | ParamKind::Choice(_)
        | ParamKind::Date
        | ParamKind::Email
        | ParamKind::Phone
        | ParamKind::Flag => format!("The {} is missing.", param.shown.replace('_', " ")),
    };
    let mut line = Parsed { command, args: args.clone() }.line();
    for param in places(command, args).iter().filter(|param| param.is_required()) {
        line.push(' ');
        line.push_str(&param.usage());
    }
    // An ellipsis ends a sentence as well.
    let end = if line.ends_with('…') { "" } else { "." };
    Usage::new("missing", format!("{question} {line}{end}"))
}
