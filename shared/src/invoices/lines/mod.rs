//! The lines of an invoice as people type them: `SIM cards 10 2.50`, or several with each text between
//! quotation marks: `"SIM cards" 10 2.50 "Setup" 1 40 5%`. Behind the price may stand the rate of its tax.
//!
//! Invariant: no number is guessed to be a part of a text or not. Where more than one reading is possible, the
//! sentence asks for quotation marks.

pub mod types;

use iso_currency::Currency;

use crate::invoices::lines::types::{InvoiceLine, Item, TEXT_MAX};
use crate::kernel::money::{parse_price, parts};
use crate::kernel::tax::TaxRate;
use crate::kernel::text::required;

/// The most lines of one invoice.
const LINES_MAX: usize = 20;

/// The largest quantity of an item.
const QUANTITY_MAX: u64 = 999_999_999;

const FORM: &str = "A line is a text, a quantity and a unit price, such as SIM cards 10 2.50";

/// A piece of the typed lines.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Quoted(String),
    Word(String),
}

impl Piece {
    fn word(&self) -> Option<&str> {
        match self {
            Piece::Word(text) => Some(text),
            Piece::Quoted(_) => None,
        }
    }

    /// Whether it is a number, with or without the sign of a currency.
    fn is_number(&self) -> bool {
        let number = self.word().map(|text| parts(text).1).unwrap_or_default();
        number.starts_with(|c: char| c.is_ascii_digit())
            && number.chars().all(|c| c.is_ascii_digit() || ".,_".contains(c))
    }

    /// The rate of a tax: `5%`.
    fn rate(&self) -> Option<TaxRate> {
        self.word()?.strip_suffix('%')?.parse().ok()
    }
}

/// Reads the lines of an invoice, without their nets. A line that names no rate of tax has `tax`.
///
/// # Errors
/// A sentence that says what is missing, too much, or unclear.
pub fn read(text: &str, currency: Currency, tax: TaxRate) -> Result<Vec<InvoiceLine>, String> {
    let pieces = pieces(text)?;
    let is_quoted = |piece: &Piece| matches!(piece, Piece::Quoted(_));
    let lines = if pieces.iter().any(is_quoted) {
        quoted_lines(&pieces, currency, tax)?
    } else {
        vec![plain_line(&pieces, currency, tax)?]
    };
    if lines.len() > LINES_MAX {
        return Err(format!("One invoice has at most {LINES_MAX} lines."));
    }
    Ok(lines)
}

/// Cuts the text at spaces, but not between quotation marks.
fn pieces(text: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c.is_whitespace() {
            continue;
        }
        let mut piece = String::new();
        if c != '"' {
            piece.push(c);
            while let Some(next) = chars.next_if(|next| !next.is_whitespace()) {
                piece.push(next);
            }
            pieces.push(Piece::Word(piece));
            continue;
        }
        loop {
            match chars.next() {
                Some('"') => break,
                Some('\\') => piece.extend(chars.next()),
                Some(inside) => piece.push(inside),
                None => return Err("A quotation mark is not closed.".to_owned()),
            }
        }
        pieces.push(Piece::Quoted(piece));
    }
    Ok(pieces)
}

/// Lines whose texts stand between quotation marks.
fn quoted_lines(
    pieces: &[Piece],
    currency: Currency,
    tax: TaxRate,
) -> Result<Vec<InvoiceLine>, String> {
    let mut lines = Vec::new();
    let mut rest = pieces;
    while let Some((first, behind)) = rest.split_first() {
        let Piece::Quoted(text) = first else {
            let word = first.word().unwrap_or_default();
            return Err(format!(
                "“{word}” has no place. {FORM}, with its text between quotation marks."
            ));
        };
        let [quantity, price, behind @ ..] = behind else {
            return Err(format!("“{text}” needs a quantity and a unit price behind it. {FORM}."));
        };
        let (rate, behind) = match behind.split_first() {
            Some((next, others)) if next.rate().is_some() => (next.rate(), others),
            Some(_) | None => (None, behind),
        };
        lines.push(line(text, (quantity, price), currency, rate.unwrap_or(tax))?);
        rest = behind;
    }
    Ok(lines)
}

/// The only line of a text without quotation marks: its last two words are the quantity and the price.
fn plain_line(pieces: &[Piece], currency: Currency, tax: TaxRate) -> Result<InvoiceLine, String> {
    let (rate, pieces) = match pieces.split_last() {
        Some((last, before)) if last.rate().is_some() => (last.rate(), before),
        Some(_) | None => (None, pieces),
    };
    let [text @ .., quantity, price] = pieces else { return Err(format!("{FORM}.")) };
    if !quantity.is_number() || !price.is_number() || text.is_empty() {
        return Err(format!("{FORM}."));
    }
    // `iPhone 15 2 999` may be two of “iPhone 15”, and `SIM 10 2.50 Setup 1 40` two lines.
    let is_pair = |pair: &[Piece]| pair.iter().all(Piece::is_number);
    if text.last().is_some_and(Piece::is_number) || text.windows(2).any(is_pair) {
        let text: Vec<&str> = text.iter().filter_map(Piece::word).collect();
        return Err(format!(
            "“{}” has numbers in it: put the text of each line between quotation marks, such as \
             \"SIM cards\" 10 2.50.",
            text.join(" ")
        ));
    }
    let text: Vec<&str> = text.iter().filter_map(Piece::word).collect();
    line(&text.join(" "), (quantity, price), currency, rate.unwrap_or(tax))
}

fn line(
    text: &str,
    (quantity, price): (&Piece, &Piece),
    currency: Currency,
    tax: TaxRate,
) -> Result<InvoiceLine, String> {
    let text = required("text of a line", text, TEXT_MAX)?;
    let number = |piece: &Piece| match piece.word() {
        Some(word) if piece.is_number() => Ok(word.to_owned()),
        Some(_) | None => {
            Err(format!("“{text}” needs a quantity and a unit price behind it. {FORM}."))
        }
    };
    let quantity = whole(&number(quantity)?)?;
    let (price_minor, per) = parse_price(&number(price)?, currency)?;
    Ok(InvoiceLine { item: Item::Text(text), quantity, price_minor, per, tax, net_minor: 0 })
}

/// A quantity: a whole number, with or without separators before three digits each.
fn whole(text: &str) -> Result<u64, String> {
    let wrong = || format!("“{text}” is not a quantity: it is a whole number from 1.");
    let mut groups = text.split([',', '_']);
    let first = groups.next().unwrap_or_default();
    let is_separated = first.len() < text.len();
    let is_grouped = groups.all(|group| group.len() == 3) && (!is_separated || first.len() <= 3);
    let digits: String = text.chars().filter(|c| !",_".contains(*c)).collect();
    let number = digits.parse::<u64>().ok().filter(|_| is_grouped && !first.is_empty());
    number.filter(|number| (1..=QUANTITY_MAX).contains(number)).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Text, quantity, price, the number that the price is for, and the rate.
    type Row = (String, u64, u64, u64, String);

    fn lines(text: &str) -> Result<Vec<Row>, String> {
        let read = read(text, Currency::GBP, TaxRate::per_cent(20))?;
        let row = |line: InvoiceLine| {
            let Item::Text(text) = line.item else { panic!("no text") };
            (text, line.quantity, line.price_minor, line.per, line.tax.to_string())
        };
        Ok(read.into_iter().map(row).collect())
    }

    fn row(text: &str, quantity: u64, price: (u64, u64), rate: &str) -> Row {
        (text.to_owned(), quantity, price.0, price.1, rate.to_owned())
    }

    #[test]
    fn line_without_quotation_marks_ends_with_quantity_and_price() {
        assert_eq!(lines("SIM cards 10 2.50"), Ok(vec![row("SIM cards", 10, (250, 1), "20")]));
        assert_eq!(lines("packs 85 £12.3447 5%"), Ok(vec![row("packs", 85, (123_447, 100), "5")]));
        let versions = lines("Windows 11 licence 1,000 9");
        assert_eq!(versions, Ok(vec![row("Windows 11 licence", 1_000, (900, 1), "20")]));
    }

    #[test]
    fn several_lines_have_their_texts_between_quotation_marks() {
        let two = lines("\"SIM cards\" 10 2.50 \"Setup \\\"basic\\\"\" 1 40 0%");
        let expected =
            vec![row("SIM cards", 10, (250, 1), "20"), row("Setup \"basic\"", 1, (4_000, 1), "0")];
        assert_eq!(two, Ok(expected));
    }

    #[test]
    fn text_with_numbers_that_may_be_a_quantity_is_asked_about() {
        for unclear in ["iPhone 15 2 999", "SIM 10 2.50 Setup 1 40"] {
            let sentence = lines(unclear).unwrap_err();
            assert!(sentence.contains("quotation marks"), "{unclear}: {sentence}");
        }
    }

    #[test]
    fn line_that_lacks_something_is_refused_with_a_sentence() {
        for wrong in [
            "",
            "SIM cards",
            "SIM cards 10",
            "10 2.50",
            "SIM cards 0 2.50",
            "SIM cards 1.5 2.50",
            "SIM cards 10 -2.50",
            "SIM cards 10 €2.50",
            "SIM cards 1,5 2",
            "\"SIM cards\" 10",
            "\"SIM cards 10 2.50",
            "SIM \"cards\" 10 2.50",
            "\"\" 10 2.50",
            "SIM cards 1 1.1234567",
        ] {
            assert!(lines(wrong).is_err(), "{wrong}");
        }
    }
}
