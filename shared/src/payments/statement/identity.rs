//! Which lines of a file the desk has already.
//!
//! Two equal lines of a file are two payments, so a line is counted within its equals: the second
//! `25.00 TOPUP` of a day is that day's second, in every file that holds the day. The bank's reference
//! comes before the other facts, but is not trusted to be unique.
//!
//! Invariant: a stored line answers for one line of a file at most, and no two lines get one key. A line
//! that is perhaps a stored one under another text is neither dropped nor counted twice: it is doubtful.
//!
//! Absent on purpose: the newest day as a memory. A line may arrive late.

use std::collections::{BTreeMap, BTreeSet};

use iso_currency::Currency;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::kernel::fold::exact;
use crate::kernel::id::digest;
use crate::payments::statement::types::{Flow, StatementLine};

/// The key of a stored line: `bl_` and 20 characters.
pub type LineKey = String;

/// The days within which an equal bank reference with an equal amount is perhaps the same entry.
const NEAR_DAYS: i32 = 10;

/// A line that the desk has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownLine {
    pub key: LineKey,
    pub account: String,
    pub booked_on: Date,
    pub flow: Flow,
    pub minor: u64,
    pub currency: Currency,
    pub bank_reference: String,
    /// The digest of party and text as they are compared.
    pub text: String,
}

impl KnownLine {
    /// A line under its key.
    #[must_use]
    pub fn new(key: LineKey, line: &StatementLine) -> Self {
        let text = exact(&format!("{} {}", line.party, line.text));
        Self {
            key,
            account: line.account.clone(),
            booked_on: line.booked_on,
            flow: line.flow,
            minor: line.amount.minor,
            currency: line.amount.currency,
            bank_reference: line.bank_reference.clone(),
            text: digest(&["text", &text]).chars().take(16).collect(),
        }
    }

    fn sum(&self) -> (&str, Flow, u64, &str) {
        (&self.account, self.flow, self.minor, self.currency.code())
    }

    /// The facts that equal lines share: the bank's reference, or else the text.
    fn identity(&self) -> String {
        let (flow, text) = match (self.flow, self.bank_reference.as_str()) {
            (Flow::In, "") => ("in", ["text", &self.text]),
            (Flow::Out, "") => ("out", ["text", &self.text]),
            (Flow::In, reference) => ("in", ["reference", reference]),
            (Flow::Out, reference) => ("out", ["reference", reference]),
        };
        let (minor, day) = (self.minor.to_string(), self.booked_on.to_string());
        let facts = [&self.account, &day, flow, &minor, self.currency.code()];
        [facts.as_slice(), text.as_slice()].concat().join("\u{1F}")
    }

    /// The same money on the same day.
    fn is_equal_sum(&self, other: &Self) -> bool {
        self.sum() == other.sum() && self.booked_on == other.booked_on
    }

    /// Whether the bank's references tell two lines apart.
    fn is_apart(&self, other: &Self) -> bool {
        let (one, another) = (&self.bank_reference, &other.bank_reference);
        one != another && !one.is_empty() && !another.is_empty()
    }
}

/// A line that may be one that the desk has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoubtfulLine {
    /// The key under which it is stored if it is another payment.
    pub key: LineKey,
    pub line: StatementLine,
    /// The stored line, or the earlier line of the file, that it may be.
    pub like: LineKey,
}

/// The lines of a file, compared with those that the desk has.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ComparedLines {
    pub new: Vec<(LineKey, StatementLine)>,
    pub known: Vec<(LineKey, StatementLine)>,
    pub doubtful: Vec<DoubtfulLine>,
}

/// Compares the lines of a file with those that the desk has of the same accounts. `stored` needs the
/// lines from [`NEAR_DAYS`] before the file's first day to as many after its last.
#[must_use]
pub fn compare(lines: Vec<StatementLine>, stored: &[KnownLine]) -> ComparedLines {
    let mut stored = Stored::new(stored);
    let facts: Vec<KnownLine> =
        lines.iter().map(|line| KnownLine::new(LineKey::new(), line)).collect();
    // The surest matches take their stored lines first.
    let mut same: Vec<Option<LineKey>> = vec![None; facts.len()];
    for is_sure in [true, false] {
        for (fact, same) in facts.iter().zip(&mut same).filter(|(_, same)| same.is_none()) {
            *same = stored.take(fact, |known| {
                let has_reference = !fact.bank_reference.is_empty();
                let by_reference = has_reference && fact.bank_reference == known.bank_reference;
                let by_text = fact.text == known.text && !fact.is_apart(known);
                if is_sure { by_reference && by_text } else { by_reference || by_text }
            });
        }
    }
    let days = Days::new(&facts);
    let mut compared = ComparedLines::default();
    let mut keys = Keys { used: stored.lines.iter().map(|line| line.key.clone()).collect() };
    let mut earlier: BTreeMap<(String, String), LineKey> = BTreeMap::new();
    for ((line, fact), same) in lines.into_iter().zip(facts).zip(same) {
        // The bank's own reference twice in a file, with all facts equal: one entry listed twice?
        let facts = (fact.identity(), fact.text.clone());
        let repeats = earlier.get(&facts).filter(|_| !fact.bank_reference.is_empty()).cloned();
        if let Some(key) = same {
            earlier.insert(facts, key.clone());
            compared.known.push((key, line));
            continue;
        }
        // A stored line that this file lacks, under another text, reference or day.
        let like = stored
            .take(&fact, |known| !fact.is_apart(known) || fact.text == known.text)
            .or_else(|| stored.moved(&fact, &days));
        let key = keys.next(&fact);
        earlier.insert(facts, key.clone());
        match like.or(repeats) {
            Some(like) => compared.doubtful.push(DoubtfulLine { key, line, like }),
            None => compared.new.push((key, line)),
        }
    }
    compared
}

/// Stored lines, each of which answers for one line of the file.
struct Stored<'a> {
    lines: &'a [KnownLine],
    /// The positions of the lines by day and amount.
    by_day: BTreeMap<(Date, u64), Vec<usize>>,
    by_sum: BTreeMap<u64, Vec<usize>>,
    taken: BTreeSet<usize>,
}

impl<'a> Stored<'a> {
    fn new(lines: &'a [KnownLine]) -> Self {
        let mut stored = Self {
            lines,
            by_day: BTreeMap::new(),
            by_sum: BTreeMap::new(),
            taken: BTreeSet::new(),
        };
        for (at, line) in lines.iter().enumerate() {
            stored.by_day.entry((line.booked_on, line.minor)).or_default().push(at);
            stored.by_sum.entry(line.minor).or_default().push(at);
        }
        stored
    }

    /// Takes a stored line that may be this one.
    fn take(&mut self, fact: &KnownLine, is: impl Fn(&KnownLine) -> bool) -> Option<LineKey> {
        let places = self.by_day.get(&(fact.booked_on, fact.minor))?;
        let free = places.iter().filter(|at| !self.taken.contains(*at));
        let mut lines = free.filter_map(|at| Some((*at, self.lines.get(*at)?)));
        let (at, line) = lines.find(|(_, line)| line.is_equal_sum(fact) && is(line))?;
        self.taken.insert(at);
        Some(line.key.clone())
    }

    /// Takes a stored line of the same amount on a near day that has the same bank reference, or that is
    /// missing in a file which holds its day.
    fn moved(&mut self, fact: &KnownLine, days: &Days) -> Option<LineKey> {
        let places = self.by_sum.get(&fact.minor)?;
        let free = places.iter().filter(|at| !self.taken.contains(*at));
        let mut lines = free.filter_map(|at| Some((*at, self.lines.get(*at)?)));
        let (at, line) = lines.find(|(_, line)| {
            let apart =
                line.booked_on.until(fact.booked_on).map_or(i32::MAX, |span| span.get_days());
            let has_reference = !fact.bank_reference.is_empty();
            line.sum() == fact.sum()
                && apart.saturating_abs() <= NEAR_DAYS
                && ((has_reference && line.bank_reference == fact.bank_reference)
                    || (!fact.is_apart(line) && days.hold(line)))
        })?;
        self.taken.insert(at);
        Some(line.key.clone())
    }
}

/// The first and the last day of a file's accounts.
struct Days {
    by_account: BTreeMap<String, (Date, Date)>,
}

impl Days {
    fn new(facts: &[KnownLine]) -> Self {
        let mut by_account: BTreeMap<String, (Date, Date)> = BTreeMap::new();
        for fact in facts.iter().filter(|fact| !fact.account.is_empty()) {
            let day = fact.booked_on;
            let (first, last) = by_account.entry(fact.account.clone()).or_insert((day, day));
            (*first, *last) = ((*first).min(day), (*last).max(day));
        }
        Self { by_account }
    }

    /// Whether the file holds the day of a line, so that the line should be in it.
    fn hold(&self, line: &KnownLine) -> bool {
        let days = self.by_account.get(&line.account);
        days.is_some_and(|(first, last)| (*first..=*last).contains(&line.booked_on))
    }
}

/// The key of a line that is one of several equal ones, from 0.
#[must_use]
pub fn line_key(line: &StatementLine, occurrence: usize) -> LineKey {
    key_of(&KnownLine::new(LineKey::new(), line).identity(), occurrence)
}

fn key_of(identity: &str, occurrence: usize) -> LineKey {
    let digest = digest(&[identity, "\u{1F}", &occurrence.to_string()]);
    format!("bl_{}", digest.chars().take(20).collect::<String>())
}

/// The keys of stored lines and of the file's earlier lines.
struct Keys {
    used: BTreeSet<LineKey>,
}

impl Keys {
    /// The key of the next line of its equals.
    fn next(&mut self, fact: &KnownLine) -> LineKey {
        let identity = fact.identity();
        let mut key = LineKey::new();
        for occurrence in 0..=self.used.len() {
            key = key_of(&identity, occurrence);
            if self.used.insert(key.clone()) {
                break;
            }
        }
        key
    }
}
