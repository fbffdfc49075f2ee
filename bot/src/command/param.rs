//! Parameters: what each takes, and how it is typed, completed and drawn.
//!
//! Every property of a [`ParamKind`] stands in one table, [`ParamKind::form`]. A new kind is a
//! variant, a row there, and its reading in `grammar::bind::value`; usage lines, completion, Discord's
//! registration and the forms of both platforms read the table.

use shared::kernel::credit::COUNT_MAX;
use shared::plans::types::Answerable;

/// Words to choose from, each with its meaning.
pub type Choices = &'static [(&'static str, &'static str)];

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
    /// The reference of a payment: a word, or several.
    Reference,
    /// The rest of the line.
    Rest,
    /// One of a few words.
    Choice(Choices),
    /// The number of an invoice or credit note.
    Invoice,
    /// The id of an operation.
    Op,
    /// A waiting plan to which the caller may do this, by the id of its operation.
    Plan(Answerable),
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
    /// Lines of an invoice: a text, a quantity and a unit price each.
    Items,
    /// On when it is given.
    Flag,
}

/// All properties of a kind of parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParamForm {
    /// The value in a usage line.
    pub usage: UsageForm,
    /// Whether the value may have spaces without quotation marks.
    pub is_long: bool,
    /// Where its completions come from.
    pub source: Source,
    /// The type of Discord's option.
    pub option: OptionType,
    /// The field of a form.
    pub input: Input,
    /// The question where the value is missing; most are asked for by the parameter's own word.
    pub question: Option<&'static str>,
}

/// The value of a parameter in a usage line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UsageForm {
    /// The parameter's own word for it ([`ParamSpec::shown`]).
    Shown,
    /// The words to choose from.
    Words(Choices),
    /// This sample, in brackets where its position needs them.
    Sample(&'static str),
    /// This sample, without brackets.
    Bare(&'static str),
}

/// Where completions come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// There are none.
    Nothing,
    /// A few words.
    Words(Choices),
    /// Clients by the beginning of a name.
    Clients,
    /// Active staff.
    Staff,
    /// A client's documents.
    Invoices,
    /// The caller's own changes of credits.
    Operations,
    /// Waiting plans to which the caller may do this.
    Plans(Answerable),
}

impl Source {
    /// The sources that are looked up at a function.
    const LOOKED_UP: [Source; 7] = [
        Source::Clients,
        Source::Staff,
        Source::Invoices,
        Source::Operations,
        Source::Plans(Answerable::ToConfirm),
        Source::Plans(Answerable::ToApprove),
        Source::Plans(Answerable::ToDeny),
    ];

    /// Its name: the `action_id` of Slack's selects.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Source::Nothing => "nothing",
            Source::Words(_) => "choice",
            Source::Clients => "client",
            Source::Staff => "staff",
            Source::Invoices => "invoice",
            Source::Operations => "op",
            Source::Plans(Answerable::ToConfirm) => "plan_to_confirm",
            Source::Plans(Answerable::ToApprove) => "plan_to_approve",
            Source::Plans(Answerable::ToDeny) => "plan_to_deny",
        }
    }

    /// The source with this name, if it is looked up.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::LOOKED_UP.into_iter().find(|source| source.name() == name)
    }

    /// From how many letters on Slack asks for completions.
    #[must_use]
    pub fn min_letters(self) -> usize {
        match self {
            Source::Clients | Source::Staff | Source::Invoices => 1,
            Source::Nothing | Source::Words(_) | Source::Operations | Source::Plans(_) => 0,
        }
    }
}

/// The type of an option at Discord.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OptionType {
    /// Text.
    Text,
    /// Text of at most a note's length.
    Note,
    /// One of a few words.
    Choice(Choices),
    /// A whole number.
    Integer {
        /// The least.
        min: u64,
        max: Option<u64>,
    },
    /// True or false.
    Boolean,
}

/// A field of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// One line of text.
    Line,
    /// Several lines of text.
    Lines,
    /// A select of a few words.
    Select(Choices),
    /// A select that is searched, where the platform has one.
    Search(Source),
    /// A day, picked from a calendar where the platform has one.
    Date,
}

impl ParamKind {
    /// All properties of the kind.
    #[must_use]
    pub const fn form(self) -> ParamForm {
        const WORD: ParamForm = ParamForm {
            usage: UsageForm::Shown,
            is_long: false,
            source: Source::Nothing,
            option: OptionType::Text,
            input: Input::Line,
            question: None,
        };
        const fn searched(source: Source, question: &'static str) -> ParamForm {
            ParamForm { source, input: Input::Search(source), question: Some(question), ..WORD }
        }
        const fn integer(min: u64, max: Option<u64>) -> ParamForm {
            ParamForm { option: OptionType::Integer { min, max }, ..WORD }
        }
        match self {
            ParamKind::Client => {
                ParamForm { is_long: true, ..searched(Source::Clients, "Which client?") }
            }
            ParamKind::Staff => ParamForm { is_long: true, ..searched(Source::Staff, "Who?") },
            ParamKind::Invoice => searched(Source::Invoices, "Which invoice?"),
            ParamKind::Op => searched(Source::Operations, "Which operation?"),
            ParamKind::Plan(does) => searched(Source::Plans(does), "Which plan?"),
            ParamKind::Amount => {
                ParamForm { question: Some("How many?"), ..integer(1, Some(COUNT_MAX)) }
            }
            ParamKind::Number => integer(0, None),
            ParamKind::Text | ParamKind::Phone | ParamKind::Reference => {
                ParamForm { is_long: true, ..WORD }
            }
            ParamKind::Word | ParamKind::Email => WORD,
            ParamKind::Rest => ParamForm {
                is_long: true,
                option: OptionType::Note,
                input: Input::Lines,
                question: Some("Why?"),
                ..WORD
            },
            ParamKind::Choice(words) => ParamForm {
                usage: UsageForm::Words(words),
                source: Source::Words(words),
                option: OptionType::Choice(words),
                input: Input::Select(words),
                ..WORD
            },
            ParamKind::Date => {
                ParamForm { usage: UsageForm::Sample("yyyy-mm-dd"), input: Input::Date, ..WORD }
            }
            ParamKind::Steps => ParamForm {
                usage: UsageForm::Bare("1:50.00 10000:45.00 …"),
                is_long: true,
                question: Some("At which prices?"),
                ..WORD
            },
            ParamKind::Items => ParamForm {
                usage: UsageForm::Bare("<text> <quantity> <price> …"),
                is_long: true,
                input: Input::Lines,
                question: Some("For what?"),
                ..WORD
            },
            ParamKind::Flag => ParamForm { option: OptionType::Boolean, ..WORD },
        }
    }

    /// Whether its value may have spaces without quotation marks.
    #[must_use]
    pub const fn is_long(self) -> bool {
        self.form().is_long
    }

    /// Whether numbers in its value never end it.
    #[must_use]
    pub const fn takes_numbers(self) -> bool {
        matches!(self, ParamKind::Rest | ParamKind::Reference)
    }

    /// Whether its value is a text that may follow a client without a mark.
    #[must_use]
    pub const fn follows_a_name(self) -> bool {
        matches!(self, ParamKind::Rest | ParamKind::Text | ParamKind::Items | ParamKind::Staff)
    }

    /// Whether its value is a text.
    #[must_use]
    pub const fn is_text(self) -> bool {
        matches!(
            self,
            ParamKind::Client
                | ParamKind::Text
                | ParamKind::Word
                | ParamKind::Reference
                | ParamKind::Rest
                | ParamKind::Items
                | ParamKind::Staff
                | ParamKind::Email
                | ParamKind::Phone
        )
    }
}

/// How a parameter is given in text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Position {
    /// At its position; it must be there.
    Required,
    /// At its position, or not at all.
    Optional,
    /// By its name only: `since:2026-11-01` or `--since 2026-11-01`.
    Named,
    /// By its name, and shown nowhere: only buttons give it.
    Button,
}

/// A parameter of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParamSpec {
    /// At most 32 of `a-z` and `_`.
    pub name: &'static str,
    /// What it takes.
    pub kind: ParamKind,
    /// How it is given in text.
    pub position: Position,
    /// At most 100 characters.
    pub about: &'static str,
    /// The word for its value in a usage line.
    pub shown: &'static str,
}

/// Tries a write without committing it: every write has it.
pub const DRY_RUN: ParamSpec =
    ParamSpec::named("dry_run", ParamKind::Flag, "Show what would happen, change nothing");

impl ParamSpec {
    /// A parameter that must be given.
    #[must_use]
    pub const fn required(name: &'static str, kind: ParamKind, about: &'static str) -> Self {
        Self { name, kind, position: Position::Required, about, shown: name }
    }

    /// A parameter that may be given at its position.
    #[must_use]
    pub const fn optional(name: &'static str, kind: ParamKind, about: &'static str) -> Self {
        Self { name, kind, position: Position::Optional, about, shown: name }
    }

    /// A parameter that may be given by its name.
    #[must_use]
    pub const fn named(name: &'static str, kind: ParamKind, about: &'static str) -> Self {
        Self { name, kind, position: Position::Named, about, shown: name }
    }

    /// A parameter that only buttons give.
    #[must_use]
    pub const fn by_button(name: &'static str, kind: ParamKind, about: &'static str) -> Self {
        Self { name, kind, position: Position::Button, about, shown: name }
    }

    /// With another word for its value in the usage line.
    #[must_use]
    pub const fn shown(self, shown: &'static str) -> Self {
        Self { shown, ..self }
    }

    /// Whether it must be given.
    #[must_use]
    pub fn is_required(&self) -> bool {
        self.position == Position::Required
    }

    /// Whether its description says what `none` does.
    #[must_use]
    pub fn takes_none(&self) -> bool {
        self.about.contains("none ")
    }

    /// Whether it has a position, with or without its name.
    #[must_use]
    pub fn is_in_place(&self) -> bool {
        matches!(self.position, Position::Required | Position::Optional)
    }

    /// It as an option: `--grant`, `paid:<reference>`.
    #[must_use]
    pub fn option(&self) -> String {
        match (self.kind, self.position) {
            (ParamKind::Flag, _) => format!("--{}", self.name),
            (_, Position::Named) => self.usage().trim_matches(['[', ']']).to_owned(),
            (_, Position::Required | Position::Optional | Position::Button) => {
                format!("{}:<{}>", self.name, self.shown)
            }
        }
    }

    /// Its part of a usage line.
    #[must_use]
    pub fn usage(&self) -> String {
        let (shown, name) = (self.shown, self.name);
        let words =
            |choices: Choices| choices.iter().map(|(word, _)| *word).collect::<Vec<_>>().join("|");
        match (self.position, self.kind.form().usage) {
            (Position::Required, UsageForm::Bare(sample)) => sample.to_owned(),
            (Position::Required, UsageForm::Words(choices)) => format!("<{}>", words(choices)),
            (Position::Required, UsageForm::Shown | UsageForm::Sample(_)) => format!("<{shown}>"),
            (Position::Optional, UsageForm::Words(choices)) => format!("[{}]", words(choices)),
            (Position::Optional, _) => format!("[{shown}]"),
            (Position::Named | Position::Button, _) if self.kind == ParamKind::Flag => {
                format!("[{shown}]")
            }
            (Position::Named | Position::Button, UsageForm::Words(choices)) => {
                format!("[{name}:{}]", words(choices))
            }
            (
                Position::Named | Position::Button,
                UsageForm::Sample(sample) | UsageForm::Bare(sample),
            ) => {
                format!("[{name}:{sample}]")
            }
            (Position::Named | Position::Button, UsageForm::Shown) => format!("[{name}:<{shown}>]"),
        }
    }
}
