//! Inputs that went wrong once, as they were typed, with the right results and the balances after them.
//! A file for each area.

mod arrears;
mod attack;
mod billed;
mod contacts;
mod data;
mod documents;
mod edits;
mod faults;
mod first_amount;
mod first_day;
mod held;
mod importing;
mod inbox;
mod invoices;
mod letters;
mod lines;
mod machine;
mod meant;
mod mending;
mod names;
mod newcomer;
mod owing;
mod paylink;
mod payments;
mod questions;
mod reconcile;
mod refunds;
mod reminders;
mod rights;
mod scale;
mod stop;
mod takeback;
mod typed;
mod words;

use serde_json::Value;

/// The operation of a reply.
fn op(reply: &Value) -> String {
    reply["op"].as_str().unwrap().to_owned()
}

fn text(reply: &Value) -> &str {
    reply["text"].as_str().unwrap()
}

/// The lines that a reply offers.
fn tries(reply: &Value) -> Vec<String> {
    reply["try"].as_array().unwrap().iter().map(|line| line.as_str().unwrap().to_owned()).collect()
}
