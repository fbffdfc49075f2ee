//! Completion while a line is typed: words of commands, names of parameters, choices, and clients,
//! which a function looks up. [`choices`] has the completions of one option, for platforms that
//! complete options one at a time.
//!
//! Invariant: a completion replaces a part of the line and never runs anything.

mod choices;

use std::future::Future;
use std::ops::Range;

use shared::kernel::id::{Identity, Named};

use crate::chat::Chat;
use crate::command::{Command, ParamKind, ParamSpec, Position, Source};
use crate::commands;
use crate::grammar::amount::looks_like_one;

pub use choices::{CHOICES_MAX, Choice, LABEL_MAX, choices, completes};

/// A completion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// The text for the line.
    pub value: String,
    /// Its description.
    pub about: String,
    /// The part of the line that it replaces, in bytes.
    pub span: Range<usize>,
}

/// A value that a function looks up for a completion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookUp {
    pub source: Source,
    /// The text so far.
    pub text: String,
    /// The client that stands before it in the line.
    pub client: Option<String>,
}

/// The completions at `position` (in bytes) of a line. `look_up` is called at most once.
pub async fn complete<F, Answer>(line: &str, position: usize, look_up: F) -> Vec<Completion>
where
    F: FnOnce(LookUp) -> Answer,
    Answer: Future<Output = Vec<Choice>>,
{
    match wanted(line, position) {
        Wanted::These(completions) => completions,
        Wanted::LookedUp { what, span, options } => {
            let matches = look_up(what).await.into_iter().map(|choice| Completion {
                about: choice.label,
                value: choice.value,
                span: span.clone(),
            });
            matches.chain(options).collect()
        }
    }
}

/// Looks a completion up at the functions, for a line in a terminal: clients by their logins, all else
/// as on the platforms.
pub async fn looked_up(chat: &Chat, from: &Identity, what: &LookUp) -> Vec<Choice> {
    if what.source == Source::Clients {
        let label = |client: &Named| format!("{} · {}", client.name, client.id);
        let clients = chat.suggest(from, &what.text).await;
        return clients
            .into_iter()
            .map(|client| Choice { label: label(&client), value: client.login })
            .collect();
    }
    let given = what.client.iter().map(|client| ("client".to_owned(), client.clone()));
    choices(chat, from, what.source, &what.text, &given.collect::<Vec<_>>()).await
}

/// The look-up that a completion needs.
#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    /// None: these are the completions.
    These(Vec<Completion>),
    /// What a function looks up, and the completions behind it.
    LookedUp { what: LookUp, span: Range<usize>, options: Vec<Completion> },
}

/// A word of the line and its place in bytes.
struct Typed<'a> {
    text: &'a str,
    span: Range<usize>,
}

/// The words before the position; the last one is being typed and may be empty.
fn words(line: &str) -> Vec<Typed<'_>> {
    let mut words = Vec::new();
    let mut start = 0_usize;
    let mut quoted = false;
    for (at, c) in line.char_indices() {
        quoted ^= c == '"';
        if c.is_whitespace() && !quoted {
            if start < at {
                words
                    .push(Typed { text: line.get(start..at).unwrap_or_default(), span: start..at });
            }
            start = at.saturating_add(c.len_utf8());
        }
    }
    let last = line.get(start..).unwrap_or_default();
    words.push(Typed { text: last, span: start..line.len() });
    words
}

fn wanted(line: &str, position: usize) -> Wanted {
    let before = line.get(..position).unwrap_or(line);
    let mut words = words(before);
    let Some(current) = words.pop() else { return Wanted::These(Vec::new()) };
    let mut typed: Vec<Typed<'_>> = words;
    if typed.first().is_some_and(|first| first.text.trim_start_matches('/') == "desk") {
        typed.remove(0);
    }
    let folded: Vec<String> =
        typed.iter().map(|word| word.text.trim_start_matches('/').to_lowercase()).collect();
    // The command with the most words that is complete; what follows are its arguments.
    let complete = commands::all()
        .filter(|c| {
            c.words.len() <= folded.len() && c.words.iter().zip(&folded).all(|(k, t)| k == t)
        })
        .max_by_key(|command| command.words.len());
    match complete {
        Some(command) => {
            let arguments = typed.get(command.words.len()..).unwrap_or_default();
            argument(command, arguments, &current)
        }
        None => Wanted::These(next_words(&folded, &current)),
    }
}

fn next_words(typed: &[String], current: &Typed<'_>) -> Vec<Completion> {
    let slash = if typed.is_empty() && current.text.starts_with('/') { "/" } else { "" };
    let begun = current.text.trim_start_matches('/').to_lowercase();
    let mut completions: Vec<Completion> = Vec::new();
    for command in commands::all() {
        let along = command.words.iter().zip(typed).all(|(known, typed)| known == typed);
        let Some(word) = command.words.get(typed.len()).filter(|_| along) else { continue };
        let value = format!("{slash}{word}");
        if !word.starts_with(&begun) || completions.iter().any(|known| known.value == value) {
            continue;
        }
        let to = typed.len().saturating_add(1);
        let about = commands::about(command.words.get(..to).unwrap_or_default()).to_owned();
        completions.push(Completion { value, about, span: current.span.clone() });
    }
    completions
}

fn argument(command: &'static Command, typed: &[Typed<'_>], current: &Typed<'_>) -> Wanted {
    let client = client_before(command, typed);
    // `sort:m`, `--class u`: the value of a parameter by its name.
    if let Some((name, value)) = current.text.split_once(':')
        && let Some(param) = command.param(name)
    {
        let start = current.span.start.saturating_add(name.len()).saturating_add(1);
        let place = start..current.span.end;
        return value_of((command, param), value, client, place, Vec::new());
    }
    let named = |word: &&Typed<'_>| !is_named(word.text);
    let alone: Vec<&Typed<'_>> = typed.iter().filter(named).collect();
    let options = names(command, typed, current);
    let places: Vec<&'static ParamSpec> =
        command.params.iter().filter(|param| param.is_in_place()).collect();
    // A client's name of several words reaches up to the amount.
    let reaches = matches!(
        places.as_slice(),
        [client, amount, ..] if client.kind == ParamKind::Client && amount.kind == ParamKind::Amount
    ) && !alone.iter().any(|word| looks_like_one(word.text));
    let at = if reaches { 0 } else { alone.len() };
    let Some(param) = places.get(at) else { return Wanted::These(options) };
    let start = match alone.first() {
        Some(first) if reaches => first.span.start,
        Some(_) | None => current.span.start,
    };
    let text: Vec<&str> =
        if reaches { alone.iter().map(|word| word.text).collect() } else { Vec::new() };
    let text = text.into_iter().chain([current.text]).collect::<Vec<_>>().join(" ");
    value_of((command, param), &text, client, start..current.span.end, options)
}

fn is_named(word: &str) -> bool {
    let pair = word.split_once(':').is_some_and(|(name, _)| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphabetic() || c == '_')
    });
    pair || (word.starts_with('-') && !looks_like_one(word))
}

/// The client of a line, as far as it stands before the amount.
fn client_before(command: &'static Command, typed: &[Typed<'_>]) -> Option<String> {
    let takes_client = command.params.first().is_some_and(|p| p.kind == ParamKind::Client);
    let words = typed.iter().map(|word| word.text);
    let words = words.take_while(|word| !is_named(word) && !looks_like_one(word));
    let client = words.collect::<Vec<_>>().join(" ");
    (takes_client && !client.is_empty()).then(|| client.trim_matches('"').to_owned())
}

fn value_of(
    (command, param): (&Command, &ParamSpec),
    begun: &str,
    client: Option<String>,
    span: Range<usize>,
    options: Vec<Completion>,
) -> Wanted {
    let search = begun.trim_matches('"').trim();
    match param.kind.form().source {
        Source::Words(words) => {
            let begun = begun.to_lowercase();
            let fits = words.iter().filter(|(word, _)| word.starts_with(&begun));
            let choices = fits.map(|(word, about)| Completion {
                value: (*word).to_owned(),
                about: (*about).to_owned(),
                span: span.clone(),
            });
            Wanted::These(choices.chain(options).collect())
        }
        source if completes(command, param) && search.chars().count() >= source.min_letters() => {
            let what = LookUp { source, text: search.to_owned(), client };
            Wanted::LookedUp { what, span, options }
        }
        Source::Clients
        | Source::Nothing
        | Source::Staff
        | Source::Invoices
        | Source::Operations
        | Source::Plans(_) => Wanted::These(options),
    }
}

/// The named parameters that are not given yet and begin with the typed text.
fn names(command: &'static Command, typed: &[Typed<'_>], current: &Typed<'_>) -> Vec<Completion> {
    let dashes = current.text.chars().take_while(|c| *c == '-').count();
    let begun = current.text.trim_start_matches('-').to_lowercase().replace('-', "_");
    // One letter is rather the beginning of a value.
    if begun.chars().nth(1).is_none() && dashes == 0 {
        return Vec::new();
    }
    let given = |param: &ParamSpec| {
        typed.iter().any(|word| {
            let name = word.text.trim_start_matches('-');
            let name = name.split([':', '=']).next().unwrap_or_default().replace('-', "_");
            is_named(word.text) && name == param.name
        })
    };
    command
        .params()
        .filter(|param| param.position == Position::Named || dashes > 0)
        .filter(|param| param.name.starts_with(&begun) && !given(param))
        .map(|param| Completion {
            value: match (dashes, param.kind) {
                (0, ParamKind::Flag) => format!("--{}", param.name),
                (0, _) => format!("{}:", param.name),
                (_, _) => format!("--{}", param.name),
            },
            about: param.about.to_owned(),
            span: current.span.clone(),
        })
        .collect()
}

#[cfg(test)]
mod tests;
