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

/// Wrong bytes end in a refusal or in lines, never in a panic; and no end of an XML or MT940 file that
/// is cut gives lines.
#[test]
fn changed_and_cut_files_are_read_whole_or_refused() {
    let camt = camt::sample();
    let samples = [camt.as_str(), mt940::STATEMENT, csv::SAMPLE];
    let mut rng = fastrand::Rng::with_seed(7);
    for sample in samples {
        for _ in 0..1_000 {
            let mut bytes = sample.as_bytes().to_vec();
            for _ in 0..rng.usize(1..4) {
                let at = rng.usize(0..bytes.len());
                match rng.u8(0..3) {
                    0 => bytes[at] = rng.u8(..),
                    1 => drop(bytes.remove(at)),
                    _ => bytes.insert(at, sample.as_bytes()[rng.usize(0..sample.len())]),
                }
            }
            let Ok(file) = read(&bytes, &source()) else { continue };
            assert!(file.lines.iter().all(|line| line.amount.minor > 0));
        }
    }
    for (sample, last) in [(camt.as_str(), "</Document>"), (mt940::STATEMENT, ":62F:")] {
        for end in 0..=sample.find(last).unwrap() {
            assert!(read(&sample.as_bytes()[..end], &source()).is_err(), "{end}");
        }
    }
}
