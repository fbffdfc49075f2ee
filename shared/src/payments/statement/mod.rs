//! Bank statements: files of three forms become lines, and lines are compared with those that the desk
//! has. The readers are `camt`, `mt940` and `export` (CSV).
//!
//! Invariant: a file is read whole or not at all, and each refusal names the line. A choice that the file
//! does not decide is a question, never a guess.
//!
//! Absent on purpose: files, the clock and stored records. The caller passes bytes, the day, and the
//! lines that the desk has.

pub mod identity;
pub mod types;

mod amounts;
mod balance;
mod camt;
mod dates;
mod encoding;
mod export;
mod mt940;
mod narrative;
mod position;
mod table;
mod titles;
mod xml;

use crate::payments::statement::types::{Source, StatementError, StatementFile};

/// The largest file, in bytes.
pub const FILE_MAX: usize = 8 * 1024 * 1024;
/// The most lines of a file.
pub const LINES_MAX: usize = 20_000;

/// Reads a file of any form.
///
/// # Errors
/// A question about a CSV file, or the reason for which nothing is read.
pub fn read(bytes: &[u8], source: &Source<'_>) -> Result<StatementFile, StatementError> {
    if bytes.len() > FILE_MAX {
        return Err(StatementError::File("The file is too large: at most 8 MB.".to_owned()));
    }
    let text = encoding::decode(bytes)?;
    let text = text.trim_start_matches('\u{FEFF}');
    let file = if text.trim_start().starts_with('<') {
        camt::read(text, source)
    } else if mt940::is_mt940(text) {
        mt940::read(text, source)
    } else {
        export::read(text, source)
    }?;
    let count = file.lines.len().saturating_add(file.pending.len());
    if count > LINES_MAX {
        let reason = format!("The file has {count} lines: at most {LINES_MAX}. Export fewer days.");
        return Err(StatementError::File(reason));
    }
    if count == 0 {
        return Err(StatementError::File("The file has no line.".to_owned()));
    }
    Ok(file)
}
