//! The words around an amount: `<client…> <amount> [reason…]`. With several numbers the reading
//! depends on which client exists.

use shared::kernel::credit::grouped;

use super::choices::amount_and_client;
use super::correction::corrects;
use super::kind::{glued, kind_of, unit as kind_unit, without_marks};
use super::named::bare_flag;
use super::numbers::{
    Run, SIGNS, is_behind_a_mark, is_client_number, is_thing, joined_thousands, runs,
};
use super::payment::{paid_by, says_paid};
use super::position::{extra_word, free_text, in_place, last_client, missing, places};
use super::value::value;
use super::word::{Word, joined};
use crate::command::{Args, Command, ParamKind, ParamSpec, Usage, Value};
use crate::grammar::amount::amount;
use crate::grammar::normal::digits;
use crate::grammar::number_words;
use crate::grammar::unit;
use crate::grammar::{Parsed, Reading, Several};

/// How many ways to read a line are looked up; beyond that it is asked about without looking.
const READINGS_MAX: usize = 3;

/// `<client…> <amount> [reason…]`: the client's name reaches up to the amount. With several numbers
/// it depends on which client exists.
pub fn around_amount(
    command: &'static Command,
    args: Args,
    words: &[Word],
) -> Result<Reading, Usage> {
    let of = |kind| command.params.iter().find(|param| param.kind == kind);
    let (Some(client), Some(count)) = (of(ParamKind::Client), of(ParamKind::Amount)) else {
        let args = in_place(command, args, words)?;
        return Ok(Reading::One(Parsed { command, args }));
    };
    if args.get(client.name).is_some() {
        let Some((first, tail)) = words.split_first() else {
            return Err(missing(command, &args, count));
        };
        let args = with_amount(command, args, count, first, tail)?;
        return Ok(Reading::One(Parsed { command, args }));
    }
    // Behind the first number, `for` and `because` begin the reason: numbers in it do not count.
    let number = words.iter().position(Word::is_number);
    let reason = number.filter(|at| *at > 0).and_then(|at| {
        words.iter().enumerate().skip(at).find(|(_, w)| w.begins_a_reason()).map(|(at, _)| at)
    });
    let counted = words.get(..reason.unwrap_or(words.len())).unwrap_or(words);
    let runs = runs(counted);
    let read = |at: usize| reading(command, args.clone(), client, count, words, at);
    match runs.as_slice() {
        [] => {
            let mut args = args;
            if words.is_empty() {
                return Err(missing(command, &args, client));
            }
            if let Some(usage) = almost_a_number(command, &args, client, count, words) {
                return Err(usage);
            }
            args.set(client.name, Value::Text(joined(words)));
            Err(missing(command, &args, count))
        }
        [run] if run.first == run.last || is_client_number(words, run) => {
            read(run.last).map(Reading::One)
        }
        several => {
            let shorter = several.iter().filter_map(|run| {
                let text = quoted_reading(command, &args, client, count, words, run.first)?;
                (run.first < run.last && run.first > 0).then_some((text, is_thing(words, run)))
            });
            let shorter: Vec<(Parsed, bool)> = shorter.collect();
            let (right, wrong): (Vec<_>, Vec<_>) =
                several.iter().map(|run| read(run.last)).partition(Result::is_ok);
            let readings: Vec<Parsed> = right.into_iter().filter_map(Result::ok).collect();
            let thousands = joined_thousands(words, several).map(|(line, at, number)| {
                let parsed = reading(command, args.clone(), client, count, &line, at);
                (parsed.ok(), number)
            });
            let is_thousand = thousands.is_some();
            let mut offered = readings.clone();
            // `acme 81 3 branches`: the reading that is meant most often first.
            offered.splice(..0, shorter.iter().filter(|(_, thing)| *thing).map(|(p, _)| p.clone()));
            if readings.len() < several.len() {
                // A number whose reading fails may still be the amount, with all behind it as the reason.
                let quoted =
                    |run: &Run| quoted_reading(command, &args, client, count, words, run.last);
                // `"Cafe" 20 42`: the number behind the quotation mark first.
                let behind_a_mark = several.iter().filter(|run| is_behind_a_mark(words, run));
                offered = behind_a_mark
                    .filter_map(|run| {
                        quoted_reading(command, &args, client, count, words, run.first)
                    })
                    .collect();
                offered.extend(
                    several.iter().filter_map(|run| read(run.last).ok().or_else(|| quoted(run))),
                );
            }
            // A number of one digit is rather a part of a name than the amount.
            offered.sort_by_key(|parsed| parsed.args.count("amount").is_ok_and(|n| n.get() < 10));
            let unclear = unclear(command, client, thousands, &offered);
            match wrong.into_iter().find_map(Result::err) {
                // `-4500 …` has its own question.
                Some(usage) if usage.code == "bad_amount" && !usage.suggestions.is_empty() => {
                    Err(usage)
                }
                Some(usage) if readings.is_empty() && unclear.suggestions.is_empty() => Err(usage),
                Some(_) | None if readings.is_empty() || readings.len() > READINGS_MAX => {
                    Err(unclear)
                }
                Some(_) | None => Ok(doubted(readings, shorter, is_thousand, unclear)),
            }
        }
    }
}

/// The readings, with those of a shorter name behind them. A shorter name is in doubt, unless the number
/// behind it counts a thing and none is a thousand in two words.
fn doubted(
    mut readings: Vec<Parsed>,
    shorter: Vec<(Parsed, bool)>,
    is_thousand: bool,
    unclear: Usage,
) -> Reading {
    let mut doubts: Vec<Option<Usage>> = vec![None; readings.len()];
    for (parsed, is_thing) in shorter {
        doubts.push((!is_thing || is_thousand).then(|| unclear.clone()));
        readings.push(parsed);
    }
    Reading::Several(Several { readings, doubts, unclear })
}

/// Refuses a name of which only a part stands between quotation marks: `"Cafe" 20` is not “Cafe 20”.
///
/// # Errors
/// Other words stand beside the quotation.
fn one_name(words: &[Word]) -> Result<(), Usage> {
    if words.len() < 2 || words.iter().all(|word| !word.quoted) {
        return Ok(());
    }
    let shown =
        |word: &Word| if word.quoted { format!("\"{}\"", word.text) } else { word.text.clone() };
    let typed: Vec<String> = words.iter().map(shown).collect();
    let sentence = format!(
        "A name between quotation marks ends with them, and other words stand beside it: {}. Put the \
         whole name between quotation marks, or the amount behind it.",
        typed.join(" ")
    );
    Err(Usage::new("unclear_name", sentence))
}

/// Which number is the amount? Every way to say it is written out; `thousands` is the one in which a
/// space separates them.
fn unclear(
    command: &'static Command,
    client: &'static ParamSpec,
    thousands: Option<(Option<Parsed>, u64)>,
    readings: &[Parsed],
) -> Usage {
    let mut usage = Usage::new("unclear_amount", "Which number is the amount?").of(command);
    if let Some((parsed, number)) = thousands {
        usage.sentence = format!("A space does not separate thousands: is it {}?", grouped(number));
        if let Some(parsed) = parsed {
            usage = usage.suggest(parsed.line(), format!("{} credits", grouped(number)));
        }
    }
    for reading in readings.iter().take(READINGS_MAX) {
        usage = usage.suggest(reading.line(), amount_and_client(reading, client.name));
    }
    usage
}

/// The reading whose amount stands at `at`.
fn reading(
    command: &'static Command,
    mut args: Args,
    client: &'static ParamSpec,
    count: &'static ParamSpec,
    words: &[Word],
    at: usize,
) -> Result<Parsed, Usage> {
    let (before, rest) = words.split_at_checked(at).unwrap_or((words, &[]));
    let Some((number, behind)) = rest.split_first() else {
        return Err(missing(command, &args, count));
    };
    if !before.is_empty() {
        one_name(before)?;
        args.set(client.name, Value::Text(joined(before)));
        let args = with_amount(command, args, count, number, behind)?;
        return Ok(Parsed { command, args });
    }
    // The amount first: everything behind it is the client, because nothing says where it ends.
    no_unit(number, behind)?;
    let parsed = value(command, &args, count, std::slice::from_ref(number))?;
    args.set(count.name, parsed);
    let unit = kind_unit(behind);
    let mut name = behind.get(unit.length..).unwrap_or_default();
    if let Some(other) = other_kind(command, unit.kind) {
        let with_client = |client: &[Word]| {
            let mut args = args.clone();
            args.set("client", Value::Text(joined(client)));
            args
        };
        let client = name.iter().position(|word| !word.is("to") && !word.is("for")).unwrap_or(0);
        let client = name.get(client..).unwrap_or_default();
        return Err(which_kind(command, &with_client(client), other));
    }
    while let Some((first, rest)) = name.split_first()
        && LINKS.iter().any(|link| first.is(link))
        && !rest.is_empty()
    {
        name = rest;
    }
    let lead = behind.get(..behind.len().saturating_sub(name.len())).unwrap_or_default();
    let mut name = name.to_vec();
    while name.len() > 1 {
        let Some(flag) = name.last().and_then(|last| bare_flag(command, last)) else { break };
        args.set(flag.name, Value::Flag);
        name.pop();
    }
    if name.is_empty() {
        return Err(missing(command, &args, client));
    }
    one_name(&name)?;
    flag_inside(command, &args, client, &name)?;
    kind_at_the_end(command, &args, &name)?;
    let last = last_client(command, &args, &name);
    let is_plain = |word: &Word| !word.quoted && word.who.is_none();
    let last = match last {
        // `42 Credits Plus`: the words that were taken for the amount may be the name's.
        Value::Text(text) | Value::Undivided(text)
            if !lead.is_empty() && lead.iter().chain(&name).all(is_plain) =>
        {
            Value::AfterAmount { lead: joined(lead), text }
        }
        other => other,
    };
    args.set(client.name, last);
    if args.is_undivided(client.name) && name.len() > 1 {
        free_text(command, name.get(1..).unwrap_or_default())?;
        return Ok(Parsed { command, args });
    }
    if let Some(reason) = places(command, &args).iter().find(|param| param.is_required()) {
        return Err(missing(command, &args, reason));
    }
    Ok(Parsed { command, args })
}

/// Words that lead from an amount to its client.
const LINKS: &[&str] = &["credits", "credit", "to", "for"];

/// Refuses a flag between the client and its reason: `42 acme grant sorry`.
fn flag_inside(
    command: &'static Command,
    args: &Args,
    client: &'static ParamSpec,
    name: &[Word],
) -> Result<(), Usage> {
    let inside = name.iter().enumerate().skip(1);
    let flags = inside.filter_map(|(at, word)| Some((at, bare_flag(command, word)?)));
    let Some((at, flag)) = flags.into_iter().next() else { return Ok(()) };
    let (before, behind) = name.split_at_checked(at).unwrap_or((name, &[]));
    let behind = behind.get(1..).unwrap_or_default();
    let mut flagged = args.clone();
    flagged.set(flag.name, Value::Flag);
    flagged.set(client.name, Value::Text(joined(before)));
    flagged.set_reason(&joined(behind));
    let sentence = format!(
        "“{}” between a client and a reason is unclear: the option, or a word of the reason?",
        flag.name
    );
    let offered = Parsed { command, args: flagged };
    let effect = amount_and_client(&offered, client.name);
    let usage = Usage::new("unclear_option", sentence);
    Err(usage.suggest(offered.line(), format!("{effect}, with the option")))
}

/// Refuses the other kind of credits at the end: `sms 42 acme mms`.
fn kind_at_the_end(command: &'static Command, args: &Args, name: &[Word]) -> Result<(), Usage> {
    let Some((last, before)) = name
        .split_last()
        .filter(|(last, before)| !before.is_empty() && !last.quoted && last.who.is_none())
    else {
        return Ok(());
    };
    let Some(other) = other_kind(command, kind_of(&last.text)) else { return Ok(()) };
    let mut args = args.clone();
    args.set("client", Value::Text(joined(before)));
    Err(which_kind(command, &args, other))
}

/// Refuses an amount with a unit or another number behind it: `2 k`, `500 pounds`, `2 x 500`.
fn no_unit(number: &Word, behind: &[Word]) -> Result<(), Usage> {
    let units: Vec<&str> =
        behind.iter().take_while(|word| word.is_unit()).map(|word| word.text.as_str()).collect();
    if !units.is_empty() {
        return Err(unit::unclear(&number.text, &units));
    }
    // `2 x 500`, and `201 and bolt 202`.
    let has_number = || behind.iter().skip(1).any(Word::is_number);
    if let Some(sign) = behind.first().filter(|sign| SIGNS.iter().any(|s| sign.is(s)))
        && has_number()
        && !corrects(&joined(behind))
    {
        let sentence = format!(
            "“{} {}” is unclear: write one number of credits, and another command by itself. A reason \
             that begins with “{}” goes between quotation marks.",
            number.text,
            joined(behind),
            sign.text
        );
        return Err(Usage::new("unclear_amount", sentence));
    }
    let foreign = behind.first().filter(|word| !word.quoted && unit::is_foreign(&word.text));
    foreign.map_or(Ok(()), |word| {
        let sentence = format!(
            "“{} {}” is no number of credits: write how many. As a part of the reason put the whole \
             reason between quotation marks.",
            number.text, word.text
        );
        Err(Usage::new("unclear_amount", sentence))
    })
}

/// Reads the amount and what stands behind it: the unit, flags, the reason.
pub fn with_amount(
    command: &'static Command,
    mut args: Args,
    count: &'static ParamSpec,
    number: &Word,
    tail: &[Word],
) -> Result<Args, Usage> {
    no_unit(number, tail)?;
    let parsed = value(command, &args, count, std::slice::from_ref(number))
        .map_err(|usage| instead_of_a_minus(usage, command, &args, number, tail))?;
    args.set(count.name, parsed);
    let unit = kind_unit(tail);
    let mut tail = tail.get(unit.length..).unwrap_or_default();
    if let Some(other) = other_kind(command, unit.kind) {
        args.set_reason(&joined(without_marks(tail)));
        return Err(which_kind(command, &args, other));
    }
    if unit.length > 0 {
        tail = without_marks(tail);
        // `81 sms + mms`
        let second = tail.first().and_then(|word| other_kind(command, kind_of(&word.text)));
        if let Some(other) = second.filter(|_| unit.kind.is_some()) {
            return Err(which_kind(command, &args, other));
        }
    }
    while let Some((first, rest)) = tail.split_first() {
        let Some(flag) = bare_flag(command, first) else { break };
        args.set(flag.name, Value::Flag);
        tail = rest;
    }
    let Some(first) = tail.first() else {
        return match places(command, &args).iter().find(|param| param.is_required()) {
            Some(param) => Err(missing(command, &args, param)),
            None => Ok(args),
        };
    };
    // `500 paid` says that it was paid and not by what: an open invoice would be the wrong guess.
    if let Some(param) = command.params.iter().find(|p| p.kind == ParamKind::Reference)
        && says_paid(first)
        && args.get(param.name).is_none()
    {
        return Err(paid_by(command, &args, param, (&[], tail)));
    }
    // `81 tell`: the option without its value.
    let is_option = |param: &ParamSpec| param.kind != ParamKind::Flag && first.is(param.name);
    if tail.len() == 1 && command.takes().any(|param| !param.is_in_place() && is_option(param)) {
        return Err(extra_word(command, first));
    }
    let open = places(command, &args);
    let Some(reason) = open.iter().find(|param| param.kind == ParamKind::Rest) else {
        return Err(extra_word(command, first));
    };
    free_text(command, tail)?;
    let parsed = value(command, &args, reason, tail)?;
    args.set(reason.name, parsed);
    Ok(args)
}

/// `/addcredit … -50 added twice`: the line that takes them away.
fn instead_of_a_minus(
    usage: Usage,
    command: &'static Command,
    args: &Args,
    number: &Word,
    tail: &[Word],
) -> Usage {
    let text = digits(&number.text);
    let positive = text.strip_prefix('-').and_then(|positive| amount(positive).ok());
    let kind = command.words.get(1).copied().unwrap_or_default();
    let deduct = crate::commands::find(&format!("deductcredit {kind}"));
    let (Some(count), Some(command)) = (positive, deduct) else { return usage };
    let mut meant = Args::default();
    meant.set("client", Value::Text(args.text("client").unwrap_or_default()));
    meant.set("amount", Value::Count(count));
    let unit = kind_unit(tail);
    meant.set_reason(&joined(without_marks(tail.get(unit.length..).unwrap_or_default())));
    let parsed = Parsed { command, args: meant };
    if parsed.ask().is_err() {
        return usage;
    }
    usage.suggest(parsed.line(), format!("takes {} credits away", grouped(count.get())))
}

/// The kind that a unit names, where the command has the other one.
fn other_kind(command: &'static Command, kind: Option<&'static str>) -> Option<&'static str> {
    let own = command.words.get(1).copied().unwrap_or_default();
    kind.filter(|kind| *kind != own && ["sms", "mms"].contains(&own))
}

/// `/addcredit sms acme 50 picture messages`: which of both kinds?
fn which_kind(command: &'static Command, args: &Args, other: &'static str) -> Usage {
    let own = command.words.get(1).copied().unwrap_or_default();
    let sentence = format!(
        "/{} with {} behind the amount: SMS or MMS credits?",
        command.name(),
        other.to_uppercase()
    );
    let mut usage = Usage::clash(sentence);
    for kind in [other, own] {
        let name = format!("{} {kind}", command.first_word());
        let Some(command) = crate::commands::find(&name) else { continue };
        let line = Parsed { command, args: args.clone() }.line();
        usage = usage.suggest(line, format!("{} credits", kind.to_uppercase()));
    }
    usage
}

/// The reading whose amount stands at `at`, with the words behind it as its reason.
fn quoted_reading(
    command: &'static Command,
    args: &Args,
    client: &'static ParamSpec,
    count: &'static ParamSpec,
    words: &[Word],
    at: usize,
) -> Option<Parsed> {
    let (before, rest) = words.split_at_checked(at)?;
    let (number, behind) = rest.split_first()?;
    let is_paid = |word: &Word| word.is("paid") && command.param("paid").is_some();
    if before.is_empty() {
        return None;
    }
    let mut args = args.clone();
    args.set(client.name, Value::Text(joined(before)));
    args.set(count.name, value(command, &args, count, std::slice::from_ref(number)).ok()?);
    match behind.split_first() {
        Some((first, reference)) if is_paid(first) && !reference.is_empty() => {
            args.set("paid", Value::Text(joined(reference)));
        }
        _ => args.set_reason(&joined(behind)),
    }
    let parsed = Parsed { command, args };
    parsed.ask().is_ok().then_some(parsed)
}

/// `250sms`, `£300`, `a hundred`: no number of credits, and near enough to one to be asked about.
fn almost_a_number(
    command: &'static Command,
    args: &Args,
    client: &'static ParamSpec,
    count: &'static ParamSpec,
    words: &[Word],
) -> Option<Usage> {
    let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    let (at, length, number) = (1..words.len()).find_map(|at| {
        let word = words.get(at).filter(|word| !word.quoted && word.who.is_none())?;
        if let Some(number) = glued(&word.text) {
            return Some((at, 1, number.to_owned()));
        }
        let (number, length) = number_words::number(texts.get(at..)?)?;
        Some((at, length, number.to_string()))
    })?;
    let typed = texts.get(at..at.saturating_add(length))?.join(" ");
    let tail = words.get(at.saturating_add(length)..).unwrap_or_default();
    let mut args = args.clone();
    args.set(client.name, Value::Text(joined(words.get(..at)?)));
    let read = with_amount(command, args, count, &Word::bare(&number), tail);
    let grouped = number.parse().map_or(number, grouped);
    let sentence = format!("“{typed}” is unclear: {grouped} credits?");
    let usage = Usage::new("unclear_amount", sentence);
    Some(match read {
        Ok(args) => {
            let line = Parsed { command, args }.line();
            usage.suggest(line, format!("{grouped} credits"))
        }
        Err(other) if !other.suggestions.is_empty() => other,
        Err(_) => usage,
    })
}
