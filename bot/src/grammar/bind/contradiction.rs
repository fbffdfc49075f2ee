//! A reason that contradicts its line: `free` behind an add that makes an invoice, `test only` behind a
//! line that is no dry run, `sorry, make that 40` behind another amount, `paid by card`, a document, or
//! another client with an amount.
//!
//! Such a text is asked about, with the lines that may be meant. Between quotation marks it is a reason.
//! Clients cannot be seen here: the function asks about a reason that names one.

use shared::kernel::credit::{Count, grouped};
use shared::kernel::id::OpId;

use super::choices::{TRIES_IT, amount_and_client};
use super::correction::{Correction, correction, reason_words};
use super::free::is_free;
use super::hold::holds_back;
use super::hold_words::CALENDAR;
use super::reference::doubtful;
use super::second_meaning::{Second, second_meaning};
use super::terms::states_terms;
use super::value::invoice;
use super::{payment, trial};
use crate::command::{DRY_RUN, ParamKind, ParamSpec, Usage, Value};
use crate::grammar::Parsed;
use crate::grammar::amount::{amount, looks_like_one};
use crate::grammar::normal::compared;
use crate::grammar::token::{Piece, Token};

/// The most words of a name in front of a second amount.
const NAME_WORDS_MAX: usize = 3;

/// Words whose number is no amount: `order 4711`, `May 5`, `another 1k`.
const NO_NAME_BEFORE_AMOUNT: &[&str] = &[
    "visa",
    "mastercard",
    "amex",
    "card",
    "price",
    "prices",
    "rate",
    "minus",
    "order",
    "orders",
    "invoice",
    "inv",
    "no",
    "nr",
    "number",
    "po",
    "ticket",
    "case",
    "job",
    "batch",
    "id",
    "code",
    "ref",
    "reference",
    "contract",
    "quote",
    "project",
    "campaign",
    "account",
    "client",
    "customer",
    "shop",
    "store",
    "branch",
    "room",
    "unit",
    "lot",
    "page",
    "item",
    "line",
    "list",
    "version",
    "part",
    "phase",
    "stage",
    "round",
    "step",
    "level",
    "group",
    "team",
    "site",
    "week",
    "day",
    "month",
    "quarter",
    "half",
    "year",
    "season",
    "term",
    "period",
    "wave",
    "another",
    "more",
    "extra",
    "next",
    "first",
    "last",
    "all",
    "of",
    "to",
    "by",
    "for",
    "at",
    "on",
    "in",
    "until",
    "till",
    "since",
    "before",
    "after",
    "about",
    "around",
    "from",
    "than",
    "over",
    "under",
    "want",
    "wants",
    "need",
    "needs",
    "only",
    "plus",
    "agreed",
    "instead",
    "is",
    "was",
    "the",
];

/// Values of `tell:` that say that there is nothing to tell.
const NO_TEXT: &[&str] = &[
    "no", "none", "nobody", "no one", "noone", "nothing", "never", "off", "false", "yes", "true",
    "on", "n/a", "-", "not", "don't", "dont", "silent",
];

/// A reason without quotation marks, in its line.
struct Reason<'a> {
    parsed: &'a Parsed,
    text: String,
}

/// A line that may be meant, with its effect.
type Line = (Parsed, String);

/// Asks about a reason that contradicts its line.
///
/// # Errors
/// The reason contradicts the line, and no quotation marks say that it is one.
pub fn check(parsed: &Parsed, tokens: &[Token]) -> Result<(), Usage> {
    let command = parsed.command;
    if !command.is_write() || parsed.dry_run() {
        return Ok(());
    }
    if let Some(usage) = doubtful(parsed, |text| is_quoted(tokens, text)) {
        return Err(usage);
    }
    if let Some(usage) = text_question(parsed, tokens) {
        return Err(usage.of(parsed.command));
    }
    let Some(text) = reason(parsed).filter(|text| !is_quoted(tokens, text)) else { return Ok(()) };
    let reason = Reason { parsed, text };
    let usage = trial_question(&reason).or_else(|| {
        let usage = question(&reason)?;
        let divided = divisions(parsed).find_map(|(parsed, text)| {
            let reason = Reason { parsed: &parsed, text };
            question(&reason)
        });
        Some(divided.unwrap_or(usage))
    });
    usage.map_or(Ok(()), |usage| Err(usage.of(command)))
}

/// The question about a reason that says another thing than its line.
fn question(reason: &Reason<'_>) -> Option<Usage> {
    let payment = || payment::question(reason.parsed.command, &reason.parsed.args, &reason.text);
    other_question(reason)
        .or_else(|| grant_question(reason))
        .or_else(|| terms_question(reason))
        .or_else(|| amount_question(reason))
        .or_else(payment)
        .or_else(|| document_question(reason))
}

/// A line with its client divided from the words behind it, the fewest first: the fewest that are asked about
/// are the reason, and the lines that are offered do not ask again.
fn divisions(parsed: &Parsed) -> impl Iterator<Item = (Parsed, String)> + '_ {
    let client = undivided(parsed);
    let text = client.and_then(|client| parsed.args.text(client)).unwrap_or_default();
    let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    (1..words.len()).rev().filter_map(move |at| {
        let (name, reason) = words.split_at_checked(at)?;
        let reason = reason.join(" ");
        Some((parsed.with(client?, name.join(" ")).with("reason", reason.clone()), reason))
    })
}

/// Asks about a reason that ends like a second line: `acme 33 bolt 34`. Where several numbers may be the
/// amount it is asked only about the reading that names a client.
#[must_use]
pub fn second_amount(parsed: &Parsed, tokens: &[Token]) -> Option<Usage> {
    if !parsed.command.is_write() || parsed.dry_run() || parsed.args.is_undivided("client") {
        return None;
    }
    let text = reason(parsed).filter(|text| !is_quoted(tokens, text))?;
    let words: Vec<&str> = text.split_whitespace().collect();
    let (last, before) = words.split_last()?;
    let counted = compared(before.last()?);
    let has = |words: &[&str]| words.contains(&counted.as_str());
    let is_name = before.len() <= NAME_WORDS_MAX && !has(NO_NAME_BEFORE_AMOUNT) && !has(CALENDAR);
    let is_amount = parsed.args.count("amount").is_ok() && looks_like_one(last);
    let is_year = last.len() == 4 && (last.starts_with("19") || last.starts_with("20"));
    let credits = amount(last).ok().filter(|_| is_name && is_amount && !is_year)?;
    let (mut first, mut second) = (parsed.clone(), parsed.clone());
    first.args.unset("reason");
    second.args.unset("reason");
    second.args.set("client", Value::Text(before.join(" ")));
    second.args.set("amount", Value::Count(credits));
    let sentence =
        format!("“{text}” looks like another client and amount. Type one line for each.");
    let lines = vec![
        (first.clone(), amount_and_client(&first, "client")),
        (second.clone(), amount_and_client(&second, "client")),
        (parsed.clone(), "one line, with this reason".to_owned()),
    ];
    Some(asked(sentence, lines).of(parsed.command))
}

/// `simulate`, `just checking`.
fn trial_question(reason: &Reason<'_>) -> Option<Usage> {
    let (parsed, text) = (reason.parsed, &reason.text);
    // A denial may well say `not now`.
    let is_held = parsed.command.first_word() != "deny" && holds_back(text);
    let is_tried = trial::tries(text);
    if !is_held && !is_tried {
        return None;
    }
    let needs_reason = parsed.command.param("reason").is_some_and(ParamSpec::is_required);
    let mut divided = divided(parsed);
    if trial::is_dry_run(text) && !needs_reason {
        divided.args.unset("reason");
    }
    let mut tried = divided.clone();
    tried.args.set(DRY_RUN.name, Value::Flag);
    let is_named = divided.args.text("reason").is_some();
    let effect = if is_named { "does it, with this reason" } else { "does it" };
    let sentence = match is_tried {
        true => format!("“{text}” sounds like a try. Try it only, or do it?"),
        false => format!("“{text}” sounds as if it is not to be done now. Do it?"),
    };
    let mut lines = vec![(tried, TRIES_IT.to_owned()), (divided, effect.to_owned())];
    if parsed.args.is_undivided("client") && !needs_reason {
        // The words may also be the end of the client's name.
        let client = parsed.args.text("client").unwrap_or_default();
        lines.push((parsed.with("client", client.clone()), format!("does it for “{client}”")));
    }
    Some(asked(sentence, lines))
}

/// The line with its client divided from the words for a try.
fn divided(parsed: &Parsed) -> Parsed {
    let Some(client) = undivided(parsed) else { return parsed.clone() };
    let text = parsed.args.text(client).unwrap_or_default();
    let words: Vec<&str> = text.split_whitespace().collect();
    let holds = |at: &usize| holds_back(&words.get(*at..).unwrap_or_default().join(" "));
    let at = trial::begins(&words).or_else(|| (1..words.len()).find(holds));
    let Some((name, reason)) = at.and_then(|at| words.split_at_checked(at)) else {
        return parsed.clone();
    };
    parsed.with(client, name.join(" ")).with("reason", reason.join(" "))
}

/// The name of a client that is not divided from the text behind it.
fn undivided(parsed: &Parsed) -> Option<&'static str> {
    let params = parsed.command.params.iter();
    params.map(|param| param.name).find(|name| parsed.args.is_undivided(name))
}

/// `tell:just testing`, `/client set name acme just testing`: a text that says only that the line is a try.
fn text_question(parsed: &Parsed, tokens: &[Token]) -> Option<Usage> {
    let is_text = |param: &&ParamSpec| {
        matches!(param.kind, ParamKind::Rest | ParamKind::Text) && param.name != "reason"
    };
    let param = parsed.command.params.iter().find(|param| {
        is_text(param) && (param.is_required() || parsed.args.get(param.name).is_some())
    })?;
    let is_only_a_try = |text: &str| {
        let is_no_text = param.name == "tell" && NO_TEXT.contains(&text.to_lowercase().as_str());
        let removes = param.takes_none() && text.eq_ignore_ascii_case("none");
        !removes && (trial::only_tries(text) || holds_back(text) || is_no_text)
    };
    let (read, text) = match parsed.args.text(param.name) {
        Some(text) => (parsed.clone(), text),
        None => {
            let client =
                parsed.args.text("client").filter(|_| parsed.args.is_undivided("client"))?;
            let words: Vec<&str> = client.split_whitespace().collect();
            let at = (1..words.len())
                .find(|at| is_only_a_try(&words.get(*at..).unwrap_or_default().join(" ")))?;
            let (name, text) = words.split_at_checked(at)?;
            let text = text.join(" ");
            (parsed.with("client", name.join(" ")).with(param.name, text.clone()), text)
        }
    };
    if is_quoted(tokens, &text) || !is_only_a_try(&text) {
        return None;
    }
    let mut tried = read.clone();
    if !param.is_required() {
        tried.args.unset(param.name);
    }
    tried.args.set(DRY_RUN.name, Value::Flag);
    if param.name == "tell" && NO_TEXT.contains(&text.to_lowercase().as_str()) {
        let mut silent = read.clone();
        silent.args.unset(param.name);
        let sentence = format!("“{text}” would be the text of the mail to the client. Is it?");
        let lines = vec![
            (silent, "without a text: the mail states the change alone".to_owned()),
            (read, format!("with “{text}” as the text")),
        ];
        return Some(asked(sentence, lines));
    }
    let sentence =
        format!("“{text}” as the {} sounds like a try. Try it only, or do it?", param.shown);
    let kept = format!("does it, with “{text}” as the {}", param.shown);
    Some(asked(sentence, vec![(tried, TRIES_IT.to_owned()), (read, kept)]))
}

/// Another kind, amount, document or direction behind the line, or a wish about its mail.
fn other_question(reason: &Reason<'_>) -> Option<Usage> {
    let Second { sentence, lines } = second_meaning(reason.parsed, &reason.text)?;
    let kept = with_kept(lines, reason.parsed, "does it, with this reason".to_owned());
    Some(asked(sentence, kept))
}

/// `free, as an apology` behind an add that makes an invoice.
fn grant_question(reason: &Reason<'_>) -> Option<Usage> {
    let (parsed, text) = (reason.parsed, &reason.text);
    let is_open = parsed.command.param("grant").is_some() && !parsed.args.flag("grant");
    if !is_open || parsed.args.get("paid").is_some() || !is_free(text) {
        return None;
    }
    let mut flagged = parsed.clone();
    flagged.args.set("grant", Value::Flag);
    let sentence = format!("“{text}” sounds like a grant. A grant, or billed?");
    let grant = (flagged, "as a grant: nothing to pay".to_owned());
    Some(asked(sentence, with_kept(vec![grant], parsed, "billed, with this reason".to_owned())))
}

/// `at £35`, `no VAT` behind an add that makes an invoice.
fn terms_question(reason: &Reason<'_>) -> Option<Usage> {
    let (parsed, text) = (reason.parsed, &reason.text);
    if parsed.command.param("grant").is_none() || !states_terms(text) {
        return None;
    }
    let sentence = format!(
        "“{text}”: an invoice takes price, tax and due day from the desk, and a reason changes none of \
         them. Do it?"
    );
    Some(asked(sentence, with_kept(Vec::new(), parsed, "does it, with this reason".to_owned())))
}

/// `sorry, make that 40` behind another amount.
fn amount_question(reason: &Reason<'_>) -> Option<Usage> {
    let (parsed, text) = (reason.parsed, &reason.text);
    let before = parsed.args.count("amount").ok()?;
    let Correction { amount, rest } = correction(&reason_words(text))?;
    let count = Count::try_new(amount).ok()?;
    let mut flagged = parsed.clone();
    flagged.args.set("amount", Value::Count(count));
    flagged.args.unset("reason");
    let needs_reason = parsed.command.param("reason").is_some_and(ParamSpec::is_required);
    let rest = if needs_reason && rest.is_empty() { text } else { &rest };
    flagged.args.set_reason(rest);
    let (new, old) = (grouped(amount), grouped(before.get()));
    let sentence = format!("“{text}” sounds like another amount: {new} or {old}?");
    let lines = vec![(flagged, format!("{new} credits"))];
    Some(asked(sentence, with_kept(lines, parsed, format!("{old} credits, with this reason"))))
}

/// `INV-2-1` or an operation behind the amount: which part has it in the change?
fn document_question(reason: &Reason<'_>) -> Option<Usage> {
    let (parsed, text) = (reason.parsed, &reason.text);
    parsed.args.count("amount").ok()?;
    let is_edge = |c: char| !c.is_alphanumeric();
    let mut words = text.split_whitespace().map(|word| word.trim_matches(is_edge));
    let (typed, invoice) = words.find_map(|word| {
        let number = invoice(word).filter(|_| word.contains(['-', '_', '/']));
        let is_op = word.to_lowercase().parse::<OpId>().is_ok();
        (number.is_some() || is_op).then_some((word, number))
    })?;
    let mut lines = Vec::new();
    if let (Some(number), Some(param)) = (invoice, parsed.command.param("invoice"))
        && parsed.args.get(param.name).is_none()
    {
        let mut named = parsed.clone();
        named.args.set(param.name, Value::Invoice(number));
        lines.push((named, format!("against {number}, with this reason")));
    }
    let kept =
        with_kept(lines, parsed, "with this reason; it changes no other document".to_owned());
    let sentence = format!("“{typed}” in the reason is an id. What is meant by it?");
    let usage = asked(sentence, kept);
    Some(match invoice {
        Some(number) => usage.suggest(format!("/invoice view {number}"), "shows that document"),
        None => usage.suggest(format!("/history op:{}", typed.to_lowercase()), "shows it"),
    })
}

/// The lines with the one that keeps the reason. A reason that is not yet divided from its client cannot be
/// quoted.
fn with_kept(mut lines: Vec<Line>, parsed: &Parsed, effect: String) -> Vec<Line> {
    if parsed.args.text("reason").is_some() {
        lines.push((parsed.clone(), effect));
    }
    lines
}

/// A question with the lines that can be done.
fn asked(sentence: String, lines: Vec<Line>) -> Usage {
    let usage = Usage::new("unclear_reason", sentence);
    lines
        .into_iter()
        .filter(|(parsed, _)| parsed.ask().is_ok())
        .fold(usage, |usage, (parsed, effect)| usage.suggest(parsed.line(), effect))
}

/// The reason; of a client that is not yet divided from it, the words behind the first one.
fn reason(parsed: &Parsed) -> Option<String> {
    let has_reason = |name: &str| {
        parsed.command.params.iter().any(|p| p.name == name && p.kind == ParamKind::Rest)
    };
    if !has_reason("reason") {
        return None;
    }
    if let Some(client) = undivided(parsed) {
        let text = parsed.args.text(client)?;
        return text.split_once(char::is_whitespace).map(|(_, behind)| behind.to_owned());
    }
    parsed.args.text("reason")
}

fn is_quoted(tokens: &[Token], text: &str) -> bool {
    tokens.iter().any(|token| match &token.piece {
        Piece::Quoted(quoted) => quoted == text,
        Piece::Pair { value: Some(given), .. } | Piece::Flag { value: Some(given), .. } => {
            given.quoted && given.text == text
        }
        Piece::Word(_)
        | Piece::Pair { .. }
        | Piece::Flag { .. }
        | Piece::Apart { .. }
        | Piece::Mention { .. } => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn innocent_reason_is_not_asked_about() {
        for text in [
            "monthly top-up",
            "invoice 5 of May",
            "invoice no 5",
            "invoice no. 5",
            "2nd half",
            "sorry for the outage",
            "sorry for 5 lost messages",
            "they want another 1k",
            "order 12 of 15",
            "should be enough for May",
            "make up for June",
            "not before 5 May",
            "feel free to call",
            "gift card campaign",
            "buy one get one free campaign",
            "tax-free shopping week",
            "taxfree weekend, duty free shop",
            "dry cleaning vouchers",
            "checking account 12",
            "no reply since 5 May",
            "wait for 3 more",
            "two hundred and fifty guests",
        ] {
            let words = reason_words(text);
            assert!(!is_free(text), "{text}");
            assert!(!trial::tries(text), "{text}");
            assert_eq!(correction(&words), None, "{text}");
        }
    }
}
