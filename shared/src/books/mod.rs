//! The books: the freeze that stops staff changes of an account whose proof failed. The proof itself
//! reads ranges and is in the functions; [`witness`] writes what it compares.

pub mod types;
pub mod witness;

use crate::books::types::Ask;
use crate::contract::change::{Expect, Write};
use crate::contract::image::Stop;
use crate::contract::refusal::Refusal;
use crate::contract::{Answer, Key, Record};
use crate::decision::{Draft, Prefetch, Scene};
use crate::kernel::audit::Ended;
use crate::ledger::posting;

/// Names the records that an ask will look at.
pub fn needs(ask: &Ask, prefetch: &mut Prefetch<'_>) {
    let Ask::Freeze { client, .. } = ask;
    prefetch.item(Key::Account(*client));
}

/// Decides an ask.
///
/// # Errors
/// The refusal, or what was never read.
pub fn decide(scene: &Scene<'_>, ask: &Ask) -> Result<Draft, Stop> {
    let Ask::Freeze { client, frozen, reason } = ask;
    let account = scene.account(*client)?;
    if account.frozen == *frozen {
        let sentence = format!("{client} is so already.");
        return Err(Refusal::NoChange { what: sentence }.into());
    }
    let mut after = posting::next(account);
    after.frozen = *frozen;
    let word = if *frozen { "frozen" } else { "no longer frozen" };
    let text = format!("{client} is {word} for staff: {reason}");
    let line = scene.audit(Some(*client), Ended::Done, text);
    let writes = vec![
        Write::Put(Record::Audit(line), Expect::Anything),
        Write::Put(Record::Account(after), Expect::Version(account.version)),
    ];
    Ok(Draft::Write(writes, Answer::Frozen { client: *client, frozen: *frozen }))
}
