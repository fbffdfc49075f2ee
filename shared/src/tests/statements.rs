//! Files of each form as lines, and lines against those that are stored.

use iso_currency::Currency;
use jiff::civil::{Date, date};

use crate::kernel::money::Money;
use crate::payments::statement::identity::{ComparedLines, KnownLine, compare};
use crate::payments::statement::read;
use crate::payments::statement::types::{
    AmountPlaces, ColumnMap, ColumnPlaces, ColumnQuestion, DateOrder, DecimalMark, FileForm, Flow,
    Source, StatementError, StatementFile, StatementLine,
};

mod camt;
mod csv;
mod identity;
mod judged;
mod mt940;

const TODAY: Date = date(2026, 7, 1);

fn source() -> Source<'static> {
    Source {
        account: "GB33BUKB20201555555555",
        currency: Currency::EUR,
        today: TODAY,
        columns: None,
    }
}

fn file(text: &str) -> StatementFile {
    read(text.as_bytes(), &source()).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn refusal(text: &str) -> String {
    read(text.as_bytes(), &source()).unwrap_err().to_string()
}

/// The lines in short: day, sign and minor units, text.
fn short(lines: &[StatementLine]) -> Vec<String> {
    let sign = |line: &StatementLine| if line.flow == Flow::In { '+' } else { '-' };
    lines
        .iter()
        .map(|line| format!("{} {}{} {}", line.booked_on, sign(line), line.amount.minor, line.text))
        .collect()
}
