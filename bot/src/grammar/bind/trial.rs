//! Words that say that a line is only to be tried: `simulate`, `just checking`, `do not run`, `what if`.
//!
//! A text sounds like a try by one of four rules: it holds a word of [`TRIES`]; a word of [`LIMITS`] stands
//! near one of [`LOOKS`]; a word of [`DENIALS`] stands before one of [`DEEDS`]; or it is a question.
//! Hyphens, apostrophes, letter case and full-width forms do not count, a word may be torn apart, and a
//! long word may have one slip.
//!
//! The lists are wide on purpose: a question costs one more line, and a change that was only to be tried
//! costs money. None of the words decides: the desk asks, with the lines for both.

use super::phrase::words;
use super::trial_words::{
    ARTICLES, ASKS, DEEDS, DENIALS, ENDINGS, FOREIGN, LIMITS, LITTLE, LOOKS, NO_SLIPS, QUESTIONS,
    SUPPOSES, TOPIC_SORTS, TOPIC_THINGS, TOPICS, TRIES, UNSPACED, WHOLE,
};
use crate::command::is_slip;

/// How many words may stand between two words of a rule.
const BETWEEN_MAX: usize = 2;

/// The most pieces of a word that is torn apart: `dr y run`.
const PIECES_MAX: usize = 4;

/// The shortest word that may have any slip; a shorter one may have two letters swapped.
const SLIP_MIN: usize = 5;

/// The most bytes by which a slip changes the length of a word.
const SLIP_BYTES_MAX: usize = 4;

/// Whether a word is a known one with one slip.
fn is_near(word: &str, known: &str) -> bool {
    let letters = |word: &str| {
        let mut letters: Vec<char> = word.chars().collect();
        letters.sort_unstable();
        letters
    };
    let is_swapped = || known.len() > 3 && letters(word) == letters(known);
    // Most words differ in length already.
    word.len().abs_diff(known.len()) <= SLIP_BYTES_MAX
        && !NO_SLIPS.contains(&word)
        && is_slip(word, known)
        && (known.len() >= SLIP_MIN || is_swapped())
}

/// Whether a word is one of these, or one with a slip.
fn is_one(word: &str, known: &[&str]) -> bool {
    // `test123`
    let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
    known.iter().any(|known| *known == word || *known == letters || is_near(word, known))
}

/// Whether a word is a form of one of these stems, or a stem with a slip.
fn has_stem(word: &str, stems: &[&str]) -> bool {
    let is_form = |stem: &str| {
        let is_long = stem.len() >= SLIP_MIN;
        word.strip_prefix(stem).is_some_and(|end| is_long || ENDINGS.contains(&end))
    };
    stems.iter().any(|stem| is_form(stem) || is_near(word, stem))
}

fn has_try(words: &[String]) -> bool {
    let single = |(at, word): (usize, &String)| {
        (is_one(word, TRIES) || FOREIGN.contains(&word.as_str())) && !is_topic(words, at)
    };
    let is_whole = |whole: &str| {
        TRIES.contains(&whole) || FOREIGN.contains(&whole) || is_slip(whole, "dryrun")
    };
    let torn = |length: usize| words.windows(length).any(|pieces| is_whole(&pieces.concat()));
    let spelt = || {
        // `d r y r u n`
        let is_apart = |word: &String| word.chars().count() > 1;
        words.split(is_apart).filter(|run| run.len() > 2).any(|run| {
            let whole = run.concat();
            TRIES.iter().any(|known| known.len() > 3 && whole.contains(known))
        })
    };
    words.iter().enumerate().any(single) || (2..=PIECES_MAX).any(torn) || spelt()
}

/// Whether a word of a try is the subject of messages: `driving test reminders`, `Covid testing centre`.
fn is_topic(words: &[String], at: usize) -> bool {
    let is = |at: Option<usize>, list: &[&str]| {
        at.and_then(|at| words.get(at)).is_some_and(|word| list.contains(&word.as_str()))
    };
    is(Some(at), TOPICS)
        && (is(at.checked_sub(1), TOPIC_SORTS) || is(at.checked_add(1), TOPIC_THINGS))
}

/// Whether a word is a form of looking or trying.
#[must_use]
pub fn looks(word: &str) -> bool {
    has_stem(word, LOOKS)
}

/// Whether a text says that its line is only to be tried, and nothing else: a name or a letter of which a
/// word for a try is a part says more.
#[must_use]
pub fn only_tries(text: &str) -> bool {
    let is_of_a_try = |word: &String| {
        let word = word.as_str();
        let lists = [WHOLE, LIMITS, DENIALS, SUPPOSES, LITTLE, FOREIGN];
        lists.iter().any(|list| list.contains(&word))
            || is_one(word, TRIES)
            || has_stem(word, LOOKS)
            || has_stem(word, DEEDS)
    };
    words(text).iter().all(is_of_a_try) && tries(text)
}

/// Whether a word of the first rule stands near one of the second: before it, or on either side.
fn are_near(
    words: &[String],
    first: impl Fn(&str) -> bool,
    second: impl Fn(&str) -> bool,
    on_both_sides: bool,
) -> bool {
    let is_thing = |at: usize| {
        let behind = at.checked_add(1).and_then(|at| words.get(at));
        behind.is_some_and(|word| TOPIC_THINGS.contains(&word.as_str()))
    };
    let reach = BETWEEN_MAX.saturating_add(1);
    words.iter().enumerate().filter(|(_, word)| first(word)).any(|(at, _)| {
        let start = if on_both_sides { at.saturating_sub(reach) } else { at };
        let end = at.saturating_add(reach).min(words.len().saturating_sub(1));
        let near = words.get(start..=end).unwrap_or_default().iter().enumerate();
        near.into_iter().any(|(by, word)| second(word) && !is_thing(start.saturating_add(by)))
    })
}

/// Whether a text sounds like a try.
#[must_use]
pub fn tries(text: &str) -> bool {
    let words = words(text);
    let is_article = |word: &&String| ARTICLES.contains(&word.as_str());
    let whole: String = words.iter().skip_while(is_article).map(String::as_str).collect();
    let is_whole = WHOLE.contains(&whole.as_str());
    let is_question = text.trim_end_matches([' ', ')', ']', '!', '.', '"']).ends_with(['?', '？'])
        || words.first().is_some_and(|word| {
            SUPPOSES.contains(&word.as_str()) || QUESTIONS.contains(&word.as_str())
        });
    let spaced = format!(" {} ", words.join(" "));
    let asks = ASKS.iter().any(|phrase| spaced.contains(&format!(" {phrase} ")))
        || UNSPACED.iter().any(|word| spaced.contains(word));
    // `no changes since last month`
    let is_past = words.iter().any(|word| word == "since");
    let limits = |word: &str| is_one(word, LIMITS);
    let looks = |word: &str| has_stem(word, LOOKS);
    let is_denial = |word: &str| DENIALS.contains(&word);
    let does = |word: &str| has_stem(word, DEEDS);
    is_whole
        || is_question
        || asks
        || has_try(&words)
        || are_near(&words, limits, looks, true)
        || are_near(&words, |word| word == "run", |word| word == "dry", true)
        || (are_near(&words, is_denial, does, false) && !is_past)
}

/// Whether a text is the option `dry_run` in another form, so that it can be no reason.
#[must_use]
pub fn is_dry_run(text: &str) -> bool {
    words(text).concat() == "dryrun"
}

/// Whether words that stand before a command say that it is only to be tried: `dry run: /undo`.
#[must_use]
pub fn is_heading(text: &str) -> bool {
    (1..=PIECES_MAX).contains(&words(text).len()) && tries(text)
}

/// Whether the words before an option deny it: `no dry_run`, `not a dry_run`.
#[must_use]
pub fn denies(before: &str) -> bool {
    let is_article =
        |word: &&String| ["a", "an", "any", "the", "as", "in"].contains(&word.as_str());
    let words = words(before);
    words.iter().rev().find(|word| !is_article(word)).is_some_and(|w| DENIALS.contains(&w.as_str()))
}

/// Where the words for a try begin in a text that has a name in front.
#[must_use]
pub fn begins(text: &[&str]) -> Option<usize> {
    let last =
        (1..text.len()).rev().find(|at| tries(&text.get(*at..).unwrap_or_default().join(" ")));
    let is_lead = |word: &str| {
        let lead = ["a", "an", "this", "is", "it", "its", "as", "quick", "small", "do", "please"];
        words(word).iter().all(|w| {
            lead.contains(&w.as_str())
                || LIMITS.contains(&w.as_str())
                || DENIALS.contains(&w.as_str())
        })
    };
    last.map(|mut at| {
        while at > 1 && text.get(at.saturating_sub(1)).is_some_and(|word| is_lead(word)) {
            at = at.saturating_sub(1);
        }
        at
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_a_try_sound_like_one_in_any_form() {
        for text in [
            "simulate",
            "Simulation",
            "trial",
            "trial run",
            "rehearsal",
            "testing",
            "test only",
            "only a test",
            "what-if",
            "what if",
            "What if?",
            "pretend",
            "probe",
            "hypothetically",
            "no commit",
            "no-commit",
            "noop",
            "no-op",
            "only show",
            "show only",
            "check only",
            "just checking",
            "don't run",
            "don’t run",
            "dont run",
            "do not run",
            "do not actually run",
            "run dry",
            "dr y run",
            "dry - run",
            "trockenlauf",
            "preview",
            "practice",
            "sandbox",
            "mock",
            "ｓｉｍｕｌａｔｅ",
            "SIMULATE",
            "simulat",
            "simluate",
            "rehersal",
            "previw",
            "tset only",
            "jsut checking",
            "not for real",
            "without saving",
            "no changes please",
            "ok?",
            "just a quick look",
            "for training only",
            "don't do it",
            "dry",
            "monthly,dry_run",
            "would this work",
            "T-E-S-T",
            "pre-view",
            "sandbx",
        ] {
            assert!(tries(text), "{text}");
        }
    }

    #[test]
    fn question_about_the_outcome_and_a_try_in_another_language_sound_like_a_try() {
        for text in [
            "d r y r u n",
            "s i m u l a t e",
            "run it dry",
            "how much would it cost",
            "what happens",
            "let me see",
            "show me the result",
            "see what it says",
            "try it",
            "for demonstration only",
            "as an example",
            "theoretically",
            "tentative",
            "provisional",
            "blank run",
            "shadow run",
            "trail run",
            "simulación",
            "simulação",
            "simulazione",
            "simulering",
            "prueba",
            "ensayo",
            "essai",
            "à blanc",
            "prova a vuoto",
            "тест",
            "テスト",
            "测试",
            "試運転",
        ] {
            assert!(tries(text), "{text}");
        }
    }

    #[test]
    fn plain_reason_sounds_like_no_try() {
        for text in [
            "monthly top-up",
            "order 4711",
            "3 bottles",
            "quarterly review",
            "only texts for May",
            "just the rest",
            "no reply since 5 May",
            "not before 5 May",
            "sorry for the outage",
            "they want another 1k",
            "dry cleaning vouchers",
            "SIM campaign",
            "trail running club",
            "one zero too many",
            "wrong client",
            "added twice",
            "checking account 12",
            "no reason",
            "typed twice",
            "goodwill, no charge",
            "first order",
            "January",
            "price rise",
            "driving test reminders",
            "Covid testing centre",
            "clinical trial reminders",
            "free trial ended",
            "only for planning alerts",
            "no changes since last month",
            "not invoiced yet",
            "",
        ] {
            assert!(!tries(text), "{text}");
        }
    }

    #[test]
    fn words_for_a_try_are_told_from_the_name_before_them() {
        assert_eq!(begins(&["acme", "simulate"]), Some(1));
        assert_eq!(begins(&["acme", "mobile", "just", "a", "test"]), Some(2));
        assert_eq!(begins(&["acme", "monthly"]), None);
        assert!(denies("acme 81 not a") && denies("without") && !denies("acme 81 a"));
        assert!(is_heading("dry run:") && is_heading("try:") && !is_heading("note:"));
    }
}
