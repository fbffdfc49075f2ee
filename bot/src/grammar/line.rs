//! One message, one command. A message that holds several is not done in part: each command is
//! offered on its own line. A line break that only continues a text is asked about.
//!
//! Commands are told apart at line breaks, at `;`, and at a `/command` behind a space. Between
//! quotation marks all three are text, except a line break before a `/`.

use super::command_length;
use super::normal::{Front, normal};
use crate::command::{Usage, is_slip};
use crate::commands;

/// The most lines that are offered.
const OFFERED_MAX: usize = 10;

/// What to ask about a message of several lines or commands; `None` where it is one line.
#[must_use]
pub fn several(text: &str, front: Front) -> Option<Usage> {
    let text = joined(text, front);
    let pieces = pieces(&text);
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
    let sentence = format!(
        "This message holds {} commands. None of them was done: send each by itself.",
        lines.len()
    );
    let offered = lines.iter().take(OFFERED_MAX);
    let usage = Usage::new("several_commands", sentence);
    Some(offered.fold(usage, |usage, line| usage.suggest(slashed(line), "runs this line alone")))
}

/// What to ask about a value that holds commands: a text of an option or of a field.
#[must_use]
pub fn in_a_value(name: &str, text: &str) -> Option<Usage> {
    let text = joined(text, Front::Plain);
    let all = pieces(&text);
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

struct Piece<'a> {
    text: &'a str,
    is_command: bool,
}

/// Words between two commands.
const JOINTS: &[&str] = &[" and", " then"];

/// Where a piece begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cut {
    Break,
    Semicolon,
    Space,
}

/// The lines and commands of a text. Quotation marks count only if they are paired.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let is_paired = text.matches('"').count().is_multiple_of(2);
    let mut pieces = Vec::new();
    let mut start = 0_usize;
    let mut is_command = true;
    let mut is_quoted = false;
    let mut is_escaped = false;
    let is_between = |c: char| matches!(c, ';' | '&' | '|' | ',') || c.is_whitespace();
    let mut add = |from: usize, to: usize, is_command: bool, is_before_a_command: bool| {
        let mut text = text.get(from..to).unwrap_or_default().trim_matches(is_between);
        while is_before_a_command
            && let Some(rest) = JOINTS.iter().find_map(|joint| text.strip_suffix(joint))
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
            Cut::Space => begins_with_slash(behind) || begins_again(text.get(start..), behind),
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
                add(start, at, is_command, is_next);
            }
            start = at;
            is_command = is_next;
        }
    }
    add(start, text.len(), is_command, false);
    pieces
}

/// Whether a text begins with `/command`, spelt right or with one slip.
fn begins_with_slash(text: &str) -> bool {
    let Some(word) = text.strip_prefix('/') else { return false };
    let word = word.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let word = word.to_lowercase();
    let known = commands::first_words();
    word == "desk" || known.iter().any(|known| *known == word || is_slip(&word, known))
}

/// Whether a text without a slash begins with a command of several words, behind the words of the
/// command that it stands in: `… 201 addcredit sms bolt 202`.
fn begins_again(line: Option<&str>, behind: &str) -> bool {
    if command_length(behind) < 2 {
        return false;
    }
    let own = line.map_or(0, command_length);
    let before = line.and_then(|line| line.strip_suffix(behind)).unwrap_or_default();
    before.split_whitespace().count() >= own.max(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offered(text: &str) -> Vec<String> {
        let usage = several(text, Front::Plain).unwrap_or_else(|| panic!("{text:?}"));
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
            "1. /addcredit sms acme 201\n2. /addcredit sms bolt 202",
            "- /addcredit sms acme 201\n- /addcredit sms bolt 202",
        ] {
            assert_eq!(offered(text), two, "{text:?}");
        }
        assert_eq!(offered("/undo\n/adcredit sms x 5"), ["/undo", "/adcredit sms x 5"]);
        assert_eq!(offered("/undo /desk help"), ["/undo", "/desk help"]);
        assert_eq!(
            offered("/addcredit sms acme 5 reason:\"a\n/undo\""),
            ["/addcredit sms acme 5 reason:\"a", "/undo\""]
        );
        assert_eq!(
            offered("/addcredit sms acme 5\nmonthly\n/undo"),
            ["/addcredit sms acme 5 monthly", "/undo"]
        );
    }

    #[test]
    fn second_line_of_text_is_offered_as_one_command() {
        let usage = several("/client suspend acme late\nbolt late", Front::Plain).unwrap();
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
            "/addcredit sms acme 5 reason:\"two\nlines\"",
            "",
        ] {
            assert!(several(text, Front::Plain).is_none(), "{text:?}");
        }
    }
}
