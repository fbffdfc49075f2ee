//! Range reads: the operations that read ranges of records, such as statements and lists. Each is in
//! the folder of its capability; the dispatch and what they share are here.
//!
//! A range read writes nothing, so there is nothing to decide; the entrance checks the caller's
//! authority as for every call. No answer grows without bound: each has a limit, and says when it was
//! cut.

use jiff::Timestamp;
use jiff::civil::Date;
use shared::clients::types as clients_ask;
use shared::clients::types::{Client, Hit};
use shared::contract::call::Call;
use shared::contract::image::{Image, Need, Stop};
use shared::contract::refusal::Refusal;
use shared::contract::{Answer, Ask};
use shared::credits::types as credits_ask;
use shared::decision::one_hit;
use shared::desk::types as desk_ask;
use shared::invoices::types as invoices_ask;
use shared::ledger::account::Account;
use shared::plans::types as plans_ask;
use shared::settings::types::Settings;
use shared::staff::types as staff_ask;

use crate::desk::{Desk, failed_jobs, history, status};
use crate::failure::Failure;
use crate::{clients, credits, invoices, plans, staff};

/// The most clients or invoices on a page.
pub(crate) const PAGE_MAX: usize = 200;

pub(crate) type Read = Result<Answer, Stopped>;

/// The reason why a read ended early.
pub(crate) enum Stopped {
    Refused(Refusal),
    /// It looked at a record that was never read; the desk reads it and begins again.
    Lacks(Vec<Need>),
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

impl From<Stop> for Stopped {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Refuse(refusal) => Stopped::Refused(refusal),
            Stop::Lacks(needs) => Stopped::Lacks(needs),
            Stop::Unreadable { key, reason } => {
                let cause = format!("{key:?} cannot be read: {reason}");
                Stopped::Failed(Failure::unchanged("read the tables", cause))
            }
        }
    }
}

impl Desk {
    /// Answers a call that reads ranges of records.
    pub(crate) async fn read_ranges(&self, call: &Call, image: &Image, now: Timestamp) -> Read {
        let store = &self.store;
        let scene = Scene { image, now, settings: image.settings()? };
        let answer = match &call.ask {
            Ask::Credits(credits_ask::Ask::Statement { client, kind, since, until, before }) => {
                let days = (*since, *until);
                credits::statement(store, &scene, client, *kind, days, *before).await?
            }
            Ask::Credits(credits_ask::Ask::Why { client, kind }) => {
                credits::explain(store, &scene, client, *kind).await?
            }
            Ask::Plans(plans_ask::Ask::Pending {}) => plans::pending(store, &scene).await?,
            Ask::Clients(clients_ask::Ask::List { of, order, below, after, under }) => {
                let under = under.as_deref().map(|typed| scene.hit(typed)).transpose()?;
                let query = clients::ListQuery {
                    of: *of,
                    below: *below,
                    under: under.map(|hit| hit.client),
                };
                clients::list(store, query, *order, *after).await?
            }
            Ask::Clients(clients_ask::Ask::ClientFind { text, class }) => {
                clients::find(store, text, *class).await?
            }
            Ask::Clients(clients_ask::Ask::Suggest { text }) => {
                clients::suggest(store, text).await?
            }
            Ask::Invoices(invoices_ask::Ask::InvoiceList { client, state, before }) => {
                invoices::list(store, &scene, client, *state, *before).await?
            }
            Ask::Staff(staff_ask::Ask::RoleList {}) => staff::roles(store).await?,
            Ask::Desk(ask @ desk_ask::Ask::History { .. }) => {
                history::history(store, &scene, ask).await?
            }
            Ask::Desk(desk_ask::Ask::Status {}) => status::status(store, &scene).await?,
            Ask::Desk(desk_ask::Ask::JobsFailed {}) => failed_jobs::list(store).await?,
            Ask::Credits(_)
            | Ask::Plans(_)
            | Ask::Clients(_)
            | Ask::Invoices(_)
            | Ask::Staff(_)
            | Ask::Desk(_)
            | Ask::Permissions(_)
            | Ask::Pricing(_)
            | Ask::Settings(_)
            | Ask::Payments(_)
            | Ask::Books(_) => {
                return Err(Failure::unchanged("answer", "this call reads no range").into());
            }
        };
        Ok(answer)
    }
}

/// The surroundings of a range read: the records that were read, and the time.
pub(crate) struct Scene<'a> {
    pub(crate) image: &'a Image,
    pub(crate) now: Timestamp,
    pub(crate) settings: Settings,
}

impl<'a> Scene<'a> {
    /// Today in the desk's zone.
    pub(crate) fn today(&self) -> Date {
        self.settings.today(self.now)
    }

    /// The beginning of a day in the desk's zone.
    pub(crate) fn start_of(&self, day: Date) -> Timestamp {
        let start = day.to_zoned(self.settings.time_zone());
        start.map_or(Timestamp::MIN, |start| start.timestamp())
    }

    /// The one client that a typed text names.
    pub(crate) fn hit(&self, typed: &str) -> Result<Hit, Stop> {
        one_hit(typed, self.image)
    }

    /// The records of the client that a typed text names.
    pub(crate) fn client(&self, typed: &str) -> Result<(&'a Client, &'a Account), Stop> {
        let hit = self.hit(typed)?;
        let unknown = || Refusal::UnknownClient { typed: hit.typed.clone(), nearest: Vec::new() };
        let client = self.image.client(hit.client)?.ok_or_else(unknown)?;
        let account = self.image.account(hit.client)?.ok_or_else(unknown)?;
        Ok((client, account))
    }
}
