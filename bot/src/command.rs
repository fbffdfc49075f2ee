//! A command as one value. Everything that staff see of it (usage, help, completion, registration
//! at Discord and Slack) and the reading of its arguments is derived from that value.
//!
//! Invariant: a command only names an [`Operation`] and builds its [`Ask`]; it decides nothing.

mod args;
mod param;

use shared::operation::{Ask, Operation};

use crate::view::Suggestion;

pub use args::{Args, Value};
pub use param::{
    Choices, DRY_RUN, Input, OptionType, ParamForm, ParamKind, ParamSpec, Place, Source, UsageForm,
};

/// A command: what is typed after the slash, and what it asks for.
#[derive(Debug)]
pub struct Command {
    /// Its words: a command, perhaps a group, perhaps a subcommand.
    pub words: &'static [&'static str],
    /// What it does, in at most 100 characters.
    pub about: &'static str,
    /// A worked example that parses.
    pub example: &'static str,
    /// What people from elsewhere call it; `/help` finds it so, nothing is ever run by these.
    pub finds: &'static [&'static str],
    /// Its parameters in the order in which they are typed.
    pub params: &'static [ParamSpec],
    /// What it comes to.
    pub action: Action,
}

/// What a command comes to.
#[derive(Debug)]
pub enum Action {
    /// A function is asked.
    Ask {
        /// For what.
        operation: Operation,
        /// Builds the question from the arguments.
        call: fn(&Args) -> Result<Ask, Usage>,
    },
    /// The desk explains itself; no function is asked.
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

    /// What is asked of a function, if any.
    #[must_use]
    pub fn operation(&self) -> Option<Operation> {
        match &self.action {
            Action::Ask { operation, .. } => Some(*operation),
            Action::Help => None,
        }
    }

    /// Whether it can change something.
    #[must_use]
    pub fn is_write(&self) -> bool {
        self.operation().is_some_and(Operation::is_write)
    }

    /// Its parameters as people see them, with `dry_run` on every write.
    pub fn params(&self) -> impl Iterator<Item = &'static ParamSpec> + use<> {
        self.takes().filter(|param| param.place != Place::Button)
    }

    /// All that it takes: its parameters, and what only buttons say.
    pub fn takes(&self) -> impl Iterator<Item = &'static ParamSpec> + use<> {
        let dry_run = self.is_write().then_some(&DRY_RUN);
        self.params.iter().chain(dry_run)
    }

    /// A parameter by its name, `-` and `_` alike.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&'static ParamSpec> {
        let name = name.to_lowercase().replace('-', "_");
        self.takes().find(|param| param.name == name)
    }

    /// How it is typed: `/why <client> [kind]`.
    #[must_use]
    pub fn usage(&self) -> String {
        let mut usage = format!("/{}", self.name());
        for param in self.params() {
            usage.push(' ');
            usage.push_str(&param.usage());
        }
        usage
    }

    /// How it is typed at the least: without what may be left out.
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

/// Why a line cannot be read as a command: a sentence for the one who typed it, and what to type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usage {
    /// A stable code for scripts.
    pub code: &'static str,
    /// What is wrong, with what was typed in it.
    pub sentence: String,
    /// The command that was meant, if that is known.
    pub command: Option<&'static Command>,
    /// What may have been meant.
    pub suggestions: Vec<Suggestion>,
}

impl PartialEq for Command {
    fn eq(&self, other: &Self) -> bool {
        self.words == other.words
    }
}

impl Eq for Command {}

impl Usage {
    /// A reason.
    pub fn new(code: &'static str, sentence: impl Into<String>) -> Self {
        Self { code, sentence: sentence.into(), command: None, suggestions: Vec::new() }
    }

    /// A parameter is missing.
    #[must_use]
    pub fn missing(name: &'static str) -> Self {
        Self::new("missing", format!("The {} is missing.", name.replace('_', " ")))
    }

    /// Two arguments say different things, or one needs another.
    pub fn clash(sentence: impl Into<String>) -> Self {
        Self::new("clash", sentence)
    }

    /// About this command.
    #[must_use]
    pub fn of(mut self, command: &'static Command) -> Self {
        self.command = Some(command);
        self
    }

    /// With something that may have been meant.
    #[must_use]
    pub fn suggest(mut self, line: impl Into<String>, effect: impl Into<String>) -> Self {
        self.suggestions.push(Suggestion::new(line, effect));
        self
    }
}

/// The words among `known` that `typed` is nearest to: at most two slips away, one for short words.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_usage_line_shows_what_must_and_what_may_be_given() {
        let command = crate::commands::find("addcredit mms").unwrap();
        assert_eq!(
            command.usage(),
            "/addcredit mms <client> <amount> [reason] [paid:<reference>] [grant] [from:house] [dry_run]"
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
