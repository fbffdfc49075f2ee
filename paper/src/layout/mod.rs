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

mod head;
mod payment;
mod table;
mod totals;

use crate::document::Document;
use crate::font::{Cut, Fonts, Ink, Lettering};
use crate::length::{Area, Length};
use crate::sheet::{Block, Edge, Sheet};
use table::Table;

pub(crate) use totals::money;

/// A4.
pub(crate) const SHEET: Area = Area {
    x: Length::ZERO,
    y: Length::ZERO,
    width: Length::thousandths(595_276),
    height: Length::thousandths(841_890),
};

/// The margins: 20 mm at the sides.
const LEFT: Length = Length::thousandths(56_693);
const RIGHT: Length = Length::thousandths(538_583);
const WIDTH: Length = Length::thousandths(481_890);
const TOP: Length = Length::points(50);

/// Where blocks end, and where the foot begins.
const BOTTOM: Length = Length::points(768);
const FOOT: Length = Length::points(784);

const TITLE: Lettering = Lettering::new(Cut::Regular, 24_000, Ink::Dark);
const NAME: Lettering = Lettering::new(Cut::Bold, 13_000, Ink::Dark);
const AMOUNT: Lettering = Lettering::new(Cut::Bold, 16_000, Ink::Dark);
const TEXT: Lettering = Lettering::new(Cut::Regular, 9_000, Ink::Dark);
const STRONG: Lettering = Lettering::new(Cut::Bold, 9_000, Ink::Dark);
const QUIET: Lettering = Lettering::new(Cut::Regular, 9_000, Ink::Grey);
const LABEL: Lettering = Lettering::new(Cut::Regular, 8_000, Ink::Grey);

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
        let mut totals = Some(totals);
        let mut carried_minor = 0_u64;
        for (position, row) in rows.into_iter().enumerate() {
            let below = match &totals {
                Some(totals) if position == last => totals.height,
                _ => table.carried(carried_minor, "").height,
            };
            if position == 0 {
                if !self.has_room(table.head().height + row.block.height + below) {
                    self.turn();
                }
                self.place(table.head());
            } else if !self.has_room(row.block.height + below) {
                self.place(table.carried(carried_minor, "Carried forward"));
                self.turn();
                self.place(table.head());
                self.place(table.carried(carried_minor, "Brought forward"));
            }
            carried_minor = carried_minor.saturating_add(row.net_minor);
            self.place(row.block);
        }
        totals.take().into_iter().for_each(|totals| self.place(totals));
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
