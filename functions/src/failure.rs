//! Failures: the infrastructure did not do its part. A failure says what was being done and whether
//! it is known that nothing was changed; the rest is for the log.
//!
//! A failure is logged once, at the boundary, under a short reference that the reply repeats. It is
//! never made from a business "no": that is a refusal.

use std::error::Error;
use std::fmt;

use runtime::causes::Causes;
use shared::contract::call::Failed;
use shared::contract::image::Stop;

use crate::store::layout::Unreadable;

/// What is known about what was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certainty {
    /// Nothing was changed, for certain.
    NothingChanged,
    /// It may have been changed, or may still be.
    Unknown,
}

/// The sentence of a record that was looked at and was not read, or cannot be.
pub(crate) fn unread(stop: Stop) -> String {
    match stop {
        Stop::Unreadable { key, reason } => format!("{key:?} cannot be read: {reason}"),
        Stop::Lacks(needs) => format!("{needs:?} was not read"),
        Stop::Refuse(refusal) => refusal.to_string(),
    }
}

/// The infrastructure failed.
#[derive(Debug)]
pub struct Failure {
    /// What was being done, as in "could not …".
    pub doing: &'static str,
    /// What is known about what was written.
    pub certainty: Certainty,
    source: Box<dyn Error + Send + Sync>,
}

impl Failure {
    /// A failure after which nothing was changed.
    pub fn unchanged(doing: &'static str, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { doing, certainty: Certainty::NothingChanged, source: source.into() }
    }

    /// A failure after which it is not known whether something was changed.
    pub fn unknown(doing: &'static str, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { doing, certainty: Certainty::Unknown, source: source.into() }
    }

    /// Whether the cause is a stored item that cannot be read: trying again does not help.
    #[must_use]
    pub fn is_unreadable(&self) -> bool {
        self.source.is::<Unreadable>()
    }

    /// Logs it, and says it as it may be shown.
    #[must_use]
    pub fn logged(&self) -> Failed {
        let reference = format!("{:08x}", fastrand::u32(..));
        let nothing_changed = self.certainty == Certainty::NothingChanged;
        tracing::error!(%reference, nothing_changed, cause = %Causes(self), "could not {}", self.doing);
        Failed { reference, nothing_changed }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "could not {}", self.doing)
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        let source: &(dyn Error + 'static) = &*self.source;
        Some(source)
    }
}
