//! Lengths on paper, in thousandths of a point, and areas.
//!
//! Invariant: the arithmetic of lengths is exact and saturates, so a layout is the same on every
//! machine. Only `pdf` turns a length into a floating-point number.

use std::iter::Sum;
use std::ops::{Add, AddAssign, Mul, Sub};

/// A length or a position, in thousandths of a point (1/72 inch).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Length(i32);

impl Length {
    pub const ZERO: Self = Self(0);

    /// A whole number of points.
    #[must_use]
    pub const fn points(points: i32) -> Self {
        Self(points.saturating_mul(1_000))
    }

    #[must_use]
    pub const fn thousandths(thousandths: i32) -> Self {
        Self(thousandths)
    }

    #[must_use]
    pub const fn in_thousandths(self) -> i32 {
        self.0
    }

    /// This length × `part` / `whole`, rounded up in size.
    #[must_use]
    pub fn share(self, part: i64, whole: i64) -> Self {
        let exact = i64::from(self.0).saturating_mul(part);
        let rounded = exact.saturating_add(whole.saturating_sub(1)).checked_div_euclid(whole);
        Self(rounded.and_then(|length| i32::try_from(length).ok()).unwrap_or(i32::MAX))
    }
}

impl Add for Length {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Length {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Length {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Mul<i32> for Length {
    type Output = Self;
    fn mul(self, times: i32) -> Self {
        Self(self.0.saturating_mul(times))
    }
}

impl Sum for Length {
    fn sum<I: Iterator<Item = Self>>(lengths: I) -> Self {
        lengths.fold(Self::ZERO, |sum, length| sum + length)
    }
}

/// A rectangle on a sheet. The vertical axis points down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Area {
    pub x: Length,
    pub y: Length,
    pub width: Length,
    pub height: Length,
}

impl Area {
    #[must_use]
    pub fn right(&self) -> Length {
        self.x + self.width
    }

    #[must_use]
    pub fn bottom(&self) -> Length {
        self.y + self.height
    }

    /// Whether two areas share more than an edge.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.x < other.right()
            && other.x < self.right()
            && self.y < other.bottom()
            && other.y < self.bottom()
    }

    #[must_use]
    pub fn contains(&self, other: &Self) -> bool {
        self.x <= other.x
            && self.y <= other.y
            && other.right() <= self.right()
            && other.bottom() <= self.bottom()
    }

    #[must_use]
    pub fn lowered(self, by: Length) -> Self {
        Self { y: self.y + by, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(x: i32, y: i32, width: i32, height: i32) -> Area {
        let [x, y, width, height] = [x, y, width, height].map(Length::points);
        Area { x, y, width, height }
    }

    #[test]
    fn areas_that_share_an_edge_do_not_overlap() {
        assert!(!area(0, 0, 10, 10).overlaps(&area(10, 0, 5, 10)));
        assert!(!area(0, 0, 10, 10).overlaps(&area(0, 10, 10, 1)));
        assert!(area(0, 0, 10, 10).overlaps(&area(9, 9, 5, 5)));
    }

    #[test]
    fn share_is_rounded_up() {
        assert_eq!(Length::points(9).share(572, 1_000), Length::thousandths(5_148));
        assert_eq!(Length::thousandths(1).share(1, 2), Length::thousandths(1));
        assert_eq!(Length::points(9).share(-10, 1_000), Length::thousandths(-90));
    }
}
