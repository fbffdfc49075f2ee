//! The rows of a CSV file, and which of its columns hold what.
//!
//! Invariant: each row keeps the line of the file on which it begins. Columns are found by their titles;
//! in a file without titles, by all cells below each other. Where that leaves a choice, the desk asks.

use crate::payments::statement::position::LineCounter;
use crate::payments::statement::titles::ColumnRole;
use crate::payments::statement::types::{
    AmountPlaces, ColumnMap, ColumnPlaces, ColumnQuestion, StatementError,
};
use crate::payments::statement::{amounts, dates, titles};

/// The rows above the titles that a bank may fill with other text.
const PREAMBLE_MAX: usize = 30;
/// The same in a file without titles that the desk knows.
const UNTITLED_MAX: usize = 5;

/// A row with its cells trimmed.
#[derive(Debug, Clone)]
pub struct CsvRow {
    pub line: usize,
    pub cells: Vec<String>,
}

impl CsvRow {
    /// The cell of a column; empty where the row is short.
    #[must_use]
    pub fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }

    /// The cell of a column that the file may lack.
    #[must_use]
    pub fn cell_of(&self, column: Option<usize>) -> &str {
        column.map_or("", |column| self.cell(column))
    }

    fn is_empty(&self) -> bool {
        self.cells.iter().all(String::is_empty)
    }
}

/// The rows of a file below its titles.
#[derive(Debug)]
pub struct CsvTable {
    pub header: Vec<String>,
    pub rows: Vec<CsvRow>,
    pub places: ColumnPlaces,
    /// The lines above a table without titles.
    pub left_out: Vec<usize>,
}

/// Finds delimiter, titles and columns. Remembered columns hold for a file with the same titles.
///
/// # Errors
/// A question if the columns cannot be told; a sentence if the text is no table.
pub fn table(text: &str, remembered: Option<&ColumnMap>) -> Result<CsvTable, StatementError> {
    let (named, text) = match text.strip_prefix("sep=").and_then(|rest| rest.split_once('\n')) {
        Some((delimiter, _)) => (delimiter.bytes().next(), text),
        None => (None, text),
    };
    let delimiters: Vec<u8> = named.map_or_else(|| b";,\t|".to_vec(), |delimiter| vec![delimiter]);
    let mut fault = None;
    let mut question = None;
    let mut shapes = Vec::new();
    for delimiter in delimiters {
        match rows(text, delimiter) {
            Ok(rows) => shapes.push(rows),
            Err(error) => fault = fault.or(Some(error)),
        }
    }
    if let Some(table) = shapes.iter().find_map(|rows| titled(rows, remembered)) {
        return Ok(table);
    }
    for rows in shapes {
        match untitled(rows, remembered) {
            Ok(table) => return Ok(table),
            Err(asked) => question = question.or(asked),
        }
    }
    Err(fault.or(question.map(with_header)).unwrap_or_else(|| {
        StatementError::File(
            "No table was found: the desk reads CAMT.053, MT940, and CSV with a date and an amount \
             in each row."
                .to_owned(),
        )
    }))
}

/// A question about columns, with the titles above them if the first row has any.
fn with_header(question: ColumnQuestion) -> StatementError {
    let mut columns = ColumnMap::default();
    if let ColumnQuestion::Columns { row, .. } = &question
        && !row.iter().any(|cell| is_value(cell))
    {
        columns.header.clone_from(row);
    }
    StatementError::Question { question, columns: Box::new(columns) }
}

fn rows(text: &str, delimiter: u8) -> Result<Vec<CsvRow>, StatementError> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    let mut lines = LineCounter::new(text);
    let mut record = csv::StringRecord::new();
    loop {
        let start = reader.position().byte();
        let is_read = reader.read_record(&mut record);
        if !is_read.map_err(|error| StatementError::File(error.to_string()))? {
            return Ok(rows);
        }
        // A record also begins with the empty rows before it.
        let line = lines.line_behind(start);
        let raw = usize::try_from(start).ok().zip(usize::try_from(reader.position().byte()).ok());
        let raw = raw.and_then(|(start, end)| text.get(start..end)).unwrap_or_default();
        if swallows_rows(&record, raw, delimiter) {
            let reason = "a quotation mark opens here and is not closed.";
            return Err(StatementError::at(line, reason));
        }
        let row = CsvRow { line, cells: record.iter().map(cell).collect() };
        if !row.is_empty() && !row.cell(0).starts_with("sep=") {
            rows.push(row);
        }
    }
}

/// Whether a cell of several lines holds the rows behind a quotation mark that was not closed.
fn swallows_rows(record: &csv::StringRecord, raw: &str, delimiter: u8) -> bool {
    let is_row = |line: &str| {
        line.split_once(char::from(delimiter)).is_some_and(|(first, _)| dates::is_date(first))
    };
    let mut long = record.iter().filter(|cell| cell.contains('\n')).peekable();
    let is_open = long.peek().is_some() && raw.matches('"').count() % 2 == 1;
    is_open || long.any(|cell| cell.lines().skip(1).any(is_row))
}

/// A cell without outer spaces, and without quotation marks that a space kept from being read.
fn cell(text: &str) -> String {
    let text = text.trim();
    match text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inner) => inner.replace("\"\"", "\"").trim().to_owned(),
        None => text.to_owned(),
    }
}

/// The table under its titles, if a row has titles for date and amount.
fn titled(rows: &[CsvRow], remembered: Option<&ColumnMap>) -> Option<CsvTable> {
    for (at, row) in rows.iter().take(PREAMBLE_MAX).enumerate() {
        let below = rows.get(at.saturating_add(1)..).unwrap_or_default();
        let known = remembered.filter(|map| !map.header.is_empty() && map.header == row.cells);
        let places = known.map(|map| map.places.clone()).or_else(|| places_of(row, below));
        if let Some(places) = places {
            let header = row.cells.clone();
            return Some(CsvTable { header, rows: below.to_vec(), places, left_out: Vec::new() });
        }
    }
    None
}

fn places_of(titles: &CsvRow, below: &[CsvRow]) -> Option<ColumnPlaces> {
    let roles: Vec<Option<ColumnRole>> = titles
        .cells
        .iter()
        .enumerate()
        .map(|(at, title)| titles::roles(title).into_iter().find(|role| fits(*role, at, below)))
        .collect();
    let first = |role| roles.iter().position(|known| *known == Some(role));
    let date = first(ColumnRole::Date).or(first(ColumnRole::ValueDate))?;
    let amount = match (first(ColumnRole::Amount), first(ColumnRole::Direction)) {
        (Some(amount), Some(direction)) if tells(direction, amount, below) => {
            AmountPlaces::Worded { amount, direction }
        }
        (Some(amount), _) => AmountPlaces::Signed { amount },
        (None, _) => AmountPlaces::Apart {
            incoming: first(ColumnRole::Incoming)?,
            outgoing: first(ColumnRole::Outgoing)?,
        },
    };
    let all = |role| {
        roles.iter().enumerate().filter(move |(_, known)| **known == Some(role)).map(|(at, _)| at)
    };
    let parties: Vec<usize> = all(ColumnRole::Party).collect();
    let some_account = first(ColumnRole::SomeAccount);
    let (own, other) = if parties.is_empty() { (some_account, None) } else { (None, some_account) };
    let untold = (0..roles.len()).filter(|at| roles.get(*at) == Some(&None));
    let status =
        first(ColumnRole::Status).or_else(|| untold.clone().find(|at| is_status(*at, below)));
    // No text is lost: a column that the desk does not know is a text.
    let unknown = untold.filter(|at| Some(*at) != status && is_text(*at, below));
    let mut texts: Vec<usize> = all(ColumnRole::Text).chain(unknown).collect();
    texts.sort_unstable();
    Some(ColumnPlaces {
        date,
        amount,
        texts,
        parties,
        party_account: first(ColumnRole::PartyAccount).or(other),
        account: first(ColumnRole::Account).or(own),
        currency: first(ColumnRole::Currency),
        bank_reference: first(ColumnRole::BankReference),
        status,
    })
}

/// Whether all cells of a column tell booked or pending.
fn is_status(at: usize, below: &[CsvRow]) -> bool {
    let mut cells = below.iter().map(|row| row.cell(at)).filter(|cell| !cell.is_empty()).peekable();
    cells.peek().is_some() && cells.all(|cell| titles::is_booked(cell).is_some())
}

/// Whether a column holds words: neither amounts, such as a balance, nor dates.
fn is_text(at: usize, below: &[CsvRow]) -> bool {
    below
        .iter()
        .map(|row| row.cell(at))
        .any(|cell| !amounts::is_blank(cell) && !amounts::is_amount(cell) && !dates::is_date(cell))
}

/// Whether the cells of a column can have the content that its title tells.
fn fits(role: ColumnRole, at: usize, below: &[CsvRow]) -> bool {
    let mut cells = below.iter().map(|row| row.cell(at)).filter(|cell| !cell.is_empty()).peekable();
    match role {
        ColumnRole::Currency => cells.any(|cell| titles::currency(cell).is_some()),
        ColumnRole::Direction => cells.any(|cell| titles::direction(cell).is_some()),
        ColumnRole::Date | ColumnRole::ValueDate => {
            cells.peek().is_none() || cells.any(dates::is_date)
        }
        _ => true,
    }
}

/// Whether a column tells the direction. A title such as “Type” is also used for other words; those are
/// left alone only where a minus tells the direction.
fn tells(direction: usize, amount: usize, below: &[CsvRow]) -> bool {
    let is_direction = |row: &CsvRow| titles::direction(row.cell(direction)).is_some();
    let has_minus = |row: &CsvRow| row.cell(amount).contains(['-', '−', '–', '(']);
    below.iter().all(is_direction) || !below.iter().any(has_minus)
}

/// The table by its cells alone. Without an error, no question can help.
fn untitled(
    rows: Vec<CsvRow>,
    remembered: Option<&ColumnMap>,
) -> Result<CsvTable, Option<ColumnQuestion>> {
    if let Some(map) = remembered.filter(|map| map.header.is_empty()) {
        let (header, places) = (Vec::new(), map.places.clone());
        return Ok(CsvTable { header, rows, places, left_out: Vec::new() });
    }
    let width = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let Some(first) = rows.first().filter(|_| width > 1).cloned() else { return Err(None) };
    // Titles in an unknown language, or other rows of the bank, stand above the cells.
    let mut question = None;
    for skipped in 0..=UNTITLED_MAX.min(rows.len()) {
        let below = rows.get(skipped..).unwrap_or_default();
        let above = rows.get(..skipped).unwrap_or_default();
        match cells_alone(below, width) {
            Ok(places) if above.iter().all(|row| is_above(row, &places)) => {
                let titles =
                    above.last().filter(|row| !row.cells.iter().any(|cell| is_value(cell)));
                let header = titles.map(|row| row.cells.clone()).unwrap_or_default();
                let others = above.iter().filter(|row| row.cells != header);
                let left_out = others.map(|row| row.line).collect();
                return Ok(CsvTable { header, rows: below.to_vec(), places, left_out });
            }
            // A row like these, with a fault.
            Ok(_) => break,
            Err(missing) => question = question.or(missing),
        }
    }
    let row = first.cells;
    Err(question.map(|missing| ColumnQuestion::Columns { missing: missing.to_owned(), row }))
}

fn is_value(cell: &str) -> bool {
    dates::is_date(cell) || amounts::is_amount(cell)
}

/// Whether a row above the others is none of them: its day is in another column or missing.
fn is_above(row: &CsvRow, places: &ColumnPlaces) -> bool {
    let AmountPlaces::Signed { amount } = places.amount else { return false };
    let has_day = row.cells.iter().any(|cell| dates::is_date(cell));
    !dates::is_date(row.cell(places.date)) && (has_day || !amounts::is_amount(row.cell(amount)))
}

/// The columns by the cells below each other; else the content that has several columns or none.
fn cells_alone(below: &[CsvRow], width: usize) -> Result<ColumnPlaces, Option<&'static str>> {
    let columns = |is: &dyn Fn(&str) -> bool| -> Vec<usize> {
        let all = |at: &usize| {
            let mut cells =
                below.iter().map(|row| row.cell(*at)).filter(|cell| !cell.is_empty()).peekable();
            cells.peek().is_some() && cells.all(is)
        };
        (0..width).filter(all).collect()
    };
    let days = columns(&dates::is_date);
    let sums = columns(&|cell| amounts::is_amount(cell) && !dates::is_date(cell));
    let (date, amount) = match (days.as_slice(), sums.as_slice()) {
        ([date], [amount]) => (*date, *amount),
        ([], []) => return Err(None),
        ([_], _) => return Err(Some("the amount")),
        (_, [_]) => return Err(Some("the date")),
        _ => return Err(Some("the date and the amount")),
    };
    let status = columns(&|cell| titles::is_booked(cell).is_some()).first().copied();
    let currency = columns(&|cell| titles::currency(cell).is_some()).first().copied();
    let taken = [Some(date), Some(amount), status, currency];
    let texts = (0..width).filter(|at| !taken.contains(&Some(*at))).collect();
    let amount = AmountPlaces::Signed { amount };
    let places = ColumnPlaces { date, amount, texts, status, currency, ..ColumnPlaces::default() };
    Ok(places)
}
