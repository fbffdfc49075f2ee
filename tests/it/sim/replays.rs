//! (f) Every operation that writes, sent again: a replay equals the first reply byte for byte, but for
//! the time that marks it as a replay.
//!
//! The operations are those of the crash table. Each is sent to a desk on its own stage, confirmed and
//! approved where it waits, and sent again at once, and once more after other changes.

use jiff::SignedDuration;
use shared::clients::types::{Ask as ClientsAsk, Particular};
use shared::contract::Ask;
use shared::contract::call::{Call, Outcome, Reply};
use shared::contract::refusal::Refusal;
use shared::kernel::credit::Kind;
use shared::kernel::mode::Mode;
use shared::kernel::tax::TaxRate;
use shared::plans::types::Ask as PlansAsk;
use shared::settings::types::{Ask as SettingsAsk, Setting};

use super::crashes::{asks, stage_for};
use super::stage::{OWNERS, Stage, add, call, instance, runtime, send};

/// A reply as it is sent, without the mark of a replay.
pub fn bytes(reply: &Reply) -> String {
    serde_json::to_string(&Reply { replay_of: None, ..reply.clone() }).unwrap()
}

/// Sends a call twice, each time to an instance that has just started, and compares the replies.
async fn twice(stage: &Stage, call: &Call) -> Reply {
    let first = send(&instance(&stage.wire.line(), &stage.clock), call).await;
    stage.clock.advance(SignedDuration::from_secs(70));
    let second = send(&instance(&stage.wire.line(), &stage.clock), call).await;
    assert_eq!(first.replay_of, None, "{call:?}");
    assert_eq!(bytes(&second), bytes(&first), "{call:?}");
    match &first.outcome {
        Outcome::Done(receipt) => assert_eq!(second.replay_of, Some(receipt.at), "{call:?}"),
        Outcome::Refused(_) => assert!(second.replay_of.is_some(), "{call:?}"),
        Outcome::Planned(_) => assert_eq!(second.replay_of, None, "{call:?}"),
        other => panic!("{call:?}: {other:?}"),
    }
    first
}

/// The call that a waiting plan needs next: its author confirms, then a second person approves.
fn next_call(reply: &Reply, sent: usize) -> Option<Call> {
    let Outcome::Planned(plan) = &reply.outcome else { return None };
    let op = plan.op.clone();
    Some(if sent == 1 {
        let confirm = PlansAsk::Confirm { op, about: None, seen: None };
        call("yes", OWNERS[0], confirm)
    } else {
        let approve = PlansAsk::Approve { op, about: None, seen: None, alone: false };
        call("approved", OWNERS[1], approve)
    })
}

/// Changes of the records that the operations of the table read.
async fn change_much(stage: &mut Stage) {
    let desk = instance(&stage.wire.line(), &stage.clock);
    let name = ClientsAsk::ClientSet {
        client: "bravo".into(),
        set: Particular::Name("Bravissimo Ltd".to_owned()),
    };
    for ask in [
        add(Kind::Sms, "alpha", 40, Mode::Open, None),
        add(Kind::Sms, "bravo", 50_000, Mode::Open, None),
        name.into(),
        SettingsAsk::SettingsSet { set: Setting::Tax(TaxRate::per_cent(12)) }.into(),
    ] {
        stage.done(&desk, ask).await;
    }
}

async fn replay(ask: &Ask) {
    let mut stage = stage_for(ask).await;
    let mut calls = vec![call("first", OWNERS[0], ask.clone())];
    let mut reply = twice(&stage, &calls[0]).await;
    while let Some(next) = next_call(&reply, calls.len()) {
        reply = twice(&stage, &next).await;
        calls.push(next);
    }
    let is_over = matches!(reply.outcome, Outcome::Done(_) | Outcome::Refused(_));
    assert!(is_over, "{ask:?}: {reply:?}");

    change_much(&mut stage).await;
    let desk = instance(&stage.wire.line(), &stage.clock);
    for call in &calls {
        let again = send(&desk, call).await;
        assert_eq!(bytes(&again), bytes(&reply), "{call:?}");
        assert!(again.replay_of.is_some(), "{call:?}");
    }

    let other = SettingsAsk::SettingsSet { set: Setting::Due(77) };
    let reused = send(&desk, &call("first", OWNERS[0], other)).await;
    assert!(matches!(reused.outcome, Outcome::Refused(Refusal::KeyReused { .. })), "{reused:?}");
    let of_another = send(&desk, &call("first", OWNERS[1], ask.clone())).await;
    let refused = matches!(of_another.outcome, Outcome::Refused(Refusal::KeyReused { .. }));
    assert!(refused, "{of_another:?}");
    stage.books().prove();
}

#[test]
fn replay_of_every_write_equals_its_first_reply_byte_for_byte() {
    let runtime = runtime();
    // Asks about plans are replayed behind the asks that waited; those of other callers than staff in
    // `actors`.
    let of_staff = |ask: &Ask| ask.spec().staff.is_some() && !matches!(ask, Ask::Plans(_));
    for ask in asks().into_iter().filter(of_staff) {
        runtime.block_on(replay(&ask));
    }
}
