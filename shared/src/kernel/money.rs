//! Money: integer minor units with an ISO 4217 currency.
//!
//! Arithmetic is checked, currencies never mix, and the two places that round say how:
//! a line's net is rounded half up here, and tax on the net total in `tax` (LEDGER §6).

use std::fmt;
use std::str::FromStr;

use iso_currency::Currency;
use serde::{Deserialize, Serialize};

use crate::kernel::credit::grouped;

/// The largest amount of money that one document may state, in minor units.
pub const MINOR_MAX: u64 = 9_007_199_254_740_991;

/// An amount in minor units of a currency (pence, cents, yen).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// The amount in minor units.
    pub minor: u64,
    /// The currency, by its ISO 4217 code.
    pub currency: Currency,
}

impl Money {
    /// The amount for other programs: a decimal point, no separators, no currency.
    #[must_use]
    pub fn plain(self) -> String {
        decimal(self.minor, exponent(self.currency)).replace(',', "")
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&signed(&decimal(self.minor, exponent(self.currency)), self.currency))
    }
}

impl Money {
    /// The price of one credit, if this is the price of 1,000: `£0.04`, `£0.035`.
    #[must_use]
    pub fn of_one_credit(self) -> String {
        let digits = exponent(self.currency);
        let number = decimal(self.minor, digits.saturating_add(3));
        let zeros = number.len().saturating_sub(number.trim_end_matches('0').len()).min(3);
        let kept = number.get(..number.len().saturating_sub(zeros)).unwrap_or(&number);
        signed(kept.trim_end_matches('.'), self.currency)
    }
}

/// A number with the sign of its currency, or with the code where several currencies share the sign.
fn signed(number: &str, currency: Currency) -> String {
    let symbol = currency.symbol().to_string();
    match symbol.as_str() {
        "£" | "€" => format!("{symbol}{number}"),
        _ => format!("{} {number}", currency.code()),
    }
}

/// A unit price of `price_minor` for `per`, a power of ten: `£12.3447`.
#[must_use]
pub fn price_text(price_minor: u64, per: u64, currency: Currency) -> String {
    let finer = per.checked_ilog10().unwrap_or(0);
    signed(&decimal(price_minor, exponent(currency).saturating_add(finer)), currency)
}

/// How many decimal digits a currency has (2 for most, 0 for the yen, 3 for the dinar).
#[must_use]
pub fn exponent(currency: Currency) -> u32 {
    u32::from(currency.exponent().unwrap_or(2))
}

/// Minor units written as a decimal number with thousands separators.
#[must_use]
pub fn decimal(minor: u64, exponent: u32) -> String {
    let unit = 10_u64.checked_pow(exponent).unwrap_or(1).max(1);
    let whole = grouped(minor.checked_div(unit).unwrap_or(0));
    if exponent == 0 {
        return whole;
    }
    let rest = minor.checked_rem(unit).unwrap_or(0);
    format!("{whole}.{rest:0width$}", width = usize::try_from(exponent).unwrap_or(2))
}

/// Signs and words of money, with the currencies that they may stand for.
const SIGNS: &[(&[&str], &[&str])] = &[
    (&["£", "pound", "pounds", "quid", "sterling"], &["GBP"]),
    (&["€", "euro", "euros"], &["EUR"]),
    (&["$", "dollar", "dollars", "bucks"], &["USD", "AUD", "CAD", "NZD", "SGD", "HKD"]),
    (&["¥", "yen"], &["JPY", "CNY"]),
    (&["₹", "rupee", "rupees"], &["INR"]),
];

/// The currencies of a sign or word; none if it is no money.
fn currencies(sign: &str) -> Vec<Currency> {
    let sign = sign.to_lowercase();
    let known = SIGNS.iter().find(|(signs, _)| signs.contains(&sign.as_str()));
    let codes = known.map(|(_, codes)| codes.to_vec()).unwrap_or_default();
    let own = Currency::from_code(&sign.to_uppercase());
    codes.into_iter().filter_map(Currency::from_code).chain(own).collect()
}

/// An amount of money as its sign, its number and the word behind it: `£50`, `50 pounds`, `GBP 50`.
#[must_use]
pub fn parts(text: &str) -> (&str, &str, &str) {
    let text = text.trim();
    let is_digit = |c: char| c.is_ascii_digit();
    let (Some(start), Some(last)) = (text.find(is_digit), text.rfind(is_digit)) else {
        return ("", text, "");
    };
    let (sign, rest) = text.split_at_checked(start).unwrap_or(("", text));
    let end = last.saturating_sub(start).saturating_add(1);
    let (number, word) = rest.split_at_checked(end).unwrap_or((rest, ""));
    let (sign, word) = (sign.trim(), word.trim());
    let is_money = |sign: &str| sign.is_empty() || !currencies(sign).is_empty();
    if is_money(sign) && is_money(word) { (sign, number, word) } else { ("", text, "") }
}

/// Reads a decimal amount into minor units. It may have a sign or word of the currency.
///
/// # Errors
/// A sentence when it is no number, is in another currency, has more decimals than the currency, or is too
/// large.
pub fn parse_minor(text: &str, currency: Currency) -> Result<u64, String> {
    scaled(number_in(text, currency)?, exponent(currency), currency)
}

/// The most decimals that a unit price has beyond those of its currency.
const FINER_MAX: u32 = 4;

/// Reads a unit price, which may have up to four decimals more than its currency: minor units, and for how
/// many they are. `12.3447` pounds are 123,447 pence for 100.
///
/// # Errors
/// As [`parse_minor`].
pub fn parse_price(text: &str, currency: Currency) -> Result<(u64, u64), String> {
    let number = number_in(text, currency)?;
    // Zeros at the end make no price finer; a point without decimals stays wrong.
    let short = match number.split_once('.') {
        Some((whole, rest)) if !rest.is_empty() => match rest.trim_end_matches('0') {
            "" => whole.to_owned(),
            rest => format!("{whole}.{rest}"),
        },
        Some(_) | None => number.to_owned(),
    };
    let decimals = short.split_once('.').map_or(0, |(_, rest)| rest.len());
    let decimals = u32::try_from(decimals).unwrap_or(u32::MAX);
    let finer = decimals.saturating_sub(exponent(currency));
    if finer > FINER_MAX {
        let most = exponent(currency).saturating_add(FINER_MAX);
        return Err(format!("“{text}” has more decimals than a price may have ({most})."));
    }
    let minor = scaled(&short, exponent(currency).saturating_add(finer), currency)?;
    Ok((minor, 10_u64.saturating_pow(finer)))
}

/// The number of an amount of money, without the sign or word of its currency.
fn number_in(text: &str, currency: Currency) -> Result<&str, String> {
    let (sign, number, word) = parts(text);
    let is_its = |sign: &str| sign.is_empty() || currencies(sign).contains(&currency);
    if !is_its(sign) || !is_its(word) {
        return Err(format!("“{text}” is not in {}, the desk’s currency.", currency.code()));
    }
    Ok(number)
}

/// A decimal number in units of its last decimal.
fn scaled(text: &str, decimals: u32, currency: Currency) -> Result<u64, String> {
    let digits = usize::try_from(decimals).unwrap_or(2);
    let (typed, rest) = match text.split_once('.') {
        // A point promises decimals.
        Some((_, "")) => ("", ""),
        Some(parts) => parts,
        None => (text, ""),
    };
    // Separators stand before three digits each: `50,00` could be fifty or five thousand.
    let mut groups = typed.split([',', '_']);
    let first = groups.next().unwrap_or_default();
    let separated = typed.len() > first.len();
    let grouped = groups.all(|group| group.len() == 3) && (!separated || first.len() <= 3);
    let whole: String = typed.chars().filter(|c| *c != ',' && *c != '_').collect();
    let digits_only = whole.bytes().chain(rest.bytes()).all(|b| b.is_ascii_digit());
    if first.is_empty() || !grouped || !digits_only {
        return Err(format!("“{text}” is not an amount of money."));
    }
    if rest.len() > digits {
        return Err(format!("“{text}” has more decimals than {} has ({digits}).", currency.code()));
    }
    let padded = format!("{whole}{rest:0<digits$}");
    match u64::from_str(&padded) {
        Ok(minor) if minor <= MINOR_MAX => Ok(minor),
        Ok(_) | Err(_) => Err(format!("“{text}” is more money than the desk can count.")),
    }
}

/// The net of a line: quantity × price / per, where the price is for `per`, rounded half up.
/// `None` past [`MINOR_MAX`], or where the price is for none.
#[must_use]
pub fn line_net(quantity: u64, price_minor: u64, per: u64) -> Option<u64> {
    let exact = u128::from(quantity).checked_mul(u128::from(price_minor))?;
    let half = u128::from(per).checked_div(2)?;
    bounded(exact.checked_add(half)?.checked_div(u128::from(per))?)
}

/// floor(amount × part / whole), in 128 bits; all of it when the whole is nothing.
#[must_use]
pub fn share(amount: u64, part: u64, whole: u64) -> u64 {
    u128::from(amount)
        .checked_mul(u128::from(part))
        .and_then(|product| product.checked_div(u128::from(whole)))
        .and_then(|minor| u64::try_from(minor).ok())
        .unwrap_or(amount)
}

/// A sum, if it is not past [`MINOR_MAX`].
#[must_use]
pub fn bounded(minor: u128) -> Option<u64> {
    u64::try_from(minor).ok().filter(|minor| *minor <= MINOR_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn price_of_one_credit_keeps_the_digits_of_the_price_of_1000() {
        let one = |minor, code: &str| {
            Money { minor, currency: Currency::from_code(code).unwrap() }.of_one_credit()
        };
        assert_eq!(one(4_000, "GBP"), "£0.04");
        assert_eq!(one(3_500, "GBP"), "£0.035");
        assert_eq!(one(5, "GBP"), "£0.00005");
        assert_eq!(one(500_000, "GBP"), "£5.00");
        assert_eq!(one(7_000, "JPY"), "JPY 7");
        assert_eq!(one(2_500, "KWD"), "KWD 0.0025");
    }

    #[test]
    fn plain_amount_has_a_point_and_no_separators() {
        let plain = |minor, currency| Money { minor, currency }.plain();
        assert_eq!(plain(123_456_705, Currency::GBP), "1234567.05");
        assert_eq!(plain(4_800, Currency::JPY), "4800");
        assert_eq!(plain(4_800, Currency::KWD), "4.800");
    }

    #[test]
    fn money_reads_as_people_write_it() {
        let pounds = |minor| Money { minor, currency: Currency::GBP }.to_string();
        assert_eq!(pounds(2_500), "£25.00");
        assert_eq!(pounds(123_456_789), "£1,234,567.89");
        assert_eq!(Money { minor: 500, currency: Currency::JPY }.to_string(), "JPY 500");
        assert_eq!(Money { minor: 500, currency: Currency::USD }.to_string(), "USD 5.00");
    }

    #[test]
    fn amounts_keep_to_the_decimals_of_their_currency() {
        assert_eq!(parse_minor("50.00", Currency::GBP), Ok(5_000));
        assert_eq!(parse_minor("50", Currency::GBP), Ok(5_000));
        assert_eq!(parse_minor("1,250.5", Currency::GBP), Ok(125_050));
        assert_eq!(parse_minor("50", Currency::JPY), Ok(50));
        for wrong in [
            "50.001",
            "50,00",
            "1,2,3",
            "0,05",
            "5.",
            "1234,567",
            "-5",
            "5e3",
            "",
            ".5",
            "٥",
            "99999999999999999999",
        ] {
            assert!(parse_minor(wrong, Currency::GBP).is_err(), "{wrong}");
        }
    }

    #[test]
    fn line_net_is_rounded_half_up() {
        assert_eq!(line_net(500, 5_000, 1_000), Some(2_500));
        assert_eq!(line_net(1, 499, 1_000), Some(0));
        assert_eq!(line_net(1, 500, 1_000), Some(1));
        assert_eq!(line_net(u64::MAX, u64::MAX, 1_000), None);
        assert_eq!(line_net(85, 123_447, 100), Some(104_930));
        assert_eq!((line_net(3, 250, 1), line_net(3, 250, 0)), (Some(750), None));
    }

    #[test]
    fn unit_price_keeps_four_decimals_beyond_its_currency() {
        assert_eq!(parse_price("12.3447", Currency::GBP), Ok((123_447, 100)));
        assert_eq!(parse_price("£2.5", Currency::GBP), Ok((250, 1)));
        assert_eq!(parse_price("2.500000", Currency::GBP), Ok((250, 1)));
        assert_eq!(parse_price("0.000001", Currency::GBP), Ok((1, 10_000)));
        assert_eq!(price_text(123_447, 100, Currency::GBP), "£12.3447");
        assert_eq!(price_text(15, 10, Currency::JPY), "JPY 1.5");
        assert_eq!(parse_price("1.5", Currency::JPY), Ok((15, 10)));
        assert_eq!(parse_price("1,250", Currency::KWD), Ok((1_250_000, 1)));
        for wrong in ["0.0000001", "5.", "1,25", "-1", "x", "€5"] {
            assert!(parse_price(wrong, Currency::GBP).is_err(), "{wrong}");
        }
    }

    #[test]
    fn amount_without_separators_may_have_any_number_of_digits() {
        assert_eq!(parse_minor("1234567.89", Currency::GBP), Ok(123_456_789));
        assert_eq!(parse_minor("1_234_567", Currency::GBP), Ok(123_456_700));
        assert_eq!(parse_minor("0.05", Currency::GBP), Ok(5));
        for wrong in ["1_2", "1,234_5", ",123", "1234_567", "5.x", "x", "x.5"] {
            assert!(parse_minor(wrong, Currency::GBP).is_err(), "{wrong}");
        }
    }

    #[test]
    fn decimals_end_with_those_of_the_currency() {
        assert_eq!(decimal(1_234_567, 3), "1,234.567");
        assert_eq!([Currency::JPY, Currency::GBP, Currency::KWD].map(exponent), [0, 2, 3]);
        assert_eq!(parse_minor("1.234", Currency::KWD), Ok(1_234));
        assert!(parse_minor("1.2", Currency::JPY).is_err());
    }

    #[test]
    fn money_stops_at_the_largest_exact_number() {
        assert_eq!(parse_minor("90071992547409.91", Currency::GBP), Ok(MINOR_MAX));
        assert!(parse_minor("90071992547409.92", Currency::GBP).is_err());
        assert_eq!(line_net(1_000, MINOR_MAX, 1_000), Some(MINOR_MAX));
        assert_eq!(line_net(1_000, MINOR_MAX + 1, 1_000), None);
    }

    #[test]
    fn amount_reads_with_a_sign_or_word_of_its_currency() {
        for typed in ["£50", "50 pounds", "50 GBP", "GBP 50", "50gbp", "£ 50.00", "50 Pounds"] {
            assert_eq!(parse_minor(typed, Currency::GBP), Ok(5_000), "{typed}");
        }
        for wrong in ["€50", "50 dollars", "50 packs", "50p", "£-50", "$50", "EUR 50"] {
            assert!(parse_minor(wrong, Currency::GBP).is_err(), "{wrong}");
        }
        assert_eq!(parse_minor("$5", Currency::AUD), Ok(500));
    }

    #[test]
    fn euro_reads_with_its_sign() {
        assert_eq!(Money { minor: 5, currency: Currency::EUR }.to_string(), "€0.05");
    }

    #[test]
    fn a_share_is_rounded_down_and_whole_when_the_whole_is_nothing() {
        assert_eq!(share(100, 1, 3), 33);
        assert_eq!(share(u64::MAX, u64::MAX, u64::MAX), u64::MAX);
        assert_eq!(share(7, 1, 0), 7);
    }
}
