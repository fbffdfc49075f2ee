//! The lines that an unclear line may mean: each is the line again with one of the meanings in place of
//! the unclear words.

use shared::kernel::credit::grouped;
use shared::kernel::id::Identity;
use shared::kernel::money::parts;

use super::bound;
use super::reference::possible_lengths;
use super::word::Word;
use crate::command::{Command, DRY_RUN, ParamKind, ParamSpec, Usage, Value, folded};
use crate::grammar::amount::{NotAnAmount, looks_like_one, number};
use crate::grammar::token::{Given, Piece, Token};
use crate::grammar::unit::{factors, meanings};
use crate::grammar::{Parsed, Reading};

/// The effect of a line with a dry run.
pub const TRIES_IT: &str = "only tries it";

/// The effect of a line with one of several amounts and clients.
pub fn amount_and_client(parsed: &Parsed, client: &str) -> String {
    let credits = parsed.args.count("amount").map(|count| count.to_string()).unwrap_or_default();
    let client = parsed.args.text(client).unwrap_or_default();
    format!("{credits} credits, client “{client}”")
}

/// A usage error with the lines that may be meant.
pub fn offer(usage: Usage, command: &'static Command, tokens: &[Token], from: &Identity) -> Usage {
    if !usage.suggestions.is_empty() {
        return usage;
    }
    let has_prices = command.params.iter().any(|param| param.kind == ParamKind::Steps);
    if usage.code == "bad_value"
        && command.params.first().is_some_and(|param| param.kind == ParamKind::Op)
    {
        return operations(usage, command, tokens);
    }
    let choices: Vec<(Vec<Token>, String)> = match usage.code {
        "bad_value" | "missing" if has_prices => prices(tokens),
        "unclear_amount" | "bad_amount" | "bad_value" => amounts(command, tokens),
        "unclear_reference" => references(command, tokens),
        _ => return usage,
    };
    choices.into_iter().fold(usage, |usage, (tokens, effect)| match bound(command, &tokens, from) {
        Ok(Reading::One(parsed)) => usage.suggest(parsed.line(), effect),
        Ok(_) | Err(_) => usage,
    })
}

/// A usage error about what may be a dry run, with the line that tries and the line that does.
pub fn try_or_do(
    usage: Usage,
    command: &'static Command,
    without: &[Token],
    from: &Identity,
) -> Usage {
    let Ok(Reading::One(parsed)) = bound(command, without, from) else { return usage };
    if !command.is_write() || parsed.ask().is_err() {
        return usage;
    }
    let mut flagged = parsed.clone();
    flagged.args.set(DRY_RUN.name, Value::Flag);
    usage.suggest(flagged.line(), TRIES_IT).suggest(parsed.line(), "does it")
}

/// Words that mean the last operation, and no id.
const LAST: &[&str] =
    &["last", "latest", "the", "my", "it", "that", "this", "previous", "recent", "op", "one"];

/// `/undo the last one`, `/correct last 500`: the line to type, or where the id is.
fn operations(usage: Usage, command: &'static Command, tokens: &[Token]) -> Usage {
    let is_last = |token: &Token| LAST.contains(&token.raw.to_lowercase().as_str());
    if !tokens.first().is_some_and(is_last) {
        return usage;
    }
    if !command.params.iter().any(ParamSpec::is_required) {
        return usage.suggest(format!("/{}", command.name()), "your last one");
    }
    let numbers = tokens.iter().filter_map(|token| number(&token.raw).ok());
    let credits = numbers.map(|number| number.to_string()).next();
    let credits = credits.unwrap_or_else(|| "<credits>".to_owned());
    usage
        .suggest("/history", "shows the last operations with their ids")
        .suggest(format!("/{} <op> to:{credits}", command.name()), "with the id of that operation")
}

/// The tokens with each meaning of the first unclear number.
fn amounts(command: &'static Command, tokens: &[Token]) -> Vec<(Vec<Token>, String)> {
    for (at, token) in tokens.iter().enumerate() {
        let Some(text) = number_of(command, token) else { continue };
        let behind = tokens.get(at.saturating_add(1)..).unwrap_or_default();
        let units: Vec<&str> = behind.iter().map_while(unit_of).collect();
        let numbers = match (units.is_empty(), number(text)) {
            (false, _) => meanings(text, &units),
            (true, Err(NotAnAmount::Unclear { choices, .. })) => choices,
            (true, Ok(_) | Err(NotAnAmount::Negative(_) | NotAnAmount::Wrong(_))) => continue,
        };
        let with = |number: u64| {
            let mut with = tokens.to_vec();
            let end = at.saturating_add(1).saturating_add(units.len());
            with.splice(at..end, [with_text(token, &number.to_string(), false)]);
            (with, format!("{} credits", grouped(number)))
        };
        return numbers.into_iter().map(with).collect();
    }
    Vec::new()
}

/// The text of a token where a number of credits may stand.
fn number_of<'a>(command: &'static Command, token: &'a Token) -> Option<&'a str> {
    match &token.piece {
        Piece::Word(text) => Some(text.as_str()).filter(|text| looks_like_one(text)),
        Piece::Pair { name, value: Some(value) } | Piece::Flag { name, value: Some(value) } => {
            let kind = command.param(name)?.kind;
            matches!(kind, ParamKind::Amount | ParamKind::Number).then_some(value.text.as_str())
        }
        Piece::Quoted(_)
        | Piece::Apart { .. }
        | Piece::Mention { .. }
        | Piece::Pair { .. }
        | Piece::Flag { .. } => None,
    }
}

fn unit_of(token: &Token) -> Option<&str> {
    match &token.piece {
        Piece::Word(text) if !factors(text).is_empty() => Some(text),
        _ => None,
    }
}

/// The token with another text in the same place.
fn with_text(token: &Token, text: &str, quoted: bool) -> Token {
    let given = Some(Given { text: text.to_owned(), quoted });
    let piece = match &token.piece {
        Piece::Pair { name, .. } | Piece::Flag { name, .. } => {
            Piece::Pair { name: name.clone(), value: given }
        }
        Piece::Word(_) | Piece::Quoted(_) | Piece::Apart { .. } | Piece::Mention { .. } => {
            Piece::Word(text.to_owned())
        }
    };
    Token { piece, raw: text.to_owned() }
}

/// The tokens with each end that an unclear reference may have.
fn references(command: &'static Command, tokens: &[Token]) -> Vec<(Vec<Token>, String)> {
    let is_reference = |token: &&Token| match &token.piece {
        Piece::Pair { name, .. } | Piece::Flag { name, .. } => {
            let mut params = command.params.iter();
            params.any(|p| p.kind == ParamKind::Reference && p.name == folded(name))
        }
        Piece::Word(_) | Piece::Quoted(_) | Piece::Apart { .. } | Piece::Mention { .. } => false,
    };
    let Some(at) = tokens.iter().position(|token| is_reference(&token)) else { return Vec::new() };
    let (before, behind) = tokens.split_at_checked(at).unwrap_or((tokens, &[]));
    let Some((token, behind)) = behind.split_first() else { return Vec::new() };
    let first = match &token.piece {
        Piece::Pair { value: Some(value), .. } | Piece::Flag { value: Some(value), .. } => {
            Some(Word::bare(&value.text))
        }
        _ => None,
    };
    let given = usize::from(first.is_some());
    let rest = behind.iter().map_while(|token| match &token.piece {
        Piece::Word(text) => Some(Word::bare(text)),
        _ => None,
    });
    let words: Vec<Word> = first.into_iter().chain(rest).collect();
    let with = |length: usize| {
        let reference = super::word::joined(words.get(..length).unwrap_or(&words));
        let mut with = before.to_vec();
        with.push(with_text(token, &reference, true));
        with.extend_from_slice(behind.get(length.saturating_sub(given)..).unwrap_or_default());
        (with, format!("the reference is “{reference}”"))
    };
    possible_lengths(&words).into_iter().map(with).collect()
}

/// The tokens with each price in its plain form, for the clients that are named, or for everybody.
fn prices(tokens: &[Token]) -> Vec<(Vec<Token>, String)> {
    let mut effects: Vec<String> = Vec::new();
    let mut plain: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut rest = tokens;
    while let Some((token, mut behind)) = rest.split_first() {
        // `50 pounds`, `1:50 GBP`.
        let mut typed = token.raw.clone();
        if let Some((unit, more)) = behind.split_first().filter(|(unit, _)| is_money(&unit.raw))
            && typed.ends_with(|c: char| c.is_ascii_digit())
        {
            typed.push_str(&format!(" {}", unit.raw));
            behind = more;
        }
        rest = behind;
        match price(&typed) {
            Some((quantity, price)) => {
                effects.push(format!("{price} per 1,000 from {} on", grouped(quantity)));
                plain.push(with_text(
                    &Token { piece: Piece::Word(String::new()), raw: String::new() },
                    &format!("{quantity}:{price}"),
                    false,
                ));
            }
            None => plain.push(token.clone()),
        }
    }
    if effects.is_empty() {
        return Vec::new();
    }
    let is_step = |token: &Token| super::value::step(&token.raw).is_some();
    let mut choices = vec![plain.clone()];
    if plain.first().is_some_and(is_step) {
        let everybody = "default".to_owned();
        let word = Token { piece: Piece::Word(everybody.clone()), raw: everybody };
        choices = vec![std::iter::once(word).chain(plain).collect()];
    }
    let effect = effects.join(", ");
    choices.into_iter().map(|tokens| (tokens, effect.clone())).collect()
}

/// Whether a word is a unit of money.
fn is_money(word: &str) -> bool {
    matches!(parts(&format!("1 {word}")), (_, _, unit) if !unit.is_empty())
}

/// A price in another form: `5p` a credit is 50.00 per 1,000, and `£50.00` is per 1,000 already.
fn price(typed: &str) -> Option<(u64, String)> {
    let (quantity, price) = typed.split_once(':').unwrap_or(("1", typed));
    let quantity = number(quantity).ok().filter(|quantity| *quantity > 0)?;
    let text = price.trim_end_matches([',', ';']).to_lowercase();
    let is_decimal = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_digit())
            && text.chars().all(|c| c.is_ascii_digit() || c == '.')
    };
    for small in ["pence", "cents", "ct", "p", "c"] {
        if let Some(pence) = text.strip_suffix(small).filter(|pence| is_decimal(pence)) {
            return Some((quantity, per_thousand(pence)?));
        }
    }
    let (_, plain, _) = parts(&text);
    let is_marked = plain.len() < text.len() || plain.contains('.');
    (is_marked && is_decimal(plain)).then(|| (quantity, plain.to_owned()))
}

/// The price of 1,000 credits in pounds, from that of one in pence.
fn per_thousand(pence: &str) -> Option<String> {
    let (whole, part) = pence.split_once('.').unwrap_or((pence, ""));
    // 1 penny a credit is 10 pounds per 1,000; three places of pence are pennies per 1,000.
    let part = format!("{part:0<3}");
    let minor: u64 = format!("{whole}{}", part.get(..3)?).parse().ok()?;
    let (major, rest) = (minor.checked_div(100)?, minor.checked_rem(100)?);
    (part.len() == 3 && minor > 0).then(|| format!("{major}.{rest:02}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn price_in_another_form_is_one_per_thousand() {
        let read = |typed: &str| price(typed).map(|(from, price)| format!("{from}:{price}"));
        for (typed, plain) in [
            ("5p", "1:50.00"),
            ("4.5p", "1:45.00"),
            ("£50.00", "1:50.00"),
            ("1:£60.00", "1:60.00"),
            ("50 pounds", "1:50"),
            ("1:50 GBP", "1:50"),
            ("1,001:£50", "1001:50"),
            ("50.00", "1:50.00"),
        ] {
            assert_eq!(read(typed).as_deref(), Some(plain), "{typed}");
        }
        for none in ["acme", "50", "p", "1:50:2", "from:2026-12-01"] {
            assert_eq!(read(none), None, "{none}");
        }
    }
}
