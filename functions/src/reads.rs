//! Range reads: the operations that read ranges of records, such as statements and lists. Each is in
//! the folder of its capability; the dispatch and what they share are here.
//!
//! A range read writes nothing, so there is nothing to decide; the caller's role is checked as for
//! every call. No answer grows without bound: each has a limit, and says when it was cut.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use shared::account::Account;
use shared::answer::Answer;
use shared::client::Client;
use shared::decide::{self, Found, today_in, zone};
use shared::operation::{Ask, Call};
use shared::record::{Decision, Image};
use shared::refusal::Refusal;
use shared::search::Hit;

use crate::desk::{Desk, failed_jobs, history, status};
use crate::failure::Failure;
use crate::{clients, credits, invoices, plans, staff};

/// The most clients or invoices on a page.
pub(crate) const PAGE_MAX: usize = 200;

pub(crate) type Read = Result<Decision, Stopped>;

/// The reason why a read ended early. The desk answers the two in different ways.
pub(crate) enum Stopped {
    Refused(Refusal),
    Failed(Failure),
}

impl From<Refusal> for Stopped {
    fn from(refusal: Refusal) -> Self {
        Stopped::Refused(refusal)
    }
}

impl From<Failure> for Stopped {
    fn from(failure: Failure) -> Self {
        Stopped::Failed(failure)
    }
}

impl Desk {
    /// Answers a call that reads ranges of records.
    pub(crate) async fn read_ranges(
        &self,
        call: &Call,
        found: &Found,
        image: &Image,
        now: Timestamp,
    ) -> Read {
        let caller = decide::authorise(call, image, now)?;
        let store = &self.store;
        let scene = Scene { found, image, now, zone: zone(&image.settings()) };
        match &call.ask {
            Ask::Statement { kind, since, until, before, .. } => {
                credits::statement(store, &scene, *kind, (*since, *until), *before).await
            }
            Ask::Why { kind, .. } => credits::explain(store, &scene, *kind).await,
            Ask::History { client, staff, op, since } => {
                let of_client = client.is_some();
                let (staff, op) = (staff.as_deref(), op.as_ref());
                history::history(store, &scene, of_client, staff, op, *since).await
            }
            Ask::Pending {} => plans::pending(store, &scene).await,
            Ask::List { of, order, below, after } => {
                clients::list(store, (*of, *order, *below), *after).await
            }
            Ask::ClientFind { text, class } => clients::find(store, text, *class).await,
            Ask::Suggest { text } => clients::suggest(store, text).await,
            Ask::InvoiceList { state, before, .. } => {
                invoices::list(store, &scene, *state, *before).await
            }
            Ask::RoleList {} => staff::roles(store).await,
            Ask::Status {} => status::status(store, &scene).await,
            Ask::JobsFailed { replay: None } => failed_jobs::list(store).await,
            Ask::JobsFailed { replay: Some(op) } => {
                failed_jobs::replay(store, call, caller, op, now).await
            }
            Ask::AddCredit { .. }
            | Ask::DeductCredit { .. }
            | Ask::Undo { .. }
            | Ask::Correct { .. }
            | Ask::Balance { .. }
            | Ask::Confirm { .. }
            | Ask::Approve { .. }
            | Ask::Deny { .. }
            | Ask::ClientNew { .. }
            | Ask::ClientView { .. }
            | Ask::ClientActivate { .. }
            | Ask::ClientSuspend { .. }
            | Ask::ClientSet { .. }
            | Ask::MmsAllow { .. }
            | Ask::MmsSwitch { .. }
            | Ask::PriceSet { .. }
            | Ask::PriceShow { .. }
            | Ask::SettingsSet { .. }
            | Ask::SettingsShow {}
            | Ask::InvoiceView { .. }
            | Ask::InvoiceVoid { .. }
            | Ask::RoleGrant { .. }
            | Ask::StaffLeave { .. }
            | Ask::Cover { .. }
            | Ask::Whoami {} => {
                Err(Failure::unchanged("answer", "this call reads no range").into())
            }
        }
    }
}

/// The surroundings of a range read: the names that were looked up, the records that were read, and
/// the time.
pub(crate) struct Scene<'a> {
    pub(crate) found: &'a Found,
    pub(crate) image: &'a Image,
    pub(crate) now: Timestamp,
    zone: TimeZone,
}

impl<'a> Scene<'a> {
    /// Today in the desk's zone.
    pub(crate) fn today(&self) -> Date {
        today_in(&self.image.settings(), self.now)
    }

    /// The beginning of a day in the desk's zone.
    pub(crate) fn start_of(&self, day: Date) -> Timestamp {
        let start = day.to_zoned(self.zone.clone());
        start.map_or(Timestamp::MIN, |start| start.timestamp())
    }

    /// The one client that the call names, or the refusal that asks which.
    pub(crate) fn hit(&self) -> Result<&'a Hit, Refusal> {
        decide::the_client(self.found, self.image)
    }

    /// The records of the client that the call names.
    pub(crate) fn client(&self) -> Result<(&'a Client, &'a Account), Refusal> {
        let hit = self.hit()?;
        match (self.image.client(hit.client), self.image.account(hit.client)) {
            (Some(client), Some(account)) => Ok((client, account)),
            (None, _) | (_, None) => {
                Err(Refusal::UnknownClient { typed: hit.typed.clone(), nearest: Vec::new() })
            }
        }
    }
}

#[expect(clippy::unnecessary_wraps, reason = "every read ends in the same type")]
pub(crate) fn answer(answer: Answer) -> Read {
    Ok(Decision::Answer(answer))
}
