//! A line that begins with no command: the command that it may mean, with the typed words where they fit.
//!
//! Invariant: nothing is done. Each offered line reads as a command.

use shared::kernel::id::Identity;

use super::token::Token;
use super::{Parsed, Reading, either, read, word};
use crate::command::{Command, Usage, nearest};
use crate::commands;
use crate::commands::desk::{help, topics};
use crate::view::Suggestion;

/// The most lines that are offered.
const OFFERED_MAX: usize = 6;

/// Words that begin a sentence and no command.
const FILLERS: &[&str] = &[
    "please", "pls", "can", "could", "would", "you", "kindly", "hi", "hello", "hey", "i", "we",
    "want", "need", "like", "to", "just", "now",
];

/// No command begins like this: the nearest one, or those that do what the word means elsewhere.
pub fn unknown(first: &Token, tokens: &[Token], from: &Identity) -> Usage {
    let typed = word(first).unwrap_or_else(|| first.raw.clone());
    let raw = |from: usize| {
        let rest = tokens.iter().skip(from).map(|t| t.raw.as_str());
        rest.collect::<Vec<_>>().join(" ")
    };
    let group: Vec<&'static Command> =
        commands::all().filter(|command| command.first_word() == typed).collect();
    if !group.is_empty() {
        return incomplete(&typed, &group, tokens, from);
    }
    if let Some(usage) = sentence(tokens, from) {
        return usage;
    }
    let mut usage = Usage::new("unknown_command", format!("I don’t know “{}”.", first.raw));
    // `add credit mms …`: two words that are one command's.
    let second = tokens.get(1).and_then(word).unwrap_or_default();
    let joined = format!("{typed}{}", second.trim_end_matches('s'));
    if commands::first_words().contains(&joined.as_str()) {
        usage.sentence.push_str(&format!(" Did you mean {joined}?"));
        let line = format!("/{joined} {}", raw(2));
        return usage.suggest(line.trim_end(), "the nearest command");
    }
    let (meant, taken) = match nearest(&typed, commands::first_words()) {
        Some(meant) => (Some(meant), 1),
        None if second.is_empty() => (None, 1),
        None => (nearest(&joined, commands::first_words()), 2),
    };
    // A word of other platforms is no slip of ours, even if it looks like one.
    let matches = help::found_by(&typed, &second);
    match (matches.is_empty(), meant) {
        (true, Some(meant)) => {
            usage.sentence.push_str(&format!(" Did you mean {meant}?"));
            let line = format!("/{meant} {}", raw(taken));
            usage
                .suggest(line.trim_end(), "the nearest command")
                .suggest("/help", "shows the most used commands")
        }
        (true, None) if topics::view(&typed).is_some() => {
            usage.suggest(format!("/help {typed}"), "shows how it is done here")
        }
        (true, None) => usage.suggest("/help", "shows the most used commands"),
        (false, _) => {
            usage.sentence.push_str(" Here it is called:");
            let both = format!("{typed} {second}");
            let rest = |command: &Command| {
                let is_second = command.words.contains(&second.as_str())
                    || command.finds.contains(&both.as_str());
                raw(if is_second && !second.is_empty() { 2 } else { 1 })
            };
            offered(usage, matches.into_iter().map(|command| (command, rest(command))), from)
        }
    }
}

/// The usage with each command and the words behind it: as a complete line where they fit, else as its
/// usage.
fn offered(
    mut usage: Usage,
    matches: impl Iterator<Item = (&'static Command, String)>,
    from: &Identity,
) -> Usage {
    let (mut complete, mut asked, mut open) = (Vec::new(), Vec::new(), Vec::new());
    for (command, rest) in matches {
        match completed(command, &rest, from) {
            Completed::Line(line) => complete.push(line),
            Completed::Asked(lines) => asked.extend(lines),
            Completed::Open => open.push(Suggestion::new(command.short_usage(), command.about)),
        }
    }
    // A complete line says more than a question, and a question more than a usage.
    let best = [complete, asked, open].into_iter().find(|lines| !lines.is_empty());
    usage.suggestions.extend(best.unwrap_or_default());
    usage.suggestions.truncate(OFFERED_MAX);
    usage
}

/// A command with the typed words behind it.
enum Completed {
    Line(Suggestion),
    /// The lines that it may be.
    Asked(Vec<Suggestion>),
    Open,
}

fn completed(command: &'static Command, rest: &str, from: &Identity) -> Completed {
    if rest.is_empty() && command.params.iter().any(|param| param.is_required()) {
        return Completed::Open;
    }
    let line = format!("/{} {rest}", command.name());
    let line = line.trim_end();
    let is_same = |parsed: &Parsed| parsed.command == command && parsed.ask().is_ok();
    match read(line, from) {
        Ok(Reading::One(parsed)) if is_same(&parsed) => {
            Completed::Line(Suggestion::new(line, command.about))
        }
        Ok(Reading::Several(_)) => Completed::Line(Suggestion::new(line, command.about)),
        Err(usage) if !usage.suggestions.is_empty() => Completed::Asked(usage.suggestions),
        Ok(Reading::One(_) | Reading::Empty | Reading::HelpOn(_)) | Err(_) => Completed::Open,
    }
}

/// A sentence in plain words: its command, if one is in it, and help with the sentence.
fn sentence(tokens: &[Token], from: &Identity) -> Option<Usage> {
    let is_filler = |token: &&Token| {
        let plain = token.raw.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        FILLERS.contains(&plain.as_str())
    };
    let fillers = tokens.iter().take_while(is_filler).count();
    let question = ["how", "what", "why", "when", "where", "who", "which"];
    let first = tokens.get(fillers).and_then(word).unwrap_or_default();
    let is_question = question.contains(&first.as_str()) && tokens.len() > 3;
    if fillers == 0 && !is_question {
        return None;
    }
    let raw = |tokens: &[Token]| {
        tokens.iter().map(|token| token.raw.as_str()).collect::<Vec<_>>().join(" ")
    };
    let usage = Usage::new(
        "unknown_command",
        "A sentence is not read as a command, and nothing was done.".to_owned(),
    );
    let rest = tokens.get(fillers..).unwrap_or_default();
    // Each reading has fewer words than the one before.
    let inner = (fillers > 0 && !is_question && !rest.is_empty())
        .then(|| read(&format!("/{}", raw(rest)), from));
    let lines = match inner {
        Some(Ok(Reading::One(parsed))) => {
            vec![Suggestion::new(parsed.line(), parsed.command.about)]
        }
        Some(Ok(Reading::Several(_) | Reading::Empty | Reading::HelpOn(_))) | None => Vec::new(),
        Some(Err(usage)) => usage.suggestions,
    };
    let mut usage = Usage { suggestions: lines, ..usage };
    usage.suggestions.retain(|suggestion| suggestion.line != "/help");
    usage.suggestions.truncate(OFFERED_MAX);
    let about = raw(tokens);
    let about = about.trim_end_matches(['?', '.', '!']);
    Some(usage.suggest(format!("/help {about}"), "answers questions"))
}

/// The first word is known, what should follow it is not.
fn incomplete(first: &str, group: &[&'static Command], tokens: &[Token], from: &Identity) -> Usage {
    let mut known: Vec<&str> = Vec::new();
    // As far as the words go along with a command, and then the choice that is left.
    let mut depth = 1;
    let mut left: Vec<&&'static Command> = group.iter().collect();
    loop {
        let typed = tokens.get(depth).and_then(word);
        let on: Vec<_> = left
            .iter()
            .filter(|command| command.words.get(depth).copied() == typed.as_deref())
            .copied()
            .collect();
        if typed.is_none() || on.is_empty() {
            break;
        }
        left = on;
        depth = depth.saturating_add(1);
    }
    for command in &left {
        if let Some(word) = command.words.get(depth).filter(|word| !known.contains(*word)) {
            known.push(word);
        }
    }
    let so_far: Vec<&str> =
        left.first().map(|c| c.words.iter().take(depth).copied().collect()).unwrap_or_default();
    let so_far = if so_far.is_empty() { first.to_owned() } else { so_far.join(" ") };
    let Some(typed) = tokens.get(depth) else {
        let mut usage = Usage::new("incomplete", format!("/{so_far} what? {}.", either(&known)));
        for command in left.iter().take(6) {
            usage.suggestions.push(Suggestion::new(command.short_usage(), command.about));
        }
        return usage;
    };
    let written = word(typed).unwrap_or_else(|| typed.raw.clone());
    let no = if known == ["sms", "mms"] { "a credit kind".to_owned() } else { either(&known) };
    let mut sentence = format!("“{}” is not {no}.", typed.raw);
    // A word of other platforms is no slip of ours: `unsuspend` is not suspend.
    let both = format!("{so_far} {written}");
    let mut called: Vec<&'static Command> =
        left.iter().filter(|c| c.finds.contains(&written.as_str())).map(|c| **c).collect();
    if called.is_empty() {
        called = commands::all().filter(|c| c.finds.contains(&both.as_str())).collect();
    }
    if !called.is_empty() {
        sentence.push_str(" Here it is called:");
        let rest = tokens.iter().skip(depth.saturating_add(1)).map(|token| token.raw.as_str());
        let rest = rest.collect::<Vec<_>>().join(" ");
        let usage = Usage::new("unknown_command", sentence);
        return offered(usage, called.into_iter().map(|command| (command, rest.clone())), from);
    }
    // The right word in the wrong place, or a slip.
    let later = tokens.iter().enumerate().skip(depth.saturating_add(1));
    let misplaced = later
        .filter_map(|(at, token)| Some((at, word(token)?)))
        .find_map(|(at, typed)| known.iter().find(|word| **word == typed).map(|word| (at, *word)));
    let slip = nearest(&written, known.iter().copied());
    let behind = |from: usize, without: Option<usize>| {
        let others = tokens.iter().enumerate().skip(from).filter(|(at, _)| Some(*at) != without);
        others.map(|(_, token)| token.raw.as_str()).collect::<Vec<_>>().join(" ")
    };
    let meant = match (slip, misplaced) {
        (Some(word), _) => Some((word, behind(depth.saturating_add(1), None))),
        (None, Some((at, word))) => Some((word, behind(depth, Some(at)))),
        (None, None) => None,
    };
    let Some((meant, arguments)) = meant else {
        let mut usage = Usage::new("unknown_command", sentence);
        for command in left.iter().take(6) {
            usage.suggestions.push(Suggestion::new(command.short_usage(), command.about));
        }
        return usage;
    };
    sentence.push_str(&format!(" Did you mean {meant}?"));
    if let Some(command) = left.iter().find(|command| command.words.get(depth) == Some(&meant)) {
        let usage = format!(" Usage: {} · e.g. {}", command.short_usage(), command.example);
        sentence.push_str(&usage);
    }
    let line = format!("/{so_far} {meant} {arguments}");
    Usage::new("unknown_command", sentence).suggest(line.trim_end(), "the nearest command")
}
