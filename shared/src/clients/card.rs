//! A client in a line: what tells similar clients apart, in lists, finds and pick lists.

use jiff::Timestamp;

use crate::clients::phone::last_four;
use crate::clients::types::{BalanceOf, Client, ClientCard};
use crate::kernel::credit::PerKind;
use crate::kernel::id::Named;
use crate::ledger::account::Account;

/// The figures of both kinds.
#[must_use]
pub fn balance_of(account: &Account) -> PerKind<BalanceOf> {
    account.totals.map(|_, totals| BalanceOf {
        spendable: totals.spendable(),
        used: totals.used,
        held: totals.held,
        owed: totals.owed(),
    })
}

/// A telephone number with its middle hidden: `+44•••••0123`. One that is masked stays as it is.
#[must_use]
pub fn masked_phone(phone: &str) -> String {
    if phone.contains('•') {
        return phone.to_owned();
    }
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let count = digits.chars().count();
    if count < 7 {
        return "•".repeat(count);
    }
    let plus = if phone.starts_with('+') { "+" } else { "" };
    let head: String = digits.chars().take(2).collect();
    format!("{plus}{head}•••••{}", last_four(&digits))
}

/// A client with everything that tells similar clients apart.
#[must_use]
pub fn card(client: &Client, account: &Account) -> ClientCard {
    let last = account.recent.last();
    ClientCard {
        client: Named::from(client),
        class: client.class,
        status: account.status,
        town: client.town.clone(),
        parent: client.parent(),
        mobile_end: client.mobile.as_deref().map(last_four),
        balances: balance_of(account),
        unpaid_minor: account.unpaid_minor,
        last_change: last.and_then(|row| Timestamp::from_second(row.at_s).ok()),
    }
}
