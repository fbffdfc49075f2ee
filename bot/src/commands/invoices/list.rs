//! `/invoice list`: a client’s invoices, newest first; without a client, what is due of all clients
//! ([`super::owing`]).

use jiff::civil::Date;
use serde_json::json;
use shared::contract;
use shared::invoices::types::{Answer, Ask, Invoice, InvoiceState, Operation};
use shared::kernel::id::Named;

use crate::command::{Action, Command, ParamKind, ParamSpec, Usage};
use crate::commands::params::CLIENT;
use crate::json;
use crate::reply::words::{due, fixed, name};
use crate::reply::{Content, Context, OLDER, ROWS_MAX};
use crate::view::{Column, Mark, Table, Text, View};

const STATES: &[(&str, &str)] = &[
    ("open", "Something is due"),
    ("partly_paid", "Something was paid, something is due"),
    ("paid", "Nothing is due"),
    ("void", "Taken back before it was paid"),
    ("partly_refunded", "A part of the money and of the credits went back"),
    ("refunded", "Taken back after it was paid"),
];

/// Lists invoices.
pub const COMMANDS: &[Command] = &[Command {
    words: &["invoice", "list"],
    about: "List a client’s invoices, or all that is due",
    example: "/invoice list acme open",
    finds: &["invoices", "unpaid", "bills", "owing", "due", "overdue", "paid", "debt"],
    params: &[
        ParamSpec::optional("client", ParamKind::Client, CLIENT.about),
        ParamSpec::optional("state", ParamKind::Choice(STATES), "Only in this state"),
        ParamSpec::named("csv", ParamKind::Flag, "All that is due as a file"),
        ParamSpec::by_button("before", ParamKind::Invoice, "Only those before this one"),
        ParamSpec::by_button("skip", ParamKind::Number, "How many come before the page"),
    ],
    action: Action::Ask {
        operation: Operation::InvoiceList.spec(),
        call: |args| {
            let (client, skip) = (args.text("client"), args.number("skip").unwrap_or(0));
            if args.flag("csv") && client.is_some() {
                return Err(Usage::clash("Only the list of all clients is a file: leave out csv."));
            }
            let state = args.text("state").and_then(|word| match word.as_str() {
                "open" => Some(InvoiceState::Open),
                "partly_paid" => Some(InvoiceState::PartlyPaid),
                "paid" => Some(InvoiceState::Paid),
                "void" => Some(InvoiceState::Void),
                "partly_refunded" => Some(InvoiceState::PartlyRefunded),
                "refunded" => Some(InvoiceState::Refunded),
                _ => None,
            });
            let before = args.invoice("before");
            Ok(Ask::InvoiceList { client, state, before, skip }.into())
        },
    },
}];

/// The reply to `/invoice list`.
pub fn content(answer: &Answer, context: &Context<'_>) -> Option<Content> {
    let Answer::List { client, invoices, unpaid, today } = answer else { return None };
    let headline = match unpaid.filter(|unpaid| unpaid.minor > 0) {
        Some(unpaid) => name(client).fixed(format!(" · unpaid {unpaid}")),
        None => name(client).fixed(" · nothing unpaid"),
    };
    let rows = context.rows(ROWS_MAX);
    let view = View::new(Mark::Answer, headline);
    let view = match invoices.first() {
        Some(first) => {
            let view = view.table(table(invoices, *today, rows));
            let view = if invoices.len() > rows {
                older(view, client, (invoices, rows), context.ask)
            } else {
                view
            };
            view.suggest(format!("/invoice view {}", first.number), "shows the first")
        }
        None => view.line(fixed("No invoices.")),
    };
    let json = json!({
        "client": client.id.to_string(),
        "unpaid_minor": json::minor(*unpaid), "currency": json::currency_of(*unpaid),
        "invoices": invoices.iter().map(|one| super::view::json(one, *today)).collect::<Vec<_>>(),
    });
    Some(Content::new("invoices", view, json))
}

fn table(invoices: &[Invoice], today: Date, rows: usize) -> Table {
    let row = |invoice: &Invoice| {
        let state = if invoice.overdue(today) { "overdue" } else { invoice.state.word() };
        let is_open = invoice.due_minor() > 0;
        vec![
            fixed(invoice.number.to_string()),
            fixed(state),
            fixed(invoice.gross().to_string()),
            if is_open { fixed(due(invoice.due)) } else { Text::new() },
            Text::new().time(invoice.at),
        ]
    };
    Table {
        columns: vec![
            Column::words("number"),
            Column::words("state"),
            Column { right: true, ..Column::words("gross") },
            Column::detail(""),
            Column::detail("made"),
        ],
        rows: invoices.iter().take(rows).map(row).collect(),
    }
}

/// The next page of a list that was cut.
fn older(
    view: View,
    client: &Named,
    (invoices, rows): (&[Invoice], usize),
    ask: &contract::Ask,
) -> View {
    let Some(end) = invoices.get(rows.saturating_sub(1)) else { return view };
    let state = match ask {
        contract::Ask::Invoices(Ask::InvoiceList { state: Some(state), .. }) => {
            format!(" {}", state.word().replace(' ', "_"))
        }
        _ => String::new(),
    };
    let line = format!("/invoice list {}{state}", client.id);
    view.next_page(OLDER, &line, format!("before:{}", end.number))
}
