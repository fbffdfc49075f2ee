//! Amounts in a provider's minor units, as minor units of ISO 4217.
//!
//! Most are the same. Stripe writes some currencies without decimals that have two by ISO, and two
//! decimals for currencies that have none; Paystack writes hundredths of every currency.

use iso_currency::Currency;
use shared::kernel::actor::Provider;
use shared::kernel::money::{MINOR_MAX, exponent};

/// How many decimals a provider's amounts in a currency have.
fn decimals(provider: Provider, currency: Currency) -> u32 {
    match (provider, currency) {
        (Provider::Paystack, _) => 2,
        // Two decimals, of which Stripe says that they are always zero.
        (Provider::Stripe, Currency::ISK | Currency::UGX) => 2,
        // Stripe's currencies without decimals.
        (
            Provider::Stripe,
            Currency::BIF
            | Currency::CLP
            | Currency::DJF
            | Currency::GNF
            | Currency::JPY
            | Currency::KMF
            | Currency::KRW
            | Currency::MGA
            | Currency::PYG
            | Currency::RWF
            | Currency::VND
            | Currency::VUV
            | Currency::XAF
            | Currency::XOF
            | Currency::XPF,
        ) => 0,
        (Provider::Stripe, Currency::BHD | Currency::JOD | Currency::KWD | Currency::OMR) => 3,
        (Provider::Stripe, Currency::TND) => 3,
        (Provider::Stripe, _) => 2,
        (Provider::Billing, _) => exponent(currency),
    }
}

/// A provider's amount in minor units of ISO 4217; `None` if it has a part of a minor unit, or is more than
/// the desk can count.
#[must_use]
pub fn to_iso(provider: Provider, amount: u64, currency: Currency) -> Option<u64> {
    let (from, to) = (decimals(provider, currency), exponent(currency));
    let unit = 10_u64.checked_pow(from.abs_diff(to))?;
    let minor = if from > to {
        (amount.checked_rem(unit)? == 0).then(|| amount.checked_div(unit)).flatten()?
    } else {
        amount.checked_mul(unit)?
    };
    (minor <= MINOR_MAX).then_some(minor)
}

/// An amount in minor units of ISO 4217 as a provider writes it; `None` if it cannot.
#[must_use]
pub fn from_iso(provider: Provider, minor: u64, currency: Currency) -> Option<u64> {
    let (from, to) = (exponent(currency), decimals(provider, currency));
    let unit = 10_u64.checked_pow(from.abs_diff(to))?;
    if from > to {
        (minor.checked_rem(unit)? == 0).then(|| minor.checked_div(unit)).flatten()
    } else {
        minor.checked_mul(unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_of_providers_are_read_in_their_own_minor_units() {
        let cases = [
            (Provider::Stripe, 4_800, Currency::JPY, Some(4_800)),
            (Provider::Stripe, 4_800, Currency::GBP, Some(4_800)),
            (Provider::Stripe, 4_800, Currency::KWD, Some(4_800)),
            (Provider::Stripe, 4_800, Currency::ISK, Some(48)),
            (Provider::Stripe, 4_800, Currency::UGX, Some(48)),
            (Provider::Stripe, 4_850, Currency::UGX, None),
            (Provider::Stripe, 4_800, Currency::MGA, Some(480_000)),
            (Provider::Stripe, 4_800, Currency::XOF, Some(4_800)),
            (Provider::Stripe, 4_800, Currency::HUF, Some(4_800)),
            (Provider::Paystack, 4_800, Currency::NGN, Some(4_800)),
            (Provider::Paystack, 4_800, Currency::XOF, Some(48)),
            (Provider::Paystack, 4_850, Currency::XOF, None),
            (Provider::Billing, 4_800, Currency::ISK, Some(4_800)),
            (Provider::Billing, 4_800, Currency::KWD, Some(4_800)),
            (Provider::Billing, MINOR_MAX, Currency::GBP, Some(MINOR_MAX)),
            (Provider::Billing, MINOR_MAX + 1, Currency::GBP, None),
            (Provider::Stripe, u64::MAX, Currency::MGA, None),
        ];
        for (provider, amount, currency, minor) in cases {
            assert_eq!(to_iso(provider, amount, currency), minor, "{provider:?} {currency:?}");
        }
    }

    #[test]
    fn amount_that_a_provider_can_write_is_read_back() {
        for provider in [Provider::Stripe, Provider::Paystack, Provider::Billing] {
            for currency in [Currency::GBP, Currency::JPY, Currency::ISK, Currency::XOF] {
                let amount = from_iso(provider, 4_800, currency).unwrap();
                assert_eq!(to_iso(provider, amount, currency), Some(4_800));
            }
        }
        assert_eq!(from_iso(Provider::Stripe, 1, Currency::MGA), None);
        assert_eq!(from_iso(Provider::Paystack, 4_800, Currency::KWD), Some(480));
    }

    /// Stripe's and ISO's decimals differ for these alone, so that no amount is a hundred times too large.
    #[test]
    fn decimals_of_stripe_differ_from_iso_where_the_table_says_so() {
        let all = ["GBP", "EUR", "USD", "HUF", "TWD", "CLP", "KRW", "VND", "XAF", "XPF", "TND"];
        for code in all {
            let currency = Currency::from_code(code).unwrap();
            assert_eq!(decimals(Provider::Stripe, currency), exponent(currency), "{code}");
        }
        for code in ["ISK", "UGX", "MGA"] {
            let currency = Currency::from_code(code).unwrap();
            assert_ne!(decimals(Provider::Stripe, currency), exponent(currency), "{code}");
        }
    }
}
