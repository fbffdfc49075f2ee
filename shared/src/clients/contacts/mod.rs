//! `/client contact`: which further addresses get which mail of a client.
//!
//! Invariant: a client has each address once, as a contact that gets at least one sort of mail.

pub mod types;

use std::collections::BTreeSet;

use crate::clients::change::{changed, email_of};
use crate::clients::contacts::types::{ADDRESSES_MAX, CONTACTS_MAX, Contact, Topic};
use crate::clients::types::{Ask, Client, masked_email};
use crate::contract::image::Stop;
use crate::contract::refusal::Refusal;
use crate::decision::{Draft, Scene};

/// Lets an address get mail of a client, or no longer: of one topic, or of all.
pub(super) fn set(
    scene: &Scene<'_>,
    ask: &Ask,
    (typed, address): (&str, &str),
    topic: Option<Topic>,
    add: bool,
) -> Result<Draft, Stop> {
    let client = scene.client(scene.hit(typed)?.client)?;
    let email = email_of(address)?;
    let topics: BTreeSet<Topic> = topic.map_or_else(|| Topic::ALL.into(), |topic| [topic].into());
    let shown = masked_email(&email);
    let before = client.contacts.iter().find(|contact| contact.email == email);
    let had = before.map(|contact| contact.receives.clone()).unwrap_or_default();
    let receives: BTreeSet<Topic> = if add {
        had.union(&topics).copied().collect()
    } else {
        had.difference(&topics).copied().collect()
    };
    if receives == had {
        let sentence = match before {
            Some(contact) => format!("{shown} gets {} already.", contact.topics()),
            None => format!("{shown} is no contact of {}.", client.name),
        };
        return Err(Refusal::NoChange { what: sentence }.into());
    }
    let mut after = Client { version: client.version.saturating_add(1), ..client.clone() };
    after.contacts.retain(|contact| contact.email != email);
    let contact = Contact { email, receives };
    let now = if contact.receives.is_empty() { "none".to_owned() } else { contact.topics() };
    if !contact.receives.is_empty() {
        after.contacts.push(contact);
    }
    let bytes: usize = after.contacts.iter().map(|contact| contact.email.len()).sum();
    if add && (after.contacts.len() > CONTACTS_MAX || bytes > ADDRESSES_MAX) {
        let sentence = format!(
            "{} has {} contacts: more do not fit. Remove one first.",
            client.name,
            client.contacts.len()
        );
        return Err(Refusal::invalid(sentence).into());
    }
    let was = before.map_or_else(|| "none".to_owned(), Contact::topics);
    let field = format!("mail to {shown}");
    Ok(Draft::Propose(changed(scene, ask, client, after, (field, was, now))))
}
