//! The journal as a beancount file. Texts that people wrote stand in quoted strings of one line.

use std::fmt::Write;

use jiff::ToSpan;
use shared::kernel::letter::one_line;
use shared::kernel::money::exponent;

use super::journal::{Commodity, Journal, Transaction};

/// The whole file.
pub(super) fn text(journal: &Journal) -> String {
    let mut out = String::from("option \"title\" \"creditdesk\"\n");
    let opened = journal.from.saturating_sub(1.day());
    for account in journal.accounts() {
        line(&mut out, format_args!("{opened} open {account}"));
    }
    for transaction in &journal.transactions {
        out.push('\n');
        write_transaction(&mut out, transaction);
    }
    out.push('\n');
    let after = journal.until.saturating_add(1.day());
    for one in &journal.assertions {
        let amount = amount(one.amount, one.commodity);
        let code = one.commodity.code();
        line(&mut out, format_args!("{after} balance {} {amount} {code}", one.account));
    }
    out
}

fn write_transaction(out: &mut String, transaction: &Transaction) {
    let Transaction { date, payee, text, link, postings } = transaction;
    let link = if link.is_empty() { String::new() } else { format!(" ^{link}") };
    line(out, format_args!("{date} * {} {}{link}", quoted(payee), quoted(text)));
    for posting in postings {
        let amount = amount(posting.amount, posting.commodity);
        line(out, format_args!("  {} {amount} {}", posting.account, posting.commodity.code()));
    }
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing into a text does not fail.
    let _ = writeln!(out, "{text}");
}

/// A signed amount with its decimals.
pub(super) fn amount(amount: i128, commodity: Commodity) -> String {
    let digits = match commodity {
        Commodity::Credits(_) => 0,
        Commodity::Money(currency) => exponent(currency),
    };
    let width = usize::try_from(digits).unwrap_or(0);
    let unit = 10_u128.checked_pow(digits).unwrap_or(1).max(1);
    let sign = if amount < 0 { "-" } else { "" };
    let minor = amount.unsigned_abs();
    let whole = minor.checked_div(unit).unwrap_or(0);
    let rest = minor.checked_rem(unit).unwrap_or(0);
    if width == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{rest:0width$}") }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", one_line(text).replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use iso_currency::Currency;
    use shared::kernel::credit::Kind;

    use super::*;

    #[test]
    fn amounts_have_the_decimals_of_their_commodity_and_one_sign() {
        assert_eq!(amount(-5, Commodity::Money(Currency::GBP)), "-0.05");
        assert_eq!(amount(123_456, Commodity::Money(Currency::KWD)), "123.456");
        assert_eq!(amount(-4_800, Commodity::Money(Currency::JPY)), "-4800");
        assert_eq!(amount(500, Commodity::Credits(Kind::Sms)), "500");
    }

    #[test]
    fn text_that_people_wrote_stays_one_quoted_string() {
        assert_eq!(quoted("a \"b\" \\\n2026-01-01 close"), "\"a \\\"b\\\" \\\\ 2026-01-01 close\"");
    }
}
