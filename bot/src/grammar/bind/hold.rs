//! Words that say that a line is not to be done now: `stop`, `cancel that`, `not now`, `until Friday`,
//! `only if they pay`, `tomorrow`.
//!
//! A text holds a line back by its imperative if it says little else ([`stops`]), or by a condition or a later
//! time ([`is_conditional`]). Like the words for a try, none of them decides: the desk asks.

use super::trial::{looks, words};

/// Imperatives about the line itself.
const STOPS: &[&str] = &[
    "stop",
    "abort",
    "wait",
    "hold",
    "halt",
    "pause",
    "cancel",
    "ignore",
    "disregard",
    "undo",
    "skip",
    "forget",
    "scrap",
    "scratch",
    "revert",
    "postpone",
    "delay",
    "defer",
    "withhold",
    "refrain",
    "nevermind",
    "nvm",
    "discard",
    "rollback",
    "desist",
    "cease",
    "suspend",
    "park",
    "hang",
    "leave",
    "drop",
    "kill",
    "quit",
    "exit",
];

/// Words that add nothing to an imperative.
const LITTLE: &[&str] = &[
    "it",
    "that",
    "this",
    "the",
    "these",
    "those",
    "them",
    "all",
    "everything",
    "line",
    "command",
    "one",
    "request",
    "please",
    "pls",
    "for",
    "now",
    "a",
    "an",
    "moment",
    "minute",
    "second",
    "sec",
    "bit",
    "while",
    "on",
    "off",
    "up",
    "and",
    "then",
    "ok",
    "okay",
    "me",
    "us",
    "here",
    "there",
    "just",
    "at",
    "once",
    "immediately",
    "again",
    "my",
    "last",
    "previous",
    "above",
    "message",
    "entry",
    "out",
    "to",
    "be",
    "with",
    "of",
    "still",
    "actually",
    "sorry",
    "oh",
    "oops",
    "but",
    "no",
    "not",
    "so",
    "later",
    "today",
    "any",
    "anything",
    "more",
    "further",
    "far",
    "you",
    "i",
    "we",
    "do",
    "dont",
    "did",
    "mind",
    "thanks",
    "thank",
    "same",
    "operation",
    "action",
    "transaction",
    "add",
    "adding",
    "booking",
    "run",
    "running",
    "back",
    "alone",
    "fire",
    "only",
    "as",
    "yet",
    "going",
    "go",
    "by",
    "first",
    "in",
    "is",
];

/// Texts that stop a line at their end or beginning.
const REFUSALS: &[&str] = &[
    "not now",
    "not yet",
    "not today",
    "not just yet",
    "do nothing",
    "never mind",
    "do not",
    "dont",
    "no thanks",
    "not like this",
    "some other time",
    "another time",
    "better not",
    "rather not",
    "do not do it",
    "in the future",
];

/// Agreement or payment that a line waits for, as beginnings of words.
const CONSENTS: &[&str] = &[
    "approv",
    "confirm",
    "paid",
    "pay",
    "sign",
    "agree",
    "review",
    "authori",
    "clear",
    "check",
    "accept",
    "ok",
    "consent",
    "permission",
    "permit",
    "receipt",
    "receiv",
    "verif",
    "release",
    "genehmig",
];

/// Words before a condition or a time.
const LEADS: &[&str] = &[
    "only", "just", "but", "and", "please", "ok", "do", "done", "run", "add", "apply", "book",
    "this", "it", "valid", "not", "the", "is", "to", "be",
];

/// Who or what a condition is about.
const SUBJECTS: &[&str] = &[
    "they", "we", "i", "he", "she", "it", "you", "the", "this", "that", "client", "customer",
    "boss", "manager", "dana", "payment", "money",
];

/// Verbs that ask for something before the line.
const ASKS: &[&str] = &[
    "let", "tell", "give", "call", "ask", "confirm", "talk", "speak", "email", "get", "need",
    "want", "must", "should", "send", "phone", "ring", "please",
];

/// Words of a time to come.
const LATER: &[&str] =
    &["tomorrow", "tonight", "later", "soon", "morgen", "manana", "demain", "domani"];

/// Words that begin a time from which something is to be.
const FROM: &[&str] =
    &["from", "starting", "effective", "on", "by", "as", "with", "beginning", "until", "till"];

/// Months, and days of the week, whose number in a reason is a date.
pub const CALENDAR: &[&str] = &[
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "jan",
    "feb",
    "mar",
    "apr",
    "jun",
    "jul",
    "aug",
    "sep",
    "sept",
    "oct",
    "nov",
    "dec",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// Other words for a day or a time.
const DATES: &[&str] = &[
    "mon", "tue", "wed", "thu", "fri", "sat", "sun", "week", "month", "year", "quarter", "weekend",
];

const DATE_LINKS: &[&str] = &[
    "next",
    "the",
    "of",
    "on",
    "onwards",
    "onward",
    "from",
    "of",
    "effect",
    "coming",
    "end",
    "st",
    "nd",
    "rd",
    "th",
    "at",
    "in",
    "noon",
    "morning",
    "evening",
    "afternoon",
];

fn is_of(word: &str, list: &[&str]) -> bool {
    list.contains(&word)
}

/// Whether a text stops its line, or does it later.
#[must_use]
pub fn holds_back(text: &str) -> bool {
    let words = words(text);
    stops(&words) || is_conditional(&words)
}

/// Whether a text tells the desk to stop, and little else: `hold on`, `cancel that`, `not now`.
#[must_use]
pub fn stops(words: &[String]) -> bool {
    let is_bound = |word: &&String| !is_of(word, &["until", "till", "unless", "before", "if"]);
    let clause: Vec<&String> = words.iter().take_while(is_bound).collect();
    // `sorry for the wait`
    let is_noun = |at: usize| {
        let before = at.checked_sub(1).and_then(|at| clause.get(at));
        before.is_some_and(|word| is_of(word, &["the", "a", "an", "my"]))
    };
    let mut places = clause.iter().enumerate();
    let has_stop = places.any(|(at, word)| is_of(word, STOPS) && !is_noun(at));
    let is_little = clause.iter().all(|word| is_of(word, STOPS) || is_of(word, LITTLE));
    let text = words.join(" ");
    let is_refused = REFUSALS.iter().any(|refusal| {
        let before = text.strip_suffix(refusal).is_some_and(|b| b.is_empty() || b.ends_with(' '));
        let all = text.strip_prefix(refusal).and_then(|behind| behind.strip_prefix(' '));
        before || all.is_some_and(|b| b.split(' ').all(|word| is_of(word, LITTLE)))
    });
    (has_stop && is_little) || is_refused
}

/// Whether a text begins with a condition or names only a time to come: `if they pay`, `after approval`,
/// `let me see first`, `from 1 December`.
#[must_use]
pub fn is_conditional(words: &[String]) -> bool {
    let at = words.iter().position(|word| !is_of(word, LEADS)).unwrap_or(0);
    let text = words.get(at..).unwrap_or_default();
    let Some((first, behind)) = text.split_first() else { return false };
    let is_consent = |word: &String| CONSENTS.iter().any(|stem| word.starts_with(stem));
    let next = behind.first();
    let begins = match first.as_str() {
        "if" | "unless" | "provided" | "pending" | "subject" | "awaiting" | "contingent"
        | "assuming" => true,
        "once" | "when" | "until" | "till" => {
            next.is_some_and(|word| is_of(word, SUBJECTS) || is_consent(word))
        }
        "after" | "before" | "upon" | "following" => behind.iter().take(3).any(is_consent),
        _ => false,
    };
    let is_if = |(at, word): (usize, &String)| {
        let before = at.checked_sub(1).and_then(|at| words.get(at));
        is_of(word, &["if", "unless"]) && !before.is_some_and(|b| is_of(b, &["as", "even"]))
    };
    let is_first = words.last().is_some_and(|word| word == "first")
        && words.len() > 1
        && words.first().is_some_and(|word| is_of(word, ASKS) || looks(word));
    begins || is_first || words.iter().enumerate().any(is_if) || is_a_time_to_come(words)
}

fn is_a_time_to_come(words: &[String]) -> bool {
    let is_later = words.iter().any(|word| is_of(word, LATER));
    let is_little = words.iter().all(|w| is_of(w, LATER) || is_of(w, LITTLE) || is_of(w, LEADS));
    let Some((first, behind)) = words.split_first() else { return false };
    let is_number = |word: &str| word.starts_with(|c: char| c.is_ascii_digit());
    let is_date = |word: &String| {
        [CALENDAR, DATES, LATER].iter().any(|words| is_of(word, words)) || is_number(word)
    };
    let is_dated = (is_of(first, FROM)
        || (first == "next"
            && !behind.iter().any(|w| is_of(w, &["month", "year", "quarter", "week"]))))
        && behind.iter().any(is_date)
        && behind.iter().all(|word| is_date(word) || is_of(word, DATE_LINKS));
    (is_later && is_little) || is_dated
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_stops_its_line_or_waits_holds_it_back() {
        for text in [
            "do nothing",
            "don't",
            "don’t",
            "do not",
            "not now",
            "stop",
            "STOP!",
            "abort",
            "wait",
            "hold",
            "hold on",
            "hold off until Friday",
            "cancel that",
            "ignore this",
            "disregard",
            "never mind",
            "nevermind",
            "undo",
            "let me see first",
            "show me the result first",
            "verify first",
            "tell me the price first",
            "pending approval",
            "after approval",
            "only if approved",
            "only if they pay",
            "tomorrow",
            "do it tomorrow",
            "from 1 December",
            "on Monday",
            "not yet",
            "stop this command",
            "please wait a moment",
            "skip it",
            "forget it",
            "leave it",
            "if they agree",
            "once they paid",
            "until they pay",
            "unless they object",
            "from next Monday",
            "later",
            "ask Dana first",
            "before they sign",
            "not today",
            "when approved",
            "starting 2026-12-01",
        ] {
            assert!(holds_back(text), "{text}");
        }
    }

    #[test]
    fn plain_reason_holds_nothing_back() {
        for text in [
            "monthly top-up",
            "wait for 3 more",
            "sorry for the wait",
            "not before 5 May",
            "first order",
            "May 5",
            "January",
            "cancelled order",
            "order 4711",
            "after the outage",
            "event on Monday",
            "holiday texts",
            "stop smoking campaign",
            "waiting list reminders",
            "one zero too many",
            "wrong client",
            "added twice",
            "not invoiced yet",
            "typed twice",
            "from May campaign",
            "next month",
            "",
            "no reply since 5 May",
            "tomorrow's event",
            "before Christmas",
            "once a month",
            "skip hire texts",
        ] {
            assert!(!holds_back(text), "{text}");
        }
    }
}
