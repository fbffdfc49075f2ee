//! Sheets and the blocks that fill them: placed texts, rules and pictures, not yet PDF.
//!
//! Invariant: the area of a text holds its ink, so areas that do not overlap are texts that do not touch. At its
//! sides a letter may hang over by a fifth of its size, which is less than any gap. The tests compare the
//! areas of generated documents.

use crate::font::{Fonts, Ink, Lettering};
use crate::length::{Area, Length};

/// The thickness of a rule.
const RULE: Length = Length::thousandths(500);

/// A thing on a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Item {
    Text { area: Area, text: String, lettering: Lettering },
    Rule { area: Area, ink: Ink },
    Logo(Area),
    Code(Area),
}

impl Item {
    pub(crate) fn area_mut(&mut self) -> &mut Area {
        match self {
            Item::Text { area, .. }
            | Item::Rule { area, .. }
            | Item::Logo(area)
            | Item::Code(area) => area,
        }
    }
}

/// One page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Sheet {
    pub items: Vec<Item>,
}

/// The edge at which a text is aligned.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Edge {
    Left(Length),
    Right(Length),
}

/// Things that stay together, placed from the block's own top.
pub(crate) struct Block<'a> {
    fonts: &'a Fonts,
    pub items: Vec<Item>,
    pub height: Length,
}

impl<'a> Block<'a> {
    pub(crate) fn new(fonts: &'a Fonts) -> Self {
        Self { fonts, items: Vec::new(), height: Length::ZERO }
    }

    /// Adds a thing; the block becomes as high as it needs.
    pub(crate) fn push(&mut self, mut item: Item) {
        self.height = self.height.max(item.area_mut().bottom());
        self.items.push(item);
    }

    /// Adds one line of text, with its top at `y`. Returns the top of the next line.
    pub(crate) fn line(
        &mut self,
        text: &str,
        lettering: Lettering,
        edge: Edge,
        y: Length,
    ) -> Length {
        let width = self.fonts.width(text, &lettering);
        let x = match edge {
            Edge::Left(x) => x,
            Edge::Right(right) => right - width,
        };
        let area = Area { x, y, width, height: lettering.height() };
        if !text.is_empty() {
            self.push(Item::Text { area, text: text.to_owned(), lettering });
        }
        y + lettering.leading()
    }

    /// Adds a text in as many lines as it needs. Returns the top of the next line.
    pub(crate) fn paragraph(
        &mut self,
        text: &str,
        lettering: Lettering,
        edge: Edge,
        y: Length,
        width: Length,
    ) -> Length {
        let lines = self.fonts.lines(text, &lettering, width);
        lines.iter().fold(y, |y, line| self.line(line, lettering, edge, y))
    }

    /// Adds a horizontal rule. Returns its lower edge.
    pub(crate) fn rule(&mut self, x: Length, width: Length, y: Length, ink: Ink) -> Length {
        let area = Area { x, y, width, height: RULE };
        self.push(Item::Rule { area, ink });
        area.bottom()
    }
}
