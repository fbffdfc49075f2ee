//! What decisions share: the scene that they look at, the proposal that they return, and the prefetch
//! that names the records they will look at.
//!
//! A capability drafts a [`Proposal`] before it is known whether the change must wait; the plan
//! machine ([`crate::plans`]) settles it. Any operation can be planned.
//!
//! Absent on purpose: any capability's own rule.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::clients::card::card;
use crate::clients::types::{Client, Hit, How, Resolution};
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
use crate::kernel::id::{Channel, ClientId, Named, NamedStaff, OpId, StaffId};
use crate::kernel::job::{About, Effect, Job, What};
use crate::kernel::movement::Movement;
use crate::kernel::spec::{Function, Spec};
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

/// A drafted change, before it is known whether it must wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The key of the receipt: the call's own, but for the reversal of an entry.
    pub op: OpId,
    /// As a plan keeps it: with clients by their ids.
    pub ask: Ask,
    pub client: Option<ClientId>,
    pub movement: Option<Movement>,
    pub facts: Facts,
    pub writes: Vec<Write>,
    /// The mails that follow.
    pub mails: Vec<(What, Timestamp)>,
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

    /// The one client that a typed text names.
    ///
    /// # Errors
    /// Several or no clients match, or the text was never looked for.
    pub fn hit(&self, typed: &str) -> Result<Hit, Stop> {
        match self.plan {
            Some(_) => {
                let id = typed.parse().map_err(|_| unknown(typed))?;
                hit_by_id(id, self.image)
            }
            None => one_hit(typed, self.image),
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
            op: self.op.clone(),
            ask: ask.into(),
            client,
            movement: None,
            facts,
            writes,
            mails: Vec::new(),
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

    /// The JOB of this call: its audit line, mails, and announcements about `about`.
    #[must_use]
    pub fn job(&self, audit: Audit, mails: Vec<(What, Timestamp)>, about: &About) -> Write {
        let mut effects = vec![Effect::new(What::Audit(audit), self.now)];
        effects.extend(mails.into_iter().map(|(what, due)| Effect::new(what, due)));
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

fn unknown(typed: &str) -> Stop {
    Refusal::UnknownClient { typed: typed.to_owned(), nearest: Vec::new() }.into()
}

/// The one client that a typed text names.
///
/// # Errors
/// Several or no clients match, or the text was never looked for.
pub fn one_hit(typed: &str, image: &Image) -> Result<Hit, Stop> {
    match image.named(typed)? {
        Resolution::One(hit) => Ok(hit.clone()),
        Resolution::Many { typed, shown, total } => {
            let mut matches = Vec::new();
            for id in shown {
                if let (Some(client), Some(account)) = (image.client(*id)?, image.account(*id)?) {
                    matches.push(card(client, account));
                }
            }
            Err(Refusal::Ambiguous { typed: typed.clone(), matches, total: *total }.into())
        }
        Resolution::None { typed, nearest } => {
            let named = |t: &crate::clients::types::Term| Named {
                id: t.client,
                name: t.name.clone(),
                login: t.login.clone(),
            };
            let nearest = nearest.iter().map(named).collect();
            Err(Refusal::UnknownClient { typed: typed.clone(), nearest }.into())
        }
    }
}

/// The hit of a client that is known by its id.
///
/// # Errors
/// The client was never read.
pub fn hit_by_id(client: ClientId, image: &Image) -> Result<Hit, Stop> {
    let chain = image.client(client)?.map(|stored| stored.chain.clone()).unwrap_or_default();
    Ok(Hit { client, chain, how: How::Exactly, typed: client.to_string() })
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

    /// The client that a typed text names, with the records that belong to it; the hit, once it is
    /// known.
    pub fn named(&mut self, typed: &str) -> Option<Hit> {
        let resolution = match self.plan {
            Some(plan) => Resolution::One(self.planned_hit(plan, typed)?),
            None => {
                self.needs.push(Need::Named(typed.to_owned()));
                self.image.peek_named(typed)?.clone()
            }
        };
        match resolution {
            Resolution::One(hit) => {
                self.client(hit.client);
                self.items(hit.chain.iter().map(|parent| Key::Client(*parent)));
                self.item(Key::MmsGate(hit.chain.last().copied().unwrap_or(hit.client)));
                Some(hit)
            }
            Resolution::Many { shown, .. } => {
                for client in shown {
                    self.client(client);
                }
                None
            }
            Resolution::None { .. } => None,
        }
    }

    /// The hit of a planned ask: its client is an id, and the plan knows the parents that it showed.
    fn planned_hit(&self, plan: &Plan, typed: &str) -> Option<Hit> {
        let client: ClientId = typed.parse().ok()?;
        let stored = self.image.peek::<Client>(&Key::Client(client));
        let is_main = plan.client().is_some_and(|main| main.id == client);
        let chain = match stored {
            Some(stored) => stored.chain.clone(),
            None if is_main => plan.bound.chain(),
            None => Vec::new(),
        };
        Some(Hit { client, chain, how: How::Exactly, typed: typed.to_owned() })
    }
}
