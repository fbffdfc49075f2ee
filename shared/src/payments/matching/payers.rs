//! Which clients a line's payer may be: by bank account, by an earlier payer's name, by the client's name.
//!
//! Two clients of one name are both named; neither is certain.

use std::collections::{BTreeMap, BTreeSet};

use crate::kernel::fold::{exact, typed_words};
use crate::kernel::id::ClientId;
use crate::payments::matching::types::PayingClient;
use crate::payments::statement::types::StatementLine;

/// How a line names a client as its payer, the weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PayerClue {
    LikeName,
    Name,
    PastParty,
    PastAccount,
}

/// The shortest name that names a client by one word, and the shortest beginning of a cut name.
const WORD_MIN: usize = 4;
const CUT_MIN: usize = 10;

/// Legal forms at the end of a name, which payers and banks leave out or shorten.
const LEGAL_FORMS: [&str; 40] = [
    "ltd",
    "limited",
    "llc",
    "llp",
    "inc",
    "corp",
    "corporation",
    "co",
    "company",
    "plc",
    "gmbh",
    "mbh",
    "ag",
    "kg",
    "ug",
    "ohg",
    "ev",
    "sarl",
    "sas",
    "sa",
    "srl",
    "spa",
    "bv",
    "nv",
    "oy",
    "oyj",
    "ab",
    "as",
    "aps",
    "sl",
    "slu",
    "lda",
    "kft",
    "sro",
    "doo",
    "ou",
    "pty",
    "sp",
    "lim",
    "limi",
];

/// Clients by what their payments show.
pub struct PayerIndex<'a> {
    clients: &'a [PayingClient],
    /// The names' words without legal forms, by position.
    names: Vec<Vec<String>>,
    by_word: BTreeMap<String, Vec<usize>>,
    by_account: BTreeMap<&'a str, Vec<ClientId>>,
    by_party: BTreeMap<String, Vec<ClientId>>,
}

impl<'a> PayerIndex<'a> {
    #[must_use]
    pub fn new(clients: &'a [PayingClient]) -> Self {
        let mut index = Self {
            clients,
            names: Vec::new(),
            by_word: BTreeMap::new(),
            by_account: BTreeMap::new(),
            by_party: BTreeMap::new(),
        };
        for (at, client) in clients.iter().enumerate() {
            let name = name_words(&client.name);
            for word in name.iter().collect::<BTreeSet<_>>() {
                index.by_word.entry(word.clone()).or_default().push(at);
            }
            index.names.push(name);
            for account in client.accounts.iter().filter(|account| !account.is_empty()) {
                index.by_account.entry(account).or_default().push(client.id);
            }
            for party in client.parties.iter().filter(|party| !party.is_empty()) {
                index.by_party.entry(exact(party)).or_default().push(client.id);
            }
        }
        index
    }

    /// The clients that may be the payer of a line, each by its best clue.
    #[must_use]
    pub fn payers(&self, line: &StatementLine) -> BTreeMap<ClientId, PayerClue> {
        let mut payers = BTreeMap::new();
        let mut add = |client: ClientId, clue: PayerClue| {
            let known = payers.entry(client).or_insert(clue);
            *known = clue.max(*known);
        };
        for client in self.by_account.get(line.party_account.as_str()).into_iter().flatten() {
            add(*client, PayerClue::PastAccount);
        }
        for client in self.by_party.get(&payer_text(line)).into_iter().flatten() {
            add(*client, PayerClue::PastParty);
        }
        let is_apart = !line.party.is_empty();
        let text = name_words(if is_apart { &line.party } else { &line.text });
        let near: BTreeSet<usize> =
            text.iter().filter_map(|word| self.by_word.get(word)).flatten().copied().collect();
        let has_whole = near.iter().any(|at| self.names.get(*at) == Some(&text));
        for at in near {
            let (Some(client), Some(name)) = (self.clients.get(at), self.names.get(at)) else {
                continue;
            };
            // A name inside another text is weaker, and one word of it is only like a name.
            let is_weak = *name != text && (name.len() == 1 || has_whole);
            let limit = if is_weak { PayerClue::LikeName } else { PayerClue::Name };
            if let Some(clue) = self.compare(name, &text) {
                add(client.id, clue.min(limit));
            }
        }
        payers
    }

    fn compare(&self, name: &[String], text: &[String]) -> Option<PayerClue> {
        let joined = name.concat();
        let is_telling = name.len() > 1 || joined.chars().count() >= WORD_MIN;
        if is_telling && text.windows(name.len()).any(|words| words == name) {
            return Some(PayerClue::Name);
        }
        // Banks cut names, and people write the family name first or mistype it.
        let cut = text.concat();
        let is_cut = cut.chars().count() >= CUT_MIN && joined.starts_with(&cut);
        if is_cut || (name.len() > 1 && name.iter().all(|word| text.contains(word))) {
            return Some(PayerClue::Name);
        }
        let is_long = joined.chars().count() >= CUT_MIN;
        if is_long && strsim::osa_distance(&joined, &cut) <= 2 {
            return Some(PayerClue::LikeName);
        }
        let is_own = |word: &String| {
            let owners = self.by_word.get(word).map_or(0, Vec::len);
            word.chars().count() > WORD_MIN && owners == 1
        };
        text.iter().any(|word| name.contains(word) && is_own(word)).then_some(PayerClue::LikeName)
    }
}

/// By which a payer is known again: its name, or else the words of the text that stay the same.
#[must_use]
pub fn payer_text(line: &StatementLine) -> String {
    if line.party.is_empty() { steady_words(&line.text).join(" ") } else { exact(&line.party) }
}

/// The words without digits, which stay the same from line to line.
#[must_use]
pub fn steady_words(text: &str) -> Vec<String> {
    let has_digit = |word: &String| word.contains(|c: char| c.is_ascii_digit());
    typed_words(text).into_iter().filter(|word| !has_digit(word)).collect()
}

/// The words of a name without its legal form.
fn name_words(name: &str) -> Vec<String> {
    let mut words = typed_words(name);
    let whole = words.clone();
    while words.last().is_some_and(|last| LEGAL_FORMS.contains(&last.as_str())) {
        words.pop();
    }
    if words.first().is_some_and(|first| first == "the") {
        words.remove(0);
    }
    if words.is_empty() { whole } else { words }
}
