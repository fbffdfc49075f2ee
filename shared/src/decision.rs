//! What decisions share: the scene that they look at, the proposal that they return, and the prefetch
//! that names the records they will look at.
//!
//! A capability drafts a [`Proposal`] before it is known whether the change must wait; the plan
//! machine ([`crate::plans`]) settles it. Any operation can be planned.
//!
//! Absent on purpose: any capability's own rule.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::clients::brand::types::Brand;
use crate::clients::names::types::{Hit, How};
use crate::clients::names::{only, resolve};
use crate::clients::types::{Class, Client};
use crate::contract::call::Tried;
use crate::contract::change::{Change, Expect, Write};
use crate::contract::image::{Image, Need, Stop};
use crate::contract::plan::{Plan, Worth};
use crate::contract::receipt::{Outcome, Receipt};
use crate::contract::refusal::Refusal;
use crate::contract::{Answer, Ask, Facts, Key, Record};
use crate::kernel::actor::{Actor, ActorId, Role};
use crate::kernel::audit::{Audit, Ended};
use crate::kernel::credit::PerKind;
use crate::kernel::id::{Channel, ClientId, Named, NamedStaff, OpId, ROOT, StaffId};
use crate::kernel::job::{About, Effect, Job, What};
use crate::kernel::mail::MailEvent;
use crate::kernel::movement::Movement;
use crate::kernel::spec::{Function, Spec};
use crate::kernel::typed::{Follows, TypedClient};
use crate::ledger::account::Account;
use crate::plans::types::{Bound, Question};
use crate::settings::types::Settings;
use crate::staff::types::LinkedIdentity;

/// The result of a decision, when it is not refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Nothing is to be written.
    Answer(Answer),
    /// A dry run: nothing is to be written but its line in the audit trail.
    Try(Tried),
    /// The operation reads ranges of records, which the functions do.
    Ranges,
    /// This is to be written.
    Commit(Change),
    /// The plan waits already: it is shown again.
    Show(Plan),
    /// The stored first outcome.
    Replay(Receipt),
    /// The planned operation belongs to another function.
    Elsewhere(Function),
}

/// The draft of one capability.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Draft {
    Answer(Answer),
    /// The operation reads ranges of records, which the functions do.
    Ranges,
    Propose(Proposal),
    /// A change that never waits and has no receipt.
    Write(Vec<Write>, Answer),
}

/// A mail that follows a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    pub to: ClientId,
    pub event: MailEvent,
    /// Not before.
    pub due: Timestamp,
}

impl From<Mail> for Effect {
    fn from(Mail { to, event, due }: Mail) -> Self {
        Effect::new(What::Mail { client: to, event }, due)
    }
}

/// A drafted change, before it is known whether it must wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// As a plan keeps it: with clients by their ids.
    pub ask: Ask,
    pub client: Option<ClientId>,
    pub movement: Option<Movement>,
    pub facts: Facts,
    pub writes: Vec<Write>,
    /// The mails that follow ([`Scene::mail`]).
    pub mails: Vec<Mail>,
    /// The effects that follow beside mails and the announcement.
    pub effects: Vec<Effect>,
    /// Limits are not among them: the plan machine adds those.
    pub questions: Vec<Question>,
    /// `None` for a change that no limit measures.
    pub worth: Option<Worth>,
    /// The facts whose change shows a plan again.
    pub bound: Bound,
    /// The prices that a plan shows and keeps: minor units per 1,000 credits.
    pub prices: PerKind<Option<u64>>,
    /// The sentence of the audit trail.
    pub text: String,
}

/// Everything about one call that its decision looks at, beside the ask.
pub struct Scene<'a> {
    pub op: OpId,
    pub fingerprint: String,
    pub spec: &'static Spec,
    pub actor: Actor,
    /// The caller's link to its staff member, for calls from chat.
    pub linked: Option<&'a LinkedIdentity>,
    pub dry_run: bool,
    /// The channel where the call was typed.
    pub at: Option<&'a Channel>,
    pub settings: Settings,
    pub image: &'a Image,
    pub now: Timestamp,
    /// The plan that is being carried out: its clients are ids, and its prices hold.
    pub plan: Option<&'a Plan>,
}

impl<'a> Scene<'a> {
    #[must_use]
    pub fn actor_id(&self) -> ActorId {
        self.actor.id()
    }

    /// The calling staff member's link.
    ///
    /// # Errors
    /// The caller is no staff member.
    pub fn staff(&self) -> Result<&'a LinkedIdentity, Stop> {
        let actor = self.actor.kind();
        self.linked.ok_or_else(|| Refusal::WrongActor { actor }.into())
    }

    /// The calling staff member, as replies name it.
    ///
    /// # Errors
    /// The caller is no staff member.
    pub fn by(&self) -> Result<NamedStaff, Stop> {
        self.staff().map(named_staff)
    }

    /// The present role of the calling staff member.
    #[must_use]
    pub fn role(&self) -> Option<Role> {
        self.actor.role()
    }

    /// Whether the caller's role reaches a role; no other actor has one.
    #[must_use]
    pub fn has_role(&self, least: Role) -> bool {
        self.role().is_some_and(|role| role >= least)
    }

    /// Today in the desk's zone.
    #[must_use]
    pub fn today(&self) -> Date {
        self.settings.today(self.now)
    }

    /// A client that an ask names by its id, or whose whole name the caller of a range read typed.
    ///
    /// # Errors
    /// Several or no clients match, or something that tells was never read.
    pub fn hit(&self, client: &str) -> Result<Hit, Stop> {
        match client.parse() {
            Ok(id) => hit_by_id(id, self.image),
            Err(_) => one_hit(client, self.image),
        }
    }

    /// A client, as it is stored now.
    ///
    /// # Errors
    /// It is not there, or was never read.
    pub fn client(&self, id: ClientId) -> Result<&'a Client, Stop> {
        self.image.client(id)?.ok_or_else(|| Refusal::no_client(id).into())
    }

    /// A client's account.
    ///
    /// # Errors
    /// It is not there, or was never read.
    pub fn account(&self, id: ClientId) -> Result<&'a Account, Stop> {
        self.image.account(id)?.ok_or_else(|| Refusal::no_client(id).into())
    }

    /// A client and its account, if staff may change its credits at all.
    ///
    /// # Errors
    /// The account is frozen for staff, not there, or was never read.
    pub fn open_account(&self, id: ClientId) -> Result<(&'a Client, &'a Account), Stop> {
        let (client, account) = (self.client(id)?, self.account(id)?);
        if account.frozen && self.actor.role().is_some() {
            return Err(Refusal::Frozen { client: Named::from(client) }.into());
        }
        Ok((client, account))
    }

    /// The parents of a client, nearest first.
    ///
    /// # Errors
    /// One of them was never read.
    pub fn parents(&self, client: &Client) -> Result<Vec<&'a Client>, Stop> {
        let parents = client.chain.iter().map(|parent| self.image.client(*parent));
        Ok(parents.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
    }

    /// The reseller above a client, if its parent is one.
    ///
    /// # Errors
    /// The parent was never read.
    pub fn reseller_of(&self, client: &Client) -> Result<Option<&'a Client>, Stop> {
        let parent = match client.parent().filter(|parent| *parent != ROOT) {
            Some(parent) => self.image.client(parent)?,
            None => None,
        };
        Ok(parent.filter(|parent| parent.class == Class::Reseller))
    }

    /// The brand that a client's mail has: that of the nearest branded client above it.
    ///
    /// # Errors
    /// A brand was never read.
    pub fn brand_of(&self, client: &Client) -> Result<Option<&'a Brand>, Stop> {
        for parent in client.chain.iter().filter(|parent| **parent != ROOT) {
            if let Some(brand) = self.image.get::<Brand>(&Key::Brand(*parent))? {
                return Ok(Some(brand));
            }
        }
        Ok(None)
    }

    /// A mail to a client; `None` for a client without an address, and for a reseller's client until a
    /// reseller above it has a brand.
    ///
    /// # Errors
    /// The parent or a brand was never read.
    pub fn mail(
        &self,
        client: &Client,
        event: MailEvent,
        due: Timestamp,
    ) -> Result<Option<Mail>, Stop> {
        let reads = client.address().is_some() && self.reads_mail(client)?;
        Ok(reads.then_some(Mail { to: client.id, event, due }))
    }

    /// Whether mail may go to a client: not to a reseller's client until a reseller above it has a brand.
    ///
    /// # Errors
    /// The parent or a brand was never read.
    pub fn reads_mail(&self, client: &Client) -> Result<bool, Stop> {
        Ok(self.reseller_of(client)?.is_none() || self.brand_of(client)?.is_some())
    }

    /// A proposal that moves no credits, asks no question and sends no mail.
    pub fn proposal(
        &self,
        ask: impl Into<Ask>,
        client: Option<ClientId>,
        facts: Facts,
        writes: Vec<Write>,
        text: String,
    ) -> Proposal {
        Proposal {
            ask: ask.into(),
            client,
            movement: None,
            facts,
            writes,
            mails: Vec::new(),
            effects: Vec::new(),
            questions: Vec::new(),
            worth: None,
            bound: Bound::default(),
            prices: PerKind::default(),
            text,
        }
    }

    /// The receipt of an outcome of this call.
    #[must_use]
    pub fn receipt(&self, op: OpId, outcome: Outcome) -> Receipt {
        Receipt {
            op,
            fingerprint: self.fingerprint.clone(),
            by: self.actor.clone(),
            approved_by: None,
            at: self.now,
            spent: None,
            before: None,
            outcome,
        }
    }

    /// The OPERATION of an outcome under this call's key, put if absent.
    #[must_use]
    pub fn receipt_write(&self, outcome: Outcome) -> Write {
        let receipt = self.receipt(self.op.clone(), outcome);
        Write::Put(Record::Operation(receipt), Expect::Absent)
    }

    /// A line of the audit trail about this call.
    #[must_use]
    pub fn audit(&self, client: Option<ClientId>, ended: Ended, text: String) -> Audit {
        Audit {
            by: Some(self.actor_id()),
            identity: self.linked.map(|linked| linked.identity.clone()),
            at: self.now,
            op: self.op.clone(),
            operation: self.spec.name.to_owned(),
            client,
            ended,
            text,
            typed: None,
            credits: 0,
        }
    }

    /// The JOB of this call: its audit line, the effects that follow, and announcements about `about`.
    #[must_use]
    pub fn job(&self, audit: Audit, following: Vec<Effect>, about: &About) -> Write {
        let mut effects = vec![Effect::new(What::Audit(audit), self.now)];
        effects.extend(following);
        effects.extend(self.settings.announced_in(self.at).map(|channel| {
            let what = What::Announce { channel: channel.clone(), about: about.clone() };
            Effect::new(what, self.now)
        }));
        Write::Put(Record::Job(Job::new(self.op.clone(), effects)), Expect::Absent)
    }
}

/// A staff member as replies name it.
#[must_use]
pub fn named_staff(linked: &LinkedIdentity) -> NamedStaff {
    NamedStaff { id: linked.staff, name: linked.name.clone() }
}

/// The one client that a typed text names.
///
/// # Errors
/// Several or no clients match, or something that tells was never read.
pub fn one_hit(typed: &str, image: &Image) -> Result<Hit, Stop> {
    only(resolve(&TypedClient::Whole(typed.to_owned()), Follows::Nothing, image)?, image)
}

/// The hit of a client that is known by its id.
///
/// # Errors
/// The client was never read.
pub fn hit_by_id(client: ClientId, image: &Image) -> Result<Hit, Stop> {
    let chain = image.client(client)?.map(|stored| stored.chain.clone()).unwrap_or_default();
    let (typed, behind) = (client.to_string(), String::new());
    Ok(Hit { client, chain, how: How::Exactly, typed, behind })
}

/// Names the records that a decision will look at, as far as they can be named from what was read.
/// Only a prefetch: a record that it forgets costs a round trip, never a wrong decision. Numbers are not
/// prefetched, because a number that was taken is used up.
pub struct Prefetch<'a> {
    pub image: &'a Image,
    /// The calling staff member, as far as it is known.
    pub caller: Option<StaffId>,
    pub now: Timestamp,
    /// The plan that will be carried out.
    pub plan: Option<&'a Plan>,
    pub needs: Vec<Need>,
}

impl Prefetch<'_> {
    pub fn item(&mut self, key: Key) {
        self.needs.push(Need::Item(key));
    }

    pub fn items(&mut self, keys: impl IntoIterator<Item = Key>) {
        self.needs.extend(keys.into_iter().map(Need::Item));
    }

    pub fn all_staff(&mut self) {
        self.needs.push(Need::Staff);
    }

    /// The client and its account.
    pub fn client(&mut self, client: ClientId) {
        self.items([Key::Client(client), Key::Account(client)]);
    }

    /// The client that an ask names by its id, with the records that belong to it; the hit, once its parents
    /// are known. A name is left to the entrance until it is known.
    pub fn named(&mut self, client: &str) -> Option<Hit> {
        let id: ClientId = client.parse().ok()?;
        self.client(id);
        let chain = self.chain(id)?;
        self.items(chain.iter().map(|parent| Key::Client(*parent)));
        let resellers = chain.iter().filter(|parent| **parent != ROOT);
        self.items(resellers.map(|parent| Key::Brand(*parent)));
        self.item(Key::MmsGate(chain.last().copied().unwrap_or(id)));
        let (typed, behind) = (client.to_owned(), String::new());
        Some(Hit { client: id, chain, how: How::Exactly, typed, behind })
    }

    /// The parents of a client: as stored, as a name that was read has them, or as a plan showed them.
    fn chain(&self, client: ClientId) -> Option<Vec<ClientId>> {
        if let Some(stored) = self.image.peek::<Client>(&Key::Client(client)) {
            return Some(stored.chain.clone());
        }
        let is_main = |plan: &&Plan| plan.client().is_some_and(|main| main.id == client);
        let plan = self.plan.filter(is_main).map(|plan| plan.bound.chain());
        plan.or_else(|| self.image.peek_chain(client))
    }
}
