//! `/invoice paylink`: the link to the page on which an invoice is paid.

use serde_json::json;
use shared::invoices::types::{Answer, Ask, Operation};

use super::view::at_bank;
use crate::command::{Action, Command};
use crate::commands::params::NUMBER;
use crate::reply::Content;
use crate::reply::words::{fixed, name};
use crate::view::{Mark, Text, View};

/// Makes pay links.
pub const COMMANDS: &[Command] = &[Command {
    words: &["invoice", "paylink"],
    about: "Make the link to the page where a client pays an invoice",
    example: "/invoice paylink INV-1042-0007",
    finds: &["pay link", "payment link", "pay online", "checkout", "card"],
    params: &[NUMBER],
    action: Action::Ask {
        operation: Operation::InvoicePaylink.spec(),
        call: |args| Ok(Ask::InvoicePaylink { number: args.need_invoice("number")? }.into()),
    },
}];

/// The reply to `/invoice paylink`.
pub fn content(answer: &Answer) -> Option<Content> {
    let Answer::Paylink { number, client, due, is_at_bank, link, has_provider } = answer else {
        return None;
    };
    let headline = fixed(format!("Pay link of {number} over {due} for ")).then(name(client));
    let address = match link {
        Some(address) => Text::new().link("Pay", address),
        None => fixed("Links are off: LINK_KEY or PUBLIC_URL is not set."),
    };
    let without = "The page has no button: STRIPE_API_KEY or PAYSTACK_SECRET_KEY is not set, or the provider does not take this currency.";
    let view = View::new(Mark::Answer, headline)
        .line(address)
        .line(at_bank(*is_at_bank))
        .line(fixed("Anybody who has it can open it for 90 days. The page asks for the amount that is due then."))
        .line(if *has_provider { Text::new() } else { fixed(without) });
    let json = json!({
        "number": number, "client": client.id.to_string(), "due_minor": due.minor,
        "currency": due.currency.code(), "link": link, "waits_for_bank": is_at_bank,
    });
    Some(Content::new("paylink", view, json))
}
