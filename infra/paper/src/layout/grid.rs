//! The measures of the sheet and the looks of its texts.

use crate::font::{Cut, Ink, Lettering};
use crate::length::{Area, Length};

/// A4.
pub(crate) const SHEET: Area = Area {
    x: Length::ZERO,
    y: Length::ZERO,
    width: Length::thousandths(595_276),
    height: Length::thousandths(841_890),
};

/// The margins: 20 mm at the sides.
pub(super) const LEFT: Length = Length::thousandths(56_693);
pub(super) const RIGHT: Length = Length::thousandths(538_583);
pub(super) const WIDTH: Length = Length::thousandths(481_890);
pub(super) const TOP: Length = Length::points(50);

/// Where blocks end, and where the foot begins.
pub(super) const BOTTOM: Length = Length::points(768);
pub(super) const FOOT: Length = Length::points(784);

pub(super) const TITLE: Lettering = Lettering::new(Cut::Regular, 24_000, Ink::Dark);
pub(super) const NAME: Lettering = Lettering::new(Cut::Bold, 13_000, Ink::Dark);
pub(super) const AMOUNT: Lettering = Lettering::new(Cut::Bold, 16_000, Ink::Dark);
pub(super) const TEXT: Lettering = Lettering::new(Cut::Regular, 9_000, Ink::Dark);
pub(super) const STRONG: Lettering = Lettering::new(Cut::Bold, 9_000, Ink::Dark);
pub(super) const QUIET: Lettering = Lettering::new(Cut::Regular, 9_000, Ink::Grey);
pub(super) const LABEL: Lettering = Lettering::new(Cut::Regular, 8_000, Ink::Grey);
