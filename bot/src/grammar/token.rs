//! The pieces of a line: words, quoted words, `name:value` and `name=value` pairs, `--flags`, mentions,
//! and values that stand apart from their name (`:value`, `= value`).
//!
//! A single quotation mark only quotes when it stands before a word and its partner behind one, so
//! that `O'Brien` and `it's` are words. Nothing here fails but an open double quotation mark.

use winnow::combinator::{alt, eof, opt, peek, preceded, terminated};
use winnow::prelude::*;
use winnow::token::{one_of, take_until, take_while};

/// What a piece is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// A word as it stands.
    Word(String),
    /// Words between quotation marks.
    Quoted(String),
    /// `name:value` or `name=value`; the value may follow after a space.
    Pair {
        /// Before the colon.
        name: String,
        /// After it.
        value: Option<Given>,
    },
    /// `:value` or `=value`, whose name is the word before it, or which is text.
    Apart {
        /// After the colon.
        value: Option<Given>,
    },
    /// `--name` or `-name`, perhaps with `=value`.
    Flag {
        /// Without its dashes.
        name: String,
        /// After the equals sign.
        value: Option<Given>,
    },
    /// `<@U123|dana>`.
    Mention {
        /// The user's id on the platform.
        user: String,
        /// The name that the platform showed.
        name: Option<String>,
    },
}

/// The value of a pair or a flag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// What it says.
    pub text: String,
    /// Whether it stood between quotation marks, so that nothing after it belongs to it.
    pub quoted: bool,
}

/// A piece, and the text that it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub piece: Piece,
    /// As it was typed.
    pub raw: String,
}

/// A double quotation mark was never closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unclosed {
    /// What stands behind it.
    pub behind: String,
}

/// Cuts a normalised line into its pieces.
///
/// # Errors
/// A double quotation mark was never closed.
pub fn tokens(line: &str) -> Result<Vec<Token>, Unclosed> {
    let mut rest = line.trim_start();
    let mut tokens = Vec::new();
    while !rest.is_empty() {
        let before = rest;
        let piece = piece(&mut rest).map_err(|_| Unclosed {
            behind: before.trim_start_matches(|c| c != '"').chars().skip(1).take(40).collect(),
        })?;
        let length = before.len().saturating_sub(rest.len());
        let raw = before.get(..length).unwrap_or(before).to_owned();
        tokens.push(Token { piece, raw });
        rest = rest.trim_start();
    }
    Ok(tokens)
}

fn piece(input: &mut &str) -> winnow::Result<Piece> {
    alt((mention, flag, pair, apart, quoted, word)).parse_next(input)
}

/// A word ends at a space or with the line.
fn end<'a>(input: &mut &'a str) -> winnow::Result<&'a str> {
    alt((take_while(1.., char::is_whitespace), eof)).parse_next(input)
}

fn bare<'a>(input: &mut &'a str) -> winnow::Result<&'a str> {
    take_while(1.., |c: char| !c.is_whitespace()).parse_next(input)
}

fn name(input: &mut &str) -> winnow::Result<String> {
    let inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    (one_of(|c: char| c.is_ascii_alphabetic()), take_while(0.., inside))
        .take()
        .map(str::to_owned)
        .parse_next(input)
}

fn mention(input: &mut &str) -> winnow::Result<Piece> {
    let id = |c: char| c.is_ascii_alphanumeric();
    let user = preceded("<@", preceded(opt('!'), take_while(1.., id)));
    let label = opt(preceded('|', take_until(0.., '>')));
    let (user, label): (&str, Option<&str>) =
        terminated((user, label), ('>', peek(end))).parse_next(input)?;
    Ok(Piece::Mention { user: user.to_owned(), name: label.map(str::to_owned) })
}

fn flag(input: &mut &str) -> winnow::Result<Piece> {
    let name = preceded(alt(("--", "-")), name);
    let value = alt((preceded(separator, given).map(Some), peek(end).value(None)));
    let (name, value) = (name, value).parse_next(input)?;
    Ok(Piece::Flag { name, value })
}

/// `name:value` or `name=value`, but not a link (`https://…`) and not an identity (`slack:T1:U1`).
fn pair(input: &mut &str) -> winnow::Result<Piece> {
    let start = *input;
    let (name, _) = (name, separator).parse_next(input)?;
    let value = alt((given.map(Some), peek(end).value(None))).parse_next(input)?;
    let word = start.split_whitespace().next().unwrap_or_default();
    let link = value.as_ref().is_some_and(|v| v.text.starts_with("//"));
    if link || word.parse::<shared::kernel::id::Identity>().is_ok() {
        *input = start;
        return Err(winnow::error::ContextError::new());
    }
    Ok(Piece::Pair { name, value })
}

/// One or more colons or equals signs.
fn separator<'a>(input: &mut &'a str) -> winnow::Result<&'a str> {
    take_while(1.., is_separator).parse_next(input)
}

/// Whether a character stands between a name and its value.
#[must_use]
pub fn is_separator(c: char) -> bool {
    matches!(c, ':' | '=')
}

fn apart(input: &mut &str) -> winnow::Result<Piece> {
    let value = alt((given.map(Some), peek(end).value(None)));
    preceded(separator, value).map(|value| Piece::Apart { value }).parse_next(input)
}

fn given(input: &mut &str) -> winnow::Result<Given> {
    let quoted = alt((double, single)).map(|text| Given { text, quoted: true });
    let unquoted = bare
        .verify(|text: &str| !text.starts_with('"'))
        .map(|text: &str| Given { text: text.to_owned(), quoted: false });
    alt((quoted, unquoted)).parse_next(input)
}

fn quoted(input: &mut &str) -> winnow::Result<Piece> {
    alt((double, single)).map(Piece::Quoted).parse_next(input)
}

/// Between double quotation marks; `\"` and `\\` stand for the mark and the stroke themselves.
fn double(input: &mut &str) -> winnow::Result<String> {
    '"'.parse_next(input)?;
    let mut text = String::new();
    let mut escaped = false;
    let mut rest = input.char_indices();
    while let Some((_, c)) = rest.next() {
        match (escaped, c) {
            (true, '"' | '\\') => text.push(c),
            (true, _) => {
                text.push('\\');
                text.push(c);
            }
            (false, '\\') => {
                escaped = true;
                continue;
            }
            (false, '"') => {
                *input = rest.as_str();
                return Ok(text);
            }
            (false, _) => text.push(c),
        }
        escaped = false;
    }
    Err(winnow::error::ContextError::new())
}

fn single(input: &mut &str) -> winnow::Result<String> {
    let start = *input;
    '\''.parse_next(input)?;
    // Its partner is the first one that stands at the end of a word.
    let partner = input.char_indices().find(|(at, c)| {
        let behind = input.get(at.saturating_add(1)..).and_then(|rest| rest.chars().next());
        let mut rest = input.get(at.saturating_add(1)..).unwrap_or_default().chars();
        // `'Orchard Nursery'.`
        let is_before_a_mark = behind.is_some_and(|c| matches!(c, '.' | ',' | ';'))
            && rest.nth(1).is_none_or(char::is_whitespace);
        *c == '\'' && (behind.is_none_or(char::is_whitespace) || is_before_a_mark)
    });
    let text = partner.filter(|(at, _)| *at > 0).and_then(|(at, _)| input.get(..at));
    match (text, partner) {
        (Some(text), Some((at, _))) => {
            *input = input.get(at.saturating_add(1)..).unwrap_or_default();
            Ok(text.to_owned())
        }
        (None, _) | (_, None) => {
            *input = start;
            Err(winnow::error::ContextError::new())
        }
    }
}

fn word(input: &mut &str) -> winnow::Result<Piece> {
    // A mark that opens and never closes is a mistake, not a part of a word.
    bare.verify(|text: &str| {
        !text.starts_with('"') && !text.contains(":\"") && !text.contains("=\"")
    })
    .map(|text: &str| Piece::Word(text.to_owned()))
    .parse_next(input)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(line: &str) -> Vec<Piece> {
        tokens(line).unwrap().into_iter().map(|token| token.piece).collect()
    }

    fn given(text: &str, quoted: bool) -> Option<Given> {
        Some(Given { text: text.to_owned(), quoted })
    }

    #[test]
    fn pieces_are_told_apart() {
        let word = |text: &str| Piece::Word(text.to_owned());
        let quoted = |text: &str| Piece::Quoted(text.to_owned());
        let pair = |name: &str, value| Piece::Pair { name: name.to_owned(), value };
        let flag = |name: &str, value| Piece::Flag { name: name.to_owned(), value };
        assert_eq!(pieces("mms  acme"), [word("mms"), word("acme")]);
        assert_eq!(pieces("\"Studio 54\" 'a b'"), [quoted("Studio 54"), quoted("a b")]);
        assert_eq!(pieces(r#""a \"b\" c""#), [quoted(r#"a "b" c"#)]);
        assert_eq!(pieces("O'Brien it's '"), [word("O'Brien"), word("it's"), word("'")]);
        assert_eq!(pieces("paid:TX-1"), [pair("paid", given("TX-1", false))]);
        assert_eq!(pieces("reason:\"a b\""), [pair("reason", given("a b", true))]);
        assert_eq!(pieces("reason: a"), [pair("reason", None), word("a")]);
        assert_eq!(pieces("paid=TX-1"), [pair("paid", given("TX-1", false))]);
        let apart = |value| Piece::Apart { value };
        assert_eq!(
            pieces("paid :TX =\"a b\" : ::x"),
            [
                word("paid"),
                apart(given("TX", false)),
                apart(given("a b", true)),
                apart(None),
                apart(given("x", false))
            ]
        );
        assert_eq!(pieces("--dry-run -x=5"), [flag("dry-run", None), flag("x", given("5", false))]);
        assert_eq!(pieces("-50 1:50.00 - 10:30"), ["-50", "1:50.00", "-", "10:30"].map(word));
        assert_eq!(pieces("https://x.y slack:T1:U1"), ["https://x.y", "slack:T1:U1"].map(word));
        let mention = Piece::Mention { user: "U1".to_owned(), name: Some("dana".to_owned()) };
        assert_eq!(pieces("<@U1|dana>"), [mention]);
    }

    #[test]
    fn an_open_quotation_mark_is_the_only_mistake() {
        assert_eq!(tokens("a \"b c").unwrap_err().behind, "b c");
        assert_eq!(tokens("reason:\"b c").unwrap_err().behind, "b c");
        assert!(tokens("<@ <@| -- : ' =").is_ok());
    }
}
