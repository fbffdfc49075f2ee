//! Words behind a line that ask for something that a reason does not do: the other kind of credits too, a
//! multiple, an amount that was, the other direction, no mail, an exception, or another document.

use shared::kernel::credit::{Count, grouped};
use shared::kernel::id::OpId;

use super::flag::trimmed;
use super::phrase::{begins, ends, holds, words};
use super::value::invoice;
use crate::command::Value;
use crate::grammar::Parsed;
use crate::grammar::amount::amount;

/// The question about a text, and the lines that may be meant beside the one with this reason.
pub struct Second {
    pub sentence: String,
    pub lines: Vec<(Parsed, String)>,
}

/// Words of a multiple, with the factor. `x4` and `4 times` are read as numbers.
const TIMES: &[(&str, u64)] = &[
    ("twice", 2),
    ("double", 2),
    ("two times", 2),
    ("times two", 2),
    ("thrice", 3),
    ("triple", 3),
    ("three times", 3),
    ("times three", 3),
    ("four times", 4),
    ("five times", 5),
    ("ten times", 10),
];

/// The largest factor that a reason is taken to mean.
const FACTOR_MAX: u64 = 100;

/// Both kinds, as the whole text or its end.
const BOTH: &[&str] =
    &["both", "both kinds", "both types", "of both", "for both", "each", "of each"];

/// Words that name the other kind in place of the line's: `as mms`, `not sms but mms`.
const OTHER_KIND: &[&str] = &["as", "but", "not", "in", "rather", "instead", "also"];

/// Texts that make the amount another one, or the sum that is to be there afterwards.
const OTHER_AMOUNT: &[&str] = &[
    "double it",
    "half of it",
    "half of that",
    "half that",
    "halve it",
    "per user",
    "per person",
    "per shop",
    "per site",
    "to each",
    "to each of them",
    "for each",
    "each of them",
    "a month for",
    "per month for",
    "new balance",
    "new total",
    "in total",
    "so that they have",
    "so they have",
    "so that it is",
    "remaining",
    "total",
    "topped up to",
];

/// Texts that say that the line itself is wrong. Behind a correction they are its reason.
const WRONG: &[&str] = &[
    "wrong client",
    "wrong customer",
    "wrong account",
    "wrong amount",
    "wrong number",
    "wrong line",
    "wrong one",
    "wrong kind",
];

/// Wishes about the payer and the invoice of credits that are moved.
const OTHER_PAYER: &[&str] = &["from reseller", "from the reseller", "invoice them", "bill them"];

/// Words that lead to the amount that was, or is not meant.
const WAS: &[&str] =
    &["was", "instead of", "rather than", "not", "down from", "up from", "changed from"];

/// The other direction of an add and of a deduct, as a beginning.
const TAKES: &[&str] = &[
    "refund",
    "remove",
    "deduct",
    "subtract",
    "reverse",
    "reversal",
    "withdraw",
    "take away",
    "take off",
    "take back",
    "take out",
    "take them",
    "clawback",
    "minus",
];
const ADDS: &[&str] = &["add", "top up", "topup", "give", "put back", "plus"];

/// Wishes about the mail.
const SILENT: &[&str] = &[
    "no email",
    "no mail",
    "no e mail",
    "no notification",
    "no notice",
    "without email",
    "without mail",
    "do not tell",
    "dont tell",
    "do not email",
    "dont email",
    "do not mail",
    "dont mail",
    "do not notify",
    "dont notify",
    "do not inform",
    "dont inform",
    "silently",
    "quietly",
    "keep quiet",
];

/// Words that begin an exception.
const EXCEPT: &[&str] = &[
    "but",
    "except",
    "excepting",
    "excluding",
    "without",
    "only",
    "minus",
    "apart from",
    "other than",
    "less",
    "just",
    "save",
];

/// Words that leave a part of a change undone.
const PARTS: &[&str] = &[
    "half",
    "partially",
    "partly",
    "in part",
    "credits stay",
    "credits remain",
    "credits not affected",
    "keep credits",
    "keep the credits",
    "leave credits",
    "reissue",
    "re issue",
    "and reissue",
    "of them",
];

/// What a text asks for that its line does not do; `None` if it is a plain reason.
#[must_use]
pub fn second_meaning(parsed: &Parsed, text: &str) -> Option<Second> {
    let first = parsed.command.first_word();
    let plain = words(text).join(" ");
    match first {
        "addcredit" | "deductcredit" => kinds(parsed, text, &plain)
            .or_else(|| multiple(parsed, text, &plain))
            .or_else(|| other_amount(parsed, text, &plain))
            .or_else(|| amount_that_was(parsed, text, &plain))
            .or_else(|| other_direction(parsed, text, &plain))
            .or_else(|| silent(text, &plain)),
        "deny" => other_id(parsed, text),
        _ if parsed.args.count("amount").is_err() => {
            other_id(parsed, text).or_else(|| exception(parsed, text, &plain))
        }
        _ => None,
    }
}

/// `both`, `sms and mms`.
fn kinds(parsed: &Parsed, text: &str, plain: &str) -> Option<Second> {
    let kind = parsed.command.words.get(1).copied()?;
    let other = if kind == "sms" { "mms" } else { "sms" };
    let joins = ["and", "plus", "also", "or"].iter().any(|word| holds(plain, word));
    let few = plain.split(' ').count() <= 4;
    let is_other = few && OTHER_KIND.iter().any(|word| holds(plain, &format!("{word} {other}")));
    let is_both = BOTH.contains(&plain)
        || is_other
        || (few && holds(plain, other) && text.contains(['+', '&']))
        || (joins && holds(plain, other))
        || ["both kinds", "both types", "sms mms", "mms sms"].iter().any(|p| holds(plain, p));
    if !is_both {
        return None;
    }
    let name = format!("{} {other}", parsed.command.first_word());
    let command = crate::commands::find(&name)?;
    let lines = [parsed.command, command].map(|command| {
        let mut line = Parsed { command, args: parsed.args.clone() };
        if command.first_word() == "addcredit" {
            line.args.unset("reason");
        }
        (
            line,
            format!("{} credits", command.words.get(1).copied().unwrap_or_default().to_uppercase()),
        )
    });
    let sentence = format!("“{text}”: SMS and MMS credits are two lines. Which is meant?");
    Some(Second { sentence, lines: lines.into() })
}

/// The factor of `x6`, `6x`, `6 x`, `6 times` or `times 6`, as a whole text or at its begin or end.
fn factor(plain: &str) -> Option<u64> {
    let words: Vec<&str> = plain.split(' ').filter(|word| *word != "please").collect();
    let number = |text: &str| text.parse().ok().filter(|n| (2..=FACTOR_MAX).contains(n));
    let of_one = |word: &str| number(word.strip_prefix('x').or(word.strip_suffix('x'))?);
    let of_two = |pair: &[&str]| match pair {
        [count, "x" | "times"] | ["x" | "times", count] => number(count),
        _ => None,
    };
    let edges = [words.first(), words.last()].into_iter().flatten();
    let pairs = [words.get(..2), words.len().checked_sub(2).and_then(|at| words.get(at..))];
    edges
        .copied()
        .find_map(of_one)
        .or_else(|| pairs.into_iter().flatten().find_map(of_two))
        .or_else(|| {
            let text = words.join(" ");
            TIMES.iter().find(|(phrase, _)| *phrase == text).map(|(_, factor)| *factor)
        })
}

/// `x2`, `twice`.
fn multiple(parsed: &Parsed, text: &str, plain: &str) -> Option<Second> {
    let factor = factor(plain)?;
    let count = parsed.args.count("amount").ok()?;
    let number = count.get().checked_mul(factor)?;
    let mut line = parsed.clone();
    line.args.set("amount", Value::Count(Count::try_new(number).ok()?));
    if parsed.command.first_word() == "addcredit" {
        line.args.unset("reason");
    }
    let sentence = format!(
        "“{text}” sounds like a multiple: {} or {}?",
        grouped(number),
        grouped(count.get())
    );
    Some(Second { sentence, lines: vec![(line, format!("{} credits", grouped(number)))] })
}

/// `double it`, `new balance`, `*18`, `from reseller`.
fn other_amount(parsed: &Parsed, text: &str, plain: &str) -> Option<Second> {
    let is_only = |phrases: &[&str]| {
        phrases.iter().any(|phrase| {
            let is_long = phrase.contains(' ') && holds(plain, phrase);
            is_long || plain == *phrase
        })
    };
    let sign = text.trim_start().strip_prefix(['*', '×']);
    let is_signed = sign.is_some_and(|number| amount(number.trim()).is_ok());
    let sentence = if is_only(WRONG) && parsed.command.first_word() == "addcredit" {
        format!("“{text}” says that the line is wrong, and the line is done as it stands. Do it?")
    } else if is_only(OTHER_AMOUNT) || is_signed {
        format!("“{text}” sounds like another amount, and a reason makes none. Do it?")
    } else if is_only(OTHER_PAYER) {
        format!("“{text}”: a reason changes neither the payer nor the invoice. Do it?")
    } else {
        return None;
    };
    Some(Second { sentence, lines: Vec::new() })
}

/// The number that a word of [`WAS`] leads to, if little stands behind it.
fn amount_behind(text: &str, plain: &str) -> Option<u64> {
    let leads = WAS.iter().any(|phrase| holds(plain, phrase));
    let typed: Vec<&str> = text.split_whitespace().collect();
    let at = typed.iter().position(|word| amount(trimmed(word)).is_ok()).filter(|_| leads)?;
    let before = words(&typed.get(..at)?.join(" ")).join(" ");
    let behind = typed.get(at.saturating_add(1)..).unwrap_or_default();
    let is_unit = |word: &&str| {
        ["credits", "credit", "sms", "mms", "before", "first", "please", "messages", "texts"]
            .contains(&trimmed(word).to_lowercase().as_str())
    };
    let leads = WAS.iter().any(|phrase| ends(&before, phrase));
    (leads && behind.iter().all(is_unit)).then_some(())?;
    amount(trimmed(typed.get(at)?)).ok().map(Count::get)
}

/// `(was 500)`, `instead of 500`.
fn amount_that_was(parsed: &Parsed, text: &str, plain: &str) -> Option<Second> {
    let number = amount_behind(text, plain)?;
    let count = parsed.args.count("amount").ok().filter(|count| count.get() != number)?;
    let mut line = parsed.clone();
    line.args.set("amount", Value::Count(Count::try_new(number).ok()?));
    if parsed.command.first_word() == "addcredit" {
        line.args.unset("reason");
    }
    let (new, old) = (grouped(number), grouped(count.get()));
    let sentence = format!("“{text}”: {old} or {new} credits? A change of the past is /correct.");
    Some(Second { sentence, lines: vec![(line, format!("{new} credits"))] })
}

/// `refund`, `take away` behind an add.
fn other_direction(parsed: &Parsed, text: &str, plain: &str) -> Option<Second> {
    let kind = parsed.command.words.get(1).copied()?;
    let is_add = parsed.command.first_word() == "addcredit";
    let (list, other) = if is_add { (TAKES, "deductcredit") } else { (ADDS, "addcredit") };
    if !list.iter().any(|phrase| begins(plain, phrase)) {
        return None;
    }
    let command = crate::commands::find(&format!("{other} {kind}"))?;
    let mut line = Parsed { command, args: parsed.args.clone() };
    for name in ["paid", "grant", "from", "to", "invoice"] {
        line.args.unset(name);
    }
    let effect = if is_add { "takes the credits away" } else { "adds the credits" };
    let sentence = format!("“{text}” sounds like the other direction: add or take away?");
    Some(Second { sentence, lines: vec![(line, effect.to_owned())] })
}

/// `no email`, `do not tell the client`.
fn silent(text: &str, plain: &str) -> Option<Second> {
    SILENT.iter().any(|phrase| holds(plain, phrase)).then(|| Second {
        sentence: format!(
            "“{text}”: a reason does not stop the mail to the client, which never has the reason. Do it?"
        ),
        lines: Vec::new(),
    })
}

/// `INV-2-0001` or an operation in the reason of another one.
fn other_id(parsed: &Parsed, text: &str) -> Option<Second> {
    let is_edge = |c: char| !c.is_alphanumeric();
    let typed = text.split_whitespace().map(|word| word.trim_matches(is_edge)).find(|word| {
        let is_invoice = word.contains(['-', '_', '/']) && invoice(word).is_some();
        is_invoice || word.to_lowercase().parse::<OpId>().is_ok()
    })?;
    let name = parsed.command.name();
    let sentence = format!(
        "“{typed}” stands behind the id of the line: /{name} changes the first one only. Do it?"
    );
    Some(Second { sentence, lines: Vec::new() })
}

/// `all but 50`, `only 50 credits`, `to:50 was 40`, `to:50 40`, `but keep the credits`.
fn exception(parsed: &Parsed, text: &str, plain: &str) -> Option<Second> {
    if parsed.args.is_undivided("move") {
        return behind_the_receiver(parsed);
    }
    let is_number = |word: &str| amount(trimmed(word)).is_ok();
    let leads_to_a_number = ["no", "or", "should be", "rather", "make that", "make it", "of"];
    let is_other_number = leads_to_a_number.iter().any(|lead| {
        plain.strip_prefix(lead).is_some_and(|rest| rest.split(' ').nth(1).is_some_and(is_number))
    });
    let is_except = EXCEPT.iter().any(|phrase| begins(plain, phrase))
        || PARTS.iter().any(|phrase| holds(plain, phrase))
        || is_other_number
        || ["all but", "keep the credits", "leave the credits", "except"]
            .iter()
            .any(|p| holds(plain, p));
    let number = amount(trimmed(text)).ok().map(Count::get).or_else(|| amount_behind(text, plain));
    let to = parsed.args.number("to");
    if !is_except && (number.is_none() || number == to) {
        return None;
    }
    let mut lines = Vec::new();
    if let (Some(number), Some(_)) = (number, to) {
        let mut line = parsed.clone();
        line.args.set("to", Value::Number(number));
        line.args.unset("reason");
        lines.push((line, format!("{} credits", grouped(number))));
    }
    let sentence = format!(
        "“{text}” sounds like another amount or an exception, and a reason makes none. Do it?"
    );
    Some(Second { sentence, lines })
}

/// `move:northern events only 50`.
fn behind_the_receiver(parsed: &Parsed) -> Option<Second> {
    let text = parsed.args.text("move")?;
    let typed: Vec<&str> = text.split_whitespace().collect();
    let (name, reason) = (1..typed.len()).find_map(|at| {
        let (name, reason) = typed.split_at_checked(at)?;
        let plain = words(&reason.join(" ")).join(" ");
        let is_except = EXCEPT.iter().any(|phrase| begins(&plain, phrase))
            || PARTS.iter().any(|phrase| holds(&plain, phrase))
            || (reason.len() == 1 && amount(trimmed(&plain)).is_ok());
        is_except.then(|| (name.join(" "), reason.join(" ")))
    })?;
    let sentence =
        format!("“{reason}” sounds like an exception, and a move moves all of it. Do it?");
    let line = parsed.with("move", name).with("reason", reason);
    Some(Second { sentence, lines: vec![(line, "does it, with this reason".to_owned())] })
}

#[cfg(test)]
mod tests {
    use crate::grammar::{self, Reading};

    fn asks(line: &str) -> bool {
        let from = "local:dana".parse().unwrap();
        match grammar::read(line, &from) {
            Ok(Reading::One(parsed)) => {
                panic!("{line}: {}", parsed.line())
            }
            Ok(Reading::Several(several)) => several
                .doubts
                .first()
                .is_some_and(|doubt| doubt.as_ref().is_some_and(|d| d.code == "unclear_reason")),
            Ok(other) => panic!("{line}: {other:?}"),
            Err(usage) => usage.code == "unclear_reason",
        }
    }

    #[test]
    fn text_that_asks_for_more_than_its_line_is_asked_about() {
        for text in [
            "sms and mms",
            "both",
            "x2",
            "x6",
            "4x",
            "twice",
            "(was 500)",
            "instead of 500",
            "refund",
            "remove",
            "take away",
            "no email",
            "do not tell the client",
        ] {
            assert!(asks(&format!("/addcredit sms acme 50 {text}")), "{text}");
        }
        for line in [
            "/invoice void INV-2-0004 and INV-2-0001",
            "/invoice void INV-2-0004 only 50 credits",
            "/invoice void INV-2-0004 but keep the credits",
            "/correct op_0123456789abcdef all but 50",
            "/correct op_0123456789abcdef move:c_3 only 50",
            "/correct op_0123456789abcdef to:50 was 40",
            "/correct op_0123456789abcdef to:50 40",
            "/deny op_0123456789abcdef op_0123456789abcdeg",
        ] {
            assert!(asks(line), "{line}");
        }
    }

    #[test]
    fn factor_is_read_at_the_edges_of_a_text() {
        for (text, number) in
            [("x6", 6), ("4x", 4), ("7 x please", 7), ("5 times", 5), ("as agreed times 3", 3)]
        {
            assert_eq!(super::factor(text), Some(number), "{text}");
        }
        for text in ["x1", "x1000", "six", "max", "order 5 times out", ""] {
            assert_eq!(super::factor(text), None, "{text}");
        }
    }

    #[test]
    fn plain_reason_has_one_meaning() {
        let from = "local:dana".parse().unwrap();
        for line in [
            "/addcredit sms acme 50 both shops in May",
            "/addcredit sms acme 50 x1000 campaign",
            "/deductcredit sms acme 50 added twice",
            "/deductcredit sms acme 50 typed twice",
            "/correct op_0123456789abcdef to:50 one zero too many",
            "/correct op_0123456789abcdef all typed twice",
            "/invoice void INV-2-0004 wrong client",
            "/deny op_0123456789abcdef call the client first",
        ] {
            let read = grammar::read(line, &from);
            assert!(matches!(read, Ok(Reading::One(_))), "{line}: {read:?}");
        }
    }
}
