//! The audit trail, newest first.

use jiff::{Timestamp, ToSpan};
use shared::clients::types::Client;
use shared::contract::receipt::Receipt;
use shared::contract::{self, Key};
use shared::desk::types::{Answer, Ask};
use shared::kernel::audit::{Audit, Ended};
use shared::kernel::id::{ClientId, Named, NamedStaff, OpId, StaffId};
use shared::staff::types::Staff;

use shared::staff::people;

use crate::failure::Failure;
use crate::reads::{Read, Scene};
use crate::store::Store;
use crate::store::ranges::{first_of_month, month_text};

/// The most lines of one answer.
const LINES_MAX: usize = 100;
/// The most months that one read walks through.
const MONTHS_MAX: u32 = 24;
/// The most lines of one staff member and month that are read past for a client or an operation.
const WALK_MAX: usize = 20_000;

/// The filters after look-up.
struct Query<'a> {
    client: Option<ClientId>,
    op: Option<&'a OpId>,
    /// The receipt under the operation. A reversal has a key of its own: its line is under the call.
    receipt: Option<Receipt>,
    /// Only refusals.
    refused: bool,
    /// Only changes of more credits.
    above: Option<u64>,
    from: Timestamp,
    now: Timestamp,
}

/// Reads the newest audit lines that fit an ask.
pub(crate) async fn history(store: &Store, scene: &Scene<'_>, ask: &Ask) -> Read {
    let Ask::History { client, staff, op, since, refused, role, above } = ask else {
        return Err(Failure::unchanged("answer", "this is no ask about the history").into());
    };
    let receipt = match op {
        Some(op) => receipt(store, op).await?,
        None => None,
    };
    let days = if op.is_some() { 31 } else { 7 };
    let client = match client {
        Some(typed) => Some(scene.hit(typed)?.client),
        None => None,
    };
    let today = scene.today();
    let lately = today.saturating_sub(days.days());
    let done = receipt.as_ref().map(|receipt| scene.settings.today(receipt.at));
    let since =
        since.map_or_else(|| done.map_or(lately, |done| done.min(lately)), |day| day.at(today));
    let mut staff_read = match staff {
        Some(typed) => vec![people::any(typed, scene.image.all_staff()?.iter())?.clone()],
        None => store.staff().await?,
    };
    staff_read.retain(|staff| role.is_none_or(|role| staff.role_at(scene.now) == role));
    let mut authors: Vec<Option<StaffId>> = staff_read.iter().map(|staff| Some(staff.id)).collect();
    if staff.is_none() && role.is_none() {
        authors.push(None);
    }
    let (op, refused, above) = (op.as_ref(), *refused, *above);
    let from = scene.start_of(since);
    let query = Query { client, op, receipt, refused, above, from, now: scene.now };
    let (mut lines, mut cut) = query.walk(store, &authors).await?;
    lines.sort_by(|a, b| (b.at, &b.op).cmp(&(a.at, &a.op)));
    cut |= lines.len() > LINES_MAX;
    lines.truncate(LINES_MAX);
    let is_named = |staff: &&Staff| lines.iter().any(|line| line.staff() == Some(staff.id));
    let named = |staff: &Staff| NamedStaff { id: staff.id, name: staff.name.clone() };
    let staff = staff_read.iter().filter(is_named).map(named).collect();
    let clients = clients_of(store, &lines).await?;
    Ok(contract::Answer::Desk(Answer::History { lines, staff, clients, since, cut }))
}

/// The clients of some lines: those that they are about, and those in their sentences.
async fn clients_of(store: &Store, lines: &[Audit]) -> Result<Vec<Named>, Failure> {
    let mut ids: Vec<ClientId> = lines.iter().flat_map(Audit::clients).collect();
    ids.sort();
    ids.dedup();
    let keys: Vec<Key> = ids.into_iter().map(Key::Client).collect();
    let image = store.image(&keys).await?;
    Ok(keys.iter().filter_map(|key| image.peek::<Client>(key)).map(Named::from).collect())
}

async fn receipt(store: &Store, op: &OpId) -> Result<Option<Receipt>, Failure> {
    let key = Key::Operation(op.clone());
    let image = store.image(std::slice::from_ref(&key)).await?;
    Ok(image.peek::<Receipt>(&key).cloned())
}

impl Query<'_> {
    /// Reads month by month, back from now; the flag says that lines were left out.
    async fn walk(
        &self,
        store: &Store,
        authors: &[Option<StaffId>],
    ) -> Result<(Vec<Audit>, bool), Failure> {
        let mut lines: Vec<Audit> = Vec::new();
        let mut cut = false;
        let mut month = first_of_month(self.now);
        for months in 0.. {
            if month < first_of_month(self.from) {
                break;
            }
            // The newest lines are shown, so an older month is read only while lines are missing.
            if lines.len() > LINES_MAX || months >= MONTHS_MAX {
                cut = true;
                break;
            }
            let name = month_text(month);
            let filters =
                self.client.is_some() || self.op.is_some() || self.refused || self.above.is_some();
            let most = if filters { WALK_MAX } else { LINES_MAX };
            for author in authors {
                let read = most.saturating_add(1);
                let some = store.audit(*author, &name, self.from, self.now, read).await?;
                cut |= some.len() > most;
                lines.extend(some.into_iter().filter(|line| self.matches(line)));
            }
            month = month.saturating_sub(1.month());
        }
        Ok((lines, cut))
    }

    fn matches(&self, line: &Audit) -> bool {
        (self.client.is_none() || line.client == self.client)
            && self.op.is_none_or(|op| line.op == *op || self.is_of_receipt(line))
            && (!self.refused || line.ended == Ended::Refused)
            && self.above.is_none_or(|above| line.credits > above)
    }

    fn is_of_receipt(&self, line: &Audit) -> bool {
        let is_same = |receipt: &Receipt| {
            line.ended == Ended::Done && (line.at, line.by) == (receipt.at, Some(receipt.by.id()))
        };
        self.receipt.as_ref().is_some_and(is_same)
    }
}
