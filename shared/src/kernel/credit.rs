//! Credits: whole numbers of two kinds, never money, never fractions.
//!
//! A request is a [`Count`] (1 to 100,000,000). Running totals are `i64` and stay within
//! ±(2^53 − 1), so that every language that reads them reads them exactly (LEDGER §1).
//! There is no `Sub` on purpose: whoever takes credits away says what happens below zero.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The largest number of credits that one operation may ask for.
pub const COUNT_MAX: u64 = 100_000_000;

/// The largest running total, in either direction: 2^53 − 1.
pub const TOTAL_MAX: i64 = 9_007_199_254_740_991;

/// What a credit buys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// One part of a text message.
    Sms,
    /// One multimedia message, sent or received.
    Mms,
}

impl Kind {
    /// Both kinds, in the order in which people see them.
    pub const ALL: [Kind; 2] = [Kind::Sms, Kind::Mms];

    /// The word that people type: `sms` or `mms`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Kind::Sms => "sms",
            Kind::Mms => "mms",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Sms => "SMS",
            Kind::Mms => "MMS",
        })
    }
}

/// A value for each kind of credits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct PerKind<T> {
    pub sms: T,
    pub mms: T,
}

impl<T> PerKind<T> {
    /// The value of one kind.
    pub fn get(&self, kind: Kind) -> &T {
        match kind {
            Kind::Sms => &self.sms,
            Kind::Mms => &self.mms,
        }
    }

    /// The value of one kind, to be changed.
    pub fn get_mut(&mut self, kind: Kind) -> &mut T {
        match kind {
            Kind::Sms => &mut self.sms,
            Kind::Mms => &mut self.mms,
        }
    }
}

impl<T> PerKind<T> {
    /// The value of each kind, turned into another.
    pub fn map<U>(&self, mut turn: impl FnMut(Kind, &T) -> U) -> PerKind<U> {
        PerKind { sms: turn(Kind::Sms, &self.sms), mms: turn(Kind::Mms, &self.mms) }
    }
}

impl<T: Default> PerKind<T> {
    /// `value` for one kind, the default for the other.
    pub fn only(kind: Kind, value: T) -> Self {
        let mut both = Self::default();
        *both.get_mut(kind) = value;
        both
    }
}

impl PerKind<u64> {
    /// Whether there are no credits of any kind.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        *self == Self::default()
    }
}

/// A number of credits as a change of a total, which it always fits.
#[must_use]
pub fn signed(credits: u64) -> i64 {
    i64::try_from(credits).unwrap_or(i64::MAX)
}

/// Credits by kind: `500 MMS credits`, `7 SMS credits and 500 MMS credits`.
#[must_use]
pub fn in_words(credits: &PerKind<u64>) -> String {
    let some = Kind::ALL.into_iter().filter(|kind| *credits.get(*kind) > 0);
    let word = |number| if number == 1 { "credit" } else { "credits" };
    let each = some.map(|kind| (kind, *credits.get(kind)));
    let words: Vec<String> =
        each.map(|(kind, number)| format!("{} {kind} {}", grouped(number), word(number))).collect();
    words.join(" and ")
}

/// The verb behind credits in words: `1 SMS credit was`, `2 SMS credits were`.
#[must_use]
pub fn were(credits: &PerKind<u64>) -> &'static str {
    if credits.sms.saturating_add(credits.mms) == 1 { "was" } else { "were" }
}

/// How many credits one operation asks for: 1 to [`COUNT_MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u64", into = "u64")]
pub struct Count(u64);

impl Count {
    /// Takes a number of credits.
    ///
    /// # Errors
    /// A sentence when it is zero or above [`COUNT_MAX`].
    pub fn try_new(credits: u64) -> Result<Self, String> {
        match credits {
            0 => Err("0 credits change nothing: the amount starts at 1.".to_owned()),
            1..=COUNT_MAX => Ok(Self(credits)),
            _ => Err(format!(
                "{} is more than one operation may change: at most {} credits.",
                grouped(credits),
                grouped(COUNT_MAX)
            )),
        }
    }

    /// The number.
    #[must_use]
    pub fn get(self) -> u64 {
        self.0
    }

    /// The number as a change of a total, which it always fits.
    #[must_use]
    pub fn signed(self) -> i64 {
        i64::try_from(self.0).unwrap_or(TOTAL_MAX)
    }
}

impl TryFrom<u64> for Count {
    type Error = String;
    fn try_from(credits: u64) -> Result<Self, String> {
        Self::try_new(credits)
    }
}

impl From<Count> for u64 {
    fn from(count: Count) -> u64 {
        count.0
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&grouped(self.0))
    }
}

/// The running totals of one kind on one account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Totals {
    /// Credits ever given, less what was taken back.
    #[serde(rename = "g")]
    pub granted: i64,
    /// Credits ever used by messages, less refunds of messages.
    #[serde(rename = "u")]
    pub used: i64,
    /// Credits held for sends that are under way.
    #[serde(rename = "h")]
    pub held: i64,
}

impl Totals {
    /// granted − used.
    #[must_use]
    pub fn balance(self) -> i64 {
        self.granted.saturating_sub(self.used)
    }

    /// What may be deducted, moved or undone: `max(0, balance − held)`.
    #[must_use]
    pub fn spendable(self) -> u64 {
        u64::try_from(self.balance().saturating_sub(self.held)).unwrap_or(0)
    }

    /// What is owed: `max(0, held − balance)`.
    #[must_use]
    pub fn owed(self) -> u64 {
        u64::try_from(self.held.saturating_sub(self.balance())).unwrap_or(0)
    }

    /// The totals after `granted` moved by `change`, or `None` past [`TOTAL_MAX`].
    #[must_use]
    pub fn granted_by(self, change: i64) -> Option<Totals> {
        let granted = self.granted.checked_add(change)?;
        (granted.unsigned_abs() <= TOTAL_MAX.unsigned_abs()).then_some(Totals { granted, ..self })
    }
}

/// A number with thousands separators: `1,234,567`.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len().saturating_add(8));
    for (position, digit) in digits.chars().enumerate() {
        let rest = digits.len().saturating_sub(position);
        if position > 0 && rest.is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A signed number with thousands separators and a true minus sign: `−1,234`.
#[must_use]
pub fn grouped_signed(number: i64) -> String {
    let magnitude = grouped(number.unsigned_abs());
    if number < 0 { format!("−{magnitude}") } else { magnitude }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_is_between_one_and_a_hundred_million() {
        let nothing = "0 credits change nothing: the amount starts at 1.";
        assert_eq!(Count::try_new(0), Err(nothing.to_owned()));
        assert_eq!(Count::try_new(1).unwrap().get(), 1);
        assert_eq!(Count::try_new(COUNT_MAX).unwrap().get(), COUNT_MAX);
        assert!(Count::try_new(COUNT_MAX + 1).is_err());
        assert!(serde_json::from_str::<Count>("0").is_err(), "the wire is checked as well");
    }

    #[test]
    fn spendable_and_owed_are_never_both_above_zero() {
        for granted in -3..4 {
            for used in 0..4 {
                for held in 0..4 {
                    let totals = Totals { granted, used, held };
                    assert!(totals.spendable() == 0 || totals.owed() == 0);
                    let free = granted - used - held;
                    assert_eq!(totals.spendable() as i64 - totals.owed() as i64, free);
                }
            }
        }
    }

    #[test]
    fn a_total_stops_at_the_largest_exact_number() {
        let full = Totals { granted: TOTAL_MAX, ..Totals::default() };
        assert_eq!(full.granted_by(1), None);
        assert_eq!(full.granted_by(-1).unwrap().granted, TOTAL_MAX - 1);
    }

    #[test]
    fn numbers_are_grouped_by_thousands() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_000), "1,000");
        assert_eq!(grouped(12_345_678), "12,345,678");
        assert_eq!(grouped_signed(-1_500), "−1,500");
    }

    #[test]
    fn kinds_read_in_lower_case_where_typed_and_in_capitals_where_shown() {
        assert_eq!(Kind::ALL.map(Kind::word), ["sms", "mms"]);
        assert_eq!(Kind::ALL.map(|kind| kind.to_string()), ["SMS", "MMS"]);
    }

    #[test]
    fn count_reads_with_separators_and_is_stored_as_a_number() {
        let count = Count::try_new(12_345).unwrap();
        assert_eq!((count.to_string(), count.signed()), ("12,345".to_owned(), 12_345));
        assert_eq!(serde_json::to_value(count).unwrap(), 12_345);
        assert_eq!(serde_json::from_str::<Count>("12345").unwrap(), count);
    }

    #[test]
    fn value_of_one_kind_leaves_the_other_alone() {
        let mut both = PerKind::only(Kind::Mms, 5);
        assert_eq!(both, PerKind { sms: 0, mms: 5 });
        *both.get_mut(Kind::Sms) = 3;
        assert_eq!((both.get(Kind::Sms), both.get(Kind::Mms)), (&3, &5));
        assert_eq!(both.map(|kind, value| (kind, value * 2)).mms, (Kind::Mms, 10));
    }

    #[test]
    fn totals_keep_used_and_held_when_credits_are_granted() {
        let before = Totals { granted: 10, used: 4, held: 2 };
        assert_eq!((before.balance(), before.spendable(), before.owed()), (6, 4, 0));
        let after = before.granted_by(-7).unwrap();
        assert_eq!(after, Totals { granted: 3, used: 4, held: 2 });
        assert_eq!((after.balance(), after.spendable(), after.owed()), (-1, 0, 3));
    }

    #[test]
    fn total_reaches_the_smallest_exact_number_and_stops_there() {
        let empty = Totals { granted: 1 - TOTAL_MAX, ..Totals::default() };
        assert_eq!(empty.granted_by(-1).unwrap().granted, -TOTAL_MAX);
        assert_eq!(empty.granted_by(-2), None);
        assert_eq!(empty.granted_by(i64::MIN), None);
    }

    #[test]
    fn only_a_number_below_zero_has_a_sign() {
        assert_eq!([-1, 0, 1].map(grouped_signed), ["−1", "0", "1"]);
    }
}
