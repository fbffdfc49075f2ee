//! The top of the first sheet: title, seller, buyer, number and dates, and the amount in one line.

use jiff::civil::Date;

use crate::document::{Business, Document, DocumentKind};
use crate::font::Fonts;
use crate::layout::grid::{AMOUNT, LABEL, LEFT, NAME, QUIET, RIGHT, STRONG, TEXT, TITLE, WIDTH};
use crate::length::{Area, Length};
use crate::sheet::{Block, Edge, Item};

/// The three columns of seller, buyer and particulars.
const PARTY: Length = Length::points(148);
const BUYER: Length = Length::thousandths(218_693);
const PARTICULARS: Length = Length::thousandths(380_693);

/// Where the values of the particulars begin, from their labels.
const TAB: Length = Length::points(68);

/// The largest logo, and the width that the title needs.
const LOGO_WIDTH: Length = Length::points(150);
const LOGO_HEIGHT: Length = Length::points(40);
const TITLE_WIDTH: Length = Length::points(216);

/// The space between blocks of text.
const SPACE: Length = Length::points(26);

pub(super) fn block<'a>(document: &Document, fonts: &'a Fonts) -> Block<'a> {
    let mut block = Block::new(fonts);
    block.line(document.kind.title(), TITLE, Edge::Right(RIGHT), Length::ZERO);
    if document.logo.is_some() {
        let area = Area { x: LEFT, y: Length::ZERO, width: LOGO_WIDTH, height: LOGO_HEIGHT };
        block.push(Item::Logo(area));
    } else {
        // The first lines of name and title stand on one baseline.
        let top = TITLE.ascent() - NAME.ascent();
        let width = WIDTH - TITLE_WIDTH;
        block.paragraph(&document.seller.name, NAME, Edge::Left(LEFT), top, width);
    }

    let top = block.height + SPACE;
    party(&mut block, fonts, ("From", &document.seller), Edge::Left(LEFT), top);
    party(&mut block, fonts, ("Billed to", &document.buyer), Edge::Left(BUYER), top);
    particulars(&mut block, document, top);

    let top = block.height + SPACE;
    block.paragraph(&amount(document), AMOUNT, Edge::Left(LEFT), top, WIDTH);
    if let Some(remark) = remark(document) {
        let top = block.height + Length::points(4);
        block.paragraph(remark, QUIET, Edge::Left(LEFT), top, WIDTH);
    }
    block.height += Length::points(20);
    block
}

fn party(
    block: &mut Block<'_>,
    fonts: &Fonts,
    (label, business): (&str, &Business),
    edge: Edge,
    top: Length,
) {
    let y = block.line(label, LABEL, edge, top) + Length::points(2);
    let y = block.paragraph(&business.name, STRONG, edge, y, PARTY);
    let address = address_lines(&business.address, fonts);
    let y = address.iter().fold(y, |y, line| block.paragraph(line, TEXT, edge, y, PARTY));
    if !business.tax_number.is_empty() {
        let number = format!("Tax number {}", business.tax_number);
        block.paragraph(&number, TEXT, edge, y + Length::points(3), PARTY);
    }
}

/// An address as lines that break behind commas, so that `12 Dock Road` and `United Kingdom` stay whole.
fn address_lines(address: &str, fonts: &Fonts) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in address.lines() {
        let mut line = String::new();
        for part in paragraph.split_inclusive(", ") {
            let longer = format!("{line}{part}");
            if fonts.width(longer.trim_end(), &TEXT) <= PARTY {
                line = longer;
            } else {
                lines.push(std::mem::replace(&mut line, part.to_owned()));
            }
        }
        lines.push(line);
    }
    lines
}

fn particulars(block: &mut Block<'_>, document: &Document, top: Length) {
    let mut rows = vec![("Number", document.number.clone()), ("Issued", day(document.issued))];
    if let Some(supplied) = document.supplied {
        rows.push(("Supplied", day(supplied)));
    }
    if let Some(due) = document.due {
        let label = match document.kind {
            DocumentKind::Invoice | DocumentKind::CreditNote => "Due",
            DocumentKind::ProForma => "Pay by",
        };
        rows.push((label, day(due)));
    }
    if let Some(earlier) = &document.corrects {
        rows.push(("Corrects", format!("{}\nof {}", earlier.number, day(earlier.issued))));
    }
    let value = PARTICULARS + TAB;
    // The first row stands on the line of the names.
    let mut y = top + LABEL.leading() + Length::points(2);
    for (label, text) in rows {
        block.line(label, QUIET, Edge::Left(PARTICULARS), y);
        y = block.paragraph(&text, TEXT, Edge::Left(value), y, RIGHT - value);
    }
}

/// The amount and what is to be done about it.
fn amount(document: &Document) -> String {
    if document.void {
        return "Void".to_owned();
    }
    let due = document.money(document.due_minor);
    match (document.kind, document.due_minor, document.due) {
        (DocumentKind::CreditNote, ..) => {
            format!("{} credited", document.money(document.gross_minor))
        }
        (_, 0, _) if document.paid_minor > 0 => {
            format!("{} paid", document.money(document.paid_minor))
        }
        (_, 0, _) => "Nothing to pay".to_owned(),
        (_, _, None) => format!("{due} due"),
        (_, _, Some(date)) => format!("{due} due by {}", day(date)),
    }
}

fn remark(document: &Document) -> Option<&'static str> {
    if document.void {
        return Some("This document was taken back. Nothing is to be paid.");
    }
    match document.kind {
        DocumentKind::ProForma => {
            Some("This is not a tax invoice. You receive the invoice when the payment arrives.")
        }
        DocumentKind::Invoice | DocumentKind::CreditNote => None,
    }
}

/// A date that reads the same everywhere: `3 October 2026`.
fn day(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}
