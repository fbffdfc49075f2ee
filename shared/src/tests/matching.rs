//! Proposals for single lines, and for months of lines.

use std::collections::BTreeSet;

use iso_currency::Currency;
use jiff::civil::date;

use crate::kernel::id::{ClientId, InvoiceNumber};
use crate::kernel::money::Money;
use crate::payments::matching::propose;
use crate::payments::matching::types::{
    ClaimedPayment, Clue, IgnoreRule, LineProposals, MatchEffect, MatchProposal, Payable,
    PayingClient, Receivables, ReceivedPayment,
};
use crate::payments::statement::types::{Flow, StatementLine};

mod lines;
mod month;

/// The creditor reference of a number: ISO 11649, computed by hand.
fn creditor_reference(number: InvoiceNumber) -> String {
    let body: String = number.to_string().chars().filter(char::is_ascii_alphanumeric).collect();
    let digits = |text: &str| -> String {
        text.chars().map(|c| c.to_digit(36).unwrap().to_string()).collect()
    };
    let remainder = digits(&format!("{body}RF00"))
        .bytes()
        .fold(0_u64, |rest, digit| (rest * 10 + u64::from(digit - b'0')) % 97);
    format!("RF{:02}{body}", 98 - remainder)
}

fn payable(number: &str, due_minor: u64) -> Payable {
    let number: InvoiceNumber = number.parse().unwrap();
    Payable {
        number,
        reference: creditor_reference(number),
        due_minor,
        gross_minor: due_minor,
        currency: Currency::EUR,
    }
}

fn paying(id: u64, name: &str) -> PayingClient {
    PayingClient {
        id: ClientId(id),
        name: name.to_owned(),
        accounts: BTreeSet::new(),
        parties: BTreeSet::new(),
    }
}

/// Money that comes in.
fn line(minor: u64, party: &str, text: &str) -> StatementLine {
    let money = Money { minor, currency: Currency::EUR };
    let plain = StatementLine::plain("DE1", date(2026, 5, 3), Flow::In, money);
    StatementLine { party: party.to_owned(), text: text.to_owned(), ..plain }
}

/// The numbers that a proposal pays.
fn pays(proposal: &MatchProposal) -> Vec<String> {
    match &proposal.effect {
        MatchEffect::Pay { shares, .. } => {
            shares.iter().map(|(number, _)| number.to_string()).collect()
        }
        MatchEffect::Confirm { reference, .. } => vec![reference.clone()],
        MatchEffect::Return { key } => vec![key.clone()],
    }
}

/// The first proposal of a line: the numbers, and whether it is sure.
fn first(proposals: &LineProposals) -> Option<(Vec<String>, bool)> {
    proposals.proposals.first().map(|proposal| (pays(proposal), proposal.is_sure))
}
