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
use shared::kernel::movement::{Movement, Post};
use shared::permissions::types::{Ask as PermissionsAsk, MmsTurn};
use shared::plans::types::{Ask as PlansAsk, PlanState};

use super::number;
use super::replays::bytes;
use super::stage::{Books, CLIENTS, OWNERS, Stage, add, call, deduct, instance, runtime, send};
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
    verdict: Verdict,
}

/// The contradictions between the replies and the ledger, each as a sentence.
#[derive(Debug, Default)]
struct Verdict {
    /// Acknowledged, and not stored.
    lost: Vec<String>,
    /// Stored more often than acknowledged.
    doubled: Vec<String>,
    /// Balances below zero that no operation let a client owe.
    negative: Vec<String>,
    /// Two answers to one key, or an answer with other figures than the ledger.
    diverging: Vec<String>,
    /// Entries that no reply acknowledges.
    unclaimed: Vec<String>,
}

impl Verdict {
    fn kinds(&self) -> [(&'static str, &[String]); 5] {
        [
            ("lost", &self.lost),
            ("doubled", &self.doubled),
            ("negative", &self.negative),
            ("diverging", &self.diverging),
            ("unclaimed", &self.unclaimed),
        ]
    }
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
    let confirm = PlansAsk::Confirm { op: plan.op, about: None, seen: None };
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
                _ => CorrectTo::Move { client: CLIENTS[rng.usize(0..3)].into() },
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
            0 => ClientsAsk::ClientSuspend { client: client.into(), reason: "unpaid".to_owned() }
                .into(),
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
            let replies = history.answers.get(&call.key.id);
            let settled = replies.is_some_and(|all| {
                all.iter().any(is_settled) || !history.unanswered.contains(&call.key.id)
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

/// Compares all replies, early and late, with the ledger.
fn judge(seed: u64, stage: &Stage, history: &History, finals: &BTreeMap<String, Reply>) -> Run {
    let books = stage.books();
    books.reconcile();
    let mut verdict = Verdict { negative: books.below_zero(), ..Verdict::default() };
    for (key, replies) in &history.answers {
        let replies: Vec<&Reply> = replies.iter().chain(finals.get(key)).collect();
        let name = format!("seed {seed}: {key}");
        judge_key(&name, stage, &books, &replies, finals.contains_key(key), &mut verdict);
    }
    let replies = history.answers.values().flatten().chain(finals.values());
    let acknowledged: BTreeSet<&OpId> = replies.filter_map(change).map(|(op, _)| op).collect();
    let mut entries = 0;
    for (client, of_client) in &books.entries {
        for (number, entry) in of_client {
            entries += 1;
            let op: OpId = entry["op"].as_str().unwrap().parse().unwrap();
            let name = format!("seed {seed}: entry {number} of c_{client} by {op}");
            let is_equal = |other: &&serde_json::Value| {
                // A void may give several deducts back, each by an entry of its own.
                ["client", "reason", "reverses"].iter().all(|field| other[*field] == entry[*field])
            };
            if books.of(&op).into_iter().filter(is_equal).count() > 1 {
                verdict.doubled.push(name.clone());
            }
            if !stage.told.contains(&op) && !acknowledged.contains(&op) {
                verdict.unclaimed.push(name);
            }
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
        verdict,
    }
}

/// Compares the replies to one key, in the order in which they came, with each other and the ledger.
fn judge_key(
    name: &str,
    stage: &Stage,
    books: &Books,
    replies: &[&Reply],
    has_final: bool,
    verdict: &mut Verdict,
) {
    let settled: Vec<&&Reply> = replies.iter().filter(|reply| is_settled(reply)).collect();
    let Some(first) = settled.first() else { return };
    if settled.iter().any(|reply| bytes(reply) != bytes(first)) {
        verdict.diverging.push(format!("{name} got two answers"));
    }
    if has_final && replies.last().is_some_and(|last| !is_settled(last)) {
        verdict.diverging.push(format!("{name} lost its answer"));
    }
    if !stage.is_done(&first.op) {
        verdict.lost.push(format!("{name} has no receipt"));
    }
    let Some((op, movement)) = change(first) else { return };
    let of_post = |post: &Post| (post.client.id.0, post.entry);
    let of_entry = |entry: &serde_json::Value| {
        (entry["client"].as_u64().unwrap(), entry["number"].as_u64().unwrap())
    };
    let entries = books.of(op);
    for post in &movement.posts {
        match entries.iter().find(|entry| of_entry(entry) == of_post(post)) {
            None => verdict.lost.push(format!("{name} has no entry {:?}", of_post(post))),
            Some(entry) if entry["lines"] != serde_json::json!(post.lines) => {
                verdict.diverging.push(format!("{name} has other lines in {:?}", of_post(post)));
            }
            Some(_) => {}
        }
    }
    let posts: Vec<_> = movement.posts.iter().map(of_post).collect();
    let surplus =
        entries.iter().map(|entry| of_entry(entry)).filter(|entry| !posts.contains(entry));
    verdict.doubled.extend(surplus.map(|entry| format!("{name} has also entry {entry:?}")));
}

/// The change of credits that a reply acknowledges.
fn change(reply: &Reply) -> Option<(&OpId, &Movement)> {
    match &reply.outcome {
        Outcome::Done(receipt) => receipt.credits().map(|(movement, _)| (&reply.op, movement)),
        _ => None,
    }
}

/// Whether an answer is stored, so that each later answer to its key equals it.
fn is_settled(reply: &Reply) -> bool {
    matches!(&reply.outcome, Outcome::Done(_)) || is_stored_refusal(reply)
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
fn lost_duplicated_and_delayed_requests_commit_once() {
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
    let mut verdict: BTreeMap<&str, Vec<&String>> = BTreeMap::new();
    for (kind, sentences) in runs.iter().flat_map(|run| run.verdict.kinds()) {
        verdict.entry(kind).or_default().extend(sentences);
    }
    let figures: Vec<String> =
        verdict.iter().map(|(kind, sentences)| format!("{} {kind}", sentences.len())).collect();
    println!("{}", figures.join(", "));
    assert!(verdict.values().all(Vec::is_empty), "{verdict:#?}");
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
