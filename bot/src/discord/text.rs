//! Text in Discord's markup.
//!
//! Invariant: no text can ping, make a link, or end a code span, and the only links are those that a
//! function of the desk made ([`Span::Link`]): each span is cut into pieces that are
//! escaped and never broken. Lengths are in UTF-16 units, Discord's own, which are never fewer than
//! characters.

use crate::view::{Span, Text};

/// The longest command that is shown whole in a text, in characters.
const CODE_MAX: usize = 500;

/// The length of a text in UTF-16 units.
pub fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// The length of pieces in UTF-16 units.
pub fn length(pieces: &[String]) -> usize {
    pieces.iter().map(|piece| units(piece)).fold(0, usize::saturating_add)
}

/// As many pieces as fit, and an ellipsis if some do not.
pub fn fitted(pieces: &[String], most: usize) -> String {
    if length(pieces) <= most {
        return pieces.concat();
    }
    let mut text = String::new();
    let mut used = 1_usize;
    for piece in pieces {
        used = used.saturating_add(units(piece));
        if used > most {
            break;
        }
        text.push_str(piece);
    }
    text.push('…');
    text
}

/// A text where nothing is interpreted: labels, titles, footers. Never empty, because Discord refuses an
/// empty one.
pub fn plain(text: &str, most: usize) -> String {
    let shown: Vec<String> = text.chars().filter_map(visible).map(String::from).collect();
    let fitted = fitted(&shown, most);
    if fitted.trim().is_empty() { "…".to_owned() } else { fitted }
}

/// A character as it may be shown: a control becomes a space, a direction mark is left out.
fn visible(c: char) -> Option<char> {
    match c {
        '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{61C}' => {
            None
        }
        c if c.is_control() => Some(' '),
        c => Some(c),
    }
}

/// A line in pieces, between which it may be cut without a change of meaning.
pub fn pieces(text: &Text) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut before: Option<char> = None;
    for span in text.spans() {
        match span {
            Span::Fixed(words) | Span::Input(words) => {
                let shown: Vec<char> = words.chars().filter_map(visible).collect();
                for (at, c) in shown.iter().enumerate() {
                    let rest = shown.get(at.saturating_add(1)..).unwrap_or_default();
                    out.push(escaped(*c, before, rest, &out));
                    before = Some(*c);
                }
            }
            Span::Strong(words) => {
                out.push(format!("**{words}**"));
                before = Some('*');
            }
            Span::Code(command) => {
                // Nothing is escaped in it, so the mark that would end it is replaced.
                let inside: String = command
                    .chars()
                    .filter_map(visible)
                    .map(|c| if c == '`' { 'ˋ' } else { c })
                    .take(CODE_MAX)
                    .collect();
                out.push(format!("`{inside}`"));
                before = Some('`');
            }
            // Shown in the reader's own zone.
            Span::Time(at) => {
                out.push(format!("<t:{}:f>", at.as_second()));
                before = Some('>');
            }
            // In angle brackets it gets no preview, for which Discord would open it.
            Span::Link { words, address } => {
                out.push(format!("[{words}](<{address}>)"));
                before = Some(')');
            }
        }
    }
    out
}

/// A character, escaped where Discord would take it for markup.
fn escaped(c: char, before: Option<char>, rest: &[char], line: &[String]) -> String {
    let next = rest.first().copied();
    let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    match c {
        // Inside of a word, as in an id, it is no mark.
        '_' if word(before) && word(next) => c.to_string(),
        '\\' | '*' | '_' | '~' | '|' | '`' | '[' | ']' | '<' | '>' | '#' => format!("\\{c}"),
        // At the beginning of a line they make a list.
        '-' | '+' if line.is_empty() => format!("\\{c}"),
        '.' if !line.is_empty() && line.iter().all(|p| p.bytes().all(|b| b.is_ascii_digit())) => {
            "\\.".to_owned()
        }
        // A space that nobody sees keeps an address from being a link and a word from being a ping.
        ':' if rest.starts_with(&['/', '/']) => ":\u{200B}".to_owned(),
        '@' => "@\u{200B}".to_owned(),
        c => c.to_string(),
    }
}
