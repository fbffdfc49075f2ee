//! The text of a file: UTF-8 and UTF-16 by their marks, else UTF-8, else Windows-1252.
//!
//! Invariant: no character is replaced. A file that is no text is refused.

use crate::payments::statement::types::StatementError;

/// The text of a file, without a byte order mark.
///
/// # Errors
/// A sentence if the file is no text.
pub fn decode(bytes: &[u8]) -> Result<String, StatementError> {
    let refuse = |text: &str| Err(StatementError::File(text.to_owned()));
    if bytes.starts_with(b"PK\x03\x04") {
        return refuse("This is a spreadsheet or an archive. Save it as CSV, or unpack it.");
    }
    if bytes.starts_with(b"%PDF") {
        return refuse("This is a PDF. Ask the bank for CAMT.053, MT940 or CSV.");
    }
    let text = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8(rest.to_vec()).ok(),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => Some(text.to_owned()),
            Err(_) => bytes.iter().map(|byte| windows_1252(*byte)).collect(),
        },
    };
    match text {
        Some(text) if !text.contains('\0') => Ok(text),
        Some(_) | None => refuse("This file is no text. The desk reads CAMT.053, MT940 and CSV."),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let pairs = bytes.chunks(2).map(|pair| <[u8; 2]>::try_from(pair).ok().map(unit));
    String::from_utf16(&pairs.collect::<Option<Vec<u16>>>()?).ok()
}

/// The characters of Windows-1252 from 0x80 to 0x9F; `\0` stands for the five that have none.
const UPPER: &str = "€\0‚ƒ„…†‡ˆ‰Š‹Œ\0Ž\0\0‘’“”•–—˜™š›œ\0žŸ";

fn windows_1252(byte: u8) -> Option<char> {
    match byte {
        0x80..=0x9F => {
            UPPER.chars().nth(usize::from(byte.checked_sub(0x80)?)).filter(|c| *c != '\0')
        }
        _ => Some(char::from(byte)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_read_in_each_encoding_of_banks() {
        assert_eq!(decode("Müller €".as_bytes()).unwrap(), "Müller €");
        assert_eq!(decode(b"\xEF\xBB\xBFM\xC3\xBCller").unwrap(), "Müller");
        assert_eq!(decode(b"M\xFCller \x80 \x96 \x9F").unwrap(), "Müller € – Ÿ");
        assert_eq!(decode(b"\xFF\xFEM\0\xFC\0").unwrap(), "Mü");
        assert_eq!(decode(b"\xFE\xFF\0M\0\xFC").unwrap(), "Mü");
    }

    #[test]
    fn file_that_is_no_text_is_refused() {
        for bytes in [&b"PK\x03\x04rest"[..], b"%PDF-1.7", b"a\0b", b"\x81\xFC", b"\xFF\xFEa"] {
            assert!(decode(bytes).is_err(), "{bytes:?}");
        }
    }
}
