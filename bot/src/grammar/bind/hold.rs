//! Words that say that a line is not to be done now: `stop`, `cancel that`, `not now`, `until Friday`,
//! `only if they pay`, `tomorrow`.
//!
//! A text holds a line back by its imperative if it says little else ([`stops`]), or by a condition or a later
//! time ([`is_conditional`]). Like the words for a try, none of them decides: the desk asks.

use super::hold_words::{
    ASKS, CALENDAR, CONSENTS, DATE_LINKS, DATES, DELAYS, FOREIGN, FROM, LATER, LEADS, LITTLE,
    REFUSALS, STOPS, SUBJECTS, UNSPACED,
};
use super::phrase::{holds, words};
use super::trial::looks;

fn is_of(word: &str, list: &[&str]) -> bool {
    list.contains(&word)
}

/// Whether a text stops its line, or does it later.
#[must_use]
pub fn holds_back(text: &str) -> bool {
    let words = words(text);
    stops(&words) || is_conditional(&words) || delays(&words) || is_on_a_day(&words)
}

/// Whether a text holds a phrase that delays its line: `remind me`, `as soon as they pay`, `noch nicht`.
fn delays(words: &[String]) -> bool {
    let plain = words.join(" ");
    let needs =
        words.iter().any(|w| is_of(w, &["needs", "need", "awaits", "wants", "wait", "waiting"]));
    let is_consent = |word: &String| CONSENTS.iter().any(|stem| word.starts_with(stem));
    let is_short = words.len() <= 6;
    // `test centre, noch nicht`: a phrase of another language is a reason of a few words.
    let is_foreign = || is_short && FOREIGN.iter().any(|phrase| holds(&plain, phrase));
    DELAYS.iter().any(|phrase| holds(&plain, phrase))
        || UNSPACED.iter().any(|phrase| plain.contains(phrase))
        || (is_short && needs && words.iter().any(is_consent))
        || is_foreign()
}

/// Whether a text asks for a day or an hour: `Monday please`, `in 2 weeks`, `after 6pm`.
fn is_on_a_day(words: &[String]) -> bool {
    let Some((first, behind)) = words.split_first() else { return false };
    let is_hour = |word: &String| {
        word.starts_with(|c: char| c.is_ascii_digit())
            && (word.ends_with("am") || word.ends_with("pm"))
    };
    let has_please = words.iter().any(|word| is_of(word, &["please", "pls"]));
    let is_day = |word: &String| is_of(word, CALENDAR) && !is_of(word, &["may", "march"]);
    let is_number = |word: &String| word.bytes().all(|b| b.is_ascii_digit());
    let is_span = |word: &String| {
        is_of(word, &["hour", "hours", "day", "days", "week", "weeks", "month", "months"])
    };
    match behind {
        [day] if has_please => is_day(first) || is_day(day),
        [hour] => is_of(first, &["after", "at", "from", "before"]) && is_hour(hour),
        [count, span] => {
            first == "in"
                && is_span(span)
                && (is_number(count) || is_of(count, &["a", "two", "few"]))
        }
        _ => false,
    }
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
