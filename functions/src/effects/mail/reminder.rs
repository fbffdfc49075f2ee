//! A reminder of an invoice, and the step to the next one (LEDGER §6).
//!
//! Invariant: a client gets at most one reminder a day, in its own zone. It lists all of its invoices that
//! are due or almost due. The first reminder of a day claims it by a conditional put; the others of that day
//! send nothing and go on with their next one. An invoice that is paid or disputed sends nothing; of one that
//! is void or taken back the chain ends.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use shared::clients::contacts::types::Topic;
use shared::clients::types::Client;
use shared::contract::Key;
use shared::invoices::reminders;
use shared::invoices::types::{Invoice, InvoiceState};
use shared::kernel::id::{ClientId, InvoiceNumber};
use shared::kernel::letter::{Letter as Content, Unpaid};
use shared::kernel::money::Money;
use shared::ledger::account::Account;
use shared::settings::types::Settings;

use super::letters::{Facts, written};
use super::{gathered, send_to};
use crate::effects::{After, Handler, Ports, Run, sentence};
use crate::failure::Failure;
use crate::store::Store;
use crate::store::layout::{self, TTL, reminded_place};

const WAITS_S: [i64; 5] = [60, 300, 1_800, 7_200, 43_200];

/// An invoice that is due within so many days is listed too.
const SOON: i64 = 3;

/// For how long the claim of a day is kept, in seconds.
const CLAIM_KEPT_S: i64 = 30 * 24 * 60 * 60;

pub(in crate::effects) fn handler<'a>(
    client: ClientId,
    invoice: InvoiceNumber,
    day: i8,
) -> Handler<'a> {
    Handler {
        word: "reminder",
        run: Run::Send {
            waits_s: &WAITS_S,
            start: Box::new(move |ports, id| Box::pin(run(ports, client, invoice, day, id))),
        },
    }
}

/// The claim of one day of a client.
#[derive(Debug, Serialize, Deserialize)]
struct Claim {
    /// The id of the reminder that claimed it.
    by: String,
}

async fn run(
    ports: &Ports,
    client: ClientId,
    number: InvoiceNumber,
    day: i8,
    id: String,
) -> Result<After, String> {
    let now = ports.store.clock().now();
    let failed = |failure: Failure| sentence(&failure);
    let keys = [Key::Client(client), Key::Account(client), Key::Settings, Key::Invoice(number)];
    let image = gathered(ports, client, &keys).await.map_err(failed)?;
    if let Some(reason) = keys.iter().find_map(|key| image.unreadable(key)) {
        return Err(format!("a record of {number} cannot be read: {reason}"));
    }
    let [of_client, of_account, _, of_invoice] = &keys;
    let (Some(client), Some(account), Some(invoice)) = (
        image.peek::<Client>(of_client),
        image.peek::<Account>(of_account),
        image.peek::<Invoice>(of_invoice),
    ) else {
        return Err(format!("{number} or its client is not there"));
    };
    let settings = image.peek::<Settings>(&Key::Settings).cloned().unwrap_or_default();
    let desk = settings.time_zone();
    let zone = client.time_zone(desk.clone());
    if invoice.due_minor() > 0 && account.disputed == 0 {
        let today = now.to_zoned(zone.clone()).date();
        // The chain continues under one id: the day tells its reminders apart.
        let id = format!("{id}.{day}");
        if claims(&ports.store, client.id, today, (&id, now)).await.map_err(failed)? {
            let unpaid = unpaid(&ports.store, client.id, today).await.map_err(failed)?;
            let facts = Facts { client, image: &image, settings, links: &ports.links, now };
            let addresses = client.addresses(Topic::Reminders);
            let content = Content::Due(unpaid);
            if let Some(letter) = written(&content, (None, None), &facts, (&id, &addresses))? {
                send_to(ports, &letter, &addresses).await?;
            }
        }
    }
    let is_over = matches!(invoice.state, InvoiceState::Void | InvoiceState::Refunded);
    let next = reminders::next(invoice, Some(day), (&desk, &zone)).filter(|_| !is_over);
    Ok(next.map_or(After::Done, |next| After::Next(Box::new(next.effect(client.id, number)))))
}

/// Claims a day of a client; true if this reminder has it, from now on or from an earlier try.
async fn claims(
    store: &Store,
    client: ClientId,
    today: Date,
    (id, now): (&str, Timestamp),
) -> Result<bool, Failure> {
    let doing = "claim the day of a reminder";
    let place = reminded_place(client, today);
    let claim = Claim { by: id.to_owned() };
    let mut item = layout::plain(&place, &claim).map_err(|e| Failure::unchanged(doing, e))?;
    let kept_until_s = now.as_second().saturating_add(CLAIM_KEPT_S);
    item.insert(TTL.to_owned(), layout::whole_number(kept_until_s));
    if store.put_plain(doing, &place, item, true).await? {
        return Ok(true);
    }
    let Some(item) = store.plain_item(doing, &place).await? else { return Ok(false) };
    let claim: Claim = layout::data(item).map_err(|why| Failure::unchanged(doing, why))?;
    Ok(claim.by == id)
}

/// The invoices of a client that are due, or will be within some days; the earliest first.
async fn unpaid(store: &Store, client: ClientId, today: Date) -> Result<Vec<Unpaid>, Failure> {
    let soon = today.saturating_add(SOON.days());
    let invoices = store.invoices(client).await?.readable();
    let mut unpaid: Vec<Unpaid> = invoices
        .iter()
        .filter(|invoice| invoice.due_minor() > 0 && invoice.due <= soon)
        .map(|invoice| listed(invoice, today))
        .collect();
    unpaid.sort_by_key(|one| (one.by, one.number));
    Ok(unpaid)
}

/// An invoice as a letter lists it.
pub(super) fn listed(invoice: &Invoice, today: Date) -> Unpaid {
    let gross = invoice.gross();
    let due = Money { minor: invoice.due_minor(), ..gross };
    let is_overdue = invoice.overdue(today);
    Unpaid { number: invoice.number, gross, due, by: invoice.due, is_overdue }
}
