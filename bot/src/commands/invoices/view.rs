//! `/invoice view`: one document.

use jiff::civil::Date;
use serde_json::{Value, json};
use shared::invoices::types::{Ask, Invoice, Operation};
use shared::kernel::credit::Kind;
use shared::kernel::id::{Named, Series};
use shared::kernel::money::Money;

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
        .line(fixed("made ").time(invoice.at).fixed(due_on));
    let money = |minor: u64| Money { minor, currency: invoice.currency }.to_string();
    for line in &invoice.lines {
        view = view.line(fixed(format!(
            "{} at {} per 1,000: {}",
            credits(line.credits, line.kind),
            money(line.per_1000_minor),
            money(line.net_minor)
        )));
    }
    let gives = Kind::ALL.map(|kind| match *invoice.gives.get(kind) {
        0 => Text::new(),
        gives => fixed(format!("{} not reversed yet", credits(gives, kind))),
    });
    let view = view
        .line(fixed(format!(
            "net {} · tax {} %: {} · gross {}",
            money(invoice.net_minor),
            invoice.tax,
            money(invoice.tax_minor),
            money(invoice.gross_minor)
        )))
        .line(settlement(invoice))
        .line(at_bank(is_at_bank && is_open))
        .line(Text::dotted(gives))
        .line(pdf(link))
        .footer(fixed(format!("{} · entry {}", invoice.op, invoice.entry)));
    if is_open {
        view.suggest(
            format!("/invoice void {} <reason>", invoice.number),
            "voids it and takes its credits back",
        )
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

/// The client that got the credits, and the buyer's name as it was when the document was made.
fn parties(invoice: &Invoice, client: &Named) -> Text {
    let buyer = if invoice.buyer.name == client.name {
        Text::new()
    } else {
        fixed("to ").input(invoice.buyer.name.clone())
    };
    Text::dotted([fixed("for ").then(name(client)), buyer])
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
