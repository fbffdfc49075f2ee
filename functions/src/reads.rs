//! Operations that read ranges of records: statements, lists, finds, the audit trail. They write
//! nothing (but `/jobs failed` with a replay), so there is nothing to decide; who may ask is
//! checked as for every call.
//!
//! No answer grows without bound: each has its most, and says when it was cut.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use shared::account::Account;
use shared::answer::{Answer, ClientCard, Named, NamedStaff};
use shared::audit::{Audit, Ended};
use shared::client::{Class, Client, Status};
use shared::credit::{Kind, PerKind};
use shared::decide::{self, CLIENTS_COUNTER, Found, balance_of, today_in, zone};
use shared::entry::{Actor, Entry};
use shared::id::{ClientId, InvoiceNumber, OpId, StaffId};
use shared::invoice::InvoiceState;
use shared::job::{Effect, Job, What};
use shared::money::Money;
use shared::operation::{Ask, Call, ListOf, Operation, Order, PageEnd};
use shared::record::{
    Change, Decision, Expect, Image, Key, Record, Stored, StoredOutcome, Then, Write,
};
use shared::refusal::Refusal;
use shared::search::{self, Hit, SHOWN_MAX};
use shared::settings::Scope;
use shared::staff::{LinkedIdentity, Staff};

use crate::desk::Desk;
use crate::failure::Failure;
use crate::store::{TERMS_MAX, first_of_month, month_text};
use crate::{jobs, summary};

/// The most entries that a statement shows.
const STATEMENT_MAX: usize = 1_000;
/// The most entries that are looked through for a statement that ends in the past.
const WALK_MAX: usize = 20_000;
/// How many entries explain a balance.
const WHY_MAX: usize = 20;
/// How many lines of the audit trail are shown.
const HISTORY_MAX: usize = 100;
/// How many months of the audit trail are looked through.
const HISTORY_MONTHS_MAX: u32 = 24;
/// How many terms a completion reads: it is asked for at every letter.
const SUGGEST_TERMS_MAX: usize = 250;
/// How many clients a list shows.
const LIST_MAX: usize = 200;
/// Up to how many clients a list is read live as a whole.
const LIVE_MAX: u64 = 200;

/// What is answered, or why it stopped.
type Read = Result<Decision, Stopped>;

/// Why a read ended early: with a business no, or because the infrastructure failed. The two are told
/// apart again where the call is answered.
pub(crate) enum Stopped {
    /// A business no.
    Refused(Refusal),
    /// The infrastructure failed.
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
        let scene = Scene { found, image, now, zone: zone(&image.settings()) };
        match &call.ask {
            Ask::Statement { kind, since, until, before, .. } => {
                self.statement(&scene, *kind, (*since, *until), *before).await
            }
            Ask::Why { kind, .. } => self.why(&scene, *kind).await,
            Ask::History { client, staff, op, since } => {
                self.history(&scene, client.is_some(), staff.as_deref(), op.as_ref(), *since).await
            }
            Ask::Pending {} => self.pending(&scene).await,
            Ask::List { of, order, below, after } => self.list((*of, *order, *below), *after).await,
            Ask::ClientFind { text, class } => self.find_clients(text, *class).await,
            Ask::Suggest { text } => self.suggest(text).await,
            Ask::InvoiceList { state, before, .. } => {
                self.invoice_list(&scene, *state, *before).await
            }
            Ask::RoleList {} => {
                let staff = self.store.staff().await?;
                answer(Answer::Roles { staff })
            }
            Ask::Status {} => self.status(&scene).await,
            Ask::JobsFailed { replay: None } => {
                let jobs = self.store.jobs_failed().await?;
                answer(Answer::Jobs { jobs, replayed: None })
            }
            Ask::JobsFailed { replay: Some(op) } => self.replay_job(call, caller, op, now).await,
            _ => Err(Failure::unchanged("answer", "this call reads no range").into()),
        }
    }

    async fn statement(
        &self,
        scene: &Scene<'_>,
        kind: Option<Kind>,
        (since, until): (Option<Date>, Option<Date>),
        before_entry: Option<u64>,
    ) -> Read {
        let (client, account) = scene.client()?;
        let page = |entry: &Entry| before_entry.is_none_or(|number| entry.number < number);
        let until = until.unwrap_or_else(|| scene.today());
        let since = since.unwrap_or_else(|| until.saturating_sub(29.days()));
        if until < since {
            let why = "The last day of a statement comes before its first.".to_owned();
            return Err(Refusal::Invalid { why }.into());
        }
        let (from, end) = (scene.start_of(since), scene.start_of(until.saturating_add(1.day())));
        let walked = self.store.entries_back(account, from, WALK_MAX).await?;
        let mut shown = Vec::new();
        let mut before = balances(account);
        let mut closing = before;
        let mut cut = walked.cut;
        for entry in walked.entries {
            let asked = entry.at < end && page(&entry);
            if asked && shown.len() >= STATEMENT_MAX {
                cut = true;
                break;
            }
            step_back(&mut before, &entry);
            if !asked {
                closing = before;
            } else if kind.is_none_or(|kind| entry.lines.iter().any(|l| l.kind == kind)) {
                shown.push(entry);
            }
        }
        let staff = self.actors(&shown).await?;
        answer(Answer::Statement {
            staff,
            client: Named::from(client),
            entries: shown,
            opening: before,
            closing,
            since,
            until,
            cut,
        })
    }

    /// The staff members who made some entries.
    async fn actors(&self, entries: &[Entry]) -> Result<Vec<NamedStaff>, Failure> {
        let staff = |entry: &Entry| match &entry.actor {
            Actor::Staff(id) => Some(*id),
            Actor::Billing(_) | Actor::Schedule => None,
        };
        let ids: BTreeSet<StaffId> = entries.iter().filter_map(staff).collect();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let keys: Vec<Key> = ids.iter().map(|id| Key::Staff(*id)).collect();
        let image = self.store.image(&keys).await?;
        let named =
            |id: StaffId| image.staff(id).map(|staff| NamedStaff { id, name: staff.name.clone() });
        Ok(ids.into_iter().filter_map(named).collect())
    }

    async fn why(&self, scene: &Scene<'_>, kind: Option<Kind>) -> Read {
        let (client, account) = scene.client()?;
        let kinds = kind.map_or_else(|| Kind::ALL.to_vec(), |kind| vec![kind]);
        let about = |entry: &Entry| entry.lines.iter().any(|line| kinds.contains(&line.kind));
        let walked = self.store.entries_back(account, client.made_at, WALK_MAX).await?;
        let mut entries: Vec<Entry> =
            walked.entries.into_iter().filter(about).take(WHY_MAX).collect();
        entries.reverse();
        let now = balances(account);
        let mut opening = PerKind::default();
        let mut foots = true;
        for kind in Kind::ALL {
            let lines = || entries.iter().flat_map(|e| &e.lines).filter(|l| l.kind == kind);
            let moved = |line: &shared::entry::Line| line.granted.saturating_sub(line.used);
            let first = lines().next();
            let before = first.map_or(*now.get(kind), |l| l.balance.saturating_sub(moved(l)));
            *opening.get_mut(kind) = before;
            let sum = lines().fold(before, |sum, line| sum.saturating_add(moved(line)));
            foots &= sum == *now.get(kind);
        }
        let staff = self.actors(&entries).await?;
        answer(Answer::Why {
            staff,
            client: Named::from(client),
            balances: balance_of(account),
            entries,
            opening,
            foots,
            kinds,
        })
    }

    async fn history(
        &self,
        scene: &Scene<'_>,
        of_client: bool,
        staff: Option<&str>,
        op: Option<&OpId>,
        since: Option<Date>,
    ) -> Read {
        let days = if op.is_some() { 31 } else { 7 };
        let about = if of_client { Some(scene.hit()?.client) } else { None };
        let since = since.unwrap_or_else(|| scene.today().saturating_sub(days.days()));
        let among = match staff {
            Some(typed) => vec![decide::staff_named(typed, &scene.found.everybody)?.clone()],
            None => self.store.staff().await?,
        };
        let mut whose: Vec<Option<StaffId>> = among.iter().map(|staff| Some(staff.id)).collect();
        if staff.is_none() {
            whose.push(None);
        }
        let from = scene.start_of(since);
        let mut lines: Vec<Audit> = Vec::new();
        let mut cut = false;
        let mut month = first_of_month(scene.now);
        for months in 0.. {
            if month < first_of_month(from) {
                break;
            }
            // The newest are shown, so older months are read only while there are too few.
            if lines.len() > HISTORY_MAX || months >= HISTORY_MONTHS_MAX {
                cut = true;
                break;
            }
            let name = month_text(month);
            for staff in &whose {
                // With something to look for, lines about others are read past.
                let looks = about.is_some() || op.is_some();
                let most = if looks { WALK_MAX } else { HISTORY_MAX };
                let some = self
                    .store
                    .audit(*staff, &name, from, scene.now, most.saturating_add(1))
                    .await?;
                cut |= some.len() > most;
                let wanted = |line: &Audit| {
                    (about.is_none() || line.client == about) && op.is_none_or(|op| line.op == *op)
                };
                lines.extend(some.into_iter().filter(wanted));
            }
            month = month.saturating_sub(1.month());
        }
        lines.sort_by(|a, b| (b.at, &b.op).cmp(&(a.at, &a.op)));
        cut |= lines.len() > HISTORY_MAX;
        lines.truncate(HISTORY_MAX);
        let seen = |staff: &&Staff| lines.iter().any(|line| line.staff == Some(staff.id));
        let named = |staff: &Staff| NamedStaff { id: staff.id, name: staff.name.clone() };
        let staff = among.iter().filter(seen).map(named).collect();
        answer(Answer::History { lines, staff, since, cut })
    }

    async fn pending(&self, scene: &Scene<'_>) -> Read {
        let mut plans = self.store.plans().await?;
        plans.retain(|plan| plan.state.waits() && scene.now < plan.expires);
        plans.sort_by(|a, b| (a.at, &a.op).cmp(&(b.at, &b.op)));
        if !plans.is_empty() {
            let everybody = self.store.staff().await?;
            for plan in &mut plans {
                plan.by = decide::in_place_of(&plan.by, &everybody);
            }
        }
        answer(Answer::Pending { plans: plans.iter().map(shared::plan::Plan::card).collect() })
    }

    async fn list(
        &self,
        (of, order, below): (ListOf, Order, Option<u64>),
        after: Option<PageEnd>,
    ) -> Read {
        let last = self.store.last_number(CLIENTS_COUNTER).await?;
        let pages = if last > LIVE_MAX { summary::pages(&self.store).await? } else { Vec::new() };
        let as_of = pages.iter().map(|page| page.as_of).min();
        let covered = pages.iter().map(|page| page.last).max().unwrap_or(0);
        let newer: Vec<ClientId> = (covered.saturating_add(1)..=last).map(ClientId).collect();
        let mut cards: Vec<ClientCard> = pages.into_iter().flat_map(|page| page.cards).collect();
        cards.extend(summary::live(&self.store, &newer).await?);
        let by = match order {
            Order::Sms => Kind::Sms,
            Order::Mms | Order::Name => Kind::Mms,
        };
        let wanted = |card: &ClientCard| {
            let few = |most| card.balances.get(by).spendable < most;
            is_listed(card, of) && below.is_none_or(few)
        };
        sort(&mut cards, order, by);
        let before = after.map_or(0, |end| {
            let ended = cards.iter().find(|card| card.client.id == end.client);
            let name = ended.map(|card| search::fold(&card.client.name)).unwrap_or_default();
            let end = (end.had, name, end.client);
            cards.partition_point(|card| place(card, order, by) <= end)
        });
        let skipped = cards.iter().take(before).filter(|card| wanted(card)).count();
        cards.retain(wanted);
        let total = u64::try_from(cards.len()).unwrap_or(u64::MAX);
        let mut sums = PerKind::<u64>::default();
        for kind in Kind::ALL {
            let each = cards.iter().map(|card| card.balances.get(kind).spendable);
            *sums.get_mut(kind) = each.fold(0, u64::saturating_add);
        }
        cards.drain(..skipped.min(cards.len()));
        cards.truncate(LIST_MAX);
        let mut ends: Vec<PageEnd> = cards.iter().map(|card| end(card, order, by)).collect();
        if as_of.is_some() {
            // Those that are shown are read as they are now, and stay where the summary has them: by
            // these figures the next page is found.
            let shown: Vec<ClientId> = ends.iter().map(|end| end.client).collect();
            cards = summary::live(&self.store, &shown).await?;
            cards.retain(wanted);
            ends.retain(|end| cards.iter().any(|card| card.client.id == end.client));
        }
        let skipped = u64::try_from(skipped).unwrap_or(u64::MAX);
        answer(Answer::List { total, sums, skipped, clients: cards, ends, as_of })
    }

    async fn find_clients(&self, text: &str, class: Option<Class>) -> Read {
        let found = self.matching(text, class, TERMS_MAX).await?;
        let total = u64::try_from(found.len()).unwrap_or(u64::MAX);
        let shown: Vec<ClientId> = found.iter().take(SHOWN_MAX).map(|term| term.client).collect();
        let clients = summary::live(&self.store, &shown).await?;
        answer(Answer::Found { text: text.trim().to_owned(), clients, total })
    }

    async fn suggest(&self, text: &str) -> Read {
        let found = self.matching(text, None, SUGGEST_TERMS_MAX).await?;
        let named = |term: &shared::record::Term| Named {
            id: term.client,
            name: term.name.clone(),
            login: term.login.clone(),
        };
        let clients = found.iter().take(SHOWN_MAX).map(named).collect();
        answer(Answer::Suggestions { clients })
    }

    async fn matching(
        &self,
        text: &str,
        class: Option<Class>,
        most: usize,
    ) -> Result<Vec<shared::record::Term>, Failure> {
        let Some(query) = search::query(text) else { return Ok(Vec::new()) };
        let terms = self.store.some_terms(&query, most).await?;
        Ok(search::matching(text, &terms, class))
    }

    async fn invoice_list(
        &self,
        scene: &Scene<'_>,
        state: Option<InvoiceState>,
        before: Option<InvoiceNumber>,
    ) -> Read {
        let (client, account) = scene.client()?;
        let mut invoices = self.store.invoices(client.id).await?;
        invoices.sort_by_key(|invoice| std::cmp::Reverse((invoice.at, invoice.number)));
        // The page begins behind the last one of the page before, in whatever state that is by now.
        let past = before.and_then(|n| invoices.iter().position(|invoice| invoice.number == n));
        invoices.drain(..past.map_or(0, |at| at.saturating_add(1)));
        invoices.retain(|invoice| state.is_none_or(|state| invoice.state == state));
        invoices.truncate(LIST_MAX);
        let currency = scene.image.settings().currency;
        let unpaid = currency.filter(|_| account.unpaid_minor > 0);
        answer(Answer::Invoices {
            client: Named::from(client),
            invoices,
            unpaid: unpaid.map(|currency| Money { minor: account.unpaid_minor, currency }),
            today: scene.today(),
        })
    }

    async fn status(&self, scene: &Scene<'_>) -> Read {
        let settings = scene.image.settings();
        let prices = Kind::ALL.map(|kind| Key::Prices(Scope::Default, kind));
        let gate = Key::MmsGate(shared::id::ROOT);
        let keys: Vec<Key> = prices.into_iter().chain([gate]).collect();
        let image = self.store.image(&keys).await?;
        let mut missing = Vec::new();
        if settings.currency.is_none() {
            missing.push("No currency is set: `/settings currency GBP`.".to_owned());
        }
        for kind in Kind::ALL {
            if image.prices(Scope::Default, kind).is_none() {
                let word = kind.word();
                missing.push(format!(
                    "There is no default price for {kind} credits: `/price set {word} default 1:50.00`."
                ));
            }
        }
        if settings.seller.is_none() {
            missing.push(
                "No seller is set, so invoices name the root admin: `/settings seller`.".to_owned(),
            );
        }
        if settings.tax_bp == 0 {
            missing.push("Tax is 0 %: `/settings tax 20` if it should not be.".to_owned());
        }
        if !image.mms_gate(shared::id::ROOT).is_some_and(|gate| gate.allowed) {
            missing.push("MMS is off for the whole platform: `/mms allow c_1`.".to_owned());
        }
        let staff = self.store.staff().await?;
        let plans = self.store.plans().await?;
        let waits = |plan: &&shared::plan::Plan| plan.state.waits() && scene.now < plan.expires;
        let failed = self.store.jobs_failed().await?;
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        answer(Answer::Status {
            missing,
            clients: self.store.last_number(CLIENTS_COUNTER).await?,
            staff: count(staff.iter().filter(|staff| staff.active).count()),
            pending: count(plans.iter().filter(waits).count()),
            failed_jobs: count(failed.len()),
            settings,
        })
    }

    /// Brings a job that failed for good back, under an OPERATION, so that it is brought back once.
    async fn replay_job(
        &self,
        call: &Call,
        caller: &LinkedIdentity,
        op: &OpId,
        now: Timestamp,
    ) -> Read {
        let records = self.store.read(&[Key::FailedJob(op.clone())]).await?;
        let Some(Record::FailedJob(failed)) = records.into_iter().next() else {
            return Err(Refusal::UnknownOperation { op: op.clone() }.into());
        };
        let text = format!("the job of {op} is tried again");
        let answered = Answer::Jobs { jobs: Vec::new(), replayed: Some(op.clone()) };
        if call.dry_run {
            return answer(Answer::DryRun {
                change: None,
                why: Vec::new(),
                text: Some(text),
                done: Some(Box::new(answered)),
            });
        }
        let stored = Stored {
            op: call.key.op(),
            fingerprint: call.ask.fingerprint(),
            by: caller.staff,
            at: now,
            outcome: StoredOutcome::Done(answered.clone()),
        };
        let audit = Audit {
            staff: Some(caller.staff),
            identity: Some(call.by.clone()),
            at: now,
            op: call.key.op(),
            operation: Operation::JobsFailed,
            client: None,
            ended: Ended::Done,
            text,
        };
        let told = Job::new(call.key.op(), vec![Effect::new(What::Audit(audit), now)]);
        let again = jobs::again(&failed, now);
        Ok(Decision::Commit(Change {
            writes: vec![
                Write::Put(Record::Operation(stored), Expect::Absent),
                Write::Delete(Key::FailedJob(op.clone()), Expect::Version(failed.version)),
                Write::Put(Record::Job(again), Expect::Absent),
                Write::Put(Record::Job(told), Expect::Absent),
            ],
            then: Then::Answer(answered),
        }))
    }
}

/// What one of these answers looks at, besides what was asked.
struct Scene<'a> {
    found: &'a Found,
    image: &'a Image,
    now: Timestamp,
    zone: TimeZone,
}

impl<'a> Scene<'a> {
    fn today(&self) -> Date {
        today_in(&self.image.settings(), self.now)
    }

    /// When a day begins in the desk's zone.
    fn start_of(&self, day: Date) -> Timestamp {
        let start = day.to_zoned(self.zone.clone());
        start.map_or(Timestamp::MIN, |start| start.timestamp())
    }

    /// The one client that the call names, or the refusal that asks which.
    fn hit(&self) -> Result<&'a Hit, Refusal> {
        decide::the_client(self.found, self.image)
    }

    /// As [`Scene::hit`], with its records.
    fn client(&self) -> Result<(&'a Client, &'a Account), Refusal> {
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
fn answer(answer: Answer) -> Read {
    Ok(Decision::Answer(answer))
}

fn balances(account: &Account) -> PerKind<i64> {
    PerKind { sms: account.totals.sms.balance(), mms: account.totals.mms.balance() }
}

/// The balances before an entry, from those after it.
fn step_back(balances: &mut PerKind<i64>, entry: &Entry) {
    for line in &entry.lines {
        let moved = line.granted.saturating_sub(line.used);
        let balance = balances.get_mut(line.kind);
        *balance = balance.saturating_sub(moved);
    }
}

fn is_listed(card: &ClientCard, of: ListOf) -> bool {
    match of {
        ListOf::Clients => card.class != Class::Admin,
        ListOf::Users => card.class == Class::User,
        ListOf::Resellers => card.class == Class::Reseller,
        ListOf::Pending => card.class != Class::Admin && card.status == Status::Pending,
    }
}

/// Where a client stands in a list: by its credits, which are the same for all where it is by name,
/// then by name.
fn place(card: &ClientCard, order: Order, by: Kind) -> (u64, String, ClientId) {
    let figure = match order {
        Order::Name => 0,
        Order::Sms | Order::Mms => card.balances.get(by).spendable,
    };
    (figure, search::fold(&card.client.name), card.client.id)
}

/// Where a page ends that ends with this client.
fn end(card: &ClientCard, order: Order, by: Kind) -> PageEnd {
    PageEnd { client: card.client.id, had: place(card, order, by).0 }
}

fn sort(cards: &mut [ClientCard], order: Order, by: Kind) {
    cards.sort_by_cached_key(|card| place(card, order, by));
}
