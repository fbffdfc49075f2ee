//! Finding clients by less than a whole text: by beginnings of any of their words and numbers. Pure text
//! work; the functions run the queries.
//!
//! Invariant: a hit has every typed word. What is found here is shown or asked about, and never decides.

use crate::clients::names::index::has_word;
use crate::clients::names::types::{Term, TermQuery};
use crate::clients::phone::{self, Phone, digits, last_four, national_digits, without_trunk};
use crate::clients::types::Class;
use crate::kernel::fold::{key, loose, partition, suffixes, typed_words};
use crate::kernel::id::ClientId;

/// The most queries of one text.
pub const QUERIES_MAX: usize = 3;

/// The text behind the last dot of a label such as `ACME Ltd · c_1042`. Labels end in what they
/// stand for, because platforms hand back the label of a choice now and then, and not its value.
#[must_use]
pub fn label_end(label: &str) -> Option<&str> {
    label.rsplit_once('·').map(|(_, end)| end.trim())
}

/// A label that ends in a client's id, `ACME Ltd · c_1042` or `ACME Ltd (c_1042)`: the name before it, and
/// the id.
#[must_use]
pub fn label(typed: &str) -> Option<(&str, ClientId)> {
    let in_brackets = || typed.trim_end().strip_suffix(')')?.rsplit_once('(');
    let (name, end) = typed.rsplit_once('·').or_else(in_brackets)?;
    let name = Some(name.trim()).filter(|name| !name.is_empty())?;
    Some((name, end.trim().to_lowercase().parse().ok()?))
}

/// The query for all terms that begin with a loose text.
#[must_use]
pub fn beginning(text: &str) -> Option<TermQuery> {
    let prefix = key(text);
    (!prefix.is_empty()).then(|| TermQuery { partition: partition(&prefix), prefix })
}

/// The digits by which a typed number is found: of the whole number after a country code, else national.
fn sought_digits(typed: &str) -> Option<String> {
    match phone::read(typed, None)? {
        Phone::Whole(e164) => Some(digits(&e164)),
        Phone::National { digits, .. } => Some(without_trunk(&digits).to_owned()),
    }
}

/// The queries that find a text: by the whole of it, by its longest word, and by its digits.
#[must_use]
pub fn queries(typed: &str) -> Vec<TermQuery> {
    let words = typed_words(typed);
    let whole = suffixes(typed).into_iter().next();
    let longest = words.iter().max_by_key(|word| word.chars().count()).cloned();
    let texts = [whole, longest, sought_digits(typed)].into_iter().flatten();
    let mut queries: Vec<TermQuery> = Vec::with_capacity(QUERIES_MAX);
    for query in texts.filter_map(|text| beginning(&text)) {
        if !queries.contains(&query) {
            queries.push(query);
        }
    }
    queries
}

/// The wide query behind a did-you-mean: the whole partition of a text.
#[must_use]
pub fn wider(typed: &str) -> Option<TermQuery> {
    let query = queries(typed).into_iter().next()?;
    Some(TermQuery { prefix: query.partition.clone(), ..query })
}

/// The clients among `terms` that have all words of a text, one term each: whole words first, then by name.
#[must_use]
pub fn hits<'t>(
    typed: &str,
    terms: impl Iterator<Item = &'t Term>,
    class: Option<Class>,
) -> Vec<Term> {
    let words = typed_words(typed);
    let digits = sought_digits(typed);
    let is_whole = typed.contains('+') || typed.trim_start().starts_with("00");
    let has_number = |term: &Term| match (&digits, &term.mobile) {
        (Some(sought), Some(mobile)) => has_digits(mobile, sought, is_whole),
        (Some(_) | None, _) => false,
    };
    let has_words =
        |term: &Term| !words.is_empty() && words.iter().all(|word| has_word(term, word));
    let fits = |term: &&Term| {
        class.is_none_or(|class| term.class == class) && (has_number(term) || has_words(term))
    };
    let first = words.first().cloned().unwrap_or_default();
    let mut hits: Vec<Term> = terms.filter(fits).cloned().collect();
    hits.sort_by_key(|term| (term.client, term.key != first));
    hits.dedup_by_key(|term| term.client);
    hits.sort_by_cached_key(|term| (term.key != first, loose(&term.name), term.client));
    hits
}

/// Whether a term begins with a text as it was typed, word behind word.
#[must_use]
pub fn is_begun_by(term: &Term, typed: &str) -> bool {
    let whole = suffixes(typed).into_iter().next();
    let texts = whole.into_iter().chain(sought_digits(typed));
    texts.map(|text| key(&text)).any(|text| !text.is_empty() && term.key.starts_with(&text))
}

/// Whether a mobile begins with some digits, or ends in these four.
fn has_digits(mobile: &str, sought: &str, is_whole: bool) -> bool {
    let all = digits(mobile);
    let is_national =
        || national_digits(mobile).is_some_and(|national| national.starts_with(sought));
    let in_part = || last_four(&all) == sought || is_national();
    all.starts_with(sought) || (!is_whole && all.contains(sought) && in_part())
}

/// The clients whose words are nearest to a text: at most five, best first.
#[must_use]
pub fn nearest(typed: &str, terms: &[Term]) -> Vec<Term> {
    let typed = loose(typed.trim());
    let distance = |term: &Term| {
        let word = term.key.split(' ').next().unwrap_or_default();
        let texts = [loose(&term.name).as_str(), &term.key, word]
            .map(|text| strsim::damerau_levenshtein(&typed, text));
        texts.into_iter().min().unwrap_or(usize::MAX)
    };
    let allowed = (typed.chars().count() / 3).clamp(1, 3);
    let mut ranked: Vec<(usize, &Term)> =
        terms.iter().map(|term| (distance(term), term)).filter(|(d, _)| *d <= allowed).collect();
    ranked.sort_by_key(|(distance, term)| (term.client, *distance));
    ranked.dedup_by_key(|(_, term)| term.client);
    ranked.sort_by_cached_key(|(distance, term)| (*distance, loose(&term.name), term.client));
    ranked.into_iter().take(5).map(|(_, term)| term.clone()).collect()
}
