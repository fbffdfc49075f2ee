//! The reasons for which a document is not drawn, each with a sentence for staff.
//!
//! Invariant: a reason names the text or figure that is wrong, so that it can be mended.

/// A document that is not drawn, with a sentence for staff.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Undrawn {
    #[error(
        "{which} in {what} cannot be printed: documents have Latin, Greek, Cyrillic and Vietnamese letters."
    )]
    Characters { what: &'static str, which: String },
    #[error("A document has no room for more than {max} {unit} of {what}.")]
    TooLong { what: &'static str, max: usize, unit: &'static str },
    #[error("The document needs {0}.")]
    Lacks(&'static str),
    #[error("The figures of the document do not add up: {0}.")]
    Sums(&'static str),
    #[error("The logo cannot be drawn: {0}.")]
    Logo(String),
    /// The font or the writer of PDF failed: a fault of the program.
    #[error("The document cannot be drawn: {0}.")]
    Drawing(String),
}
