//! A bank statement as the desk reads it, whatever the file's format.
//!
//! Invariant: an amount is positive, in minor units of its currency, and `flow` is its direction on the
//! account. A line is booked money; pending entries are listed apart and are no money.
//!
//! Absent on purpose: which invoice a line pays (`matching`), and whether the desk has it already
//! (`identity`).

use iso_currency::Currency;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::kernel::money::{Money, exponent};

/// The direction of money on the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flow {
    In,
    Out,
}

/// One booked movement on a bank account. A batch is one line for each of its payments.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct StatementLine {
    /// IBAN or account number without spaces; empty where the file names none.
    pub account: String,
    pub booked_on: Date,
    pub flow: Flow,
    pub amount: Money,
    /// The bank takes back an earlier line of the other direction.
    pub is_reversal: bool,
    /// The bank's code says charge or interest.
    pub is_bank_charge: bool,
    /// The name of the other party; empty if the file has none.
    pub party: String,
    pub party_account: String,
    /// The remittance text, in one line.
    pub text: String,
    /// The references that the file keeps apart: creditor references and end-to-end ids.
    pub references: Vec<String>,
    /// The bank's own reference of the entry; empty if there is none.
    pub bank_reference: String,
    /// The line of the file on which it begins, from 1.
    pub position: usize,
}

impl StatementLine {
    /// A line without any text.
    #[must_use]
    pub fn plain(account: &str, booked_on: Date, flow: Flow, amount: Money) -> Self {
        Self {
            account: account.to_owned(),
            booked_on,
            flow,
            amount,
            is_reversal: false,
            is_bank_charge: false,
            party: String::new(),
            party_account: String::new(),
            text: String::new(),
            references: Vec::new(),
            bank_reference: String::new(),
            position: 0,
        }
    }
}

/// The content of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementFile {
    pub form: FileForm,
    pub lines: Vec<StatementLine>,
    /// Entries that are not booked yet. They are no money.
    pub pending: Vec<StatementLine>,
    /// Sentences about the file that a person should read before the import.
    pub notes: Vec<String>,
    /// How the columns were read; the desk remembers it for files with the same header.
    pub columns: Option<ColumnMap>,
}

/// The forms of files that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileForm {
    Camt053,
    Mt940,
    Csv,
}

/// What the caller knows of a file.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The account, for files that do not name it.
    pub account: &'a str,
    /// The currency of lines that state none.
    pub currency: Currency,
    /// The reference for years of two digits, and the day of pending entries that have none.
    pub today: Date,
    /// Remembered columns and answers to questions.
    pub columns: Option<&'a ColumnMap>,
}

/// The reason for which nothing of a file is read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    #[error("Line {line}: {reason}")]
    Line { line: usize, reason: String },
    #[error("{0}")]
    File(String),
    /// The file can be read in more than one way. The answer goes into the columns, and the file is read
    /// again with them.
    #[error("{question}")]
    Question { question: ColumnQuestion, columns: Box<ColumnMap> },
}

impl StatementError {
    #[must_use]
    pub fn at(line: usize, reason: impl Into<String>) -> Self {
        Self::Line { line, reason: reason.into() }
    }
}

impl From<ColumnQuestion> for StatementError {
    fn from(question: ColumnQuestion) -> Self {
        Self::Question { question, columns: Box::default() }
    }
}

/// A question about the columns of a CSV file. The answer is a field of [`ColumnMap`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum ColumnQuestion {
    /// Nothing in the column decides between thousands and decimals.
    #[error("Is “{sample}” (line {line}) {comma} or {point}? No amount in the file decides it.")]
    Decimals { sample: String, line: usize, comma: String, point: String },
    /// Nothing in the column decides between day, month and year.
    #[error("Is “{sample}” (line {line}) {}? No date in the file decides it.", either(.readings))]
    Dates { sample: String, line: usize, readings: Vec<Date> },
    /// The columns of date and amount cannot be told.
    #[error("Which columns hold {missing}? The first row reads: {}", .row.join(" | "))]
    Columns { missing: String, row: Vec<String> },
}

fn either(dates: &[Date]) -> String {
    let words: Vec<String> =
        dates.iter().map(|date| date.strftime("%-d %B %Y").to_string()).collect();
    words.join(" or ")
}

/// How the amounts of a file are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecimalMark {
    /// `2.315,40`
    Comma,
    /// `2,315.40`
    Point,
}

/// How the dates of a column are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    DayFirst,
    MonthFirst,
    YearFirst,
}

/// The columns of a CSV file, by position from 0, and how they are written.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ColumnMap {
    /// The header that it is for; empty for files without one.
    pub header: Vec<String>,
    pub places: ColumnPlaces,
    /// Absent while no file has decided it.
    pub decimal_mark: Option<DecimalMark>,
    pub date_order: Option<DateOrder>,
}

/// The position of each column, from 0.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ColumnPlaces {
    pub date: usize,
    pub amount: AmountPlaces,
    pub texts: Vec<usize>,
    /// Names of the other party; the first that is filled holds.
    pub parties: Vec<usize>,
    pub party_account: Option<usize>,
    pub account: Option<usize>,
    pub currency: Option<usize>,
    pub bank_reference: Option<usize>,
    pub status: Option<usize>,
}

/// The columns of the amount, and where the direction is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AmountPlaces {
    /// Money that leaves the account has a minus.
    Signed { amount: usize },
    /// Money that comes in has a minus, as on cards.
    Inverted { amount: usize },
    /// One column for money that comes in and one for money that leaves.
    Apart { incoming: usize, outgoing: usize },
    /// A word in its own column tells the direction.
    Worded { amount: usize, direction: usize },
}

impl ColumnPlaces {
    /// Date and amount as a person names them; all else of `width` columns is text.
    #[must_use]
    pub fn chosen(date: usize, amount: AmountPlaces, width: usize) -> Self {
        let is_taken = |at: &usize| *at == date || amount.columns().contains(at);
        let texts = (0..width).filter(|at| !is_taken(at)).collect();
        Self { date, amount, texts, ..Self::default() }
    }
}

impl AmountPlaces {
    /// The columns with amounts.
    #[must_use]
    pub fn columns(self) -> Vec<usize> {
        match self {
            Self::Signed { amount } | Self::Inverted { amount } | Self::Worded { amount, .. } => {
                vec![amount]
            }
            Self::Apart { incoming, outgoing } => vec![incoming, outgoing],
        }
    }
}

impl Default for AmountPlaces {
    fn default() -> Self {
        Self::Signed { amount: 1 }
    }
}

/// Minor units of a plain decimal number: `12.5` of a currency with two decimals is 1,250. Digits past
/// the currency's last one must be zeros.
#[must_use]
pub fn minor_of(whole: &str, decimals: &str, currency: Currency) -> Option<u64> {
    let places = usize::try_from(exponent(currency)).ok()?;
    let (kept, rest) = decimals.split_at_checked(places).unwrap_or((decimals, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits(whole) || !is_digits(decimals) || rest.bytes().any(|byte| byte != b'0') {
        return None;
    }
    let minor: u64 = format!("0{whole}{kept:0<places$}").parse().ok()?;
    (minor <= crate::kernel::money::MINOR_MAX).then_some(minor)
}

/// A text in one line: control characters and repeated spaces are one space.
#[must_use]
pub fn one_line(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// An account as it is compared: without spaces, in capitals.
#[must_use]
pub fn bare_account(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_uppercase()).collect()
}

/// A reference, unless it says that there is none.
#[must_use]
pub fn reference_of(text: &str) -> Option<String> {
    let text = one_line(text);
    // `KREF+` says that the text has the reference.
    let bare = text.trim_end_matches('+');
    let is_none =
        ["", "NOTPROVIDED", "NONREF", "NOREF", "NONE", "N/A", "EREF", "KREF", "MREF", "PREF"]
            .iter()
            .any(|none| bare.eq_ignore_ascii_case(none))
            || text.chars().all(|c| c == '0' || c == '-');
    (!is_none).then_some(text)
}
