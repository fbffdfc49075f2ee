//! A command as one value. Its usage, help, completion and registration at Discord and Slack are
//! derived from that value, and so is the reading of its arguments.
//!
//! Invariant: a command only names its operation and builds its [`Ask`]; it decides nothing.

mod args;
mod param;

use shared::contract::Ask;
use shared::kernel::actor::Role;
use shared::kernel::spec::Spec;

use crate::view::Suggestion;

pub use args::{Args, Value};
pub use param::{
    Choices, DRY_RUN, Input, OptionType, ParamForm, ParamKind, ParamSpec, Position, Source,
    UsageForm,
};

/// A command: its words, its parameters, and the call that it makes.
#[derive(Debug)]
pub struct Command {
    /// Its words: one for a command, two or three with a group and a subcommand.
    pub words: &'static [&'static str],
    /// Its effect, in at most 100 characters.
    pub about: &'static str,
    /// A worked example that parses.
    pub example: &'static str,
    /// Its names on other platforms. `/help` finds it by them; none of them runs it.
    pub finds: &'static [&'static str],
    /// Its parameters in the order in which they are typed.
    pub params: &'static [ParamSpec],
    /// What running it does.
    pub action: Action,
}

/// What running a command does.
#[derive(Debug)]
pub enum Action {
    /// Calls a function.
    Ask {
        /// The operation of the call.
        operation: &'static Spec,
        /// Builds the call from the arguments.
        call: fn(&Args) -> Result<Ask, Usage>,
    },
    /// Explains the desk, without a call.
    Help,
}

impl Command {
    /// Its words with spaces between.
    #[must_use]
    pub fn name(&self) -> String {
        self.words.join(" ")
    }

    /// Its first word: what front ends register.
    #[must_use]
    pub fn first_word(&self) -> &'static str {
        self.words.first().copied().unwrap_or_default()
    }

    /// The operation that it calls, if any.
    #[must_use]
    pub fn operation(&self) -> Option<&'static Spec> {
        match self.action {
            Action::Ask { operation, .. } => Some(operation),
            Action::Help => None,
        }
    }

    /// The least role that may run it; `None` where anybody may.
    #[must_use]
    pub fn role(&self) -> Option<Role> {
        self.operation().and_then(|operation| operation.staff)
    }

    /// Whether it can change something.
    #[must_use]
    pub fn is_write(&self) -> bool {
        self.operation().is_some_and(Spec::is_write)
    }

    /// Its parameters as people see them, with `dry_run` on every write.
    pub fn params(&self) -> impl Iterator<Item = &'static ParamSpec> + use<> {
        self.takes().filter(|param| param.position != Position::Button)
    }

    /// All its parameters, with those that only buttons give.
    pub fn takes(&self) -> impl Iterator<Item = &'static ParamSpec> + use<> {
        let dry_run = self.is_write().then_some(&DRY_RUN);
        self.params.iter().chain(dry_run)
    }

    /// A parameter by its name, `-` and `_` alike.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&'static ParamSpec> {
        let name = folded(name);
        self.takes().find(|param| param.name == name)
    }

    /// Its usage line: `/why <client> [kind]`.
    #[must_use]
    pub fn usage(&self) -> String {
        let mut usage = format!("/{}", self.name());
        for param in self.params() {
            usage.push(' ');
            usage.push_str(&param.usage());
        }
        usage
    }

    /// Its usage line without named parameters.
    #[must_use]
    pub fn short_usage(&self) -> String {
        let mut usage = format!("/{}", self.name());
        for param in self.params.iter().filter(|p| p.is_in_place()) {
            usage.push(' ');
            usage.push_str(&param.usage());
        }
        usage
    }
}

/// A usage error: a line that cannot be read as a command, and what to type instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usage {
    /// A stable code for scripts.
    pub code: &'static str,
    /// The error as a sentence that quotes the typed text.
    pub sentence: String,
    /// The command of the line, if that is known.
    pub command: Option<&'static Command>,
    /// Lines that may have been meant.
    pub suggestions: Vec<Suggestion>,
}

impl PartialEq for Command {
    fn eq(&self, other: &Self) -> bool {
        self.words == other.words
    }
}

impl Eq for Command {}

impl Usage {
    /// A usage error.
    pub fn new(code: &'static str, sentence: impl Into<String>) -> Self {
        Self { code, sentence: sentence.into(), command: None, suggestions: Vec::new() }
    }

    /// A parameter is missing.
    #[must_use]
    pub fn missing(name: &'static str) -> Self {
        Self::new("missing", format!("The {} is missing.", name.replace('_', " ")))
    }

    /// Two arguments contradict each other, or one needs another.
    pub fn clash(sentence: impl Into<String>) -> Self {
        Self::new("clash", sentence)
    }

    /// Names the command of the line.
    #[must_use]
    pub fn of(mut self, command: &'static Command) -> Self {
        self.command = Some(command);
        self
    }

    /// Adds a line that may have been meant.
    #[must_use]
    pub fn suggest(mut self, line: impl Into<String>, effect: impl Into<String>) -> Self {
        self.suggestions.push(Suggestion::new(line, effect));
        self
    }
}

/// The word of `known` nearest to `typed`: at most two slips away, one for short words.
#[must_use]
pub fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let typed = typed.to_lowercase();
    let allowed = if typed.chars().count() <= 3 { 1 } else { 2 };
    let ranked = known.into_iter().filter_map(|word| {
        let slips = strsim::damerau_levenshtein(&typed, word);
        // Of words equally many slips away, the one that begins and sounds alike.
        let likeness = strsim::jaro_winkler(&typed, word);
        (slips <= allowed && slips < word.chars().count()).then_some((slips, likeness, word))
    });
    ranked.min_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1))).map(|(_, _, word)| word)
}

/// Whether `typed` is `known` with one slip; no short word is taken for a slip.
#[must_use]
pub fn is_slip(typed: &str, known: &str) -> bool {
    let shortest = typed.chars().count().min(known.chars().count());
    shortest >= SLIP_MIN && typed != known && strsim::damerau_levenshtein(typed, known) <= 1
}

/// The fewest letters of a word and of its slip.
const SLIP_MIN: usize = 3;

/// The form in which the names of parameters are compared: lower case, `-` as `_`.
#[must_use]
pub fn folded(name: &str) -> String {
    name.to_lowercase().replace('-', "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_usage_line_shows_what_must_and_what_may_be_given() {
        let command = crate::commands::find("addcredit mms").unwrap();
        assert_eq!(
            command.usage(),
            "/addcredit mms <client> <amount> [reason] [paid:<reference>] [grant] [from:house] [tell:<text>] [dry_run]"
        );
        assert_eq!(command.short_usage(), "/addcredit mms <client> <amount> [reason]");
    }

    #[test]
    fn a_slip_finds_its_word() {
        let known = ["sms", "mms", "balance"];
        assert_eq!(nearest("mmss", known), Some("mms"));
        assert_eq!(nearest("balnce", known), Some("balance"));
        assert_eq!(nearest("invoice", known), None);
    }
}
