//! Words that look like an option: `paid=TX`, `(dry_run)`, `grnat`. Each is read as the option or
//! refused with the way to write it; none becomes part of a text.
//!
//! [`read`] rewrites what is certain before the words go to their parameters. [`check`] and [`doubt`]
//! refuse what is left in a text. Between quotation marks words are text, except a `dry_run` that stands
//! there alone.

use shared::kernel::id::{InvoiceNumber, OpId};
use unicode_normalization::UnicodeNormalization;

use super::word::Word;
use crate::command::{
    Command, DRY_RUN, ParamKind, ParamSpec, Position, Usage, folded, is_slip, nearest,
};
use crate::grammar::amount::{looks_like_a_phone, looks_like_one};
use crate::grammar::token::{Given, Piece, Token, is_separator, tokens};

/// The letters of `dry_run`, in any form.
const TRY: &str = "dryrun";

/// The words for on and off.
const ON: [&str; 4] = ["true", "yes", "on", "1"];
const OFF: [&str; 4] = ["false", "no", "off", "0"];

/// Whether a flag is on, from its value.
pub fn is_on(text: &str) -> Option<bool> {
    let word = text.to_lowercase();
    let word = trimmed(&word);
    ON.contains(&word).then_some(true).or(OFF.contains(&word).then_some(false))
}

/// A text without the marks around it.
fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| !c.is_alphanumeric())
}

/// The letters and digits of a text, in lower case and in their plain form.
fn letters(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric()).collect()
}

/// The part before the first colon or equals sign, and the part behind it.
fn halves(text: &str) -> (&str, Option<&str>) {
    match text.split_once(is_separator) {
        Some((name, value)) => (name, Some(value.trim_start_matches(is_separator))),
        None => (text, None),
    }
}

/// Rewrites the tokens of a line: options in another form become flags and pairs.
///
/// # Errors
/// A word may be an option, and it is not certain which.
pub fn read(command: &'static Command, tokens: &[Token]) -> Result<Vec<Token>, Usage> {
    let mut out = Vec::with_capacity(tokens.len());
    let mut rest = tokens;
    while let Some((token, behind)) = rest.split_first() {
        let (read, used) = one(command, token, behind)?;
        out.push(read);
        rest = behind.get(used..).unwrap_or_default();
    }
    Ok(out)
}

/// A token as it is meant, and how many of those behind it belong to it.
fn one(
    command: &'static Command,
    token: &Token,
    behind: &[Token],
) -> Result<(Token, usize), Usage> {
    if let Some((read, used)) = dry_run(command, token, behind)? {
        return Ok((read, used));
    }
    match &token.piece {
        Piece::Word(text) | Piece::Quoted(text) => {
            if let Some((value, raw)) = apart(behind.first())
                && !text.contains(char::is_whitespace)
            {
                let raw = format!("{} {raw}", token.raw);
                if let Some(param) = command.param(trimmed(text)) {
                    let piece = Piece::Pair { name: param.name.to_owned(), value: value.cloned() };
                    let (piece, used) = with_value(command, piece, behind.get(1..));
                    return Ok((Token { piece, raw }, used.saturating_add(1)));
                }
                if slip(command, trimmed(text)).is_some() {
                    return Err(unknown(command, trimmed(text), &raw));
                }
            }
            embedded(command, token, text)?;
            Ok((token.clone(), 0))
        }
        Piece::Apart { .. } => Ok((text(token), 0)),
        Piece::Pair { .. } | Piece::Flag { .. } => {
            let (piece, used) = with_value(command, token.piece.clone(), Some(behind));
            Ok((Token { piece, raw: token.raw.clone() }, used))
        }
        Piece::Mention { .. } => Ok((token.clone(), 0)),
    }
}

fn text(token: &Token) -> Token {
    Token { piece: Piece::Word(token.raw.clone()), raw: token.raw.clone() }
}

/// The value of a token that stands apart from its name.
fn apart(token: Option<&Token>) -> Option<(Option<&Given>, &str)> {
    match token {
        Some(Token { piece: Piece::Apart { value }, raw }) => Some((value.as_ref(), raw)),
        Some(_) | None => None,
    }
}

/// A flag whose `true` or `false` stands behind it.
fn with_value(command: &'static Command, piece: Piece, behind: Option<&[Token]>) -> (Piece, usize) {
    let next = behind.and_then(<[Token]>::first);
    let (Piece::Pair { name, value: None } | Piece::Flag { name, value: None }) = &piece else {
        return (piece, 0);
    };
    if command.param(name).is_none_or(|param| param.kind != ParamKind::Flag) {
        return (piece, 0);
    }
    let word = match next.map(|token| &token.piece) {
        Some(Piece::Word(text)) => text.as_str(),
        Some(Piece::Apart { value: Some(given) }) => given.text.as_str(),
        Some(_) | None => return (piece, 0),
    };
    // `--grant on Monday`: behind a flag with dashes only the plainest words are its value.
    let is_pair = matches!(piece, Piece::Pair { .. });
    let is_plain = ["true", "false"].contains(&trimmed(&word.to_lowercase()));
    if !is_plain && !(is_pair && is_on(word).is_some()) {
        return (piece, 0);
    }
    let value = Some(Given { text: trimmed(word).to_owned(), quoted: false });
    (Piece::Flag { name: name.clone(), value }, 1)
}

/// A dry run in any form: `dry_run`, `DRY-RUN=true`, `(dry_run)`, `"dry run"`, `--dryrun true`.
fn dry_run(
    command: &'static Command,
    token: &Token,
    behind: &[Token],
) -> Result<Option<(Token, usize)>, Usage> {
    let is_quoted = matches!(token.piece, Piece::Quoted(_));
    let (name, value) = match &token.piece {
        Piece::Word(text) | Piece::Quoted(text) => halves(text),
        Piece::Pair { name, value } | Piece::Flag { name, value } => {
            (name.as_str(), value.as_ref().map(|given| given.text.as_str()))
        }
        Piece::Apart { .. } | Piece::Mention { .. } => return Ok(None),
    };
    let letters_of_name = letters(name);
    let value = value.map(trimmed).filter(|value| !value.is_empty());
    let is_it = letters_of_name == TRY && (!is_quoted || value.is_none_or(|v| is_on(v).is_some()));
    if !command.is_write() {
        if is_it && !is_quoted {
            let sentence = format!("/{} changes nothing, so there is no dry run.", command.name());
            return Err(Usage::new("unknown_option", sentence));
        }
        return Ok(None);
    }
    if is_it {
        let given = value.map(|text| Given { text: text.to_owned(), quoted: false });
        let name = DRY_RUN.name.to_owned();
        let (mut piece, mut used) = (Piece::Flag { name: name.clone(), value: given }, 0);
        if value.is_none() {
            // `dry_run: true`, `dry_run = true`.
            let is_open = token.raw.ends_with(is_separator) || apart(behind.first()).is_some();
            used = usize::from(matches!(apart(behind.first()), Some((None, _))));
            let open = if is_open { Piece::Pair { name, value: None } } else { piece };
            let (read, more) = with_value(command, open, behind.get(used..));
            (piece, used) = (read, used.saturating_add(more));
        }
        return Ok(Some((Token { piece, raw: token.raw.clone() }, used)));
    }
    if is_quoted {
        return Ok(None);
    }
    if is_slip(&letters_of_name, TRY) {
        let sentence =
            format!("/{} has no “{}”. Did you mean --{}?", command.name(), token.raw, DRY_RUN.name);
        return Err(Usage::new("unknown_option", sentence));
    }
    two_words(token, &letters_of_name, behind)
}

/// `dry run` as two words: certain between brackets, else asked about.
fn two_words(
    token: &Token,
    first: &str,
    behind: &[Token],
) -> Result<Option<(Token, usize)>, Usage> {
    if first.is_empty() {
        return Ok(None);
    }
    // Marks that stand alone are no words: `dry - run`.
    let is_mark = |token: &&Token| letters(&token.raw).is_empty();
    let marks = behind.iter().take_while(is_mark).count();
    let Some(next) = behind.get(marks) else { return Ok(None) };
    let (name, value) = match &next.piece {
        Piece::Word(text) => halves(text),
        Piece::Pair { name, .. } | Piece::Flag { name, .. } => (name.as_str(), Some("")),
        Piece::Quoted(_) | Piece::Apart { .. } | Piece::Mention { .. } => return Ok(None),
    };
    let second = letters(name);
    let both = format!("{first}{second}");
    let is_near = first.len() > 1 && second.len() > 1 && is_slip(&both, TRY);
    if second.is_empty() || second == TRY || !(both == TRY || is_near) {
        return Ok(None);
    }
    let brackets = [('(', ')'), ('[', ']'), ('{', '}'), ('<', '>'), ('*', '*'), ('`', '`')];
    let is_between = |(open, end): (char, char)| {
        token.raw.starts_with(open)
            && next.raw.trim_end_matches(['.', ',', '!', ';']).ends_with(end)
    };
    if both == TRY && value.is_none() && brackets.into_iter().any(is_between) {
        let raw = format!("{} {}", token.raw, next.raw);
        let piece = Piece::Flag { name: DRY_RUN.name.to_owned(), value: None };
        return Ok(Some((Token { piece, raw }, marks.saturating_add(1))));
    }
    Err(Usage::clash(format!(
        "“{} {}” is unclear: --{} tries it. As a part of the text put the whole text between \
         quotation marks.",
        token.raw, next.raw, DRY_RUN.name
    )))
}

/// The parameter that a word misspells by one slip.
fn slip(command: &'static Command, name: &str) -> Option<&'static ParamSpec> {
    let name = folded(name);
    command.params().find(|param| is_slip(&name, param.name))
}

/// An option inside a word: `(paid:TX)`, `monthly,paid=TX`, `"paid:TX"`.
fn embedded(command: &'static Command, token: &Token, text: &str) -> Result<(), Usage> {
    let is_quoted = matches!(token.piece, Piece::Quoted(_));
    if is_quoted && text.contains(char::is_whitespace) {
        return Ok(());
    }
    for (at, _) in text.match_indices(is_separator) {
        let (before, behind) = text.split_at_checked(at).unwrap_or((text, ""));
        let value = behind.trim_start_matches(is_separator);
        // An address of the web has names of its own.
        if before.contains('/') || value.starts_with("//") || trimmed(value).is_empty() {
            continue;
        }
        let before = before.trim_end_matches(|c: char| !c.is_alphanumeric());
        let is_inside = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
        let start = before.rfind(|c| !is_inside(c));
        let start =
            start.and_then(|at| at.checked_add(before.get(at..)?.chars().next()?.len_utf8()));
        let name = before.get(start.unwrap_or(0)..).unwrap_or_default().trim_matches(['_', '-']);
        if let Some(param) = command.param(name) {
            let sentence = format!(
                "“{}” is unclear: write {}. As a part of the text put the whole text between \
                 quotation marks.",
                token.raw,
                form(param)
            );
            return Err(Usage::clash(sentence));
        }
        if !is_quoted && slip(command, name).is_some() {
            return Err(unknown(command, name, &token.raw));
        }
    }
    Ok(())
}

/// How an option is written.
pub fn form(param: &ParamSpec) -> String {
    match (param.kind, param.position) {
        (ParamKind::Flag, _) => format!("--{}", param.name),
        (_, Position::Named) => param.usage().trim_matches(['[', ']']).to_owned(),
        (_, Position::Required | Position::Optional | Position::Button) => {
            format!("{}:<{}>", param.name, param.shown)
        }
    }
}

/// No parameter has this name: the nearest, or how it is written as text.
pub fn unknown(command: &'static Command, name: &str, raw: &str) -> Usage {
    let mut sentence = format!("/{} has no “{name}”.", command.name());
    let near = nearest(&folded(name), command.params().map(|param| param.name));
    if let Some(param) = near.and_then(|near| command.param(near)) {
        let option = match param.kind {
            ParamKind::Flag => form(param),
            _ => format!("{}:", param.name),
        };
        sentence.push_str(&format!(" Did you mean {option}?"));
    } else if command.params.iter().any(|param| param.kind == ParamKind::Rest) {
        let hint = format!(" If “{raw}” belongs to the reason, write reason:\"… {raw} …\".");
        sentence.push_str(&hint);
    }
    Usage::new("unknown_option", sentence)
}

/// Whether the name of an option is near enough to one of the command's to be a slip of it.
pub fn is_near(command: &'static Command, name: &str) -> bool {
    nearest(name, command.params().map(|param| param.name)).is_some()
}

/// Refuses an option in a text that is the whole value of another: an option of a platform, or a field.
///
/// # Errors
/// A word is an option, or may be one.
pub fn check(command: &'static Command, param: &ParamSpec, text: &str) -> Result<(), Usage> {
    if !command.is_write() {
        return Ok(());
    }
    let word = |text: &str| Token { piece: Piece::Word(text.to_owned()), raw: text.to_owned() };
    let tokens = tokens(text).unwrap_or_else(|_| text.split_whitespace().map(word).collect());
    let read = read(command, &tokens)?;
    for token in &read {
        let (Piece::Pair { name, .. } | Piece::Flag { name, .. }) = &token.piece else { continue };
        if command.param(name).is_some() || is_near(command, name) {
            let sentence = format!(
                "“{}” in the {} is unclear: it looks like the option {name}. As a part of the text put \
                 the whole text between quotation marks.",
                token.raw,
                param.name.replace('_', " ")
            );
            return Err(Usage::clash(sentence));
        }
    }
    let words = read.iter().filter_map(|token| match &token.piece {
        Piece::Word(text) => Some(Word::bare(text)),
        Piece::Quoted(text) => Some(Word { quoted: true, ..Word::bare(text) }),
        Piece::Pair { .. } | Piece::Flag { .. } | Piece::Apart { .. } | Piece::Mention { .. } => {
            None
        }
    });
    match param.kind {
        ParamKind::Rest => doubt(command, &words.collect::<Vec<_>>(), Doubt::Last),
        _ => Ok(()),
    }
}

/// How much of a text may hold an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// All words: nothing marks them as a text.
    All,
    /// The last word, and a name with its value behind it: the text was begun by its name, or by `for`
    /// or `because`.
    Last,
}

/// Refuses a text with a word that may be an option without its mark: `grant`, `paid-TX1`, `from house`.
///
/// # Errors
/// A word may be an option.
pub fn doubt(command: &'static Command, words: &[Word], doubt: Doubt) -> Result<(), Usage> {
    let last = words.len().saturating_sub(1);
    for (at, word) in words.iter().enumerate().filter(|(_, word)| !word.quoted) {
        let text = trimmed(&word.text).to_lowercase();
        let whole = folded(&text);
        // The name in `paid-TX1`.
        let name = text.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or(&text);
        let next = words.get(at.saturating_add(1)).filter(|next| !next.quoted);
        let is_free = doubt == Doubt::All;
        let is_meant = |param: &&'static ParamSpec| {
            let has_value = next.is_some_and(|next| is_value(param, &next.text));
            let is_exact = whole == param.name || name == param.name;
            let is_slip = name.len() > 3 && is_slip(name, param.name);
            match (param.kind, param.position) {
                (ParamKind::Flag, _) => {
                    let is_later = at > 0 || !word.is(param.name);
                    (is_exact && is_later && (is_free || at == last))
                        || (is_slip && ((is_free && at == 0) || at == last))
                }
                (ParamKind::Reference, _) => {
                    (is_exact && is_free && (at > 0 || !word.is(param.name)))
                        || (is_slip && is_free && at == 0)
                        || ((is_exact || is_slip) && has_value)
                }
                (_, Position::Named) => is_exact && (has_value || (whole.contains('_') && is_free)),
                (_, Position::Required | Position::Optional | Position::Button) => false,
            }
        };
        if let Some(param) = command.params().find(is_meant) {
            let sentence = format!(
                "“{}” in the {} is unclear: the option is {}. As a part of the text put the whole \
                 text between quotation marks.",
                word.text,
                text_of(command),
                form(param)
            );
            return Err(Usage::clash(sentence));
        }
    }
    Ok(())
}

/// The name of a command's free text.
fn text_of(command: &'static Command) -> &'static str {
    let text = command.params.iter().find(|param| param.kind == ParamKind::Rest);
    text.map_or("text", |param| param.name)
}

/// Whether a word can hardly be anything but the value of this parameter.
fn is_value(param: &ParamSpec, text: &str) -> bool {
    match param.kind {
        ParamKind::Choice(choices) => choices.iter().any(|(word, _)| *word == folded(text)),
        ParamKind::Invoice => text.parse::<InvoiceNumber>().is_ok(),
        ParamKind::Op | ParamKind::Plan => text.parse::<OpId>().is_ok(),
        ParamKind::Date => text.parse::<jiff::civil::Date>().is_ok(),
        ParamKind::Number | ParamKind::Amount => looks_like_one(text),
        ParamKind::Reference => text.contains(|c: char| c.is_numeric()),
        ParamKind::Phone => looks_like_a_phone(text),
        ParamKind::Email => text.contains('@'),
        ParamKind::Client
        | ParamKind::Text
        | ParamKind::Word
        | ParamKind::Rest
        | ParamKind::Staff
        | ParamKind::Steps
        | ParamKind::Flag => false,
    }
}
