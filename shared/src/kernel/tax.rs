//! The rate of a tax, exact to five decimals of a per cent.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::kernel::money::{bounded, decimal};

/// The parts of a whole: a rate is counted in parts per 10^7.
const WHOLE: u32 = 10_000_000;

/// The decimals of a rate in per cent.
const DECIMALS: usize = 5;

/// A tax rate from 0 to 100 %, in parts per 10^7 (2,000,000 is 20 %).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(try_from = "u32", into = "u32")]
pub struct TaxRate(u32);

impl TaxRate {
    pub const ZERO: Self = Self(0);

    /// A whole number of per cent; 100 for more.
    #[must_use]
    pub fn per_cent(number: u32) -> Self {
        Self(number.saturating_mul(100_000).min(WHOLE))
    }

    /// The tax on a net amount, rounded half up (LEDGER §6); `None` past the largest amount.
    #[must_use]
    pub fn on(self, net_minor: u64) -> Option<u64> {
        let exact = u128::from(net_minor).checked_mul(u128::from(self.0))?;
        bounded(exact.checked_add(u128::from(WHOLE / 2))?.checked_div(u128::from(WHOLE))?)
    }
}

impl TryFrom<u32> for TaxRate {
    type Error = &'static str;

    fn try_from(parts: u32) -> Result<Self, Self::Error> {
        if parts > WHOLE { Err("a tax rate is at most 100 %") } else { Ok(Self(parts)) }
    }
}

impl From<TaxRate> for u32 {
    fn from(rate: TaxRate) -> Self {
        rate.0
    }
}

/// In per cent, without the sign and without trailing zeros: `20`, `9.975`.
impl fmt::Display for TaxRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let exact = decimal(u64::from(self.0), 5);
        f.write_str(exact.trim_end_matches('0').trim_end_matches('.'))
    }
}

/// A number of per cent such as `20` or `9.975`, without the sign.
impl FromStr for TaxRate {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let malformed = "a tax rate is a number from 0 to 100 with at most five decimals";
        let (whole, part) = match text.split_once('.') {
            // A point promises decimals.
            Some((_, "")) => return Err(malformed),
            Some(parts) => parts,
            None => (text, ""),
        };
        let is_decimal = !whole.is_empty()
            && part.len() <= DECIMALS
            && whole.bytes().chain(part.bytes()).all(|b| b.is_ascii_digit());
        let parts = format!("{whole}{part:0<DECIMALS$}").parse::<u32>().ok();
        parts.filter(|_| is_decimal).and_then(|parts| Self::try_from(parts).ok()).ok_or(malformed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::money::MINOR_MAX;

    fn rate(text: &str) -> TaxRate {
        text.parse().unwrap()
    }

    #[test]
    fn rate_keeps_five_decimals_and_refuses_six() {
        for (typed, parts) in
            [("20", 2_000_000), ("9.975", 997_500), ("0.00001", 1), ("100", WHOLE), ("0", 0)]
        {
            assert_eq!(u32::from(rate(typed)), parts, "{typed}");
            assert_eq!(rate(typed).to_string(), typed);
        }
        for wrong in
            ["", ".", ".5", "5.", "-1", "100.00001", "101", "1.234567", "1e1", "two", "9,975", "٥"]
        {
            assert!(wrong.parse::<TaxRate>().is_err(), "{wrong}");
        }
        assert!(TaxRate::try_from(WHOLE + 1).is_err());
        assert_eq!(TaxRate::per_cent(20), rate("20"));
    }

    #[test]
    fn tax_is_rounded_half_up_once() {
        assert_eq!(rate("20").on(2_500), Some(500));
        assert_eq!(rate("20").on(3), Some(1));
        assert_eq!(rate("20").on(2), Some(0));
        // 9.975 % of 200.00 is 19.95.
        assert_eq!(rate("9.975").on(20_000), Some(1_995));
        assert_eq!(rate("0.00001").on(4_999_999), Some(0));
        assert_eq!(rate("0.00001").on(5_000_000), Some(1));
        assert_eq!(rate("100").on(MINOR_MAX), Some(MINOR_MAX));
        assert_eq!(TaxRate::ZERO.on(MINOR_MAX), Some(0));
        assert_eq!(rate("100").on(MINOR_MAX + 1), None);
    }
}
