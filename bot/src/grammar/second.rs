//! A second command in the text of the first, without a slash: `… 61 add credit sms bolt 62`.
//!
//! The two words of a command such as `add credit` begin a command anywhere. Its other names, and the words
//! of one command, are also words of a reason, so they need a sign: a word like `and` before them, or a
//! number on both sides. Nothing is done where it is not certain: each command is offered by itself.

use super::amount::looks_like_one;
use super::normal::compared;
use super::{command_length, command_of};
use crate::command::{Command, ParamKind, is_slip};
use crate::commands;
use crate::commands::desk::help::found_by;

/// The text in which a second command may begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begun {
    /// A line, which begins with its own command.
    Line,
    /// The text of an option or of a field; the amount stands elsewhere.
    Value,
}

/// Words between two commands that end no name.
const CONJUNCTIONS: &[&str] = &["and", "then", "&", "&&", "|", "||"];

/// Words between two commands that also end names: `Acme Plus`.
const ADVERBS: &[&str] = &["also", "afterwards", "plus", "next"];

/// How many words behind the name of a command may stand before its number.
const REACH: usize = 6;

/// The shortest word of a command that is recognised by a slip.
const SLIP_MIN: usize = 5;

/// Whether a second command begins at `behind`, in the text `before`.
pub fn begins(begun: Begun, before: &str, behind: &str) -> bool {
    let least = match begun {
        Begun::Line => command_length(before).max(2),
        Begun::Value => 1,
    };
    // An option is no command, and what stands between quotation marks is text.
    if behind.starts_with("--") {
        return false;
    }
    let plain = behind.split_whitespace().take(REACH).take_while(|word| !word.contains('"'));
    let words: Vec<String> = plain.map(compared).collect();
    let Some(first) = words.first().filter(|word| !word.is_empty()) else { return false };
    if before.split_whitespace().count() < least || behind.starts_with(['"', '\'']) {
        return false;
    }
    if command_length(behind) > 1 || is_torn(&words) {
        return true;
    }
    let has_text =
        |command: &Command| command.param("reason").is_some_and(|p| p.kind == ParamKind::Rest);
    if begun == Begun::Line && !command_of(before).is_some_and(|c| c.is_write() && has_text(c)) {
        return false;
    }
    let second = words.get(1).map(String::as_str).unwrap_or_default();
    if is_joined(before) {
        return command_length(behind) > 0 || is_called(first, second);
    }
    // Only changes of credits are written with a number, so only they are taken for one.
    let has_amount = begun == Begun::Value || before.split_whitespace().any(looks_like_one);
    // `minus 100` names no client, and a credit card or credit note is no command.
    let has_number = words.iter().skip(2).any(|word| looks_like_one(word));
    let is_noun = first == "credit" && ["card", "cards", "note", "notes"].contains(&second);
    let is_change = has_amount && has_number && found_by(first, second).iter().any(changes_credits);
    is_change && !is_noun
}

/// Whether a text ends in a word or mark that joins two commands.
fn is_joined(before: &str) -> bool {
    let last = before.split_whitespace().last().unwrap_or_default();
    last.ends_with([',', '.', ';', ':']) || is_conjunction(last) || is_adverb(last)
}

/// Whether a word joins two commands and ends no name.
pub fn is_conjunction(word: &str) -> bool {
    CONJUNCTIONS.contains(&word.to_lowercase().as_str())
}

/// Whether a word joins two commands, and may be the end of a name as well.
pub fn is_adverb(word: &str) -> bool {
    ADVERBS.contains(&word.to_lowercase().as_str())
}

/// Whether the words are another name of a command.
fn is_called(first: &str, second: &str) -> bool {
    let both = format!("{first} {second}");
    let is_name = |command: &&'static Command| {
        command.finds.contains(&both.as_str())
            || (changes_credits(command) && command.finds.contains(&first))
    };
    let is_group = |command: &&'static Command| {
        let word = command.words.get(1).copied().unwrap_or_default();
        command.is_write() && word == first && command.words.len() == 2
    };
    commands::all().any(|command| is_name(&command) || (is_group(&command) && first.len() > 3))
}

fn changes_credits(command: &&'static Command) -> bool {
    ["addcredit", "deductcredit"].contains(&command.first_word())
}

/// Whether the words are a command of two words that is torn apart or has a slip: `add credits sms`,
/// `adcredit mms`.
fn is_torn(words: &[String]) -> bool {
    let word = |at: usize| words.get(at).map(String::as_str).unwrap_or_default();
    let joined = format!("{}{}", word(0), word(1).trim_end_matches('s'));
    commands::all().any(|command| {
        let [first, second, ..] = command.words else { return false };
        let is_split = joined == *first && word(2) == *second;
        let is_near = first.len() >= SLIP_MIN && is_slip(word(0), first) && word(1) == *second;
        let has_number = words.iter().skip(2).any(|word| looks_like_one(word));
        is_split || is_near || (joined == *first && has_number && changes_credits(&command))
    })
}
