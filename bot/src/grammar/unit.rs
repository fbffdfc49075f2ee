//! Units behind a number: `2 k`, `3 thousand`, `2 lakh`. Which number they mean, and the units of money
//! and shares, which no number of credits has.
//!
//! Only `k` and `m` written at the number itself are read as factors ([`super::amount`]); every other
//! unit makes the desk ask, with the numbers that may be meant.

use shared::kernel::credit::grouped;

use super::amount::choices_of;
use crate::command::Usage;

/// Units and the factors that each may stand for.
const UNITS: &[(&[&str], &[u64])] = &[
    (&["dozen", "dozens", "doz", "dz"], &[12]),
    (&["hundred", "hundreds", "hundert", "百", "백"], &[100]),
    (
        &[
            "k",
            "t",
            "thousand",
            "thousands",
            "thou",
            "thsd",
            "tsd",
            "tausend",
            "grand",
            "mille",
            "mila",
            "kilo",
            "tys",
            "тыс",
            "тысяч",
            "ribu",
            "हज़ार",
            "हजार",
            "千",
            "천",
        ],
        &[1_000],
    ),
    (&["mil"], &[1_000, 1_000_000]),
    (&["万", "萬", "만"], &[10_000]),
    (&["lakh", "lakhs", "lac", "lacs", "लाख"], &[100_000]),
    (
        &[
            "m",
            "mn",
            "mill",
            "mln",
            "mio",
            "million",
            "millions",
            "millionen",
            "millón",
            "milhão",
            "milioni",
            "milyon",
            "juta",
            "млн",
        ],
        &[1_000_000],
    ),
    (&["crore", "crores", "करोड़"], &[10_000_000]),
    (&["億", "亿", "억"], &[100_000_000]),
    (&["b", "bn", "billion", "billions", "mrd"], &[1_000_000_000]),
];

/// Units of money and of shares.
const FOREIGN: &[&str] = &[
    "%", "percent", "pct", "£", "€", "$", "¥", "₹", "pound", "pounds", "quid", "pence", "euro",
    "euros", "dollar", "dollars", "cents", "rupee", "rupees", "yen", "gbp", "eur", "usd", "inr",
    "jpy", "chf", "aud", "cad",
];

/// Units of which each may hold any number of credits.
const PACKS: &[&str] = &[
    "pack", "packs", "packet", "packets", "package", "packages", "bundle", "bundles", "box",
    "boxes", "block", "blocks", "batches", "lots", "cartons", "cases", "sets", "unit", "units",
    "piece", "pieces", "pcs", "items", "rolls", "books", "bags", "sheets", "pairs", "times",
];

/// A word this long may have one slip and still be the unit.
const LONG: usize = 7;

fn bare(word: &str) -> String {
    let word = word.to_lowercase();
    word.trim_matches(|c: char| !c.is_alphanumeric()).to_owned()
}

/// The factors that a word may stand for behind a number; none if it is no unit.
#[must_use]
pub fn factors(word: &str) -> &'static [u64] {
    let word = bare(word);
    if word.is_empty() {
        return &[];
    }
    let known = |is_unit: &dyn Fn(&str) -> bool| {
        UNITS.iter().find(|(units, _)| units.iter().any(|unit| is_unit(unit)))
    };
    let is_near =
        |unit: &str| unit.chars().count() >= LONG && strsim::damerau_levenshtein(unit, &word) <= 1;
    let unit = known(&|unit| unit == word).or_else(|| known(&is_near));
    unit.map_or(&[], |(_, factors)| factors)
}

/// Whether a word is a unit that credits do not have: `£`, `pounds`, `%`, `packs`.
#[must_use]
pub fn is_foreign(word: &str) -> bool {
    let word = word.to_lowercase();
    let plain = bare(&word);
    FOREIGN.iter().chain(PACKS).any(|unit| *unit == word || *unit == plain)
}

/// The numbers that a number with units behind it may mean: first those with the units, then those without.
#[must_use]
pub fn meanings(number: &str, units: &[&str]) -> Vec<u64> {
    let mut products = vec![1_u64];
    for unit in units {
        let times = |product: &u64| {
            let product = *product;
            factors(unit).iter().filter_map(move |factor| product.checked_mul(*factor))
        };
        products = products.iter().flat_map(times).collect();
    }
    let mut meanings: Vec<u64> = choices_of(number, &products);
    let without = choices_of(number, &[1]).into_iter().filter(|one| !meanings.contains(one));
    let without: Vec<u64> = without.collect();
    meanings.extend(without);
    meanings
}

/// A number has a unit behind it, and is not guessed at.
#[must_use]
pub fn unclear(number: &str, units: &[&str]) -> Usage {
    let typed = format!("{number} {}", units.join(" "));
    Usage::new("unclear_amount", question(&typed, &meanings(number, units)))
}

/// `“2 k” is unclear: 2,000 or 2?`
#[must_use]
pub fn question(typed: &str, meanings: &[u64]) -> String {
    let numbers: Vec<String> = meanings.iter().map(|number| grouped(*number)).collect();
    match numbers.split_last() {
        None => format!("“{typed}” is unclear: write the number of credits in digits."),
        Some((one, [])) => format!("“{typed}” is unclear: {one}?"),
        Some((last, before)) => {
            format!("“{typed}” is unclear: {} or {last}?", before.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_with_a_unit_has_several_meanings() {
        assert_eq!(meanings("2", &["k"]), [2_000, 2]);
        assert_eq!(meanings("3", &["Thousand,"]), [3_000, 3]);
        assert_eq!(meanings("2", &["thousnad"]), [2_000, 2]);
        assert_eq!(meanings("2", &["hundred", "thousand"]), [200_000, 2]);
        assert_eq!(meanings("2.5", &["k"]), [2_500]);
        assert_eq!(meanings("1,5", &["million"]), [1_500_000, 15_000_000, 15, 1_500]);
        assert_eq!(meanings("2", &["crore"]), [20_000_000, 2]);
        assert_eq!(meanings("2", &["billion"]), [2]);
    }

    #[test]
    fn word_that_is_no_unit_has_no_factor() {
        for word in ["monthly", "kg", "", "-", "for", "thanks", "credits"] {
            assert!(factors(word).is_empty(), "{word}");
        }
        assert!(
            is_foreign("pounds")
                && is_foreign("£")
                && is_foreign("(EUR)")
                && !is_foreign("poundstretcher")
        );
    }
}
