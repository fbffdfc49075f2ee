//! The import of a bank's file: the file, the lines that are new, and the questions that it leaves.

use serde::{Deserialize, Serialize};

use crate::payments::matching::types::ShownProposal;
use crate::payments::statement::types::{ColumnQuestion, DateOrder, DecimalMark, StatementLine};

/// The most lines of one change; a file is imported in parts.
pub const PART_MAX: usize = 20;

/// A bank's file, to be compared with the lines that the desk has.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BankFile {
    /// One character for each byte, because the encoding is not known yet.
    pub bytes: String,
    /// The account, for files that do not name it.
    pub account: String,
    pub decimals: Option<DecimalMark>,
    pub dates: Option<DateOrder>,
}

/// A line of a file under its key.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ImportLine {
    /// `bl_…`, by `statement::identity`.
    pub key: String,
    pub line: StatementLine,
}

/// A new line of a file, with what it may pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewLine {
    pub import: ImportLine,
    /// The stored line, or the earlier line of the file, that it may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub like: Option<String>,
    pub proposals: Vec<ShownProposal>,
}

/// A file beside what the desk has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    pub new: Vec<PreviewLine>,
    /// Perhaps known under another text or day.
    pub doubtful: Vec<PreviewLine>,
    pub known: u64,
    /// Money that left the account, charges and reversals: they pay no invoice.
    pub outgoing: Vec<StatementLine>,
    /// Not booked by the bank: they are no money.
    pub pending: Vec<StatementLine>,
    pub notes: Vec<String>,
}

/// The outcome of reading a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileRead {
    Preview(Preview),
    /// The file does not decide something, and nothing of it is read.
    Question(ColumnQuestion),
}
