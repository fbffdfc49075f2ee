//! `/payment unmatched`: the payments that wait for a person.

use serde_json::json;
use shared::payments::types::{Ask, Operation, PaymentCard};

use super::{reason, view};
use crate::command::{Action, Command};
use crate::reply::words::{counted, fixed, name};
use crate::reply::{Content, Context, ROWS_MAX};
use crate::view::{Column, Mark, Table, Text, View, Weight, day};

/// Lists payments.
pub const COMMANDS: &[Command] = &[Command {
    words: &["payment", "unmatched"],
    about: "List payments that wait for a person, with the next step",
    example: "/payment unmatched",
    finds: &["waiting payments", "unapplied", "unknown payments", "money credit", "inbox"],
    params: &[],
    action: Action::Ask {
        operation: Operation::PaymentUnmatched.spec(),
        call: |_| Ok(Ask::PaymentUnmatched.into()),
    },
}];

/// The reply to `/payment unmatched`.
pub fn content(cards: &[PaymentCard], total: u64, context: &Context<'_>) -> Content {
    let rows = context.rows(ROWS_MAX);
    let headline = match total {
        0 => fixed("No payment waits"),
        total => {
            fixed(format!("{} for a person", counted(total, "payment waits", "payments wait")))
        }
    };
    let mut view = View::new(Mark::Answer, headline);
    if let Some(first) = cards.first() {
        let reference = view::quoted(&first.payment.reference);
        view = view
            .table(table(cards, rows))
            .suggest_as(
                ("First payment", Weight::Plain),
                format!("/payment view {reference}"),
                "shows the first",
            )
            .suggest(
                format!("/payment match {reference} <invoices or client>"),
                "says what it pays",
            );
    }
    let shown = u64::try_from(rows).unwrap_or(u64::MAX);
    if total > shown {
        view = view.line(fixed(format!("The oldest {shown} are shown.")));
    }
    let json = json!({
        "total": total,
        "payments": cards.iter().map(view::json).collect::<Vec<_>>(),
    });
    Content::new("payments", view, json)
}

fn table(cards: &[PaymentCard], rows: usize) -> Table {
    let row = |card: &PaymentCard| {
        let payment = &card.payment;
        let on = card.line.as_ref().map(|line| day(line.on)).unwrap_or_default();
        let text = card.line.as_ref().map(|line| line.text.clone()).unwrap_or_default();
        vec![
            Text::new().input(payment.reference.clone()),
            fixed(view::money(payment, payment.unapplied()).to_string()),
            card.client.as_ref().map(name).unwrap_or_default(),
            Text::new().fixed(on),
            Text::new().input(text),
            fixed(card.waits.map(reason).unwrap_or_default()),
        ]
    };
    Table {
        columns: vec![
            Column::words("payment"),
            Column { right: true, ..Column::words("free") },
            Column::words("client"),
            Column::detail("booked"),
            Column::detail("text"),
            Column::detail("why"),
        ],
        rows: cards.iter().take(rows).map(row).collect(),
    }
}
