//! The invoices that one line may pay, each with its clues and their weight.
//!
//! Weights only order the proposals. Whether one is sure is decided by rules (`is_sure`).

use std::collections::{BTreeMap, BTreeSet};

use crate::invoices::types::normal_reference;
use crate::kernel::fold::exact;
use crate::kernel::id::ClientId;
use crate::payments::matching::numbers::{NamedInvoices, Naming, NumberIndex};
use crate::payments::matching::payers::{PayerClue, PayerIndex};
use crate::payments::matching::sums::sums;
use crate::payments::matching::types::{
    ClaimedPayment, Clue, MatchEffect, MatchProposal, Payable, Receivables,
};
use crate::payments::statement::types::{Flow, StatementLine};

/// The invoices of a known payer that are proposed without amount or number.
const OLDEST_MAX: usize = 3;

/// What a line's texts tell.
pub struct LineReading {
    pub named: NamedInvoices,
    payers: BTreeMap<ClientId, PayerClue>,
}

/// One proposal, before it is put into words.
#[derive(Debug, Clone)]
pub struct Candidate {
    client: ClientId,
    /// Positions of payables, and the minor units that each gets.
    pub shares: Vec<(usize, u64)>,
    pub claim: Option<usize>,
    clues: Vec<Clue>,
    pub weight: i32,
    pub is_sure: bool,
    rest_minor: u64,
}

impl Candidate {
    /// The proposal that people see.
    #[must_use]
    pub fn proposal(self, book: &Receivables) -> MatchProposal {
        let claim = self.claim.and_then(|at| book.claims.get(at));
        let number = |at: usize| book.payables.get(at).map(|payable| payable.number);
        let effect = match claim {
            Some(ClaimedPayment { reference, client, invoice, .. }) => MatchEffect::Confirm {
                reference: reference.clone(),
                client: *client,
                invoice: *invoice,
            },
            None => MatchEffect::Pay {
                client: self.client,
                shares: self
                    .shares
                    .iter()
                    .filter_map(|(at, share)| Some((number(*at)?, *share)))
                    .collect(),
                rest_minor: self.rest_minor,
            },
        };
        MatchProposal { effect, clues: self.clues, is_sure: self.is_sure }
    }

    fn is_exact(&self) -> bool {
        self.clues.iter().any(|clue| matches!(clue, Clue::Amount | Clue::Sum))
    }
}

/// Finds candidates among what is due.
pub struct Finder<'a> {
    book: &'a Receivables,
    numbers: NumberIndex<'a>,
    payers: PayerIndex<'a>,
    by_client: BTreeMap<ClientId, Vec<usize>>,
    by_due: BTreeMap<u64, Vec<usize>>,
    /// The references of the claims, as they are compared.
    claims: Vec<String>,
}

impl<'a> Finder<'a> {
    #[must_use]
    pub fn new(book: &'a Receivables) -> Self {
        let mut by_client: BTreeMap<ClientId, Vec<usize>> = BTreeMap::new();
        let mut by_due: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
        for (at, payable) in book.payables.iter().enumerate() {
            by_client.entry(payable.number.client).or_default().push(at);
            by_due.entry(payable.due_minor).or_default().push(at);
        }
        let numbers = NumberIndex::new(&book.payables);
        let payers = PayerIndex::new(&book.clients);
        let reference = |claim: &ClaimedPayment| exact(&normal_reference(&claim.reference));
        let claims = book.claims.iter().map(reference).collect();
        Self { book, numbers, payers, by_client, by_due, claims }
    }

    /// Reads the texts of a line.
    #[must_use]
    pub fn reading(&self, line: &StatementLine) -> LineReading {
        if !is_payment(line) {
            return LineReading { named: NamedInvoices::default(), payers: BTreeMap::new() };
        }
        let payers = self.payers.payers(line);
        let mut named = self.numbers.named(line);
        // `Invoice 12` names the twelfth of a known payer.
        for client in payers.keys() {
            for at in self.of_client(*client) {
                let seq = self.payable(at).map(|payable| payable.number.seq);
                if seq.is_some_and(|seq| named.ends.contains(&seq)) {
                    named.open.entry(at).or_insert(Naming::Short);
                }
            }
        }
        LineReading { named, payers }
    }

    /// The candidates of a line, the best first.
    #[must_use]
    pub fn candidates(
        &self,
        line: &StatementLine,
        reading: &LineReading,
        left: &[u64],
        claims: &BTreeSet<usize>,
        is_part: bool,
    ) -> Vec<Candidate> {
        if !is_payment(line) {
            return Vec::new();
        }
        let view = View { finder: self, line, reading, left, is_part };
        let mut candidates = view.claimed(claims);
        candidates.extend(view.named());
        candidates.extend(view.exact());
        candidates.extend(view.summed());
        if candidates.is_empty() {
            candidates.extend(view.oldest());
        }
        if candidates.is_empty() {
            candidates.extend(view.only_amount());
        }
        candidates.sort_by_key(|candidate| candidate.weight.saturating_neg());
        let is_sure = view.is_sure(&candidates);
        if let Some(best) = candidates.first_mut() {
            best.is_sure = is_sure;
        }
        candidates
    }

    fn payable(&self, at: usize) -> Option<&'a Payable> {
        self.book.payables.get(at)
    }

    fn of_client(&self, client: ClientId) -> impl Iterator<Item = usize> + '_ {
        self.by_client.get(&client).into_iter().flatten().copied()
    }
}

/// Whether a line can pay an invoice at all.
fn is_payment(line: &StatementLine) -> bool {
    line.flow == Flow::In && !line.is_reversal && !line.is_bank_charge
}

/// A line beside what is left to pay.
struct View<'a> {
    finder: &'a Finder<'a>,
    line: &'a StatementLine,
    reading: &'a LineReading,
    left: &'a [u64],
    /// Other lines pay the rest of its invoice.
    is_part: bool,
}

impl View<'_> {
    fn amount(&self) -> u64 {
        self.line.amount.minor
    }

    /// What is left of an invoice in the currency of the line.
    fn left(&self, at: usize) -> u64 {
        let is_same = |at| {
            let payable = self.finder.payable(at);
            payable.is_some_and(|payable| payable.currency == self.line.amount.currency)
        };
        self.left.get(at).copied().filter(|_| is_same(at)).unwrap_or(0)
    }

    /// A candidate with the clues of naming and payer.
    fn candidate(&self, client: ClientId, invoices: &[usize]) -> Candidate {
        let mut clues = Vec::new();
        let mut weight: i32 = 0;
        let naming = |at: &usize| self.reading.named.open.get(at).copied();
        let (clue, points) = match invoices.iter().map(naming).min().flatten() {
            Some(Naming::Reference) => (Some(Clue::Reference), 100),
            Some(Naming::Whole) => (Some(Clue::Number), 70),
            Some(Naming::Mistyped) => (Some(Clue::MistypedNumber), 30),
            Some(Naming::Bare) => (Some(Clue::BareNumber), 35),
            Some(Naming::Short) => (Some(Clue::ShortNumber), 25),
            None => (None, 0),
        };
        clues.extend(clue);
        weight = weight.saturating_add(points);
        let (clue, points) = match self.reading.payers.get(&client) {
            Some(PayerClue::PastAccount) => (Some(Clue::PastAccount), 32),
            Some(PayerClue::PastParty) => (Some(Clue::PastParty), 27),
            Some(PayerClue::Name) => (Some(Clue::Name), 25),
            Some(PayerClue::LikeName) => (Some(Clue::LikeName), 12),
            None if self.names_other() => (Some(Clue::OtherName), -25),
            None => (None, 0),
        };
        clues.extend(clue);
        weight = weight.saturating_add(points);
        let mut rest = self.amount();
        let mut shares = Vec::new();
        for at in invoices {
            let share = self.left(*at).min(rest);
            rest = rest.saturating_sub(share);
            shares.push((*at, share));
        }
        Candidate { client, shares, claim: None, clues, weight, is_sure: false, rest_minor: rest }
    }

    fn with(mut candidate: Candidate, clue: Clue, points: i32) -> Candidate {
        candidate.clues.push(clue);
        candidate.weight = candidate.weight.saturating_add(points);
        candidate
    }

    /// Whether the payer is a client by name or by earlier payments.
    fn names_other(&self) -> bool {
        self.reading.payers.values().any(|clue| *clue >= PayerClue::Name)
    }

    /// The claimed payments that the line may be the money of.
    fn claimed(&self, claims: &BTreeSet<usize>) -> Vec<Candidate> {
        let mut found = Vec::new();
        let texts: Vec<String> = [&self.line.text, &self.line.bank_reference]
            .into_iter()
            .chain(&self.line.references)
            .map(|text| exact(text))
            .collect();
        for at in claims {
            let Some(claim) = self.finder.book.claims.get(*at) else { continue };
            let is_amount =
                claim.minor == self.amount() && claim.currency == self.line.amount.currency;
            let reference = self.finder.claims.get(*at).map_or("", String::as_str);
            let is_named = texts.iter().any(|text| holds_word(text, reference));
            let is_payer = self.reading.payers.get(&claim.client) >= Some(&PayerClue::Name);
            if is_amount && (is_named || is_payer) {
                let mut candidate = self.candidate(claim.client, &[]);
                candidate.claim = Some(*at);
                candidate.rest_minor = 0;
                candidate = Self::with(candidate, Clue::Amount, 60);
                if is_named {
                    candidate = Self::with(candidate, Clue::Claim, 100);
                }
                found.push(candidate);
            }
        }
        found
    }

    /// The invoices that the text names, each alone and all together.
    fn named(&self) -> Vec<Candidate> {
        let mut found = Vec::new();
        for (at, naming) in &self.reading.named.open {
            let Some(payable) = self.finder.payable(*at) else { continue };
            let candidate = self.candidate(payable.number.client, &[*at]);
            let is_whole = *naming >= Naming::Whole;
            let is_payer = self.reading.payers.contains_key(&payable.number.client);
            let left = self.left(*at);
            let candidate = if payable.currency != self.line.amount.currency {
                Self::with(candidate, Clue::OtherCurrency, -60)
            } else if left == 0 {
                Self::with(candidate, Clue::Taken, -60)
            } else if self.is_part && is_whole {
                Self::with(candidate, Clue::Parts, 40)
            } else if left == self.amount() {
                Self::with(candidate, Clue::Amount, 45)
            } else if payable.gross_minor == self.amount() {
                Self::with(candidate, Clue::Gross, 35)
            } else if left > self.amount() {
                Self::with(candidate, Clue::Less, 0)
            } else {
                Self::with(candidate, Clue::More, -10)
            };
            let fits = candidate.is_exact() || candidate.clues.contains(&Clue::Gross);
            // Digits alone may be anything, and a slip may name anything.
            let counts = match naming {
                Naming::Reference | Naming::Whole => true,
                Naming::Mistyped => fits || (is_payer && left > 0),
                Naming::Bare | Naming::Short => fits || (is_payer && left > 0),
            };
            if counts {
                found.push(candidate);
            }
        }
        found.extend(self.all_named());
        found
    }

    /// All invoices of a client that the text names in full, if their sum is the amount.
    fn all_named(&self) -> Option<Candidate> {
        let whole: Vec<usize> = self.whole();
        let (client, invoices) = self.of_one_client(&whole)?;
        let sum = invoices.iter().fold(0_u64, |sum, at| sum.saturating_add(self.left(*at)));
        let is_all = invoices.len() > 1 && sum == self.amount();
        is_all.then(|| Self::with(self.candidate(client, &invoices), Clue::Sum, 50))
    }

    /// The invoices named in full.
    fn whole(&self) -> Vec<usize> {
        let named = self.reading.named.open.iter().filter(|(_, naming)| **naming >= Naming::Whole);
        named.map(|(at, _)| *at).collect()
    }

    fn of_one_client(&self, invoices: &[usize]) -> Option<(ClientId, Vec<usize>)> {
        let clients: BTreeSet<ClientId> = invoices
            .iter()
            .filter_map(|at| Some(self.finder.payable(*at)?.number.client))
            .collect();
        let only = (clients.len() == 1).then(|| clients.first().copied()).flatten()?;
        Some((only, invoices.to_vec()))
    }

    /// Invoices of a known payer with exactly this amount.
    fn exact(&self) -> Vec<Candidate> {
        let mut found = Vec::new();
        for client in self.reading.payers.keys() {
            let is_named = |at: &usize| self.reading.named.open.contains_key(at);
            let due = self.finder.of_client(*client).filter(|at| self.left(*at) == self.amount());
            found.extend(
                due.filter(|at| !is_named(at))
                    .map(|at| Self::with(self.candidate(*client, &[at]), Clue::Amount, 45)),
            );
        }
        found
    }

    /// Sums of invoices of a payer who is known by name, by earlier payments, or by a number.
    fn summed(&self) -> Vec<Candidate> {
        let known = self.reading.payers.iter().filter(|(_, clue)| **clue >= PayerClue::Name);
        let mut clients: BTreeSet<ClientId> = known.map(|(client, _)| *client).collect();
        let whole = self.whole();
        clients.extend(whole.iter().filter_map(|at| Some(self.finder.payable(*at)?.number.client)));
        let mut found = Vec::new();
        for client in clients {
            let due: Vec<(usize, u64)> =
                self.finder.of_client(client).map(|at| (at, self.left(at))).collect();
            let open = due.iter().filter(|(_, left)| *left > 0).count();
            let sets = sums(self.amount(), &due);
            let is_only = sets.len() == 1;
            for set in sets {
                let named = whole.iter().filter(|at| set.contains(at)).count();
                if named == set.len() {
                    continue;
                }
                // A sum that leaves out a named invoice contradicts the text.
                let misses = whole.len() > named;
                let mut candidate = Self::with(self.candidate(client, &set), Clue::Sum, 35);
                let points = [(misses, -40), (named > 0, 25), (is_only, 5), (set.len() == open, 5)];
                for (_, points) in points.into_iter().filter(|(holds, _)| *holds) {
                    candidate.weight = candidate.weight.saturating_add(points);
                }
                found.push(candidate);
            }
        }
        found
    }

    /// The oldest invoices of the only client that the payer's name or account is.
    fn oldest(&self) -> Vec<Candidate> {
        let strong: Vec<ClientId> = self
            .reading
            .payers
            .iter()
            .filter(|(_, clue)| **clue >= PayerClue::Name)
            .map(|(client, _)| *client)
            .collect();
        let open = strong.iter().flat_map(|client| self.finder.of_client(*client));
        let open = open.filter(|at| self.left(*at) > self.amount()).take(OLDEST_MAX);
        open.filter_map(|at| {
            let client = self.finder.payable(at)?.number.client;
            Some(Self::with(self.candidate(client, &[at]), Clue::Less, 0))
        })
        .collect()
    }

    /// The only invoice of exactly this amount, where the line names no payer and nothing else.
    fn only_amount(&self) -> Option<Candidate> {
        let due = self.finder.by_due.get(&self.amount())?;
        let mut open = due.iter().filter(|at| self.left(**at) == self.amount());
        let (Some(at), None) = (open.next(), open.next()) else { return None };
        let is_silent = self.line.party.is_empty() && self.line.text.is_empty();
        let client = self.finder.payable(*at)?.number.client;
        is_silent.then(|| Self::with(self.candidate(client, &[*at]), Clue::Amount, 45))
    }

    /// Whether the best candidate needs no second look.
    fn is_sure(&self, candidates: &[Candidate]) -> bool {
        let Some(best) = candidates.first() else { return false };
        let has = |clue: Clue| best.clues.contains(&clue);
        if best.claim.is_some() {
            return has(Clue::Claim);
        }
        let is_named = has(Clue::Reference) || has(Clue::Number);
        let is_paid = best.is_exact() || (has(Clue::Parts) && best.rest_minor == 0);
        let invoices: BTreeSet<usize> = best.shares.iter().map(|(at, _)| *at).collect();
        let is_all = self.whole().iter().all(|at| invoices.contains(at));
        // A reference has check digits. A number may be a slip: for another client's invoice of this amount,
        // which only the payer tells, or for an invoice beside it, which nothing tells.
        let has_payer = self.reading.payers.contains_key(&best.client);
        let is_rival = |other: &Candidate| {
            let is_beside = other.clues.contains(&Clue::MistypedNumber);
            let may_be = if other.client == best.client { is_beside } else { !has_payer };
            other.is_exact() && other.claim.is_none() && may_be
        };
        let is_doubted =
            has(Clue::Number) && (has(Clue::OtherName) || candidates.iter().skip(1).any(is_rival));
        is_named && is_paid && is_all && !is_doubted && self.reading.named.not_open.is_empty()
    }
}

/// Whether a text holds another one as whole words.
fn holds_word(text: &str, word: &str) -> bool {
    if word.is_empty() {
        return false;
    }
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let end = at.saturating_add(word.len());
        let after = text.get(end..).and_then(|after| after.chars().next());
        let is_edge = |c: Option<char>| !c.is_some_and(char::is_alphanumeric);
        is_edge(before) && is_edge(after)
    })
}
