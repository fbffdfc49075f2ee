//! `/invoice create`: an invoice for anything owed.

use jiff::civil::Date;
use shared::invoices::types::{Ask, Operation, TypedDue};
use shared::kernel::tax::TaxRate;

use crate::command::{Action, Args, Command, ParamKind, ParamSpec, Usage};
use crate::commands::params::CLIENT;

/// Makes an invoice.
pub const COMMANDS: &[Command] = &[Command {
    words: &["invoice", "create"],
    about: "Invoice a client for anything but credits",
    example: "/invoice create acme SIM cards 10 2.50",
    finds: &["bill", "new invoice", "make invoice", "charge", "create invoice", "owe"],
    params: &[
        CLIENT,
        ParamSpec::required(
            "items",
            ParamKind::Items,
            "Text, quantity and unit price; several lines as \"text\" 10 2.50 \"text\" 1 40 5%",
        ),
        ParamSpec::named("tax", ParamKind::Word, "The rate of its tax: 5%").shown("percent"),
        ParamSpec::named("due", ParamKind::Word, "Days from now, or the day: 30, 2026-11-30")
            .shown("days"),
    ],
    action: Action::Ask {
        operation: Operation::InvoiceCreate.spec(),
        call: |args| {
            let client = args.client("client")?;
            let items = args.need_behind("client", "items")?;
            Ok(Ask::InvoiceCreate { client, items, tax: tax(args)?, due: due(args)? }.into())
        },
    },
}];

fn tax(args: &Args) -> Result<Option<TaxRate>, Usage> {
    let Some(text) = args.text("tax") else { return Ok(None) };
    let number = text.trim_end_matches('%').trim();
    let wrong = |why| Usage::new("bad_value", format!("“{text}” is not a tax: {why}."));
    number.parse().map(Some).map_err(wrong)
}

fn due(args: &Args) -> Result<Option<TypedDue>, Usage> {
    let Some(text) = args.text("due") else { return Ok(None) };
    let days = text.parse().ok().map(TypedDue::Days);
    let date = || text.parse::<Date>().ok().map(TypedDue::On);
    let wrong = || {
        let sentence =
            format!("“{text}” is neither a number of days nor a day such as 2026-11-30.");
        Usage::new("bad_value", sentence)
    };
    days.or_else(date).map(Some).ok_or_else(wrong)
}
