//! What people do to each other and to themselves, at random: a platform delivers twice, a button is
//! pressed twice, two approve at once, a confirmation races its expiry, an undo or another correction,
//! somebody types again after a time-out. In each run whatever was answered adds up to what the
//! account gained, no operation is done twice, and everybody got an outcome that the desk knows.
//!
//! `CLASH_RUNS` sets how many runs there are.

use std::collections::BTreeMap;
use std::time::Duration;

use functions::jobs::queue::Queue;
use functions::sweep::{self, Sweep};
use jiff::SignedDuration;
use shared::contract::call::{Call, Outcome, Reply};
use shared::contract::refusal::Refusal;
use shared::contract::{Ask, receipt};
use shared::credits::types::{Ask as CreditsAsk, CorrectTo};
use shared::kernel::credit::Kind;
use shared::kernel::id::{ClientId, OpId};
use shared::kernel::mode::Mode;
use shared::kernel::movement::Movement;
use shared::ledger::account::Account;
use shared::payments::types::{Ask as PaymentsAsk, Report, Sums};
use shared::plans::types::{Ask as PlansAsk, PlanState};

use super::number;
use super::stage::{OWNERS, Stage, add, call, call_of, instance, runtime, send};
use super::wire::{Fault, Weather};

/// How many runs there are, unless the environment says otherwise.
const RUNS: u64 = 100;

/// After how many runs a new stage is set, so that its books stay small enough to be proved.
const RUNS_A_STAGE: u64 = 100;

const OLGA: &str = OWNERS[0];
const OTTO: &str = OWNERS[1];
const DANA: &str = "local:dana";

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Scenario {
    Redelivered,
    DoubleClick,
    TwoApprovers,
    ConfirmAgainstExpiry,
    ConfirmAgainstUndo,
    UndoAgainstCorrect,
    TypedAgain,
    ConfirmAgainstDeny,
    EventsAgainstUndo,
    EventsAgainstMatch,
}

const SCENARIOS: [Scenario; 10] = [
    Scenario::Redelivered,
    Scenario::DoubleClick,
    Scenario::TwoApprovers,
    Scenario::ConfirmAgainstExpiry,
    Scenario::ConfirmAgainstUndo,
    Scenario::UndoAgainstCorrect,
    Scenario::TypedAgain,
    Scenario::ConfirmAgainstDeny,
    Scenario::EventsAgainstUndo,
    Scenario::EventsAgainstMatch,
];

/// One run on a stage: everything that was answered in it.
struct Run<'a> {
    stage: &'a Stage,
    number: u64,
    rng: fastrand::Rng,
    replies: Vec<Reply>,
}

impl Run<'_> {
    fn key(&self, what: &str) -> String {
        format!("{} {what}", self.number)
    }

    /// An amount that no other run of the stage has, so that only what should look alike does.
    fn amount(&self) -> u64 {
        100 + self.number % RUNS_A_STAGE
    }

    /// Sends one call, until it is answered, and keeps its reply.
    async fn send(&mut self, call: Call) -> Outcome {
        self.at_once(vec![(call, Duration::ZERO)]).await;
        self.replies.last().unwrap().outcome.clone()
    }

    async fn planned(&mut self, call: Call) -> OpId {
        match self.send(call.clone()).await {
            Outcome::Planned(plan) => plan.op,
            other => panic!("{call:?}: {other:?}"),
        }
    }

    /// Sends calls at nearly the same time, each from an instance of its own.
    async fn at_once(&mut self, calls: Vec<(Call, Duration)>) {
        let mut tasks = Vec::new();
        for (call, after) in calls {
            let (line, clock) = (self.stage.wire.line(), self.stage.clock.clone());
            tasks.push(tokio::task::spawn_local(async move {
                tokio::time::sleep(after).await;
                let desk = instance(&line, &clock);
                // The platform, or the person, asks until somebody answers.
                for _ in 0..20 {
                    let reply = send(&desk, &call).await;
                    if !matches!(reply.outcome, Outcome::Failed(_)) {
                        return reply;
                    }
                    tokio::time::sleep(Duration::from_secs(2)).await;
                }
                panic!("{call:?} was never answered")
            }));
        }
        for task in tasks {
            self.replies.push(task.await.unwrap());
        }
    }

    fn soon(&mut self) -> Duration {
        Duration::from_millis(self.rng.u64(0..60))
    }

    fn confirm(&self, what: &str, who: &str, op: &OpId) -> Call {
        call(&self.key(what), who, PlansAsk::Confirm { op: op.clone(), about: None, seen: None })
    }

    async fn grant(&mut self, who: &str) -> OpId {
        let ask = add(Kind::Mms, "alpha", self.amount(), Mode::Grant, None);
        let planned = call(&self.key("grant"), who, ask);
        self.planned(planned).await
    }

    #[expect(clippy::too_many_lines, reason = "one arm for each scenario")]
    async fn act(&mut self, scenario: Scenario) {
        match scenario {
            Scenario::Redelivered => {
                let ask = add(Kind::Mms, "alpha", self.amount(), Mode::Open, None);
                let same = call(&self.key("add"), OLGA, ask);
                let copies = self.rng.usize(2..5);
                let calls = (0..copies).map(|_| (same.clone(), self.soon())).collect();
                self.at_once(calls).await;
            }
            Scenario::DoubleClick => {
                let op = self.grant(OLGA).await;
                let first = (self.confirm("click 1", OLGA, &op), self.soon());
                let second = (self.confirm("click 2", OLGA, &op), self.soon());
                self.at_once(vec![first, second]).await;
            }
            Scenario::TwoApprovers => {
                // Above what support may add alone, and not above three times the largest add.
                let ask = add(Kind::Mms, "alpha", 2_100 + self.amount(), Mode::Open, None);
                let asked = call(&self.key("large"), DANA, ask);
                let op = self.planned(asked).await;
                let approve = PlansAsk::Approve { op, about: None, seen: None, alone: false };
                let one = (call(&self.key("olga"), OLGA, approve.clone()), self.soon());
                let two = (call(&self.key("otto"), OTTO, approve), self.soon());
                self.at_once(vec![one, two]).await;
            }
            Scenario::ConfirmAgainstExpiry => {
                let op = self.grant(OLGA).await;
                let late_ms = self.rng.u64(0..200);
                let confirm = self.confirm("late", OLGA, &op);
                self.stage.clock.advance(SignedDuration::from_secs(600));
                self.stage.clock.advance(SignedDuration::from_millis(-100));
                let store = instance(&self.stage.wire.line(), &self.stage.clock).store;
                let clock = self.stage.clock.clone();
                let sweeping = tokio::task::spawn_local(async move {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    clock.advance(SignedDuration::from_millis(100));
                    // A round that the wire breaks off is followed by the next, as every minute.
                    for _ in 0..20 {
                        if sweep::run(&Sweep::new(store.clone(), Queue::Nowhere)).await.is_ok() {
                            return;
                        }
                    }
                    panic!("no round of the sweep came to its end")
                });
                self.at_once(vec![(confirm, Duration::from_millis(late_ms))]).await;
                sweeping.await.unwrap();
            }
            Scenario::ConfirmAgainstUndo => {
                let op = self.grant(OLGA).await;
                let undo = call(
                    &self.key("undo"),
                    OLGA,
                    CreditsAsk::Undo { op: Some(op.clone()), deducted: None, tell: None },
                );
                let confirm = (self.confirm("yes", OLGA, &op), self.soon());
                let undo_at = self.soon();
                self.at_once(vec![confirm, (undo.clone(), undo_at)]).await;
                let again = (self.confirm("sure", OLGA, &undo.key.op()), self.soon());
                let first = (self.confirm("yes, yes", OLGA, &op), self.soon());
                self.at_once(vec![again, first]).await;
            }
            Scenario::UndoAgainstCorrect => {
                let ask = add(Kind::Mms, "alpha", self.amount(), Mode::Open, None);
                let added = call(&self.key("add"), OLGA, ask);
                let outcome = self.send(added.clone()).await;
                assert!(matches!(outcome, Outcome::Done(_)), "{outcome:?}");
                let op = added.key.op();
                let undo = call(
                    &self.key("undo"),
                    OLGA,
                    CreditsAsk::Undo { op: Some(op.clone()), deducted: None, tell: None },
                );
                let to = if self.rng.bool() { CorrectTo::All } else { CorrectTo::Count(7) };
                let ask = CreditsAsk::Correct {
                    op,
                    to,
                    spent: None,
                    reason: None,
                    deducted: None,
                    tell: None,
                };
                let correct = call(&self.key("correct"), OTTO, ask);
                let undone = self.planned(undo).await;
                let corrected = self.planned(correct).await;
                let one = (self.confirm("undo it", OLGA, &undone), self.soon());
                let two = (self.confirm("correct it", OTTO, &corrected), self.soon());
                self.at_once(vec![one, two]).await;
            }
            Scenario::TypedAgain => {
                let ask = add(Kind::Mms, "alpha", self.amount(), Mode::Open, None);
                let first = call(&self.key("first"), OLGA, ask.clone());
                let again = call(&self.key("again"), OLGA, ask);
                let later = Duration::from_millis(self.rng.u64(0..4_000));
                self.at_once(vec![(first, Duration::ZERO), (again, later)]).await;
            }
            Scenario::ConfirmAgainstDeny => {
                let op = self.grant(OLGA).await;
                let deny = PlansAsk::Deny { op: op.clone(), reason: None };
                let deny = (call(&self.key("no"), OTTO, deny), self.soon());
                let confirm = (self.confirm("yes", OLGA, &op), self.soon());
                self.at_once(vec![deny, confirm]).await;
            }
            Scenario::EventsAgainstUndo => {
                let ask = add(Kind::Mms, "alpha", self.amount(), Mode::Open, None);
                let added = call(&self.key("add"), OLGA, ask);
                let outcome = self.send(added.clone()).await;
                let Outcome::Done(receipt) = &outcome else { panic!("{outcome:?}") };
                let (movement, _) = receipt.credits().unwrap();
                let document = movement.document.clone().unwrap();
                let op = Some(added.key.op());
                let undo = CreditsAsk::Undo { op, deducted: None, tell: None };
                let undone = self.planned(call(&self.key("undo"), OLGA, undo)).await;
                let report = |refunded_minor| {
                    let report = Report {
                        payment: format!("pi_{}", self.number),
                        invoice: Some(document.number),
                        currency: document.gross.currency,
                        sums: Sums {
                            received_minor: document.gross.minor,
                            refunded_minor,
                            ..Sums::default()
                        },
                    };
                    let ask = Ask::from(PaymentsAsk::PaymentBook(report));
                    call_of(&self.key(&format!("event {refunded_minor}")), &ask)
                };
                let (paid, refunded) = (report(0), report(document.gross.minor / 2));
                let mut calls = vec![self.confirm("undo it", OLGA, &undone)];
                calls.extend([paid.clone(), paid, refunded.clone(), refunded]);
                let calls = calls.into_iter().map(|call| (call, self.soon())).collect();
                self.at_once(calls).await;
            }
            Scenario::EventsAgainstMatch => {
                let ask = add(Kind::Mms, "alpha", self.amount(), Mode::Open, None);
                let outcome = self.send(call(&self.key("add"), OLGA, ask)).await;
                let Outcome::Done(receipt) = &outcome else { panic!("{outcome:?}") };
                let (movement, _) = receipt.credits().unwrap();
                let document = movement.document.clone().unwrap();
                let payment = format!("pi_{}", self.number);
                let report = |refunded_minor| {
                    let report = Report {
                        payment: payment.clone(),
                        invoice: None,
                        currency: document.gross.currency,
                        sums: Sums {
                            received_minor: document.gross.minor,
                            refunded_minor,
                            ..Sums::default()
                        },
                    };
                    let ask = Ask::from(PaymentsAsk::PaymentBook(report));
                    call_of(&self.key(&format!("event {refunded_minor}")), &ask)
                };
                let (paid, refunded) = (report(0), report(document.gross.minor / 2));
                self.send(paid).await;
                let matching = PaymentsAsk::PaymentMatch {
                    payment: payment.clone(),
                    invoices: vec![document.number],
                    client: None,
                };
                let freeing = PaymentsAsk::PaymentUnmatch { payment, invoice: None };
                let calls = vec![
                    call(&self.key("match"), OLGA, matching.clone()),
                    call(&self.key("match too"), OTTO, matching),
                    call(&self.key("unmatch"), OTTO, freeing),
                    refunded.clone(),
                    refunded,
                ];
                let calls = calls.into_iter().map(|call| (call, self.soon())).collect();
                self.at_once(calls).await;
            }
        }
    }

    /// What was done in this run, each operation once.
    fn done(&self) -> BTreeMap<OpId, Movement> {
        let change = |reply: &Reply| match &reply.outcome {
            Outcome::Done(receipt) => match &receipt.outcome {
                receipt::Outcome::Done { movement: Some(movement), .. } => {
                    Some((reply.op.clone(), movement.clone()))
                }
                receipt::Outcome::Done { .. } | receipt::Outcome::Refused(_) => None,
            },
            _ => None,
        };
        let mut done = BTreeMap::new();
        for (op, change) in self.replies.iter().filter_map(change) {
            let before = done.insert(op, change.clone());
            assert!(before.is_none_or(|before| before == change), "one operation, two answers");
        }
        done
    }
}

/// Whether a reply is one that the desk words: nothing is left open but what waits.
fn is_stated(reply: &Reply) -> bool {
    match &reply.outcome {
        Outcome::Done(_) | Outcome::Answer(_) | Outcome::Planned(_) => true,
        Outcome::Refused(refusal) => matches!(
            refusal,
            Refusal::PlanOver { .. }
                | Refusal::PlanLapsed { .. }
                | Refusal::UnknownOperation { .. }
                | Refusal::NotOpen { .. }
                | Refusal::AlreadyReversed { .. }
                | Refusal::NotUndoable { .. }
                | Refusal::NeedsApproval { .. }
                | Refusal::NoChange { .. }
                | Refusal::Invalid { .. }
        ),
        Outcome::Tried(_) | Outcome::Failed(_) | Outcome::Elsewhere(_) => false,
    }
}

/// The credits that a movement gave to a client.
fn gained(movement: &Movement, client: ClientId) -> i64 {
    let posts = movement.posts.iter().filter(|post| post.client.id == client);
    posts.flat_map(|post| &post.lines).map(|line| line.granted).sum()
}

async fn mms(stage: &Stage, client: ClientId) -> i64 {
    let desk = instance(&stage.wire.line(), &stage.clock);
    let key = shared::contract::Key::Account(client);
    let image = desk.store.image(std::slice::from_ref(&key)).await.unwrap();
    image.get::<Account>(&key).unwrap().unwrap().totals.mms.balance()
}

/// The endings of runs, and their faults, each as a sentence.
#[derive(Debug, Default)]
struct Tally {
    /// How often each scenario came to how many operations.
    ended: BTreeMap<(Scenario, usize), u64>,
    /// The account gained other credits than the replies acknowledge, or too many operations were done.
    doubled: Vec<String>,
    /// Replies that leave the outcome open.
    unstated: Vec<String>,
}

/// Runs one stage.
fn stage_of_runs(seed: u64, runs: u64) -> Tally {
    let runtime = runtime();
    let local = tokio::task::LocalSet::new();
    runtime.block_on(local.run_until(async move {
        let stage = Stage::set(seed).await;
        let alpha = ClientId(2);
        let mut rng = fastrand::Rng::with_seed(seed ^ 0xc1a5);
        let mut tally = Tally::default();
        for number in 0..runs {
            let faults = [(Fault::Conflict, 30), (Fault::LostAfter, 15), (Fault::Slow, 10)];
            stage.wire.set_weather(Weather(faults.into()));
            let scenario = SCENARIOS[rng.usize(0..SCENARIOS.len())];
            let before = mms(&stage, alpha).await;
            let mut run = Run { stage: &stage, number, rng: rng.fork(), replies: Vec::new() };
            run.act(scenario).await;
            stage.wire.set_weather(Weather::calm());
            let done = run.done();
            let gained: i64 = done.values().map(|movement| gained(movement, alpha)).sum();
            let after = mms(&stage, alpha).await;
            let most = match scenario {
                Scenario::ConfirmAgainstUndo | Scenario::UndoAgainstCorrect => 2,
                Scenario::EventsAgainstUndo => 3,
                // The add, and what the refund and the freed payment take and give.
                Scenario::EventsAgainstMatch => 3,
                _ => 1,
            };
            if after - before != gained || done.len() > most {
                tally.doubled.push(format!(
                    "seed {seed} run {number} {scenario:?}: {before} to {after}, {done:?}"
                ));
            }
            for reply in run.replies.iter().filter(|reply| !is_stated(reply)) {
                tally.unstated.push(format!("seed {seed} run {number} {scenario:?}: {reply:?}"));
            }
            let waits = |reply: &Reply| match &reply.outcome {
                Outcome::Planned(plan) => plan.state == PlanState::AwaitsApproval,
                _ => false,
            };
            let nobody = done.is_empty() && !run.replies.iter().any(waits);
            let may_be_nobody =
                matches!(scenario, Scenario::ConfirmAgainstExpiry | Scenario::ConfirmAgainstDeny);
            assert!(
                !nobody || may_be_nobody,
                "seed {seed} run {number} {scenario:?}: nothing done"
            );
            *tally.ended.entry((scenario, done.len())).or_default() += 1;
            // The limits of a minute, the duplicate guard's window and the day's budget pass.
            stage.clock.advance(SignedDuration::from_hours(25));
        }
        stage.books().prove();
        tally
    }))
}

#[test]
fn whoever_clashes_with_whom_each_thing_is_done_once() {
    let wanted = number("CLASH_RUNS").unwrap_or(RUNS);
    let stages: Vec<u64> = (0..wanted.div_ceil(RUNS_A_STAGE)).collect();
    let half = stages.len().div_ceil(2).max(1);
    let tallies: Vec<Tally> = std::thread::scope(|scope| {
        let each = |part: &[u64]| {
            part.iter().map(|seed| stage_of_runs(1_000 + seed, RUNS_A_STAGE)).collect::<Vec<_>>()
        };
        let threads: Vec<_> =
            stages.chunks(half).map(|part| scope.spawn(move || each(part))).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    let mut ended: BTreeMap<(Scenario, usize), u64> = BTreeMap::new();
    let (mut doubled, mut unstated) = (Vec::new(), Vec::new());
    for tally in tallies {
        for (key, count) in tally.ended {
            *ended.entry(key).or_default() += count;
        }
        doubled.extend(tally.doubled);
        unstated.extend(tally.unstated);
    }
    let total: u64 = ended.values().sum();
    println!(
        "clashes: {total} runs, {} with doubled credits, {} replies without a stated outcome",
        doubled.len(),
        unstated.len()
    );
    for ((scenario, done), count) in &ended {
        println!("  {scenario:?}: {count} runs with {done} operations done");
    }
    assert!(doubled.is_empty() && unstated.is_empty(), "{doubled:#?} {unstated:#?}");
    assert!(total >= wanted);
    let seen = |scenario| ended.keys().any(|(known, _)| *known == scenario);
    assert!(SCENARIOS.into_iter().all(seen), "every scenario happened: {ended:?}");
    let both = |scenario| (0..2).all(|done| ended.contains_key(&(scenario, done)));
    assert!(both(Scenario::ConfirmAgainstExpiry), "either side wins: {ended:?}");
    assert!(both(Scenario::ConfirmAgainstDeny), "either side wins: {ended:?}");
}
