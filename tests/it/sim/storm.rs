//! (a) Many seeds, each with its own weather: callers at once, redelivered, killed and late.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZero;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use jiff::SignedDuration;
use shared::clients::types::Ask as ClientsAsk;
use shared::contract::Ask;
use shared::contract::call::{Call, Outcome, Reply};
use shared::contract::refusal::Refusal;
use shared::credits::types::{Ask as CreditsAsk, CorrectTo, Deducted, Spent};
use shared::kernel::credit::Kind;
use shared::kernel::id::{CallKey, OpId};
use shared::kernel::mode::Mode;
use shared::kernel::movement::Movement;
use shared::permissions::types::{Ask as PermissionsAsk, MmsTurn};
use shared::plans::types::{Ask as PlansAsk, PlanState};

use super::number;
use super::stage::{CLIENTS, OWNERS, Stage, add, call, deduct, instance, runtime, send};
use super::wire::{Fault, Line, Weather};

/// How many turns one seed takes; a turn is an operation, and mostly its confirmation.
const TURNS: u64 = 500;

/// How many callers there are at once.
const CALLERS: u64 = 5;

/// How many operations all seeds together perform at least: in a smoke test, and in a run of a given
/// time.
const SMOKE: u64 = 1_000;
const ENOUGH: u64 = 50_000;

/// From how many operations on every kind of fault has happened.
const EVERY_FAULT: u64 = 3_000;

/// What was answered to a key, by whatever delivery.
#[derive(Default)]
struct History {
    calls: Vec<Call>,
    answers: BTreeMap<String, Vec<Reply>>,
    deliveries: u64,
    unknown: u64,
    /// The keys of which one delivery at least was not answered.
    unanswered: BTreeSet<String>,
}

impl History {
    /// A delivery was not answered.
    fn missed(&mut self, call: &Call) {
        self.unknown += 1;
        self.unanswered.insert(call.key.id.clone());
    }
}

/// What one seed came to.
struct Run {
    trace: String,
    counts: BTreeMap<Fault, u64>,
    operations: u64,
    deliveries: u64,
    unknown: u64,
    requests: u64,
    entries: u64,
}

/// Delivers a call on a new instance; `None` when the instance died.
async fn deliver(stage: &Stage, line: &Line, call: &Call) -> Option<Reply> {
    let desk = instance(line, &stage.clock);
    tokio::select! {
        biased;
        () = line.crashed() => None,
        reply = send(&desk, call) => Some(reply),
    }
}

/// One caller's turn: an operation, delivered until somebody hears an answer, and sometimes again.
async fn turn(stage: &Stage, history: &RefCell<History>, mut rng: fastrand::Rng, key: String) {
    let who = [OWNERS[0], OWNERS[1], "local:bill", "local:dana"][rng.usize(0..4)];
    let ask = drawn(&mut rng, &key, history);
    let first = call(&key, who, ask);
    let reply = insist(stage, history, &mut rng, &first).await;
    let Some(Outcome::Planned(plan)) = reply.map(|reply| reply.outcome) else { return };
    if rng.u8(0..10) == 0 {
        return;
    }
    // Some name the plan; others take the last one of whoever asks, which may be somebody else's turn.
    let op = (rng.u8(0..4) > 0).then_some(plan.op);
    let confirm = PlansAsk::Confirm { op, about: None, seen: None };
    let confirm = call(&format!("{key} yes"), who, confirm);
    let reply = insist(stage, history, &mut rng, &confirm).await;
    let Some(Outcome::Planned(plan)) = reply.map(|reply| reply.outcome) else { return };
    if plan.state != PlanState::AwaitsApproval {
        return;
    }
    let second = OWNERS[usize::from(who == OWNERS[0])];
    let approve = PlansAsk::Approve { op: plan.op, about: None, seen: None, alone: false };
    insist(stage, history, &mut rng, &call(&format!("{key} approved"), second, approve)).await;
}

async fn insist(
    stage: &Stage,
    history: &RefCell<History>,
    rng: &mut fastrand::Rng,
    call: &Call,
) -> Option<Reply> {
    history.borrow_mut().calls.push(call.clone());
    let mut heard = None;
    for delivery in 0..4 {
        let line = stage.wire.line();
        history.borrow_mut().deliveries += 1;
        match deliver(stage, &line, call).await {
            Some(reply) if !matches!(reply.outcome, Outcome::Failed(_)) => {
                let mut history = history.borrow_mut();
                history.answers.entry(call.key.id.clone()).or_default().push(reply.clone());
                heard = Some(reply);
            }
            Some(Reply { outcome: Outcome::Failed(failed), .. }) => {
                let lied = delivery == 0 && failed.nothing_changed && stage.is_done(&call.key.op());
                assert!(!lied, "{call:?} was written, and \"nothing was changed\" was said");
                history.borrow_mut().missed(call);
            }
            Some(_) | None => history.borrow_mut().missed(call),
        }
        if heard.is_some() && rng.u8(0..5) > 0 {
            break;
        }
        // People press Enter again at once, platforms a little later, queues next morning.
        let wait_s = [0, 1, 5, 700, 40_000][rng.usize(0..5)];
        tokio::time::sleep(Duration::from_secs(wait_s)).await;
    }
    heard
}

/// An answer about earlier deductions, if one is given.
fn deducted(credits: u64) -> Option<Deducted> {
    [None, Some(Deducted::Part), Some(Deducted::Else)][credits as usize % 3]
}

fn drawn(rng: &mut fastrand::Rng, key: &str, history: &RefCell<History>) -> Ask {
    let client = CLIENTS[rng.usize(0..CLIENTS.len())];
    let kind = Kind::ALL[rng.usize(0..2)];
    let credits = rng.u64(1..400);
    let earlier = || -> Option<OpId> {
        let history = history.borrow();
        let calls = &history.calls;
        let at = calls.len().checked_sub(1 + (credits as usize % 20))?;
        Some(calls[at].key.op())
    };
    match rng.u8(0..20) {
        0..7 => add(kind, client, credits, Mode::Open, None),
        7 => add(kind, client, credits, Mode::Paid, Some(format!("pay {}", credits % 30))),
        8 => add(kind, client, credits, Mode::Grant, None),
        9..13 => deduct(kind, client, credits),
        13 => deduct(kind, client, 30_000),
        14 => CreditsAsk::Correct {
            op: earlier().unwrap_or_else(|| CallKey::new("sim", key).op()),
            to: match credits % 3 {
                0 => CorrectTo::All,
                1 => CorrectTo::Count(credits / 2),
                _ => CorrectTo::Move { client: CLIENTS[rng.usize(0..3)].to_owned() },
            },
            spent: [None, Some(Spent::Take), Some(Spent::Owe), Some(Spent::WriteOff)]
                [credits as usize / 3 % 4],
            reason: None,
            deducted: deducted(credits),
            tell: None,
        }
        .into(),
        15..17 => CreditsAsk::Undo {
            op: earlier().or_else(|| Some(CallKey::new("sim", key).op())),
            deducted: deducted(credits),
            tell: None,
        }
        .into(),
        17 => CreditsAsk::InvoiceVoid {
            number: format!("INV-{}-{:04}", 2 + credits % 5, 1 + credits % 9).parse().unwrap(),
            reason: "wrong client".to_owned(),
            deducted: deducted(credits),
            tell: None,
        }
        .into(),
        18 => PermissionsAsk::MmsSwitch {
            turn: MmsTurn::One { client: client.to_owned(), on: Some(credits.is_multiple_of(2)) },
        }
        .into(),
        _ => match credits % 2 {
            0 => {
                ClientsAsk::ClientSuspend { client: client.to_owned(), reason: "unpaid".to_owned() }
                    .into()
            }
            _ => ClientsAsk::ClientActivate { client: client.to_owned() }.into(),
        },
    }
}

/// Runs one seed to its end.
fn run(seed: u64, turns: u64) -> Run {
    let runtime = runtime();
    runtime.block_on(async move {
        let stage = Rc::new(Stage::set(seed).await);
        let mut rng = fastrand::Rng::with_seed(seed ^ 0x5eed);
        stage.wire.set_weather(Weather::drawn(&mut rng));
        let history = Rc::new(RefCell::new(History::default()));
        let local = tokio::task::LocalSet::new();
        for caller in 0..CALLERS {
            let (stage, history, mut rng) = (stage.clone(), history.clone(), rng.fork());
            local.spawn_local(async move {
                for n in 0..turns / CALLERS {
                    let key = format!("{caller}-{n}");
                    turn(&stage, &history, rng.fork(), key).await;
                }
            });
        }
        local.await;
        // Days later, in calm weather: what was held back arrives, and everything once more.
        stage.wire.set_weather(Weather::calm());
        stage.clock.advance(SignedDuration::from_hours(50));
        stage.wire.deliver_late();
        let history = Rc::try_unwrap(history).ok().unwrap().into_inner();
        let mut finals = BTreeMap::new();
        for (position, call) in history.calls.iter().enumerate() {
            // Whoever heard an answer asks again only now and then; but whoever was refused after a
            // delivery without an answer always: that one may have been carried out since.
            let stays = |reply: &Reply| change(reply).is_some() || is_stored_refusal(reply);
            let replies = history.answers.get(&call.key.id);
            let settled = replies.is_some_and(|all| {
                all.iter().any(stays) || !history.unanswered.contains(&call.key.id)
            });
            if settled && position % 5 > 0 {
                continue;
            }
            let reply = deliver(&stage, &stage.wire.line(), call).await.unwrap();
            assert!(!matches!(reply.outcome, Outcome::Failed(_)), "{call:?}: {reply:?}");
            finals.insert(call.key.id.clone(), reply);
        }
        judge(seed, &stage, &history, &finals)
    })
}

/// Holds what was answered, when and however often, against what is stored.
fn judge(seed: u64, stage: &Stage, history: &History, finals: &BTreeMap<String, Reply>) -> Run {
    let books = stage.books();
    books.prove();
    for (key, replies) in &history.answers {
        let done: Vec<(&OpId, &Movement)> = replies.iter().filter_map(change).collect();
        let stored = replies.iter().filter(|reply| is_stored_refusal(reply)).count();
        assert!(done.is_empty() || stored == 0, "seed {seed}: {key} was done and refused");
        for (op, change) in &done {
            assert_eq!(done[0], (*op, *change), "seed {seed}: {key} got two answers");
            let entries = books.of(op);
            let client = change.client().unwrap().id;
            let own = entries.iter().filter(|e| e["client"].as_u64() == Some(client.0));
            let own: Vec<_> = own.collect();
            let forgiven = own.iter().filter(|e| e["reason"] == "write_off").count();
            assert!(forgiven < 2, "seed {seed}: {key} was forgiven once");
            let posts = change.posts.iter().filter(|post| post.client.id == client);
            let (there, told) = (own.len(), posts.count());
            assert_eq!(there, told, "seed {seed}: {key} was acknowledged and is there once");
            let granted: i64 = own.iter().map(|e| e["lines"][0]["g"].as_i64().unwrap()).sum();
            let posts = change.posts.iter().filter(|post| post.client.id == client);
            let told: i64 = posts.flat_map(|post| &post.lines).map(|line| line.granted).sum();
            assert_eq!(granted, told);
        }
        let Some(last) = finals.get(key) else { continue };
        if let Some((op, first)) = done.first() {
            assert_eq!(change(last), Some((*op, *first)), "seed {seed}: {key} changed its answer");
        }
        if stored > 0 {
            assert!(is_stored_refusal(last), "seed {seed}: {key} was refused, and then done");
        }
    }
    // Nothing is in the ledger that nobody can be told about.
    let heard = history.answers.values().flatten().chain(finals.values());
    let told: BTreeSet<&OpId> = heard.filter_map(change).map(|(op, _)| op).collect();
    let mut entries = 0;
    for (client, of_client) in &books.entries {
        for entry in of_client.values() {
            entries += 1;
            let op: OpId = entry["op"].as_str().unwrap().parse().unwrap();
            let same = books.of(&op);
            let like = |e: &&&serde_json::Value| {
                // A void may give several deducts back, each by an entry of its own.
                ["client", "reason", "reverses"].iter().all(|field| e[*field] == entry[*field])
            };
            let here = same.iter().filter(like).count();
            assert_eq!(here, 1, "seed {seed}: {op} was done twice for c_{client}");
            let heard = stage.told.contains(&op) || told.contains(&op);
            assert!(heard, "seed {seed}: nobody is told of {op}");
        }
    }
    Run {
        trace: stage.wire.trace(),
        counts: stage.wire.counts(),
        operations: u64::try_from(history.calls.len()).unwrap(),
        deliveries: history.deliveries,
        unknown: history.unknown,
        requests: stage.wire.requests(),
        entries,
    }
}

/// The change of credits that a reply acknowledges.
fn change(reply: &Reply) -> Option<(&OpId, &Movement)> {
    match &reply.outcome {
        Outcome::Done(receipt) => receipt.credits().map(|(movement, _)| (&reply.op, movement)),
        _ => None,
    }
}

fn is_stored_refusal(reply: &Reply) -> bool {
    matches!(&reply.outcome, Outcome::Refused(Refusal::NotEnough { .. }))
}

/// Runs seed after seed on each core, until there were enough operations and the time is over.
fn run_seeds(least: u64, time: Duration) -> Vec<Run> {
    let began = Instant::now();
    let (next, operations) = (AtomicU64::new(0), AtomicU64::new(0));
    let work = || {
        let mut runs = Vec::new();
        while began.elapsed() < time || operations.load(Ordering::Relaxed) < least {
            let run = run(next.fetch_add(1, Ordering::Relaxed), TURNS);
            operations.fetch_add(run.operations, Ordering::Relaxed);
            runs.push(run);
        }
        runs
    };
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    })
}

#[test]
fn whatever_the_wire_does_no_credit_is_lost_or_doubled() {
    let seconds = number("SIM_SECONDS");
    let least = number("SIM_OPERATIONS").unwrap_or(if seconds.is_some() { ENOUGH } else { SMOKE });
    let one = number("SIM_SEED");
    let began = Instant::now();
    let runs = match one {
        Some(seed) => vec![run(seed, TURNS)],
        None => run_seeds(least, Duration::from_secs(seconds.unwrap_or(0))),
    };
    let sum = |of: fn(&Run) -> u64| runs.iter().map(of).sum::<u64>();
    let mut counts: BTreeMap<Fault, u64> = BTreeMap::new();
    for (fault, count) in runs.iter().flat_map(|run| &run.counts) {
        *counts.entry(*fault).or_default() += count;
    }
    println!(
        "simulation: {} seeds, {} operations, {} deliveries, {} without an answer, {} requests, \
         {} entries, {:.0?}",
        runs.len(),
        sum(|r| r.operations),
        sum(|r| r.deliveries),
        sum(|r| r.unknown),
        sum(|r| r.requests),
        sum(|r| r.entries),
        began.elapsed()
    );
    println!("faults: {counts:?}");
    println!("0 lost, 0 doubled, 0 negative, 0 diverging answers");
    if one.is_none() && sum(|r| r.operations) >= EVERY_FAULT {
        assert!(counts.len() >= 17, "every kind of fault happened: {counts:?}");
    }
}

#[test]
fn a_seed_replays_exactly() {
    for seed in 0..3 {
        let (one, two) = (run(seed, 50), run(seed, 50));
        assert_eq!(one.trace, two.trace, "seed {seed}");
        assert_eq!(one.counts, two.counts);
    }
}
