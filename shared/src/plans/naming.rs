//! The names in an ask: who is meant, before any capability sees the ask. Capabilities get ids.
//!
//! Invariant: a change waits for its author's confirmation if a client or staff member in it was not named
//! whole, whatever the operation, or if the reason behind its client names another client. Adds, deducts,
//! suspensions and corrections to another client have such a reason. The rule is here and nowhere else.
//!
//! Absent on purpose: the reason of a change that is named by its operation or document (`/correct` of an
//! amount, `/undo`, `/invoice void`). It tells what went wrong, and often names the other client.

use crate::clients::names::certain::{is_named, is_read_by_number};
use crate::clients::names::mentioned::{self, Mention, mentioned};
use crate::clients::names::types::{Hit, How, Resolution};
use crate::clients::names::{is_number_of_another, only, resolve};
use crate::clients::types::Client;
use crate::contract::call::FoundClient;
use crate::contract::image::{Image, Need, Stop};
use crate::contract::refusal::Refusal;
use crate::contract::{Ask, Key};
use crate::decision::Prefetch;
use crate::kernel::credit::Count;
use crate::kernel::id::{ClientId, Named};
use crate::kernel::typed::{ClientPlace, Follows, TypedClient};
use crate::plans::types::Question;
use crate::staff::people::{self, Person};

/// An ask with ids in the places of names.
pub(super) struct NamedAsk {
    pub ask: Ask,
    /// About each name that was not certain.
    pub questions: Vec<Question>,
}

/// Puts ids in the places of an ask's names.
///
/// # Errors
/// A name is nobody's or several clients', or something that tells was never read.
pub(super) fn named(ask: &Ask, image: &Image) -> Result<NamedAsk, Stop> {
    let mut ask = ask.clone();
    let mut questions = Vec::new();
    let count = ask.count();
    for place in ask.clients() {
        let hit = only(resolution(&place, image)?, image)?;
        let question = question_about_client(&hit, image)?;
        let is_certain = question.is_none();
        questions.extend(question);
        if let Some(count) = count.filter(|_| is_certain) {
            questions.extend(question_about_number(&hit, count, image)?);
        }
        put(place, hit);
    }
    for place in ask.clients() {
        questions.extend(question_about_reason(&place, image)?);
    }
    for place in ask.staff() {
        match people::find(place, image.all_staff()?) {
            Person::Certain(person) => *place = person.id.to_string(),
            Person::NameBeginsOthers(person) => {
                let (typed, name, id) = (place.clone(), person.name.clone(), person.id.to_string());
                *place = id.clone();
                questions.push(Question::NameBeginsOthers { typed, name, id });
            }
            Person::Found(person) => {
                let (typed, name, id) = (place.clone(), person.name.clone(), person.id.to_string());
                *place = id.clone();
                questions.push(Question::ByPrefix { typed, name, id });
            }
            Person::Several(people) => return Err(people::unclear(place, &people).into()),
            // It may be the identity of somebody new; the capability refuses anything else.
            Person::Nobody => {}
        }
    }
    Ok(NamedAsk { ask, questions })
}

/// Only staff can be asked: any other caller has to name a client whole.
///
/// # Errors
/// A name was not certain.
pub(super) fn without_asking(questions: &[Question]) -> Result<(), Stop> {
    match questions.iter().find_map(Question::of_name) {
        Some((typed, ..)) => {
            let (typed, nearest, behind) = (typed.to_owned(), Vec::new(), String::new());
            Err(Refusal::UnknownClient { typed, nearest, behind }.into())
        }
        None => Ok(()),
    }
}

/// Names the records that tell who is meant, and puts in the ids that are known already.
pub(super) fn prefetch(ask: &Ask, prefetch: &mut Prefetch<'_>) -> Ask {
    let mut ask = ask.clone();
    let image = prefetch.image;
    for place in ask.clients() {
        if let ClientPlace::Before(typed, behind) = &place
            && behind.is_reason()
        {
            // In an undivided text the reason is behind the client.
            let text = if behind.is_given() { behind.text() } else { typed.text() };
            prefetch.needs.extend(mentioned::needs(text, image));
        }
        match resolution(&place, image) {
            Ok(Resolution::One(hit)) => put(place, hit),
            Ok(Resolution::Many { shown, .. }) => {
                for candidate in shown {
                    prefetch.client(candidate.client);
                }
            }
            Err(Stop::Lacks(needs)) => prefetch.needs.extend(needs),
            Ok(Resolution::None { .. } | Resolution::NoDocument(_))
            | Err(Stop::Refuse(_) | Stop::Unreadable { .. }) => {}
        }
    }
    for place in ask.staff() {
        match image.peek_all_staff() {
            Some(staff) => match people::find(place, staff) {
                Person::Certain(person)
                | Person::NameBeginsOthers(person)
                | Person::Found(person) => *place = person.id.to_string(),
                Person::Several(_) | Person::Nobody => {}
            },
            None => prefetch.needs.push(Need::Staff),
        }
    }
    ask
}

/// The client that an ask names first, as far as it is known.
#[must_use]
pub fn first_client(ask: &Ask, image: &Image) -> Option<ClientId> {
    first_hit(ask, image).map(|hit| hit.client)
}

/// The client that an ask names first, if it was only found.
#[must_use]
pub fn found(ask: &Ask, image: &Image) -> Option<FoundClient> {
    let hit = first_hit(ask, image).filter(|hit| hit.how == How::Found)?;
    let client = image.peek::<Client>(&Key::Client(hit.client)).map(Named::from)?;
    Some(FoundClient { typed: hit.typed, client })
}

fn first_hit(ask: &Ask, image: &Image) -> Option<Hit> {
    let mut ask = ask.clone();
    let place = ask.clients().into_iter().next()?;
    match resolution(&place, image) {
        Ok(Resolution::One(hit)) => Some(hit),
        Ok(_) | Err(_) => None,
    }
}

fn resolution(place: &ClientPlace<'_>, image: &Image) -> Result<Resolution, Stop> {
    match place {
        ClientPlace::Alone(text) => {
            resolve(&TypedClient::Whole((*text).clone()), Follows::Nothing, image)
        }
        ClientPlace::Before(typed, behind) => resolve(typed, behind.follows(), image),
    }
}

/// Puts a client's id in its place, and the text behind its name in the place of that.
fn put(place: ClientPlace<'_>, hit: Hit) {
    let id = hit.client.to_string();
    match place {
        ClientPlace::Alone(text) => *text = id,
        ClientPlace::Before(typed, behind) => {
            let is_undivided = !matches!(typed, TypedClient::Whole(_));
            *typed = TypedClient::Whole(id);
            if is_undivided && !behind.is_given() {
                behind.put(without_link(&hit.behind));
            }
        }
    }
}

/// The question about a reason that names another client than the one that the change is about.
fn question_about_reason(place: &ClientPlace<'_>, image: &Image) -> Result<Option<Question>, Stop> {
    let ClientPlace::Before(typed, behind) = place else { return Ok(None) };
    if !behind.is_reason() {
        return Ok(None);
    }
    let Ok(client) = typed.text().parse::<ClientId>() else { return Ok(None) };
    let Some(Mention { typed, client }) = mentioned(behind.text(), client, image)? else {
        return Ok(None);
    };
    let name = image.client(client)?.map(|client| format!("{} ({})", client.name, client.id));
    Ok(name.map(|name| Question::Mentions { typed, name }))
}

/// The question about a line that is another client's name as a whole: `acme 500` where there is an
/// “Acme 500”.
fn question_about_number(hit: &Hit, count: Count, image: &Image) -> Result<Option<Question>, Stop> {
    if is_read_by_number(&hit.typed) || !is_number_of_another(hit, count, image)? {
        return Ok(None);
    }
    let Some(client) = image.client(hit.client)? else { return Ok(None) };
    let (typed, name, id) = (hit.typed.clone(), client.name.clone(), client.id.to_string());
    Ok(Some(Question::NameBeginsOthers { typed, name, id }))
}

/// `for` and `because` lead to a reason and are no part of it.
fn without_link(text: &str) -> &str {
    let (first, rest) = text.split_once(' ').unwrap_or((text, ""));
    let is_link = ["for", "because"].iter().any(|link| first.eq_ignore_ascii_case(link));
    if is_link && !rest.is_empty() { rest } else { text }
}

/// The question about a client that was not certain, or that has another name by now.
fn question_about_client(hit: &Hit, image: &Image) -> Result<Option<Question>, Stop> {
    let unknown = || Refusal::no_client(hit.client);
    let client = image.client(hit.client)?.ok_or_else(unknown)?;
    let (typed, name, id) = (hit.typed.clone(), client.name.clone(), client.id.to_string());
    Ok(match hit.how {
        // The index only says where to look: the client decides whether the text is its own.
        How::Exactly if is_named(client, &typed, image) => None,
        How::NameBeginsOthers => Some(Question::NameBeginsOthers { typed, name, id }),
        How::Found | How::Exactly => Some(Question::ByPrefix { typed, name, id }),
    })
}
