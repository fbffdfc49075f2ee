//! Words for a payment in free text: `piad by card`, `ref BACS12`, `BACS 12`, `unpayed`. A text that says
//! how something was paid is asked about, with the option `paid:` and with the text as the reason, because
//! an open invoice would be the wrong guess.

use super::phrase;
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
    "visa",
    "mastercard",
    "amex",
    "txn",
    "tx",
    "remittance",
    "cheque",
    "chq",
];

/// A payment if they are the whole text.
const WHOLE: &[&str] = &[
    "cash",
    "card",
    "credit card",
    "debit card",
    "paypal",
    "stripe",
    "prepaid",
    "pre paid",
    "settled",
    "bacs",
    "dd",
    "cheque",
    "visa",
    "mastercard",
    "amex",
    "transfer",
    "bank transfer",
    "wire",
    "prepayment",
    "bank",
    "sepa",
    "klarna",
    "gocardless",
    "apple pay",
    "google pay",
    "transferred",
    "wired",
    "deposited",
    "charged",
    "bezahlt",
    "uberwiesen",
    "ueberwiesen",
    "paye",
    "payee",
    "pagado",
    "pagada",
    "pagato",
    "pagata",
    "pago",
    "betaald",
    "zaplacono",
    "betalt",
    "оплачено",
    "оплатили",
    "已付",
    "已支付",
    "入金済み",
    "支払済み",
    "결제완료",
    "received",
    "cleared",
];

/// A payment wherever they stand.
const PAYMENTS: &[&str] = &[
    "by card",
    "by credit card",
    "by debit card",
    "by cash",
    "in cash",
    "by cheque",
    "by transfer",
    "by bank",
    "by bacs",
    "by paypal",
    "by stripe",
    "by visa",
    "by direct",
    "via paypal",
    "via stripe",
    "via bank",
    "via bacs",
    "via card",
    "with paypal",
    "with card",
    "payment received",
    "payment made",
    "payment taken",
    "payment cleared",
    "payment done",
    "payment arrived",
    "payment in",
    "received payment",
    "pmt",
    "pymt",
    "already settled",
    "settled by",
    "settled via",
    "settled in",
    "settled with",
    "settled up",
    "fully settled",
    "invoice settled",
    "bill settled",
    "has settled",
    "have settled",
    "bank transfer",
    "direct debit",
    "standing order",
    "card payment",
    "cash payment",
    "money received",
    "funds received",
    "money arrived",
    "client prepaid",
    "already prepaid",
    "was prepaid",
    "prepaid by",
    "prepaid via",
    "cash received",
    "card charged",
    "charged to card",
    "charged the card",
    "charged to",
    "took payment",
    "taken payment",
    "payment came",
    "payment is in",
    "payments in",
    "payment s in",
    "money is in",
    "moneys in",
    "money s in",
    "money in",
    "funds in",
    "funds are in",
    "deposit received",
    "deposit paid",
    "deposit in",
    "was transferred",
    "has transferred",
    "have transferred",
    "wired today",
    "wired yesterday",
    "was wired",
    "bank payment",
    "bank deposit",
    "paid in",
    "bar bezahlt",
    "in bar",
    "credit card payment",
    "card terminal",
    "via transfer",
];

/// Words behind a payment's name that make it the subject of messages: `direct debit reminders`.
const SUBJECTS: &[&str] = &[
    "reminder",
    "reminders",
    "campaign",
    "alerts",
    "alert",
    "notices",
    "customers",
    "members",
    "promotion",
    "promo",
    "holders",
    "instructions",
    "mandate",
    "mandates",
    "sim",
    "launch",
    "offer",
    "offers",
];

/// Where a text says that something was paid, without a word for it.
fn payment_at(words: &[Word]) -> Option<usize> {
    let plain: Vec<String> = words.iter().map(|word| phrase::words(&word.text).join(" ")).collect();
    let text = plain.join(" ");
    if WHOLE.contains(&text.trim()) {
        return Some(0);
    }
    let is_subject =
        |at: usize| plain.get(at).is_some_and(|word| SUBJECTS.contains(&word.as_str()));
    let begins = |at: usize| {
        let phrase = |length: usize| {
            let end = at.saturating_add(length);
            let phrase = plain.get(at..end).unwrap_or_default().join(" ");
            PAYMENTS.contains(&phrase.as_str()) && !is_subject(end)
        };
        (1..=3).any(phrase) || words.get(at).is_some_and(is_of_a_provider)
    };
    (0..words.len()).find(|at| begins(*at))
}

/// `txn_123456`, `pi_3Abc`: the id that a payment has at its provider.
fn is_of_a_provider(word: &Word) -> bool {
    let text = word.text.trim_matches(|c: char| !c.is_alphanumeric());
    let Some((prefix, id)) = text.split_once('_') else { return false };
    let is_ours = ["op", "c", "s"].contains(&prefix.to_lowercase().as_str());
    !is_ours
        && (2..=5).contains(&prefix.len())
        && prefix.chars().all(|c| c.is_ascii_alphabetic())
        && id.len() > 2
        && id.contains(|c: char| c.is_ascii_digit())
        && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

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
    let reference = (0..words.len()).find(|at| begins_a_reference(&words, *at));
    let at = reference.or_else(|| payment_at(&words))?;
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
        for text in [
            "cash",
            "by card",
            "via PayPal",
            "prepaid",
            "payment received",
            "pmt received today",
            "already settled",
            "bank transfer",
            "direct debit",
            "txn_123456",
            "pi_3Abc",
            "visa 4242",
        ] {
            assert_eq!(offered(text).unwrap_or_else(|| panic!("{text}")).len(), 2, "{text}");
        }
        assert_eq!(offered("unpayed").unwrap()[0], "/addcredit sms acme");
    }

    #[test]
    fn other_reason_is_not_about_a_payment() {
        for text in [
            "monthly",
            "unpaid",
            "said so",
            "pair of shops",
            "cheque book promotion",
            "direct debit reminders",
            "cash and carry",
            "prepaid SIM campaign",
        ] {
            assert_eq!(offered(text), None, "{text}");
        }
    }
}
