//! Invoice numbers and creditor references in a payer's text.
//!
//! A text is cut into words of letters and digits. A reference or number counts only as whole words, so
//! that 27 is never found in 3271. Words that payers write for `INV` are read as it.
//!
//! Invariant: a well-formed number stands for itself alone, also when nothing is due on it; only as a
//! slip of the keyboard does it stand for a number beside it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use crate::kernel::fold::loose;
use crate::kernel::id::{ClientId, InvoiceNumber, Series};
use crate::payments::matching::types::Payable;
use crate::payments::statement::types::StatementLine;

/// The most words that a broken number or reference is spread over.
const WINDOW_MAX: usize = 8;
/// The words of a text that are read.
const WORDS_MAX: usize = 200;
/// The longest reference, in characters.
const KEY_MAX: usize = 30;

/// How a text names an invoice, the weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Naming {
    /// The end of the number: a hint for a known payer.
    Short,
    /// The digits of the number alone.
    Bare,
    /// One character of number or reference differs.
    Mistyped,
    Whole,
    Reference,
}

/// The invoices that a line names, by their position.
#[derive(Debug, Default)]
pub struct NamedInvoices {
    pub open: BTreeMap<usize, Naming>,
    /// Well-formed numbers with nothing due.
    pub not_open: BTreeSet<InvoiceNumber>,
    /// Ends of numbers (`Invoice 12`), which only a known payer gives a meaning.
    pub ends: BTreeSet<u64>,
}

impl NamedInvoices {
    fn add(&mut self, at: usize, naming: Naming) {
        let known = self.open.entry(at).or_insert(naming);
        *known = naming.max(*known);
    }
}

/// The invoices with something due, by what payers may write.
pub struct NumberIndex<'a> {
    payables: &'a [Payable],
    by_number: BTreeMap<InvoiceNumber, usize>,
    /// By `inv70012` and `70012`: the dashes are often lost.
    by_key: BTreeMap<String, Vec<usize>>,
    by_reference: BTreeMap<String, usize>,
    /// By each key and reference, and by each of them without one character: the position, and the whole.
    near: HashMap<String, Vec<(usize, Rc<str>)>>,
}

impl<'a> NumberIndex<'a> {
    #[must_use]
    pub fn new(payables: &'a [Payable]) -> Self {
        let mut index = Self {
            payables,
            by_number: BTreeMap::new(),
            by_key: BTreeMap::new(),
            by_reference: BTreeMap::new(),
            near: HashMap::new(),
        };
        for (at, payable) in payables.iter().enumerate() {
            index.by_number.insert(payable.number, at);
            let key = number_key(payable.number);
            index.by_key.entry(key.trim_start_matches("inv").to_owned()).or_default().push(at);
            let reference = bare(&payable.reference);
            for text in [key.as_str(), &reference].into_iter().filter(|key| !key.is_empty()) {
                let whole: Rc<str> = text.into();
                for near in without_one(text) {
                    index.near.entry(near).or_default().push((at, Rc::clone(&whole)));
                }
            }
            index.by_key.entry(key).or_default().push(at);
            if !reference.is_empty() {
                index.by_reference.insert(reference, at);
            }
        }
        index
    }

    /// The invoices that a line names.
    #[must_use]
    pub fn named(&self, line: &StatementLine) -> NamedInvoices {
        let mut named = NamedInvoices::default();
        let texts = line.references.iter().chain([&line.text, &line.party]);
        for text in texts {
            let words = words(text);
            self.references(&words, &mut named);
            for at in 0..words.len() {
                self.number_at(&words, at, &mut named);
                self.digits_at(&words, at, &mut named);
            }
            self.mistyped(&words, &mut named);
        }
        named
    }

    /// Whole references, also broken by spaces.
    fn references(&self, words: &[Word], named: &mut NamedInvoices) {
        for_windows(words, |_, text| {
            if let Some(at) = self.by_reference.get(text) {
                named.add(*at, Naming::Reference);
            }
        });
    }

    /// `INV-7-0012`, also without dashes or broken by spaces, and the numbers listed behind it.
    fn number_at(&self, words: &[Word], at: usize, named: &mut NamedInvoices) {
        let Some(first) = words.get(at).and_then(|word| word.text.strip_prefix("inv")) else {
            return;
        };
        // `INV7-0012` has the first digits in the word itself.
        let is_joined = !first.is_empty();
        let end = first.find(|c: char| !c.is_ascii_digit()).unwrap_or(first.len());
        let rest = words.get(at.saturating_add(1)..).unwrap_or_default();
        let mut groups: Vec<&str> = first.get(..end).into_iter().filter(|_| is_joined).collect();
        groups.extend(rest.iter().take(4).map_while(Word::digits));
        if let Some((client, used)) = self.number_of(&groups, named) {
            let used = used.saturating_sub(usize::from(is_joined));
            self.listed(rest.get(used..).unwrap_or_default(), client, named);
        }
    }

    /// Reads groups of digits as a number; tells its client and how many groups it takes.
    fn number_of(&self, groups: &[&str], named: &mut NamedInvoices) -> Option<(ClientId, usize)> {
        match groups {
            [client, seq, ..] if seq.len() >= 4 && !client.is_empty() => {
                let number = number(client, seq)?;
                match self.by_number.get(&number) {
                    Some(at) => named.add(*at, Naming::Whole),
                    None => drop(named.not_open.insert(number)),
                }
                Some((number.client, 2))
            }
            [digits, ..] if digits.len() >= 5 => {
                let found = self.by_key.get(*digits).map(Vec::as_slice).unwrap_or_default();
                // Without dashes, one text may be two numbers.
                let naming = if found.len() == 1 { Naming::Whole } else { Naming::Bare };
                found.iter().for_each(|at| named.add(*at, naming));
                let only = found.first().filter(|_| found.len() == 1)?;
                Some((self.payables.get(*only)?.number.client, 1))
            }
            _ => self.broken_number(groups, named),
        }
    }

    /// `INV 7 00 12`, or the end of a number.
    fn broken_number(
        &self,
        groups: &[&str],
        named: &mut NamedInvoices,
    ) -> Option<(ClientId, usize)> {
        let joined = (2..=groups.len()).find_map(|count| {
            let found = self.by_key.get(&groups.get(..count)?.concat())?;
            let only = found.first().filter(|_| found.len() == 1)?;
            Some((*only, count))
        });
        match (joined, groups) {
            (Some((only, count)), _) => {
                named.add(only, Naming::Whole);
                Some((self.payables.get(only)?.number.client, count))
            }
            (None, [client, seq, ..]) => {
                let at = self.by_number.get(&number(client, seq)?)?;
                named.add(*at, Naming::Short);
                None
            }
            (None, [end]) => {
                named.ends.extend(end.parse::<u64>());
                None
            }
            (None, []) => None,
        }
    }

    /// `…, 0013 and 0014`: further numbers of the same client.
    fn listed(&self, words: &[Word], client: ClientId, named: &mut NamedInvoices) {
        let mut is_after_and = false;
        for word in words {
            if ["and", "und", "et", "en", "og", "och", "y", "e", "i"].contains(&word.text.as_str())
            {
                is_after_and = true;
                continue;
            }
            let Some(digits) = word.digits() else { return };
            if digits == client.0.to_string() {
                // `7-0012, 7-0013`
                continue;
            }
            let number = digits.parse().ok().map(|seq| InvoiceNumber {
                series: Series::Invoice,
                client,
                seq,
            });
            let Some((number, at)) =
                number.and_then(|number| Some((number, self.by_number.get(&number)?)))
            else {
                return;
            };
            let is_whole = format!("{:04}", number.seq) == digits;
            let is_list = is_after_and || word.before.contains([',', '+', '&', '/', ';']);
            match (is_whole, is_list) {
                (true, _) => named.add(*at, Naming::Whole),
                (false, true) => named.add(*at, Naming::Short),
                (false, false) => return,
            }
        }
    }

    /// `7-0012`, or `70012` alone.
    fn digits_at(&self, words: &[Word], at: usize, named: &mut NamedInvoices) {
        let before = at.checked_sub(1).and_then(|at| words.get(at));
        // The digits of `INV-7-0012` are read with it, and `CN-7-0012` is no invoice.
        let is_behind_inv =
            before.is_some_and(|word| word.text.starts_with("inv") || word.text == "cn");
        let Some(first) = words.get(at).and_then(Word::digits).filter(|_| !is_behind_inv) else {
            return;
        };
        let second = words
            .get(at.saturating_add(1))
            .filter(|word| ["-", "/"].contains(&word.before.as_str()));
        let pair = second.and_then(Word::digits).filter(|seq| seq.len() >= 4);
        let pair = pair.and_then(|seq| self.by_number.get(&number(first, seq)?));
        let alone = (first.len() >= 5).then(|| self.by_key.get(first)).flatten();
        for at in pair.into_iter().chain(alone.into_iter().flatten()) {
            named.add(*at, Naming::Bare);
        }
    }

    /// Numbers and references with one character wrong, missing, added, or two exchanged.
    fn mistyped(&self, words: &[Word], named: &mut NamedInvoices) {
        for_windows(words, |_, text| {
            let digits = text.bytes().filter(u8::is_ascii_digit).count();
            if digits < 3 || digits == text.len() || text.len() < 6 {
                return;
            }
            for near in without_one(text) {
                for (at, whole) in self.near.get(&near).into_iter().flatten() {
                    if strsim::osa_distance(whole, text) <= 1 {
                        named.add(*at, Naming::Mistyped);
                    }
                }
            }
        });
    }
}

/// A word of a text.
#[derive(Debug)]
struct Word {
    text: String,
    /// The characters between it and the word before, without spaces.
    before: String,
}

impl Word {
    fn digits(&self) -> Option<&str> {
        self.text.bytes().all(|byte| byte.is_ascii_digit()).then_some(self.text.as_str())
    }
}

/// Words that payers write in place of `INV`.
const INVOICE_WORDS: [&str; 22] = [
    "invoice",
    "invoices",
    "invoiceno",
    "invno",
    "invnr",
    "rechnung",
    "rechnungen",
    "rechnungsnr",
    "rechnungsnummer",
    "rnr",
    "rg",
    "re",
    "facture",
    "factures",
    "factuur",
    "factura",
    "fattura",
    "faktura",
    "fakturanr",
    "fact",
    "bill",
    "fra",
];
/// Words between `invoice` and its number.
const FILLERS: [&str; 8] = ["no", "nr", "num", "number", "numero", "nummer", "n", "id"];

/// The words of a text, with `inv` for what payers write in its place.
fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut before = String::new();
    let mut is_open = false;
    for c in loose(text).chars() {
        if c.is_alphanumeric() {
            match words.last_mut().filter(|_| is_open) {
                Some(word) => word.text.push(c),
                None => {
                    words.push(Word { text: c.to_string(), before: std::mem::take(&mut before) })
                }
            }
            is_open = true;
        } else {
            is_open = false;
            if !c.is_whitespace() {
                before.push(c);
            }
        }
    }
    let mut kept: Vec<Word> = Vec::with_capacity(words.len());
    for mut word in words.into_iter().take(WORDS_MAX) {
        let letters = word.text.find(|c: char| c.is_ascii_digit()).unwrap_or(word.text.len());
        if let Some((front, digits)) = word.text.split_at_checked(letters)
            && INVOICE_WORDS.contains(&front)
        {
            word.text = format!("inv{digits}");
        }
        let is_behind_inv = kept.last().is_some_and(|last| last.text == "inv");
        if is_behind_inv && FILLERS.contains(&word.text.as_str()) {
            continue;
        }
        if is_behind_inv && word.text.starts_with("inv") {
            kept.pop();
        }
        kept.push(word);
    }
    kept
}

/// All runs of neighbouring words, joined.
fn for_windows(words: &[Word], mut visit: impl FnMut(usize, &str)) {
    for at in 0..words.len() {
        let mut text = String::new();
        for word in words.iter().skip(at).take(WINDOW_MAX) {
            text.push_str(&word.text);
            if text.len() > KEY_MAX {
                break;
            }
            visit(at, &text);
        }
    }
}

/// A text, and the text without each of its characters.
fn without_one(text: &str) -> impl Iterator<Item = String> + '_ {
    let shorter = text.char_indices().filter_map(|(at, c)| {
        let rest = text.get(at.checked_add(c.len_utf8())?..)?;
        Some(format!("{}{rest}", text.get(..at)?))
    });
    std::iter::once(text.to_owned()).chain(shorter)
}

/// `inv70012`
fn number_key(number: InvoiceNumber) -> String {
    bare(&number.to_string())
}

fn bare(text: &str) -> String {
    loose(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The number of a client and a position, if it would be printed so.
fn number(client: &str, seq: &str) -> Option<InvoiceNumber> {
    let client = ClientId(client.parse().ok()?);
    Some(InvoiceNumber { series: Series::Invoice, client, seq: seq.parse().ok()? })
}
