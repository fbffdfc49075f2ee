//! Amounts as banks write them in CSV files.
//!
//! Invariant: a file has one decimal mark. The amounts of all its rows decide it together; one that fits
//! both marks with different values decides nothing. Where nothing decides, the desk asks.

use iso_currency::Currency;

use crate::kernel::money::{Money, exponent};
use crate::payments::statement::types::{
    ColumnQuestion, DecimalMark, Flow, StatementError, minor_of,
};

/// An amount of a cell. The sign is as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrittenAmount {
    pub is_negative: bool,
    pub minor: u64,
    /// The direction that letters beside the number tell: `25.00 CR`.
    pub flow: Option<Flow>,
}

/// A cell without its sign and currency.
struct Bare {
    is_negative: bool,
    flow: Option<Flow>,
    /// Digits and separators; `'` stands for all separators that only group.
    body: String,
}

/// The decimal mark of all amounts of a file, or nothing if every mark gives the same amounts.
///
/// # Errors
/// A question if nothing decides it; the line that is no amount, or that contradicts another.
pub fn decimal_mark(
    cells: &[(usize, &str)],
    currency: Currency,
    remembered: Option<DecimalMark>,
) -> Result<Option<DecimalMark>, StatementError> {
    let mut decided: Option<(DecimalMark, usize, &str)> = None;
    let mut unclear = None;
    for (line, text) in cells.iter().copied().filter(|(_, text)| !is_blank(text)) {
        let bare = bare(text).ok_or_else(|| no_amount(line, text))?;
        // Currencies without decimals have no decimal reading of `4,800`.
        let is_countable = |parts: &(String, String)| {
            exponent(currency) > 0 || minor_of(&parts.0, &parts.1, currency).is_some()
        };
        let reading = |mark| parts(&bare.body, mark).filter(is_countable);
        let readings = (reading(DecimalMark::Comma), reading(DecimalMark::Point));
        let mark = match readings {
            (None, None) => return Err(no_amount(line, text)),
            (Some(_), None) => DecimalMark::Comma,
            (None, Some(_)) => DecimalMark::Point,
            (Some(comma), Some(point)) if comma == point => continue,
            (Some(comma), Some(point)) => {
                unclear = unclear.or(Some((line, text, comma, point)));
                continue;
            }
        };
        match decided {
            Some((other, first, sample)) if other != mark => {
                let reason = format!(
                    "“{text}” has another decimal mark than “{sample}” in line {first}. A file has one."
                );
                return Err(StatementError::at(line, reason));
            }
            Some(_) => {}
            None => decided = Some((mark, line, text)),
        }
    }
    match (decided, remembered, unclear) {
        (Some((mark, ..)), _, _) => Ok(Some(mark)),
        (None, Some(mark), _) => Ok(Some(mark)),
        (None, None, None) => Ok(None),
        (None, None, Some((line, text, comma, point))) => {
            let money = |(whole, decimals): (String, String)| {
                minor_of(&whole, &decimals, currency).map_or_else(
                    || format!("{whole}.{decimals}"),
                    |minor| Money { minor, currency }.to_string(),
                )
            };
            let (comma, point) = (money(comma), money(point));
            Err(StatementError::from(ColumnQuestion::Decimals {
                sample: text.to_owned(),
                line,
                comma,
                point,
            }))
        }
    }
}

/// Reads a cell. Nothing for an empty one.
///
/// # Errors
/// The line and the reason.
pub fn parse(
    line: usize,
    text: &str,
    mark: Option<DecimalMark>,
    currency: Currency,
) -> Result<Option<WrittenAmount>, StatementError> {
    if is_blank(text) {
        return Ok(None);
    }
    let bare = bare(text).ok_or_else(|| no_amount(line, text))?;
    let mark = mark.unwrap_or(DecimalMark::Point);
    let (whole, decimals) = parts(&bare.body, mark).ok_or_else(|| no_amount(line, text))?;
    let minor = minor_of(&whole, &decimals, currency).ok_or_else(|| {
        let code = currency.code();
        StatementError::at(line, format!("“{text}” is no amount in {code}: too many digits."))
    })?;
    Ok(Some(WrittenAmount { is_negative: bare.is_negative, minor, flow: bare.flow }))
}

/// Whether a cell can be an amount.
#[must_use]
pub fn is_amount(text: &str) -> bool {
    bare(text).is_some_and(|bare| {
        parts(&bare.body, DecimalMark::Comma).is_some()
            || parts(&bare.body, DecimalMark::Point).is_some()
    })
}

/// Whether a cell holds nothing, or a dash in place of an amount.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    text.trim().chars().all(|c| matches!(c, '-' | '–' | '—'))
}

fn no_amount(line: usize, text: &str) -> StatementError {
    StatementError::at(line, format!("“{text}” is not an amount."))
}

fn bare(text: &str) -> Option<Bare> {
    let text = text.trim();
    let (is_in_brackets, text) =
        match text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
            Some(inner) => (true, inner.trim()),
            None => (false, text),
        };
    let is_digit = |c: char| c.is_ascii_digit();
    let (mut first, last) = (text.find(is_digit)?, text.rfind(is_digit)?);
    // `.50` begins with its mark; the point of `Rs. 50` belongs to the word.
    let front = text.get(..first)?;
    let marked = front.strip_suffix(['.', ',']).filter(|word| !word.ends_with(char::is_alphabetic));
    first = marked.map_or(first, str::len);
    let before = text.get(..first)?;
    let body = text.get(first..=last)?;
    let after = text.get(last..)?.get(1..)?;
    let mut bare = Bare { is_negative: is_in_brackets, flow: None, body: String::new() };
    for side in [before, after] {
        for word in side.split_inclusive(['-', '−', '–', '+', ' ', '\u{A0}']) {
            let sign = word.chars().next_back().filter(|c| matches!(c, '-' | '−' | '–'));
            if sign.is_some() {
                // Two signs contradict each other, or say the same twice.
                if bare.is_negative {
                    return None;
                }
                bare.is_negative = true;
            }
            let word = word.trim_matches(|c: char| c.is_whitespace() || "-−–+".contains(c));
            match word {
                "" => {}
                "CR" | "Cr" | "cr" | "C" | "H" => bare.flow = Some(Flow::In),
                "DR" | "Dr" | "dr" | "D" | "S" => bare.flow = Some(Flow::Out),
                _ if is_currency(word) => {}
                _ => return None,
            }
        }
    }
    for c in body.chars() {
        match c {
            '0'..='9' | '.' | ',' => bare.body.push(c),
            '\'' | '’' | '_' | ' ' | '\u{A0}' | '\u{202F}' | '\u{2009}' => bare.body.push('\''),
            _ => return None,
        }
    }
    Some(bare)
}

fn is_currency(word: &str) -> bool {
    let is_code = word.len() == 3 && Currency::from_code(&word.to_ascii_uppercase()).is_some();
    let is_sign = word.chars().all(|c| "€£$¥₹₽₺₩₦₫₴₸₪₱฿₵".contains(c));
    is_code
        || is_sign
        || ["kr", "kr.", "Kr", "zł", "Fr.", "Fr", "Rs", "Rs.", "Ft", "Kč", "lei"].contains(&word)
}

/// The digits before and behind the decimal mark, if the text can be written with this mark.
fn parts(body: &str, mark: DecimalMark) -> Option<(String, String)> {
    let (decimal, group) = match mark {
        DecimalMark::Comma => (',', '.'),
        DecimalMark::Point => ('.', ','),
    };
    let (whole, decimals) = body.split_once(decimal).unwrap_or((body, ""));
    if !decimals.bytes().all(|byte| byte.is_ascii_digit())
        || (whole.is_empty() && decimals.is_empty())
    {
        return None;
    }
    let separator = whole.chars().find(|c| !c.is_ascii_digit());
    let Some(separator) = separator else {
        return Some((whole.to_owned(), decimals.to_owned()));
    };
    if separator != group && separator != '\'' {
        return None;
    }
    let groups: Vec<&str> = whole.split(separator).collect();
    let (first, rest) = groups.split_first()?;
    let (last, middle) = rest.split_last()?;
    let is_even = |length: usize| middle.iter().all(|group| group.len() == length);
    let fits = (1..=3).contains(&first.len())
        && !first.starts_with('0')
        && last.len() == 3
        // Threes, or as in India: 1,23,45,678.
        && (is_even(3) || (first.len() <= 2 && is_even(2)));
    let digits = groups.concat();
    let is_plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    (fits && is_plain).then(|| (digits, decimals.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cells: &[&str]) -> Result<Vec<i64>, StatementError> {
        read_in(Currency::EUR, cells, None)
    }

    fn read_in(
        currency: Currency,
        cells: &[&str],
        remembered: Option<DecimalMark>,
    ) -> Result<Vec<i64>, StatementError> {
        let cells: Vec<(usize, &str)> =
            cells.iter().enumerate().map(|(at, cell)| (at + 1, *cell)).collect();
        let mark = decimal_mark(&cells, currency, remembered)?;
        let amounts = cells.iter().map(|(line, cell)| {
            let amount = parse(*line, cell, mark, currency)?.unwrap();
            let minor = i64::try_from(amount.minor).unwrap();
            Ok(if amount.is_negative { -minor } else { minor })
        });
        amounts.collect()
    }

    #[test]
    fn column_decides_the_decimal_mark_of_all_its_amounts() {
        assert_eq!(read(&["2.315,40", "76,5", "2.000"]), Ok(vec![231_540, 7_650, 200_000]));
        assert_eq!(read(&["94.3", "128.15"]), Ok(vec![9_430, 12_815]));
        assert_eq!(read(&["2,000", "1'234.50", "7"]), Ok(vec![200_000, 123_450, 700]));
        assert_eq!(read(&["3.000", "0.500"]), Ok(vec![300, 50]));
        assert_eq!(read(&["1.234.567", "3.000"]), Ok(vec![123_456_700, 300_000]));
        assert_eq!(read(&["1,23,456.78"]), Ok(vec![12_345_678]));
        assert_eq!(read(&["1 234", "56"]), Ok(vec![123_400, 5_600]));
        assert_eq!(read_in(Currency::KWD, &["4.800", "12.5"], None), Ok(vec![4_800, 12_500]));
        assert_eq!(read_in(Currency::JPY, &["4800", "12"], None), Ok(vec![4_800, 12]));
        assert_eq!(read_in(Currency::JPY, &["4,800", "12"], None), Ok(vec![4_800, 12]));
    }

    #[test]
    fn column_that_decides_nothing_is_asked_about() {
        for cells in [&["3.000", "4.500"][..], &["3,000"], &["12", "1.234"], &["-3.000", "5"]] {
            let error = read(cells).unwrap_err();
            assert!(matches!(
                error,
                StatementError::Question { question: ColumnQuestion::Decimals { .. }, .. }
            ));
        }
        let error = read(&["3.000", "4.500"]).unwrap_err().to_string();
        assert_eq!(
            error,
            "Is “3.000” (line 1) €3,000.00 or €3.00? No amount in the file decides it."
        );
        let answered = |mark| read_in(Currency::EUR, &["3.000", "4.500"], Some(mark));
        assert_eq!(answered(DecimalMark::Comma), Ok(vec![300_000, 450_000]));
        assert_eq!(answered(DecimalMark::Point), Ok(vec![300, 450]));
    }

    #[test]
    fn column_with_two_decimal_marks_is_refused() {
        let error = read(&["76,5", "12", "128.15"]).unwrap_err().to_string();
        assert!(
            error.starts_with("Line 3: “128.15” has another decimal mark than “76,5” in line 1")
        );
    }

    #[test]
    fn signs_and_currencies_are_read_on_both_sides() {
        let cells =
            ["-1,50", "1,50-", "−1,50", "(1,50)", "- 1,50 €", "€ -1,50", "EUR -1,50", "-€1,50"];
        assert_eq!(read(&cells), Ok(vec![-150; cells.len()]));
        assert_eq!(read(&["+1,50", "1,50 kr", "EUR 1,50", "1,50 zł"]), Ok(vec![150; 4]));
        let amount = parse(1, "25.00 DR", Some(DecimalMark::Point), Currency::GBP).unwrap();
        assert_eq!(amount.unwrap().flow, Some(Flow::Out));
        assert_eq!(parse(1, " - ", None, Currency::GBP), Ok(None));
    }

    #[test]
    fn text_that_is_no_amount_is_refused_with_its_line() {
        for wrong in
            ["12.34.56", "1,2,3", "12..5", "abc", "1e5", "5 apples", "--5", "1,2345,678", "٥", "."]
        {
            let error = read(&["1.50", wrong]).unwrap_err().to_string();
            assert!(error.starts_with("Line 2: "), "{wrong}: {error}");
        }
        assert!(read(&["12.345678", "1.50"]).is_err(), "more decimals than the euro has");
        assert!(read(&["99999999999999999.00"]).is_err());
    }
}
