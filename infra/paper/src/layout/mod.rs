//! The layout of a document on A4: the blocks from top to bottom, and their flow over sheets.
//!
//! ```text
//! first sheet   logo or seller's name        title
//!               seller, buyer, particulars
//!               the amount and its date
//!               table                          ← later sheets begin with a running head,
//!               totals                            the table's head and the sum so far
//!               bank details, payment code
//!               reasons for no tax, note
//! each sheet    seller, page n of m
//! ```
//!
//! Invariant: a block stays whole, and the totals never stand without a line of the table above them.

pub(crate) mod grid;
mod head;
mod payment;
mod table;
mod totals;

use crate::document::Document;
use crate::font::{Fonts, Ink};
use crate::layout::grid::{BOTTOM, FOOT, LABEL, LEFT, QUIET, RIGHT, STRONG, TOP, WIDTH};
use crate::layout::table::Table;
use crate::length::Length;
use crate::sheet::{Block, Edge, Sheet};

/// The sheets of a checked document.
pub(crate) fn sheets(document: &Document, fonts: &Fonts) -> Vec<Sheet> {
    let mut flow = Flow { document, fonts, sheets: Vec::new(), sheet: Sheet::default(), y: TOP };
    flow.place(head::block(document, fonts));
    flow.table(&Table::new(document, fonts), totals::block(document, fonts));
    for block in payment::blocks(document, fonts) {
        if !flow.has_room(block.height) {
            flow.turn();
        }
        flow.place(block);
    }
    flow.finish()
}

/// The sheets so far, and the position on the current one.
struct Flow<'a> {
    document: &'a Document,
    fonts: &'a Fonts,
    sheets: Vec<Sheet>,
    sheet: Sheet,
    y: Length,
}

impl<'a> Flow<'a> {
    fn has_room(&self, height: Length) -> bool {
        self.y + height <= BOTTOM
    }

    fn place(&mut self, block: Block<'a>) {
        self.sheet.items.extend(block.items.into_iter().map(|mut item| {
            let area = item.area_mut();
            *area = area.lowered(self.y);
            item
        }));
        self.y += block.height;
    }

    /// Begins a sheet with a running head.
    fn turn(&mut self) {
        self.sheets.push(std::mem::take(&mut self.sheet));
        self.y = TOP;
        let mut head = Block::new(self.fonts);
        let heading = self.document.heading();
        let gap = Length::points(24);
        let rest = WIDTH - self.fonts.width(&heading, &STRONG) - gap;
        let seller = self.fonts.cut_to(&self.document.seller.name, &QUIET, rest);
        head.line(&heading, STRONG, Edge::Left(LEFT), Length::ZERO);
        head.line(&seller, QUIET, Edge::Right(RIGHT), Length::ZERO);
        head.height += Length::points(18);
        self.place(head);
    }

    /// Places the lines and the totals below them.
    fn table(&mut self, table: &Table<'a>, totals: Block<'a>) {
        let rows = table.rows();
        let last = rows.len().saturating_sub(1);
        let mut carried_minor = 0_u64;
        for (position, row) in rows.into_iter().enumerate() {
            let carried = table.carried("Carried forward", carried_minor);
            let below = if position == last { totals.height } else { carried.height };
            if position == 0 {
                if !self.has_room(table.head().height + row.block.height + below) {
                    self.turn();
                }
                self.place(table.head());
            } else if !self.has_room(row.block.height + below) {
                self.place(carried);
                self.turn();
                self.place(table.head());
                self.place(table.carried("Brought forward", carried_minor));
            }
            carried_minor = carried_minor.saturating_add(row.net_minor);
            self.place(row.block);
        }
        self.place(totals);
    }

    /// All sheets, each with its foot.
    fn finish(mut self) -> Vec<Sheet> {
        self.sheets.push(std::mem::take(&mut self.sheet));
        let count = self.sheets.len();
        let mut sheets = std::mem::take(&mut self.sheets);
        for (number, sheet) in (1_usize..).zip(&mut sheets) {
            self.sheet = std::mem::take(sheet);
            self.y = FOOT;
            self.place(self.foot(&format!("Page {number} of {count}")));
            *sheet = std::mem::take(&mut self.sheet);
        }
        sheets
    }

    fn foot(&self, page: &str) -> Block<'a> {
        let mut foot = Block::new(self.fonts);
        let seller = &self.document.seller;
        let text = match seller.tax_number.as_str() {
            "" => seller.name.clone(),
            number => format!("{} · Tax number {number}", seller.name),
        };
        let rest = WIDTH - self.fonts.width(page, &LABEL) - Length::points(24);
        let top = foot.rule(LEFT, WIDTH, Length::ZERO, Ink::Light) + Length::points(5);
        foot.line(&self.fonts.cut_to(&text, &LABEL, rest), LABEL, Edge::Left(LEFT), top);
        foot.line(page, LABEL, Edge::Right(RIGHT), top);
        foot
    }
}
