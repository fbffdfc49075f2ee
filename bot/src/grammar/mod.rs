//! From a line of text to a command with its arguments.
//!
//! `[/]command {word | "quoted words" | name:value | --name value}`. The longest known command wins;
//! arguments stand in the command's order or carry their names. What can be read in two ways is not
//! guessed: either it is refused with both ways written out, or ([`Reading::Several`]) it depends
//! on which client exists, and whoever can look that up decides.

pub mod amount;
mod bind;
mod line;
pub mod normal;
pub mod number_words;
mod second;
pub mod token;
pub mod unit;
mod unknown;
mod write;

use shared::contract::Ask;
use shared::kernel::id::Identity;

use crate::command::{Action, Args, Command, ParamKind, Usage, Value};
use crate::commands;
pub use bind::typed_invoice;
use normal::{Front, LINE_MAX};
use token::{Piece, Token};
use unknown::unknown;

/// A command with its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// Which command.
    pub command: &'static Command,
    /// Its arguments.
    pub args: Args,
}

impl Parsed {
    /// What is asked of a function; `None` for help.
    ///
    /// # Errors
    /// The arguments do not go together.
    pub fn ask(&self) -> Result<Option<Ask>, Usage> {
        match &self.command.action {
            Action::Ask { call, .. } => call(&self.args).map(Some).map_err(|u| u.of(self.command)),
            Action::Help => Ok(None),
        }
    }

    /// A command without arguments yet.
    #[must_use]
    pub fn bare(command: &'static Command) -> Self {
        Self { command, args: Args::default() }
    }

    /// Whether it shall only be tried.
    #[must_use]
    pub fn dry_run(&self) -> bool {
        self.args.flag(crate::command::DRY_RUN.name)
    }

    /// The same command with another text for an argument.
    #[must_use]
    pub fn with(&self, name: &'static str, text: impl Into<String>) -> Parsed {
        let mut other = self.clone();
        other.args.set(name, Value::Text(text.into()));
        other
    }

    /// The line that reads as this command, with telephone numbers and addresses masked: the audit
    /// trail keeps it.
    #[must_use]
    pub fn masked_line(&self) -> String {
        let mut masked = self.clone();
        for param in self.command.takes() {
            let Some(text) = self.args.text(param.name) else { continue };
            if matches!(self.args.get(param.name), Some(Value::Text(_))) {
                masked.args.set(param.name, Value::Text(write::masked(&text)));
            }
        }
        masked.line().chars().take(write::MASKED_MAX).collect()
    }

    /// The line that reads as this command.
    #[must_use]
    pub fn line(&self) -> String {
        write::line(self)
    }
}

/// A text in quotation marks, for a line that is offered.
#[must_use]
pub fn quoted(text: &str) -> String {
    write::quoted(text, ParamKind::Rest)
}

/// What a line reads as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// Nothing was typed.
    Empty,
    /// This.
    One(Parsed),
    /// It depends on which client exists.
    Several(Several),
    /// Help about these words, because somebody wrote `help` behind a command.
    HelpOn(String),
}

/// Ways to read a line in which several numbers could be the amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Several {
    /// The right one is the only one that names a client by its exact name, login or id.
    pub readings: Vec<Parsed>,
    /// What to ask about each of the readings, if it is the right one.
    pub doubts: Vec<Option<Usage>>,
    /// What to ask when none or several of them do.
    pub unclear: Usage,
}

/// Where a line was typed, by who typed it.
#[must_use]
pub fn front(from: &Identity) -> Front {
    if from.as_str().starts_with("slack:") { Front::Slack } else { Front::Plain }
}

/// Reads a line.
///
/// # Errors
/// What is wrong with it, and what to type.
pub fn read(line: &str, from: &Identity) -> Result<Reading, Usage> {
    if line.chars().count() > LINE_MAX {
        let most = shared::kernel::credit::grouped(u64::try_from(LINE_MAX).unwrap_or_default());
        return Err(Usage::new("too_long", format!("A command has at most {most} characters.")));
    }
    if let Some(line) = under_a_heading(line) {
        return read(&line, from);
    }
    if let Some(usage) = line::several(line, from) {
        return Err(usage);
    }
    let tokens = tokens(line, front(from))?;
    let Some((first, _)) = tokens.split_first() else { return Ok(Reading::Empty) };
    if let Some(about) = asks_for_help(&tokens) {
        return Ok(Reading::HelpOn(about));
    }
    match longest(&tokens) {
        Some((command, arguments)) => {
            bind::bind(command, arguments, from).map_err(|usage| usage.of(command))
        }
        None => Err(unknown(first, &tokens, from)),
    }
}

/// `dry run: /undo op_…`: each of its commands as a dry run. Words for a try stand before the first one.
fn under_a_heading(text: &str) -> Option<String> {
    // Entities of a platform stay as they are: the line is read again.
    let text: Vec<String> = text.lines().map(|line| normal::normal(line, Front::Plain)).collect();
    let text = text.join("\n");
    let begins = |(at, c): &(usize, char)| {
        let behind = text.get(*at..).unwrap_or_default();
        let before = text.get(..*at).unwrap_or_default();
        let is_marked = before.trim_end().ends_with([':', ',', '-', '.']);
        *c == '/' || (is_marked && !c.is_whitespace() && command_length(behind) > 0)
    };
    let (at, _) = text.char_indices().skip(1).find(begins)?;
    let (heading, lines) = text.split_at_checked(at)?;
    if !bind::is_heading(heading) || command_length(lines) == 0 || command_length(heading) > 0 {
        return None;
    }
    let tried = |line: &str| match command_of(line).is_some_and(Command::is_write) {
        true => format!("{line} --{}", crate::command::DRY_RUN.name),
        false => line.to_owned(),
    };
    let pieces = line::pieces(lines, second::Begun::Line);
    Some(pieces.iter().map(|piece| tried(piece.text)).collect::<Vec<_>>().join("\n"))
}

/// The pieces of a line, without its slash and without `desk`.
fn tokens(line: &str, front: Front) -> Result<Vec<Token>, Usage> {
    let line = normal::normal(line, front);
    let line = line.trim().trim_start_matches('/');
    let line = match line.split_at_checked(4) {
        Some((desk, rest))
            if desk.eq_ignore_ascii_case("desk")
                && rest.chars().next().is_none_or(char::is_whitespace) =>
        {
            rest.trim_start().trim_start_matches('/')
        }
        Some(_) | None => line,
    };
    token::tokens(line).map_err(|open| {
        let sentence = format!("The quotation mark before “{}” is not closed.", open.behind);
        Usage::new("open_quote", sentence)
    })
}

/// How many words of a command a text begins with; none if it begins with no whole command.
fn command_length(text: &str) -> usize {
    command_of(text).map_or(0, |command| command.words.len())
}

/// The command that a text begins with.
fn command_of(text: &str) -> Option<&'static Command> {
    // No command has more words; the rest may have a quotation mark that is not closed.
    let begin: Vec<&str> = text.split_whitespace().take(WORDS_MAX).collect();
    let first = begin.first().map(|word| word.trim_start_matches('/')).unwrap_or_default();
    let mut words = commands::all().map(Command::first_word).chain(["desk"]);
    if !words.any(|word| first.eq_ignore_ascii_case(word)) {
        return None;
    }
    let tokens = tokens(&begin.join(" "), Front::Plain).unwrap_or_default();
    longest(&tokens).map(|(command, _)| command)
}

/// The most words of a command, with `desk`.
const WORDS_MAX: usize = 4;

/// Reads a line that a form is to complete: as far as it goes.
///
/// # Errors
/// It names no command, or what is there cannot be read.
pub fn partly(line: &str, from: &Identity) -> Result<Parsed, Usage> {
    let tokens = tokens(line, Front::Plain)?;
    let Some((first, _)) = tokens.split_first() else {
        return Err(Usage::new("unknown_command", "There is no command in it."));
    };
    let Some((command, arguments)) = longest(&tokens) else {
        return Err(unknown(first, &tokens, from));
    };
    let args = bind::partly(command, arguments, from).map_err(|usage| usage.of(command))?;
    Ok(Parsed { command, args })
}

/// A command with values that are whole texts each: options that a platform has taken apart, or the
/// fields of a form over what was there before.
///
/// # Errors
/// A value is not what it has to be, or one is missing.
pub fn given(
    before: Parsed,
    values: &[(String, String)],
    from: &Identity,
) -> Result<Parsed, Usage> {
    let Parsed { command, args } = before;
    let args = bind::given(command, args, values, from).map_err(|usage| usage.of(command))?;
    Ok(Parsed { command, args })
}

/// A word in lower case; nothing else can be part of a command.
fn word(token: &Token) -> Option<String> {
    match &token.piece {
        Piece::Word(word) => Some(word.to_lowercase()),
        Piece::Quoted(_)
        | Piece::Pair { .. }
        | Piece::Apart { .. }
        | Piece::Flag { .. }
        | Piece::Mention { .. } => None,
    }
}

/// `addcredit help`, `client --help`: the words before it, if they begin a command.
fn asks_for_help(tokens: &[Token]) -> Option<String> {
    let (last, before) = tokens.split_last()?;
    let asked = match &last.piece {
        Piece::Word(word) => matches!(word.to_lowercase().as_str(), "help" | "?"),
        Piece::Flag { name, value: None } => name == "help",
        Piece::Flag { .. }
        | Piece::Quoted(_)
        | Piece::Pair { .. }
        | Piece::Apart { .. }
        | Piece::Mention { .. } => false,
    };
    let words: Vec<String> = before.iter().filter_map(word).collect();
    let all = words.len() == before.len();
    let begins = |command: &&Command| {
        command.words.iter().zip(&words).all(|(known, typed)| known == typed)
            && words.len() <= command.words.len()
    };
    (asked && all && !words.is_empty() && commands::all().any(|c| begins(&c)))
        .then(|| words.join(" "))
}

/// The command with the most words that the line begins with, and the rest of the line.
fn longest(tokens: &[Token]) -> Option<(&'static Command, &[Token])> {
    let begins = |command: &&'static Command| {
        let typed = tokens.iter().map(word);
        command.words.len() <= tokens.len()
            && command.words.iter().zip(typed).all(|(known, typed)| typed.as_deref() == Some(known))
    };
    let command = commands::all().filter(begins).max_by_key(|command| command.words.len())?;
    Some((command, tokens.get(command.words.len()..)?))
}

/// `sms or mms`, `one of on, off, inherit`.
fn either(words: &[&str]) -> String {
    match words {
        [one] => (*one).to_owned(),
        [one, other] => format!("{one} or {other}"),
        _ => format!("one of {}", words.join(", ")),
    }
}

#[cfg(test)]
mod tests;
