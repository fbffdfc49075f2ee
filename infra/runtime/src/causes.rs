//! The causes of an error, for a log line. An error of the SDK names only its kind; the reason is in
//! its sources.

use std::error::Error;
use std::fmt;

/// The sources of an error on one line; the error itself if it has none.
pub struct Causes<'a>(pub &'a (dyn Error + 'static));

impl fmt::Display for Causes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut next = self.0.source();
        if next.is_none() {
            return write!(f, "{}", self.0);
        }
        let mut first = true;
        while let Some(cause) = next {
            write!(f, "{}{cause}", if first { "" } else { ": " })?;
            first = false;
            next = cause.source();
        }
        Ok(())
    }
}
