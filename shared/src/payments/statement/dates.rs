//! Dates as banks write them in CSV files.
//!
//! Invariant: a column has one order of day, month and year, which all its dates fit. A day that does not
//! exist is refused. Where nothing decides the order, the desk asks.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::kernel::fold::loose;
use crate::payments::statement::types::{ColumnQuestion, DateOrder, StatementError};

const ORDERS: [DateOrder; 3] = [DateOrder::DayFirst, DateOrder::MonthFirst, DateOrder::YearFirst];

/// A date as it is written.
enum Written {
    /// It has one reading: a year of four digits in front, or a month in letters.
    Certain(Date),
    /// Three numbers; the year is the last, or a year of two digits may also be the first.
    Open { numbers: [i16; 3], has_short_year: bool },
}

/// The order of all dates of a column, or nothing if every order gives the same dates.
///
/// # Errors
/// A question if nothing decides it; the line that is no date, or that contradicts the lines before.
pub fn date_order(
    cells: &[(usize, &str)],
    today: Date,
    remembered: Option<DateOrder>,
) -> Result<Option<DateOrder>, StatementError> {
    let mut possible: Vec<DateOrder> = ORDERS.to_vec();
    let mut unclear: Option<(usize, &str, Vec<Date>)> = None;
    let mut is_open = false;
    for (line, text) in cells.iter().copied() {
        let written = written(text).ok_or_else(|| no_date(line, text))?;
        if matches!(written, Written::Certain(_)) {
            continue;
        }
        is_open = true;
        let mut fitting = orders_of(&written, Some(today));
        if fitting.is_empty() {
            fitting = orders_of(&written, None);
        }
        if fitting.is_empty() {
            return Err(no_date(line, text));
        }
        let both: Vec<DateOrder> =
            possible.iter().copied().filter(|order| fitting.contains(order)).collect();
        if both.is_empty() {
            let reason =
                format!("“{text}” does not fit the order of day and month of the lines before.");
            return Err(StatementError::at(line, reason));
        }
        possible = both;
        let mut readings: Vec<Date> =
            fitting.iter().filter_map(|order| date_of(&written, *order)).collect();
        readings.dedup();
        if readings.len() > 1 && unclear.is_none() {
            unclear = Some((line, text, readings));
        }
    }
    match (possible.as_slice(), unclear) {
        _ if !is_open => Ok(None),
        ([order], _) => Ok(Some(*order)),
        (_, None) => Ok(possible.first().copied()),
        (_, Some((line, text, readings))) => {
            match remembered.filter(|order| possible.contains(order)) {
                Some(order) => Ok(Some(order)),
                None => Err(StatementError::from(ColumnQuestion::Dates {
                    sample: text.to_owned(),
                    line,
                    readings,
                })),
            }
        }
    }
}

/// Reads a cell in the order of its column.
///
/// # Errors
/// The line that is no date.
pub fn parse(line: usize, text: &str, order: Option<DateOrder>) -> Result<Date, StatementError> {
    let written = written(text).ok_or_else(|| no_date(line, text))?;
    date_of(&written, order.unwrap_or(DateOrder::DayFirst)).ok_or_else(|| no_date(line, text))
}

/// Whether a cell looks like a date, existing or not.
#[must_use]
pub fn is_date(text: &str) -> bool {
    let text = without_time(text.trim());
    let is_number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    let words = words(text);
    match words.as_slice() {
        [digits] => is_number(digits) && digits.len() == 8 && written(digits).is_some(),
        [a, b, c] if is_number(a) && is_number(b) && is_number(c) => {
            matches!((a.len(), b.len(), c.len()), (4, 1..=2, 1..=2) | (1..=2, 1..=2, 2 | 4))
                && !text.contains(',')
        }
        [a, b, c] => is_number(c) && (month_named(a).is_some() || month_named(b).is_some()),
        _ => false,
    }
}

fn words(text: &str) -> Vec<&str> {
    let words = text.split(|c: char| c.is_whitespace() || "-/.,".contains(c));
    words.filter(|word| !word.is_empty()).collect()
}

fn no_date(line: usize, text: &str) -> StatementError {
    let reason = format!("“{text}” is not a date.");
    StatementError::at(
        line,
        if text.is_empty() { "the date is missing.".to_owned() } else { reason },
    )
}

/// The orders in which a date exists; with a day, those near it if the year has two digits.
fn orders_of(written: &Written, near: Option<Date>) -> Vec<DateOrder> {
    let is_near = |date: Date| match (near, written) {
        (Some(today), Written::Open { has_short_year: true, .. }) => {
            let from = today.saturating_sub(3.years());
            let until = today.saturating_add(1.year());
            from <= date && date <= until
        }
        _ => true,
    };
    let fits = |order: &DateOrder| date_of(written, *order).is_some_and(is_near);
    ORDERS.into_iter().filter(fits).collect()
}

fn date_of(written: &Written, order: DateOrder) -> Option<Date> {
    let (numbers, has_short_year) = match written {
        Written::Certain(date) => return Some(*date),
        Written::Open { numbers, has_short_year } => (numbers, *has_short_year),
    };
    let [a, b, c] = *numbers;
    match order {
        DateOrder::DayFirst => date(c, b, a),
        DateOrder::MonthFirst => date(c, a, b),
        DateOrder::YearFirst if has_short_year => date(a, b, c),
        DateOrder::YearFirst => None,
    }
}

fn date(year: i16, month: i16, day: i16) -> Option<Date> {
    let year = if (0..100).contains(&year) { year.saturating_add(2000) } else { year };
    let is_likely = (1970..2100).contains(&year);
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    is_likely.then_some(date)
}

fn written(text: &str) -> Option<Written> {
    let text = without_time(text.trim());
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return compact(text);
    }
    let words = words(text);
    let [a, b, c] = words.as_slice() else { return None };
    let number = |word: &str| -> Option<i16> {
        let is_plain = word.bytes().all(|byte| byte.is_ascii_digit()) && word.len() <= 4;
        is_plain.then(|| word.parse().ok()).flatten()
    };
    if let (Some(day), Some(month), Some(year)) = (number(a), month_named(b), number(c)) {
        return date(year, month, day).map(Written::Certain);
    }
    if let (Some(month), Some(day), Some(year)) = (month_named(a), number(b), number(c)) {
        return date(year, month, day).map(Written::Certain);
    }
    let numbers = [number(a)?, number(b)?, number(c)?];
    let [first, second, third] = numbers;
    match (a.len(), b.len(), c.len()) {
        (4, 1..=2, 1..=2) => date(first, second, third).map(Written::Certain),
        (1..=2, 1..=2, 4) => Some(Written::Open { numbers, has_short_year: false }),
        (1..=2, 1..=2, 2) => Some(Written::Open { numbers, has_short_year: true }),
        _ => None,
    }
}

/// Eight digits: the year in front where that is a date, else behind.
fn compact(text: &str) -> Option<Written> {
    let number = |from: usize, until: usize| text.get(from..until)?.parse::<i16>().ok();
    if let Some(date) = date(number(0, 4)?, number(4, 6)?, number(6, 8)?) {
        return Some(Written::Certain(date));
    }
    let numbers = [number(0, 2)?, number(2, 4)?, number(4, 8)?];
    Some(Written::Open { numbers, has_short_year: false })
}

/// `2026-06-05T13:22:00` and `05/06/2026 13:22` without the time.
fn without_time(text: &str) -> &str {
    let is_time = |rest: &str| rest.len() >= 4 && rest.contains(':');
    let by_letter = text.split_once('T').filter(|(_, rest)| is_time(rest));
    let by_space = text.split_once(' ').filter(|(_, rest)| is_time(rest));
    by_letter.or(by_space).map_or(text, |(day, _)| day.trim())
}

/// Beginnings of names of months, in English, German, French, Spanish, Italian and Dutch.
const MONTHS: [(&str, i16); 29] = [
    ("jan", 1),
    ("ene", 1),
    ("gen", 1),
    ("feb", 2),
    ("fev", 2),
    ("mar", 3),
    ("mrz", 3),
    ("mrt", 3),
    ("maa", 3),
    ("apr", 4),
    ("abr", 4),
    ("avr", 4),
    ("may", 5),
    ("mai", 5),
    ("mei", 5),
    ("mag", 5),
    ("juin", 6),
    ("jun", 6),
    ("giu", 6),
    ("juil", 7),
    ("jul", 7),
    ("lug", 7),
    ("ago", 8),
    ("au", 8),
    ("ao", 8),
    ("se", 9),
    ("o", 10),
    ("nov", 11),
    ("d", 12),
];

fn month_named(word: &str) -> Option<i16> {
    let word = loose(word);
    if word.chars().count() < 3 || !word.chars().all(char::is_alphabetic) {
        return None;
    }
    MONTHS.iter().find(|(beginning, _)| word.starts_with(beginning)).map(|(_, month)| *month)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Date = jiff::civil::date(2026, 7, 1);

    fn read_with(cells: &[&str], remembered: Option<DateOrder>) -> Result<Vec<String>, String> {
        let cells: Vec<(usize, &str)> =
            cells.iter().enumerate().map(|(at, cell)| (at + 1, *cell)).collect();
        let order = date_order(&cells, TODAY, remembered).map_err(|error| error.to_string())?;
        let dates = cells.iter().map(|(line, cell)| parse(*line, cell, order));
        dates
            .map(|date| date.map(|date| date.to_string()).map_err(|error| error.to_string()))
            .collect()
    }

    fn read(cells: &[&str]) -> Result<Vec<String>, String> {
        read_with(cells, None)
    }

    fn ok(dates: &[&str]) -> Result<Vec<String>, String> {
        Ok(dates.iter().map(|date| (*date).to_owned()).collect())
    }

    #[test]
    fn column_decides_the_order_of_all_its_dates() {
        assert_eq!(read(&["05/06/2026", "17/06/2026"]), ok(&["2026-06-05", "2026-06-17"]));
        assert_eq!(read(&["05/06/2026", "06/17/2026"]), ok(&["2026-05-06", "2026-06-17"]));
        assert_eq!(read(&["3.6.26", "17.06.26"]), ok(&["2026-06-03", "2026-06-17"]));
        assert_eq!(read(&["26-05-13", "26-05-31"]), ok(&["2026-05-13", "2026-05-31"]));
        assert_eq!(read(&["05/05/2026"]), ok(&["2026-05-05"]));
    }

    #[test]
    fn date_of_one_reading_decides_itself() {
        for text in [
            "2026-06-05",
            "2026/6/5",
            "20260605",
            "5 Jun 2026",
            "05-JUN-26",
            "June 5, 2026",
            "5. Juni 2026",
            "5 juin 2026",
            "2026-06-05T13:22:00Z",
            "2026-06-05 13:22",
        ] {
            assert_eq!(read(&[text]), ok(&["2026-06-05"]), "{text}");
        }
        assert_eq!(read(&["17062026"]), ok(&["2026-06-17"]));
        assert_eq!(read(&["1 août 2026", "2. Dez. 2026"]), ok(&["2026-08-01", "2026-12-02"]));
    }

    #[test]
    fn day_that_does_not_exist_is_refused_with_its_line() {
        for (wrong, line) in
            [("30/02/2026", 3), ("31.04.2026", 3), ("2026-02-29", 3), ("32 May 2026", 3)]
        {
            let error = read(&["05/06/2026", "17/06/2026", wrong]).unwrap_err();
            assert_eq!(error, format!("Line {line}: “{wrong}” is not a date."));
        }
        for wrong in
            ["", "yesterday", "13/13/2026", "5/2026", "0206-01-02", "00/01/2026", "1/2/3/4"]
        {
            assert!(read(&[wrong]).is_err(), "{wrong}");
        }
    }

    #[test]
    fn column_with_two_orders_is_refused() {
        let error = read(&["17/06/2026", "05/06/2026", "06/18/2026"]).unwrap_err();
        assert_eq!(
            error,
            "Line 3: “06/18/2026” does not fit the order of day and month of the lines before."
        );
    }

    #[test]
    fn column_that_decides_nothing_is_asked_about() {
        let error = read(&["06/06/2026", "05/06/2026"]).unwrap_err();
        assert_eq!(
            error,
            "Is “05/06/2026” (line 2) 5 June 2026 or 6 May 2026? No date in the file decides it."
        );
        let month_first = read_with(&["05/06/2026"], Some(DateOrder::MonthFirst));
        assert_eq!(month_first, ok(&["2026-05-06"]));
        assert!(read(&["01/02/26"]).is_err());
    }
}
