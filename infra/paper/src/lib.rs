//! Documents on paper: invoices, pro formas and credit notes as PDF.
//!
//! [`draw`] takes a [`document::Document`] and returns the bytes of a PDF/A-3b. Where the data allow it, the same
//! invoice is inside as EN 16931 XML (Factur-X), and a code for banking apps is on the sheet.
//!
//! The way of a document: `script` composes its texts, `check` refuses what does not add up or cannot be
//! printed, `layout` places every text on sheets, `pdf` writes them, `xmp` declares the XML.
//!
//! Invariants: the same document gives the same bytes; nothing overlaps; each figure is drawn as given.
//!
//! Absent on purpose: records, AWS, the clock. Only what draws links this crate, because the font and
//! the writer of PDF are larger than the rest of a function.

#![cfg_attr(test, expect(clippy::arithmetic_side_effects, reason = "tests count plainly"))]

pub mod document;
pub mod electronic;
pub mod epc;
pub mod length;
pub mod script;

mod check;
mod font;
mod layout;
mod logo;
mod pdf;
mod sheet;
mod undrawn;
mod xmp;

#[cfg(test)]
mod tests;

use document::Document;
use font::Fonts;
use sheet::Sheet;

pub use undrawn::Undrawn;

/// Draws a document. The XML is inside if [`electronic::lacking`] finds that nothing is missing.
///
/// # Errors
/// The figures do not add up, a text is too long or has characters that the font lacks, or the logo
/// is no image.
pub fn draw(document: &Document) -> Result<Vec<u8>, Undrawn> {
    let (document, sheets, fonts) = lay_out(document)?;
    pdf::write(&document, &sheets, &fonts)
}

/// The checked document, its sheets, and the fonts that measured them.
fn lay_out(document: &Document) -> Result<(Document, Vec<Sheet>, Fonts), Undrawn> {
    let fonts = Fonts::load()?;
    let document = script::composed(document);
    check::check(&document, &fonts)?;
    let sheets = layout::sheets(&document, &fonts);
    Ok((document, sheets, fonts))
}
