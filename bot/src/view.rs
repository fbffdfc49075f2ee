//! A reply before a front end draws it: headline, lines, a table, a footer, commands to type next.
//!
//! Invariant: text that people wrote is in spans of its own ([`Span::Input`]), which each front end
//! escapes. A name in a fixed span could ping somebody or add a link.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A piece of text, by its origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Span {
    /// Text of this program.
    Fixed(String),
    /// Text that a client or a staff member wrote: names, reasons, typed lines.
    Input(String),
    /// Text of this program, drawn bold: the figure that the reader looks for.
    Strong(String),
    /// A command to type, drawn so that it can be copied.
    Code(String),
    /// A moment, shown in the reader's zone where the front end knows it, else in UTC.
    Time(Timestamp),
    /// An address that a function of this desk made, behind words of this program.
    Link { words: &'static str, address: String },
}

/// A line of text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text(Vec<Span>);

impl Text {
    /// No text.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The spans in their order.
    #[must_use]
    pub fn spans(&self) -> &[Span] {
        &self.0
    }

    #[must_use]
    pub fn has_link(&self) -> bool {
        self.0.iter().any(|span| matches!(span, Span::Link { .. }))
    }

    /// Whether it shows nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|span| match span {
            Span::Fixed(words) | Span::Input(words) | Span::Strong(words) | Span::Code(words) => {
                words.is_empty()
            }
            Span::Time(_) | Span::Link { .. } => false,
        })
    }

    /// Appends text of this program.
    #[must_use]
    pub fn fixed(mut self, words: impl Into<String>) -> Self {
        self.0.push(Span::Fixed(words.into()));
        self
    }

    /// Appends text that people wrote.
    #[must_use]
    pub fn input(mut self, words: impl Into<String>) -> Self {
        self.0.push(Span::Input(words.into()));
        self
    }

    /// Appends bold text of this program.
    #[must_use]
    pub fn strong(mut self, words: impl Into<String>) -> Self {
        self.0.push(Span::Strong(words.into()));
        self
    }

    /// Appends a command.
    #[must_use]
    pub fn code(mut self, command: impl Into<String>) -> Self {
        self.0.push(Span::Code(command.into()));
        self
    }

    /// Appends a moment.
    #[must_use]
    pub fn time(mut self, at: Timestamp) -> Self {
        self.0.push(Span::Time(at));
        self
    }

    /// Appends a link.
    #[must_use]
    pub fn link(mut self, words: &'static str, address: impl Into<String>) -> Self {
        self.0.push(Span::Link { words, address: address.into() });
        self
    }

    /// Appends another text.
    #[must_use]
    pub fn then(mut self, other: Text) -> Self {
        self.0.extend(other.0);
        self
    }

    /// Joins the parts that are not empty by ` · `.
    #[must_use]
    pub fn dotted(parts: impl IntoIterator<Item = Text>) -> Self {
        let mut line = Self::new();
        for part in parts.into_iter().filter(|part| !part.is_empty()) {
            if !line.is_empty() {
                line = line.fixed(" · ");
            }
            line = line.then(part);
        }
        line
    }

    /// As plain text, for fallbacks and tests.
    #[must_use]
    pub fn plain(&self) -> String {
        let mut out = String::new();
        for span in &self.0 {
            match span {
                Span::Fixed(words)
                | Span::Input(words)
                | Span::Strong(words)
                | Span::Code(words) => out.push_str(words),
                Span::Time(at) => out.push_str(&utc(*at)),
                Span::Link { words, address } => out.push_str(&format!("{words}: {address}")),
            }
        }
        out
    }
}

/// A moment as text: `23 Nov 2026 14:05 UTC`.
#[must_use]
pub fn utc(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%-d %b %Y %H:%M UTC").to_string()
}

/// A day as text: `23 Nov 2026`.
#[must_use]
pub fn day(date: jiff::civil::Date) -> String {
    date.strftime("%-d %b %Y").to_string()
}

/// The sort of a reply: a symbol before the headline, a colour in the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Something was done.
    Done,
    /// A question was answered.
    Answer,
    /// The author has to confirm.
    Asks,
    /// A colleague has to approve.
    Approval,
    /// A dry run.
    DryRun,
    /// A refusal, or a line that cannot be read.
    Refused,
    /// The infrastructure failed.
    Failed,
}

impl Mark {
    /// The symbol before the headline; empty for an answer and a refusal.
    #[must_use]
    pub fn symbol(self) -> &'static str {
        match self {
            Mark::Done => "✅ ",
            Mark::Asks => "❓ ",
            Mark::Approval => "🔐 ",
            Mark::DryRun => "🔎 ",
            Mark::Failed => "⚠️ ",
            Mark::Answer | Mark::Refused => "",
        }
    }
}

/// The look of a button.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// One of several actions.
    Plain,
    /// The action that the view asks about.
    Main,
    /// An action that takes something away.
    Danger,
}

/// A command that is likely to be next: a line to copy in the terminal, a button on the platforms
/// ([`crate::button`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The line to type, with its slash; `<…>` stands for text that the reader adds.
    pub line: String,
    /// The line of its button, where that says more than the line to type: the version shown.
    pub pressed: Option<String>,
    /// Its effect, in a few words.
    pub effect: String,
    /// The words on its button; the line itself if there are none.
    pub label: Option<String>,
    /// The look of its button.
    pub weight: Weight,
}

impl Suggestion {
    /// A command to type next.
    pub fn new(line: impl Into<String>, effect: impl Into<String>) -> Self {
        Self {
            line: line.into(),
            pressed: None,
            effect: effect.into(),
            label: None,
            weight: Weight::Plain,
        }
    }

    /// With words for its button.
    #[must_use]
    pub fn labelled(mut self, label: impl Into<String>, weight: Weight) -> Self {
        self.label = Some(label.into());
        self.weight = weight;
        self
    }

    /// With a line for its button that says more than the one to type.
    #[must_use]
    pub fn pressed(mut self, line: impl Into<String>) -> Self {
        self.pressed = Some(line.into());
        self
    }

    /// The words for its button.
    #[must_use]
    pub fn label(&self) -> &str {
        self.label.as_deref().unwrap_or(&self.line)
    }
}

/// Several suggestions, one of which the reader picks: a list, or a select.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pick {
    /// The question.
    pub ask: &'static str,
    /// The choices, with labels that differ.
    pub from: Vec<Suggestion>,
}

/// The line of a column where a row is drawn on two lines for lack of width.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableLine {
    /// The first, without the title.
    First,
    /// The second, behind the title.
    Second,
}

/// A column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Shown above it, or before it on the second line; may be empty.
    pub title: &'static str,
    /// Numbers are aligned to the right.
    pub right: bool,
    /// Its line on a narrow screen.
    pub place: TableLine,
}

impl Column {
    /// A column of words, on the first of the two lines.
    #[must_use]
    pub const fn words(title: &'static str) -> Self {
        Self { title, right: false, place: TableLine::First }
    }

    /// A column of words, on the second of the two lines.
    #[must_use]
    pub const fn detail(title: &'static str) -> Self {
        Self { title, right: false, place: TableLine::Second }
    }

    /// A column of numbers, on the second of the two lines.
    #[must_use]
    pub const fn number(title: &'static str) -> Self {
        Self { title, right: true, place: TableLine::Second }
    }
}

/// Rows with the same columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// One for each cell of a row.
    pub columns: Vec<Column>,
    /// Rows of as many cells as there are columns.
    pub rows: Vec<Vec<Text>>,
}

impl Table {
    /// A row as two short lines: the cells of the first line, and the others with their titles.
    #[must_use]
    pub fn two_lines(&self, row: &[Text]) -> (Text, Text) {
        let cells = || self.columns.iter().zip(row).filter(|(_, cell)| !cell.is_empty());
        let first = cells().filter(|(column, _)| column.place == TableLine::First);
        let second = cells().filter(|(column, _)| column.place == TableLine::Second);
        (
            Text::dotted(first.map(|(_, cell)| cell.clone())),
            Text::dotted(second.map(|(column, cell)| {
                let title = Text::new().fixed(column.title);
                if column.title.is_empty() {
                    cell.clone()
                } else {
                    title.fixed(" ").then(cell.clone())
                }
            })),
        )
    }
}

/// A reply, before a front end draws it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Its sort.
    pub mark: Mark,
    /// The result, in one sentence.
    pub headline: Text,
    /// The figures and explanations.
    pub lines: Vec<Text>,
    /// Rows, after the lines.
    pub table: Option<Table>,
    /// The reference, and the way back.
    pub footer: Option<Text>,
    /// The buttons of each row of the table, on platforms only.
    pub row_buttons: Vec<Vec<Suggestion>>,
    /// Commands to type next.
    pub suggestions: Vec<Suggestion>,
    /// Further buttons, on platforms only.
    pub offers: Vec<Suggestion>,
    /// A select in place of the suggestions, on platforms only.
    pub pick: Option<Pick>,
    /// Whether everybody in the channel sees it: committed writes only.
    pub public: bool,
}

impl View {
    /// A private view with a headline.
    #[must_use]
    pub fn new(mark: Mark, headline: Text) -> Self {
        Self {
            mark,
            headline,
            lines: Vec::new(),
            table: None,
            footer: None,
            row_buttons: Vec::new(),
            suggestions: Vec::new(),
            offers: Vec::new(),
            pick: None,
            public: false,
        }
    }

    /// With one more line, unless it is empty.
    #[must_use]
    pub fn line(mut self, line: Text) -> Self {
        if !line.is_empty() {
            self.lines.push(line);
        }
        self
    }

    /// With several lines; empty ones are left out.
    #[must_use]
    pub fn lines(self, lines: impl IntoIterator<Item = Text>) -> Self {
        lines.into_iter().fold(self, View::line)
    }

    /// With a command to type next.
    #[must_use]
    pub fn suggest(mut self, line: impl Into<String>, effect: impl Into<String>) -> Self {
        self.suggestions.push(Suggestion::new(line, effect));
        self
    }

    /// With a command to type next that has words for a button.
    #[must_use]
    pub fn suggest_as(
        mut self,
        (label, weight): (&str, Weight),
        line: impl Into<String>,
        effect: impl Into<String>,
    ) -> Self {
        self.suggestions.push(Suggestion::new(line, effect).labelled(label, weight));
        self
    }

    /// With a suggestion.
    #[must_use]
    pub fn suggestion(mut self, suggestion: Suggestion) -> Self {
        self.suggestions.push(suggestion);
        self
    }

    /// With one of several to choose from: the first three as lines to type, all of them in a select.
    #[must_use]
    pub fn choose(mut self, ask: &'static str, from: Vec<Suggestion>) -> Self {
        let lines = from.iter().take(3).map(|one| Suggestion { label: None, ..one.clone() });
        self.suggestions.extend(lines);
        if !from.is_empty() {
            self.pick = Some(Pick { ask, from });
        }
        self
    }

    /// With the command for the next page: `line`, and the cursor behind the last row shown.
    #[must_use]
    pub fn next_page(self, (label, about): (&str, &str), line: &str, cursor: String) -> Self {
        self.suggest_as((label, Weight::Plain), format!("{line} {cursor}"), about)
    }

    /// With a button where there are buttons, and nothing where there are none.
    #[must_use]
    pub fn offer(mut self, label: &str, weight: Weight, line: impl Into<String>) -> Self {
        self.offers.push(Suggestion::new(line, "").labelled(label, weight));
        self
    }

    /// With a table.
    #[must_use]
    pub fn table(mut self, table: Table) -> Self {
        self.table = Some(table);
        self
    }

    /// With buttons for each row of the table.
    #[must_use]
    pub fn row_buttons(mut self, buttons: Vec<Vec<Suggestion>>) -> Self {
        self.row_buttons = buttons;
        self
    }

    /// With a footer.
    #[must_use]
    pub fn footer(mut self, footer: Text) -> Self {
        self.footer = Some(footer);
        self
    }

    /// Seen by everybody in the channel.
    #[must_use]
    pub fn public(mut self) -> Self {
        self.public = true;
        self
    }

    /// Everything on it as plain text, one line a line.
    #[must_use]
    pub fn plain(&self) -> String {
        let mut lines = vec![format!("{}{}", self.mark.symbol(), self.headline.plain())];
        lines.extend(self.lines.iter().map(Text::plain));
        if let Some(table) = &self.table {
            for row in &table.rows {
                let (first, second) = table.two_lines(row);
                lines.extend([first, second].iter().filter(|t| !t.is_empty()).map(Text::plain));
            }
        }
        lines.extend(self.suggestions.iter().map(|s| format!("{}: {}", s.line, s.effect)));
        lines.extend(self.footer.iter().map(Text::plain));
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_becomes_two_short_lines() {
        let table = Table {
            columns: vec![Column::words("client"), Column::number("SMS"), Column::number("MMS")],
            rows: Vec::new(),
        };
        let cell = |text: &str| Text::new().input(text);
        let (first, second) = table.two_lines(&[cell("ACME"), cell("5"), Text::new()]);
        assert_eq!((first.plain().as_str(), second.plain().as_str()), ("ACME", "SMS 5"));
    }

    #[test]
    fn moments_read_as_people_write_them() {
        let at: Timestamp = "2026-11-07T09:05:00Z".parse().unwrap();
        assert_eq!(utc(at), "7 Nov 2026 09:05 UTC");
        assert_eq!(day(jiff::civil::date(2026, 12, 7)), "7 Dec 2026");
    }
}
