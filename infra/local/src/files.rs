//! The files that a person names in a line: regular files, up to the size of a bank's statement.

use std::fs::File;
use std::io::{Error, ErrorKind, Read, Result};

use shared::payments::statement::FILE_MAX;

/// Reads a file.
///
/// # Errors
/// There is no such file, or it is too large.
pub fn read(path: &str) -> Result<Vec<u8>> {
    let file = File::open(path)?;
    if !file.metadata()?.is_file() {
        return Err(Error::new(ErrorKind::InvalidInput, "it is no file"));
    }
    let most = u64::try_from(FILE_MAX).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() > FILE_MAX {
        return Err(Error::new(ErrorKind::InvalidInput, "it is larger than 8 MB"));
    }
    Ok(bytes)
}
