//! Arguments to parameters: what carries a name goes to that name, what stands alone goes to its
//! place, and a client's name reaches up to the amount.
//!
//! Invariant: no word is dropped and none is used twice. What fits nowhere is refused.

use shared::kernel::credit::grouped;
use shared::kernel::id::Identity;
use shared::pricing::types::TypedStep;

use super::amount::{NotAnAmount, amount, looks_like_a_phone, looks_like_one};
use super::normal::{Front, digits, normal};
use super::token::{Given, Piece, Token};
use super::{Parsed, Reading, Several};
use crate::command::nearest;
use crate::command::{Action, Args, Command, DRY_RUN, ParamKind, ParamSpec, Usage, Value};

/// An argument that stands alone, or a piece of one.
#[derive(Debug, Clone)]
struct Word {
    text: String,
    /// The identity, when it is a mention.
    who: Option<String>,
    quoted: bool,
}

impl Word {
    fn bare(text: &str) -> Self {
        Self { text: text.to_owned(), who: None, quoted: false }
    }

    /// Whether it is this word, unquoted, in any case.
    fn is(&self, word: &str) -> bool {
        !self.quoted && self.text.to_lowercase().replace('-', "_") == word
    }

    fn is_number(&self) -> bool {
        !self.quoted && self.who.is_none() && looks_like_one(&self.text)
    }

    fn begins_a_reason(&self) -> bool {
        self.is("because") || self.is("for")
    }
}

fn is_dry_run(word: &Word) -> bool {
    word.is(DRY_RUN.name) || word.is("dryrun")
}

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

fn joined(words: &[Word]) -> String {
    words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
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

/// An argument by name whose value is still being read.
struct Open {
    param: &'static ParamSpec,
    words: Vec<Word>,
}

/// Takes what carries a name; returns the words that stand alone.
fn named(
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

/// A mention is somebody on the platform where the line was typed.
fn mention(user: &str, name: Option<&str>, from: &Identity) -> Word {
    let place = from.as_str().rsplit_once(':').map_or("local", |(place, _)| place);
    let identity = format!("{place}:{user}");
    let text = name.map_or_else(|| identity.clone(), |name| format!("@{name}"));
    Word { text, who: Some(identity), quoted: false }
}

fn begin(
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
    let value = value(command, args, param, &words)?;
    args.set(param.name, value);
    Ok(())
}

fn unknown_option(command: &'static Command, name: &str, raw: &str) -> Usage {
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
            | ParamKind::Plan(_)
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
fn trailing_flags(command: &'static Command, args: &mut Args, words: &mut Vec<Word>) {
    if command.params.iter().any(|param| param.kind == ParamKind::Rest) {
        return;
    }
    while words.len() > 1 {
        let Some(flag) = words.last().and_then(|last| bare_flag(command, last)) else { return };
        args.set(flag.name, Value::Flag);
        words.pop();
    }
}

fn bare_flag(command: &'static Command, word: &Word) -> Option<&'static ParamSpec> {
    command.params().find(|param| param.kind == ParamKind::Flag && word.is(param.name))
}

/// The parameters that have a place and no value yet.
fn places(command: &'static Command, args: &Args) -> Vec<&'static ParamSpec> {
    let open = |param: &&ParamSpec| param.is_in_place() && args.get(param.name).is_none();
    command.params.iter().filter(open).collect()
}

/// Fills the parameters in their order.
fn in_place(command: &'static Command, mut args: Args, words: &[Word]) -> Result<Args, Usage> {
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

fn extra_word(command: &'static Command, word: &Word) -> Usage {
    let sentence = format!("I don’t know what to do with “{}” here.", word.text);
    let long = command.params.iter().any(|p| matches!(p.kind, ParamKind::Client | ParamKind::Text));
    let hint = " A name of several words goes between quotation marks.";
    Usage::new("extra", if long { format!("{sentence}{hint}") } else { sentence })
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
        ParamKind::Op | ParamKind::Plan(_) => {
            text.to_lowercase().parse::<shared::kernel::id::OpId>().is_ok()
        }
        ParamKind::Date => text.parse::<jiff::civil::Date>().is_ok(),
        ParamKind::Number | ParamKind::Word => last,
        ParamKind::Rest => word.begins_a_reason(),
        ParamKind::Client | ParamKind::Text | ParamKind::Staff | ParamKind::Flag => false,
    }
}

/// A parameter is missing: asks for it, with the line as far as it goes.
fn missing(command: &'static Command, args: &Args, param: &'static ParamSpec) -> Usage {
    let question = match param.kind {
        ParamKind::Amount => "How many?".to_owned(),
        ParamKind::Client => "Which client?".to_owned(),
        ParamKind::Staff => "Who?".to_owned(),
        ParamKind::Rest => "Why?".to_owned(),
        ParamKind::Op => "Which operation?".to_owned(),
        ParamKind::Plan(_) => "Which plan?".to_owned(),
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

/// The id at the end of a label that came back in place of its value: `Dana · support · s_3`.
/// Clients are told by their labels where they are looked up.
fn meant(kind: ParamKind, text: &str) -> Option<&str> {
    let end = shared::clients::search::label_end(text)?;
    let is_one = match kind {
        ParamKind::Staff => end.parse::<shared::kernel::id::StaffId>().is_ok(),
        ParamKind::Invoice => end.parse::<shared::kernel::id::InvoiceNumber>().is_ok(),
        ParamKind::Op | ParamKind::Plan(_) => end.parse::<shared::kernel::id::OpId>().is_ok(),
        ParamKind::Client
        | ParamKind::Amount
        | ParamKind::Number
        | ParamKind::Text
        | ParamKind::Word
        | ParamKind::Rest
        | ParamKind::Choice(_)
        | ParamKind::Date
        | ParamKind::Email
        | ParamKind::Phone
        | ParamKind::Steps
        | ParamKind::Flag => false,
    };
    is_one.then_some(end)
}

/// The value of a parameter.
fn value(
    command: &'static Command,
    args: &Args,
    param: &'static ParamSpec,
    words: &[Word],
) -> Result<Value, Usage> {
    let text = joined(words);
    let text = meant(param.kind, &text).map_or(text.clone(), str::to_owned);
    let bad = |sentence: String| Usage::new("bad_value", sentence);
    match param.kind {
        ParamKind::Staff => {
            let who = words.iter().find_map(|word| word.who.clone());
            let typed = text.strip_prefix('@').map_or(text.as_str(), str::trim);
            Ok(Value::Text(who.unwrap_or_else(|| typed.to_owned())))
        }
        ParamKind::Rest => {
            // `for` and `because` lead to the reason and are no part of it.
            let reason = match words.split_first() {
                Some((first, rest)) if first.begins_a_reason() && !rest.is_empty() => joined(rest),
                Some(_) | None => text,
            };
            Ok(Value::Text(reason))
        }
        ParamKind::Client
        | ParamKind::Text
        | ParamKind::Word
        | ParamKind::Email
        | ParamKind::Phone => Ok(Value::Text(text.trim().to_owned())),
        ParamKind::Amount => {
            amount(&text).map(Value::Count).map_err(|wrong| bad_amount(command, args, &text, wrong))
        }
        ParamKind::Number => {
            let plain: String = digits(&text).chars().filter(|c| !",_".contains(*c)).collect();
            let number = plain.parse().ok().filter(|_| plain.bytes().all(|b| b.is_ascii_digit()));
            number.map(Value::Number).ok_or_else(|| bad(format!("“{text}” is not a whole number.")))
        }
        ParamKind::Choice(choices) => choice(param, choices, &text),
        ParamKind::Invoice => text
            .parse()
            .map(Value::Invoice)
            .map_err(|_| bad(format!("“{text}” is not an invoice number, such as INV-1042-0007."))),
        ParamKind::Op | ParamKind::Plan(_) => {
            text.to_lowercase().parse().map(Value::Op).map_err(|_| {
                bad(format!("“{text}” is not an operation, such as op_0123456789abcdef."))
            })
        }
        ParamKind::Date => digits(&text)
            .parse()
            .map(Value::Date)
            .map_err(|_| bad(format!("“{text}” is not a day; write it as 2026-11-30."))),
        ParamKind::Steps => {
            let steps: Vec<TypedStep> = digits(&text)
                .split_whitespace()
                .map(|typed| step(typed).ok_or_else(|| typed.to_owned()))
                .collect::<Result<_, _>>()
                .map_err(|typed| {
                    bad(format!("“{typed}” is not a price, such as 1:50.00 (from 1 credit on, 50.00 per 1,000)."))
                })?;
            Ok(Value::Steps(steps))
        }
        ParamKind::Flag => Ok(Value::Flag),
    }
}

fn choice(
    param: &'static ParamSpec,
    choices: &'static [(&'static str, &'static str)],
    typed: &str,
) -> Result<Value, Usage> {
    let folded = typed.to_lowercase().replace(['-', ' '], "_");
    if let Some((word, _)) = choices.iter().find(|(word, _)| *word == folded) {
        return Ok(Value::Choice(word));
    }
    let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
    let mut sentence =
        format!("“{typed}”: the {} is {}.", param.name.replace('_', " "), super::either(&words));
    if let Some(near) = nearest(&folded, words.iter().copied()) {
        sentence.push_str(&format!(" Did you mean {near}?"));
    }
    Err(Usage::new("bad_value", sentence))
}

/// `10000:45.00`: from how many on, and decimals per 1,000.
fn step(typed: &str) -> Option<TypedStep> {
    let (quantity, price) = typed.split_once(':')?;
    let quantity = amount(quantity).ok()?.get();
    let decimal = price.starts_with(|c: char| c.is_ascii_digit())
        && price.chars().all(|c| c.is_ascii_digit() || ".,_".contains(c));
    decimal.then(|| TypedStep { quantity, price: price.to_owned() })
}

/// Why an amount is none, with the command that was probably meant.
fn bad_amount(command: &'static Command, args: &Args, typed: &str, wrong: NotAnAmount) -> Usage {
    match wrong {
        NotAnAmount::Unclear(sentence) => Usage::new("unclear_amount", sentence),
        NotAnAmount::Wrong(sentence) => Usage::new("bad_amount", sentence),
        NotAnAmount::Negative(positive) => {
            let client = args.text("client").unwrap_or_else(|| "<client>".to_owned());
            let kind = command.words.get(1).copied().unwrap_or("sms");
            let line = format!("/deductcredit {kind} {client} {positive}");
            let adds = command.first_word() != "deductcredit";
            Usage::new(
                "bad_amount",
                if adds {
                    format!("“{typed}”: to take credits away use {line} <reason>.")
                } else {
                    format!(
                        "“{typed}”: write how many to take away, without a minus: {line} <reason>."
                    )
                },
            )
        }
    }
}

/// Numbers that stand together, by the positions of the first and the last.
struct Run {
    first: usize,
    last: usize,
}

fn runs(words: &[Word]) -> Vec<Run> {
    let mut found: Vec<Run> = Vec::new();
    for (at, word) in words.iter().enumerate() {
        if !word.is_number() {
            continue;
        }
        match found.last_mut() {
            Some(run) if run.last.checked_add(1) == Some(at) => run.last = at,
            Some(_) | None => found.push(Run { first: at, last: at }),
        }
    }
    found
}

/// How many ways to read a line are looked up; beyond that it is asked about without looking.
const READINGS_MAX: usize = 3;

/// `<client…> <amount> [reason…]`: the client's name reaches up to the amount. With several numbers
/// it depends on which client exists.
fn around_amount(command: &'static Command, args: Args, words: &[Word]) -> Result<Reading, Usage> {
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
            args.set(client.name, Value::Text(joined(words)));
            Err(missing(command, &args, count))
        }
        [run] if run.first == run.last || is_client_number(words, run) => {
            read(run.last).map(Reading::One)
        }
        several => {
            let (right, wrong): (Vec<_>, Vec<_>) =
                several.iter().map(|run| read(run.last)).partition(Result::is_ok);
            let readings: Vec<Parsed> = right.into_iter().filter_map(Result::ok).collect();
            let unclear = unclear(command, &args, client, words, several, &readings);
            match wrong.into_iter().find_map(Result::err) {
                Some(usage) if readings.is_empty() && unclear.suggestions.is_empty() => Err(usage),
                Some(_) | None if readings.is_empty() || readings.len() > READINGS_MAX => {
                    Err(unclear)
                }
                Some(_) | None => Ok(Reading::Several(Several { readings, unclear })),
            }
        }
    }
}

/// Which number is the amount? Every way to say it is written out.
fn unclear(
    command: &'static Command,
    args: &Args,
    client: &'static ParamSpec,
    words: &[Word],
    runs: &[Run],
    readings: &[Parsed],
) -> Usage {
    let mut usage = Usage::new("unclear_amount", "Which number is the amount?").of(command);
    if let Some((at, number)) = joined_thousands(words, runs) {
        usage.sentence = format!("A space does not separate thousands: is it {}?", grouped(number));
        let mut args = args.clone();
        if let Some(before) = words.get(..at).filter(|before| !before.is_empty()) {
            args.set(client.name, Value::Text(joined(before)));
        }
        let line = format!("{} {number}", Parsed { command, args }.line());
        usage = usage.suggest(line, format!("{} credits", grouped(number)));
    }
    for reading in readings.iter().take(READINGS_MAX) {
        let credits = reading.args.count("amount").map(|count| count.to_string());
        let client = reading.args.text(client.name).unwrap_or_default();
        let what = format!("{} credits, client “{client}”", credits.unwrap_or_default());
        usage = usage.suggest(reading.line(), what);
    }
    usage
}

/// `07700 900123 500` and `4821 500`: a telephone number, or its last four digits, and the amount.
fn is_client_number(words: &[Word], run: &Run) -> bool {
    let Some(before) = words.get(run.first..run.last).filter(|_| run.first == 0) else {
        return false;
    };
    let number: String = before.iter().map(|word| digits(&word.text)).collect();
    let four = before.len() == 1 && number.len() == 4 && number.bytes().all(|b| b.is_ascii_digit());
    four || looks_like_a_phone(&number)
}

/// `1 500` where 1,500 may be meant: where it stands, and the number.
fn joined_thousands(words: &[Word], runs: &[Run]) -> Option<(usize, u64)> {
    runs.iter().find_map(|run| {
        let groups = words.get(run.first..=run.last)?;
        let (first, rest) = groups.split_first()?;
        let plain = |word: &Word| word.text.bytes().all(|b| b.is_ascii_digit());
        let alike = plain(first)
            && (1..=3).contains(&first.text.len())
            && !rest.is_empty()
            && rest.iter().all(|word| plain(word) && word.text.len() == 3);
        let number = groups.iter().map(|word| word.text.as_str()).collect::<String>();
        alike.then(|| number.parse().ok().map(|number| (run.first, number)))?
    })
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
        args.set(client.name, Value::Text(joined(before)));
        let args = with_amount(command, args, count, number, behind)?;
        return Ok(Parsed { command, args });
    }
    // The amount first: everything behind it is the client, because nothing says where it ends.
    let parsed = value(command, &args, count, std::slice::from_ref(number))?;
    args.set(count.name, parsed);
    let mut name = behind;
    while let Some((first, rest)) = name.split_first() {
        let links = [first.is("credits"), first.is("credit"), first.is("to"), first.is("for")];
        if !links.contains(&true) || rest.is_empty() {
            break;
        }
        name = rest;
    }
    let mut name = name.to_vec();
    while name.len() > 1 {
        let Some(flag) = name.last().and_then(|last| bare_flag(command, last)) else { break };
        args.set(flag.name, Value::Flag);
        name.pop();
    }
    if name.is_empty() {
        return Err(missing(command, &args, client));
    }
    args.set(client.name, Value::Text(joined(&name)));
    if let Some(reason) = places(command, &args).iter().find(|param| param.is_required()) {
        return Err(missing(command, &args, reason));
    }
    Ok(Parsed { command, args })
}

/// Reads the amount and what stands behind it: the unit, flags, the reason.
fn with_amount(
    command: &'static Command,
    mut args: Args,
    count: &'static ParamSpec,
    number: &Word,
    tail: &[Word],
) -> Result<Args, Usage> {
    let parsed = value(command, &args, count, std::slice::from_ref(number))?;
    args.set(count.name, parsed);
    let mut tail = tail;
    if let Some((unit, rest)) = tail.split_first() {
        let kind = command.words.get(1).copied().unwrap_or_default();
        let other = ["sms", "mms"].into_iter().find(|word| *word != kind && unit.is(word));
        if let Some(other) = other {
            let sentence =
                format!("/{} with “{other}” behind the amount: which one?", command.name());
            let line = format!("/{} {other}", command.first_word());
            return Err(Usage::clash(sentence).suggest(line, "for the other kind"));
        }
        if unit.is(kind) || unit.is("credits") || unit.is("credit") {
            tail = rest;
            // `500 mms credits`
            if let Some((word, rest)) = tail.split_first()
                && (word.is("credits") || word.is("credit"))
            {
                tail = rest;
            }
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
    if let Some(param) =
        command.params.iter().find(|p| p.kind == ParamKind::Word && first.is(p.name))
        && args.get(param.name).is_none()
    {
        let sentence = format!(
            "“{}” needs the payment’s reference: {}:<{}>. If it belongs to the reason, put the reason between quotation marks.",
            first.text, param.name, param.shown
        );
        return Err(Usage::new("missing", sentence));
    }
    let open = places(command, &args);
    let Some(reason) = open.iter().find(|param| param.kind == ParamKind::Rest) else {
        return Err(extra_word(command, first));
    };
    // Behind `because` only a last word of that kind may be meant as an option.
    let from = if first.begins_a_reason() { tail.len().saturating_sub(1) } else { 0 };
    let mut doubtful = tail.iter().skip(from);
    if let Some(word) = doubtful.find(|word| bare_flag(command, word).is_some()) {
        let sentence = format!(
            "“{}” in the reason is unclear. Right behind the amount it is an option; as a part of the reason put that between quotation marks.",
            word.text
        );
        return Err(Usage::clash(sentence));
    }
    let parsed = value(command, &args, reason, tail)?;
    args.set(reason.name, parsed);
    Ok(args)
}
