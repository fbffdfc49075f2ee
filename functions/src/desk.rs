//! The desk: it answers calls. It reads what a decision needs, runs the decision, writes the change,
//! and begins again when a record moved meanwhile.
//!
//! The order is the rule (LEDGER §3): the stored outcome and the waiting plan are in the first read
//! and come before any refusal; every record that the decision checks was read in the same attempt. A
//! decision that looks at an unread key stops with that key: the desk reads it and runs the decision
//! again. Nothing is remembered between calls but the staff member of an identity, and that is only a
//! guess which record to prefetch.

mod computed;
mod discreet;
mod failed_jobs;
mod history;
pub(crate) mod known;
mod linked;
mod room;
mod status;
mod terms;
mod trail;

use self::computed::compute;
use self::known::{as_known, unreadable};
use self::linked::linked;
pub(crate) use self::room::read;
use self::terms::terms;
use self::trail::{line, refused, with_audit};

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use runtime::clock::{backoff, jitter};
use shared::contract::call::{Call, Outcome, Reply, TriedResult};
use shared::contract::change::{Change, Then, Write};
use shared::contract::image::{Counter, Image, Need, Stop};
use shared::contract::plan::Plan;
use shared::contract::receipt::{self, Receipt};
use shared::contract::refusal::Refusal;
use shared::contract::{Ask, Key, Record};
use shared::credits::bare::BARE_MAX;
use shared::decision::Decision;
use shared::kernel::actor::ActorKind;
use shared::kernel::audit::{Audit, Ended};
use shared::kernel::id::{Identity, StaffId};
use shared::kernel::job::Job;
use shared::kernel::movement::Movement;
use shared::kernel::spec::Function;
use shared::plans::types as plans_ask;
use shared::plans::{self, Rooms, naming, request};
use shared::staff::people;
use shared::staff::types as staff;
use shared::staff::types::LinkedIdentity;
use tokio::time::Instant;

use crate::access::link::Links;
use crate::billing::reconcile::Reconciler;
use crate::failure::Failure;
use crate::jobs::queue::{Hint, Queue};
use crate::reads::{Read, Readers, Scene, Stopped};
use crate::store::Store;
use crate::store::commit::{Budget, Committed, DECISION_MAX, operation_of};

/// The most rounds of reading for one decision, each of as many rounds of prefetching.
const ROUNDS_MAX: usize = 12;

// By then the longest walk over bare entries is read, one each round, and 20 rounds of other records.
const _: () = assert!(ROUNDS_MAX * (ROUNDS_MAX + 1) >= BARE_MAX + 20);

/// The most identities that are remembered; then all are forgotten.
const REMEMBERED_MAX: usize = 1_000;

/// Answers calls.
#[derive(Debug, Clone)]
pub struct Desk {
    pub store: Store,
    /// Hints about jobs go there.
    pub queue: Queue,
    /// For how long a call is tried.
    pub budget: Budget,
    /// Makes the links of answers; off in a function that has no key.
    pub links: Links,
    /// Asks the billing providers, in a binary that may.
    pub reconciler: Option<Reconciler>,
    rooms: Rooms,
    readers: Readers,
    /// The callers that the entry point can prove.
    admits: &'static [ActorKind],
    remembered: Arc<Mutex<BTreeMap<Identity, StaffId>>>,
}

impl Desk {
    /// A desk over a store, with the rooms and range reads of its binary, for the callers that its entry
    /// point proves.
    #[must_use]
    pub fn new(
        store: Store,
        queue: Queue,
        (rooms, readers): (Rooms, Readers),
        admits: &'static [ActorKind],
    ) -> Self {
        Self {
            store,
            queue,
            budget: Budget::default(),
            links: Links::default(),
            reconciler: None,
            rooms,
            readers,
            admits,
            remembered: Arc::default(),
        }
    }

    /// Answers a call, as the function that it was sent to. A plan can belong to any function, so every
    /// function takes calls about plans.
    pub async fn answer(&self, function: Function, call: Call) -> Reply {
        let op = call.key.op();
        let actor = call.by.kind();
        if !self.admits.contains(&actor) {
            return Reply::of(op, Outcome::Refused(Refusal::NotAdmitted { actor }));
        }
        let home = call.ask.spec().function;
        if home != function && !matches!(call.ask, Ask::Plans(_)) {
            return Reply::of(op, Outcome::Elsewhere(home));
        }
        match self.reply(&call).await {
            Ok(reply) => reply,
            Err(failure) => Reply::of(op, Outcome::Failed(failure.logged())),
        }
    }

    async fn reply(&self, call: &Call) -> Result<Reply, Failure> {
        let began = Instant::now();
        let mut taken = false;
        let mut numbers: BTreeMap<Counter, u64> = BTreeMap::new();
        for attempt in 0_u32.. {
            let now = self.store.clock().now();
            let mut image = self.first_image(call, &numbers);
            let decided = self.decide(call, &mut image, now).await;
            numbers.clone_from(image.numbers());
            let decided = decided.map_err(|failure| as_known(taken, failure))?;
            let unnamed = is_unnamed(call, &image);
            // The same for a first answer and for its repeats.
            let told_elsewhere = is_announced_elsewhere(call, &image);
            let aside = is_later_press(call, &image, now);
            let change = match decided {
                Ok(Decision::Commit(change)) => with_audit(change, call, &image, now),
                Ok(decision) => {
                    let reply = self.without_writing(call, &image, now, decision).await?;
                    return Ok(Reply { told_elsewhere, aside, unnamed, ..reply });
                }
                Err(refusal) => {
                    let reply = self.refuse(call, &image, now, refusal).await?;
                    return Ok(Reply { aside, ..reply });
                }
            };
            let is_old = self.store.clock().now().duration_since(now) > DECISION_MAX;
            let written = if is_old {
                Committed::Stale
            } else {
                let written = self.store.commit_within(&change.writes, self.budget).await;
                written.map_err(|failure| as_known(taken, failure))?
            };
            match written {
                Committed::Done => {
                    let reply = self.committed(call, now, change).await;
                    return Ok(Reply { told_elsewhere, unnamed, ..reply });
                }
                // Another delivery of this call or another click: the next read finds the
                // outcome, however late it is.
                Committed::KeyTaken if !taken => {
                    taken = true;
                    continue;
                }
                Committed::KeyTaken | Committed::Stale => {}
            }
            if began.elapsed() >= self.budget.busy {
                break;
            }
            if attempt > 0 {
                self.store.clock().sleep(jitter(backoff(attempt))).await;
            }
        }
        let busy = Failure::unchanged("write the change", "others kept changing the same records");
        Err(as_known(taken, busy))
    }

    /// An image of nothing but the numbers that were taken: a number is taken once for all attempts.
    fn first_image(&self, call: &Call, numbers: &BTreeMap<Counter, u64>) -> Image {
        let mut image = Image::default();
        for (counter, number) in numbers {
            image.insert_number(*counter, *number);
        }
        let guess = call.by.identity().and_then(|who| self.remembered().get(who).copied());
        image.guess_staff(guess);
        image
    }

    /// Runs the decision until it lacks nothing; range reads are answered here.
    async fn decide(
        &self,
        call: &Call,
        image: &mut Image,
        now: Timestamp,
    ) -> Result<Result<Decision, Refusal>, Failure> {
        for _ in 0..ROUNDS_MAX {
            self.prefetch(call, image, now).await?;
            match plans::enter(call, image, &self.rooms, now) {
                Ok(Decision::Ranges) => {
                    return match self.read_ranges(call, image, now).await {
                        Ok(answer) => Ok(Ok(Decision::Answer(answer))),
                        Err(Stopped::Refused(refusal)) => Ok(Err(refusal)),
                        Err(Stopped::Lacks(needs)) => {
                            self.read(call, image, needs).await?;
                            continue;
                        }
                        Err(Stopped::Failed(failure)) => Err(failure),
                    };
                }
                Ok(decision) => return Ok(Ok(decision)),
                Err(Stop::Refuse(refusal)) => return Ok(Err(refusal)),
                Err(Stop::Lacks(needs)) => self.read(call, image, needs).await?,
                Err(Stop::Unreadable { key, reason }) => {
                    return unreadable(call, &key, &reason).map(Err);
                }
            }
        }
        Err(Failure::unchanged("read what the decision needs", "it never had enough"))
    }

    async fn read_ranges(&self, call: &Call, image: &Image, now: Timestamp) -> Read {
        let caller = call.by.identity();
        let (settings, reconciler) = (image.settings()?, self.reconciler.as_ref());
        let scene = Scene { image, caller, now, settings, reconciler };
        self.readers.read(&self.store, &scene, &call.ask).await
    }

    /// Reads what the decision is going to look at, until nothing more can be named.
    async fn prefetch(
        &self,
        call: &Call,
        image: &mut Image,
        now: Timestamp,
    ) -> Result<(), Failure> {
        for _ in 0..ROUNDS_MAX {
            let mut needs = plans::needs(call, image, &self.rooms, now);
            needs.retain(|need| !image.has(need));
            if needs.is_empty() {
                break;
            }
            self.read(call, image, needs).await?;
        }
        if let Some(identity) = call.by.identity()
            && let Some(linked) = image.peek::<LinkedIdentity>(&Key::Identity(identity.clone()))
        {
            let mut remembered = self.remembered();
            if remembered.len() >= REMEMBERED_MAX {
                remembered.clear();
            }
            remembered.insert(identity.clone(), linked.staff);
        }
        Ok(())
    }

    /// Reads one round of needs, all at once.
    async fn read(&self, call: &Call, image: &mut Image, needs: Vec<Need>) -> Result<(), Failure> {
        let (mut keys, mut queries, mut staff) = (Vec::new(), Vec::new(), false);
        for need in needs {
            match need {
                Need::Item(key) => keys.push(key),
                Need::Terms(query) => queries.push(query),
                Need::Staff => staff = true,
                Need::Reach(_) | Need::Requests(_) | Need::Proposals(_) => {
                    compute(&self.store, image, need).await?;
                }
                Need::Number(counter) => {
                    let number = self.number(call, counter).await?;
                    image.insert_number(counter, number);
                }
            }
        }
        let everybody = async || match staff {
            true => self.store.staff().await.map(Some),
            false => Ok(None),
        };
        // Boxed: beside each other, the futures of three requests are too large for a stack.
        let (items, found, everybody) = tokio::join!(
            Box::pin(self.store.read_into(image, &keys)),
            Box::pin(terms(&self.store, queries)),
            Box::pin(everybody())
        );
        items?;
        for (query, terms) in found? {
            image.insert_terms(query, terms);
        }
        if let Some(everybody) = everybody? {
            image.insert_staff(everybody);
        }
        Ok(())
    }

    /// The number of a new client or staff member; a dry run takes none.
    async fn number(&self, call: &Call, counter: Counter) -> Result<u64, Failure> {
        if call.dry_run {
            Ok(self.store.last_number(counter.name()).await?.saturating_add(1))
        } else {
            self.store.next_number(counter.name()).await
        }
    }

    async fn without_writing(
        &self,
        call: &Call,
        image: &Image,
        now: Timestamp,
        decision: Decision,
    ) -> Result<Reply, Failure> {
        let op = call.key.op();
        match decision {
            Decision::Answer(answer) => {
                let found = naming::found(&call.ask, image);
                let answer = linked(answer, &self.links, self.reconciler.as_ref(), now);
                Ok(Reply { found, ..Reply::of(op, Outcome::Answer(answer)) })
            }
            Decision::Try(tried) => {
                let movement = match &tried.result {
                    TriedResult::Done(receipt) => receipt.credits().map(|(movement, _)| movement),
                    TriedResult::Answer(_) => None,
                };
                let client = movement.and_then(Movement::client).map(|client| client.id);
                let credits = request::credits(movement);
                let line = line(call, image, now, client, Ended::DryRun, tried.text.clone());
                let line = Audit { credits, ..line };
                self.put_line(&line).await?;
                Ok(Reply::of(op, Outcome::Tried(tried)))
            }
            Decision::Show(plan) => Ok(waiting(&plan)),
            Decision::Replay(receipt) => Ok(replay(receipt)),
            Decision::Elsewhere(function) => Ok(Reply::of(op, Outcome::Elsewhere(function))),
            Decision::Commit(_) | Decision::Ranges => {
                Err(Failure::unchanged("answer", "a change was to be answered unwritten"))
            }
        }
    }

    /// Answers a refusal, after its line is in the audit trail.
    async fn refuse(
        &self,
        call: &Call,
        image: &Image,
        now: Timestamp,
        refusal: Refusal,
    ) -> Result<Reply, Failure> {
        if call.ask.spec().is_write() {
            self.put_line(&refused(call, image, now, &refusal)).await?;
        }
        Ok(Reply::of(call.key.op(), Outcome::Refused(refusal)))
    }

    /// Puts a line of the audit trail before its answer is given. Without it there is no answer; but
    /// nothing else was to be changed.
    async fn put_line(&self, line: &Audit) -> Result<(), Failure> {
        let put = self.store.put_audit(line).await;
        put.map_err(|failure| Failure::unchanged("write the audit trail", failure))
    }

    /// Answers what was written, and sends the hint that its job is due.
    async fn committed(&self, call: &Call, now: Timestamp, change: Change) -> Reply {
        let op = operation_of(&change.writes).map_or_else(|| call.key.op(), |r| r.op.clone());
        for hint in jobs_of(&change.writes).map(Hint::from) {
            self.queue.hint(&hint, now).await;
        }
        match change.then {
            Then::Done(receipt) => Reply::of(receipt.op.clone(), Outcome::Done(receipt)),
            Then::Answer(answer) => Reply::of(op, Outcome::Answer(answer)),
            Then::Planned(plan) => waiting(&plan),
            Then::Refuse(refusal) => Reply::of(op, Outcome::Refused(refusal)),
        }
    }

    fn remembered(&self) -> std::sync::MutexGuard<'_, BTreeMap<Identity, StaffId>> {
        self.remembered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether the call's change is announced in another channel of the workspace where it was typed.
fn is_announced_elsewhere(call: &Call, image: &Image) -> bool {
    let settings = image.settings().unwrap_or_default();
    let elsewhere = call.at.as_ref().is_some_and(|at| settings.is_told_elsewhere(at));
    elsewhere && call.ask.spec().is_write() && !call.dry_run
}

/// Whether the caller is a staff member without a name, who does not ask for one now.
fn is_unnamed(call: &Call, image: &Image) -> bool {
    if let Ask::Staff(staff::Ask::ProfileName { .. }) = &call.ask {
        return false;
    }
    let key = call.by.identity().map(|identity| Key::Identity(identity.clone()));
    let linked = key.and_then(|key| image.peek::<LinkedIdentity>(&key));
    linked.is_some_and(|linked| people::is_unnamed(linked.staff, &linked.name))
}

/// Whether a call is about a plan that another call has done or ended already.
fn is_later_press(call: &Call, image: &Image, now: Timestamp) -> bool {
    let Ask::Plans(ask) = &call.ask else { return false };
    let op = match ask {
        plans_ask::Ask::Confirm { op, .. }
        | plans_ask::Ask::Approve { op, .. }
        | plans_ask::Ask::Deny { op, .. } => op,
        plans_ask::Ask::Pending { .. } | plans_ask::Ask::Expire { .. } => return false,
    };
    let plan = image.peek::<Plan>(&Key::Plan(op.clone())).filter(|_| !call.dry_run);
    plan.is_some_and(|plan| {
        let waits = plan.state.waits() && now < plan.expires;
        !waits && !plan.calls.contains(&call.key.op())
    })
}

fn replay(receipt: Receipt) -> Reply {
    let (op, at) = (receipt.op.clone(), receipt.at);
    let outcome = match &receipt.outcome {
        receipt::Outcome::Done { .. } => Outcome::Done(receipt),
        receipt::Outcome::Refused(refusal) => Outcome::Refused(refusal.clone()),
    };
    Reply { replay_of: Some(at), ..Reply::of(op, outcome) }
}

fn waiting(plan: &Plan) -> Reply {
    Reply::of(plan.op.clone(), Outcome::Planned(plan.card()))
}

fn jobs_of(writes: &[Write]) -> impl Iterator<Item = &Job> {
    writes.iter().filter_map(|write| match write {
        Write::Put(Record::Job(job), _) => Some(job),
        Write::Put(..) | Write::Delete(..) | Write::Check(..) => None,
    })
}
