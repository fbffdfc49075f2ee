//! How a client is found: by any word of its name, login, id, email, invoice number or mobile, from
//! its first two letters on. Pure text work; the functions only run the one query.
//!
//! Nothing is guessed: an exact id or login is that client, an exact name or a prefix that fits one
//! client is that client (and says so, because the confirmation asks about it), everything else is a
//! list to pick from or a did-you-mean.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::clients::types::{Class, Client, Hit, How, Resolution, SHOWN_MAX, Term};
use crate::kernel::id::{ClientId, InvoiceNumber};

/// How many letters name the partition of a search term.
pub const PREFIX_LETTERS: usize = 2;

/// A number of fewer digits is only the end of a mobile, and is confirmed like a beginning.
const WHOLE_NUMBER: usize = 7;

/// Text as it is compared: compatibility forms and accents folded, lower case.
#[must_use]
pub fn fold(text: &str) -> String {
    text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

/// The words of a text, folded: runs of letters, digits and the characters of logins and emails.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    let inside = |c: char| c.is_alphanumeric() || matches!(c, '_' | '@' | '.' | '-' | '+');
    let folded = fold(text);
    folded
        .split(|c: char| !inside(c))
        .map(|word| word.trim_matches(|c: char| matches!(c, '.' | '-')).to_owned())
        .filter(|word| word.chars().count() >= PREFIX_LETTERS)
        .collect()
}

/// The partition of a folded word.
#[must_use]
pub fn partition(word: &str) -> String {
    word.chars().take(PREFIX_LETTERS).collect()
}

/// All words by which a client is found. An invoice number needs none: it names its client.
#[must_use]
pub fn terms(client: &Client) -> Vec<Term> {
    let mut found = words(&client.name);
    found.push(fold(&client.login));
    found.push(client.id.to_string());
    found.extend(words(&client.email));
    if let Some(mobile) = &client.mobile {
        let digits: String = mobile.chars().filter(char::is_ascii_digit).collect();
        // In E.164 without the plus, in national form, and by the last four digits.
        if let Ok(number) = phonenumber::parse(None, mobile) {
            found.push(national(&number));
        }
        found.push(last_four(&digits));
        found.push(digits);
    }
    found.retain(|word| word.chars().count() >= PREFIX_LETTERS);
    found.sort();
    found.dedup();
    let term = |word| Term {
        word,
        client: client.id,
        name: client.name.clone(),
        login: client.login.clone(),
        class: client.class,
        chain: client.chain.clone(),
    };
    found.into_iter().map(term).collect()
}

fn national(number: &phonenumber::PhoneNumber) -> String {
    let text = number.format().mode(phonenumber::Mode::National).to_string();
    text.chars().filter(char::is_ascii_digit).collect()
}

/// The last four characters.
#[must_use]
pub fn last_four(digits: &str) -> String {
    let count = digits.chars().count();
    digits.chars().skip(count.saturating_sub(4)).collect()
}

/// The one query that a typed client needs: all terms of a partition that begin with a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermQuery {
    /// The partition's letters.
    pub partition: String,
    /// The beginning of the word.
    pub prefix: String,
}

/// What to look for: the first word of what was typed. `None` when it has fewer than two letters.
#[must_use]
pub fn query(typed: &str) -> Option<TermQuery> {
    let first = sought(typed).into_iter().next()?;
    Some(TermQuery { partition: partition(&first), prefix: first })
}

/// The whole partition of what was typed, for a did-you-mean.
#[must_use]
pub fn wider(typed: &str) -> Option<TermQuery> {
    let letters = partition(&sought(typed).into_iter().next()?);
    Some(TermQuery { partition: letters.clone(), prefix: letters })
}

/// The words that a client must have. A label such as `ACME Ltd · c_1042` means its id, an invoice
/// number its client, a telephone number its digits.
fn sought(typed: &str) -> Vec<String> {
    let typed = typed.trim();
    let end = label_end(typed).unwrap_or(typed);
    if let Ok(id) = end.parse::<ClientId>() {
        return vec![id.to_string()];
    }
    if let Ok(number) = typed.parse::<InvoiceNumber>() {
        return vec![number.client.to_string()];
    }
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    let phone = typed.chars().all(|c| c.is_ascii_digit() || " +()-./".contains(c));
    if phone && digits.len() >= 4 {
        return vec![digits];
    }
    words(typed)
}

/// What stands behind the last dot of a label such as `ACME Ltd · c_1042`. Labels end in what they
/// stand for, because platforms hand back the label of a choice now and then, and not its value.
#[must_use]
pub fn label_end(label: &str) -> Option<&str> {
    label.rsplit_once('·').map(|(_, end)| end.trim())
}

/// The clients among `terms` that have all words of what was typed, one term each, by name.
#[must_use]
pub fn matching(typed: &str, terms: &[Term], class: Option<Class>) -> Vec<Term> {
    let sought = sought(typed);
    let Some((first, rest)) = sought.split_first() else { return Vec::new() };
    let fits = |term: &&Term| {
        let names = words(&term.name);
        let has = |word: &String| {
            names.iter().any(|name| name.starts_with(word.as_str()))
                || fold(&term.login).starts_with(word.as_str())
        };
        term.word.starts_with(first.as_str())
            && rest.iter().all(has)
            && class.is_none_or(|class| term.class == class)
    };
    let mut found: Vec<Term> = terms.iter().filter(fits).cloned().collect();
    // A whole word before a beginning, then by name; one row a client.
    found.sort_by_key(|t| (t.client, t.word != *first));
    found.dedup_by_key(|t| t.client);
    found.sort_by_key(|t| (t.word != *first, fold(&t.name), t.client));
    found
}

/// Resolves what was typed to one client, or to what to ask.
#[must_use]
pub fn resolve(typed: &str, terms: &[Term]) -> Resolution {
    let found = matching(typed, terms, None);
    let hit = |term: &Term, how| {
        Resolution::One(Hit {
            client: term.client,
            chain: term.chain.clone(),
            how,
            typed: typed.trim().to_owned(),
        })
    };
    let whole = sought(typed).join(" ");
    // An id or a login is one client's, whatever else begins like it.
    let named = fold(typed.trim());
    let by_id = |t: &&Term| t.client.to_string() == whole || fold(&t.login) == whole;
    if let Some(term) = found.iter().find(by_id)
        && !found.iter().any(|t| t.client != term.client && fold(&t.name) == named)
    {
        return hit(term, How::Exactly);
    }
    // A whole email or number is as good as a name; a word of a name is only a beginning.
    let unmistakable = whole.contains('@') || (whole.len() >= WHOLE_NUMBER && is_number(&whole));
    let mut exact =
        found.iter().filter(|t| fold(&t.name) == named || (unmistakable && t.word == whole));
    match (exact.next(), exact.next(), found.as_slice()) {
        (Some(term), None, [_]) => hit(term, How::Exactly),
        (Some(term), None, _) => hit(term, How::NameBeginsOthers),
        (None, None, [term]) => hit(term, How::Prefix),
        (None, None, []) => {
            Resolution::None { typed: typed.trim().to_owned(), nearest: Vec::new() }
        }
        _ => Resolution::Many {
            typed: typed.trim().to_owned(),
            shown: found.iter().take(SHOWN_MAX).map(|t| t.client).collect(),
            total: u64::try_from(found.len()).unwrap_or(u64::MAX),
        },
    }
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|b| b.is_ascii_digit())
}

/// The clients whose words are nearest to what was typed: at most five, best first.
#[must_use]
pub fn nearest(typed: &str, terms: &[Term]) -> Vec<Term> {
    let typed = fold(typed.trim());
    let distance = |term: &Term| {
        let whole = strsim::damerau_levenshtein(&typed, &fold(&term.name));
        whole.min(strsim::damerau_levenshtein(&typed, &term.word))
    };
    let allowed = (typed.chars().count() / 3).clamp(1, 3);
    let mut ranked: Vec<(usize, &Term)> =
        terms.iter().map(|t| (distance(t), t)).filter(|(d, _)| *d <= allowed).collect();
    ranked.sort_by_key(|(d, t)| (t.client, *d));
    ranked.dedup_by_key(|(_, t)| t.client);
    ranked.sort_by_key(|(d, t)| (*d, fold(&t.name), t.client));
    ranked.into_iter().take(5).map(|(_, t)| t.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::id::ROOT;
    use crate::ledger::account::Status;

    fn client(id: u64, login: &str, name: &str, mobile: Option<&str>) -> Client {
        Client {
            login: login.to_owned(),
            name: name.to_owned(),
            email: format!("hello@{login}.example.com"),
            mobile: mobile.map(str::to_owned),
            status: Status::Active,
            chain: vec![ROOT],
            ..Client::blank(ClientId(id), jiff::Timestamp::UNIX_EPOCH)
        }
    }

    fn desk() -> Vec<Term> {
        let clients = [
            client(10, "acme", "ACME Ltd", Some("+447700900123")),
            client(11, "acmemobile", "Acme Mobile", None),
            client(12, "studio54", "Studio 54", None),
            client(13, "cafe", "Café Zoë", Some("+447700901123")),
            client(14, "studio", "Studio", None),
        ];
        clients.iter().flat_map(terms).collect()
    }

    /// What the one query would have found, resolved.
    fn find(typed: &str) -> String {
        let Some(query) = query(typed) else { return "nothing to look for".to_owned() };
        let found: Vec<Term> = desk()
            .into_iter()
            .filter(|t| partition(&t.word) == query.partition && t.word.starts_with(&query.prefix))
            .collect();
        match resolve(typed, &found) {
            Resolution::One(hit) => format!("{} {:?}", hit.client, hit.how),
            Resolution::Many { total, .. } => format!("{total} match"),
            Resolution::None { .. } => "none".to_owned(),
        }
    }

    #[test]
    fn a_client_is_found_by_whatever_is_known_of_it_and_never_guessed() {
        for (typed, expected) in [
            ("acme", "c_10 Exactly"),
            ("ACME", "c_10 Exactly"),
            ("c_11", "c_11 Exactly"),
            ("ACME Ltd · c_10", "c_10 Exactly"),
            (" Acme · Mobile ·c_11 ", "c_11 Exactly"),
            ("ACME Ltd · user", "none"),
            ("Acme Mobile", "c_11 Exactly"),
            ("INV-13-0007", "c_13 Exactly"),
            ("ac", "2 match"),
            ("acm", "2 match"),
            ("acmem", "c_11 Prefix"),
            ("café zoe", "c_13 Exactly"),
            ("caf", "c_13 Prefix"),
            ("studio", "c_14 Exactly"),
            ("studio 54", "c_12 Exactly"),
            ("07700 900123", "c_10 Exactly"),
            ("+44 7700 900123", "c_10 Exactly"),
            ("1123", "c_13 Prefix"),
            ("0123", "c_10 Prefix"),
            ("hello", "5 match"),
            ("hello@acme.example.com", "c_10 Exactly"),
            ("zebra", "none"),
            ("a", "nothing to look for"),
            ("", "nothing to look for"),
            ("“”", "nothing to look for"),
        ] {
            assert_eq!(find(typed), expected, "{typed}");
        }
    }

    #[test]
    fn an_exact_name_that_begins_others_says_so() {
        let clients = [client(20, "x1", "North", None), client(21, "x2", "North Star", None)];
        let terms: Vec<Term> = clients.iter().flat_map(terms).collect();
        match resolve("north", &terms) {
            Resolution::One(hit) => {
                assert_eq!((hit.client, hit.how), (ClientId(20), How::NameBeginsOthers));
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn one_slip_of_the_finger_finds_the_nearest() {
        let near = nearest("acmee", &desk());
        assert_eq!(near.first().map(|t| t.client), Some(ClientId(10)));
        assert!(nearest("zzzz", &desk()).is_empty());
    }
}
