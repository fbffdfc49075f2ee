//! `/brand`: the sender of the mail that the clients of a reseller get. Without one they get no mail.

pub mod types;

use crate::clients::brand::types::Brand;
use crate::clients::types::{Answer, Ask, Class, Client, ClientChange, Facts};
use crate::contract::change::{Expect, Write};
use crate::contract::image::Stop;
use crate::contract::refusal::Refusal;
use crate::contract::{self, Key, Record};
use crate::decision::{Draft, Proposal, Scene};
use crate::kernel::email::{self, EMAIL_MAX};
use crate::kernel::id::Named;
use crate::kernel::text::{clean, required};
use crate::plans::types::{Bound, Figure};

const SENDER_MAX: usize = 60;
const CLOSING_MAX: usize = 300;

/// The word that clears a text.
const NONE: &str = "none";

pub(super) fn set(scene: &Scene<'_>, ask: &Ask) -> Result<Draft, Stop> {
    let Ask::BrandSet { client, sender, reply_to, closing } = ask else {
        return Err(Refusal::invalid("This sets no brand.").into());
    };
    let reseller = scene.client(scene.hit(client)?.client)?;
    if reseller.class != Class::Reseller {
        let why = format!("{} is no reseller. Only a reseller has a brand.", reseller.name);
        return Err(Refusal::invalid(why).into());
    }
    let before = stored(scene, reseller)?;
    let version = before.map_or(0, |brand| brand.version);
    let none = || Brand {
        client: reseller.id,
        version: 0,
        sender: String::new(),
        reply_to: String::new(),
        closing: String::new(),
    };
    let mut after = before.cloned().unwrap_or_else(none);
    if let Some(typed) = sender {
        after.sender = clean("sender’s name", typed, SENDER_MAX)?;
    }
    after.sender = required("sender’s name", &after.sender, SENDER_MAX)?;
    if let Some(typed) = reply_to {
        after.reply_to = reply_address(typed)?;
    }
    if let Some(typed) = closing {
        let is_none = typed.trim().eq_ignore_ascii_case(NONE);
        let text = clean("text at the end of mails", typed, CLOSING_MAX)?;
        after.closing = if is_none { String::new() } else { text };
    }
    if before == Some(&after) {
        return Err(Refusal::NoChange { what: format!("The brand is {after} already.") }.into());
    }
    after.version = version.saturating_add(1);
    let was = before.map(ToString::to_string).unwrap_or_default();
    let is = after.to_string();
    let text = format!("{} brand: {was} → {is}", reseller.id);
    let figures = vec![(Figure::Before, was.clone())];
    let change = ClientChange::Set { field: "brand".to_owned(), before: was, after: is };
    let client = Named::from(reseller);
    let facts = Facts { client, change, twins: Vec::new(), like: None };
    let writes = vec![Write::Put(Record::Brand(after), Expect::after(version))];
    Ok(Draft::Propose(Proposal {
        bound: Bound::of(Vec::new(), figures),
        ..scene.proposal(
            ask.clone(),
            Some(reseller.id),
            contract::Facts::Clients(facts),
            writes,
            text,
        )
    }))
}

/// The address for answers.
fn reply_address(typed: &str) -> Result<String, Refusal> {
    if typed.trim().eq_ignore_ascii_case(NONE) {
        return Ok(String::new());
    }
    let text = required("address for answers", typed, EMAIL_MAX)?;
    email::parse(&text)
        .ok_or_else(|| Refusal::invalid(format!("“{text}” is not an email address.")))
}

pub(super) fn show(scene: &Scene<'_>, typed: &str) -> Result<Draft, Stop> {
    let client = scene.client(scene.hit(typed)?.client)?;
    let brand = stored(scene, client)?.cloned();
    let answer = Answer::Brand { client: Named::from(client), brand };
    Ok(Draft::Answer(contract::Answer::Clients(answer)))
}

fn stored<'a>(scene: &Scene<'a>, reseller: &Client) -> Result<Option<&'a Brand>, Stop> {
    scene.image.get::<Brand>(&Key::Brand(reseller.id))
}
