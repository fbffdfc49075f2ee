//! The client that a typed text names (DESIGN §8): certain, found, several, or none.
//!
//! A text is *certain* if it equals a whole id, login, name, email or number of one client and of no
//! other, letter case aside ([`certain`]). Whole texts are read by their own keys, so no list that was cut
//! decides. Anything weaker only finds: a read shows the client, and a write asks first.
//!
//! Where a name is followed by other text, the longest certain beginning is the client; if a shorter one is
//! certain for another client, nothing is decided.

pub mod certain;
pub mod index;
pub mod mentioned;
pub mod types;

use crate::clients::card::card;
use crate::clients::names::certain::{Owners, is_read_by_number, owner_needs, owners};
use crate::clients::names::types::{
    Candidate, Hit, How, NamedBy, Resolution, SHOWN_MAX, Term, TermQuery, Terms,
};
use crate::clients::phone;
use crate::clients::search::{
    QUERIES_MAX, beginning, hits, is_begun_by, label, nearest, queries, wider,
};
use crate::contract::image::{Image, Need, Stop};
use crate::contract::refusal::Refusal;
use crate::kernel::credit::{Count, grouped};
use crate::kernel::fold::{exact, suffixes};
use crate::kernel::id::{ClientId, Named};
use crate::kernel::typed::{Follows, TypedClient};

/// How many words of an undivided text may name the client.
const BEGINNINGS_MAX: usize = 8;

/// The client that a text names.
///
/// # Errors
/// Something that tells was never read.
pub fn resolve(typed: &TypedClient, follows: Follows, image: &Image) -> Result<Resolution, Stop> {
    match (typed, follows) {
        (TypedClient::Whole(text), _) | (TypedClient::Begins(text), Follows::Nothing) => {
            resolve_whole(text, image)
        }
        (TypedClient::Begins(text), _) => divide(std::slice::from_ref(text), follows, image),
        (TypedClient::AfterAmount { lead, text }, _) => {
            divide(&after_amount(lead, text), follows, image)
        }
    }
}

/// The texts that may begin with the client: with all words of `lead` before it, then with fewer.
fn after_amount(lead: &str, text: &str) -> Vec<String> {
    let lead: Vec<&str> = lead.split_whitespace().collect();
    let behind = |from| lead.get(from..).unwrap_or_default().iter().copied().chain([text]);
    (0..=lead.len()).map(|from| behind(from).collect::<Vec<_>>().join(" ")).collect()
}

/// The one client of a resolution.
///
/// # Errors
/// The refusal that lists several clients, or says that there is none.
pub fn only(resolution: Resolution, image: &Image) -> Result<Hit, Stop> {
    match resolution {
        Resolution::One(hit) => Ok(hit),
        Resolution::Many { typed, shown, total } => {
            let (mut matches, mut behind) = (Vec::new(), Vec::new());
            for candidate in shown {
                let id = candidate.client;
                if let (Some(client), Some(account)) = (image.client(id)?, image.account(id)?) {
                    matches.push(card(client, account));
                    behind.push(candidate.behind);
                }
            }
            if behind.iter().all(String::is_empty) {
                behind.clear();
            }
            Err(Refusal::Ambiguous { typed, matches, total, behind }.into())
        }
        Resolution::None { typed, nearest, behind } => {
            Err(Refusal::UnknownClient { typed, nearest, behind }.into())
        }
        Resolution::NoDocument(number) => Err(Refusal::UnknownInvoice { number }.into()),
    }
}

/// Stops if something was never read.
fn demand(mut needs: Vec<Need>, image: &Image) -> Result<(), Stop> {
    needs.retain(|need| !image.has(need));
    if needs.is_empty() { Ok(()) } else { Err(Stop::Lacks(needs)) }
}

/// A text that is read by its own key and never searched: an id, a document, a label, a whole number.
fn is_exact_only(text: &str) -> bool {
    is_read_by_number(text) || matches!(phone::read(text, None), Some(phone::Phone::Whole(_)))
}

fn resolve_whole(typed: &str, image: &Image) -> Result<Resolution, Stop> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(nobody("", Vec::new(), ""));
    }
    let queries = if is_exact_only(typed) { Vec::new() } else { queries(typed) };
    let mut needs = owner_needs(typed, image);
    needs.extend(queries.iter().cloned().map(Need::Terms));
    demand(needs, image)?;
    match owners(typed, image)? {
        Owners::One { client, chain, by } => {
            let how = how_certain(typed, client, by, image)?;
            let (typed, behind) = (typed.to_owned(), String::new());
            Ok(Resolution::One(Hit { client, chain, how, typed, behind }))
        }
        Owners::Several { clients, total } => Ok(many(typed, candidates(clients, ""), total)),
        Owners::NoDocument(number) => Ok(Resolution::NoDocument(number)),
        Owners::Nobody => match found(typed, "", &queries, image)? {
            Some(resolution) => Ok(resolution),
            None => none(typed, image),
        },
    }
}

/// How a client is named by a text that is certainly its own.
fn how_certain(
    typed: &str,
    client: ClientId,
    by: Option<NamedBy>,
    image: &Image,
) -> Result<How, Stop> {
    match by {
        None | Some(NamedBy::Login | NamedBy::Email | NamedBy::Mobile) => Ok(How::Exactly),
        Some(NamedBy::Name) => {
            let others = begins_another(typed, client, image)?;
            Ok(if others { How::NameBeginsOthers } else { How::Exactly })
        }
    }
}

/// Whether a text is also the beginning of the name of another client; a list that was cut may hide one.
///
/// # Errors
/// The terms were never read.
pub fn begins_another(name: &str, client: ClientId, image: &Image) -> Result<bool, Stop> {
    let whole = suffixes(name).into_iter().next().unwrap_or_default();
    let Some(query) = beginning(&whole) else { return Ok(false) };
    let read = image.terms_with(&query)?;
    let name = exact(name);
    let is_longer = |term: &Term| {
        let other = exact(&term.name);
        term.client != client && other != name && other.starts_with(&name)
    };
    Ok(read.is_cut || read.terms.iter().any(is_longer))
}

/// Whether the typed text and the number beside it are together the name of another client, or its first
/// words: “Acme 500” for `acme 500`, “7-Eleven” for `7 eleven`.
///
/// # Errors
/// The terms were never read.
pub fn is_number_of_another(hit: &Hit, count: Count, image: &Image) -> Result<bool, Stop> {
    let first = |text: &str| suffixes(text).into_iter().next().unwrap_or_default();
    let typed = first(&hit.typed);
    let Some(query) = beginning(&typed) else { return Ok(false) };
    let read = image.terms_with(&query)?;
    let (plain, grouped) = (count.get().to_string(), grouped(count.get()).replace(',', " "));
    let texts =
        [plain, grouped].map(|number| [format!("{typed} {number}"), format!("{number} {typed}")]);
    let is_one = |name: &str| {
        let rest = texts.iter().flatten().filter_map(|text| name.strip_prefix(text.as_str()));
        rest.into_iter().any(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    let is_other = |term: &Term| term.client != hit.client && is_one(&first(&term.name));
    if read.terms.iter().any(is_other) {
        return Ok(true);
    }
    if !read.is_cut {
        return Ok(false);
    }
    for text in texts.iter().flatten() {
        if certain::owners_of(text, image)?.iter().any(|owner| *owner != hit.client) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn candidates(clients: Vec<ClientId>, behind: &str) -> Vec<Candidate> {
    let candidate = |client| Candidate { client, behind: behind.to_owned() };
    clients.into_iter().map(candidate).collect()
}

fn many(typed: &str, mut shown: Vec<Candidate>, total: u64) -> Resolution {
    shown.truncate(SHOWN_MAX);
    Resolution::Many { typed: typed.to_owned(), shown, total }
}

/// What some queries find for a text; `None` if they find nothing.
fn found(
    typed: &str,
    behind: &str,
    queries: &[TermQuery],
    image: &Image,
) -> Result<Option<Resolution>, Stop> {
    let mut read: Vec<&Terms> = Vec::new();
    for query in queries {
        read.push(image.terms(query)?);
    }
    // Other text follows: only words that stand behind each other in a name are taken for the name.
    let in_order = |term: &&Term| behind.is_empty() || is_begun_by(term, typed);
    let all = hits(typed, read.iter().flat_map(|read| &read.terms).filter(in_order), None);
    let first = read.first().filter(|read| !read.is_cut);
    let is_first = first.is_some_and(|read| !hits(typed, read.terms.iter(), None).is_empty());
    let is_cut = read.iter().any(|read| read.is_cut) && !is_first;
    Ok(match all.as_slice() {
        [] => None,
        [one] if !is_cut => Some(Resolution::One(Hit {
            client: one.client,
            chain: one.chain.clone(),
            how: How::Found,
            typed: typed.to_owned(),
            behind: behind.to_owned(),
        })),
        several => {
            let total = u64::try_from(several.len()).unwrap_or(u64::MAX);
            let clients = several.iter().map(|term| term.client).collect();
            Some(many(typed, candidates(clients, behind), total))
        }
    })
}

/// No client; the nearest names are looked for among those that begin alike.
fn none(typed: &str, image: &Image) -> Result<Resolution, Stop> {
    let wider = if is_exact_only(typed) { None } else { wider(typed) };
    let nearest = match wider {
        Some(query) => nearest(typed, &image.terms_with(&query)?.terms),
        None => Vec::new(),
    };
    let nearest: Vec<Named> = nearest.iter().map(Named::from).collect();
    if nearest.is_empty()
        && let Some((client, behind)) = begun_with(typed, image)?
    {
        return Ok(nobody(typed, vec![client], &behind));
    }
    Ok(nobody(typed, nearest, ""))
}

fn nobody(typed: &str, nearest: Vec<Named>, behind: &str) -> Resolution {
    Resolution::None { typed: typed.to_owned(), nearest, behind: behind.to_owned() }
}

/// The one client that the longest part of a text finds, and the words behind that part.
fn begun_with(typed: &str, image: &Image) -> Result<Option<(Named, String)>, Stop> {
    let parts = parts(typed);
    let queries = part_queries(&parts.iter().collect::<Vec<_>>());
    demand(queries.iter().cloned().map(Need::Terms).collect(), image)?;
    for part in parts.iter().rev().filter(|part| !part.behind.is_empty()) {
        let mut terms: Vec<&Term> = Vec::new();
        for query in &queries {
            terms.extend(&image.terms(query)?.terms);
        }
        match hits(&part.head, terms.into_iter(), None).as_slice() {
            [] => {}
            [one] => return Ok(Some((Named::from(one), part.behind.clone()))),
            _ => return Ok(None),
        }
    }
    Ok(None)
}

/// A beginning of an undivided text, and the text behind it.
struct Part {
    head: String,
    behind: String,
}

fn parts(typed: &str) -> Vec<Part> {
    let words: Vec<&str> = typed.split_whitespace().collect();
    let part =
        |at| words.split_at_checked(at).map(|(head, behind)| (head.join(" "), behind.join(" ")));
    let all = (1..=words.len().min(BEGINNINGS_MAX)).filter_map(part);
    all.map(|(head, behind)| Part { head, behind }).collect()
}

/// The queries that find the client at the beginning of a text: by its first word, its first two, and the
/// digits that it begins with.
fn part_queries(parts: &[&Part]) -> Vec<TermQuery> {
    let number = parts.iter().copied().rev().find(|part| phone::read(&part.head, None).is_some());
    let heads =
        parts.iter().copied().take(2).chain(number).filter(|part| !is_exact_only(&part.head));
    let mut all: Vec<TermQuery> = Vec::new();
    for query in heads.flat_map(|part| {
        let whole = queries(&part.head);
        let number = whole.last().filter(|_| phone::read(&part.head, None).is_some()).cloned();
        whole.into_iter().take(1).chain(number)
    }) {
        if !all.contains(&query) && all.len() < QUERIES_MAX {
            all.push(query);
        }
    }
    all
}

/// Divides one of some texts into the client and the text behind it. A certain client of any text counts;
/// one that is only found is looked for in the last text first.
fn divide(texts: &[String], follows: Follows, image: &Image) -> Result<Resolution, Stop> {
    let is_divided = |part: &Part| match follows {
        Follows::Nothing => part.behind.is_empty(),
        Follows::AnyText | Follows::Text => true,
    };
    let each = texts.iter().map(|text| parts(text).into_iter().filter(is_divided));
    let each: Vec<Vec<Part>> = each.map(Iterator::collect).collect();
    let parts: Vec<&Part> = each.iter().rev().flatten().collect();
    let queries = part_queries(&parts);
    let mut needs: Vec<Need> =
        parts.iter().flat_map(|part| owner_needs(&part.head, image)).collect();
    needs.extend(queries.iter().cloned().map(Need::Terms));
    demand(needs, image)?;
    let mut certain: Vec<(&Part, Owners)> = Vec::new();
    for part in parts.iter().copied().rev() {
        match owners(&part.head, image)? {
            Owners::Nobody => {}
            known => certain.push((part, known)),
        }
    }
    if let Some(((part, longest), shorter)) = certain.split_first() {
        return divided(part, longest, shorter, image);
    }
    // The whole text is the client only where nothing has to follow it.
    let may_be_whole = follows != Follows::Text;
    for part in each.iter().rev().flat_map(|parts| parts.iter().rev()) {
        if (may_be_whole || !part.behind.is_empty())
            && let Some(resolution) = found(&part.head, &part.behind, &queries, image)?
        {
            return Ok(resolution);
        }
    }
    none(parts.first().map(|part| part.head.as_str()).unwrap_or_default(), image)
}

/// The longest certain beginning is the client, unless a shorter one is certain for another.
fn divided(
    part: &Part,
    longest: &Owners,
    shorter: &[(&Part, Owners)],
    image: &Image,
) -> Result<Resolution, Stop> {
    let of = |part: &Part, owners: &Owners| match owners {
        Owners::One { client, .. } => candidates(vec![*client], &part.behind),
        Owners::Several { clients, .. } => candidates(clients.clone(), &part.behind),
        Owners::Nobody | Owners::NoDocument(_) => Vec::new(),
    };
    let mut all = of(part, longest);
    for candidate in shorter.iter().flat_map(|(part, owners)| of(part, owners)) {
        if all.iter().all(|known| known.client != candidate.client) {
            all.push(candidate);
        }
    }
    match longest {
        // A label names its client by the id as well.
        Owners::One { client, chain, by } if all.len() == 1 || label(&part.head).is_some() => {
            Ok(Resolution::One(Hit {
                client: *client,
                chain: chain.clone(),
                how: how_certain(&part.head, *client, *by, image)?,
                typed: part.head.clone(),
                behind: part.behind.clone(),
            }))
        }
        Owners::NoDocument(number) => Ok(Resolution::NoDocument(*number)),
        Owners::One { .. } | Owners::Several { .. } | Owners::Nobody => {
            let more = match longest {
                Owners::Several { clients, total } => {
                    total.saturating_sub(u64::try_from(clients.len()).unwrap_or(u64::MAX))
                }
                Owners::One { .. } | Owners::Nobody | Owners::NoDocument(_) => 0,
            };
            let total = u64::try_from(all.len()).unwrap_or(u64::MAX).saturating_add(more);
            Ok(many(&part.head, all, total))
        }
    }
}
