//! Words that say that a line is only to be tried: `simulate`, `just checking`, `do not run`, `what if`.
//!
//! A text sounds like a try by one of four rules: it holds a word of [`TRIES`]; a word of [`LIMITS`] stands
//! near one of [`LOOKS`]; a word of [`DENIALS`] stands before one of [`DEEDS`]; or it is a question.
//! Hyphens, apostrophes, letter case and full-width forms do not count, a word may be torn apart, and a
//! long word may have one slip.
//!
//! The lists are wide on purpose: a question costs one more line, and a change that was only to be tried
//! costs money. None of the words decides: the desk asks, with the lines for both.

use unicode_normalization::UnicodeNormalization;

use crate::command::is_slip;

/// A try by themselves, without spaces and marks.
const TRIES: &[&str] = &[
    "dryrun",
    "dryruns",
    "rundry",
    "drytest",
    "simulate",
    "simulated",
    "simulates",
    "simulating",
    "simulation",
    "simulations",
    "simulator",
    "trial",
    "trials",
    "trialrun",
    "testrun",
    "rehearsal",
    "rehearse",
    "rehearsing",
    "pretend",
    "pretending",
    "probe",
    "probing",
    "hypothetical",
    "hypothetically",
    "noop",
    "nop",
    "whatif",
    "trockenlauf",
    "probelauf",
    "testlauf",
    "testweise",
    "probeweise",
    "simulieren",
    "preview",
    "previewing",
    "practice",
    "practise",
    "practicing",
    "practising",
    "sandbox",
    "sandboxed",
    "mock",
    "mocked",
    "mockup",
    "mocking",
    "dummy",
    "fake",
    "test",
    "tests",
    "testing",
    "tested",
    "tryout",
    "tryrun",
    "experiment",
    "experimental",
    "experimenting",
    "speculative",
    "wouldhappen",
    "checkmode",
    "playground",
];

/// A try if they are the whole text; `SIM` and `dry` are also words of the trade.
const WHOLE: &[&str] = &["dry", "sim", "try", "trying", "check", "checking", "demo", "draft"];

/// They limit the word beside them.
const LIMITS: &[&str] = &["just", "only", "merely", "simply", "solely", "purely", "nur"];

/// Looking and trying, as stems.
const LOOKS: &[&str] = &[
    "check", "look", "try", "tri", "test", "show", "see", "view", "display", "print", "calculat",
    "comput", "estimat", "validat", "verif", "curious", "wonder", "play", "explor", "ask", "kid",
    "jok", "demo", "draft", "plan", "exercis", "exampl", "info", "read", "learn", "train", "quot",
    "pric",
];

/// They deny the word behind them.
const DENIALS: &[&str] = &[
    "no", "not", "dont", "doesnt", "didnt", "never", "without", "nothing", "cannot", "cant",
    "wont", "shouldnt", "mustnt", "nicht", "ohne", "non",
];

/// Doing, as stems.
const DEEDS: &[&str] = &[
    "run", "do", "doing", "done", "execut", "exec", "commit", "apply", "appli", "perform", "post",
    "book", "sav", "writ", "persist", "stor", "send", "submit", "process", "add", "deduct",
    "chang", "effect", "real", "live", "action", "actual", "proceed", "go", "touch", "updat",
    "modif", "confirm", "yet",
];

/// The beginning of an idea.
const SUPPOSES: &[&str] = &["suppose", "supposing", "imagine", "assume", "assuming", "would"];

/// Words that are one slip away from a word above and mean something else.
const NO_SLIPS: &[&str] = &[
    "review",
    "reviewing",
    "trail",
    "trails",
    "trill",
    "triad",
    "tribal",
    "prove",
    "proving",
    "prone",
    "robe",
    "mummy",
    "tummy",
    "gummy",
    "yummy",
    "rummy",
    "locked",
    "rocked",
    "docked",
    "texts",
    "texting",
    "texted",
    "tasting",
    "tasted",
    "resting",
    "rests",
    "rested",
    "nesting",
    "nests",
    "nested",
    "vesting",
    "vests",
    "vested",
    "pests",
    "tents",
    "cheek",
];

/// How many words may stand between two words of a rule.
const BETWEEN_MAX: usize = 2;

/// The most pieces of a word that is torn apart: `dr y run`.
const PIECES_MAX: usize = 4;

/// The shortest word that may have any slip; a shorter one may have two letters swapped.
const SLIP_MIN: usize = 5;

/// The most bytes by which a slip changes the length of a word.
const SLIP_BYTES_MAX: usize = 4;

/// The letters of each word, in lower case.
fn words(text: &str) -> Vec<String> {
    let plain: String = text.nfkc().flat_map(char::to_lowercase).collect();
    let is_apostrophe = |c: char| matches!(c, '\'' | '’' | '‘' | '`' | '´');
    let plain: String = plain.chars().filter(|c| !is_apostrophe(*c)).collect();
    let words = plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

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
    known.iter().any(|known| *known == word || is_near(word, known))
}

/// The endings that make a form of a stem.
const ENDINGS: &[&str] =
    &["", "s", "e", "es", "ed", "ing", "ning", "ting", "y", "ly", "d", "ion", "ions"];

/// Whether a word is a form of one of these stems, or a stem with a slip.
fn has_stem(word: &str, stems: &[&str]) -> bool {
    let is_form = |stem: &str| {
        let is_long = stem.len() >= SLIP_MIN;
        word.strip_prefix(stem).is_some_and(|end| is_long || ENDINGS.contains(&end))
    };
    stems.iter().any(|stem| is_form(stem) || is_near(word, stem))
}

fn has_try(words: &[String]) -> bool {
    let single = |word: &String| is_one(word, TRIES);
    let torn = |length: usize| {
        words.windows(length).any(|pieces| {
            let whole = pieces.concat();
            TRIES.contains(&whole.as_str()) || is_slip(&whole, "dryrun")
        })
    };
    words.iter().any(single) || (2..=PIECES_MAX).any(torn)
}

/// Whether a word of the first rule stands near one of the second: before it, or on either side.
fn are_near(
    words: &[String],
    first: impl Fn(&str) -> bool,
    second: impl Fn(&str) -> bool,
    on_both_sides: bool,
) -> bool {
    let reach = BETWEEN_MAX.saturating_add(1);
    words.iter().enumerate().filter(|(_, word)| first(word)).any(|(at, _)| {
        let start = if on_both_sides { at.saturating_sub(reach) } else { at };
        let end = at.saturating_add(reach).min(words.len().saturating_sub(1));
        words.get(start..=end).unwrap_or_default().iter().any(|word| second(word))
    })
}

/// Whether a text sounds like a try.
#[must_use]
pub fn tries(text: &str) -> bool {
    let words = words(text);
    let is_whole = WHOLE.contains(&words.concat().as_str());
    let is_question = text.trim_end_matches([' ', ')', ']', '!', '.', '"']).ends_with(['?', '？'])
        || words.first().is_some_and(|word| SUPPOSES.contains(&word.as_str()));
    let limits = |word: &str| is_one(word, LIMITS);
    let looks = |word: &str| has_stem(word, LOOKS);
    let is_denial = |word: &str| DENIALS.contains(&word);
    let does = |word: &str| has_stem(word, DEEDS);
    is_whole
        || is_question
        || has_try(&words)
        || are_near(&words, limits, looks, true)
        || are_near(&words, is_denial, does, false)
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
