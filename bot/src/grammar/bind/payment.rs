//! Words for a payment in free text: `piad by card`, `ref BACS12`, `BACS 12`, `unpayed`. A text that says
//! how something was paid is asked about, with the option `paid:` and with the text as the reason, because
//! an open invoice would be the wrong guess.

use super::word::{Word, joined};
use crate::command::{Args, Command, ParamKind, ParamSpec, Usage, Value, is_slip};
use crate::grammar::Parsed;
use crate::grammar::normal::compared;

/// `paid`, and as it is misspelt by more than one slip.
const PAID: &[&str] = &["paid", "payed", "paied", "payd"];

/// Words that are one slip away from `paid` and mean something else.
const NOT_PAID: &[&str] = &["said", "laid", "maid", "raid", "pair", "pain", "pad", "aid", "plaid"];

/// `unpaid`, misspelt.
const UNPAID: &[&str] = &["unpayed", "unpaied", "unpiad", "unapid", "umpaid", "unpaide", "unpayd"];

/// Words that stand before a payment's reference.
const REFERENCES: &[&str] = &[
    "ref",
    "refs",
    "reff",
    "refference",
    "reference",
    "referance",
    "refrence",
    "receipt",
    "bacs",
    "chaps",
    "fps",
    "sepa",
    "swift",
    "wire",
    "transfer",
    "txn",
    "tx",
    "remittance",
    "cheque",
    "chq",
];

/// Words between `paid` and the reference.
const LINKS: &[&str] =
    &["by", "with", "in", "via", "from", "per", "on", "as", "reference", "ref", "no", "number"];

/// Whether a word says that something is paid, spelt in any way.
pub fn says_paid(word: &Word) -> bool {
    let text = compared(&word.text);
    let is_near = is_slip(&text, "paid") && !NOT_PAID.contains(&text.as_str());
    !word.quoted && (PAID.contains(&text.as_str()) || is_near)
}

fn begins_a_reference(words: &[Word], at: usize) -> bool {
    let has_digit = |word: &Word| word.text.contains(|c: char| c.is_numeric());
    let is_known = |word: &Word| REFERENCES.contains(&compared(&word.text).as_str());
    let behind = words.get(at.saturating_add(1)..).unwrap_or_default();
    let is_first =
        at == 0 && words.first().is_some_and(|word| compared(&word.text).starts_with("ref"));
    words.get(at).is_some_and(is_known)
        && !behind.is_empty()
        && (is_first || behind.iter().take(2).any(has_digit))
}

/// Asks about a reason that says how the credits were paid; `None` if it does not.
pub fn question(command: &'static Command, args: &Args, reason: &str) -> Option<Usage> {
    let param = command.params.iter().find(|param| param.kind == ParamKind::Reference)?;
    if args.get(param.name).is_some() {
        return None;
    }
    let words: Vec<Word> = reason.split_whitespace().map(Word::bare).collect();
    if words.iter().any(|word| UNPAID.contains(&compared(&word.text).as_str())) {
        let sentence = format!("“{reason}”: unpaid?");
        let mut open = args.clone();
        open.unset("reason");
        let usage = Usage::new("unclear_reason", sentence)
            .suggest(Parsed { command, args: open }.line(), "not paid yet");
        return Some(with_reason(usage, command, args, reason));
    }
    if let Some(at) = words.iter().position(says_paid) {
        let (before, tail) = words.split_at_checked(at)?;
        return Some(paid_by(command, args, param, (before, tail)));
    }
    let at = (0..words.len()).find(|at| begins_a_reference(&words, *at))?;
    let (before, tail) = words.split_at_checked(at)?;
    Some(paid_by(command, args, param, (before, tail)))
}

/// `500 paid BACS 78`: paid with this reference, or a reason? `tail` begins with the word for the payment.
pub fn paid_by(
    command: &'static Command,
    args: &Args,
    param: &'static ParamSpec,
    (before, tail): (&[Word], &[Word]),
) -> Usage {
    let sentence = format!(
        "“{}” needs the payment’s reference: {}:<{}>. If it belongs to the reason, put the reason \
         between quotation marks.",
        joined(tail),
        param.name,
        param.shown
    );
    let usage = Usage::new("missing", sentence);
    let is_link = |word: &&Word| {
        let text = compared(&word.text);
        LINKS.contains(&text.as_str()) || says_paid(word)
    };
    // `BACS 78` is the reference; `ref` and `paid by` only lead to it.
    let reference: Vec<Word> = tail.iter().skip_while(is_link).cloned().collect();
    let reason = joined(&[before, tail].concat());
    if reference.is_empty() {
        return with_reason(usage, command, args, &reason);
    }
    let reference = joined(&reference);
    let mut paid = args.clone();
    paid.unset("reason");
    paid.set_reason(&joined(before));
    paid.set(param.name, Value::Text(reference.clone()));
    let line = Parsed { command, args: paid }.line();
    let usage = usage.suggest(line, format!("paid, with the reference “{reference}”"));
    with_reason(usage, command, args, &reason)
}

/// The usage with the line that keeps the text as its reason.
fn with_reason(usage: Usage, command: &'static Command, args: &Args, reason: &str) -> Usage {
    let mut open = args.clone();
    open.unset("reason");
    open.set_reason(reason);
    let line = Parsed { command, args: open }.line();
    usage.suggest(line, format!("not paid, with the reason “{reason}”"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offered(reason: &str) -> Option<Vec<String>> {
        let command = crate::commands::find("addcredit sms").unwrap();
        let mut args = Args::default();
        args.set("client", Value::Text("acme".to_owned()));
        let usage = question(command, &args, reason)?;
        Some(usage.suggestions.into_iter().map(|suggestion| suggestion.line).collect())
    }

    #[test]
    fn text_about_a_payment_offers_the_option_and_the_reason() {
        for (text, first) in [
            ("piad by card", "paid:\"card\""),
            ("payed cash", "paid:\"cash\""),
            ("for May, paid in cash", "paid:\"cash\""),
            ("ref BACS12", "paid:\"BACS12\""),
            ("reference BACS 12", "paid:\"BACS 12\""),
            ("ref. X", "paid:\"X\""),
            ("BACS 12", "paid:\"BACS 12\""),
        ] {
            let lines = offered(text).unwrap_or_else(|| panic!("{text}"));
            assert!(lines[0].ends_with(first), "{text}: {lines:?}");
            assert!(lines[1].contains("reason:\""), "{text}: {lines:?}");
        }
        assert_eq!(offered("unpayed").unwrap()[0], "/addcredit sms acme");
    }

    #[test]
    fn other_reason_is_not_about_a_payment() {
        for text in ["monthly", "unpaid", "said so", "pair of shops", "cheque book promotion"] {
            assert_eq!(offered(text), None, "{text}");
        }
    }
}
