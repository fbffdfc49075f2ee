//! Words to the typed value of one parameter.

use shared::kernel::id::{InvoiceNumber, OpId, StaffId};
use shared::kernel::money::parts;
use shared::kernel::typed::TypedDay;
use shared::pricing::types::TypedStep;

use super::login::malformed;
use super::word::{Word, joined};
use crate::command::{Args, Command, ParamKind, ParamSpec, Position, Usage, Value, nearest};
use crate::grammar::amount::{NotAnAmount, amount, number};
use crate::grammar::either;
use crate::grammar::normal::digits;
use crate::grammar::write::quoted;

/// The id at the end of a label that came back in place of its value: `Dana · support · s_3`.
/// Clients are told by their labels where they are looked up.
fn meant(kind: ParamKind, text: &str) -> Option<&str> {
    let end = shared::clients::search::label_end(text)?;
    let is_one = match kind {
        ParamKind::Staff => end.parse::<StaffId>().is_ok(),
        ParamKind::Invoice => end.parse::<InvoiceNumber>().is_ok(),
        ParamKind::Op | ParamKind::Plan(_) => end.parse::<OpId>().is_ok(),
        _ => false,
    };
    is_one.then_some(end)
}

/// The value of a parameter.
pub fn value(
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
            match malformed(command, typed).filter(|_| who.is_none()) {
                Some(usage) => Err(usage),
                None => Ok(Value::Text(who.unwrap_or_else(|| typed.to_owned()))),
            }
        }
        ParamKind::Rest => {
            // `for` and `because` lead to the reason and are no part of it.
            let reason = match words.split_first() {
                Some((first, rest)) if first.begins_a_reason() && !rest.is_empty() => joined(rest),
                Some(_) | None => text,
            };
            Ok(Value::Text(reason))
        }
        ParamKind::Email => {
            // `<mail@x.example>,` as a mail program writes it.
            let text = text.trim().trim_start_matches('<').trim_end_matches(['>', '.', ',', ';']);
            Ok(Value::Text(text.to_owned()))
        }
        ParamKind::Client
        | ParamKind::Text
        | ParamKind::Word
        | ParamKind::Reference
        | ParamKind::Phone => Ok(Value::Text(text.trim().to_owned())),
        ParamKind::Amount => {
            amount(&text).map(Value::Count).map_err(|wrong| bad_amount(command, args, &text, wrong))
        }
        ParamKind::Number => number(&text).map(Value::Number).map_err(|wrong| match wrong {
            NotAnAmount::Unclear { sentence, .. } => Usage::new("unclear_amount", sentence),
            NotAnAmount::Negative(_) | NotAnAmount::Wrong(_) => {
                bad(format!("“{text}” is not a whole number."))
            }
        }),
        ParamKind::Choice(choices) => choice(param, choices, &text),
        ParamKind::Invoice => invoice(&text).map(Value::Invoice).ok_or_else(|| {
            bad(format!("“{text}” is not an invoice number, such as INV-1042-0007."))
        }),
        ParamKind::Op | ParamKind::Plan(_) => {
            text.to_lowercase().parse().map(Value::Op).map_err(|_| {
                bad(format!("“{text}” is not an operation, such as op_0123456789abcdef."))
            })
        }
        ParamKind::Date => digits(&text)
            .parse()
            .ok()
            // Without a day a change is of today; it is not done on another day that the desk's zone tells.
            .filter(|day| *day != TypedDay::Yesterday || !command.is_write())
            .map(Value::Date)
            .ok_or_else(|| bad(format!("“{text}” is not a day; write it as 2026-11-30."))),
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
        ParamKind::Items => Ok(Value::Text(items(words))),
        ParamKind::Flag => Ok(Value::Flag),
    }
}

/// Lines of an invoice with their quotation marks. A single line without any gets them where its text ends
/// clearly; the function refuses every other one.
fn items(words: &[Word]) -> String {
    let written = |word: &Word| match word.quoted {
        true => quoted(&word.text, ParamKind::Rest),
        false => word.text.clone(),
    };
    let is_rate = |word: &Word| !word.quoted && word.text.ends_with('%');
    let numbers = if words.last().is_some_and(is_rate) { 3 } else { 2 };
    let (text, behind) =
        words.split_at_checked(words.len().saturating_sub(numbers)).unwrap_or((&[], words));
    let is_clear = !text.is_empty() && text.iter().all(|word| !word.quoted && !word.is_number());
    let behind: Vec<String> = behind.iter().map(written).collect();
    let text = match is_clear {
        true => vec![quoted(&joined(text), ParamKind::Rest)],
        false => text.iter().map(written).collect(),
    };
    [text, behind].concat().join(" ")
}

/// An invoice’s number as people shorten it: `INV-2-1`, `inv 2 1` and `INV-2-01` are `INV-2-0001`.
pub fn invoice(typed: &str) -> Option<InvoiceNumber> {
    if let Ok(number) = typed.parse() {
        return Some(number);
    }
    let typed = digits(typed);
    let mut parts = typed.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
    let (series, client, seq) = (parts.next()?, parts.next()?, parts.next()?);
    let client = client.trim_start_matches(['c', 'C']).trim_start_matches('0');
    let seq = seq.trim_start_matches('0');
    let number = format!("{series}-{client}-{seq:0>4}").parse().ok()?;
    parts.next().is_none().then_some(number)
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
    let name = match param.position {
        Position::Named | Position::Button => format!("{}:", param.name),
        Position::Required | Position::Optional => param.name.replace('_', " "),
    };
    let mut sentence = format!("“{typed}” is not possible: {name} can only be {}.", either(&words));
    if let Some(near) = nearest(&folded, words.iter().copied()) {
        sentence.push_str(&format!(" Did you mean {near}?"));
    }
    Err(Usage::new("bad_value", sentence))
}

/// `10000:45.00` and `1:£45`: from how many on, and decimals per 1,000.
pub fn step(typed: &str) -> Option<TypedStep> {
    let (quantity, price) = typed.split_once(':')?;
    let quantity = amount(quantity).ok()?.get();
    let (_, number, _) = parts(price);
    let decimal = number.starts_with(|c: char| c.is_ascii_digit())
        && number.chars().all(|c| c.is_ascii_digit() || ".,_".contains(c));
    decimal.then(|| TypedStep { quantity, price: price.to_owned() })
}

/// Why an amount is none, with the command that was probably meant.
fn bad_amount(command: &'static Command, args: &Args, typed: &str, wrong: NotAnAmount) -> Usage {
    match wrong {
        NotAnAmount::Unclear { sentence, .. } => Usage::new("unclear_amount", sentence),
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
