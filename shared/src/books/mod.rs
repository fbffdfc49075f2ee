//! The books: the freeze that stops staff changes of an account whose proof failed, and what follows from
//! money that a client owes ([`arrears`]). The proof itself
//! reads ranges and is in the functions; [`witness`] writes what it compares.

mod arrears;
pub mod types;
pub mod witness;

use crate::books::types::Ask;
use crate::contract::change::{Expect, Write};
use crate::contract::image::Stop;
use crate::contract::refusal::Refusal;
use crate::contract::{Answer, Key, Record};
use crate::decision::{Draft, Prefetch, Scene};
use crate::kernel::audit::Ended;
use crate::kernel::id::ClientId;
use crate::ledger::posting;

/// Names the records that an ask will look at.
pub fn needs(ask: &Ask, prefetch: &mut Prefetch<'_>) {
    match ask {
        Ask::Freeze { client, .. } => prefetch.item(Key::Account(*client)),
        Ask::OpenAdds { client, invoice, .. } => {
            prefetch.named(client);
            prefetch.all_staff();
            prefetch.items(invoice.map(Key::Invoice));
        }
        Ask::AccountStatement { client, .. } => {
            prefetch.named(client);
        }
    }
}

/// Decides an ask.
///
/// # Errors
/// The refusal, or what was never read.
pub fn decide(scene: &Scene<'_>, ask: &Ask) -> Result<Draft, Stop> {
    match ask {
        Ask::Freeze { client, frozen, reason } => freeze(scene, *client, *frozen, reason),
        Ask::OpenAdds { client, stopped, invoice } => {
            arrears::open_adds(scene, ask, client, *stopped, *invoice)
        }
        Ask::AccountStatement { client, days } => arrears::statement(scene, ask, client, *days),
    }
}

fn freeze(scene: &Scene<'_>, client: ClientId, frozen: bool, reason: &str) -> Result<Draft, Stop> {
    let account = scene.account(client)?;
    if account.frozen == frozen {
        let sentence = format!("{client} is so already.");
        return Err(Refusal::NoChange { what: sentence }.into());
    }
    let mut after = posting::next(account);
    after.frozen = frozen;
    let word = if frozen { "frozen" } else { "no longer frozen" };
    let text = format!("{client} is {word} for staff: {reason}");
    let line = scene.audit(Some(client), Ended::Done, text);
    let writes = vec![
        Write::Put(Record::Audit(line), Expect::Anything),
        Write::Put(Record::Account(after), Expect::Version(account.version)),
    ];
    Ok(Draft::Write(writes, Answer::Frozen { client, frozen }))
}
