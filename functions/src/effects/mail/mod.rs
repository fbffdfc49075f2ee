//! Mail to a client. [`letters`] writes the text, [`mailer`] delivers it.
//!
//! The text is made at each try from the records as they stand then. The message id is the effect's
//! id, so a mail that was sent twice can be recognised.

pub mod letters;
pub mod mailer;
pub(super) mod reminder;
pub(super) mod statement;

use shared::clients::types::Client;
use shared::contract::Key;
use shared::contract::image::{Image, Need};
use shared::kernel::id::ClientId;
use shared::kernel::mail::MailEvent;
use shared::settings::types::Settings;

use self::letters::{Facts, Letter};
use super::{After, Handler, Ports, Run, sentence};
use crate::failure::Failure;

const WAITS_S: [i64; 5] = [60, 300, 1_800, 7_200, 43_200];

pub(super) fn handler(client: ClientId, event: &MailEvent) -> Handler<'_> {
    Handler {
        word: event.name(),
        run: Run::Send {
            waits_s: &WAITS_S,
            start: Box::new(move |ports, id| Box::pin(send(ports, client, event, id))),
        },
    }
}

async fn send(
    ports: &Ports,
    client: ClientId,
    event: &MailEvent,
    id: String,
) -> Result<After, String> {
    let read = ports.store.gather(|image| letters::needs(client, event, image)).await;
    let image = read.map_err(|failure| sentence(&failure))?;
    let Some(client) = image.peek::<Client>(&Key::Client(client)) else {
        return Err(format!("{client} is not known"));
    };
    let now = ports.store.clock().now();
    let facts = Facts {
        client,
        image: &image,
        settings: image.peek::<Settings>(&Key::Settings).cloned().unwrap_or_default(),
        links: &ports.links,
        now,
    };
    // Without one, the change was taken back in the meantime, or the client has no address.
    if let Some(letter) = letters::letter(event, &facts, &id)? {
        send_to(ports, &letter, &letters::addresses(event, client)).await?;
    }
    Ok(After::Done)
}

/// Some records, with those that the sender of a client's mail is taken from.
async fn gathered(ports: &Ports, client: ClientId, keys: &[Key]) -> Result<Image, Failure> {
    let needs = |image: &Image| {
        let mut needs = [keys, &letters::needs_of_sender(client, image)].concat();
        needs.retain(|key| !image.has(&Need::Item(key.clone())));
        needs
    };
    ports.store.gather(needs).await
}

/// Sends a letter to each of some addresses.
async fn send_to(ports: &Ports, letter: &Letter, addresses: &[&str]) -> Result<(), String> {
    for (position, to) in addresses.iter().enumerate() {
        // The first keeps the effect's id; each of the others has one of its own, the same at every retry.
        let id =
            if position == 0 { letter.id.clone() } else { format!("{}-{position}", letter.id) };
        let letter = Letter { id, to: (*to).to_owned(), ..letter.clone() };
        ports.mailer.send(&letter, ports.store.clock().now()).await?;
    }
    Ok(())
}
