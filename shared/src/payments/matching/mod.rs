//! Proposals for the lines of a statement. Nothing is applied: a person decides.
//!
//! A line is read for invoice numbers, references and payer. Each invoice, or sum of invoices of one
//! client, that the line may pay is weighed by its clues. The clearest lines choose first, and each takes
//! what it pays from what the others may pay. So an invoice or a claimed payment is used up once.
//!
//! Invariants: *sure* needs the amount and whole numbers or references, and nothing that contradicts
//! them. A number that a slip of the keyboard made yields to amount and payer. Money that leaves the
//! account pays no invoice.

pub mod numbers;
pub mod payers;
pub mod sums;
pub mod types;

mod candidates;

use std::collections::{BTreeMap, BTreeSet};

use crate::kernel::fold::exact;
use crate::payments::matching::candidates::{Candidate, Finder, LineReading};
use crate::payments::matching::numbers::Naming;
use crate::payments::matching::payers::steady_words;
use crate::payments::matching::types::{
    Clue, IgnoreRule, LineProposals, MatchEffect, MatchProposal, PROPOSALS_MAX, Receivables,
    ReceivedPayment,
};
use crate::payments::statement::types::{Flow, StatementLine};

/// The proposals of each line.
#[must_use]
pub fn propose(lines: &[StatementLine], book: &Receivables) -> Vec<LineProposals> {
    let finder = Finder::new(book);
    let readings: Vec<LineReading> = lines.iter().map(|line| finder.reading(line)).collect();
    let mut left: Vec<u64> = book.payables.iter().map(|payable| payable.due_minor).collect();
    let parts = parts(lines, &readings, &left);
    let mut claims: BTreeSet<usize> = (0..book.claims.len()).collect();

    let mut order: Vec<(usize, bool, i32)> = Vec::new();
    for (at, (line, reading)) in lines.iter().zip(&readings).enumerate() {
        let best = finder.candidates(line, reading, &left, &claims, parts.contains(&at));
        let (is_sure, weight) = best.first().map_or((false, 0), |best| (best.is_sure, best.weight));
        order.push((at, is_sure, weight));
    }
    order.sort_by_key(|(at, is_sure, weight)| (!is_sure, weight.saturating_neg(), *at));

    let mut proposed: BTreeMap<usize, LineProposals> = BTreeMap::new();
    for (at, ..) in order {
        let (Some(line), Some(reading)) = (lines.get(at), readings.get(at)) else { continue };
        let candidates = finder.candidates(line, reading, &left, &claims, parts.contains(&at));
        let ignored_by = ignoring(&book.rules, line);
        // A rule hides no money that names its invoices in full.
        let is_hidden =
            ignored_by.is_some() && !candidates.first().is_some_and(|best| best.is_sure);
        let mut result = LineProposals {
            not_open: reading.named.not_open.iter().copied().collect(),
            ignored_by: ignored_by.filter(|_| is_hidden),
            ..LineProposals::default()
        };
        if !is_hidden {
            if let Some(best) = candidates.first() {
                take(best, &mut left, &mut claims);
            }
            let kept = candidates.into_iter().take(PROPOSALS_MAX);
            result.proposals = kept.map(|candidate| candidate.proposal(book)).collect();
            if line.flow == Flow::Out {
                result.proposals = returns(line, &book.received);
            }
        }
        proposed.insert(at, result);
    }
    proposed.into_values().collect()
}

/// Takes what a line pays from what others may pay.
fn take(best: &Candidate, left: &mut [u64], claims: &mut BTreeSet<usize>) {
    if let Some(claim) = best.claim {
        claims.remove(&claim);
    }
    for (at, share) in &best.shares {
        if let Some(left) = left.get_mut(*at) {
            *left = left.saturating_sub(*share);
        }
    }
}

/// The lines that pay an invoice exactly together: each names it in full and pays a part of it.
fn parts(lines: &[StatementLine], readings: &[LineReading], due: &[u64]) -> BTreeSet<usize> {
    let mut by_invoice: BTreeMap<usize, Vec<(usize, u64)>> = BTreeMap::new();
    for (at, (line, reading)) in lines.iter().zip(readings).enumerate() {
        let mut whole = reading.named.open.iter().filter(|(_, naming)| **naming >= Naming::Whole);
        if let (Some((invoice, _)), None) = (whole.next(), whole.next())
            && line.flow == Flow::In
        {
            by_invoice.entry(*invoice).or_default().push((at, line.amount.minor));
        }
    }
    let mut parts = BTreeSet::new();
    for (invoice, lines) in by_invoice {
        let sum = lines.iter().fold(0_u64, |sum, (_, amount)| sum.saturating_add(*amount));
        if lines.len() > 1 && due.get(invoice) == Some(&sum) {
            parts.extend(lines.into_iter().map(|(at, _)| at));
        }
    }
    parts
}

/// The rule that holds for a line.
fn ignoring(rules: &[IgnoreRule], line: &StatementLine) -> Option<usize> {
    if rules.is_empty() {
        return None;
    }
    let of_line = IgnoreRule::of(line);
    rules.iter().position(|rule| {
        rule.flow == line.flow && !rule.words.is_empty() && rule.words.is_subset(&of_line.words)
    })
}

impl IgnoreRule {
    /// The rule for lines like this one.
    #[must_use]
    pub fn of(line: &StatementLine) -> Self {
        let words = steady_words(&format!("{} {}", line.party, line.text));
        Self { flow: line.flow, words: words.into_iter().collect() }
    }
}

/// The earlier payments that an outgoing line may return: the same amount, and its account, party or
/// reference.
fn returns(line: &StatementLine, received: &[ReceivedPayment]) -> Vec<MatchProposal> {
    let text = exact(&line.text);
    let matches = |payment: &&ReceivedPayment| {
        let is_known = |reference: &String| {
            line.references.contains(reference)
                || (reference.len() > WORD_MIN && text.contains(&exact(reference)))
        };
        let is_account =
            !payment.party_account.is_empty() && payment.party_account == line.party_account;
        let is_party = !payment.party.is_empty() && exact(&payment.party) == exact(&line.party);
        let is_named = payment.references.iter().any(is_known);
        payment.minor == line.amount.minor
            && payment.currency == line.amount.currency
            && (is_named || (line.is_reversal && (is_account || is_party)))
    };
    let found = received.iter().filter(matches).take(PROPOSALS_MAX);
    found
        .map(|payment| MatchProposal {
            effect: MatchEffect::Return { key: payment.key.clone() },
            clues: vec![Clue::Amount],
            is_sure: false,
        })
        .collect()
}

/// The shortest reference that is searched in a text.
const WORD_MIN: usize = 5;
