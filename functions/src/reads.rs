//! Range reads: the operations that read ranges of records, such as statements and lists. Each is in
//! the folder of its capability, and a binary links only those of the capabilities that it names; the
//! dispatch and the shared parts are here.
//!
//! A range read writes nothing, so there is nothing to decide; the entrance checks the caller's
//! authority as for every call. No answer grows without bound: each has a limit, and says when it was
//! cut.

use std::fmt;
use std::pin::Pin;

use jiff::Timestamp;
use jiff::civil::Date;
use shared::clients::names::types::Hit;
use shared::clients::types as clients_ask;
use shared::clients::types::Client;
use shared::contract::image::{Image, Need, Stop};
use shared::contract::refusal::Refusal;
use shared::contract::{Answer, Ask};
use shared::credits::types as credits_ask;
use shared::decision::one_hit;
use shared::desk::types as desk_ask;
use shared::invoices::types as invoices_ask;
use shared::kernel::id::Identity;
use shared::ledger::account::Account;
use shared::payments::types as payments_ask;
use shared::plans::types as plans_ask;
use shared::settings::types::Settings;
use shared::staff::types as staff_ask;

use crate::billing::reconcile::Reconciler;
use crate::desk::known;
use crate::failure::Failure;
use crate::store::Store;
use crate::{clients, credits, desk, invoices, payments, plans, staff};

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
            Stop::Unreadable { key, reason } => Stopped::Refused(known::refused(&key, &reason)),
        }
    }
}

/// A range read under way.
pub(crate) type Reading<'a> = Pin<Box<dyn Future<Output = Read> + Send + 'a>>;

/// The range reads of one capability.
pub struct Reader<A>(pub(crate) for<'a> fn(&'a Store, &'a Scene<'a>, &'a A) -> Reading<'a>);

impl<A> Clone for Reader<A> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<A> Copy for Reader<A> {}

impl<A> fmt::Debug for Reader<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reader")
    }
}

/// The range reads of one binary. It links only those of the capabilities that it names.
#[derive(Debug, Clone, Copy)]
pub struct Readers {
    pub credits: Option<Reader<credits_ask::Ask>>,
    pub plans: Option<Reader<plans_ask::Ask>>,
    pub clients: Option<Reader<clients_ask::Ask>>,
    pub invoices: Option<Reader<invoices_ask::Ask>>,
    pub payments: Option<Reader<payments_ask::Ask>>,
    pub staff: Option<Reader<staff_ask::Ask>>,
    pub desk: Option<Reader<desk_ask::Ask>>,
}

impl Readers {
    pub const NONE: Readers = Readers {
        credits: None,
        plans: None,
        clients: None,
        invoices: None,
        payments: None,
        staff: None,
        desk: None,
    };

    /// All range reads, where one process is all functions.
    pub const ALL: Readers = Readers {
        credits: Some(CREDITS),
        plans: Some(PLANS),
        clients: Some(CLIENTS),
        invoices: Some(INVOICES),
        payments: Some(PAYMENTS),
        staff: Some(STAFF),
        desk: Some(DESK),
    };

    /// Answers an ask that reads ranges of records.
    pub(crate) async fn read(&self, store: &Store, scene: &Scene<'_>, ask: &Ask) -> Read {
        match ask {
            Ask::Credits(ask) => read(self.credits, store, scene, ask).await,
            Ask::Plans(ask) => read(self.plans, store, scene, ask).await,
            Ask::Clients(ask) => read(self.clients, store, scene, ask).await,
            Ask::Invoices(ask) => read(self.invoices, store, scene, ask).await,
            Ask::Payments(ask) => read(self.payments, store, scene, ask).await,
            Ask::Staff(ask) => read(self.staff, store, scene, ask).await,
            Ask::Desk(ask) => read(self.desk, store, scene, ask).await,
            Ask::Permissions(_) | Ask::Pricing(_) | Ask::Settings(_) | Ask::Books(_) => no_range(),
        }
    }
}

async fn read<A>(reader: Option<Reader<A>>, store: &Store, scene: &Scene<'_>, ask: &A) -> Read {
    match reader {
        Some(Reader(read)) => read(store, scene, ask).await,
        None => no_range(),
    }
}

/// The operation reads no range: its spec or its decision is wrong.
pub(crate) fn no_range() -> Read {
    Err(Failure::unchanged("answer", "this call reads no range").into())
}

pub const CREDITS: Reader<credits_ask::Ask> =
    Reader(|store, scene, ask| Box::pin(credits::read(store, scene, ask)));
pub const PLANS: Reader<plans_ask::Ask> =
    Reader(|store, scene, ask| Box::pin(plans::read(store, scene, ask)));
pub const CLIENTS: Reader<clients_ask::Ask> =
    Reader(|store, scene, ask| Box::pin(clients::read(store, scene, ask)));
pub const INVOICES: Reader<invoices_ask::Ask> =
    Reader(|store, scene, ask| Box::pin(invoices::read(store, scene, ask)));
pub const PAYMENTS: Reader<payments_ask::Ask> =
    Reader(|store, scene, ask| Box::pin(payments::read(store, scene, ask)));
pub const STAFF: Reader<staff_ask::Ask> = Reader(|store, _, ask| Box::pin(staff::read(store, ask)));
pub const DESK: Reader<desk_ask::Ask> =
    Reader(|store, scene, ask| Box::pin(desk::read(store, scene, ask)));

/// The surroundings of a range read: the records that were read, and the time.
pub struct Scene<'a> {
    pub(crate) image: &'a Image,
    /// The identity of a caller from chat.
    pub(crate) caller: Option<&'a Identity>,
    pub(crate) now: Timestamp,
    pub(crate) settings: Settings,
    pub(crate) reconciler: Option<&'a Reconciler>,
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
        let unknown = || {
            let (typed, nearest, behind) = (hit.typed.clone(), Vec::new(), String::new());
            Refusal::UnknownClient { typed, nearest, behind }
        };
        let client = self.image.client(hit.client)?.ok_or_else(unknown)?;
        let account = self.image.account(hit.client)?.ok_or_else(unknown)?;
        Ok((client, account))
    }
}
