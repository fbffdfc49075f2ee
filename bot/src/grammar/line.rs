//! One message, one command. A message that holds several is not done in part: each command is
//! offered on its own line. A line break that only continues a text is asked about.
//!
//! Commands are told apart at line breaks, at `;`, at a `/command` behind a space, and at the words of a
//! command ([`second`]). Between quotation marks all of them are text, except a line break before a `/`.

use shared::kernel::id::Identity;

use super::normal::{Front, normal};
use super::second::{self, Begun};
use super::{command_length, front, read};
use crate::command::{Usage, is_slip};
use crate::commands;
use crate::commands::desk::help::found_by;

/// The most lines that are offered.
const OFFERED_MAX: usize = 10;

/// What to ask about a message of several lines or commands; `None` where it is one line.
#[must_use]
pub fn several(text: &str, from: &Identity) -> Option<Usage> {
    let text = joined(text, front(from));
    let pieces = pieces(&text, Begun::Line);
    let (first, rest) = pieces.split_first()?;
    if rest.is_empty() {
        return None;
    }
    let commands = rest.iter().filter(|piece| piece.is_command).count();
    if commands == 0 {
        let sentence = format!(
            "A command is one line, and this message has {}. Nothing was done.",
            pieces.len()
        );
        let joined: Vec<&str> = pieces.iter().map(|piece| piece.text).collect();
        let usage = Usage::new("several_lines", sentence);
        return Some(usage.suggest(slashed(&joined.join(" ")), "all of it as one command"));
    }
    let mut lines: Vec<String> = vec![first.text.to_owned()];
    for piece in rest {
        match lines.last_mut() {
            Some(line) if !piece.is_command => {
                line.push(' ');
                line.push_str(piece.text);
            }
            Some(_) | None => lines.push(piece.text.to_owned()),
        }
    }
    // `thanks! /undo`: a greeting in front of a command is none.
    if lines.first().is_some_and(|line| !may_be_a_command(line)) {
        lines.remove(0);
    }
    let sentence = match lines.len() {
        1 => {
            "The command stands behind other text. Nothing was done: send it by itself.".to_owned()
        }
        commands => format!(
            "This message holds {commands} commands, and none of them was done. A reason that reads like \
             a command goes between quotation marks."
        ),
    };
    let offered = lines.iter().take(OFFERED_MAX);
    let usage = Usage::new("several_commands", sentence);
    Some(offered.fold(usage, |usage, line| {
        usage.suggest(in_its_form(&slashed(line), from), "runs this line alone")
    }))
}

/// A line whose command is written in other words, with the command in its own.
fn in_its_form(line: &str, from: &Identity) -> String {
    let is_known = |code: &str| !["unknown_command", "incomplete"].contains(&code);
    match read(line, from) {
        Err(usage) if !is_known(usage.code) => usage
            .suggestions
            .into_iter()
            .map(|suggestion| suggestion.line)
            .find(|offered| read(offered, from).is_ok() && !offered.starts_with("/help"))
            .unwrap_or_else(|| line.to_owned()),
        Ok(_) | Err(_) => line.to_owned(),
    }
}

/// What to ask about a value that holds commands: a text of an option or of a field.
#[must_use]
pub fn in_a_value(name: &str, text: &str) -> Option<Usage> {
    let text = joined(text, Front::Plain);
    let all = pieces(&text, Begun::Value);
    let is_one = |(at, piece): &(usize, &Piece<'_>)| match at {
        0 => begins_with_slash(piece.text),
        _ => piece.is_command,
    };
    let mut commands = all.iter().enumerate().filter(is_one).map(|(_, piece)| piece).peekable();
    commands.peek()?;
    let sentence = format!(
        "The {} holds another command. Nothing was done: send that by itself, or put the whole text \
         between quotation marks.",
        name.replace('_', " ")
    );
    let usage = Usage::new("several_commands", sentence);
    Some(
        commands
            .take(OFFERED_MAX)
            .fold(usage, |usage, piece| usage.suggest(slashed(piece.text), "runs this line alone")),
    )
}

/// The lines of a text, each in its normal form.
fn joined(text: &str, front: Front) -> String {
    let lines: Vec<String> = text.split(is_break).map(|line| normal(line, front)).collect();
    lines.join("\n")
}

fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn slashed(line: &str) -> String {
    format!("/{}", line.trim_start_matches('/'))
}

/// A part of a message: a command, or a line that goes on with the one before.
pub struct Piece<'a> {
    pub text: &'a str,
    pub is_command: bool,
}

/// Where a piece begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cut {
    Break,
    Semicolon,
    Space,
}

/// The lines and commands of a text. Quotation marks count only if they are paired.
pub fn pieces(text: &str, begun: Begun) -> Vec<Piece<'_>> {
    let is_paired = text.matches('"').count().is_multiple_of(2);
    let mut pieces = Vec::new();
    let mut start = 0_usize;
    let mut is_command = true;
    let mut is_quoted = false;
    let mut is_escaped = false;
    let is_between = |c: char| matches!(c, ';' | '&' | '|' | ',') || c.is_whitespace();
    let mut add = |from: usize, to: usize, is_command: bool, next: Option<Cut>| {
        let mut text = text.get(from..to).unwrap_or_default().trim_matches(is_between);
        // A line break or `;` is a joint by itself, so `Plus` before it belongs to a name.
        let is_joint = |word: &str| match next {
            Some(Cut::Space) => second::is_conjunction(word) || second::is_adverb(word),
            Some(Cut::Break | Cut::Semicolon) => second::is_conjunction(word),
            None => false,
        };
        while let Some((rest, last)) = text.rsplit_once(char::is_whitespace)
            && is_joint(last)
        {
            text = rest.trim_end_matches(is_between);
        }
        if !text.is_empty() {
            pieces.push(Piece { text, is_command });
        }
    };
    for (at, c) in text.char_indices() {
        let cut = match c {
            '\n' => Some(Cut::Break),
            ';' => Some(Cut::Semicolon),
            c if c.is_whitespace() => Some(Cut::Space),
            _ => None,
        };
        if c == '"' && !is_escaped && is_paired {
            is_quoted = !is_quoted;
        }
        is_escaped = c == '\\' && !is_escaped;
        let Some(cut) = cut else { continue };
        let behind = text.get(at.saturating_add(c.len_utf8())..).unwrap_or_default();
        let next = behind.trim_start_matches(|c: char| c.is_whitespace() && c != '\n');
        let is_next = match cut {
            Cut::Break | Cut::Semicolon => next.starts_with('/') || command_length(next) > 0,
            Cut::Space => {
                let before = text.get(start..at).unwrap_or_default();
                begins_with_slash(behind) || second::begins(begun, before, behind)
            }
        };
        let is_text = is_quoted && !(cut == Cut::Break && next.starts_with('/'));
        // `/help /undo` asks about a command, and `/desk /undo` is one.
        let before = text.get(start..at).unwrap_or_default();
        let before = before.trim_matches(|c| c == '/' || is_between(c)).to_lowercase();
        let takes_a_command = cut == Cut::Space && ["help", "desk"].contains(&before.as_str());
        if is_text || takes_a_command {
            continue;
        }
        if cut == Cut::Break || is_next {
            // `2. /undo`: what counts the commands is none.
            if cut != Cut::Space || before.contains(char::is_alphabetic) {
                add(start, at, is_command, is_next.then_some(cut));
            }
            start = at;
            is_command = is_next;
        }
    }
    add(start, text.len(), is_command, None);
    pieces
}

/// Whether a text is written like a command, or begins with the words of one.
fn may_be_a_command(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().take(2).collect();
    let [first, second] = [0, 1].map(|at| words.get(at).copied().unwrap_or_default());
    text.starts_with('/')
        || command_length(text) > 0
        || begins_with_slash(&slashed(first))
        || !found_by(&first.to_lowercase(), &second.to_lowercase()).is_empty()
}

/// Whether a text begins with `/command`, spelt right or with one slip.
fn begins_with_slash(text: &str) -> bool {
    let Some(word) = text.strip_prefix('/') else { return false };
    let word = word.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let word = word.to_lowercase();
    let known = commands::first_words();
    word == "desk" || known.iter().any(|known| *known == word || is_slip(&word, known))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dana() -> Identity {
        "local:dana".parse().unwrap()
    }

    fn offered(text: &str) -> Vec<String> {
        let usage = several(text, &dana()).unwrap_or_else(|| panic!("{text:?}"));
        usage.suggestions.into_iter().map(|suggestion| suggestion.line).collect()
    }

    #[test]
    fn several_commands_are_offered_each_by_itself() {
        let two = ["/addcredit sms acme 201", "/addcredit sms bolt 202"];
        for text in [
            "/addcredit sms acme 201\n/addcredit sms bolt 202",
            "/addcredit sms acme 201\r\n\r\n  /addcredit sms bolt 202\n",
            "addcredit sms acme 201\naddcredit sms bolt 202",
            "/addcredit sms acme 201; /addcredit sms bolt 202",
            "/addcredit sms acme 201;/addcredit sms bolt 202;",
            "/addcredit sms acme 201； addcredit sms bolt 202",
            "/addcredit sms acme 201 /addcredit sms bolt 202",
            "/addcredit sms acme 201\u{2028}/addcredit sms bolt 202",
            "/addcredit sms acme 201 addcredit sms bolt 202",
            "/addcredit sms acme 201 && /addcredit sms bolt 202",
            "/addcredit sms acme 201 and then /addcredit sms bolt 202",
            "/addcredit sms acme 201 and\n/addcredit sms bolt 202",
            "/addcredit sms acme 201 and also /addcredit sms bolt 202",
            "/addcredit sms acme 201 plus /addcredit sms bolt 202",
            "/addcredit sms acme 201, next add sms bolt 202",
            "/addcredit sms acme 201 Afterwards add credit sms bolt 202",
            "/addcredit sms acme 201 add credit sms bolt 202",
            "/addcredit sms acme 201 Add Credits sms bolt 202",
            "/addcredit sms acme 201 adcredit sms bolt 202",
            "/addcredit sms acme 201 and add sms bolt 202",
            "/addcredit sms acme 201, topup sms bolt 202",
            "1. /addcredit sms acme 201\n2. /addcredit sms bolt 202",
            "- /addcredit sms acme 201\n- /addcredit sms bolt 202",
        ] {
            assert_eq!(offered(text), two, "{text:?}");
        }
        assert_eq!(offered("/undo\n/adcredit sms x 5"), ["/undo", "/addcredit sms x 5"]);
        assert_eq!(offered("/undo /desk help"), ["/undo", "/desk help"]);
        assert_eq!(offered("thanks!\n/undo"), ["/undo"]);
        assert_eq!(offered("hi Dana, please do this:\n/undo\n/pending"), ["/undo", "/pending"]);
        assert_eq!(offered("desk> /undo\ndesk> /pending"), ["/undo", "/pending"]);
        assert_eq!(offered("/balance Acme Plus\n/undo"), ["/balance Acme Plus", "/undo"]);
        assert_eq!(
            offered("/addcredit sms acme 5 reason:\"a\n/undo\""),
            ["/addcredit sms acme 5 reason:\"a", "/undo"]
        );
        assert_eq!(
            offered("/addcredit sms acme 5\nmonthly\n/undo"),
            ["/addcredit sms acme 5 monthly", "/undo"]
        );
    }

    #[test]
    fn second_line_of_text_is_offered_as_one_command() {
        let usage = several("/client suspend acme late\nbolt late", &dana()).unwrap();
        assert_eq!(usage.code, "several_lines");
        assert_eq!(usage.suggestions[0].line, "/client suspend acme late bolt late");
    }

    #[test]
    fn one_line_is_one_command() {
        for text in [
            "/addcredit sms acme 201",
            "\n  /addcredit sms acme 201 \n",
            "/addcredit sms acme 201 and/or more; see 10/11",
            "/addcredit sms acme 201 \"see /undo; /help\"",
            "/help /undo",
            "/help client find",
            "/addcredit mms on the go 500",
            "/client suspend acme balance wrong",
            "/desk /undo",
            "/balance /mnt",
            "/addcredit sms acme 201 new client bonus",
            "/addcredit sms acme 201 setup fee, price change",
            "/addcredit sms acme 201 credit for the outage",
            "/addcredit sms acme 201 credit card ****1234",
            "/addcredit sms acme 201 minus 100",
            "desk> /addcredit sms acme 201",
            "/addcredit sms acme 24 reason:\"x:y\" --grant tell:\"Studio 54\"",
            "/addcredit sms acme 5 reason:\"two\nlines\"",
            "",
        ] {
            assert!(several(text, &dana()).is_none(), "{text:?}");
        }
    }
}
