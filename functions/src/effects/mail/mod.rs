//! Mail to a client. [`letters`] writes the text, [`mailer`] delivers it.
//!
//! The text is made at each try from the records as they stand then. The message id is the effect's
//! id, so a mail that was sent twice can be recognised.

pub mod letters;
pub mod mailer;

use shared::clients::types::Client;
use shared::contract::Key;
use shared::kernel::id::ClientId;
use shared::kernel::mail::MailEvent;
use shared::settings::types::Settings;

use self::letters::Facts;
use super::{Handler, Ports, Run, sentence};

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
) -> Result<(), String> {
    let read = ports.store.gather(|image| letters::needs(client, event, image)).await;
    let image = read.map_err(|failure| sentence(&failure))?;
    let Some(client) = image.peek::<Client>(&Key::Client(client)) else {
        return Err(format!("{client} is not known"));
    };
    let facts = Facts {
        client,
        image: &image,
        settings: image.peek::<Settings>(&Key::Settings).cloned().unwrap_or_default(),
    };
    match letters::letter(event, &facts, &id)? {
        Some(letter) => ports.mailer.send(&letter, ports.store.clock().now()).await,
        // The change was taken back in the meantime, or the client has no address.
        None => Ok(()),
    }
}
