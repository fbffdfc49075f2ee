//! A bank's CSV file as statement lines.
//!
//! Invariant: all rows are read or none. A row with neither date nor amount is no line and is named in
//! the notes; any other row that does not fit the columns refuses the file, with its line number.

use iso_currency::Currency;

use crate::kernel::money::Money;
use crate::payments::statement::amounts::{self, WrittenAmount};
use crate::payments::statement::table::{self, CsvRow, CsvTable};
use crate::payments::statement::types::{
    AmountPlaces, ColumnMap, DecimalMark, FileForm, Flow, Source, StatementError, StatementFile,
    StatementLine, bare_account, one_line, reference_of,
};
use crate::payments::statement::{dates, titles};

/// Reads a CSV file.
///
/// # Errors
/// A question, or the reason with its line.
pub fn read(text: &str, source: &Source<'_>) -> Result<StatementFile, StatementError> {
    let table = table::table(text, source.columns)?;
    let sums = table.places.amount.columns();
    let above = |line: &usize| format!("Line {line} is no row of the table. It is left out.");
    let mut notes: Vec<String> = table.left_out.iter().map(above).collect();
    let mut rows = Vec::new();
    for row in &table.rows {
        let has_date = !row.cell(table.places.date).is_empty();
        let has_amount = sums.iter().any(|at| !amounts::is_blank(row.cell(*at)));
        if !has_amount && (!has_date || has_balance(&table, row)) {
            notes.push(format!("Line {} has no amount. It is left out.", row.line));
        } else {
            check_width(&table, row)?;
            rows.push(row);
        }
    }
    check_signs(&rows, table.places.amount)?;
    check_end(&rows)?;
    let columns = styled(&table, &rows, source)?;
    let mut file = StatementFile {
        form: FileForm::Csv,
        lines: Vec::new(),
        pending: Vec::new(),
        notes,
        columns: None,
    };
    for row in rows {
        let booked_on = if is_undated(&table, row) {
            source.today
        } else {
            dates::parse(row.line, row.cell(table.places.date), columns.date_order)?
        };
        let currency = currency(&table, row, source.currency)?;
        let Some((flow, minor)) = amount(&table, row, columns.decimal_mark, currency)? else {
            file.notes.push(format!("Line {} has the amount 0. It is left out.", row.line));
            continue;
        };
        let is_booked = is_booked(&table, row)?;
        let plain = StatementLine::plain("", booked_on, flow, Money { minor, currency });
        let line = with_texts(&table, row, source, plain);
        if is_booked { file.lines.push(line) } else { file.pending.push(line) }
    }
    file.columns = Some(columns);
    Ok(file)
}

/// The columns with the styles of dates and amounts that all rows decide, or that are remembered.
fn styled(
    table: &CsvTable,
    rows: &[&CsvRow],
    source: &Source<'_>,
) -> Result<ColumnMap, StatementError> {
    let days: Vec<(usize, &str)> = rows
        .iter()
        .filter(|row| !is_undated(table, row))
        .map(|row| (row.line, row.cell(table.places.date)))
        .collect();
    let sums = table.places.amount.columns();
    let amounts: Vec<(usize, &str)> =
        rows.iter().flat_map(|row| sums.iter().map(|at| (row.line, row.cell(*at)))).collect();
    let (header, places) = (table.header.clone(), table.places.clone());
    let remembered = source.columns.filter(|map| map.header == header);
    let mut columns = ColumnMap {
        header,
        places,
        decimal_mark: remembered.and_then(|map| map.decimal_mark),
        date_order: remembered.and_then(|map| map.date_order),
    };
    columns.date_order = dates::date_order(&days, source.today, columns.date_order)
        .map_err(|error| asked(error, &columns))?;
    columns.decimal_mark = amounts::decimal_mark(&amounts, source.currency, columns.decimal_mark)
        .map_err(|error| asked(error, &columns))?;
    Ok(columns)
}

/// A question with the columns that are known so far.
fn asked(error: StatementError, known: &ColumnMap) -> StatementError {
    match error {
        StatementError::Question { question, .. } => {
            StatementError::Question { question, columns: Box::new(known.clone()) }
        }
        StatementError::Line { .. } | StatementError::File(_) => error,
    }
}

/// A delimiter inside a text without quotation marks moves the cells behind it.
fn check_width(table: &CsvTable, row: &CsvRow) -> Result<(), StatementError> {
    let wanted = table.header.len();
    let extra = row.cells.iter().skip(wanted).any(|cell| !cell.is_empty());
    if wanted > 0 && extra {
        let count = row.cells.len();
        let reason = format!("it has {count} columns and the titles have {wanted}.");
        return Err(StatementError::at(row.line, reason));
    }
    Ok(())
}

/// Whether another column holds an amount, as in a row that states a balance.
fn has_balance(table: &CsvTable, row: &CsvRow) -> bool {
    let is_read = |at: &usize| table.places.texts.contains(at) || *at == table.places.date;
    let others = (0..row.cells.len()).filter(|at| !is_read(at));
    others.map(|at| row.cell(at)).any(amounts::is_amount)
}

/// A file that was cut in the middle of a row ends with a short one.
fn check_end(rows: &[&CsvRow]) -> Result<(), StatementError> {
    let Some((last, before)) = rows.split_last() else { return Ok(()) };
    let width = before.iter().map(|row| row.cells.len()).min();
    if width.is_some_and(|width| last.cells.len() < width) {
        let reason = "this last row is shorter than the rows above it. Is the file complete?";
        return Err(StatementError::at(last.line, reason));
    }
    Ok(())
}

/// A bank writes a minus before all outgoing amounts of their column, or before none.
fn check_signs(rows: &[&CsvRow], places: AmountPlaces) -> Result<(), StatementError> {
    let AmountPlaces::Apart { outgoing, .. } = places else { return Ok(()) };
    let mut cells = rows
        .iter()
        .map(|row| (row.line, row.cell(outgoing)))
        .filter(|(_, cell)| cell.contains(|c: char| ('1'..='9').contains(&c)));
    let has_minus = |cell: &str| cell.contains(['-', '−', '–', '(']);
    let Some((_, first)) = cells.next() else { return Ok(()) };
    match cells.find(|(_, cell)| has_minus(cell) != has_minus(first)) {
        Some((line, cell)) => {
            let reason = format!("“{cell}” has another sign than the outgoing amounts above it.");
            Err(StatementError::at(line, reason))
        }
        None => Ok(()),
    }
}

/// A pending entry has no day of booking yet.
fn is_undated(table: &CsvTable, row: &CsvRow) -> bool {
    let is_pending = titles::is_booked(row.cell_of(table.places.status)) == Some(false);
    is_pending && row.cell(table.places.date).is_empty()
}

fn currency(table: &CsvTable, row: &CsvRow, default: Currency) -> Result<Currency, StatementError> {
    match row.cell_of(table.places.currency) {
        "" => Ok(default),
        code => titles::currency(code)
            .ok_or_else(|| StatementError::at(row.line, format!("“{code}” is no currency."))),
    }
}

/// The direction and the amount. Nothing for an amount of 0.
fn amount(
    table: &CsvTable,
    row: &CsvRow,
    mark: Option<DecimalMark>,
    currency: Currency,
) -> Result<Option<(Flow, u64)>, StatementError> {
    let parse = |at: usize| amounts::parse(row.line, row.cell(at), mark, currency);
    let refuse = |reason: String| Err(StatementError::at(row.line, reason));
    let written = |at: usize| -> Result<WrittenAmount, StatementError> {
        parse(at)?.ok_or_else(|| StatementError::at(row.line, "the amount is missing."))
    };
    let (flow, minor) = match table.places.amount {
        AmountPlaces::Signed { amount } | AmountPlaces::Inverted { amount } => {
            let is_inverted = matches!(table.places.amount, AmountPlaces::Inverted { .. });
            let written = written(amount)?;
            let flow = match (written.flow, written.is_negative) {
                (Some(_), true) => return refuse(contradiction(row, amount)),
                (Some(flow), false) => flow,
                (None, is_negative) if is_negative == is_inverted => Flow::In,
                (None, _) => Flow::Out,
            };
            (flow, written.minor)
        }
        AmountPlaces::Apart { incoming, outgoing } => {
            // The sign of an outgoing amount is a habit of the bank (`check_signs`).
            let is_money = |written: &WrittenAmount| written.minor > 0;
            match (parse(incoming)?.filter(is_money), parse(outgoing)?.filter(is_money)) {
                (Some(_), Some(_)) => {
                    return refuse("it has both an incoming and an outgoing amount.".to_owned());
                }
                (Some(written), None) if written.is_negative => {
                    return refuse(contradiction(row, incoming));
                }
                (Some(written), None) => (Flow::In, written.minor),
                (None, Some(written)) => (Flow::Out, written.minor),
                (None, None) => return Ok(None),
            }
        }
        AmountPlaces::Worded { amount, direction } => {
            let written = written(amount)?;
            let word = row.cell(direction);
            let flow = titles::direction(word).ok_or_else(|| {
                StatementError::at(row.line, format!("“{word}” tells no direction of the money."))
            })?;
            if written.is_negative && flow == Flow::In {
                return refuse(contradiction(row, amount));
            }
            (flow, written.minor)
        }
    };
    Ok((minor > 0).then_some((flow, minor)))
}

fn contradiction(row: &CsvRow, column: usize) -> String {
    format!("“{}” has a minus and is marked as incoming.", row.cell(column))
}

fn is_booked(table: &CsvTable, row: &CsvRow) -> Result<bool, StatementError> {
    let word = row.cell_of(table.places.status);
    titles::is_booked(word).ok_or_else(|| {
        StatementError::at(
            row.line,
            format!("the status “{word}” tells neither booked nor pending."),
        )
    })
}

fn with_texts(
    table: &CsvTable,
    row: &CsvRow,
    source: &Source<'_>,
    plain: StatementLine,
) -> StatementLine {
    let mut texts: Vec<String> = Vec::new();
    for text in table.places.texts.iter().filter_map(|at| reference_of(row.cell(*at))) {
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    let mut parties = table.places.parties.iter().map(|at| one_line(row.cell(*at)));
    let account = match bare_account(row.cell_of(table.places.account)) {
        account if account.is_empty() => bare_account(source.account),
        account => account,
    };
    StatementLine {
        account,
        party: parties.find(|party| !party.is_empty()).unwrap_or_default(),
        party_account: bare_account(row.cell_of(table.places.party_account)),
        text: texts.join(" "),
        bank_reference: reference_of(row.cell_of(table.places.bank_reference))
            .filter(|reference| !is_row_number(reference))
            .unwrap_or_default(),
        position: row.line,
        ..plain
    }
}

/// The number of a row begins anew in each file, so it is no reference of the bank.
fn is_row_number(reference: &str) -> bool {
    reference.len() <= ROW_NUMBER_MAX && reference.bytes().all(|byte| byte.is_ascii_digit())
}

/// The most digits of a row's number.
const ROW_NUMBER_MAX: usize = 5;
