//! The lines of a document as a table. The columns of figures are as wide as their widest figure,
//! and the description takes the rest.

use shared::kernel::credit::grouped;
use shared::kernel::money::{decimal, exponent};

use crate::document::{Document, DocumentLine, Treatment};
use crate::font::{Fonts, Ink};
use crate::layout::grid::{LABEL, LEFT, QUIET, RIGHT, TEXT, WIDTH};
use crate::length::Length;
use crate::sheet::{Block, Edge};

/// The space between columns, and above and below a row.
const GAP: Length = Length::points(14);
const PADDING: Length = Length::points(5);

/// The most lines of a description in one block; a longer one flows on.
const PIECE: usize = 18;

/// The title of prices that are not all for one quantity; each then states its own.
const PRICE: &str = "Price";

/// A row, or a piece of it.
pub(super) struct Row<'a> {
    pub block: Block<'a>,
    /// The net that this row adds; nothing for a later piece.
    pub net_minor: u64,
}

/// A column of figures.
struct Column {
    title: String,
    right: Length,
    cells: Vec<String>,
}

pub(super) struct Table<'a> {
    fonts: &'a Fonts,
    document: &'a Document,
    columns: Vec<Column>,
    description: Length,
    /// The quantity that every price is for, if it is the same.
    per: Option<u64>,
}

impl<'a> Table<'a> {
    pub(super) fn new(document: &'a Document, fonts: &'a Fonts) -> Self {
        let mut quantities = document.lines.iter().map(|line| line.per);
        let first = quantities.next();
        let per = first.filter(|per| quantities.all(|other| other == *per));
        let pers: Vec<String> = document.lines.iter().map(|line| per_label(line.per)).collect();
        let mut columns = Vec::new();
        let mut right = RIGHT;
        for (title, cells) in figures(document, per).into_iter().rev() {
            let labels = if title == PRICE { pers.as_slice() } else { &[] };
            let labels = labels.iter().chain([&title]).map(|label| fonts.width(label, &LABEL));
            let widths = cells.iter().map(|cell| fonts.width(cell, &TEXT));
            let width = widths.chain(labels).fold(Length::ZERO, Length::max);
            columns.push(Column { title, right, cells });
            right = right - width - GAP;
        }
        columns.reverse();
        Self { fonts, document, columns, description: right - LEFT, per }
    }

    /// The titles of the columns.
    pub(super) fn head(&self) -> Block<'a> {
        let mut block = Block::new(self.fonts);
        block.line("Description", LABEL, Edge::Left(LEFT), Length::ZERO);
        for column in &self.columns {
            block.line(&column.title, LABEL, Edge::Right(column.right), Length::ZERO);
        }
        let y = block.height + Length::points(3);
        block.rule(LEFT, WIDTH, y, Ink::Dark);
        block
    }

    pub(super) fn rows(&self) -> Vec<Row<'a>> {
        let lines = self.document.lines.iter().enumerate();
        lines.flat_map(|(position, line)| self.row(position, line)).collect()
    }

    /// The pieces of a row: the first has the figures, the last has the rule.
    fn row(&self, position: usize, line: &DocumentLine) -> Vec<Row<'a>> {
        let description = self.fonts.lines(&line.description, &TEXT, self.description);
        let mut pieces: Vec<&[String]> = description.chunks(PIECE).collect();
        if pieces.is_empty() {
            pieces.push(&[]);
        }
        let last = pieces.len().saturating_sub(1);
        let mut rows = Vec::new();
        for (number, piece) in pieces.into_iter().enumerate() {
            let mut block = Block::new(self.fonts);
            let top = if number == 0 { PADDING } else { Length::ZERO };
            if number == 0 {
                self.figures(&mut block, position, line);
            }
            let lines = piece.iter();
            let end = lines.fold(top, |y, text| block.line(text, TEXT, Edge::Left(LEFT), y));
            block.height = block.height.max(end);
            if number == last {
                let y = block.height + PADDING;
                block.rule(LEFT, WIDTH, y, Ink::Light);
            }
            let net_minor = if number == 0 { line.net_minor } else { 0 };
            rows.push(Row { block, net_minor });
        }
        rows
    }

    fn figures(&self, block: &mut Block<'a>, position: usize, line: &DocumentLine) {
        for column in &self.columns {
            let cell = column.cells.get(position).map_or("", String::as_str);
            let y = block.line(cell, TEXT, Edge::Right(column.right), PADDING);
            if self.per.is_none() && column.title == PRICE && line.per != 1 {
                block.line(&per_label(line.per), LABEL, Edge::Right(column.right), y);
            }
        }
    }

    /// The sum of the rows so far, at a turn of the sheet.
    pub(super) fn carried(&self, label: &str, net_minor: u64) -> Block<'a> {
        let mut block = Block::new(self.fonts);
        let sum = decimal(net_minor, exponent(self.document.currency));
        block.line(label, QUIET, Edge::Left(LEFT), PADDING);
        block.line(&sum, QUIET, Edge::Right(RIGHT), PADDING);
        let y = block.height + PADDING;
        block.rule(LEFT, WIDTH, y, Ink::Light);
        block
    }
}

/// The columns of figures with their titles, from left to right.
fn figures(document: &Document, per: Option<u64>) -> Vec<(String, Vec<String>)> {
    let exponent = exponent(document.currency);
    let column = |title: &str, cell: &dyn Fn(&DocumentLine) -> String| {
        (title.to_owned(), document.lines.iter().map(cell).collect::<Vec<_>>())
    };
    let price = match per {
        Some(per) if per != 1 => format!("Price {}", per_label(per)),
        _ => PRICE.to_owned(),
    };
    let net = if document.is_without_tax() { "Amount" } else { "Net" };
    let net = format!("{net} ({})", document.currency.code());
    let mut columns = vec![
        column("Quantity", &|line| grouped(line.quantity)),
        column(&price, &|line| decimal(line.price_minor, exponent)),
    ];
    if !document.is_without_tax() {
        columns.push(column("Tax", &|line| tax(&line.treatment)));
    }
    columns.push(column(&net, &|line| decimal(line.net_minor, exponent)));
    columns
}

fn tax(treatment: &Treatment) -> String {
    match treatment {
        Treatment::Rate(rate) => format!("{rate} %"),
        Treatment::Exempt(_) => "exempt".to_owned(),
        Treatment::ReverseCharge => "reverse charge".to_owned(),
    }
}

fn per_label(per: u64) -> String {
    format!("per {}", grouped(per))
}
