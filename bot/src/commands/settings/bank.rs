//! `/settings bank set|confirm|cancel|show`: the bank account on invoices.

use serde_json::json;
use shared::kernel::bank::Iban;
use shared::settings::types::{Ask, Bank, Operation, TypedAccount};

use crate::command::{Action, Command, ParamKind, ParamSpec, Usage};
use crate::reply::Content;
use crate::reply::words::fixed;
use crate::view::{Mark, Text, View};

const FINDS: &[&str] = &["iban", "account number", "sort code", "bic", "bank details"];

/// Shows and changes the bank account.
pub const COMMANDS: &[Command] = &[
    Command {
        words: &["settings", "bank", "set"],
        about: "Set the bank details on invoices; a change needs a second confirmation after 24 hours",
        example: "/settings bank set Northern Messaging Ltd iban:\"GB33 BUKB 2020 1555 5555 55\" bic:BUKBGB22",
        finds: FINDS,
        params: &[
            ParamSpec::required("holder", ParamKind::Text, "The name of the account"),
            ParamSpec::named("iban", ParamKind::Text, "The IBAN"),
            ParamSpec::named("bic", ParamKind::Word, "The BIC"),
            ParamSpec::named(
                "details",
                ParamKind::Text,
                "For an account without IBAN: \"Sort code 20-00-00, Account 12345678\"",
            ),
        ],
        action: Action::Ask {
            operation: Operation::BankSet.spec(),
            call: |args| {
                let typed = TypedAccount {
                    holder: args.need("holder")?,
                    iban: args.text("iban").unwrap_or_default(),
                    bic: args.text("bic").unwrap_or_default(),
                    details: args.text("details").unwrap_or_default(),
                };
                Ok(Ask::BankSet { account: divided(typed)? }.into())
            },
        },
    },
    Command {
        words: &["settings", "bank", "confirm"],
        about: "Confirm new bank details a day after they were set, as another owner",
        example: "/settings bank confirm",
        finds: FINDS,
        params: &[],
        action: Action::Ask {
            operation: Operation::BankConfirm.spec(),
            call: |_| Ok(Ask::BankConfirm {}.into()),
        },
    },
    Command {
        words: &["settings", "bank", "cancel"],
        about: "Drop new bank details that wait for their confirmation",
        example: "/settings bank cancel",
        finds: FINDS,
        params: &[],
        action: Action::Ask {
            operation: Operation::BankCancel.spec(),
            call: |_| Ok(Ask::BankCancel {}.into()),
        },
    },
    Command {
        words: &["settings", "bank", "show"],
        about: "Show the bank details on invoices, and those that wait",
        example: "/settings bank show",
        finds: FINDS,
        params: &[],
        action: Action::Ask {
            operation: Operation::BankShow.spec(),
            call: |_| Ok(Ask::BankShow {}.into()),
        },
    },
];

/// The account with an IBAN and a BIC that stand behind the holder without their names. An IBAN is certain by
/// its check digits; what only looks like one is a slip.
fn divided(typed: TypedAccount) -> Result<TypedAccount, Usage> {
    if !typed.iban.is_empty() {
        return Ok(typed);
    }
    let words: Vec<&str> = typed.holder.split_whitespace().collect();
    let Some(begin) = words.iter().position(|word| begins_an_iban(word)) else { return Ok(typed) };
    let (holder, rest) = words.split_at_checked(begin).unwrap_or((&words, &[]));
    let ends = (1..=rest.len()).rev();
    let iban = ends.into_iter().find(|end| joined(rest, *end).parse::<Iban>().is_ok());
    let Some(end) = iban else {
        let sentence = format!("“{}” is not an IBAN: its check digits do not fit.", rest.join(" "));
        return Err(Usage::new("bad_value", sentence));
    };
    let behind = rest.get(end..).unwrap_or_default();
    let bic = if typed.bic.is_empty() { behind.join(" ") } else { typed.bic.clone() };
    Ok(TypedAccount { holder: holder.join(" "), iban: joined(rest, end), bic, ..typed })
}

fn joined(words: &[&str], end: usize) -> String {
    words.get(..end).unwrap_or_default().concat()
}

/// A country and two check digits, and perhaps more.
fn begins_an_iban(word: &str) -> bool {
    let mut characters = word.chars();
    let is_country = characters.by_ref().take(2).filter(char::is_ascii_alphabetic).count() == 2;
    let is_checked = characters.by_ref().take(2).filter(char::is_ascii_digit).count() == 2;
    is_country && is_checked && word.chars().all(|c| c.is_ascii_alphanumeric())
}

/// The reply to `/settings bank show`.
pub fn content(bank: &Bank) -> Content {
    let view = match &bank.account {
        Some(account) => View::new(Mark::Answer, fixed("Bank details on invoices"))
            .line(Text::new().input(account.to_string())),
        None => View::new(Mark::Answer, fixed("No bank details are set; invoices show none"))
            .suggest("/settings bank set <name> iban:<IBAN>", "sets them"),
    };
    let view = match &bank.next {
        Some(next) => view
            .line(fixed("Waiting since ").time(next.at).fixed(": ").input(next.account.to_string()))
            .suggest("/settings bank confirm", "another owner confirms them, a day after")
            .suggest("/settings bank cancel", "drops them"),
        None => view,
    };
    Content::new("bank", view, json!({ "account": bank.account, "next": bank.next }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(holder: &str) -> Result<(String, String, String), Usage> {
        let (iban, bic, details) = (String::new(), String::new(), String::new());
        let typed = TypedAccount { holder: holder.to_owned(), iban, bic, details };
        divided(typed).map(|typed| (typed.holder, typed.iban, typed.bic))
    }

    #[test]
    fn iban_and_bic_behind_the_holder_are_read_in_any_spacing() {
        let read = |holder: &str, iban: &str, bic: &str| {
            Ok((holder.to_owned(), iban.to_owned(), bic.to_owned()))
        };
        let iban = "DE89370400440532013000";
        assert_eq!(typed("Nord GmbH DE89370400440532013000"), read("Nord GmbH", iban, ""));
        assert_eq!(
            typed("Nord GmbH DE89 3704 0044 0532 0130 00 COBADEFFXXX"),
            read("Nord GmbH", iban, "COBADEFFXXX")
        );
        assert_eq!(typed("Nord GmbH"), read("Nord GmbH", "", ""));
        assert!(typed("Nord GmbH DE89 3704 0044 0532 0130 01").is_err());
    }
}
