//! The currencies that a desk may have: those in circulation, without funds, metals, test codes and
//! currencies that were replaced.

use iso_currency::{Currency, Flag};

/// A currency in circulation, by its ISO 4217 code in any letter case.
#[must_use]
pub fn in_circulation(code: &str) -> Option<Currency> {
    let currency = Currency::from_code(&code.trim().to_ascii_uppercase())?;
    // The bolívar kept this code in use after its last redenomination.
    let is_kept = currency == Currency::VES;
    let out = |flag: &Flag| match flag {
        Flag::Fund | Flag::Special => true,
        Flag::Superseded(_) => !is_kept,
    };
    (!currency.flags().iter().any(out)).then_some(currency)
}

/// The rough worth of a currency, as the power of ten that is nearest to the units for one US dollar: 1
/// for the euro, 100 for the yen, 10,000 for the đồng. It scales the limits of a new desk and nothing
/// else, so an old rate does no harm.
#[must_use]
pub fn units_per_dollar(currency: Currency) -> u64 {
    match currency.code() {
        "AED" | "BOB" | "BWP" | "CNY" | "CZK" | "DKK" | "ERN" | "GHS" | "GTQ" | "HKD" | "HNL"
        | "ILS" | "LSL" | "MAD" | "MDL" | "MOP" | "MVR" | "MXN" | "MYR" | "NAD" | "NOK" | "PEN"
        | "PGK" | "PLN" | "QAR" | "RON" | "SAR" | "SBD" | "SCR" | "SEK" | "SLE" | "STN" | "SZL"
        | "BRL" | "TJS" | "TTD" | "ZAR" | "ZMW" | "ZWG" => 10,
        "AFN" | "ALL" | "BDT" | "BTN" | "CVE" | "DJF" | "DOP" | "DZD" | "EGP" | "ETB" | "GMD"
        | "GYD" | "HTG" | "INR" | "ISK" | "JMD" | "JPY" | "KES" | "KGS" | "LKR" | "LRD" | "MKD"
        | "MRU" | "MUR" | "MZN" | "NIO" | "NPR" | "PHP" | "PKR" | "RSD" | "RUB" | "SRD" | "THB"
        | "TRY" | "TWD" | "UAH" | "UYU" | "VED" | "VES" | "VUV" | "XPF" | "YER" => 100,
        "AMD" | "AOA" | "ARS" | "BIF" | "CDF" | "CLP" | "CRC" | "HUF" | "IQD" | "KMF" | "KPW"
        | "KRW" | "KZT" | "MMK" | "MWK" | "NGN" | "RWF" | "SDG" | "SOS" | "TZS" | "XAF" | "XOF" => {
            1_000
        }
        "COP" | "GNF" | "IDR" | "KHR" | "LAK" | "MGA" | "MNT" | "PYG" | "SSP" | "SYP" | "UGX"
        | "UZS" | "VND" => 10_000,
        "IRR" | "LBP" => 100_000,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn funds_metals_test_codes_and_replaced_currencies_are_none() {
        for code in [
            "XTS", "XXX", "XAU", "XAG", "XDR", "XBA", "XUA", "XSU", "CHE", "CHW", "CLF", "BOV",
            "MXV", "USN", "UYI", "UYW", "COU", "HRK", "BGN", "CUC", "SLL", "ZWL", "ABC", "GB", "",
        ] {
            assert_eq!(in_circulation(code), None, "{code}");
        }
        for code in ["GBP", "gbp", " eur ", "JPY", "XOF", "XAF", "XCD", "XPF", "XCG", "VES"] {
            assert!(in_circulation(code).is_some(), "{code}");
        }
    }

    #[test]
    fn rough_worth_is_a_power_of_ten() {
        let units = [Currency::GBP, Currency::SEK, Currency::JPY, Currency::KRW, Currency::VND];
        assert_eq!(units.map(units_per_dollar), [1, 10, 100, 1_000, 10_000]);
        assert_eq!(units_per_dollar(Currency::LBP), 100_000);
        assert_eq!([Currency::KWD, Currency::AUD].map(units_per_dollar), [1, 1]);
    }
}
