//! Views in a terminal: text, coloured on request; tables as aligned columns where the width allows,
//! else as two short lines a row.
//!
//! Invariant: text that people wrote cannot move the cursor, change colours or turn the writing
//! direction; control characters and direction marks are left out.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use unicode_width::UnicodeWidthStr;

use crate::view::{Mark, Span, Table, Text, View, utc};

/// Colour, width and zone of a drawing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Style {
    /// Whether to use colours.
    pub colour: bool,
    /// In columns.
    pub width: usize,
    /// The zone of moments.
    pub zone: TimeZone,
}

impl Style {
    /// Without colours and in UTC, for files and scripts: lines are not broken.
    pub const PLAIN: Style = Style { colour: false, width: usize::MAX, zone: TimeZone::UTC };
}

/// The look of a piece of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Paint {
    Plain,
    Code,
    Dim,
    Good,
    Asking,
    Bad,
    Strong,
}

impl Paint {
    fn code(self) -> &'static str {
        match self {
            Paint::Plain => "\u{1b}[0m",
            Paint::Code => "\u{1b}[36m",
            Paint::Dim => "\u{1b}[2m",
            Paint::Good => "\u{1b}[1;32m",
            Paint::Asking => "\u{1b}[1;33m",
            Paint::Bad => "\u{1b}[1;31m",
            Paint::Strong => "\u{1b}[1m",
        }
    }
}

fn of(mark: Mark) -> Paint {
    match mark {
        Mark::Done => Paint::Good,
        Mark::Answer => Paint::Strong,
        Mark::Asks | Mark::Approval | Mark::DryRun => Paint::Asking,
        Mark::Refused | Mark::Failed => Paint::Bad,
    }
}

/// A line, character by character with its looks.
type Painted = Vec<(char, Paint)>;

/// The view as text; every line ends with a line break.
#[must_use]
pub fn render(view: &View, style: Style) -> String {
    let zone = &style.zone;
    let mut lines: Vec<Painted> = Vec::new();
    let headline = Text::new().fixed(view.mark.symbol()).then(view.headline.clone());
    lines.extend(wrapped(painted(&headline, of(view.mark), zone), style.width, 2));
    for line in &view.lines {
        // An address with a line break inside cannot be opened or copied.
        let width = if line.has_link() { usize::MAX } else { style.width };
        lines.extend(wrapped(painted(line, Paint::Plain, zone), width, 2));
    }
    if let Some(table) = view.table.as_ref().filter(|table| !table.rows.is_empty()) {
        lines.extend(drawn(table, style.width, zone));
    }
    for suggestion in &view.suggestions {
        let text = Text::new()
            .fixed("→ ")
            .code(suggestion.line.clone())
            .fixed(format!("  {}", suggestion.effect));
        lines.extend(wrapped(painted(&text, Paint::Plain, zone), style.width, 4));
    }
    if let Some(footer) = &view.footer {
        lines.extend(wrapped(painted(footer, Paint::Dim, zone), style.width, 2));
    }
    lines.iter().map(|line| format!("{}\n", written(line, style.colour))).collect()
}

/// A moment as text: `23 Nov 2026 14:05 GMT`.
fn moment(at: Timestamp, zone: &TimeZone) -> String {
    if *zone == TimeZone::UTC {
        return utc(at);
    }
    at.to_zoned(zone.clone()).strftime("%-d %b %Y %H:%M %Z").to_string()
}

fn painted(text: &Text, base: Paint, zone: &TimeZone) -> Painted {
    let mut out = Painted::new();
    for span in text.spans() {
        match span {
            Span::Fixed(words) | Span::Input(words) => put(&mut out, words, base),
            Span::Strong(words) => put(&mut out, words, Paint::Strong),
            Span::Code(command) => put(&mut out, command, Paint::Code),
            Span::Time(at) => put(&mut out, &moment(*at, zone), base),
            Span::Link { words, address } => put(&mut out, &format!("{words}: {address}"), base),
        }
    }
    out
}

fn put(out: &mut Painted, words: &str, paint: Paint) {
    out.extend(words.chars().filter(|c| is_harmless(*c)).map(|c| (c, paint)));
}

fn is_harmless(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'
            | '\u{61C}' | '\u{FEFF}')
}

/// The columns that a line takes; emoji of several characters and combining marks count together.
fn width(line: &[(char, Paint)]) -> usize {
    line.iter().map(|(c, _)| *c).collect::<String>().width()
}

/// Breaks a line at spaces; what follows is indented.
fn wrapped(line: Painted, most: usize, indent: usize) -> Vec<Painted> {
    let most = most.max(20);
    if width(&line) <= most {
        return vec![line];
    }
    let mut lines: Vec<Painted> = Vec::new();
    let mut current = Painted::new();
    for word in line.split_inclusive(|(c, _)| *c == ' ') {
        let full = width(&current).saturating_add(width(trimmed(word))) > most;
        if full && current.len() > indent {
            lines.push(trimmed(&current).to_vec());
            current = vec![(' ', Paint::Plain); indent];
        }
        // A word that is longer than the line is cut.
        for piece in word {
            if width(&current) >= most {
                // The break stands for the space.
                if piece.0 == ' ' {
                    continue;
                }
                lines.push(current);
                current = vec![(' ', Paint::Plain); indent];
            }
            current.push(*piece);
        }
    }
    lines.push(trimmed(&current).to_vec());
    lines
}

fn trimmed(line: &[(char, Paint)]) -> &[(char, Paint)] {
    let end = line.iter().rposition(|(c, _)| *c != ' ').map_or(0, |at| at.saturating_add(1));
    line.get(..end).unwrap_or(line)
}

fn drawn(table: &Table, most: usize, zone: &TimeZone) -> Vec<Painted> {
    let cells: Vec<Vec<Painted>> = table
        .rows
        .iter()
        .map(|row| row.iter().map(|cell| painted(cell, Paint::Plain, zone)).collect())
        .collect();
    let widths: Vec<usize> = table
        .columns
        .iter()
        .enumerate()
        .map(|(at, column)| {
            let widest = cells.iter().filter_map(|row| row.get(at)).map(|cell| width(cell)).max();
            widest.unwrap_or(0).max(column.title.width())
        })
        .collect();
    let gaps = widths.len().saturating_sub(1).saturating_mul(2);
    let total = widths.iter().fold(gaps, |sum, width| sum.saturating_add(*width));
    if total.saturating_add(2) > most {
        return in_two_lines(table, most, zone);
    }
    let mut lines = Vec::new();
    let titles: Vec<Painted> = table
        .columns
        .iter()
        .map(|column| column.title.chars().map(|c| (c, Paint::Dim)).collect())
        .collect();
    if titles.iter().any(|title| !title.is_empty()) {
        lines.push(aligned(table, &titles, &widths));
    }
    lines.extend(cells.iter().map(|row| aligned(table, row, &widths)));
    lines
}

fn aligned(table: &Table, row: &[Painted], widths: &[usize]) -> Painted {
    let mut line: Painted = vec![(' ', Paint::Plain); 2];
    for ((column, cell), width_of) in table.columns.iter().zip(row).zip(widths) {
        if line.len() > 2 {
            line.extend([(' ', Paint::Plain); 2]);
        }
        let space = vec![(' ', Paint::Plain); width_of.saturating_sub(width(cell))];
        if column.right {
            line.extend(space);
            line.extend(cell.iter().copied());
        } else {
            line.extend(cell.iter().copied());
            line.extend(space);
        }
    }
    trimmed(&line).to_vec()
}

fn in_two_lines(table: &Table, most: usize, zone: &TimeZone) -> Vec<Painted> {
    let mut lines = Vec::new();
    for row in &table.rows {
        let (first, second) = table.two_lines(row);
        if !first.is_empty() {
            lines.extend(wrapped(painted(&first, Paint::Plain, zone), most, 2));
        }
        if !second.is_empty() {
            let indented = Text::new().fixed("  ").then(second);
            lines.extend(wrapped(painted(&indented, Paint::Plain, zone), most, 4));
        }
    }
    lines
}

fn written(line: &[(char, Paint)], colour: bool) -> String {
    if !colour {
        return line.iter().map(|(c, _)| *c).collect();
    }
    let mut out = String::new();
    let mut now = Paint::Plain;
    for (c, paint) in line {
        if *paint != now {
            out.push_str(Paint::Plain.code());
            if *paint != Paint::Plain {
                out.push_str(paint.code());
            }
            now = *paint;
        }
        out.push(*c);
    }
    if now != Paint::Plain {
        out.push_str(Paint::Plain.code());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::Column;

    fn list() -> View {
        let row = |name: &str, sms: &str| vec![Text::new().input(name), Text::new().fixed(sms)];
        View::new(Mark::Answer, Text::new().fixed("2 clients")).table(Table {
            columns: vec![Column::words("client"), Column::number("SMS")],
            rows: vec![row("ACME", "1,200"), row("日本 Ltd", "5")],
        })
    }

    #[test]
    fn columns_stand_under_each_other() {
        let text = render(&list(), Style { colour: false, width: 80, ..Style::PLAIN });
        assert_eq!(text, "2 clients\n  client      SMS\n  ACME      1,200\n  日本 Ltd      5\n");
    }

    #[test]
    fn columns_are_aligned_in_every_script() {
        let names =
            ["ACME", "กำลังใจ", "हिन्दी", "שָׁלוֹם", "مرحبا", "日本語", "⌚ Zeit", "👩\u{200d}🔧"];
        let row = |name: &&str| vec![Text::new().input(*name), Text::new().fixed("5")];
        let table = Table {
            columns: vec![Column::words("client"), Column::number("SMS")],
            rows: names.iter().map(row).collect(),
        };
        let view = View::new(Mark::Answer, Text::new().fixed("8 clients")).table(table);

        let text = render(&view, Style { colour: false, width: 80, ..Style::PLAIN });

        let widths: Vec<usize> = text.lines().skip(1).map(UnicodeWidthStr::width).collect();
        assert!(widths.iter().all(|width| *width == widths[0]), "{widths:?}\n{text}");
    }

    #[test]
    fn a_narrow_screen_gets_two_short_lines_a_row() {
        let text = render(&list(), Style { colour: false, width: 16, ..Style::PLAIN });
        assert_eq!(text, "2 clients\nACME\n  SMS 1,200\n日本 Ltd\n  SMS 5\n");
    }

    #[test]
    fn colour_only_when_told() {
        let view =
            View::new(Mark::Done, Text::new().fixed("Added")).suggest("/undo", "takes it back");
        let plain = render(&view, Style::PLAIN);
        assert_eq!(plain, "✅ Added\n→ /undo  takes it back\n");
        let coloured = render(&view, Style { colour: true, width: 80, ..Style::PLAIN });
        assert!(coloured.starts_with("\u{1b}[0m\u{1b}[1;32m✅ Added\u{1b}[0m"));
    }

    #[test]
    fn moments_are_told_in_the_zone_of_whoever_reads() {
        let at = "2026-07-01T22:30:00Z".parse().unwrap();
        let view = View::new(Mark::Answer, Text::new().fixed("At ").time(at));
        assert_eq!(render(&view, Style::PLAIN), "At 1 Jul 2026 22:30 UTC\n");
        let drawn_at = |zone: &str| {
            let zone = TimeZone::get(zone).unwrap();
            render(&view, Style { zone, ..Style::PLAIN })
        };
        assert_eq!(drawn_at("Europe/London"), "At 1 Jul 2026 23:30 BST\n");
        assert_eq!(drawn_at("Asia/Kolkata"), "At 2 Jul 2026 04:00 IST\n");
        assert_eq!(drawn_at("America/Sao_Paulo"), "At 1 Jul 2026 19:30 -03\n");
        assert_eq!(drawn_at("UTC"), "At 1 Jul 2026 22:30 UTC\n");
    }

    #[test]
    fn what_people_wrote_cannot_steer_the_terminal() {
        let nasty = "\u{1b}[2J\u{1b}]0;x\u{7}\u{202E}evil\r\n\u{200B}";
        let text = render(&View::new(Mark::Answer, Text::new().input(nasty)), Style::PLAIN);
        assert_eq!(text, "[2J]0;xevil\n");
    }

    #[test]
    fn long_lines_break_at_spaces_and_long_words_anywhere() {
        let view = View::new(Mark::Answer, Text::new().fixed("one two three four five six seven"));
        let text = render(&view, Style { colour: false, width: 20, ..Style::PLAIN });
        assert_eq!(text, "one two three four\n  five six seven\n");
        // A line that is full to its last column does not leave its space to the next one.
        let view = View::new(Mark::Answer, Text::new().fixed("one two three four 5 six seven"));
        let text = render(&view, Style { colour: false, width: 20, ..Style::PLAIN });
        assert_eq!(text, "one two three four 5\n  six seven\n");
        let view = View::new(Mark::Answer, Text::new().fixed("x".repeat(50)));
        let text = render(&view, Style { colour: false, width: 20, ..Style::PLAIN });
        assert!(text.lines().all(|line| line.chars().count() <= 20), "{text}");
        assert_eq!(text.matches('x').count(), 50);
    }
}
