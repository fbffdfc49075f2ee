//! (f) A job whose worker is killed at every store call: other workers end it. Its audit line is there
//! once, and a mail that is sent twice has one id.

use std::collections::BTreeSet;

use functions::effects::Ports;
use functions::effects::announcement::announcer::Announcer;
use functions::effects::mail::mailer::{self, Mailer};
use functions::jobs::queue::Queue;
use functions::jobs::{self, Worker};
use functions::store::Store;
use jiff::SignedDuration;
use shared::contract::Ask;
use shared::kernel::credit::Kind;
use shared::kernel::id::OpId;
use shared::kernel::job::{Job, shard_of};
use shared::kernel::mode::Mode;

use super::stage::{Stage, add, deduct, instance, runtime};
use super::wire::{Fault, Line};
use crate::world::links;

/// Longer than a lease, and as long as mail about an add waits.
const PAUSE: SignedDuration = SignedDuration::from_mins(10);

fn store(stage: &Stage, line: &Line) -> Store {
    instance(line, &stage.clock).store
}

async fn due_job(stage: &Stage, op: &OpId) -> Option<Job> {
    let calm = store(stage, &stage.wire.line());
    let due = calm.jobs_due(shard_of(op), stage.clock.now(), 100).await.unwrap();
    due.into_iter().find(|job| job.op == *op)
}

/// Works at the job over a line until the job has ended.
async fn finish(stage: &Stage, line: &Line, op: &OpId) {
    let store = store(stage, line);
    let ports = Ports {
        mailer: Mailer::Outbox(store.clone()),
        announcer: Announcer::Nowhere,
        links: links(),
        api: None,
        store,
    };
    let worker = Worker { ports, queue: Queue::Nowhere };
    stage.clock.advance(PAUSE);
    while let Some(job) = due_job(stage, op).await {
        jobs::work(&worker, job.shard(), job.due, op).await.unwrap();
        stage.clock.advance(PAUSE);
    }
}

/// The number of audit lines of an operation, read behind the desk's back.
fn audit_lines(stage: &Stage, op: &OpId) -> usize {
    let request = serde_json::from_value(serde_json::json!({ "TableName": "desk" })).unwrap();
    let answer = serde_json::to_value(stage.wire.db().scan(request).unwrap()).unwrap();
    let end = op.to_string().replace("op_", "#");
    let is_line = |item: &&serde_json::Value| {
        let (pk, sk) = (item["pk"]["S"].as_str().unwrap(), item["sk"]["S"].as_str().unwrap());
        pk.starts_with("AUDIT") && sk.ends_with(&end)
    };
    answer["Items"].as_array().unwrap().iter().filter(is_line).count()
}

/// Commits an ask and carries out its job, killing the n-th store call of the first worker. Returns
/// the number of store calls of that worker, and of mails.
async fn carry_out(ask: &Ask, crash: Option<(u64, Fault)>) -> (u64, usize) {
    let mut stage = Stage::set(7).await;
    let desk = instance(&stage.wire.line(), &stage.clock);
    let op = stage.done(&desk, ask.clone()).await.op;
    // Of its plan.
    let lines = audit_lines(&stage, &op);
    let line = stage.wire.line();
    if let Some((at, fault)) = crash {
        line.crash_at(at, fault);
    }

    tokio::select! {
        biased;
        () = line.crashed() => {}
        () = finish(&stage, &line, &op) => {}
    }
    finish(&stage, &stage.wire.line(), &op).await;

    let calm = store(&stage, &stage.wire.line());
    assert_eq!(calm.jobs_failed().await.unwrap().records, [], "{ask:?} {crash:?}");
    assert_eq!(audit_lines(&stage, &op), lines + 1, "{ask:?} {crash:?}");
    let mails = mailer::outbox(&calm).await.unwrap().into_iter().map(|mail| mail.id);
    let ids: Vec<String> = mails.filter(|id| id.starts_with(&op.to_string())).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 1, "{ask:?} {crash:?}: {ids:?}");
    (line.sent(), ids.len())
}

#[test]
fn job_whose_worker_is_killed_at_every_store_call_ends_with_every_effect() {
    let runtime = runtime();
    for ask in [deduct(Kind::Sms, "bravo", 40), add(Kind::Mms, "alpha", 310, Mode::Open, None)] {
        let (calls, mails) = runtime.block_on(carry_out(&ask, None));
        assert_eq!(mails, 1, "{ask:?}");
        for at in 0..calls {
            for fault in [Fault::CrashBefore, Fault::CrashAfter] {
                let (_, mails) = runtime.block_on(carry_out(&ask, Some((at, fault))));
                assert!(mails <= 2, "{ask:?} killed at {at} {fault:?}: {mails} mails");
            }
        }
    }
}
