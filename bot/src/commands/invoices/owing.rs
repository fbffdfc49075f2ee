//! `/invoice list` without a client: what is due of all clients, by age.

use serde_json::{Value, json};
use shared::invoices::types::{Invoice, Unpaid};
use shared::kernel::id::Named;
use shared::kernel::money::Money;

use crate::reply::words::{counted, fixed, name};
use crate::reply::{Content, Context};
use crate::view::{Column, Mark, Table, Text, View, day};

/// How many invoices a page shows.
const INVOICES_MAX: usize = 10;

/// The spans of overdue days.
const SPANS: [&str; 4] = ["0–30 days", "31–60 days", "61–90 days", "over 90 days"];

/// The reply to `/invoice list`.
pub fn content(unpaid: &Unpaid, context: &Context<'_>) -> Content {
    let money = |minor| Money { minor, currency: unpaid.currency };
    let overdue = unpaid.all_overdue_minor();
    let all = overdue.saturating_add(unpaid.current_minor);
    let headline = match all {
        0 => "Nothing is unpaid".to_owned(),
        _ => format!(
            "{} unpaid on {} · {} overdue",
            money(all),
            counted(unpaid.count, "invoice", "invoices"),
            money(overdue)
        ),
    };
    let mut view = View::new(Mark::Answer, fixed(headline));
    if overdue > 0 {
        let spans = SPANS.iter().zip(unpaid.overdue_minor).filter(|(_, minor)| *minor > 0);
        let spans = spans.map(|(span, minor)| fixed(format!("{span}: {}", money(minor))));
        view = view.line(fixed("Overdue by ").then(Text::dotted(spans)));
    }
    let rows = context.rows(INVOICES_MAX);
    if !unpaid.page.is_empty() {
        view = view.table(table(unpaid, rows));
    }
    let shown = unpaid.page.len().min(rows);
    let end = unpaid.skipped.saturating_add(u64::try_from(shown).unwrap_or(u64::MAX));
    if shown > 0 && end < unpaid.count {
        let label = ("Next page", "the next ones");
        view = view.next_page(label, "/invoice list", format!("skip:{end}"));
    }
    if unpaid.clients_left_out > 0 {
        let clients = counted(unpaid.clients_left_out, "client that owes", "clients that owe");
        view = view.line(fixed(format!("{clients} less are not among these figures.")));
    }
    if let Some(at) = unpaid.as_of {
        view = view.footer(fixed("The clients are those of ").time(at));
    }
    Content::new("unpaid", view, json(unpaid))
}

fn table(unpaid: &Unpaid, rows: usize) -> Table {
    let row = |(client, invoice): &(Named, Invoice)| {
        let due = Money { minor: invoice.due_minor(), currency: invoice.currency };
        let word = if invoice.overdue(unpaid.today) { "overdue since" } else { "due" };
        vec![
            fixed(invoice.number.to_string()),
            name(client),
            fixed(due.to_string()),
            fixed(format!("{word} {}", day(invoice.due))),
        ]
    };
    Table {
        columns: vec![
            Column::words("number"),
            Column::words("client"),
            Column { right: true, ..Column::words("due") },
            Column::detail(""),
        ],
        rows: unpaid.page.iter().take(rows).map(row).collect(),
    }
}

fn json(unpaid: &Unpaid) -> Value {
    let row = |(client, invoice): &(Named, Invoice)| {
        let mut row = super::view::json(invoice, unpaid.today);
        if let Some(fields) = row.as_object_mut() {
            fields.insert("payer".to_owned(), json!(client.id.to_string()));
            fields.insert("payer_name".to_owned(), json!(client.name));
        }
        row
    };
    json!({
        "currency": unpaid.currency.code(),
        "count": unpaid.count,
        "current_minor": unpaid.current_minor,
        "overdue_minor": unpaid.overdue_minor,
        "skipped": unpaid.skipped,
        "as_of": unpaid.as_of,
        "clients_left_out": unpaid.clients_left_out,
        "invoices": unpaid.page.iter().map(row).collect::<Vec<_>>(),
    })
}
