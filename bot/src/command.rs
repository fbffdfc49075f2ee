//! A command as one value. Everything that staff see of it (usage, help, completion, registration
//! at Discord and Slack) and the reading of its arguments is derived from that value.
//!
//! Invariant: a command only names an [`Operation`] and builds its [`Ask`]; it decides nothing.

use jiff::civil::Date;
use shared::credit::Count;
use shared::id::{ClientId, InvoiceNumber, OpId};
use shared::operation::{Ask, Operation, TypedStep};

use crate::view::Suggestion;

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

/// Tries a write without committing it: every write has it.
pub const DRY_RUN: ParamSpec =
    ParamSpec::named("dry_run", ParamKind::Flag, "Show what would happen, change nothing");

/// What a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParamKind {
    /// A client, by id, login, name, the beginning of one, mobile, email or invoice number.
    Client,
    /// A number of credits.
    Amount,
    /// A whole number of something else.
    Number,
    /// Several words that end where the next parameter begins.
    Text,
    /// One word.
    Word,
    /// The rest of the line.
    Rest,
    /// One of a few words, each with what it means.
    Choice(&'static [(&'static str, &'static str)]),
    /// An invoice's or credit note's number.
    Invoice,
    /// An operation's id.
    Op,
    /// A plan that waits: its operation.
    Plan,
    /// A staff member: id, name, identity or mention.
    Staff,
    /// A day: `2026-11-30`.
    Date,
    /// An email address.
    Email,
    /// A telephone number, with or without spaces.
    Phone,
    /// Price steps: `1:50.00 10000:45.00`.
    Steps,
    /// Said or not said.
    Flag,
}

impl ParamKind {
    /// Whether its value may have spaces without quotation marks.
    #[must_use]
    pub fn is_long(self) -> bool {
        match self {
            ParamKind::Client
            | ParamKind::Text
            | ParamKind::Rest
            | ParamKind::Staff
            | ParamKind::Phone
            | ParamKind::Steps => true,
            ParamKind::Amount
            | ParamKind::Number
            | ParamKind::Word
            | ParamKind::Choice(_)
            | ParamKind::Invoice
            | ParamKind::Op
            | ParamKind::Plan
            | ParamKind::Date
            | ParamKind::Email
            | ParamKind::Flag => false,
        }
    }
}

/// How a parameter is given in text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In its place, and it must be there.
    Required,
    /// In its place, or not at all.
    Optional,
    /// By its name only: `since:2026-11-01` or `--since 2026-11-01`.
    Named,
    /// By its name, and shown nowhere: only buttons say it.
    Button,
}

/// A parameter of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParamSpec {
    /// Its name, at most 32 of `a-z` and `_`.
    pub name: &'static str,
    /// What it takes.
    pub kind: ParamKind,
    /// How it is given.
    pub place: Place,
    /// What it is, in at most 100 characters.
    pub about: &'static str,
    /// What stands for its value in a usage line.
    pub shown: &'static str,
}

impl ParamSpec {
    /// One that must be given.
    #[must_use]
    pub const fn required(name: &'static str, kind: ParamKind, about: &'static str) -> Self {
        Self { name, kind, place: Place::Required, about, shown: name }
    }

    /// One that may be given in its place.
    #[must_use]
    pub const fn optional(name: &'static str, kind: ParamKind, about: &'static str) -> Self {
        Self { name, kind, place: Place::Optional, about, shown: name }
    }

    /// One that may be given by its name.
    #[must_use]
    pub const fn named(name: &'static str, kind: ParamKind, about: &'static str) -> Self {
        Self { name, kind, place: Place::Named, about, shown: name }
    }

    /// One that only buttons say.
    #[must_use]
    pub const fn by_button(name: &'static str, kind: ParamKind, about: &'static str) -> Self {
        Self { name, kind, place: Place::Button, about, shown: name }
    }

    /// With another word for its value in the usage line.
    #[must_use]
    pub const fn shown(self, shown: &'static str) -> Self {
        Self { shown, ..self }
    }

    /// Whether it must be given.
    #[must_use]
    pub fn is_required(&self) -> bool {
        self.place == Place::Required
    }

    /// Whether it stands in a place, with or without its name.
    #[must_use]
    pub fn is_in_place(&self) -> bool {
        matches!(self.place, Place::Required | Place::Optional)
    }

    /// How it stands in a usage line.
    #[must_use]
    pub fn usage(&self) -> String {
        let value = match self.kind {
            ParamKind::Choice(choices) => {
                choices.iter().map(|(word, _)| *word).collect::<Vec<_>>().join("|")
            }
            ParamKind::Date => "yyyy-mm-dd".to_owned(),
            ParamKind::Steps => "1:50.00 10000:45.00 …".to_owned(),
            ParamKind::Client
            | ParamKind::Amount
            | ParamKind::Number
            | ParamKind::Text
            | ParamKind::Word
            | ParamKind::Rest
            | ParamKind::Invoice
            | ParamKind::Op
            | ParamKind::Plan
            | ParamKind::Staff
            | ParamKind::Email
            | ParamKind::Phone
            | ParamKind::Flag => format!("<{}>", self.shown),
        };
        match (self.place, self.kind) {
            (Place::Required, ParamKind::Steps) => value,
            (Place::Required, ParamKind::Choice(_)) => format!("<{value}>"),
            (Place::Required, _) => format!("<{}>", self.shown),
            (Place::Optional, ParamKind::Choice(_)) => format!("[{value}]"),
            (Place::Named | Place::Button, ParamKind::Flag) | (Place::Optional, _) => {
                format!("[{}]", self.shown)
            }
            (Place::Named | Place::Button, _) => format!("[{}:{value}]", self.name),
        }
    }
}

/// The value of an argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Text of any sort.
    Text(String),
    /// A number of credits.
    Count(Count),
    /// Another whole number.
    Number(u64),
    /// One of a parameter's choices.
    Choice(&'static str),
    /// An invoice's number.
    Invoice(InvoiceNumber),
    /// An operation's id.
    Op(OpId),
    /// A day.
    Date(Date),
    /// Price steps.
    Steps(Vec<TypedStep>),
    /// A flag that is said.
    Flag,
}

/// The arguments of a command, by parameter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Args(Vec<(&'static str, Value)>);

impl Args {
    /// Sets or replaces an argument.
    pub fn set(&mut self, name: &'static str, value: Value) {
        self.0.retain(|(known, _)| *known != name);
        self.0.push((name, value));
    }

    /// An argument.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// A text, or a choice as its word.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        match self.get(name)? {
            Value::Text(text) => Some(text.clone()),
            Value::Choice(word) => Some((*word).to_owned()),
            Value::Count(_)
            | Value::Number(_)
            | Value::Invoice(_)
            | Value::Op(_)
            | Value::Date(_)
            | Value::Steps(_)
            | Value::Flag => None,
        }
    }

    /// A text that must be there.
    ///
    /// # Errors
    /// It is not there.
    pub fn need(&self, name: &'static str) -> Result<String, Usage> {
        self.text(name).ok_or_else(|| Usage::missing(name))
    }

    /// A number of credits that must be there.
    ///
    /// # Errors
    /// It is not there.
    pub fn count(&self, name: &'static str) -> Result<Count, Usage> {
        match self.get(name) {
            Some(Value::Count(count)) => Ok(*count),
            Some(
                Value::Text(_)
                | Value::Number(_)
                | Value::Choice(_)
                | Value::Invoice(_)
                | Value::Op(_)
                | Value::Date(_)
                | Value::Steps(_)
                | Value::Flag,
            )
            | None => Err(Usage::missing(name)),
        }
    }

    /// A client's id: what a button says, and nobody has to resolve.
    ///
    /// # Errors
    /// It is there, and no id.
    pub fn client_id(&self, name: &str) -> Result<Option<ClientId>, Usage> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let no_id = |_| Usage::new("bad_value", format!("“{text}” is not a client’s id."));
        text.parse().map(Some).map_err(no_id)
    }

    /// Another number.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<u64> {
        if let Some(Value::Number(number)) = self.get(name) { Some(*number) } else { None }
    }

    /// An invoice's number.
    #[must_use]
    pub fn invoice(&self, name: &str) -> Option<InvoiceNumber> {
        if let Some(Value::Invoice(number)) = self.get(name) { Some(*number) } else { None }
    }

    /// An operation's id.
    #[must_use]
    pub fn op(&self, name: &str) -> Option<OpId> {
        if let Some(Value::Op(op)) = self.get(name) { Some(op.clone()) } else { None }
    }

    /// A day.
    #[must_use]
    pub fn date(&self, name: &str) -> Option<Date> {
        if let Some(Value::Date(date)) = self.get(name) { Some(*date) } else { None }
    }

    /// Price steps.
    #[must_use]
    pub fn steps(&self, name: &str) -> Vec<TypedStep> {
        if let Some(Value::Steps(steps)) = self.get(name) { steps.clone() } else { Vec::new() }
    }

    /// Whether a flag is said.
    #[must_use]
    pub fn flag(&self, name: &str) -> bool {
        matches!(self.get(name), Some(Value::Flag))
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
    pub fn suggest(mut self, line: impl Into<String>, what: impl Into<String>) -> Self {
        self.suggestions.push(Suggestion::new(line, what));
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
