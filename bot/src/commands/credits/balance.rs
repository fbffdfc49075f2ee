//! `/balance`: both balances of a client.

use serde_json::json;
use shared::clients::types::BalanceOf;
use shared::credits::types::{Answer, Ask, Operation};
use shared::kernel::credit::{Kind, grouped, grouped_signed};
use shared::ledger::account::Status;

use crate::command::{Action, Command};
use crate::commands::params::CLIENT;
use crate::commands::permissions::mms;
use crate::json;
use crate::reply::Content;
use crate::reply::words::{fixed, name, not_active};
use crate::view::{Mark, Text, View};

/// Reads a balance.
pub const COMMANDS: &[Command] = &[Command {
    words: &["balance"],
    about: "Show a client’s SMS and MMS credits",
    example: "/balance acme",
    finds: &["credits", "credits left", "how many", "remaining", "left", "counter", "used"],
    params: &[CLIENT],
    action: Action::Ask {
        operation: Operation::Balance.spec(),
        call: |args| Ok(Ask::Balance { client: args.need("client")? }.into()),
    },
}];

/// The reply to `/balance`.
pub fn content(answer: &Answer) -> Option<Content> {
    let Answer::Balance { client, status, balances, mms_off, unpaid } = answer else { return None };
    let headline = Text::dotted([name(client), not_active(*status)]);
    let mut view = View::new(Mark::Answer, headline);
    for kind in Kind::ALL {
        view = view.line(figures(kind, *balances.get(kind)));
    }
    if *status == Status::Pending {
        // Nothing can be added before; a switch that is off can wait.
        view = view.suggest(format!("/client activate {}", client.id), "activates it");
    } else if let Some(off) = *mms_off {
        view = view.line(fixed(format!("MMS is off: {}", mms::off_reason(off))));
        view = view.suggest(mms::turn_on(off, client), "turns it on");
    }
    if let Some(unpaid) = unpaid.filter(|unpaid| unpaid.minor > 0) {
        view = view.line(fixed(format!("Unpaid: {unpaid}")));
    }
    let json = json!({
        "client": client.id.to_string(),
        "name": client.name,
        "login": client.login,
        "status": status.word(),
        "sms": json::figures(balances.sms),
        "mms": json::figures(balances.mms),
        "mms_off": json::mms_off(*mms_off),
        "unpaid_minor": json::minor(*unpaid), "currency": json::currency_of(*unpaid),
    });
    Some(Content::new("balance", view, json))
}

/// `MMS 620 · used 1,380 · held 20`, and the debt.
pub fn figures(kind: Kind, of: BalanceOf) -> Text {
    let part = |word: &str, number: i64| {
        if number == 0 { Text::new() } else { fixed(format!("{word} {}", grouped_signed(number))) }
    };
    let owed = if of.owed == 0 { Text::new() } else { fixed(format!("owes {}", grouped(of.owed))) };
    Text::dotted([
        Text::new().strong(format!("{kind} {}", grouped(of.spendable))),
        part("used", of.used),
        part("held", of.held),
        owed,
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_of_an_empty_balance_show_zero() {
        assert_eq!(figures(Kind::Mms, BalanceOf::default()).plain(), "MMS 0");
        let owing = BalanceOf { owed: 40, used: 3, ..BalanceOf::default() };
        assert_eq!(figures(Kind::Sms, owing).plain(), "SMS 0 · used 3 · owes 40");
    }
}
