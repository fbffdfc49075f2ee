//! `/invoice view`: one document.

use jiff::civil::Date;
use serde_json::{Value, json};
use shared::invoices::types::{Ask, Invoice, InvoiceLine, Item, Operation, TaxTotal};
use shared::kernel::credit::{Kind, grouped};
use shared::kernel::id::{Named, Series};
use shared::kernel::money::{Money, price_text};

use crate::command::{Action, Command};
use crate::commands::params::NUMBER;
use crate::reply::Content;
use crate::reply::words::{credits, due, fixed, name};
use crate::view::{Mark, Text, View};

/// Views an invoice.
pub const COMMANDS: &[Command] = &[Command {
    words: &["invoice", "view"],
    about: "View an invoice or credit note",
    example: "/invoice view INV-1042-0007",
    finds: &["show invoice", "bill"],
    params: &[NUMBER],
    action: Action::Ask {
        operation: Operation::InvoiceView.spec(),
        call: |args| {
            let number = args.need_invoice("number")?;
            Ok(Ask::InvoiceView { number }.into())
        },
    },
}];

/// The reply to `/invoice view`.
pub fn content(
    (invoice, client): (&Invoice, &Named),
    today: Date,
    link: Option<&str>,
    is_at_bank: bool,
) -> Content {
    let mut json = json(invoice, today);
    if let Some(fields) = json.as_object_mut() {
        fields.insert("link".to_owned(), json!(link));
        fields.insert("waits_for_bank".to_owned(), json!(is_at_bank));
    }
    Content::new("invoice", view((invoice, client), today, link, is_at_bank), json)
}

fn view(
    (invoice, client): (&Invoice, &Named),
    today: Date,
    link: Option<&str>,
    is_at_bank: bool,
) -> View {
    let sort = match invoice.number.series {
        Series::Invoice => "Invoice",
        Series::CreditNote => "Credit note",
    };
    let state = if invoice.overdue(today) { "overdue" } else { invoice.state.word() };
    let is_open = invoice.due_minor() > 0;
    let due_on = if is_open { format!(" · {}", due(invoice.due)) } else { String::new() };
    let mut view = View::new(Mark::Answer, fixed(format!("{sort} {} · {state}", invoice.number)))
        .line(parties(invoice, client))
        .line(buyer(invoice))
        .line(fixed("made ").time(invoice.at).fixed(due_on));
    let money = |minor: u64| Money { minor, currency: invoice.currency }.to_string();
    for line in &invoice.lines {
        view = view.line(of_line(line, invoice));
    }
    let gives = Kind::ALL.map(|kind| match *invoice.gives.get(kind) {
        0 => Text::new(),
        gives => fixed(format!("{} not reversed yet", credits(gives, kind))),
    });
    let view = view
        .line(fixed(format!(
            "net {} · {} · gross {}",
            money(invoice.net_minor),
            taxes(invoice),
            money(invoice.gross_minor)
        )))
        .line(settlement(invoice))
        .line(at_bank(is_at_bank && is_open))
        .line(Text::dotted(gives))
        .line(pdf(link))
        .footer(match invoice.entry {
            Some(entry) => fixed(format!("{} · entry {entry}", invoice.op)),
            None => fixed(invoice.op.to_string()),
        });
    if is_open {
        let effect = match invoice.entry {
            Some(_) => "voids it and takes its credits back",
            None => "voids it",
        };
        view.suggest(format!("/invoice void {} <reason>", invoice.number), effect)
    } else {
        view
    }
}

/// What nobody should pay again.
pub(super) fn at_bank(is_at_bank: bool) -> Text {
    let text = "A payment waits for the bank, which may take days: it is not to be paid again.";
    if is_at_bank { fixed(text) } else { Text::new() }
}

/// The address of the PDF, which anybody who has it may open.
fn pdf(link: Option<&str>) -> Text {
    match link {
        Some(address) => Text::new().link("PDF", address),
        None => fixed("The PDF has no link: LINK_KEY or PUBLIC_URL is not set."),
    }
}

/// `500 MMS credits at £50.00 per 1,000: £25.00`.
fn of_line(line: &InvoiceLine, invoice: &Invoice) -> Text {
    let money = |minor| Money { minor, currency: invoice.currency };
    let net = money(line.net_minor);
    let rate =
        if invoice.taxes.len() > 1 { format!(" · tax {} %", line.tax) } else { String::new() };
    match &line.item {
        Item::Credits(kind) => fixed(format!(
            "{} at {} per 1,000: {net}{rate}",
            credits(line.quantity, *kind),
            money(line.price_minor),
        )),
        Item::Text(text) => {
            let price = price_text(line.price_minor, line.per, invoice.currency);
            fixed(format!("{} × ", grouped(line.quantity)))
                .input(text.clone())
                .fixed(format!(" at {price}: {net}{rate}"))
        }
    }
}

/// `tax 20 %: £5.00`, for each rate.
fn taxes(invoice: &Invoice) -> String {
    let of = |total: &TaxTotal| {
        let tax = Money { minor: total.tax_minor, currency: invoice.currency };
        format!("tax {} %: {tax}", total.rate)
    };
    invoice.taxes.iter().map(of).collect::<Vec<_>>().join(" · ")
}

/// The client that got the credits, and the buyer's name as it was when the document was made.
fn parties(invoice: &Invoice, client: &Named) -> Text {
    let buyer = if invoice.buyer.name == client.name {
        Text::new()
    } else {
        fixed("to ").input(invoice.buyer.name.clone())
    };
    Text::dotted([fixed("for ").then(name(client)), buyer])
}

/// The address and the tax number of the buyer, and the reason for no tax.
fn buyer(invoice: &Invoice) -> Text {
    let written = |label: &'static str, text: &str| match text {
        "" => Text::new(),
        text => fixed(label).input(text),
    };
    Text::dotted([
        written("tax number ", &invoice.buyer.tax_number),
        written("no tax: ", invoice.exempt.as_deref().unwrap_or_default()),
    ])
}

/// The parts that are paid, credited and due.
fn settlement(invoice: &Invoice) -> Text {
    let part = |word: &str, minor: u64| {
        if minor == 0 {
            Text::new()
        } else {
            fixed(format!("{word} {}", Money { minor, currency: invoice.currency }))
        }
    };
    Text::dotted([
        part("paid", invoice.paid_minor),
        part("credited", invoice.noted_minor),
        part("due", invoice.due_minor()),
        invoice.reference.as_ref().map(|r| fixed("payment ").input(r.clone())).unwrap_or_default(),
        invoice.corrects.map(|number| fixed(format!("corrects {number}"))).unwrap_or_default(),
    ])
}

fn line_json(line: &InvoiceLine, invoice: &Invoice) -> Value {
    json!({
        "item": line.item,
        "quantity": line.quantity,
        "text": line.words(invoice.currency),
        "tax_percent": line.tax.to_string(),
        "net_minor": line.net_minor,
    })
}

/// A document for scripts.
pub fn json(invoice: &Invoice, today: Date) -> Value {
    json!({
        "number": invoice.number,
        "client": invoice.client.to_string(),
        "state": invoice.state,
        "mode": invoice.mode,
        "overdue": invoice.overdue(today),
        "at": invoice.at,
        "due": invoice.due,
        "currency": invoice.currency.code(),
        "lines": invoice.lines.iter().map(|line| line_json(line, invoice)).collect::<Vec<_>>(),
        "net_minor": invoice.net_minor,
        "tax_minor": invoice.tax_minor,
        "gross_minor": invoice.gross_minor,
        "paid_minor": invoice.paid_minor,
        "due_minor": invoice.due_minor(),
        "gives": invoice.gives,
        "corrects": invoice.corrects,
        "reference": invoice.reference,
        "op": invoice.op,
        "entry": invoice.entry,
    })
}
